//! Lets a library find the stories of a set of entries, and compares them with the true ones.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use peerscope::{
    crawl,
    domain::{EntryDraft, Following, Outcome, Peer, Slug, Source, SourceToVisit, Visit},
    store::{EntriesAsk, Location, Pick, Store},
};

use super::story_set::{PEERS, SOURCES, Sample};

/// Pairs of entries: brought together rightly, wrongly, and missed.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    pub(crate) right: usize,
    pub(crate) wrong: Vec<(String, String)>,
    pub(crate) missed: Vec<(String, String)>,
}

impl Outcomes {
    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.wrong.len())
    }

    pub(crate) fn recall(&self) -> f64 {
        share(self.right, self.missed.len())
    }
}

fn share(right: usize, other: usize) -> f64 {
    let float = |count: usize| f64::from(u32::try_from(count).unwrap());
    if right + other == 0 { 1.0 } else { float(right) / float(right + other) }
}

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// A library in a folder that goes with it, following the sources of a set.
pub(crate) async fn library(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&Location::File(folder.path().join("library.db"))).await.unwrap();
    let source = |peer: usize, source: usize| {
        Source::feed(format!("https://peer{peer}.example/feed-{source}").parse().unwrap())
    };
    let peer = |at: usize| Peer {
        name: format!("Peer {at}"),
        slug: Slug::of(&format!("peer {at}")).unwrap(),
        domains: Vec::new(),
        sources: (0..SOURCES).map(|it| source(at, it)).collect(),
    };
    let following = Following { peers: (0..PEERS).map(peer).collect(), ..Following::default() };
    store.follow(&following, now()).await.unwrap();
    store
}

/// Records entries as one visit to each source, and brings stories together after each.
pub(crate) async fn record(store: &Store, samples: &[Sample], backwards: bool) {
    for visit in visits(store, samples, backwards).await {
        store.record(vec![visit]).await.unwrap();
        crawl::stories_follow(store).await.unwrap();
    }
}

/// Records entries, and leaves stories for later.
#[allow(dead_code, reason = "the example does not need it")]
pub(crate) async fn record_only(store: &Store, samples: &[Sample], backwards: bool) {
    store.record(visits(store, samples, backwards).await).await.unwrap();
}

async fn visits(store: &Store, samples: &[Sample], backwards: bool) -> Vec<Visit> {
    let mut sources = store.sources_to_visit(&Pick::All).await.unwrap();
    if backwards {
        sources.reverse();
    }
    let visit = |source: SourceToVisit| {
        let is_here = |it: &&Sample| {
            let address = format!("https://peer{}.example/feed-{}", it.peer, it.source);
            source.address.as_str() == address
        };
        let entries: Vec<EntryDraft> =
            samples.iter().filter(is_here).map(|it| it.draft.clone()).collect();
        let mut after = source.state.clone();
        after.succeeded = Some(now());
        Visit {
            source: source.id,
            at: now(),
            took: Duration::from_millis(1),
            outcome: Outcome::Read { entries },
            conditional: false,
            wire_bytes: 0,
            status: Some(200),
            after,
        }
    };
    sources.into_iter().map(visit).collect()
}

/// The story that each sample came to, in the order of samples.
pub(crate) async fn stories(store: &Store, samples: &[Sample]) -> Vec<i64> {
    let ask = EntriesAsk { limit: 100_000, once: false, ..EntriesAsk::default() };
    let entries = store.entries(&ask).await.unwrap().rows;
    let key = |peer: &str, link: &str, title: &str| format!("{peer} {link} {title}");
    let found: BTreeMap<String, i64> = entries
        .iter()
        .map(|it| (key(&it.peer_name, it.link.as_ref().unwrap().as_str(), &it.title), it.story.0))
        .collect();
    let of = |it: &Sample| {
        let link = it.draft.link.as_ref().unwrap().without_tracking();
        let key = key(&format!("Peer {}", it.peer), link.as_str(), &it.draft.title);
        *found.get(&key).unwrap_or_else(|| panic!("{key} is not in the library"))
    };
    samples.iter().map(of).collect()
}

pub(crate) fn compared(samples: &[Sample], stories: &[i64]) -> Outcomes {
    let name = |it: &Sample| {
        format!("{}: {} at {}", it.sort, it.draft.title, it.draft.link.as_ref().unwrap())
    };
    let mut outcomes = Outcomes::default();
    for (at, one) in samples.iter().enumerate() {
        for (other_at, other) in samples.iter().enumerate().skip(at + 1) {
            match (one.story == other.story, stories[at] == stories[other_at]) {
                (true, true) => outcomes.right += 1,
                (false, true) => outcomes.wrong.push((name(one), name(other))),
                (true, false) => outcomes.missed.push((name(one), name(other))),
                (false, false) => {}
            }
        }
    }
    outcomes
}
