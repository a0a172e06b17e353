//! Notes as they are read: listed, with all that stands around them, and what they said before.

use std::collections::{BTreeSet, HashMap};

use jiff::{civil::Date, tz::TimeZone};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    KeptCursor, KeptPage, before,
    cited::read_citation,
    note_query::{Bound, condition, pattern},
};
use crate::{
    domain::{
        Competency, EntryId, Idea, IdeaMove, IdeaState, Note, NoteId, NoteRevision, NoteType,
        Query, ReaderId, Tag,
    },
    store::sql::{Cells, ManyRows, Sql, Statement, days},
};

/// Which notes to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotesAsk {
    pub note_type: Option<NoteType>,
    pub tag: Option<Tag>,
    pub competency: Option<Competency>,
    pub entry: Option<EntryId>,
    /// Of ideas: how far they have come.
    pub state: Option<IdeaState>,
    /// Of this day or a later one.
    pub from: Option<Date>,
    /// Of this day or an earlier one.
    pub to: Option<Date>,
    /// Each of the first fifty in what was written, in any case.
    pub words: Vec<String>,
    /// In the query language, as far as it speaks of notes.
    pub query: Query,
    pub order: NotesOrder,
    /// Continue after the last note of an earlier page.
    pub before: Option<KeptCursor>,
    pub limit: u32,
}

/// Latest first, whichever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotesOrder {
    /// By when they were made.
    Made,
    /// By the days that they are of.
    Date,
}

impl Default for NotesAsk {
    fn default() -> Self {
        let (words, query) = (Vec::new(), Query::parse(""));
        let (note_type, tag, competency, entry) = (None, None, None, None);
        let (state, from, to, order, before) = (None, None, None, NotesOrder::Made, None);
        let limit = 50;
        Self {
            note_type,
            tag,
            competency,
            entry,
            state,
            from,
            to,
            words,
            query,
            order,
            before,
            limit,
        }
    }
}

const MOST_WORDS: usize = 50;

macro_rules! notes {
    () => {
        "SELECT n.id, n.type, n.title, n.text, n.revision, n.made, n.changed, n.day, n.links, \
         i.state, i.owner, i.hypothesis, i.effort, i.outcome \
         FROM notes AS n LEFT JOIN ideas AS i ON i.note_id = n.id WHERE n.reader_id = $1"
    };
}

const LISTED: &str = concat!(
    notes!(),
    " AND ($2 = '' OR n.type = $2) AND ($3 = '' OR EXISTS (SELECT 1 FROM note_tags AS t \
     WHERE t.note_id = n.id AND t.tag = $3)) AND ($4 = 0 OR EXISTS (SELECT 1 \
     FROM note_citations AS c WHERE c.note_id = n.id AND c.entry_id = $4)) \
     AND ($5 = '' OR EXISTS (SELECT 1 FROM note_competencies AS k \
     WHERE k.note_id = n.id AND k.competency = $5)) \
     AND ($6 = '' OR n.type = 'idea' AND i.state = $6) AND n.day BETWEEN $7 AND $8"
);
/// Places that [`LISTED`] and its end have.
const PLACES: usize = 11;

