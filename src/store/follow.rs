//! Makes the library follow what `feeds.toml` says: peers and sources come, go and move.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::domain::{Address, CrawlRhythm, Following, Peer, Source};

use super::{
    articles,
    follow_rows::{
        PeerRow, Renumbered, Rows, SourceRow, insert_peers, insert_sources, load, readdress,
        renumber, reread, update_peers, update_sources, visit_sooner,
    },
    roster,
    sql::{Sql, duration_ms, json},
};

/// What following a file changed. All zero when nothing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FollowReport {
    pub peers_added: u32,
    pub peers_changed: u32,
    /// No longer in the file; what they left stays.
    pub peers_left: u32,
    pub sources_added: u32,
    pub sources_changed: u32,
    pub sources_left: u32,
}

/// What to write so that the rows say what the file says.
#[derive(Debug, Default)]
struct Plan {
    new_peers: Vec<PeerRow>,
    changed_peers: Vec<PeerRow>,
    new_sources: Vec<SourceRow>,
    changed_sources: Vec<SourceRow>,
    /// Sources that have another address now: nothing that visits left holds there.
    readdressed: Vec<(i64, Address)>,
    /// Sources whose documents are to be read again, since what is kept of them changed.
    reread: Vec<i64>,
    /// Sources that are to be visited sooner than was planned.
    sooner: Vec<(i64, i64)>,
    /// Sources that went over to another peer, with it.
    moved: Vec<(i64, i64)>,
    /// Pages of a source are read by other rules now, so that articles are to be thought about again.
    replan: bool,
    /// Peers whose entries are to be indexed again.
    reindexed: Vec<i64>,
    report: FollowReport,
}

impl fmt::Display for FollowReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { peers_added, peers_changed, peers_left, .. } = self;
        let Self { sources_added, sources_changed, sources_left, .. } = self;
        write!(
            f,
            "peers: {peers_added} added, {peers_changed} changed, {peers_left} left; \
             sources: {sources_added} added, {sources_changed} changed, {sources_left} left"
        )
    }
}

pub(super) async fn follow(
    connection: &mut AnyConnection,
    following: &Following,
    now: Timestamp,
) -> Sql<FollowReport> {
    let rows = load(connection).await?;
    let plan = plan(following, rows);
    let report = plan.report;
    plan.write(connection, now).await?;
    roster::changed(connection).await?;
    Ok(report)
}

fn plan(following: &Following, mut rows: Rows) -> Plan {
    let mut plan = Plan::default();
    let by_address: HashMap<String, usize> =
        rows.sources.iter().enumerate().map(|(at, row)| (row.address.clone(), at)).collect();
    let known = known_peers(following, &rows, &by_address);
    let listed: HashSet<&str> =
        following.peers.iter().flat_map(|it| &it.sources).map(|it| it.address.as_str()).collect();
    let mut kept = HashSet::new();
    for (peer, known) in following.peers.iter().zip(&known) {
        let row = plan.peer(peer, known.map(|at| &rows.peers[at]), &mut rows.next_peer);
        let only = known.and_then(|_| only_source(&rows.sources, row));
        for source in &peer.sources {
            let at = by_address.get(source.address.as_str()).copied().or_else(|| {
                let alone = peer.sources.len() == 1;
                only.filter(|at| alone && !listed.contains(rows.sources[*at].address.as_str()))
            });
            let known = at.map(|at| &rows.sources[at]);
            kept.extend(known.map(|row| row.id));
            plan.source(source, row, known, &following.crawl, &mut rows.next_source);
        }
    }
    plan.leave(&rows, &known, &kept);
    plan
}

/// For each peer of the file its row: the one of its slug, else the one that a source of its is
/// known by, if the file does not name that one otherwise.
fn known_peers(
    following: &Following,
    rows: &Rows,
    by_address: &HashMap<String, usize>,
) -> Vec<Option<usize>> {
    let by_slug: HashMap<&str, usize> =
        rows.peers.iter().enumerate().map(|(at, row)| (row.slug.as_str(), at)).collect();
    let by_id: HashMap<i64, usize> =
        rows.peers.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let mut taken: HashSet<usize> =
        following.peers.iter().filter_map(|it| by_slug.get(it.slug.as_str()).copied()).collect();
    let mut find = |peer: &Peer| {
        if let Some(at) = by_slug.get(peer.slug.as_str()) {
            return Some(*at);
        }
        let sources = peer.sources.iter().filter_map(|it| by_address.get(it.address.as_str()));
        let mut peers = sources.filter_map(|at| by_id.get(&rows.sources[*at].peer).copied());
        peers.find(|at| taken.insert(*at))
    };
    following.peers.iter().map(&mut find).collect()
}

