//! The ledger of sending: which issues wait, who sends them, and what came of it.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::{standing, subscribers};
use crate::{
    domain::{Delivery, DeliveryState, HandOver, HandOverResult, MailAddress, Slot, SubscriberId},
    store::sql::{Cells, Sql, ms, plain},
};

/// An issue that one sender may send until its claim runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedIssue {
    pub delivery: Delivery,
    /// When the issue was made.
    pub made: Timestamp,
}

/// Who claims a mail, and until when nobody else may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub by: String,
    pub until: Timestamp,
}

/// The columns of [`read`], in its order.
macro_rules! columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " subscriber_id, week, state, message_id, attempts, next_attempt, answer, changed ",
            $after
        )
    };
}

fn read(row: &AnyRow) -> Sql<Delivery> {
    let mut cells = Cells::of(row);
    Ok(Delivery {
        subscriber: SubscriberId(cells.number()?),
        week: cells.parsed()?,
        state: cells.word(DeliveryState::from_word)?,
        message_id: cells.text()?,
        attempts: cells.count()?,
        next_attempt: cells.time()?,
        answer: cells.maybe_text()?,
        changed: cells.time()?,
    })
}

/// The one that waits longest. `None` where nothing waits, or another sender was faster.
pub(super) async fn claim(
    connection: &mut AnyConnection,
    claim: &Claim,
    now: Timestamp,
) -> Sql<Option<ClaimedIssue>> {
    let sql = columns!(
        "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, claimed_by = $1, \
         claimed_until = $2, changed = $3 \
         WHERE (subscriber_id, week) = (SELECT subscriber_id, week FROM deliveries \
         WHERE (state = 'waiting' AND next_attempt <= $3) \
         OR (state = 'sending' AND claimed_until <= $3) \
         ORDER BY next_attempt, subscriber_id LIMIT 1) \
         AND ((state = 'waiting' AND next_attempt <= $3) \
         OR (state = 'sending' AND claimed_until <= $3)) RETURNING",
        ""
    );
    let claimed = sqlx::query(sql).bind(claim.by.clone()).bind(ms(claim.until)).bind(ms(now));
    let Some(row) = claimed.fetch_optional(&mut *connection).await? else { return Ok(None) };
    let delivery = read(&row)?;
    let sql = "SELECT made FROM issues WHERE subscriber_id = $1 AND week = $2";
    let made = sqlx::query(sql).bind(delivery.subscriber.0).bind(delivery.week.to_string());
    let made = made.fetch_optional(connection).await?;
    let made = made.map(|row| Cells::of(&row).time()).transpose()?;
    Ok(Some(ClaimedIssue { made: made.unwrap_or(now), delivery }))
}

/// Records what came of an attempt, and what that says about the address; `None` where the claim had
/// run out and someone else has it. What a server took was sent all the same.
pub(super) async fn record(
    connection: &mut AnyConnection,
    claimed: &ClaimedIssue,
    by: &str,
    hand_over: &HandOver,
    now: Timestamp,
) -> Sql<Option<DeliveryState>> {
    let delivery = &claimed.delivery;
    let (state, next) = hand_over.standing(delivery.attempts, claimed.made, now);
    let sql = "UPDATE deliveries SET state = $1, next_attempt = $2, answer = $3, changed = $4, \
               claimed_by = NULL, claimed_until = NULL \
               WHERE subscriber_id = $5 AND week = $6 AND ((state = 'sending' AND claimed_by = $7 \
               AND attempts = $8) OR ($1 = 'sent' AND state IN ('waiting', 'sending')))";
    let recorded = sqlx::query(sql)
        .bind(state.as_str())
        .bind(ms(next))
        .bind(plain(hand_over.answer.clone()))
        .bind(ms(now))
        .bind(delivery.subscriber.0)
        .bind(delivery.week.to_string())
        .bind(by.to_owned())
        .bind(i64::from(delivery.attempts))
        .execute(&mut *connection)
        .await?;
    if recorded.rows_affected() == 0 {
        return Ok(None);
    }
    judge_address(connection, delivery.subscriber, None, hand_over.result, now).await?;
    Ok(Some(state))
}

