//! Pages from outside: addresses that a reader saved, or that came with a list. What the library does not
//! hold becomes an entry of a peer of its own, whose page is asked for like any other.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::{ranks, readings};
use crate::{
    domain::{
        Address, CrawlRhythm, EntryDraft, GuidPolicy, Lane, ListedReading, PageRules, PeerId, Rank,
        ReaderId, Reading, SAVED_PEER, SAVED_PEER_NAME, SAVED_SOURCE, SourceId, SourceType,
        StoryId, both_read, cut_at_word, keys_of, link_key, title_or_else,
    },
    store::{
        follow_rows::{PeerRow, SourceRow, insert_peers, insert_sources},
        sql::{Cells, ManyRows, Sql, Statement, duration_ms, json, take_numbers},
        written::{NewEntry, insert_entries},
    },
};

/// What came of one reading of an imported list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportedReading {
    pub story: StoryId,
    /// The library did not hold what is at its address.
    pub is_new_page: bool,
    pub outcome: ImportOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It was not on the list.
    Added,
    /// It was, and says more now.
    United,
    /// It was, and says the same.
    Same,
}

/// Whether pages that nobody knows count as new, or as having been there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    Now,
    Before,
}

/// Puts readings on a list, in their order behind all that is there; those that are there already are united
/// with what comes. Readings without an address are passed over.
pub(super) async fn import(
    connection: &mut AnyConnection,
    reader: ReaderId,
    listed: Vec<ListedReading>,
    arrival: Arrival,
    now: Timestamp,
) -> Sql<Vec<ImportedReading>> {
    let with_address = listed.into_iter().filter_map(|it| {
        let address = it.address.as_ref()?.without_tracking();
        Some((address, it))
    });
    let listed: Vec<(Address, ListedReading)> = with_address.collect();
    let mut stories = stories_at(connection, listed.iter().map(|it| &it.0)).await?;
    let unknown = listed.iter().filter(|(address, _)| !stories.contains_key(&address.key()));
    let mut met = HashSet::new();
    let unknown: Vec<_> = unknown.filter(|(address, _)| met.insert(address.key())).collect();
    let new = insert(connection, unknown, arrival, now).await?;
    let mut new_pages: HashSet<StoryId> = new.values().copied().collect();
    stories.extend(new);
    let nothing = (reader, StoryId(0));
    let mut next = ranks::behind_all(connection, nothing).await?;
    let mut imported = Vec::with_capacity(listed.len());
    for (address, reading) in listed {
        let Some(story) = stories.get(&address.key()).copied() else { continue };
        let outcome = unite(connection, (reader, story), reading, &mut next).await?;
        imported.push(ImportedReading { story, is_new_page: new_pages.remove(&story), outcome });
    }
    Ok(imported)
}

async fn unite(
    connection: &mut AnyConnection,
    (reader, story): (ReaderId, StoryId),
    listed: ListedReading,
    next: &mut Rank,
) -> Sql<ImportOutcome> {
    let Some(present) = readings::one(connection, reader, story).await? else {
        let rank = next.clone();
        *next = Rank::between(Some(&rank), None);
        readings::keep(connection, vec![(reader, listed.reading(story, rank))]).await?;
        return Ok(ImportOutcome::Added);
    };
    let present = present.reading;
    let listed = listed.reading(story, present.rank.clone());
    // Whether it is out of sight is for this list to say.
    let snoozed_until = present.snoozed_until;
    let united = Reading { snoozed_until, ..both_read(present.clone(), listed) };
    if united == present {
        return Ok(ImportOutcome::Same);
    }
    readings::replace(connection, reader, united).await?;
    Ok(ImportOutcome::United)
}

/// Those of peers that are followed first; then those that stand for their stories.
static BY_LINK: ManyRows = ManyRows::new(
    "WITH v(address, wanted) AS (VALUES ",
    2,
    ") SELECT v.address, e.story_id, p.followed, e.standing FROM v \
     JOIN entries AS e ON e.link_key = v.wanted JOIN peers AS p ON p.id = e.peer_id \
     ORDER BY p.followed DESC, e.standing, e.id",
);
static BY_CANONICAL: ManyRows = ManyRows::new(
    "WITH v(address, wanted) AS (VALUES ",
    2,
    ") SELECT v.address, e.story_id, p.followed, e.standing FROM v \
     JOIN articles AS a ON a.canonical_key = v.wanted JOIN entries AS e ON e.id = a.entry_id \
     JOIN peers AS p ON p.id = e.peer_id ORDER BY p.followed DESC, e.standing, e.id",
);
static BY_IDENTITY: ManyRows = ManyRows::new(
    "WITH v(address, wanted) AS (VALUES ",
    2,
    ") SELECT v.address, e.story_id, 0, e.standing FROM v \
     JOIN entries AS e ON e.identity_key = v.wanted JOIN peers AS p ON p.id = e.peer_id \
     WHERE p.slug = 'saved' ORDER BY e.id",
);

