//! Sending of mails that are no issues: who sends each, and what came of it.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::{Claim, NewLetter, deliveries};
use crate::{
    domain::{DeliveryState, HandOver, SubscriberId},
    store::sql::{Cells, Sql, ms, plain},
};

/// A mail that one sender may send until its claim runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedLetter {
    pub id: i64,
    pub letter: NewLetter,
    pub attempts: u32,
    pub made: Timestamp,
}

fn read(row: &AnyRow) -> Sql<ClaimedLetter> {
    let mut cells = Cells::of(row);
    Ok(ClaimedLetter {
        id: cells.number()?,
        letter: NewLetter {
            subscriber: SubscriberId(cells.number()?),
            purpose: cells.text()?,
            to: cells.parsed()?,
            subject: cells.text()?,
            text: cells.text()?,
            html: cells.text()?,
            message_id: cells.text()?,
        },
        attempts: cells.count()?,
        made: cells.time()?,
    })
}

/// The one that waits longest. `None` where nothing waits, or another sender was faster.
pub(super) async fn claim(
    connection: &mut AnyConnection,
    claim: &Claim,
    now: Timestamp,
) -> Sql<Option<ClaimedLetter>> {
    let sql = "UPDATE letters SET state = 'sending', attempts = attempts + 1, claimed_by = $1, \
               claimed_until = $2 \
               WHERE id = (SELECT id FROM letters WHERE (state = 'waiting' AND next_attempt <= $3) \
               OR (state = 'sending' AND claimed_until <= $3) ORDER BY next_attempt, id LIMIT 1) \
               AND ((state = 'waiting' AND next_attempt <= $3) \
               OR (state = 'sending' AND claimed_until <= $3)) \
               RETURNING id, subscriber_id, purpose, to_address, subject, text, html, message_id, \
               attempts, made";
    let claimed = sqlx::query(sql).bind(claim.by.clone()).bind(ms(claim.until)).bind(ms(now));
    claimed.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// Records what came of an attempt; `None` where someone else has the letter. Once nothing more comes
/// of it, its text goes: it may carry a signed link.
pub(super) async fn record(
    connection: &mut AnyConnection,
    claimed: &ClaimedLetter,
    by: &str,
    hand_over: &HandOver,
    now: Timestamp,
) -> Sql<Option<DeliveryState>> {
    let (state, next) = hand_over.standing(claimed.attempts, claimed.made, now);
    let sql = "UPDATE letters SET state = $1, next_attempt = $2, answer = $3, \
               text = CASE WHEN $1 = 'waiting' THEN text ELSE '' END, \
               html = CASE WHEN $1 = 'waiting' THEN html ELSE '' END, \
               claimed_by = NULL, claimed_until = NULL \
               WHERE id = $4 AND ((state = 'sending' AND claimed_by = $5 AND attempts = $6) \
               OR ($1 = 'sent' AND state IN ('waiting', 'sending')))";
    let recorded = sqlx::query(sql)
        .bind(state.as_str())
        .bind(ms(next))
        .bind(plain(hand_over.answer.clone()))
        .bind(claimed.id)
        .bind(by.to_owned())
        .bind(i64::from(claimed.attempts))
        .execute(&mut *connection)
        .await?;
    if recorded.rows_affected() == 0 {
        return Ok(None);
    }
    let NewLetter { subscriber, to, .. } = &claimed.letter;
    deliveries::judge_address(connection, *subscriber, Some(to), hand_over.result, now).await?;
    Ok(Some(state))
}

/// Puts a letter back as if it had not been tried.
pub(super) async fn release(
    connection: &mut AnyConnection,
    claimed: &ClaimedLetter,
    by: &str,
) -> Sql<bool> {
    let sql = "UPDATE letters SET state = 'waiting', attempts = attempts - 1, claimed_by = NULL, \
               claimed_until = NULL WHERE id = $1 AND state = 'sending' AND claimed_by = $2";
    let released = sqlx::query(sql).bind(claimed.id).bind(by.to_owned());
    Ok(released.execute(connection).await?.rows_affected() > 0)
}
