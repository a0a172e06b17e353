//! What readings were before a change that may be taken back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use super::readings;
use crate::{
    domain::{ReaderId, Reading, ReadingChange, StoryId},
    store::sql::{Cells, Sql, json, ms, take_numbers},
};

/// A change of readings that can be taken back by this number, as long as it is among the last ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingsChanged {
    pub undo: i64,
    /// Those that exist, in the order given.
    pub stories: Vec<StoryId>,
}

/// A reading as it was, with the names that it keeps of a story that is gone.
#[derive(Debug, Serialize, Deserialize)]
struct Before {
    story: StoryId,
    reading: Option<Reading>,
    title: Option<String>,
    address: Option<String>,
    peer_name: Option<String>,
}

/// What becomes of several readings at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadingsDo {
    Change(ReadingChange),
    /// As if they had never been on the list.
    Remove,
}

/// So many changes of a reader can be taken back.
const MOST_KEPT: i64 = 50;

/// Changes several readings, and keeps what they were.
pub(super) async fn change(
    connection: &mut AnyConnection,
    reader: ReaderId,
    stories: &[StoryId],
    what: &ReadingsDo,
    now: Timestamp,
) -> Sql<ReadingsChanged> {
    let (mut was, mut changed) = (Vec::new(), Vec::new());
    for story in stories {
        let before = before(connection, reader, *story).await?;
        let is_there = match what {
            ReadingsDo::Change(it) => {
                let it = it.clone();
                readings::change(connection, reader, *story, it, now).await?.is_some()
            }
            ReadingsDo::Remove => readings::remove(connection, reader, *story).await?,
        };
        if is_there {
            was.push(before);
            changed.push(*story);
        }
    }
    let undo = keep(connection, reader, &was, now).await?;
    Ok(ReadingsChanged { undo, stories: changed })
}

async fn before(connection: &mut AnyConnection, reader: ReaderId, story: StoryId) -> Sql<Before> {
    let reading = readings::one(connection, reader, story).await?.map(|it| it.reading);
    let sql = "SELECT title, address, peer_name FROM readings \
               WHERE reader_id = $1 AND story_id = $2";
    let row = sqlx::query(sql).bind(reader.0).bind(story.0).fetch_optional(connection).await?;
    let (mut title, mut address, mut peer_name) = (None, None, None);
    if let Some(row) = &row {
        let mut cells = Cells::of(row);
        (title, address, peer_name) =
            (cells.maybe_text()?, cells.maybe_text()?, cells.maybe_text()?);
    }
    Ok(Before { story, reading, title, address, peer_name })
}

async fn keep(
    connection: &mut AnyConnection,
    reader: ReaderId,
    was: &[Before],
    now: Timestamp,
) -> Sql<i64> {
    let id = take_numbers(connection, "undo", 1).await?;
    let sql = "INSERT INTO reading_undos (id, reader_id, made, before) VALUES ($1, $2, $3, $4)";
    let query = sqlx::query(sql).bind(id).bind(reader.0).bind(ms(now)).bind(json(&was));
    query.execute(&mut *connection).await?;
    let prune = "DELETE FROM reading_undos WHERE reader_id = $1 AND id IN (SELECT u.id \
                 FROM reading_undos AS u WHERE u.reader_id = $1 ORDER BY u.id DESC \
                 LIMIT 1000 OFFSET $2)";
    sqlx::query(prune).bind(reader.0).bind(MOST_KEPT).execute(connection).await?;
    Ok(id)
}

/// What a story was that was not on the list before.
pub(super) async fn keep_new(
    connection: &mut AnyConnection,
    reader: ReaderId,
    story: StoryId,
    now: Timestamp,
) -> Sql<i64> {
    let (title, address, peer_name) = (None, None, None);
    let was = Before { story, reading: None, title, address, peer_name };
    keep(connection, reader, &[was], now).await
}

/// Puts readings back as they were; says which, or `None` where nothing of that number can be taken back
/// (any more). How far an article was read meanwhile stays, and stories that became one with others stay
/// with those.
pub(super) async fn undo(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: i64,
) -> Sql<Option<Vec<StoryId>>> {
    let sql = "DELETE FROM reading_undos WHERE reader_id = $1 AND id = $2 RETURNING before";
    let row = sqlx::query(sql).bind(reader.0).bind(id).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let was: Vec<Before> = Cells::of(&row).json()?;
    let mut stories = Vec::with_capacity(was.len());
    for before in was {
        stories.push(before.story);
        put_back(connection, reader, before).await?;
    }
    Ok(Some(stories))
}

async fn put_back(connection: &mut AnyConnection, reader: ReaderId, was: Before) -> Sql<()> {
    let Before { story, reading, title, address, peer_name } = was;
    let Some(mut reading) = reading else {
        return readings::remove(connection, reader, story).await.map(drop);
    };
    let present = readings::one(connection, reader, story).await?;
    let is_there = readings::is_there(connection, story).await?;
    if present.is_none() && !is_there && title.is_none() {
        return Ok(());
    }
    reading.position = present.and_then(|it| it.reading.position).or(reading.position);
    readings::replace(connection, reader, reading).await?;
    let sql = "UPDATE readings SET title = $1, address = $2, peer_name = $3 \
               WHERE reader_id = $4 AND story_id = $5";
    let query = sqlx::query(sql).bind(title).bind(address).bind(peer_name);
    query.bind(reader.0).bind(story.0).execute(connection).await.map(drop)
}
