//! Sources: which are due, and how each and its peer are doing.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sqlx::{AnyConnection, AnyPool, any::AnyRow};

use crate::domain::{ArticleState, PeerId, Slug, SourceId, SourceToVisit};

use super::{
    articles,
    sql::{Cells, ManyRows, Sql, ms},
    state::{read_source, source_columns},
};

/// Which sources to visit, due or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// All that are followed, except those that are muted because they are gone.
    All,
    /// Those of one peer, the muted ones too: someone asked.
    Peer(Slug),
}

/// A source of any type and how it is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceReport {
    pub source: SourceToVisit,
    /// Slug of the peer.
    pub peer: String,
    /// Whether it is in `feeds.toml` now.
    pub followed: bool,
}

/// What there is of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceCounts {
    pub entries: u64,
    /// How many of their articles are in each state.
    pub articles: BTreeMap<ArticleState, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerReport {
    pub id: PeerId,
    pub slug: String,
    pub name: String,
    pub domains: Vec<Slug>,
    /// Whether it is in `feeds.toml` now.
    pub followed: bool,
    pub sources: u64,
    pub entries: u64,
    /// Where its newest entry stands in lists.
    pub newest: Option<Timestamp>,
}

const VISITABLE: &str = concat!(
    "SELECT ",
    source_columns!(),
    " FROM sources AS s JOIN peers AS p ON p.id = s.peer_id WHERE s.followed = 1"
);

pub(super) async fn due(pool: &AnyPool, now: Timestamp) -> Sql<Vec<SourceToVisit>> {
    let sql = format!(
        "{VISITABLE} AND s.muted = 0 AND s.next_visit <= $1 \
         AND (s.not_before IS NULL OR s.not_before <= $1) ORDER BY s.next_visit, s.id"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(ms(now)).fetch_all(pool).await?;
    rows.iter().map(|row| Ok(read_source(row)?.0)).collect()
}

pub(super) async fn picked(pool: &AnyPool, pick: &Pick) -> Sql<Vec<SourceToVisit>> {
    let condition = match pick {
        Pick::All => "s.muted = 0",
        Pick::Peer(_) => "p.slug = $1",
    };
    let sql = format!("{VISITABLE} AND {condition} ORDER BY s.next_visit, s.id");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    if let Pick::Peer(slug) = pick {
        query = query.bind(slug.as_str().to_owned());
    }
    query.fetch_all(pool).await?.iter().map(|row| Ok(read_source(row)?.0)).collect()
}

/// When the next source becomes due.
pub(super) async fn next_due(pool: &AnyPool) -> Sql<Option<Timestamp>> {
    let sql = "SELECT MIN(CASE WHEN s.not_before > s.next_visit THEN s.not_before ELSE s.next_visit END) \
               FROM sources AS s WHERE s.followed = 1 AND s.muted = 0";
    let row = sqlx::query(sql).fetch_one(pool).await?;
    Cells::of(&row).maybe_time()
}

/// All sources, followed or not, ordered by peer. Pages that readers saved have none that is visited.
pub(super) async fn reports(connection: &mut AnyConnection) -> Sql<Vec<SourceReport>> {
    let sql = concat!(
        "SELECT ",
        source_columns!(),
        ", p.slug, s.followed FROM sources AS s JOIN peers AS p ON p.id = s.peer_id \
         WHERE p.slug <> 'saved' ORDER BY p.slug, s.id"
    );
    let read = |row| {
        let (source, mut cells) = read_source(row)?;
        Ok(SourceReport { source, peer: cells.text()?, followed: cells.yes()? })
    };
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read).collect()
}

static ENTRIES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT v.id, (SELECT COUNT(*) FROM entries AS e WHERE e.source_id = v.id) FROM v",
);

/// What there is of some sources. To count it takes longer than to tell how they are doing.
pub(super) async fn counts(
    connection: &mut AnyConnection,
    sources: &[SourceId],
) -> Sql<HashMap<SourceId, SourceCounts>> {
    let mut articles = articles::counts(connection, sources).await?;
    let ids = sources.iter().map(|it| it.0).collect();
    let rows = ENTRIES.fetch(connection, ids, |it, id: i64| it.bind(id)).await?;
    let read = |row| {
        let mut cells = Cells::of(row);
        let (source, entries) = (SourceId(cells.number()?), cells.count()?);
        let articles = articles.remove(&source).unwrap_or_default();
        Ok((source, SourceCounts { entries, articles }))
    };
    rows.iter().map(read).collect()
}

/// All peers, followed or not, ordered by slug.
pub(super) async fn peers(connection: &mut AnyConnection) -> Sql<Vec<PeerReport>> {
    let sql = "SELECT p.id, p.slug, p.name, p.domains, p.followed, \
               (SELECT COUNT(*) FROM sources AS s WHERE s.peer_id = p.id AND s.followed = 1), \
               (SELECT COUNT(*) FROM entries AS e WHERE e.peer_id = p.id), \
               (SELECT MAX(e.ordered) FROM entries AS e WHERE e.peer_id = p.id) \
               FROM peers AS p ORDER BY p.slug";
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read_peer).collect()
}

fn read_peer(row: &AnyRow) -> Sql<PeerReport> {
    let mut cells = Cells::of(row);
    Ok(PeerReport {
        id: PeerId(cells.number()?),
        slug: cells.text()?,
        name: cells.text()?,
        domains: cells.json()?,
        followed: cells.yes()?,
        sources: cells.count()?,
        entries: cells.count()?,
        newest: cells.maybe_time()?,
    })
}
