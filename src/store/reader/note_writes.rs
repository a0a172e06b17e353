//! Notes as they are written: each change keeps what they said before.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use sqlx::AnyConnection;

use super::{cited::citations, ledger, notes::one};
use crate::{
    domain::{
        Address, Citation, Competency, EntryId, Idea, IdeaState, LedgerEvent, LedgerFact, Note,
        NoteDraft, NoteId, NoteLink, NoteRevision, NoteType, ReaderId, notes_named,
    },
    store::sql::{Cells, ManyRows, Sql, Statement, days, json, ms, take_numbers},
};

/// What came of writing a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteWrite {
    Written(Note),
    NoSuchNote(NoteId),
    /// It is cited by the draft, and no citation of it was kept. Nothing was written.
    NoSuchEntry(EntryId),
    /// The note says something else by now, as given. Nothing was written.
    ChangedMeanwhile(Note),
    /// It is of another type, and has no path. Nothing was written.
    NotAnIdea(NoteId),
}

pub(super) async fn add(
    connection: &mut AnyConnection,
    reader: ReaderId,
    draft: &NoteDraft,
    now: Timestamp,
) -> Sql<NoteWrite> {
    let draft = draft.clone().completed(None, now.to_zoned(TimeZone::UTC).date());
    let cites = match cited(connection, &draft, &[]).await? {
        Ok(cites) => cites,
        Err(missing) => return Ok(NoteWrite::NoSuchEntry(missing)),
    };
    let id = NoteId(take_numbers(connection, "note", 1).await?);
    let sql = "INSERT INTO notes (id, reader_id, type, title, text, folded, revision, made, \
               changed, day, links) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8, $9)";
    sqlx::query(sql)
        .bind(id.0)
        .bind(reader.0)
        .bind(draft.note_type().as_str())
        .bind(draft.title().to_owned())
        .bind(draft.text().to_owned())
        .bind(folded(&draft))
        .bind(ms(now))
        .bind(draft.date().map_or(0, days))
        .bind(json(&draft.links().unwrap_or_default()))
        .execute(&mut *connection)
        .await?;
    write_around(connection, id, &draft, cites).await?;
    write_idea(connection, id, &draft, now).await?;
    recorded(connection, reader, id, LedgerEvent::Made).await
}

/// In this order: retried after a lost answer, a change is as if made once.
pub(super) async fn change(
    connection: &mut AnyConnection,
    (reader, id): (ReaderId, NoteId),
    revision: u32,
    draft: &NoteDraft,
    now: Timestamp,
) -> Sql<NoteWrite> {
    let Some(present) = one(connection, reader, id).await? else {
        return Ok(NoteWrite::NoSuchNote(id));
    };
    if present.says(draft) {
        return Ok(NoteWrite::Written(present));
    }
    if present.revision != revision {
        return Ok(NoteWrite::ChangedMeanwhile(present));
    }
    let draft = draft.clone().completed(Some(&present), present.date);
    let cites = match cited(connection, &draft, &present.cites).await? {
        Ok(cites) => cites,
        Err(missing) => return Ok(NoteWrite::NoSuchEntry(missing)),
    };
    keep_revision(connection, id, &present.as_revision(now)).await?;
    let sql = "UPDATE notes SET type = $1, title = $2, text = $3, folded = $4, \
               revision = revision + 1, changed = $5, day = $6, links = $7 WHERE id = $8";
    sqlx::query(sql)
        .bind(draft.note_type().as_str())
        .bind(draft.title().to_owned())
        .bind(draft.text().to_owned())
        .bind(folded(&draft))
        .bind(ms(now))
        .bind(draft.date().map_or(0, days))
        .bind(json(&draft.links().unwrap_or_default()))
        .bind(id.0)
        .execute(&mut *connection)
        .await?;
    write_around(connection, id, &draft, cites).await?;
    write_idea(connection, id, &draft, now).await?;
    recorded(connection, reader, id, LedgerEvent::Changed).await
}

