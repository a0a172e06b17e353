//! States follow entries that go from one story to another, by a merge or a split.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::readings::{self, read_reading, reading_columns, tags_of_stories};
use crate::{
    domain::{ReaderId, Seen, StoryId, StoryStates, carried},
    store::{
        access::{FOLLOW_SHELF, FOLLOW_SHELF_ORPHANS},
        sql::{Cells, ManyRows, Sql, Statement, ms},
    },
};

/// An entry that went to another story.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Moved {
    pub(in crate::store) entry: i64,
    pub(in crate::store) from: i64,
    pub(in crate::store) to: i64,
}

/// Takes all that readers keep of stories along with the entries that left them, and leaves nothing
/// at stories that have no entry any more.
pub(in crate::store) async fn follow_entries(
    connection: &mut AnyConnection,
    moved: &[Moved],
) -> Sql<()> {
    let pairs: BTreeSet<(StoryId, StoryId)> =
        moved.iter().map(|it| (StoryId(it.from), StoryId(it.to))).collect();
    let touched: BTreeSet<i64> = moved.iter().flat_map(|it| [it.from, it.to]).collect();
    for (reader, before) in states_of(connection, touched.into_iter().collect()).await? {
        write(connection, reader, carried(&before, &pairs)).await?;
    }
    follow_citations(connection, moved).await?;
    let left: BTreeSet<i64> = moved.iter().map(|it| it.from).collect();
    for statement in &DROP_EMPTY {
        statement.execute(connection, left.iter().copied().collect(), bind_number).await?;
    }
    Ok(())
}

fn bind_number(statement: Statement, number: i64) -> Statement {
    statement.bind(number)
}

static READINGS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    concat!(
        ") SELECT r.reader_id, ",
        reading_columns!(),
        " FROM v JOIN readings AS r ON r.story_id = v.id"
    ),
);
static SEEN_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT s.reader_id, s.story_id, s.shown, s.opened FROM v JOIN seen AS s ON s.story_id = v.id",
);

/// What every reader keeps of these stories.
async fn states_of(
    connection: &mut AnyConnection,
    stories: Vec<i64>,
) -> Sql<BTreeMap<ReaderId, StoryStates>> {
    let mut states: BTreeMap<ReaderId, StoryStates> = BTreeMap::new();
    for row in &READINGS_OF.fetch(connection, stories.clone(), bind_number).await? {
        let mut cells = Cells::of(row);
        let reader = ReaderId(cells.number()?);
        let reading = read_reading(&mut cells)?;
        let story = states.entry(reader).or_default().entry(reading.story).or_default();
        story.reading = Some(reading);
    }
    for row in &SEEN_OF.fetch(connection, stories.clone(), bind_number).await? {
        let mut cells = Cells::of(row);
        let (reader, story) = (ReaderId(cells.number()?), StoryId(cells.number()?));
        let seen = Seen { shown: cells.time()?, opened: cells.maybe_time()? };
        states.entry(reader).or_default().entry(story).or_default().seen = Some(seen);
    }
    if states.is_empty() {
        return Ok(states);
    }
    for (reader, story, tag) in tags_of_stories(connection, stories).await? {
        let story = states.get_mut(&reader).and_then(|it| it.get_mut(&story));
        if let Some(reading) = story.and_then(|it| it.reading.as_mut()) {
            reading.tags.insert(tag);
        }
    }
    Ok(states)
}

static KEEP_SEEN: ManyRows = ManyRows::new(
    "INSERT INTO seen (reader_id, story_id, shown, opened) VALUES ",
    4,
    " ON CONFLICT (reader_id, story_id) DO UPDATE SET shown = excluded.shown, \
     opened = excluded.opened",
);

async fn write(connection: &mut AnyConnection, reader: ReaderId, states: StoryStates) -> Sql<()> {
    let (mut read, mut seen) = (Vec::new(), Vec::new());
    for (story, state) in states {
        read.extend(state.reading.map(|it| (reader, it)));
        seen.extend(state.seen.map(|it| (story, it)));
    }
    readings::keep(connection, read).await?;
    KEEP_SEEN
        .execute(connection, seen, |statement, (story, it): (StoryId, Seen)| {
            let opened = it.opened.map(ms);
            statement.bind(reader.0).bind(story.0).bind(ms(it.shown)).bind(opened)
        })
        .await
}

/// Those of entries that moved, then those of entries that are gone from a story that is empty now.
static FOLLOW_CITATIONS: [ManyRows; 2] = [
    ManyRows::new(
        "WITH v(entry, story) AS (VALUES ",
        2,
        ") UPDATE note_citations SET story_id = v.story FROM v \
         WHERE note_citations.entry_id = v.entry",
    ),
    ManyRows::new(
        "WITH v(entry, story) AS (VALUES ",
        2,
        ") UPDATE highlights SET story_id = v.story FROM v WHERE highlights.entry_id = v.entry",
    ),
];
static FOLLOW_ORPHANS: [ManyRows; 2] = [
    ManyRows::new(
        "WITH v(former, story) AS (VALUES ",
        2,
        ") UPDATE note_citations SET story_id = v.story FROM v \
         WHERE note_citations.story_id = v.former \
         AND NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.story_id = v.former)",
    ),
    ManyRows::new(
        "WITH v(former, story) AS (VALUES ",
        2,
        ") UPDATE highlights SET story_id = v.story FROM v WHERE highlights.story_id = v.former \
         AND NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.story_id = v.former)",
    ),
];

async fn follow_citations(connection: &mut AnyConnection, moved: &[Moved]) -> Sql<()> {
    let pair = |statement: Statement, (one, other): (i64, i64)| statement.bind(one).bind(other);
    let entries: Vec<(i64, i64)> = moved.iter().map(|it| (it.entry, it.to)).collect();
    let successors: BTreeMap<i64, i64> = moved.iter().map(|it| (it.from, it.to)).collect();
    for statement in FOLLOW_CITATIONS.iter().chain([&FOLLOW_SHELF]) {
        statement.execute(connection, entries.clone(), pair).await?;
    }
    for statement in FOLLOW_ORPHANS.iter().chain([&FOLLOW_SHELF_ORPHANS]) {
        statement.execute(connection, successors.clone().into_iter().collect(), pair).await?;
    }
    Ok(())
}

static DROP_EMPTY: [ManyRows; 3] = [
    ManyRows::new(
        "DELETE FROM reading_tags WHERE NOT EXISTS (SELECT 1 FROM entries AS e \
         WHERE e.story_id = reading_tags.story_id) AND story_id IN (VALUES ",
        1,
        ")",
    ),
    ManyRows::new(
        "DELETE FROM readings WHERE NOT EXISTS (SELECT 1 FROM entries AS e \
         WHERE e.story_id = readings.story_id) AND story_id IN (VALUES ",
        1,
        ")",
    ),
    ManyRows::new(
        "DELETE FROM seen WHERE NOT EXISTS (SELECT 1 FROM entries AS e \
         WHERE e.story_id = seen.story_id) AND story_id IN (VALUES ",
        1,
        ")",
    ),
];
