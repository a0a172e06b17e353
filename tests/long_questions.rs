//! The first hits of a long question are those that ranking everything would bring, though most of what
//! matches is not looked at closely.

use std::{fmt::Write as _, sync::LazyLock};

use jiff::Timestamp;
use peerscope::{
    domain::{EntryId, Kind, Language, SourceId, StoryId, query::Query},
    search::{Ask, Index, IndexChange, IndexDocument},
};
use proptest::prelude::*;

/// So many that everyday words are told from others.
const POSTS: usize = 3_000;

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn number(it: usize) -> i64 {
    i64::try_from(it).unwrap()
}

/// Scattered by `SplitMix64` (Steele, Lea and Flood, 2014).
fn scattered(seed: usize) -> usize {
    let mut bits = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((bits ^ (bits >> 31)) >> 8).unwrap()
}

const WORDS: &[&str] = &[
    "service",
    "requests",
    "caching",
    "queues",
    "databases",
    "latency",
    "kubernetes",
    "pricing",
    "ranking",
    "streaming",
    "tracing",
    "deployment",
    "sharding",
    "consensus",
    "k8s",
    "indexes",
    "häuser",
    "migrations",
    "backpressure",
    "idempotency",
];

/// The first words stand in nearly every post, the last ones in few.
fn text(seed: usize, words: usize) -> String {
    let mut text = String::new();
    for at in 0..words {
        let drawn = scattered(seed * 1_000 + at) % 10_000;
        let place = (drawn * drawn / 10_000) * drawn / 10_000 * WORDS.len() / 10_000;
        let _ = write!(text, "{} ", WORDS[place]);
        if scattered(seed + at).is_multiple_of(3) {
            text.push_str("filler ");
        }
    }
    text
}

fn post(entry: usize) -> IndexDocument {
    let language: Option<Language> = ["en", "de"].get(entry % 5).map(|it| it.parse().unwrap());
    let days = i64::try_from(scattered(entry) % 3_000).unwrap();
    IndexDocument {
        entry: EntryId(number(entry)),
        // Now and then two entries tell the same story.
        story: StoryId(number(entry - usize::from(entry.is_multiple_of(17)))),
        source: SourceId(number(entry % 7)),
        peer: format!("peer-{}", entry % 7),
        peer_name: format!("Peer {}", entry % 7),
        domains: Vec::new(),
        title: text(entry + 10_000, 1 + entry % 5),
        headings: vec![text(entry + 20_000, 2)],
        body: text(entry, 4 + scattered(entry + 1) % 40),
        authors: vec!["Ada Pascal".to_owned()],
        categories: vec![WORDS[scattered(entry + 2) % WORDS.len()].to_owned()],
        language,
        words: 100,
        features: Vec::new(),
        kind: [None, Some(Kind::News), Some(Kind::DeepDive)][entry % 3],
        worth: None,
        expected: 0.0,
        passages: Vec::new(),
        ordered: now() - jiff::SignedDuration::from_hours(24 * days),
        changed: number(entry),
    }
}

/// In several segments, some posts deleted.
static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let index = Index::in_memory().unwrap();
    let entries: Vec<usize> = (1..=POSTS).collect();
    for some in entries.chunks(POSTS / 2) {
        let puts = some.iter().map(|it| IndexChange::Put(Box::new(post(*it))));
        index.apply(&puts.collect::<Vec<_>>()).unwrap();
        index.commit(number(some[0])).unwrap();
    }
    let gone = (1..=POSTS).step_by(13).map(|it| IndexChange::Remove(EntryId(number(it))));
    index.apply(&gone.collect::<Vec<_>>()).unwrap();
    index.commit(number(POSTS)).unwrap();
    index
});

fn questions() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(WORDS), 3..8);
    let besides = prop::sample::select(vec!["", "", "", "peer:peer-3", "after:2021", "-pricing"]);
    (words, besides).prop_map(|(words, besides)| format!("{} {besides}", words.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_first_hits_are_those_of_all_in_order(question in questions(), wanted in 1..15_usize) {
        let query = Query::parse(&question);
        let first = INDEX.search(&query, &Ask::best(wanted, now())).unwrap();
        let all = INDEX.search(&query, &Ask::best(POSTS, now())).unwrap();
        prop_assert_eq!(all.total, all.hits.len());
        prop_assert_eq!((first.total, first.strict), (all.total, all.strict));
        prop_assert_eq!(&first.hits[..], &all.hits[..wanted.min(all.total)]);
        let counting = Ask { counts: true, ..Ask::best(wanted, now()) };
        let counted = INDEX.search(&query, &counting).unwrap();
        prop_assert_eq!(&counted.hits, &first.hits);
        let stories: usize = counted.peers.iter().map(|it| it.stories).sum();
        prop_assert_eq!(stories, all.total);
    }

    #[test]
    fn a_score_is_the_sum_that_is_explained(question in questions()) {
        let query = Query::parse(&question);
        let ask = Ask::best(5, now());
        for hit in INDEX.search(&query, &ask).unwrap().hits {
            let explained = INDEX.explain(&query, &ask, hit.entry).unwrap().unwrap();
            prop_assert!(
                (explained.score - hit.score).abs() <= 0.001 * hit.score,
                "{}: {:?} is not {}", query, explained, hit.score
            );
        }
    }
}
