//! What arrived: stories with all that choosing among them needs, without their texts.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{Address, EntryId, Kind, Lane, PeerId, StoryId, Worth},
    store::{
        insight::narrow,
        sql::{Cells, Sql},
    },
};

/// A story, by the entries of followed peers that tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrivedStory {
    pub story: StoryId,
    pub arrived: i64,
    /// The one that stands for it first; never empty.
    pub tellings: Vec<Telling>,
}

/// An entry that tells a story, as readers corrected it.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    pub entry: EntryId,
    pub peer: PeerId,
    pub lane: Lane,
    pub title: String,
    pub link: Option<Address>,
    pub published: Option<Timestamp>,
    pub ordered: Timestamp,
    pub backlog: bool,
    pub words: u32,
    /// `None` for what was not read, or cannot be.
    pub kind: Option<Kind>,
    pub worth: Option<Worth>,
    /// The worth that is expected, from 0 to 3.
    pub expected: Option<f32>,
    /// Whether it tells a result with numbers.
    pub is_measured: bool,
}

pub(super) async fn arrived(
    connection: &mut AnyConnection,
    (after, upto): (i64, i64),
) -> Sql<Vec<ArrivedStory>> {
    let kinds = corrected_kinds(connection).await?;
    let sql = "SELECT t.id, t.arrived, e.id, e.peer_id, s.lane, e.title, e.link, e.published, \
               e.ordered, e.backlog, e.words, i.kind, i.worth, i.expected, \
               CASE WHEN EXISTS (SELECT 1 FROM measures AS m WHERE m.entry_id = e.id) THEN 1 ELSE 0 END \
               FROM stories AS t JOIN entries AS e ON e.story_id = t.id \
               JOIN sources AS s ON s.id = e.source_id JOIN peers AS p ON p.id = e.peer_id \
               LEFT JOIN insights AS i ON i.entry_id = e.id \
               WHERE t.arrived > $1 AND t.arrived <= $2 AND p.followed = 1 \
               ORDER BY t.id, e.standing, e.id";
    let rows = sqlx::query(sql).bind(after).bind(upto).fetch_all(connection).await?;
    let mut stories: Vec<ArrivedStory> = Vec::new();
    for row in &rows {
        let mut cells = Cells::of(row);
        let (story, arrived) = (StoryId(cells.number()?), cells.number()?);
        let mut telling = read_telling(&mut cells)?;
        if let Some(kind) = kinds.get(&telling.entry) {
            telling.kind = Some(*kind);
        }
        match stories.last_mut().filter(|it| it.story == story) {
            Some(known) => known.tellings.push(telling),
            None => stories.push(ArrivedStory { story, arrived, tellings: vec![telling] }),
        }
    }
    Ok(stories)
}

fn read_telling(cells: &mut Cells<'_>) -> Sql<Telling> {
    Ok(Telling {
        entry: EntryId(cells.number()?),
        peer: PeerId(cells.number()?),
        lane: cells.word(Lane::from_word)?,
        title: cells.text()?,
        link: cells.maybe_parsed()?,
        published: cells.maybe_time()?,
        ordered: cells.time()?,
        backlog: cells.yes()?,
        words: cells.count()?,
        kind: cells.maybe_word(Kind::from_word)?,
        worth: cells.maybe_number()?.and_then(|it| Worth::new(u8::try_from(it).ok()?)),
        expected: cells.maybe_real()?.map(narrow),
        is_measured: cells.yes()?,
    })
}

/// What readers said last of the kind of entries.
pub(super) async fn corrected_kinds(connection: &mut AnyConnection) -> Sql<HashMap<EntryId, Kind>> {
    let sql = "SELECT entry_id, should_be FROM corrections WHERE quote IS NULL ORDER BY id";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((EntryId(cells.number()?), cells.word(Kind::from_word)?))
    };
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read).collect()
}

pub(super) async fn phrases(
    connection: &mut AnyConnection,
    (after, upto): (i64, i64),
) -> Sql<Vec<(EntryId, String)>> {
    let sql = "SELECT f.entry_id, f.phrase FROM stories AS t \
               JOIN entries AS e ON e.story_id = t.id JOIN phrases AS f ON f.entry_id = e.id \
               WHERE t.arrived > $1 AND t.arrived <= $2 \
               ORDER BY f.entry_id, f.weight DESC, f.phrase";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((EntryId(cells.number()?), cells.text()?))
    };
    let rows = sqlx::query(sql).bind(after).bind(upto).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}