/// The stories of what is at these addresses, by the keys of the addresses.
async fn stories_at(
    connection: &mut AnyConnection,
    addresses: impl Iterator<Item = &Address>,
) -> Sql<HashMap<String, StoryId>> {
    let addresses: Vec<&Address> = addresses.collect();
    let link = |it: &&Address| Some((it.key(), link_key(it)?.0));
    let links: Vec<(String, String)> = addresses.iter().filter_map(link).collect();
    let canonical = |it: &&Address| (!it.is_home_page()).then(|| (it.key(), it.key()));
    let canonicals: Vec<(String, String)> = addresses.iter().filter_map(canonical).collect();
    let own = |it: &&Address| (it.key(), keys_of(&[draft(it, "")], GuidPolicy::Guid).0);
    let own = addresses.iter().map(own).filter_map(|(key, mut keys)| {
        let keys = keys.pop()?;
        Some((key, keys.identity.0))
    });
    let own: Vec<(String, String)> = own.collect();
    let mut stories = HashMap::new();
    for (statement, wanted) in [(&BY_LINK, links), (&BY_CANONICAL, canonicals), (&BY_IDENTITY, own)]
    {
        let bind = |statement: Statement, (address, wanted): (String, String)| {
            statement.bind(address).bind(wanted)
        };
        for row in &statement.fetch(connection, wanted, bind).await? {
            let mut cells = Cells::of(row);
            let (address, story) = (cells.text()?, StoryId(cells.number()?));
            stories.entry(address).or_insert(story);
        }
    }
    Ok(stories)
}

/// In characters.
const LONGEST_TITLE: usize = 300;

fn draft(address: &Address, title: &str) -> EntryDraft {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = title_or_else(&cut_at_word(&title, LONGEST_TITLE), "", Some(address));
    EntryDraft { guid: Some(address.key()), ..EntryDraft::named(title, address.clone()) }
}

/// Their stories, by the keys of their addresses.
async fn insert(
    connection: &mut AnyConnection,
    pages: Vec<&(Address, ListedReading)>,
    arrival: Arrival,
    now: Timestamp,
) -> Sql<HashMap<String, StoryId>> {
    if pages.is_empty() {
        return Ok(HashMap::new());
    }
    // Whoever takes numbers has the others wait, so that the peer is made once.
    let last = take_numbers(connection, "change", pages.len()).await?;
    let first = last + 1 - i64::try_from(pages.len()).unwrap_or(i64::MAX);
    let (peer, source) = saved_peer(connection, now).await?;
    let drafts: Vec<EntryDraft> = pages.iter().map(|it| draft(&it.0, &it.1.title)).collect();
    let (keys, _) = keys_of(&drafts, GuidPolicy::Guid);
    let backlog = arrival == Arrival::Before;
    let entries = drafts.into_iter().zip(keys);
    let entries =
        entries.map(|(draft, keys)| NewEntry { source, peer, backlog, at: now, draft, keys });
    insert_entries(connection, entries.collect(), first).await?;
    let stories = (first..).map(StoryId);
    Ok(pages.into_iter().map(|it| it.0.key()).zip(stories).collect())
}

async fn saved_peer(connection: &mut AnyConnection, now: Timestamp) -> Sql<(PeerId, SourceId)> {
    let sql = "SELECT p.id, s.id FROM peers AS p JOIN sources AS s ON s.peer_id = p.id \
               WHERE p.slug = 'saved'";
    if let Some(row) = sqlx::query(sql).fetch_optional(&mut *connection).await? {
        let mut cells = Cells::of(&row);
        return Ok((PeerId(cells.number()?), SourceId(cells.number()?)));
    }
    let next = "SELECT last + 1 FROM counters WHERE name = $1";
    let next_peer = sqlx::query(next).bind("peer").fetch_one(&mut *connection).await?;
    let next_source = sqlx::query(next).bind("source").fetch_one(&mut *connection).await?;
    let peer = Cells::of(&next_peer).number()?;
    let source = Cells::of(&next_source).number()?;
    let nothing = json(&Vec::<String>::new());
    let row = PeerRow {
        id: peer,
        slug: SAVED_PEER.to_owned(),
        name: SAVED_PEER_NAME.to_owned(),
        domains: nothing.clone(),
        followed: false,
    };
    insert_peers(connection, vec![row]).await?;
    let row = SourceRow {
        id: source,
        peer,
        address: SAVED_SOURCE.to_owned(),
        kind: SourceType::Listing.as_str().to_owned(),
        lane: Lane::default().as_str().to_owned(),
        keep: nothing.clone(),
        drop: nothing,
        every_ms: duration_ms(CrawlRhythm::default().every),
        user_agent: None,
        pages: json(&PageRules::default()),
        followed: false,
    };
    insert_sources(connection, vec![row], now).await?;
    Ok((PeerId(peer), SourceId(source)))
}
