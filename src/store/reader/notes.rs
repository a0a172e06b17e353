//! Notes: written, changed with what they said before kept, listed.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    KeptCursor, KeptPage, before,
    cited::{citations, read_citation},
};
use crate::{
    domain::{
        Address, Citation, EntryId, Note, NoteDraft, NoteId, NoteRevision, NoteType, ReaderId, Tag,
    },
    store::sql::{Cells, ManyRows, Sql, Statement, json, ms, plain, take_numbers},
};

/// Which notes to list, the latest made first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotesAsk {
    pub note_type: Option<NoteType>,
    pub tag: Option<Tag>,
    pub entry: Option<EntryId>,
    /// Each of the first fifty in title or text, in any case.
    pub words: Vec<String>,
    /// Continue after the last note of an earlier page.
    pub before: Option<KeptCursor>,
    pub limit: u32,
}

impl Default for NotesAsk {
    fn default() -> Self {
        let words = Vec::new();
        Self { note_type: None, tag: None, entry: None, words, before: None, limit: 50 }
    }
}

const MOST_WORDS: usize = 50;

/// What came of writing a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteWrite {
    Written(Note),
    NoSuchNote(NoteId),
    /// It is cited by the draft, and no citation of it was kept. Nothing was written.
    NoSuchEntry(EntryId),
    /// The note says something else by now, as given. Nothing was written.
    ChangedMeanwhile(Note),
}

macro_rules! notes {
    () => {
        "SELECT n.id, n.type, n.title, n.text, n.revision, n.made, n.changed FROM notes AS n \
         WHERE n.reader_id = $1"
    };
}

const LISTED: &str = concat!(
    notes!(),
    " AND ($2 = '' OR n.type = $2) AND ($3 = '' OR EXISTS (SELECT 1 FROM note_tags AS t \
     WHERE t.note_id = n.id AND t.tag = $3)) AND ($4 = 0 OR EXISTS (SELECT 1 \
     FROM note_citations AS c WHERE c.note_id = n.id AND c.entry_id = $4)) \
     AND (n.made, n.id) < ($5, $6)"
);

pub(super) async fn list(
    connection: &mut AnyConnection,
    reader: ReaderId,
    ask: &NotesAsk,
) -> Sql<KeptPage<Note>> {
    let words = &ask.words[..ask.words.len().min(MOST_WORDS)];
    let mut sql = LISTED.to_owned();
    for place in 8..8 + words.len() {
        sql = format!("{sql} AND n.folded LIKE ${place} ESCAPE '\\'");
    }
    sql += " ORDER BY n.made DESC, n.id DESC LIMIT $7";
    let (made, id) = before(ask.before);
    let query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(reader.0)
        .bind(ask.note_type.map_or("", NoteType::as_str))
        .bind(ask.tag.as_ref().map_or("", Tag::as_str).to_owned())
        .bind(ask.entry.map_or(0, |it| it.0))
        .bind(made)
        .bind(id)
        .bind(i64::from(ask.limit) + 1);
    let query = words.iter().fold(query, |query, word| query.bind(pattern(word)));
    let rows = query.fetch_all(&mut *connection).await?;
    let notes = whole(connection, rows).await?;
    let cursor = |it: &Note| KeptCursor { at: it.made, id: it.id.0 };
    Ok(KeptPage::of(notes, ask.limit, cursor))
}

/// What holds a word anywhere.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in plain(word.to_lowercase()).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern + "%"
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

static TAGS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT t.note_id, t.tag FROM v JOIN note_tags AS t ON t.note_id = v.id",
);
static CITATIONS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT c.note_id, c.entry_id, c.story_id, c.title, c.address, c.peer_name, \
     CASE WHEN e.id IS NULL THEN 1 ELSE 0 END FROM v JOIN note_citations AS c \
     ON c.note_id = v.id LEFT JOIN entries AS e ON e.id = c.entry_id ORDER BY c.place",
);

/// The notes of these rows, with their tags and citations.
async fn whole(connection: &mut AnyConnection, rows: Vec<AnyRow>) -> Sql<Vec<Note>> {
    let mut notes: Vec<Note> = rows.iter().map(read_note).collect::<Sql<_>>()?;
    let ids: Vec<i64> = notes.iter().map(|it| it.id.0).collect();
    let places: HashMap<i64, usize> = ids.iter().copied().zip(0..).collect();
    let bind = |statement: Statement, id: i64| statement.bind(id);
    for row in &TAGS_OF.fetch(connection, ids.clone(), bind).await? {
        let mut cells = Cells::of(row);
        notes[places[&cells.number()?]].tags.insert(cells.parsed()?);
    }
    for row in &CITATIONS_OF.fetch(connection, ids, bind).await? {
        let mut cells = Cells::of(row);
        notes[places[&cells.number()?]].cites.push(read_citation(&mut cells)?);
    }
    Ok(notes)
}

/// Without its tags and citations.
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
        tags: BTreeSet::new(),
        cites: Vec::new(),
    })
}

