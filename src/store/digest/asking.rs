//! What strangers ask for, and what becomes of it once it is confirmed.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::subscribers::{self, NewSubscriber};
use crate::{
    domain::{Asked, MailAddress, Subscriber, SubscriberId, SubscriberState},
    store::sql::{Cells, Sql, json, ms},
};

/// Whoever does not confirm is forgotten after so long; links to confirm end before.
const PENDING_KEPT: Duration = Duration::from_hours(8 * 24);

/// A letter says nothing any more after so long.
const LETTERS_KEPT: Duration = Duration::from_hours(30 * 24);

/// Whoever has the address after that. A stranger changes nothing of someone who ever confirmed: what
/// was asked for is put aside. The work is alike in all cases, so that the time tells nothing.
pub(super) async fn subscribe(
    connection: &mut AnyConnection,
    new: &NewSubscriber,
    now: Timestamp,
) -> Sql<Option<Subscriber>> {
    forget_unanswered(connection, now).await?;
    let Some(address) = &new.address else { return Ok(None) };
    let Some(known) = subscribers::by_address(connection, address).await? else {
        return subscribers::add(connection, new, now).await;
    };
    let asked = Asked { address: None, preferences: Some(new.preferences.clone()) };
    match known.state {
        SubscriberState::Pending => {
            let sql = "UPDATE subscribers SET preferences = $2, made = $3 WHERE id = $1";
            let renew = sqlx::query(sql).bind(known.id.0).bind(json(&new.preferences));
            renew.bind(ms(now)).execute(&mut *connection).await?;
        }
        SubscriberState::Left | SubscriberState::Suspended => {
            ask(connection, known.id, &asked).await?;
        }
        SubscriberState::Active => {
            let sql = "UPDATE subscribers SET asked = asked WHERE id = $1";
            sqlx::query(sql).bind(known.id.0).execute(&mut *connection).await?;
        }
    }
    subscribers::by_id(connection, known.id).await
}

pub(super) async fn ask(
    connection: &mut AnyConnection,
    id: SubscriberId,
    asked: &Asked,
) -> Sql<bool> {
    let sql = "UPDATE subscribers SET asked = $2 WHERE id = $1";
    let asked = sqlx::query(sql).bind(id.0).bind(json(asked)).execute(connection).await?;
    Ok(asked.rows_affected() > 0)
}

pub(super) async fn asked(connection: &mut AnyConnection, id: SubscriberId) -> Sql<Asked> {
    let sql = "SELECT asked FROM subscribers WHERE id = $1 AND asked IS NOT NULL";
    let row = sqlx::query(sql).bind(id.0).fetch_optional(connection).await?;
    let asked = row.map(|row| Cells::of(&row).json()).transpose()?;
    Ok(asked.unwrap_or_default())
}

/// What was asked for counts from now on; the address stays.
pub(super) async fn confirm(
    connection: &mut AnyConnection,
    id: SubscriberId,
    now: Timestamp,
) -> Sql<bool> {
    let asked = asked(connection, id).await?;
    if let Some(preferences) = &asked.preferences {
        subscribers::prefer(connection, id, preferences).await?;
        settle(connection, id).await?;
    }
    subscribers::enter(connection, id, SubscriberState::Active, now).await
}

/// Moves a subscriber to the address that was asked for, and voids all earlier links, since they lie
/// where somebody else may read. Says whether the address was free.
pub(super) async fn readdress(
    connection: &mut AnyConnection,
    id: SubscriberId,
    address: &MailAddress,
    stamp: &str,
) -> Sql<bool> {
    if !subscribers::readdress(connection, id, Some(address)).await? {
        return Ok(false);
    }
    settle(connection, id).await?;
    subscribers::stamp(connection, id, stamp).await
}

async fn settle(connection: &mut AnyConnection, id: SubscriberId) -> Sql<()> {
    let sql = "UPDATE subscribers SET asked = NULL WHERE id = $1";
    sqlx::query(sql).bind(id.0).execute(connection).await.map(drop)
}

/// Whoever did not confirm in time, and letters that say nothing any more.
pub(super) async fn forget_unanswered(connection: &mut AnyConnection, now: Timestamp) -> Sql<()> {
    let letters = sqlx::query("DELETE FROM letters WHERE made < $1");
    letters.bind(ms(now - LETTERS_KEPT)).execute(&mut *connection).await?;
    let sql = "SELECT id FROM subscribers WHERE state = $1 AND made < $2";
    let pending = sqlx::query(sql).bind(SubscriberState::Pending.as_str());
    let rows = pending.bind(ms(now - PENDING_KEPT)).fetch_all(&mut *connection).await?;
    for row in &rows {
        let id = SubscriberId(Cells::of(row).number()?);
        subscribers::erase(connection, id).await?;
    }
    Ok(())
}