/// Whatever revision it is at: to move is to say where it is now, and nothing else of it changes.
pub(super) async fn move_idea(
    connection: &mut AnyConnection,
    (reader, id): (ReaderId, NoteId),
    state: IdeaState,
    now: Timestamp,
) -> Sql<NoteWrite> {
    let Some(present) = one(connection, reader, id).await? else {
        return Ok(NoteWrite::NoSuchNote(id));
    };
    let Some(moved) = present.moved_to(state) else { return Ok(NoteWrite::NotAnIdea(id)) };
    change(connection, (reader, id), present.revision, &moved, now).await
}

/// What a draft cites: as it was cited before, else as it is now.
async fn cited(
    connection: &mut AnyConnection,
    draft: &NoteDraft,
    before: &[Citation],
) -> Sql<Result<Vec<Citation>, EntryId>> {
    let mut known: HashMap<EntryId, Citation> = HashMap::new();
    known.extend(citations(connection, draft.cites()).await?.into_iter().map(|it| (it.entry, it)));
    known.extend(before.iter().map(|it| (it.entry, it.clone())));
    let cites = draft.cites().iter().map(|it| known.remove(it).ok_or(*it));
    Ok(cites.collect())
}

/// What a person wrote, in lower case, but for tags, which have a filter of their own.
pub(super) fn folded(draft: &NoteDraft) -> String {
    let mut parts = vec![draft.title(), draft.text()];
    parts.extend(draft.competencies().into_iter().flatten().map(Competency::as_str));
    for link in draft.links().unwrap_or_default() {
        match link {
            NoteLink::Note { .. } => {}
            NoteLink::Address { title, .. } => parts.push(title),
            NoteLink::Quote(it) => parts.push(&it.quote),
        }
    }
    let idea = draft.idea().filter(|_| draft.note_type() == NoteType::Idea);
    parts.extend(idea.into_iter().flat_map(Idea::texts));
    parts.join("\n").to_lowercase()
}

pub(super) async fn keep_revision(
    connection: &mut AnyConnection,
    note: NoteId,
    former: &NoteRevision,
) -> Sql<()> {
    let sql = "INSERT INTO note_revisions (note_id, revision, until, type, title, text, tags, \
               cites, day, competencies, links, idea) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    sqlx::query(sql)
        .bind(note.0)
        .bind(i64::from(former.revision))
        .bind(ms(former.until))
        .bind(former.note_type.as_str())
        .bind(former.title.clone())
        .bind(former.text.clone())
        .bind(json(&former.tags))
        .bind(json(&former.cites))
        .bind(days(former.date))
        .bind(json(&former.competencies))
        .bind(json(&former.links))
        .bind(former.kept_idea.as_ref().map(json))
        .execute(connection)
        .await
        .map(drop)
}

static WRITE_TAGS: ManyRows = ManyRows::new("INSERT INTO note_tags (note_id, tag) VALUES ", 2, "");
static WRITE_COMPETENCIES: ManyRows =
    ManyRows::new("INSERT INTO note_competencies (note_id, competency) VALUES ", 2, "");
static WRITE_LINKS: ManyRows =
    ManyRows::new("INSERT INTO note_links (note_id, to_note) VALUES ", 2, "");
static WRITE_CITATIONS: ManyRows = ManyRows::new(
    "INSERT INTO note_citations (note_id, entry_id, place, story_id, title, address, peer_name, \
     published) VALUES ",
    8,
    "",
);

/// What other tables hold of it, in place of what there is. Its idea they keep.
pub(super) async fn write_around(
    connection: &mut AnyConnection,
    id: NoteId,
    draft: &NoteDraft,
    cites: Vec<Citation>,
) -> Sql<()> {
    for statement in AROUND {
        sqlx::query(statement).bind(id.0).execute(&mut *connection).await?;
    }
    let pair = |statement: Statement, text: String| statement.bind(id.0).bind(text);
    let tags = draft.tags().iter().cloned().map(String::from).collect();
    WRITE_TAGS.execute(connection, tags, pair).await?;
    let competencies = draft.competencies().into_iter().flatten().cloned().map(String::from);
    WRITE_COMPETENCIES.execute(connection, competencies.collect(), pair).await?;
    let named = notes_named(draft.text(), draft.links().unwrap_or_default());
    let link = |statement: Statement, to: NoteId| statement.bind(id.0).bind(to.0);
    WRITE_LINKS.execute(connection, named.into_iter().collect(), link).await?;
    let cites: Vec<(i64, Citation)> = (0..).zip(cites).collect();
    WRITE_CITATIONS
        .execute(connection, cites, |statement, (place, it)| {
            let address = it.address.as_ref().map(Address::to_string);
            let statement = statement.bind(id.0).bind(it.entry.0).bind(place).bind(it.story.0);
            let statement = statement.bind(it.title).bind(address).bind(it.peer_name);
            statement.bind(it.published.map(ms))
        })
        .await
}

