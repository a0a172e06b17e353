//! Subscribers: who receives issues.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    domain::{
        MailAddress, Preferences, ReaderId, Subscriber, SubscriberId, SubscriberLine,
        SubscriberState,
    },
    store::{
        sequence,
        sql::{Cells, Sql, json, ms, take_numbers},
    },
};

/// Someone who is to become a subscriber.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSubscriber {
    pub reader: Option<ReaderId>,
    pub address: Option<MailAddress>,
    pub state: SubscriberState,
    pub preferences: Preferences,
    pub stamp: String,
}

/// The columns of [`read`], in its order.
macro_rules! subscribers {
    ($rest:literal) => {
        concat!(
            "SELECT id, reader_id, address, state, preferences, stamp, made, confirmed, mark, slot, \
             refusals, refused FROM subscribers ",
            $rest
        )
    };
}

fn read(row: &AnyRow) -> Sql<Subscriber> {
    let mut cells = Cells::of(row);
    Ok(Subscriber {
        id: SubscriberId(cells.number()?),
        reader: cells.maybe_number()?.map(ReaderId),
        address: cells.maybe_parsed()?,
        state: cells.word(SubscriberState::from_word)?,
        preferences: cells.json()?,
        stamp: cells.text()?,
        made: cells.time()?,
        confirmed: cells.maybe_time()?,
        mark: cells.number()?,
        slot: cells.maybe_time()?,
        refusals: cells.count()?,
        refused: cells.maybe_time()?,
    })
}

pub(super) async fn all(connection: &mut AnyConnection) -> Sql<Vec<Subscriber>> {
    let sql = subscribers!("ORDER BY id");
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read).collect()
}

pub(super) async fn by_id(
    connection: &mut AnyConnection,
    id: SubscriberId,
) -> Sql<Option<Subscriber>> {
    let sql = subscribers!("WHERE id = $1");
    sqlx::query(sql).bind(id.0).fetch_optional(connection).await?.as_ref().map(read).transpose()
}

pub(super) async fn by_address(
    connection: &mut AnyConnection,
    address: &MailAddress,
) -> Sql<Option<Subscriber>> {
    let sql = subscribers!("WHERE address_key = $1");
    let row = sqlx::query(sql).bind(address.key()).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn by_reader(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Option<Subscriber>> {
    let sql = subscribers!("WHERE reader_id = $1");
    let row = sqlx::query(sql).bind(reader.0).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn add(
    connection: &mut AnyConnection,
    new: &NewSubscriber,
    now: Timestamp,
) -> Sql<Option<Subscriber>> {
    let mark = sequence::last(connection).await?;
    let id = SubscriberId(take_numbers(connection, "subscriber", 1).await?);
    let confirmed = (new.state == SubscriberState::Active).then(|| ms(now));
    let sql = "INSERT INTO subscribers (id, reader_id, address, address_key, state, preferences, \
               stamp, made, confirmed, mark, refusals) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0) ON CONFLICT DO NOTHING";
    let added = sqlx::query(sql)
        .bind(id.0)
        .bind(new.reader.map(|it| it.0))
        .bind(new.address.as_ref().map(MailAddress::to_string))
        .bind(new.address.as_ref().map(MailAddress::key))
        .bind(new.state.as_str())
        .bind(json(&new.preferences))
        .bind(new.stamp.clone())
        .bind(ms(now))
        .bind(confirmed)
        .bind(mark)
        .execute(&mut *connection)
        .await?;
    if added.rows_affected() == 0 {
        return Ok(None);
    }
    by_id(connection, id).await
}

/// Each with a stamp of its own.
pub(super) async fn import(
    connection: &mut AnyConnection,
    lines: Vec<(SubscriberLine, String)>,
    now: Timestamp,
) -> Sql<usize> {
    let mut added = 0;
    for (line, stamp) in lines {
        let new = NewSubscriber {
            reader: None,
            address: Some(line.address),
            state: line.state,
            preferences: line.preferences,
            stamp,
        };
        let Some(subscriber) = add(connection, &new, now).await? else { continue };
        let sql = "UPDATE subscribers SET made = $2, confirmed = $3 WHERE id = $1";
        let times = sqlx::query(sql).bind(subscriber.id.0).bind(ms(line.made));
        times.bind(line.confirmed.map(ms)).execute(&mut *connection).await?;
        added += 1;
    }
    Ok(added)
}

pub(super) async fn prefer(
    connection: &mut AnyConnection,
    id: SubscriberId,
    preferences: &Preferences,
) -> Sql<bool> {
    let sql = "UPDATE subscribers SET preferences = $2 WHERE id = $1";
    let changed = sqlx::query(sql).bind(id.0).bind(json(preferences)).execute(connection).await?;
    Ok(changed.rows_affected() > 0)
}

pub(super) async fn enter(
    connection: &mut AnyConnection,
    id: SubscriberId,
    state: SubscriberState,
    now: Timestamp,
) -> Sql<bool> {
    let changed = if state == SubscriberState::Active {
        let mark = sequence::last(connection).await?;
        let sql = "UPDATE subscribers SET state = $2, confirmed = COALESCE(confirmed, $3), \
                   refusals = 0, refused = NULL, mark = CASE WHEN state = $2 THEN mark ELSE $4 END \
                   WHERE id = $1";
        sqlx::query(sql)
            .bind(id.0)
            .bind(state.as_str())
            .bind(ms(now))
            .bind(mark)
            .execute(connection)
    } else {
        let sql = "UPDATE subscribers SET state = $2 WHERE id = $1";
        sqlx::query(sql).bind(id.0).bind(state.as_str()).execute(connection)
    };
    Ok(changed.await?.rows_affected() > 0)
}

pub(super) async fn readdress(
    connection: &mut AnyConnection,
    id: SubscriberId,
    address: Option<&MailAddress>,
) -> Sql<bool> {
    let sql = "UPDATE subscribers SET address = $2, address_key = $3, refusals = 0, refused = NULL \
               WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM subscribers AS o \
               WHERE o.address_key = $3 AND o.id <> $1)";
    let changed = sqlx::query(sql)
        .bind(id.0)
        .bind(address.map(MailAddress::to_string))
        .bind(address.map(MailAddress::key))
        .execute(connection)
        .await?;
    Ok(changed.rows_affected() > 0)
}

pub(super) async fn stamp(
    connection: &mut AnyConnection,
    id: SubscriberId,
    stamp: &str,
) -> Sql<bool> {
    let sql = "UPDATE subscribers SET stamp = $2 WHERE id = $1";
    let changed = sqlx::query(sql).bind(id.0).bind(stamp.to_owned()).execute(connection).await?;
    Ok(changed.rows_affected() > 0)
}

pub(super) async fn erase(connection: &mut AnyConnection, id: SubscriberId) -> Sql<bool> {
    for sql in [
        "DELETE FROM letters WHERE subscriber_id = $1",
        "DELETE FROM deliveries WHERE subscriber_id = $1",
        "DELETE FROM issue_stories WHERE subscriber_id = $1",
        "DELETE FROM issues WHERE subscriber_id = $1",
    ] {
        sqlx::query(sql).bind(id.0).execute(&mut *connection).await?;
    }
    let erased = sqlx::query("DELETE FROM subscribers WHERE id = $1").bind(id.0);
    Ok(erased.execute(connection).await?.rows_affected() > 0)
}
