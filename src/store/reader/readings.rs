//! Readings: one by one and as a list, each with what its story is called.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::{KeptCursor, KeptPage, before, ranks};
use crate::{
    domain::{
        Address, ArticleState, Citation, EntryId, Language, ReaderId, Reading, ReadingChange,
        ReadingState, StoryId, Tag,
    },
    store::sql::{Cells, ManyRows, Sql, Statement, json, ms},
};

/// Which readings to list, what was added last first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingsAsk {
    pub state: Option<ReadingState>,
    pub tag: Option<Tag>,
    /// Continue after the last reading of an earlier page.
    pub before: Option<KeptCursor>,
    pub limit: u32,
}

impl Default for ReadingsAsk {
    fn default() -> Self {
        Self { state: None, tag: None, before: None, limit: 50 }
    }
}

/// A reading and the entry that stands for its story; where that is gone, what it was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingReport {
    pub reading: Reading,
    pub entry: Option<EntryId>,
    pub title: String,
    pub address: Option<Address>,
    /// Slug of the peer; `None` where the story is gone.
    pub peer: Option<String>,
    pub peer_name: String,
    pub words: u32,
    pub published: Option<Timestamp>,
    pub language: Option<Language>,
    /// What asking for the page of its entry came to, and why, as far as it was thought about.
    pub article: Option<(ArticleState, Option<String>)>,
}

/// In the order in which [`read_reading`] reads it, from `readings AS r`.
macro_rules! reading_columns {
    () => {
        "r.story_id, r.state, r.rank, r.added, r.changed, r.finished, r.snoozed_until, r.position"
    };
}
pub(super) use reading_columns;

macro_rules! reports {
    () => {
        concat!(
            "SELECT ",
            reading_columns!(),
            ", e.id, COALESCE(e.title, r.title, ''), \
             CASE WHEN e.id IS NULL THEN r.address ELSE e.link END, \
             p.slug, COALESCE(p.name, r.peer_name, ''), COALESCE(e.words, 0), e.published, \
             e.language, a.state, a.reason FROM readings AS r \
             LEFT JOIN entries AS e ON e.id = (SELECT o.id FROM entries AS o \
             WHERE o.story_id = r.story_id ORDER BY o.standing, o.id LIMIT 1) \
             LEFT JOIN peers AS p ON p.id = e.peer_id \
             LEFT JOIN articles AS a ON a.entry_id = e.id WHERE r.reader_id = $1"
        )
    };
}

/// Without its tags.
pub(super) fn read_reading(cells: &mut Cells<'_>) -> Sql<Reading> {
    Ok(Reading {
        story: StoryId(cells.number()?),
        state: cells.word(ReadingState::from_word)?,
        rank: cells.parsed()?,
        added: cells.time()?,
        changed: cells.time()?,
        finished: cells.maybe_time()?,
        snoozed_until: cells.maybe_time()?,
        position: cells.maybe_json()?,
        tags: BTreeSet::new(),
    })
}

/// Without its tags.
fn read_report(row: &AnyRow) -> Sql<ReadingReport> {
    let mut cells = Cells::of(row);
    let reading = read_reading(&mut cells)?;
    Ok(ReadingReport {
        reading,
        entry: cells.maybe_number()?.map(EntryId),
        title: cells.text()?,
        address: cells.maybe_parsed()?,
        peer: cells.maybe_text()?,
        peer_name: cells.text()?,
        words: cells.count()?,
        published: cells.maybe_time()?,
        language: cells.maybe_parsed()?,
        article: match cells.maybe_word(ArticleState::from_word)? {
            Some(state) => Some((state, cells.maybe_text()?)),
            None => None,
        },
    })
}

