//! Where a reading stands in the order of a list, and where it goes.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{Neighbour, Rank, ReaderId, Reading, StoryId},
    store::sql::{Cells, Sql, ms},
};

/// The rank of a reading that is moved, or that is new and stands at the end then. A neighbour that is not
/// on the list moves nothing.
pub(super) async fn of(
    connection: &mut AnyConnection,
    (reader, story): (ReaderId, StoryId),
    present: Option<&Reading>,
    place: Option<Neighbour>,
    now: Timestamp,
) -> Sql<Rank> {
    let whose = (reader, story);
    let moved = match place {
        None => None,
        Some(Neighbour::Top) => {
            let first = outermost(connection, whose, "MIN").await?;
            Some(Rank::between(None, first.as_ref()))
        }
        Some(Neighbour::End) => Some(behind_all(connection, whose).await?),
        Some(Neighbour::Before(other)) => before(connection, whose, other).await?,
        Some(Neighbour::After(other)) => after(connection, whose, other).await?,
        Some(Neighbour::Up) => match next_in_sight(connection, reader, present, UP, now).await? {
            Some(other) => before(connection, whose, other).await?,
            None => None,
        },
        Some(Neighbour::Down) => {
            match next_in_sight(connection, reader, present, DOWN, now).await? {
                Some(other) => after(connection, whose, other).await?,
                None => None,
            }
        }
    };
    match (moved, present) {
        (Some(rank), _) => Ok(rank),
        (None, Some(present)) => Ok(present.rank.clone()),
        (None, None) => behind_all(connection, whose).await,
    }
}

/// Behind all other readings.
pub(super) async fn behind_all(
    connection: &mut AnyConnection,
    whose: (ReaderId, StoryId),
) -> Sql<Rank> {
    let last = outermost(connection, whose, "MAX").await?;
    Ok(Rank::between(last.as_ref(), None))
}

/// Of all readings but one.
async fn outermost(
    connection: &mut AnyConnection,
    (reader, but): (ReaderId, StoryId),
    end: &'static str,
) -> Sql<Option<Rank>> {
    let sql = format!("SELECT {end}(rank) FROM readings WHERE reader_id = $1 AND story_id <> $2");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(reader.0).bind(but.0);
    Cells::of(&query.fetch_one(connection).await?).maybe_parsed()
}

async fn before(
    connection: &mut AnyConnection,
    whose: (ReaderId, StoryId),
    other: StoryId,
) -> Sql<Option<Rank>> {
    let sql =
        "SELECT MAX(rank) FROM readings WHERE reader_id = $1 AND story_id <> $2 AND rank < $3";
    let Some((rank, beyond)) = beside(connection, whose, other, sql).await? else {
        return Ok(None);
    };
    Ok(Some(Rank::between(beyond.as_ref(), Some(&rank))))
}

async fn after(
    connection: &mut AnyConnection,
    whose: (ReaderId, StoryId),
    other: StoryId,
) -> Sql<Option<Rank>> {
    let sql =
        "SELECT MIN(rank) FROM readings WHERE reader_id = $1 AND story_id <> $2 AND rank > $3";
    let Some((rank, beyond)) = beside(connection, whose, other, sql).await? else {
        return Ok(None);
    };
    Ok(Some(Rank::between(Some(&rank), beyond.as_ref())))
}

/// The rank of another reading, and the next one beyond it.
async fn beside(
    connection: &mut AnyConnection,
    (reader, story): (ReaderId, StoryId),
    other: StoryId,
    beyond: &'static str,
) -> Sql<Option<(Rank, Option<Rank>)>> {
    if story == other {
        return Ok(None);
    }
    let sql = "SELECT rank FROM readings WHERE reader_id = $1 AND story_id = $2";
    let row = sqlx::query(sql).bind(reader.0).bind(other.0).fetch_optional(&mut *connection);
    let Some(row) = row.await? else { return Ok(None) };
    let rank: Rank = Cells::of(&row).parsed()?;
    let query = sqlx::query(beyond).bind(reader.0).bind(story.0).bind(rank.as_str().to_owned());
    let beyond = Cells::of(&query.fetch_one(connection).await?).maybe_parsed()?;
    Ok(Some((rank, beyond)))
}

const UP: &str = "(rank, story_id) < ($4, $5) ORDER BY rank DESC, story_id DESC LIMIT 1";
const DOWN: &str = "(rank, story_id) > ($4, $5) ORDER BY rank, story_id LIMIT 1";

/// The reading beside one, among those that the reader sees with it.
async fn next_in_sight(
    connection: &mut AnyConnection,
    reader: ReaderId,
    present: Option<&Reading>,
    direction: &'static str,
    now: Timestamp,
) -> Sql<Option<StoryId>> {
    let Some(present) = present else { return Ok(None) };
    let sql = format!(
        "SELECT story_id FROM readings WHERE reader_id = $1 AND state = $2 \
         AND (snoozed_until IS NULL OR snoozed_until <= $3) AND {direction}"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(reader.0)
        .bind(present.state.as_str())
        .bind(ms(now))
        .bind(present.rank.as_str().to_owned())
        .bind(present.story.0);
    let row = query.fetch_optional(connection).await?;
    row.map(|row| Cells::of(&row).number().map(StoryId)).transpose()
}
