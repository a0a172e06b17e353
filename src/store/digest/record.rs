//! All that is kept of a subscriber, in short for lists and in full for the subscriber.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::AnyConnection;

use super::{asking, issues, subscribers};
use crate::{
    domain::{Asked, Issue, IssuePart, MailAddress, StoryId, Subscriber, SubscriberId, Week},
    store::sql::{Cells, Sql},
};

/// A subscriber with what was last sent.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriberReport {
    pub subscriber: Subscriber,
    pub issues: u32,
    pub last: Option<LastIssue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastIssue {
    pub week: Week,
    /// What came of sending it; `None` where it was not to be sent.
    pub delivery: Option<String>,
}

/// Everything that is kept of a subscriber.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriberRecord {
    pub subscriber: Subscriber,
    pub asked: Asked,
    pub issues: Vec<Issue>,
    pub told: Vec<(StoryId, IssuePart, Week)>,
    pub deliveries: Vec<DeliveryRecord>,
    pub letters: Vec<LetterReport>,
}

/// What came of sending an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeliveryRecord {
    pub week: Week,
    pub state: String,
    pub message_id: String,
    pub attempts: u32,
    /// What the server said last.
    pub answer: Option<String>,
    pub changed: Timestamp,
}

/// A mail that is no issue, as it was written; its text goes once it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LetterReport {
    pub purpose: String,
    pub to: MailAddress,
    pub subject: String,
    /// With a link that is for whoever reads the address, and for nobody else.
    #[serde(skip)]
    pub text: String,
    #[serde(skip)]
    pub html: String,
    pub state: String,
    pub made: Timestamp,
}

const EVERY_ISSUE: u32 = u32::MAX;

pub(super) async fn reports(connection: &mut AnyConnection) -> Sql<Vec<SubscriberReport>> {
    let mut reports = Vec::new();
    for subscriber in subscribers::all(connection).await? {
        let sql = "SELECT i.week, d.state, (SELECT COUNT(*) FROM issues WHERE subscriber_id = $1) \
                   FROM issues AS i LEFT JOIN deliveries AS d \
                   ON d.subscriber_id = i.subscriber_id AND d.week = i.week \
                   WHERE i.subscriber_id = $1 ORDER BY i.slot DESC, i.week DESC LIMIT 1";
        let row = sqlx::query(sql).bind(subscriber.id.0).fetch_optional(&mut *connection).await?;
        let (last, issues) = match row {
            None => (None, 0),
            Some(row) => {
                let mut cells = Cells::of(&row);
                let (week, delivery) = (cells.parsed()?, cells.maybe_text()?);
                (Some(LastIssue { week, delivery }), cells.count()?)
            }
        };
        reports.push(SubscriberReport { subscriber, issues, last });
    }
    Ok(reports)
}

pub(super) async fn record(
    connection: &mut AnyConnection,
    id: SubscriberId,
) -> Sql<Option<SubscriberRecord>> {
    let Some(subscriber) = subscribers::by_id(connection, id).await? else { return Ok(None) };
    let issues = issues::list(connection, id, EVERY_ISSUE).await?;
    Ok(Some(SubscriberRecord {
        subscriber,
        asked: asking::asked(connection, id).await?,
        issues: issues.into_iter().map(|it| it.content).collect(),
        told: issues::told(connection, id).await?,
        deliveries: deliveries(connection, id).await?,
        letters: letters(connection, id).await?,
    }))
}

async fn deliveries(connection: &mut AnyConnection, id: SubscriberId) -> Sql<Vec<DeliveryRecord>> {
    let sql = "SELECT week, state, message_id, attempts, answer, changed FROM deliveries \
               WHERE subscriber_id = $1 ORDER BY week";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(DeliveryRecord {
            week: cells.parsed()?,
            state: cells.text()?,
            message_id: cells.text()?,
            attempts: cells.count()?,
            answer: cells.maybe_text()?,
            changed: cells.time()?,
        })
    };
    sqlx::query(sql).bind(id.0).fetch_all(connection).await?.iter().map(read).collect()
}

/// Oldest first.
pub(super) async fn letters(
    connection: &mut AnyConnection,
    id: SubscriberId,
) -> Sql<Vec<LetterReport>> {
    let sql = "SELECT purpose, to_address, subject, text, html, state, made FROM letters \
               WHERE subscriber_id = $1 ORDER BY id";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(LetterReport {
            purpose: cells.text()?,
            to: cells.parsed()?,
            subject: cells.text()?,
            text: cells.text()?,
            html: cells.text()?,
            state: cells.text()?,
            made: cells.time()?,
        })
    };
    sqlx::query(sql).bind(id.0).fetch_all(connection).await?.iter().map(read).collect()
}