/// Counts a refusal against a subscriber's address, or clears what was counted. What was sent `to` another
/// address says nothing.
pub(super) async fn judge_address(
    connection: &mut AnyConnection,
    id: SubscriberId,
    to: Option<&MailAddress>,
    result: HandOverResult,
    now: Timestamp,
) -> Sql<()> {
    let Some(before) = subscribers::by_id(connection, id).await? else { return Ok(()) };
    let own = before.address.as_ref().map(MailAddress::key);
    if to.is_some_and(|to| own != Some(to.key())) {
        return Ok(());
    }
    let after = before.after(result, now);
    if after != before {
        standing::keep(connection, &before, &after).await?;
    }
    Ok(())
}

/// Puts a mail back as if it had not been tried.
pub(super) async fn release(
    connection: &mut AnyConnection,
    claimed: &ClaimedIssue,
    by: &str,
) -> Sql<bool> {
    let sql = "UPDATE deliveries SET state = 'waiting', attempts = attempts - 1, \
               claimed_by = NULL, claimed_until = NULL \
               WHERE subscriber_id = $1 AND week = $2 AND state = 'sending' AND claimed_by = $3";
    let delivery = &claimed.delivery;
    let released = sqlx::query(sql).bind(delivery.subscriber.0).bind(delivery.week.to_string());
    Ok(released.bind(by.to_owned()).execute(connection).await?.rows_affected() > 0)
}

/// When something is to be sent, at the earliest.
pub(super) async fn next_attempt(connection: &mut AnyConnection) -> Sql<Option<Timestamp>> {
    let sql = "SELECT MIN(due) FROM (\
               SELECT MIN(next_attempt) AS due FROM deliveries WHERE state = 'waiting' \
               UNION ALL SELECT MIN(claimed_until) FROM deliveries WHERE state = 'sending' \
               UNION ALL SELECT MIN(next_attempt) FROM letters WHERE state = 'waiting' \
               UNION ALL SELECT MIN(claimed_until) FROM letters WHERE state = 'sending') AS it";
    Cells::of(&sqlx::query(sql).fetch_one(connection).await?).maybe_time()
}

/// Leaves an issue out that was due too long ago: the mark stays, so that the next one tells of all.
pub(super) async fn skip(
    connection: &mut AnyConnection,
    id: SubscriberId,
    slot: Slot,
    now: Timestamp,
) -> Sql<bool> {
    if !pass(connection, id, slot).await? {
        return Ok(false);
    }
    let sql = "INSERT INTO deliveries (subscriber_id, week, state, message_id, attempts, \
               next_attempt, changed) VALUES ($1, $2, 'skipped', '', 0, $3, $3) \
               ON CONFLICT DO NOTHING";
    let row = sqlx::query(sql).bind(id.0).bind(slot.week.to_string()).bind(ms(now));
    row.execute(connection).await?;
    Ok(true)
}

/// Nothing more is due for this slot. Says whether that is new.
pub(super) async fn pass(
    connection: &mut AnyConnection,
    id: SubscriberId,
    slot: Slot,
) -> Sql<bool> {
    let sql = "UPDATE subscribers SET slot = $2 WHERE id = $1 AND (slot IS NULL OR slot < $2)";
    let passed = sqlx::query(sql).bind(id.0).bind(ms(slot.at)).execute(connection).await?;
    Ok(passed.rows_affected() > 0)
}

/// Of one subscriber, the latest week first.
pub(super) async fn of(connection: &mut AnyConnection, id: SubscriberId) -> Sql<Vec<Delivery>> {
    let sql = columns!("SELECT", "FROM deliveries WHERE subscriber_id = $1 ORDER BY week DESC");
    sqlx::query(sql).bind(id.0).fetch_all(connection).await?.iter().map(read).collect()
}

/// How many there are in each state.
pub(super) async fn counts(connection: &mut AnyConnection) -> Sql<Vec<(DeliveryState, u64)>> {
    let sql = "SELECT state, COUNT(*) FROM deliveries GROUP BY state ORDER BY state";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((cells.word(DeliveryState::from_word)?, cells.count()?))
    };
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read).collect()
}
