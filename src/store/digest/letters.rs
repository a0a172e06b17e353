//! Mails that are no issues, in a queue, so that a crash loses none and whoever asked for one waits
//! for no mail server.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{MailAddress, SubscriberId},
    store::sql::{Sql, ms, plain, take_numbers},
};

/// A mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLetter {
    pub subscriber: SubscriberId,
    /// What it is for, in a word: `confirm`.
    pub purpose: String,
    pub to: MailAddress,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Without angle brackets.
    pub message_id: String,
}

pub(super) async fn queue(
    connection: &mut AnyConnection,
    new: &NewLetter,
    now: Timestamp,
) -> Sql<i64> {
    let id = take_numbers(connection, "letter", 1).await?;
    let sql = "INSERT INTO letters (id, subscriber_id, purpose, to_address, subject, text, html, \
               message_id, state, attempts, next_attempt, made) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $9)";
    sqlx::query(sql)
        .bind(id)
        .bind(new.subscriber.0)
        .bind(new.purpose.clone())
        .bind(new.to.to_string())
        .bind(plain(new.subject.clone()))
        .bind(plain(new.text.clone()))
        .bind(plain(new.html.clone()))
        .bind(new.message_id.clone())
        .bind(ms(now))
        .execute(connection)
        .await?;
    Ok(id)
}
