//! Notes that come in from files are written as they are: with their numbers, times and paths.

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::note_writes::{folded, keep_revision, write_around};
use crate::{
    domain::{Citation, IdeaMove, Note, NoteContent, NoteDraft, NoteId, NoteRevision, ReaderId},
    store::sql::{ManyRows, Sql, Statement, days, json, ms},
};

/// What a note is besides what it says.
pub(super) struct Whole {
    pub(super) id: NoteId,
    pub(super) revision: u32,
    pub(super) made: Timestamp,
    pub(super) changed: Timestamp,
    /// Where an idea has been.
    pub(super) path: Vec<IdeaMove>,
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    reader: ReaderId,
    whole: &Whole,
    draft: NoteDraft,
    cites: Vec<Citation>,
) -> Sql<()> {
    let sql = "INSERT INTO notes (id, reader_id, type, title, text, folded, revision, made, \
               changed, day, links) VALUES ($1, $2, '', '', '', '', 0, $3, $3, 0, '[]')";
    let made = ms(whole.made);
    let begin = sqlx::query(sql).bind(whole.id.0).bind(reader.0).bind(made);
    begin.execute(&mut *connection).await?;
    replace(connection, whole, draft, cites).await
}

/// In place of what the note says, which is lost unless it was kept before.
pub(super) async fn replace(
    connection: &mut AnyConnection,
    whole: &Whole,
    draft: NoteDraft,
    cites: Vec<Citation>,
) -> Sql<()> {
    let today = whole.made.to_zoned(jiff::tz::TimeZone::UTC).date();
    let draft = draft.completed(None, today);
    let sql = "UPDATE notes SET type = $1, title = $2, text = $3, folded = $4, revision = $5, \
               changed = $6, day = $7, links = $8 WHERE id = $9";
    sqlx::query(sql)
        .bind(draft.note_type().as_str())
        .bind(draft.title().to_owned())
        .bind(draft.text().to_owned())
        .bind(folded(&draft))
        .bind(i64::from(whole.revision))
        .bind(ms(whole.changed))
        .bind(draft.date().map_or(0, days))
        .bind(json(&draft.links().unwrap_or_default()))
        .bind(whole.id.0)
        .execute(&mut *connection)
        .await?;
    write_around(connection, whole.id, &draft, cites).await?;
    write_idea(connection, whole, &draft).await
}

static STEPS: ManyRows =
    ManyRows::new("INSERT INTO idea_moves (note_id, place, state, at) VALUES ", 4, "");

async fn write_idea(connection: &mut AnyConnection, whole: &Whole, draft: &NoteDraft) -> Sql<()> {
    for sql in ["DELETE FROM idea_moves WHERE note_id = $1", "DELETE FROM ideas WHERE note_id = $1"]
    {
        sqlx::query(sql).bind(whole.id.0).execute(&mut *connection).await?;
    }
    let Some(idea) = draft.idea() else { return Ok(()) };
    let sql = "INSERT INTO ideas (note_id, state, owner, hypothesis, effort, outcome) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(whole.id.0)
        .bind(idea.state.as_str())
        .bind(idea.owner.clone())
        .bind(idea.hypothesis.clone())
        .bind(idea.effort.clone())
        .bind(idea.outcome.clone())
        .execute(&mut *connection)
        .await?;
    let mut path = whole.path.clone();
    if path.is_empty() {
        path.push(IdeaMove { state: idea.state, at: whole.changed });
    }
    let steps: Vec<(i64, IdeaMove)> = (0..).zip(path).collect();
    let bind = |statement: Statement, (place, step): (i64, IdeaMove)| {
        let statement = statement.bind(whole.id.0).bind(place);
        statement.bind(step.state.as_str()).bind(ms(step.at))
    };
    STEPS.execute(connection, steps, bind).await
}

/// What a note said until then, given where a library holds what was cited.
pub(super) async fn insert_revision(
    connection: &mut AnyConnection,
    note: NoteId,
    (revision, until): (u32, Timestamp),
    content: &NoteContent,
    cites: Vec<Citation>,
) -> Sql<()> {
    let entries: Vec<_> = cites.iter().map(|it| it.entry).collect();
    let links = content.note_links(&entries);
    let kept_idea = content.idea();
    let NoteContent { competencies, date, tags, text, title, r#type, .. } = content.clone();
    let former = NoteRevision {
        revision,
        until,
        note_type: r#type,
        title,
        text,
        date,
        tags,
        competencies,
        cites,
        links,
        kept_idea,
    };
    keep_revision(connection, note, &former).await
}

/// What a note says now, kept as what it said until then.
pub(super) async fn keep_present(
    connection: &mut AnyConnection,
    note: &Note,
    until: Timestamp,
) -> Sql<()> {
    keep_revision(connection, note.id, &note.as_revision(until)).await
}