pub(super) async fn list(
    connection: &mut AnyConnection,
    reader: ReaderId,
    ask: &NotesAsk,
) -> Sql<KeptPage<Note>> {
    let words = &ask.words[..ask.words.len().min(MOST_WORDS)];
    let mut sql = LISTED.to_owned();
    for place in PLACES + 1..=PLACES + words.len() {
        sql = format!("{sql} AND n.folded LIKE ${place} ESCAPE '\\'");
    }
    let (matching, bound) = condition(ask.query.root(), PLACES + 1 + words.len());
    sql = format!("{sql} AND {matching}");
    sql += match ask.order {
        NotesOrder::Made => " AND (n.made, n.id) < ($9, $10) ORDER BY n.made DESC, n.id DESC",
        NotesOrder::Date => " AND (n.day, n.id) < ($9, $10) ORDER BY n.day DESC, n.id DESC",
    };
    sql += " LIMIT $11";
    let (at, id) = before(ask.before);
    let at = if ask.order == NotesOrder::Date { at.div_euclid(DAY_MS) } else { at };
    let query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(reader.0)
        .bind(ask.note_type.map_or("", NoteType::as_str))
        .bind(ask.tag.as_ref().map_or("", Tag::as_str).to_owned())
        .bind(ask.entry.map_or(0, |it| it.0))
        .bind(ask.competency.as_ref().map_or("", Competency::as_str).to_owned())
        .bind(ask.state.map_or("", IdeaState::as_str))
        .bind(ask.from.map_or(i64::MIN, days))
        .bind(ask.to.map_or(i64::MAX, days))
        .bind(at)
        .bind(id)
        .bind(i64::from(ask.limit) + 1);
    let query = words.iter().fold(query, |query, word| query.bind(pattern(word)));
    let query = bound.into_iter().fold(query, |query, it| match it {
        Bound::Text(text) => query.bind(text),
        Bound::Number(number) => query.bind(number),
    });
    let rows = query.fetch_all(&mut *connection).await?;
    let notes = whole(connection, rows).await?;
    Ok(KeptPage::of(notes, ask.limit, |it| cursor(ask.order, it)))
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A day is written as its first instant in UTC.
fn cursor(order: NotesOrder, note: &Note) -> KeptCursor {
    let midnight = note.date.to_zoned(TimeZone::UTC).map_or(note.made, |it| it.timestamp());
    let at = if order == NotesOrder::Date { midnight } else { note.made };
    KeptCursor { at, id: note.id.0 }
}

pub(super) async fn one(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: NoteId,
) -> Sql<Option<Note>> {
    let sql = concat!(notes!(), " AND n.id = $2");
    let rows = sqlx::query(sql).bind(reader.0).bind(id.0).fetch_all(&mut *connection).await?;
    Ok(whole(connection, rows).await?.pop())
}

/// The notes that name this one, the latest made first.
pub(super) async fn naming(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: NoteId,
) -> Sql<Vec<Note>> {
    let sql = concat!(
        notes!(),
        " AND n.id <> $2 AND EXISTS (SELECT 1 FROM note_links AS l WHERE l.note_id = n.id \
         AND l.to_note = $2) ORDER BY n.made DESC, n.id DESC LIMIT $3"
    );
    let query = sqlx::query(sql).bind(reader.0).bind(id.0).bind(MOST_NAMING);
    let rows = query.fetch_all(&mut *connection).await?;
    whole(connection, rows).await
}

const MOST_NAMING: i64 = 100;

/// How many notes there are of each day, the latest first.
pub(super) async fn by_day(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<(Date, u64)>> {
    let sql = "SELECT day, COUNT(*) FROM notes WHERE reader_id = $1 GROUP BY day ORDER BY day DESC";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((cells.day()?, cells.count()?))
    };
    sqlx::query(sql).bind(reader.0).fetch_all(connection).await?.iter().map(read).collect()
}

static TAGS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT t.note_id, t.tag FROM v JOIN note_tags AS t ON t.note_id = v.id",
);
static COMPETENCIES_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT k.note_id, k.competency FROM v JOIN note_competencies AS k ON k.note_id = v.id",
);
static CITATIONS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT c.note_id, c.entry_id, c.story_id, c.title, c.address, c.peer_name, c.published, \
     CASE WHEN e.id IS NULL THEN 1 ELSE 0 END FROM v JOIN note_citations AS c \
     ON c.note_id = v.id LEFT JOIN entries AS e ON e.id = c.entry_id ORDER BY c.place",
);
static PATHS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT m.note_id, m.state, m.at FROM v JOIN idea_moves AS m ON m.note_id = v.id \
     ORDER BY m.place",
);

