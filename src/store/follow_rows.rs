//! The rows of peers and sources, as far as `feeds.toml` speaks of them.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::domain::{Address, GuidPolicy, PublisherRhythm, SourceState};

use super::{
    sql::{Cells, ManyRows, Sql, Statement, json, ms, take_numbers},
    state::{UPDATE_STATES, bind_state},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PeerRow {
    pub(super) id: i64,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) domains: String,
    pub(super) followed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceRow {
    pub(super) id: i64,
    pub(super) peer: i64,
    pub(super) address: String,
    pub(super) kind: String,
    pub(super) lane: String,
    pub(super) keep: String,
    pub(super) drop: String,
    pub(super) every_ms: i64,
    pub(super) user_agent: Option<String>,
    pub(super) pages: String,
    pub(super) followed: bool,
}

/// All peers and sources as they are, and the next free ids.
pub(super) struct Rows {
    pub(super) peers: Vec<PeerRow>,
    pub(super) sources: Vec<SourceRow>,
    pub(super) next_peer: i64,
    pub(super) next_source: i64,
}

pub(super) async fn load(connection: &mut AnyConnection) -> Sql<Rows> {
    let next = "SELECT name, last + 1 FROM counters WHERE name IN ('peer', 'source') ORDER BY name";
    let next: Vec<i64> = sqlx::query(next)
        .fetch_all(&mut *connection)
        .await?
        .iter()
        .map(|row| {
            let mut cells = Cells::of(row);
            cells.text()?;
            cells.number()
        })
        .collect::<Sql<_>>()?;
    let [next_peer, next_source] = next[..] else { return Err(sqlx::Error::RowNotFound) };
    let peers = "SELECT id, slug, name, domains, followed FROM peers ORDER BY id";
    let peers = sqlx::query(peers).fetch_all(&mut *connection).await?;
    let sources = "SELECT id, peer_id, address, type, lane, keep_paths, drop_paths, every_ms, \
                   user_agent, page_rules, followed FROM sources ORDER BY id";
    let sources = sqlx::query(sources).fetch_all(connection).await?;
    Ok(Rows {
        peers: peers.iter().map(read_peer).collect::<Sql<_>>()?,
        sources: sources.iter().map(read_source).collect::<Sql<_>>()?,
        next_peer,
        next_source,
    })
}

pub(super) async fn insert_peers(connection: &mut AnyConnection, peers: Vec<PeerRow>) -> Sql<()> {
    if peers.is_empty() {
        return Ok(());
    }
    take_numbers(connection, "peer", peers.len()).await?;
    INSERT_PEERS.execute(connection, peers, bind_peer).await
}

pub(super) async fn update_peers(connection: &mut AnyConnection, peers: Vec<PeerRow>) -> Sql<()> {
    UPDATE_PEERS.execute(connection, peers, bind_peer).await
}

/// Sources that were never visited: due at once.
pub(super) async fn insert_sources(
    connection: &mut AnyConnection,
    sources: Vec<SourceRow>,
    now: Timestamp,
) -> Sql<()> {
    if sources.is_empty() {
        return Ok(());
    }
    take_numbers(connection, "source", sources.len()).await?;
    let asked = json(&PublisherRhythm::default());
    let bind = |statement, row| {
        let statement = bind_source(statement, row).bind(ms(now));
        statement.bind(GuidPolicy::default().as_str()).bind(asked.clone())
    };
    INSERT_SOURCES.execute(connection, sources, bind).await
}

pub(super) async fn update_sources(
    connection: &mut AnyConnection,
    sources: Vec<SourceRow>,
) -> Sql<()> {
    UPDATE_SOURCES.execute(connection, sources, bind_source).await
}

fn read_peer(row: &sqlx::any::AnyRow) -> Sql<PeerRow> {
    let mut cells = Cells::of(row);
    Ok(PeerRow {
        id: cells.number()?,
        slug: cells.text()?,
        name: cells.text()?,
        domains: cells.text()?,
        followed: cells.yes()?,
    })
}

fn read_source(row: &sqlx::any::AnyRow) -> Sql<SourceRow> {
    let mut cells = Cells::of(row);
    Ok(SourceRow {
        id: cells.number()?,
        peer: cells.number()?,
        address: cells.text()?,
        kind: cells.text()?,
        lane: cells.text()?,
        keep: cells.text()?,
        drop: cells.text()?,
        every_ms: cells.number()?,
        user_agent: cells.maybe_text()?,
        pages: cells.text()?,
        followed: cells.yes()?,
    })
}

fn bind_peer(statement: Statement, row: PeerRow) -> Statement {
    let PeerRow { id, slug, name, domains, followed } = row;
    statement.bind(id).bind(slug).bind(name).bind(domains).bind(i64::from(followed))
}

fn bind_source(statement: Statement, row: SourceRow) -> Statement {
    statement
        .bind(row.id)
        .bind(row.peer)
        .bind(row.address)
        .bind(row.kind)
        .bind(row.lane)
        .bind(row.keep)
        .bind(row.drop)
        .bind(row.every_ms)
        .bind(row.user_agent)
        .bind(row.pages)
        .bind(i64::from(row.followed))
}

static INSERT_PEERS: ManyRows =
    ManyRows::new("INSERT INTO peers (id, slug, name, domains, followed) VALUES ", 5, "");

static UPDATE_PEERS: ManyRows = ManyRows::new(
    "WITH v(id, slug, name, domains, followed) AS (VALUES ",
    5,
    ") UPDATE peers SET slug = v.slug, name = v.name, domains = v.domains, \
     followed = v.followed FROM v WHERE peers.id = v.id",
);

static INSERT_SOURCES: ManyRows = ManyRows::new(
    "WITH v(id, peer_id, address, type, lane, keep_paths, drop_paths, every_ms, user_agent, \
     page_rules, followed, now, guid_policy, asked) AS (VALUES ",
    14,
    ") INSERT INTO sources (id, peer_id, address, type, lane, keep_paths, drop_paths, every_ms, \
     user_agent, page_rules, followed, since, in_use, moving_confirmations, guid_policy, next_visit, \
     failures, muted, complaints, asked) SELECT v.id, v.peer_id, v.address, v.type, v.lane, \
     v.keep_paths, v.drop_paths, v.every_ms, v.user_agent, v.page_rules, v.followed, 0, \
     v.address, 0, \
     v.guid_policy, v.now, 0, 0, '[]', v.asked FROM v",
);

static UPDATE_SOURCES: ManyRows = ManyRows::new(
    "WITH v(id, peer_id, address, type, lane, keep_paths, drop_paths, every_ms, user_agent, \
     page_rules, followed) AS (VALUES ",
    11,
    ") UPDATE sources SET peer_id = v.peer_id, address = v.address, type = v.type, \
     lane = v.lane, keep_paths = v.keep_paths, drop_paths = v.drop_paths, \
     every_ms = v.every_ms, user_agent = v.user_agent, \
     page_rules = v.page_rules, followed = v.followed \
     FROM v WHERE sources.id = v.id",
);

pub(super) async fn readdress(
    connection: &mut AnyConnection,
    sources: Vec<(i64, Address)>,
    now: Timestamp,
) -> Sql<()> {
    for (id, _) in &sources {
        let since = "UPDATE sources SET since = $1 WHERE id = $2";
        sqlx::query(since).bind(ms(now)).bind(*id).execute(&mut *connection).await?;
    }
    let bind = |statement: Statement, (id, address): (i64, Address)| {
        bind_state(statement.bind(id).bind(ms(now)), SourceState::new(address, now))
    };
    UPDATE_STATES.execute(connection, sources, bind).await
}

/// Lets the next visits read their documents whatever the server says, at once.
pub(super) async fn reread(
    connection: &mut AnyConnection,
    sources: &[i64],
    now: Timestamp,
) -> Sql<()> {
    for id in sources {
        let sql = "UPDATE sources SET since = $1, next_visit = $1, etag = NULL, \
                   last_modified = NULL, body = NULL WHERE id = $2";
        sqlx::query(sql).bind(ms(now)).bind(*id).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Brings visits forward that are planned later than an interval (milliseconds) from now.
pub(super) async fn visit_sooner(
    connection: &mut AnyConnection,
    sources: &[(i64, i64)],
    now: Timestamp,
) -> Sql<()> {
    for (id, every_ms) in sources {
        let sql = "UPDATE sources SET next_visit = $1 WHERE id = $2 AND next_visit > $1";
        let next = ms(now).saturating_add(*every_ms);
        sqlx::query(sql).bind(next).bind(*id).execute(&mut *connection).await?;
    }
    Ok(())
}

pub(super) enum Renumbered {
    Peer,
    Source,
}

/// Moves the entries of a peer or source to the end of the change sequence, so that the index
/// learns what is said of them elsewhere.
pub(super) async fn renumber(connection: &mut AnyConnection, by: Renumbered, id: i64) -> Sql<()> {
    let (count, update) = match by {
        Renumbered::Peer => (
            "SELECT COUNT(*) FROM entries WHERE peer_id = $1",
            "WITH n AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM entries \
             WHERE peer_id = $1) UPDATE entries SET changed = $2 + n.place FROM n \
             WHERE entries.id = n.id",
        ),
        Renumbered::Source => (
            "SELECT COUNT(*) FROM entries WHERE source_id = $1",
            "WITH n AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM entries \
             WHERE source_id = $1) UPDATE entries SET changed = $2 + n.place FROM n \
             WHERE entries.id = n.id",
        ),
    };
    let row = sqlx::query(count).bind(id).fetch_one(&mut *connection).await?;
    let count: usize = Cells::of(&row).count()?;
    if count == 0 {
        return Ok(());
    }
    let last = take_numbers(connection, "change", count).await?;
    let before = last - i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query(update).bind(id).bind(before).execute(connection).await.map(drop)
}
