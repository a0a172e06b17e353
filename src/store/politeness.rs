//! How each host was treated, a row for each day.

use sqlx::{AnyConnection, AnyPool};

use crate::domain::{Gate, HostTally};

use super::sql::{Cells, ManyRows, Sql};

/// How one host was treated over some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostReport {
    pub host: String,
    pub tally: HostTally,
}

/// How many days are kept.
const DAYS_KEPT: i64 = 400;

static ADD: ManyRows = ManyRows::new(
    "INSERT INTO politeness (gate, day, requests, conditional, unchanged, bytes, saved_bytes, \
     waits_obeyed, robots_obeyed, paused_ms, most_at_once) VALUES ",
    11,
    " ON CONFLICT (gate, day) DO UPDATE SET \
     requests = politeness.requests + excluded.requests, \
     conditional = politeness.conditional + excluded.conditional, \
     unchanged = politeness.unchanged + excluded.unchanged, \
     bytes = politeness.bytes + excluded.bytes, \
     saved_bytes = politeness.saved_bytes + excluded.saved_bytes, \
     waits_obeyed = politeness.waits_obeyed + excluded.waits_obeyed, \
     robots_obeyed = politeness.robots_obeyed + excluded.robots_obeyed, \
     paused_ms = politeness.paused_ms + excluded.paused_ms, \
     most_at_once = CASE WHEN excluded.most_at_once > politeness.most_at_once \
     THEN excluded.most_at_once ELSE politeness.most_at_once END",
);

pub(super) async fn add(
    connection: &mut AnyConnection,
    day: i64,
    tallies: Vec<(Gate, HostTally)>,
) -> Sql<()> {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    ADD.execute(connection, tallies, |statement, (gate, tally)| {
        statement
            .bind(gate.to_string())
            .bind(day)
            .bind(number(tally.requests))
            .bind(number(tally.conditional))
            .bind(number(tally.unchanged))
            .bind(number(tally.bytes))
            .bind(number(tally.saved_bytes))
            .bind(number(tally.waits_obeyed))
            .bind(number(tally.robots_obeyed))
            .bind(number(tally.paused_ms))
            .bind(number(tally.most_at_once))
    })
    .await
}

/// Deletes days that nobody asks about any more.
pub(super) async fn prune(connection: &mut AnyConnection, today: i64) -> Sql<()> {
    let sql = "DELETE FROM politeness WHERE day < $1";
    sqlx::query(sql).bind(today.saturating_sub(DAYS_KEPT)).execute(connection).await.map(drop)
}

/// All hosts since a day, those with the most requests first.
pub(super) async fn since(pool: &AnyPool, day: i64) -> Sql<Vec<HostReport>> {
    let sql = "SELECT gate, CAST(SUM(requests) AS BIGINT), CAST(SUM(conditional) AS BIGINT), \
               CAST(SUM(unchanged) AS BIGINT), CAST(SUM(bytes) AS BIGINT), \
               CAST(SUM(saved_bytes) AS BIGINT), CAST(SUM(waits_obeyed) AS BIGINT), \
               CAST(SUM(robots_obeyed) AS BIGINT), CAST(SUM(paused_ms) AS BIGINT), \
               CAST(MAX(most_at_once) AS BIGINT) FROM politeness WHERE day >= $1 \
               GROUP BY gate ORDER BY SUM(requests) DESC, gate";
    let read = |row| {
        let mut cells = Cells::of(row);
        let host = cells.text()?;
        let tally = HostTally {
            requests: cells.count()?,
            conditional: cells.count()?,
            unchanged: cells.count()?,
            bytes: cells.count()?,
            saved_bytes: cells.count()?,
            waits_obeyed: cells.count()?,
            robots_obeyed: cells.count()?,
            paused_ms: cells.count()?,
            most_at_once: cells.count()?,
        };
        Ok(HostReport { host, tally })
    };
    sqlx::query(sql).bind(day).fetch_all(pool).await?.iter().map(read).collect()
}