pub(super) async fn list(
    connection: &mut AnyConnection,
    reader: ReaderId,
    ask: &ReadingsAsk,
) -> Sql<KeptPage<ReadingReport>> {
    let sql = concat!(
        reports!(),
        " AND ($2 = '' OR r.state = $2) AND ($3 = '' OR EXISTS (SELECT 1 FROM reading_tags AS t \
         WHERE t.reader_id = r.reader_id AND t.story_id = r.story_id AND t.tag = $3)) \
         AND (r.added, r.story_id) < ($4, $5) ORDER BY r.added DESC, r.story_id DESC LIMIT $6"
    );
    let (added, story) = before(ask.before);
    let rows = sqlx::query(sql)
        .bind(reader.0)
        .bind(ask.state.map_or("", ReadingState::as_str))
        .bind(ask.tag.as_ref().map_or("", Tag::as_str).to_owned())
        .bind(added)
        .bind(story)
        .bind(i64::from(ask.limit) + 1)
        .fetch_all(&mut *connection)
        .await?;
    let rows = tagged(connection, reader, &rows).await?;
    let cursor = |it: &ReadingReport| KeptCursor { at: it.reading.added, id: it.reading.story.0 };
    Ok(KeptPage::of(rows, ask.limit, cursor))
}

pub(super) async fn one(
    connection: &mut AnyConnection,
    reader: ReaderId,
    story: StoryId,
) -> Sql<Option<ReadingReport>> {
    let sql = concat!(reports!(), " AND r.story_id = $2");
    let rows = sqlx::query(sql).bind(reader.0).bind(story.0).fetch_all(&mut *connection).await?;
    Ok(tagged(connection, reader, &rows).await?.pop())
}

/// Of some stories, in no order.
pub(super) async fn of_stories(
    connection: &mut AnyConnection,
    reader: ReaderId,
    stories: &[StoryId],
) -> Sql<Vec<ReadingReport>> {
    if stories.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = stories.iter().map(|it| it.0.to_string()).collect();
    let sql = format!(concat!(reports!(), " AND r.story_id IN ({})"), ids.join(","));
    // Another text for other stories: none of them is worth being kept.
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).persistent(false).bind(reader.0);
    let rows = query.fetch_all(&mut *connection).await?;
    tagged(connection, reader, &rows).await
}

/// Of all that are on the list, in the order of the hand.
pub(super) async fn all(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<ReadingReport>> {
    let sql = concat!(reports!(), " ORDER BY r.rank, r.story_id");
    let rows = sqlx::query(sql).bind(reader.0).fetch_all(&mut *connection).await?;
    tagged(connection, reader, &rows).await
}

/// The readings of these rows, with their tags.
async fn tagged(
    connection: &mut AnyConnection,
    reader: ReaderId,
    rows: &[AnyRow],
) -> Sql<Vec<ReadingReport>> {
    let mut reports: Vec<ReadingReport> = rows.iter().map(read_report).collect::<Sql<_>>()?;
    let stories = reports.iter().map(|it| it.reading.story.0).collect();
    let mut tags: HashMap<StoryId, BTreeSet<Tag>> = HashMap::new();
    for (of, story, tag) in tags_of_stories(connection, stories).await? {
        if of == reader {
            tags.entry(story).or_default().insert(tag);
        }
    }
    for it in &mut reports {
        it.reading.tags = tags.remove(&it.reading.story).unwrap_or_default();
    }
    Ok(reports)
}

static TAGS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT t.reader_id, t.story_id, t.tag FROM v JOIN reading_tags AS t ON t.story_id = v.id",
);

/// Of all readers.
pub(super) async fn tags_of_stories(
    connection: &mut AnyConnection,
    stories: Vec<i64>,
) -> Sql<Vec<(ReaderId, StoryId, Tag)>> {
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((ReaderId(cells.number()?), StoryId(cells.number()?), cells.parsed()?))
    };
    let rows = TAGS_OF.fetch_by_id(connection, stories).await?;
    rows.iter().map(read).collect()
}

/// A reading of a story that is gone can be changed still.
pub(super) async fn change(
    connection: &mut AnyConnection,
    reader: ReaderId,
    story: StoryId,
    change: ReadingChange,
    now: Timestamp,
) -> Sql<Option<ReadingReport>> {
    let present = one(connection, reader, story).await?.map(|it| it.reading);
    if present.is_none() && !is_there(connection, story).await? {
        return Ok(None);
    }
    let rank = ranks::of(connection, (reader, story), present.as_ref(), change.place, now).await?;
    let reading = change.of(story, present.as_ref(), rank, now);
    if present.as_ref() != Some(&reading) {
        replace(connection, reader, reading).await?;
    }
    one(connection, reader, story).await
}

