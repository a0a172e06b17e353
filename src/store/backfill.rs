//! Entries of a back-catalogue, and how far it was walked: both written together.

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::sql::{Cells, Sql, ms};
use crate::domain::{Address, SourceId};

/// How far the back-catalogue of a source was walked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackfillProgress {
    /// The page of its feed to go on with.
    pub next: Option<Address>,
    /// Pages or portions that were taken so far.
    pub pages: u32,
    /// When the end was reached.
    pub ended: Option<Timestamp>,
}

pub(super) async fn progress(
    connection: &mut AnyConnection,
    source: SourceId,
) -> Sql<Option<BackfillProgress>> {
    let sql = "SELECT next, pages, ended FROM backfills WHERE source_id = $1";
    let row = sqlx::query(sql).bind(source.0).fetch_optional(connection).await?;
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(BackfillProgress {
            next: cells.maybe_parsed()?,
            pages: cells.count()?,
            ended: cells.maybe_time()?,
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn keep(
    connection: &mut AnyConnection,
    source: SourceId,
    progress: &BackfillProgress,
) -> Sql<()> {
    let sql = "INSERT INTO backfills (source_id, next, pages, ended) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (source_id) DO UPDATE SET next = excluded.next, \
               pages = excluded.pages, ended = excluded.ended";
    sqlx::query(sql)
        .bind(source.0)
        .bind(progress.next.as_ref().map(Address::to_string))
        .bind(i64::from(progress.pages))
        .bind(progress.ended.map(ms))
        .execute(connection)
        .await
        .map(drop)
}