/// The notes of these rows, with all that stands around them.
async fn whole(connection: &mut AnyConnection, rows: Vec<AnyRow>) -> Sql<Vec<Note>> {
    let mut notes: Vec<Note> = rows.iter().map(read_note).collect::<Sql<_>>()?;
    let ids: Vec<i64> = notes.iter().map(|it| it.id.0).collect();
    let places: HashMap<i64, usize> = ids.iter().copied().zip(0..).collect();
    let bind = |statement: Statement, id: i64| statement.bind(id);
    for row in &TAGS_OF.fetch(connection, ids.clone(), bind).await? {
        let mut cells = Cells::of(row);
        notes[places[&cells.number()?]].tags.insert(cells.parsed()?);
    }
    for row in &COMPETENCIES_OF.fetch(connection, ids.clone(), bind).await? {
        let mut cells = Cells::of(row);
        notes[places[&cells.number()?]].competencies.insert(cells.parsed()?);
    }
    for row in &CITATIONS_OF.fetch(connection, ids.clone(), bind).await? {
        let mut cells = Cells::of(row);
        notes[places[&cells.number()?]].cites.push(read_citation(&mut cells)?);
    }
    for row in &PATHS_OF.fetch(connection, ids, bind).await? {
        let mut cells = Cells::of(row);
        let note = &mut notes[places[&cells.number()?]];
        let state = cells.word(IdeaState::from_word)?;
        note.path.push(IdeaMove { state, at: cells.time()? });
    }
    Ok(notes)
}

/// Without what other tables hold of it.
fn read_note(row: &AnyRow) -> Sql<Note> {
    let mut cells = Cells::of(row);
    Ok(Note {
        id: NoteId(cells.number()?),
        note_type: cells.word(NoteType::from_word)?,
        title: cells.text()?,
        text: cells.text()?,
        revision: cells.count()?,
        made: cells.time()?,
        changed: cells.time()?,
        date: cells.day()?,
        links: cells.json()?,
        kept_idea: read_idea(&mut cells)?,
        tags: BTreeSet::new(),
        competencies: BTreeSet::new(),
        cites: Vec::new(),
        path: Vec::new(),
    })
}

fn read_idea(cells: &mut Cells<'_>) -> Sql<Option<Idea>> {
    let Some(state) = cells.maybe_word(IdeaState::from_word)? else { return Ok(None) };
    Ok(Some(Idea {
        state,
        owner: cells.text()?,
        hypothesis: cells.text()?,
        effort: cells.text()?,
        outcome: cells.text()?,
    }))
}

pub(super) async fn is_there(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: NoteId,
) -> Sql<bool> {
    let sql = "SELECT COUNT(*) FROM notes WHERE reader_id = $1 AND id = $2";
    let row = sqlx::query(sql).bind(reader.0).bind(id.0).fetch_one(connection).await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}

pub(super) async fn revisions(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: NoteId,
) -> Sql<Option<Vec<NoteRevision>>> {
    if !is_there(connection, reader, id).await? {
        return Ok(None);
    }
    let sql = "SELECT revision, until, type, title, text, tags, cites, day, competencies, links, \
               idea FROM note_revisions WHERE note_id = $1 ORDER BY revision DESC";
    let rows = sqlx::query(sql).bind(id.0).fetch_all(connection).await?;
    let read = |row| read_revision(&mut Cells::of(row));
    rows.iter().map(read).collect::<Sql<_>>().map(Some)
}

fn read_revision(cells: &mut Cells<'_>) -> Sql<NoteRevision> {
    Ok(NoteRevision {
        revision: cells.count()?,
        until: cells.time()?,
        note_type: cells.word(NoteType::from_word)?,
        title: cells.text()?,
        text: cells.text()?,
        tags: cells.json()?,
        cites: cells.json()?,
        date: cells.day()?,
        competencies: cells.json()?,
        links: cells.json()?,
        kept_idea: cells.maybe_json()?,
    })
}

/// All notes of a reader, in the order of their numbers.
pub(super) async fn all(connection: &mut AnyConnection, reader: ReaderId) -> Sql<Vec<Note>> {
    let sql = concat!(notes!(), " ORDER BY n.id");
    let rows = sqlx::query(sql).bind(reader.0).fetch_all(&mut *connection).await?;
    whole(connection, rows).await
}

/// What all of them said before, the oldest first of each.
pub(super) async fn all_revisions(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<(NoteId, NoteRevision)>> {
    let sql = "SELECT r.note_id, r.revision, r.until, r.type, r.title, r.text, r.tags, r.cites, \
               r.day, r.competencies, r.links, r.idea FROM note_revisions AS r \
               JOIN notes AS n ON n.id = r.note_id WHERE n.reader_id = $1 \
               ORDER BY r.note_id, r.revision";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((NoteId(cells.number()?), read_revision(&mut cells)?))
    };
    sqlx::query(sql).bind(reader.0).fetch_all(connection).await?.iter().map(read).collect()
}