pub(super) async fn add(
    connection: &mut AnyConnection,
    reader: ReaderId,
    draft: &NoteDraft,
    now: Timestamp,
) -> Sql<NoteWrite> {
    let cites = match cited(connection, draft, &[]).await? {
        Ok(cites) => cites,
        Err(missing) => return Ok(NoteWrite::NoSuchEntry(missing)),
    };
    let id = NoteId(take_numbers(connection, "note", 1).await?);
    let sql = "INSERT INTO notes (id, reader_id, type, title, text, folded, revision, made, \
               changed) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)";
    sqlx::query(sql)
        .bind(id.0)
        .bind(reader.0)
        .bind(draft.note_type().as_str())
        .bind(draft.title().to_owned())
        .bind(draft.text().to_owned())
        .bind(folded(draft))
        .bind(ms(now))
        .execute(&mut *connection)
        .await?;
    write_around(connection, id, draft, cites).await?;
    written(connection, reader, id).await
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
    let cites = match cited(connection, draft, &present.cites).await? {
        Ok(cites) => cites,
        Err(missing) => return Ok(NoteWrite::NoSuchEntry(missing)),
    };
    keep_revision(connection, &present, now).await?;
    let sql = "UPDATE notes SET type = $1, title = $2, text = $3, folded = $4, \
               revision = revision + 1, changed = $5 WHERE id = $6";
    sqlx::query(sql)
        .bind(draft.note_type().as_str())
        .bind(draft.title().to_owned())
        .bind(draft.text().to_owned())
        .bind(folded(draft))
        .bind(ms(now))
        .bind(id.0)
        .execute(&mut *connection)
        .await?;
    write_around(connection, id, draft, cites).await?;
    written(connection, reader, id).await
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

fn folded(draft: &NoteDraft) -> String {
    format!("{}\n{}", draft.title(), draft.text()).to_lowercase()
}

async fn keep_revision(connection: &mut AnyConnection, note: &Note, now: Timestamp) -> Sql<()> {
    let sql = "INSERT INTO note_revisions (note_id, revision, until, type, title, text, tags, \
               cites) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sqlx::query(sql)
        .bind(note.id.0)
        .bind(i64::from(note.revision))
        .bind(ms(now))
        .bind(note.note_type.as_str())
        .bind(note.title.clone())
        .bind(note.text.clone())
        .bind(json(&note.tags))
        .bind(json(&note.cites))
        .execute(connection)
        .await
        .map(drop)
}

static WRITE_TAGS: ManyRows = ManyRows::new("INSERT INTO note_tags (note_id, tag) VALUES ", 2, "");
static WRITE_CITATIONS: ManyRows = ManyRows::new(
    "INSERT INTO note_citations (note_id, entry_id, place, story_id, title, address, peer_name) \
     VALUES ",
    7,
    "",
);

/// Tags and citations, in place of what there is.
async fn write_around(
    connection: &mut AnyConnection,
    id: NoteId,
    draft: &NoteDraft,
    cites: Vec<Citation>,
) -> Sql<()> {
    for statement in &FORGET[..2] {
        sqlx::query(*statement).bind(id.0).execute(&mut *connection).await?;
    }
    let tags = draft.tags().iter().cloned().collect();
    let tag = |statement: Statement, tag: Tag| statement.bind(id.0).bind(String::from(tag));
    WRITE_TAGS.execute(connection, tags, tag).await?;
    let cites: Vec<(i64, Citation)> = (0..).zip(cites).collect();
    WRITE_CITATIONS
        .execute(connection, cites, |statement, (place, it)| {
            let address = it.address.as_ref().map(Address::to_string);
            let statement = statement.bind(id.0).bind(it.entry.0).bind(place).bind(it.story.0);
            statement.bind(it.title).bind(address).bind(it.peer_name)
        })
        .await
}

async fn written(connection: &mut AnyConnection, reader: ReaderId, id: NoteId) -> Sql<NoteWrite> {
    let note = one(connection, reader, id).await?;
    Ok(note.map_or(NoteWrite::NoSuchNote(id), NoteWrite::Written))
}

/// In this order nothing is deleted that another row still points to.
const FORGET: [&str; 4] = [
    "DELETE FROM note_tags WHERE note_id = $1",
    "DELETE FROM note_citations WHERE note_id = $1",
    "DELETE FROM note_revisions WHERE note_id = $1",
    "DELETE FROM notes WHERE id = $1",
];

pub(super) async fn delete(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: NoteId,
) -> Sql<bool> {
    if !is_there(connection, reader, id).await? {
        return Ok(false);
    }
    for statement in FORGET {
        sqlx::query(statement).bind(id.0).execute(&mut *connection).await?;
    }
    Ok(true)
}

async fn is_there(connection: &mut AnyConnection, reader: ReaderId, id: NoteId) -> Sql<bool> {
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
    let sql = "SELECT revision, until, type, title, text, tags, cites FROM note_revisions \
               WHERE note_id = $1 ORDER BY revision DESC";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(NoteRevision {
            revision: cells.count()?,
            until: cells.time()?,
            note_type: cells.word(NoteType::from_word)?,
            title: cells.text()?,
            text: cells.text()?,
            tags: cells.json()?,
            cites: cells.json()?,
        })
    };
    let rows = sqlx::query(sql).bind(id.0).fetch_all(connection).await?;
    rows.iter().map(read).collect::<Sql<_>>().map(Some)
}
