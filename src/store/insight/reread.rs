//! Entries that are to be read again, and how many there are.

use sqlx::AnyConnection;

use crate::{
    domain::EntryId,
    store::sql::{Cells, ManyRows, Sql, Statement, take_numbers},
};

/// What of the entries of followed peers is to be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rereading {
    /// What no model has read, or another than this.
    NotBy(u32),
    /// Whatever was read, also by this model.
    Everything,
}

/// What a portion came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RereadPart {
    /// Entries that were brought back.
    pub entries: u64,
    /// Where to go on, if there may be more.
    pub next: Option<EntryId>,
}

/// How far a model has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InsightCounts {
    pub read: u64,
    /// Of followed peers.
    pub waiting: u64,
}

static RENUMBER: ManyRows = ManyRows::new(
    "WITH v(id, changed) AS (VALUES ",
    2,
    ") UPDATE entries SET changed = v.changed FROM v WHERE entries.id = v.id",
);
/// No text has this fingerprint.
static MARK_STALE: ManyRows =
    ManyRows::new("UPDATE insights SET fingerprint = '' WHERE entry_id IN (VALUES ", 1, ")");

pub(super) async fn reread(
    connection: &mut AnyConnection,
    which: Rereading,
    before: Option<EntryId>,
    rows: u32,
) -> Sql<RereadPart> {
    let rows = rows.max(1);
    let ids = found(connection, which, before, rows).await?;
    if ids.is_empty() {
        return Ok(RereadPart::default());
    }
    if which == Rereading::Everything {
        let bind = |statement: Statement, id: i64| statement.bind(id);
        MARK_STALE.execute(connection, ids.clone(), bind).await?;
    }
    let full = ids.len() == usize::try_from(rows).unwrap_or(usize::MAX);
    let next = ids.last().filter(|_| full).map(|it| EntryId(*it));
    let entries = ids.len() as u64;
    bring_back(connection, ids).await?;
    Ok(RereadPart { entries, next })
}

/// Gives entries the next numbers of the change sequence, in their order.
pub(super) async fn bring_back(connection: &mut AnyConnection, ids: Vec<i64>) -> Sql<()> {
    let last = take_numbers(connection, "change", ids.len()).await?;
    let first = last + 1 - i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let numbered = ids.into_iter().zip(first..).collect();
    let pair = |statement: Statement, (id, changed): (i64, i64)| statement.bind(id).bind(changed);
    RENUMBER.execute(connection, numbered, pair).await
}

/// Those that arrived last first, as their numbers go.
async fn found(
    connection: &mut AnyConnection,
    which: Rereading,
    before: Option<EntryId>,
    rows: u32,
) -> Sql<Vec<i64>> {
    let stale = match which {
        Rereading::NotBy(_) => "(i.model IS NULL OR i.model <> $2)",
        Rereading::Everything => "$2 >= 0",
    };
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT e.id FROM entries AS e JOIN peers AS p ON p.id = e.peer_id \
         LEFT JOIN insights AS i ON i.entry_id = e.id \
         WHERE p.followed = 1 AND e.id < $1 AND {stale} ORDER BY e.id DESC LIMIT {rows}"
    ));
    let model = if let Rereading::NotBy(model) = which { i64::from(model) } else { 0 };
    let query = sqlx::query(sql).bind(before.map_or(i64::MAX, |it| it.0)).bind(model);
    query.fetch_all(connection).await?.iter().map(|row| Cells::of(row).number()).collect()
}

pub(super) async fn counts(connection: &mut AnyConnection, model: u32) -> Sql<InsightCounts> {
    let sql = "SELECT (SELECT COUNT(*) FROM insights WHERE model = $1), \
               (SELECT COUNT(*) FROM entries AS e JOIN peers AS p ON p.id = e.peer_id \
               LEFT JOIN insights AS i ON i.entry_id = e.id AND i.model = $1 \
               WHERE p.followed = 1 AND i.entry_id IS NULL)";
    let row = sqlx::query(sql).bind(i64::from(model)).fetch_one(connection).await?;
    let mut cells = Cells::of(&row);
    Ok(InsightCounts { read: cells.count()?, waiting: cells.count()? })
}