/// The place of a peer's only followed source.
fn only_source(sources: &[SourceRow], peer: i64) -> Option<usize> {
    let mut own = sources.iter().enumerate().filter(|(_, row)| row.peer == peer && row.followed);
    let (only, _) = own.next()?;
    own.next().is_none().then_some(only)
}

impl Plan {
    /// The id of the peer's row.
    fn peer(&mut self, peer: &Peer, known: Option<&PeerRow>, next_id: &mut i64) -> i64 {
        let id = known.map_or(*next_id, |row| row.id);
        let row = PeerRow {
            id,
            slug: peer.slug.as_str().to_owned(),
            name: peer.name.clone(),
            domains: json(&peer.domains),
            followed: true,
        };
        match known {
            None => {
                *next_id += 1;
                self.report.peers_added += 1;
                self.new_peers.push(row);
            }
            Some(known) if *known != row => {
                self.report.peers_changed += 1;
                self.reindexed.push(id);
                self.changed_peers.push(row);
            }
            Some(_) => {}
        }
        id
    }

    fn source(
        &mut self,
        source: &Source,
        peer: i64,
        known: Option<&SourceRow>,
        rhythm: &CrawlRhythm,
        next_id: &mut i64,
    ) {
        let row = SourceRow {
            id: known.map_or(*next_id, |row| row.id),
            peer,
            address: source.address.as_str().to_owned(),
            kind: source.kind.as_str().to_owned(),
            lane: source.lane.as_str().to_owned(),
            keep: json(&source.keep),
            drop: json(&source.drop),
            every_ms: duration_ms(source.visited_every(rhythm.every)),
            user_agent: source.user_agent.clone(),
            pages: json(&source.pages),
            followed: true,
        };
        match known {
            None => {
                *next_id += 1;
                self.report.sources_added += 1;
                self.new_sources.push(row);
            }
            Some(known) if *known != row => self.change_source(known, row, &source.address),
            Some(_) => {}
        }
    }

    fn change_source(&mut self, known: &SourceRow, row: SourceRow, address: &Address) {
        self.report.sources_changed += 1;
        let read_as = |row: &SourceRow| {
            let SourceRow { kind, keep, drop, user_agent, pages, .. } = row.clone();
            (kind, keep, drop, user_agent, pages)
        };
        // What a site was found to be read as holds as little elsewhere as for another type.
        if known.address != row.address || known.kind != row.kind {
            self.readdressed.push((row.id, address.clone()));
        } else if read_as(known) != read_as(&row) {
            self.reread.push(row.id);
        } else if known.every_ms > row.every_ms {
            self.sooner.push((row.id, row.every_ms));
        }
        self.replan |= known.pages != row.pages;
        if known.peer != row.peer {
            self.moved.push((row.id, row.peer));
        }
        self.changed_sources.push(row);
    }

    /// What is followed so far and not in the file any more.
    fn leave(&mut self, rows: &Rows, known: &[Option<usize>], kept: &HashSet<i64>) {
        let named: HashSet<usize> = known.iter().copied().flatten().collect();
        for (at, row) in rows.peers.iter().enumerate() {
            if row.followed && !named.contains(&at) {
                self.report.peers_left += 1;
                self.reindexed.push(row.id);
                self.changed_peers.push(PeerRow { followed: false, ..row.clone() });
            }
        }
        for row in rows.sources.iter().filter(|row| row.followed && !kept.contains(&row.id)) {
            self.report.sources_left += 1;
            self.changed_sources.push(SourceRow { followed: false, ..row.clone() });
        }
    }

    async fn write(self, connection: &mut AnyConnection, now: Timestamp) -> Sql<()> {
        insert_peers(connection, self.new_peers).await?;
        update_peers(connection, self.changed_peers).await?;
        insert_sources(connection, self.new_sources, now).await?;
        update_sources(connection, self.changed_sources).await?;
        readdress(connection, self.readdressed, now).await?;
        reread(connection, &self.reread, now).await?;
        visit_sooner(connection, &self.sooner, now).await?;
        for (source, peer) in self.moved {
            let entries = "UPDATE entries SET peer_id = $1 WHERE source_id = $2";
            sqlx::query(entries).bind(peer).bind(source).execute(&mut *connection).await?;
            renumber(connection, Renumbered::Source, source).await?;
        }
        if self.replan {
            articles::think_again(connection).await?;
        }
        for peer in self.reindexed {
            renumber(connection, Renumbered::Peer, peer).await?;
        }
        Ok(())
    }
}