/// Writes a reading in place of what there is of its story.
pub(super) async fn replace(
    connection: &mut AnyConnection,
    reader: ReaderId,
    reading: Reading,
) -> Sql<()> {
    sqlx::query(REMOVE[0]).bind(reader.0).bind(reading.story.0).execute(&mut *connection).await?;
    keep(connection, vec![(reader, reading)]).await
}

pub(super) async fn is_there(connection: &mut AnyConnection, story: StoryId) -> Sql<bool> {
    let sql = "SELECT id FROM stories WHERE id = $1";
    Ok(sqlx::query(sql).bind(story.0).fetch_optional(connection).await?.is_some())
}

static KEEP: ManyRows = ManyRows::new(
    "INSERT INTO readings (reader_id, story_id, state, rank, added, changed, finished, \
     snoozed_until, position) VALUES ",
    9,
    " ON CONFLICT (reader_id, story_id) DO UPDATE SET state = excluded.state, \
     rank = excluded.rank, added = excluded.added, changed = excluded.changed, \
     finished = excluded.finished, snoozed_until = excluded.snoozed_until, \
     position = excluded.position",
);
static KEEP_TAGS: ManyRows = ManyRows::new(
    "INSERT INTO reading_tags (reader_id, story_id, tag) VALUES ",
    3,
    " ON CONFLICT (reader_id, story_id, tag) DO NOTHING",
);

/// Writes readings; tags that they had before stay beside theirs.
pub(super) async fn keep(
    connection: &mut AnyConnection,
    readings: Vec<(ReaderId, Reading)>,
) -> Sql<()> {
    let tags = readings.iter().flat_map(|(reader, it)| {
        it.tags.iter().map(|tag| (reader.0, it.story.0, tag.as_str().to_owned()))
    });
    let tags: Vec<(i64, i64, String)> = tags.collect();
    KEEP.execute(connection, readings, |statement, (reader, it)| {
        statement
            .bind(reader.0)
            .bind(it.story.0)
            .bind(it.state.as_str())
            .bind(String::from(it.rank))
            .bind(ms(it.added))
            .bind(ms(it.changed))
            .bind(it.finished.map(ms))
            .bind(it.snoozed_until.map(ms))
            .bind(it.position.as_ref().map(json))
    })
    .await?;
    let bind = |statement: Statement, (reader, story, tag): (i64, i64, String)| {
        statement.bind(reader).bind(story).bind(tag)
    };
    KEEP_TAGS.execute(connection, tags, bind).await
}

/// Keeps one that comes in from a file under what it is called there, unless its story is on the list
/// already; says whether it was new.
pub(super) async fn take_in(
    connection: &mut AnyConnection,
    reader: ReaderId,
    reading: Reading,
    cites: &Citation,
) -> Sql<bool> {
    let story = reading.story;
    if one(connection, reader, story).await?.is_some() {
        return Ok(false);
    }
    keep(connection, vec![(reader, reading)]).await?;
    if !is_there(connection, story).await? {
        let sql = "UPDATE readings SET title = $1, address = $2, peer_name = $3 \
                   WHERE reader_id = $4 AND story_id = $5";
        sqlx::query(sql)
            .bind(cites.title.clone())
            .bind(cites.address.as_ref().map(Address::to_string))
            .bind(cites.peer_name.clone())
            .bind(reader.0)
            .bind(story.0)
            .execute(connection)
            .await?;
    }
    Ok(true)
}

const REMOVE: [&str; 2] = [
    "DELETE FROM reading_tags WHERE reader_id = $1 AND story_id = $2",
    "DELETE FROM readings WHERE reader_id = $1 AND story_id = $2",
];

pub(super) async fn remove(
    connection: &mut AnyConnection,
    reader: ReaderId,
    story: StoryId,
) -> Sql<bool> {
    let mut removed = 0;
    for statement in REMOVE {
        let remove = sqlx::query(statement).bind(reader.0).bind(story.0);
        removed = remove.execute(&mut *connection).await?.rows_affected();
    }
    Ok(removed > 0)
}
