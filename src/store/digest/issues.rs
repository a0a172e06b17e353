//! Issues as they were composed, and what each told of.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{Issue, IssuePart, StoryId, SubscriberId, Week},
    store::sql::{Cells, ManyRows, Sql, json, ms, plain},
};

/// An issue in short.
#[derive(Clone, Debug, PartialEq)]
pub struct IssueReport {
    pub week: Week,
    pub slot: Timestamp,
    pub made: Timestamp,
    pub content: Issue,
}

pub(super) async fn keep(
    connection: &mut AnyConnection,
    id: SubscriberId,
    issue: &Issue,
    message_id: Option<&str>,
) -> Sql<bool> {
    let sql = "INSERT INTO issues (subscriber_id, week, slot, after, upto, made, content) \
               SELECT $1, $2, $3, $4, $5, $6, $7 \
               WHERE EXISTS (SELECT 1 FROM subscribers WHERE id = $1 AND mark = $4) \
               ON CONFLICT DO NOTHING";
    let kept = sqlx::query(sql)
        .bind(id.0)
        .bind(issue.week.to_string())
        .bind(ms(issue.slot))
        .bind(issue.after)
        .bind(issue.upto)
        .bind(ms(issue.made))
        .bind(plain(json(issue)))
        .execute(&mut *connection)
        .await?;
    if kept.rows_affected() == 0 {
        return Ok(false);
    }
    let moved = "UPDATE subscribers SET mark = $2, slot = $3 WHERE id = $1";
    let moved = sqlx::query(moved).bind(id.0).bind(issue.upto).bind(ms(issue.slot));
    moved.execute(&mut *connection).await?;
    keep_stories(connection, id, issue).await?;
    if let Some(message_id) = message_id {
        // Only an issue that was left out can have a row already.
        let sql = "INSERT INTO deliveries (subscriber_id, week, state, message_id, attempts, \
                   next_attempt, changed) VALUES ($1, $2, 'waiting', $3, 0, $4, $4) \
                   ON CONFLICT (subscriber_id, week) DO UPDATE SET state = 'waiting', \
                   message_id = excluded.message_id, next_attempt = excluded.next_attempt, \
                   changed = excluded.changed";
        let row = sqlx::query(sql).bind(id.0).bind(issue.week.to_string());
        row.bind(message_id.to_owned()).bind(ms(issue.made)).execute(connection).await?;
    }
    Ok(true)
}

async fn keep_stories(connection: &mut AnyConnection, id: SubscriberId, issue: &Issue) -> Sql<()> {
    static KEEP: ManyRows = ManyRows::new(
        "INSERT INTO issue_stories (subscriber_id, story_id, week, part) VALUES ",
        4,
        " ON CONFLICT DO NOTHING",
    );
    let week = issue.week.to_string();
    let bind = |it: crate::store::sql::Statement, (story, part): (StoryId, IssuePart)| {
        it.bind(id.0).bind(story.0).bind(week.clone()).bind(part.as_str())
    };
    KEEP.execute(connection, issue.stories().collect(), bind).await
}

pub(super) async fn list(
    connection: &mut AnyConnection,
    id: SubscriberId,
    limit: u32,
) -> Sql<Vec<IssueReport>> {
    let sql = "SELECT week, slot, made, content FROM issues WHERE subscriber_id = $1 \
               ORDER BY slot DESC, week DESC LIMIT $2";
    let read = |row| {
        let mut cells = Cells::of(row);
        let (week, slot, made) = (cells.parsed()?, cells.time()?, cells.time()?);
        Ok(IssueReport { week, slot, made, content: cells.json()? })
    };
    let rows = sqlx::query(sql).bind(id.0).bind(i64::from(limit)).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(super) async fn load(
    connection: &mut AnyConnection,
    id: SubscriberId,
    week: Week,
) -> Sql<Option<Issue>> {
    let sql = "SELECT content FROM issues WHERE subscriber_id = $1 AND week = $2";
    let row = sqlx::query(sql).bind(id.0).bind(week.to_string()).fetch_optional(connection).await?;
    row.map(|row| Cells::of(&row).json()).transpose()
}

pub(super) async fn told(
    connection: &mut AnyConnection,
    id: SubscriberId,
) -> Sql<Vec<(StoryId, IssuePart, Week)>> {
    let sql = "SELECT story_id, part, week FROM issue_stories WHERE subscriber_id = $1";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((StoryId(cells.number()?), cells.word(IssuePart::from_word)?, cells.parsed()?))
    };
    sqlx::query(sql).bind(id.0).fetch_all(connection).await?.iter().map(read).collect()
}
