//! A reader's list in short: what putting it in order needs, and how much there is of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::readings::{self, ReadingReport};
use crate::{
    domain::{EntryId, OnList, Position, ReaderId, ReadingState, StoryId, Tag},
    store::sql::{Cells, ManyRows, Sql, ms},
};

/// Which part of a list is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListView {
    /// What is in this state, and in sight.
    State(ReadingState),
    /// Queued or begun, and in sight: what is left to read.
    Waiting,
    /// Out of sight until later.
    Snoozed,
}

/// How much is on a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListCounts {
    /// In sight.
    pub states: BTreeMap<ReadingState, u64>,
    pub snoozed: u64,
}

impl ListCounts {
    pub fn of(&self, view: ListView) -> u64 {
        let state = |it| self.states.get(&it).copied().unwrap_or_default();
        match view {
            ListView::State(it) => state(it),
            ListView::Waiting => state(ReadingState::Queued) + state(ReadingState::Reading),
            ListView::Snoozed => self.snoozed,
        }
    }
}

// A bit for each part in which a row is: cells are dear where there are many rows.
const IN_VIEW: i64 = 1;
const IS_WAITING: i64 = 2;
const WAITING: &str = "r.state IN ('queued', 'reading')";
const IN_SIGHT: &str = "(r.snoozed_until IS NULL OR r.snoozed_until <= $2)";

/// What is in the view, and what is left to read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListInShort {
    /// In the order of the hand.
    pub in_view: Vec<OnList>,
    /// All that is queued or begun, and in sight.
    pub waiting: Vec<OnList>,
}

pub(super) async fn in_short(
    connection: &mut AnyConnection,
    reader: ReaderId,
    (view, tag): (ListView, Option<&Tag>),
    now: Timestamp,
) -> Sql<ListInShort> {
    let in_view = match view {
        ListView::State(_) => format!("r.state = $4 AND {IN_SIGHT}"),
        ListView::Waiting => format!("$4 = '' AND {WAITING} AND {IN_SIGHT}"),
        ListView::Snoozed => "$4 = '' AND r.snoozed_until > $2".to_owned(),
    };
    // Both at once: mostly they are the same.
    let sql = format!(
        "SELECT CASE WHEN {in_view} AND ($3 = '' OR EXISTS (SELECT 1 FROM reading_tags AS t \
         WHERE t.reader_id = r.reader_id AND t.story_id = r.story_id AND t.tag = $3)) \
         THEN {IN_VIEW} ELSE 0 END + CASE WHEN {WAITING} AND {IN_SIGHT} THEN {IS_WAITING} ELSE 0 END, \
         r.story_id, e.id, COALESCE(e.words, 0), r.position, e.ordered \
         FROM readings AS r LEFT JOIN entries AS e ON e.id = (SELECT o.id FROM entries AS o \
         WHERE o.story_id = r.story_id ORDER BY o.standing, o.id LIMIT 1) \
         WHERE r.reader_id = $1 AND (({in_view}) OR ({WAITING} AND {IN_SIGHT})) \
         ORDER BY r.rank, r.story_id"
    );
    let state = if let ListView::State(state) = view { state.as_str() } else { "" };
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(reader.0)
        .bind(ms(now))
        .bind(tag.map_or("", Tag::as_str).to_owned())
        .bind(state)
        .fetch_all(connection)
        .await?;
    let mut list = ListInShort::default();
    for row in &rows {
        let mut cells = Cells::of(row);
        let is = cells.number()?;
        let reading = read_on_list(&mut cells)?;
        list.waiting.extend((is & IS_WAITING != 0).then(|| reading.clone()));
        list.in_view.extend((is & IN_VIEW != 0).then_some(reading));
    }
    Ok(list)
}

fn read_on_list(cells: &mut Cells<'_>) -> Sql<OnList> {
    Ok(OnList {
        story: StoryId(cells.number()?),
        entry: cells.maybe_number()?.map(EntryId),
        words: cells.count()?,
        share: cells.maybe_json::<Position>()?.map_or(0, |it| it.share()),
        ordered: cells.maybe_time()?,
    })
}

pub(super) async fn counts(
    connection: &mut AnyConnection,
    reader: ReaderId,
    now: Timestamp,
) -> Sql<ListCounts> {
    let sql = format!(
        "SELECT r.state, CASE WHEN {IN_SIGHT} THEN 0 ELSE 1 END AS snoozed, COUNT(*) \
         FROM readings AS r WHERE r.reader_id = $1 GROUP BY 1, 2"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(reader.0).bind(ms(now));
    let mut counts = ListCounts::default();
    for row in &query.fetch_all(connection).await? {
        let mut cells = Cells::of(row);
        let (state, is_snoozed) = (cells.word(ReadingState::from_word)?, cells.yes()?);
        let count: u64 = cells.count()?;
        if is_snoozed {
            counts.snoozed += count;
        } else {
            counts.states.insert(state, count);
        }
    }
    Ok(counts)
}

/// The readings of these stories, in the order asked for.
pub(super) async fn reports(
    connection: &mut AnyConnection,
    reader: ReaderId,
    stories: &[StoryId],
) -> Sql<Vec<ReadingReport>> {
    let found = readings::of_stories(connection, reader, stories).await?;
    let mut found: HashMap<StoryId, ReadingReport> =
        found.into_iter().map(|it| (it.reading.story, it)).collect();
    Ok(stories.iter().filter_map(|it| found.remove(it)).collect())
}

static STATES_OF: ManyRows = ManyRows::new(
    "WITH v(reader, id) AS (VALUES ",
    2,
    ") SELECT r.story_id, r.state FROM v \
     JOIN readings AS r ON r.reader_id = v.reader AND r.story_id = v.id",
);

/// How far a reader has come with these stories, as far as they are on the list.
pub(super) async fn states(
    connection: &mut AnyConnection,
    reader: ReaderId,
    stories: &[StoryId],
) -> Sql<HashMap<StoryId, ReadingState>> {
    let stories: BTreeSet<StoryId> = stories.iter().copied().collect();
    let rows = stories.into_iter().map(|it| it.0).collect();
    let rows = STATES_OF.fetch(connection, rows, |it, story: i64| it.bind(reader.0).bind(story));
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((StoryId(cells.number()?), cells.word(ReadingState::from_word)?))
    };
    rows.await?.iter().map(read).collect()
}

/// Says whether the story is on the list.
pub(super) async fn put_position(
    connection: &mut AnyConnection,
    (reader, story): (ReaderId, StoryId),
    position: &Position,
) -> Sql<bool> {
    let sql = "UPDATE readings SET position = $1 WHERE reader_id = $2 AND story_id = $3";
    let query = sqlx::query(sql).bind(crate::store::sql::json(position));
    let put = query.bind(reader.0).bind(story.0).execute(connection).await?;
    Ok(put.rows_affected() > 0)
}