/// With a step of its path where it came to another state.
async fn write_idea(
    connection: &mut AnyConnection,
    id: NoteId,
    draft: &NoteDraft,
    now: Timestamp,
) -> Sql<()> {
    let Some(idea) = draft.idea() else { return Ok(()) };
    let sql = "INSERT INTO ideas (note_id, state, owner, hypothesis, effort, outcome) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (note_id) DO UPDATE SET \
               state = excluded.state, owner = excluded.owner, hypothesis = excluded.hypothesis, \
               effort = excluded.effort, outcome = excluded.outcome";
    sqlx::query(sql)
        .bind(id.0)
        .bind(idea.state.as_str())
        .bind(idea.owner.clone())
        .bind(idea.hypothesis.clone())
        .bind(idea.effort.clone())
        .bind(idea.outcome.clone())
        .execute(&mut *connection)
        .await?;
    let last = "SELECT place, state FROM idea_moves WHERE note_id = $1 ORDER BY place DESC LIMIT 1";
    let last = sqlx::query(last).bind(id.0).fetch_optional(&mut *connection).await?;
    let place = match last.as_ref().map(Cells::of) {
        None => 0,
        Some(mut cells) => {
            let place = cells.number()?;
            if cells.word(IdeaState::from_word)? == idea.state {
                return Ok(());
            }
            place + 1
        }
    };
    let sql = "INSERT INTO idea_moves (note_id, place, state, at) VALUES ($1, $2, $3, $4)";
    let step = sqlx::query(sql).bind(id.0).bind(place).bind(idea.state.as_str()).bind(ms(now));
    step.execute(connection).await.map(drop)
}

/// Writes into the ledger what a note says now.
async fn recorded(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: NoteId,
    event: LedgerEvent,
) -> Sql<NoteWrite> {
    let Some(note) = one(connection, reader, id).await? else {
        return Ok(NoteWrite::NoSuchNote(id));
    };
    let (revision, content) = (note.revision, Some(note.content().hash()));
    let fact = LedgerFact { note: id, revision, at: note.changed, event, content };
    ledger::append(connection, reader, &[fact]).await?;
    Ok(NoteWrite::Written(note))
}

const AROUND: [&str; 4] = [
    "DELETE FROM note_tags WHERE note_id = $1",
    "DELETE FROM note_competencies WHERE note_id = $1",
    "DELETE FROM note_links WHERE note_id = $1",
    "DELETE FROM note_citations WHERE note_id = $1",
];

/// In this order nothing is deleted that another row still points to.
const ITSELF: [&str; 5] = [
    "DELETE FROM idea_moves WHERE note_id = $1",
    "DELETE FROM ideas WHERE note_id = $1",
    "DELETE FROM note_revisions WHERE note_id = $1",
    "DELETE FROM note_drafts WHERE note_id = $1",
    "DELETE FROM notes WHERE id = $1",
];

pub(super) async fn delete(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: NoteId,
    now: Timestamp,
) -> Sql<bool> {
    let Some(note) = one(connection, reader, id).await? else { return Ok(false) };
    let (revision, event) = (note.revision, LedgerEvent::Deleted);
    let fact = LedgerFact { note: id, revision, at: now, event, content: None };
    ledger::append(connection, reader, &[fact]).await?;
    for statement in AROUND.into_iter().chain(ITSELF) {
        sqlx::query(statement).bind(id.0).execute(&mut *connection).await?;
    }
    Ok(true)
}
