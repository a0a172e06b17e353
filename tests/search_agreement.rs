//! A query matches an entry by itself exactly if the index finds the entry; filters and pages leave
//! the order of hits as it is; and explanations add up.

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::Timestamp;
use peerscope::{
    domain::{
        EntryId, Kind, Passage, Place, Role, SourceId, StoryId, Worth,
        query::{Feature, Filter, Query},
    },
    search::{Ask, Index, IndexChange, IndexDocument, Known, Stories},
};
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// Of some posts each sentence, with roles in turn.
fn passages_of(body: &str, entry: usize) -> Vec<Passage> {
    let sentences =
        body.split_inclusive(['.', ',', ';', '。']).filter(|_| !entry.is_multiple_of(3));
    let passage = |(at, text): (usize, &str)| Passage {
        role: Role::ALL[(at + entry) % 4],
        text: text.trim().to_owned(),
        place: Place::default(),
        confidence: 0.5,
    };
    sentences.enumerate().map(passage).collect()
}

/// Posts that differ in everything that a filter can ask for.
fn posts() -> Vec<IndexDocument> {
    let number = |it: usize| i64::try_from(it).unwrap();
    let post = |entry: usize, title: &str, body: &str| IndexDocument {
        entry: EntryId(number(entry)),
        story: StoryId(number(100 + entry)),
        source: SourceId(number(entry % 3)),
        peer: ["example-shop", "example", "other-shop"][entry % 3].to_owned(),
        peer_name: ["Example Shop", "Example", "Other Shop"][entry % 3].to_owned(),
        domains: vec![["ecommerce", "fintech"][entry % 2].to_owned()],
        title: title.to_owned(),
        headings: vec!["Queues in practice".to_owned()],
        body: body.to_owned(),
        authors: vec![["Ada Pascal", "Bo Lovelace"][entry % 2].to_owned()],
        categories: vec![["Data Platform", "Search"][entry / 2 % 2].to_owned()],
        language: ["en", "en-GB", "de", "ja"].get(entry % 5).map(|it| it.parse().unwrap()),
        words: 230 * u32::try_from(entry % 7).unwrap(),
        features: [Feature::Code, Feature::Image][..entry % 3].to_vec(),
        ordered: format!("202{}-0{}-15T12:00:00Z", entry % 6, entry % 9 + 1).parse().unwrap(),
        kind: [Kind::CaseStudy, Kind::Release, Kind::News].get(entry % 4).copied(),
        worth: Worth::new(u8::try_from(entry % 5).unwrap()),
        expected: 0.0,
        passages: passages_of(body, entry),
        changed: number(entry),
    };
    vec![
        post(
            1,
            "Surge pricing at scale",
            "How the price of a ride follows demand, minute by minute.",
        ),
        post(2, "Queues in Kafka", "Exactly once delivery with kafka and a lag of 3 s at p99."),
        post(
            3,
            "Häuser und Preise",
            "Die Preise der Häuser folgen der Nachfrage im Takt der Börse.",
        ),
        post(4, "東京都の価格", "需要に応じて価格が変わる仕組みをKafkaで作る。"),
        post(5, "getUserName in C++", "Call get_user_name() from C# or .NET; O(n log n) at worst."),
        post(
            6,
            "Kubernetes at night",
            "We moved k8s pods; the large language model stayed where it was.",
        ),
        post(7, "LLMs for search", "Ranking of the search with an LLM, priced by the token."),
        post(8, "Release notes", ""),
        post(
            9,
            "Search search search",
            "pricing pricing surge pricing of surge and the price surge",
        ),
    ]
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let index = Index::in_memory().unwrap();
    let puts: Vec<IndexChange> =
        posts().into_iter().map(|it| IndexChange::Put(Box::new(it))).collect();
    index.apply(&puts).unwrap();
    index.commit(9).unwrap();
    index
});

fn known() -> Known {
    let topic = |slug: &str, query: &str| (slug.parse().unwrap(), Query::parse(query));
    let filter = |text: &str| -> Filter { Query::parse(text).filters()[0].clone() };
    let stories = |ids: &[i64]| ids.iter().map(|it| StoryId(*it)).collect::<Vec<_>>();
    Known {
        topics: vec![
            topic("pricing", "surge OR price -topic:ring"),
            topic("ring", "kafka topic:ring"),
        ],
        sources: vec![("1".to_owned(), vec![SourceId(1)])],
        stories: vec![
            (filter("is:queued"), Stories::these(&stories(&[101, 104]))),
            (filter("is:new"), Stories::all_but(&stories(&[101, 102, 103]))),
            (filter("has:note"), Stories::these(&stories(&[102]))),
        ],
        gists: posts().iter().map(|it| (it.entry, INDEX.gist(it).unwrap())).collect(),
    }
}

fn ask(limit: usize) -> Ask {
    Ask { strict: true, known: known(), ..Ask::best(limit, now()) }
}

fn found(query: &Query) -> BTreeSet<i64> {
    let found = INDEX.search(query, &ask(50)).unwrap();
    assert_eq!(found.total, found.hits.len());
    found.hits.iter().map(|it| it.entry.0).collect()
}

fn matching(query: &Query) -> BTreeSet<i64> {
    let matcher = INDEX.matcher(query, known()).unwrap();
    posts().iter().filter(|it| matcher.matches(it)).map(|it| it.entry.0).collect()
}

#[test]
fn what_matches_by_itself_is_what_the_index_finds() {
    for (query, entries) in [
        ("surge pricing", vec![1, 9]),
        ("k8s", vec![6]),
        ("large language model", vec![6, 7]),
        ("LLM", vec![6, 7]),
        ("\"LLM\"", vec![7]),
        ("peer:example", vec![1, 4, 7]),
        ("peer:shop -kafka", vec![3, 5, 6, 8, 9]),
        ("topic:pricing", vec![1, 7, 9]),
        ("topic:ring", vec![]),
        ("topic:unknown", vec![]),
        ("source:1 price", vec![1, 7]),
        ("is:queued", vec![1, 4]),
        ("-is:new", vec![1, 2, 3]),
        ("has:note kafka", vec![2]),
        ("is:dropped", vec![]),
        ("価", vec![4]),
        ("O(n log n)", vec![5]),
        ("lang:en", vec![1, 5, 6]),
        ("lang:en-gb", vec![1, 6]),
        ("\"surge pricing\"~2", vec![1, 9]),
        ("minutes:<3 published:2023..2024-06", vec![9]),
        ("kind:case-study", vec![4, 8]),
        ("kind:deep-dive", vec![]),
        ("-kind:case-study -kind:release -kind:news", vec![3, 7]),
        ("worth:0", vec![1, 2, 3, 5, 6, 7, 8]),
        ("worth:3", vec![3, 8]),
        ("worth:<=1", vec![1, 5, 6]),
        ("-worth:0", vec![4, 9]),
        ("challenge:*", vec![4, 7]),
        ("limitation:llm", vec![7]),
        ("limitation:\"large language model\"", vec![7]),
        ("approach:pri*", vec![1]),
        ("result:kafka limitation:*", vec![]),
    ] {
        let parsed = Query::parse(query);
        let entries: BTreeSet<i64> = entries.into_iter().collect();
        assert_eq!(matching(&parsed), entries, "{query}: by itself");
        assert_eq!(found(&parsed), entries, "{query}: by the index");
    }
}

const WORDS: &[&str] = &[
    "surge",
    "pricing",
    "price",
    "kafka",
    "k8s",
    "LLM",
    "large",
    "language",
    "model",
    "häuser",
    "preise",
    "価格",
    "東",
    "getUserName",
    "get_user_name",
    "C++",
    "C#",
    ".NET",
    "p99",
    "O(n",
    "the",
    "of",
    "search",
    "queue",
    "Shop",
    "pascal",
    "platform",
    "+",
    "&",
    "price's",
    "xyzzy",
];
const PREFIXES: &[&str] = &["pri*", "ka*", "sur*", "価格*", "getu*"];
const FILTERS: &[&str] = &[
    "peer:example",
    "peer:shop",
    "peer:other-shop",
    "domain:fintech",
    "title:search",
    "title:\"surge pricing\"",
    "author:pascal",
    "author:\"ada pascal\"",
    "category:data",
    "lang:en",
    "lang:de",
    "lang:en-GB",
    "after:2023",
    "before:2022-05",
    "published:2021..2023",
    "published:2024-08",
    "minutes:<3",
    "minutes:2..4",
    "has:code",
    "has:image",
    "has:note",
    "is:queued",
    "is:new",
    "is:studied",
    "topic:pricing",
    "topic:ring",
    "topic:none",
    "source:1",
    "source:9",
    "similar:9",
    "similar:2",
    "tag:ml",
    "kind:case-study",
    "kind:release",
    "kind:opinion",
    "worth:2",
    "worth:<2",
    "challenge:*",
    "limitation:*",
    "approach:price",
    "challenge:kafka",
    "result:\"surge pricing\"",
    "limitation:\"large language model\"",
    "approach:pri*",
    "challenge:価格",
    "note:insight",
];

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(texts).prop_map(str::to_owned)
}

/// Any query over the words and values of these posts.
fn queries() -> impl Strategy<Value = String> {
    let several = |most: usize| prop::collection::vec(one_of(WORDS), 2..most);
    let term = prop_oneof![
        4 => one_of(WORDS),
        2 => several(4).prop_map(|it| format!("\"{}\"", it.join(" "))),
        1 => (several(5), 1..5_u32).prop_map(|(it, slop)| format!("\"{}\"~{slop}", it.join(" "))),
        1 => one_of(PREFIXES),
        3 => one_of(FILTERS),
    ];
    let signed = (any::<bool>(), any::<bool>(), term)
        .prop_map(|(a, b, term)| if a && b { format!("-{term}") } else { term });
    let group = (prop::collection::vec(signed, 1..4), one_of(&[" ", " OR "]))
        .prop_map(|(terms, between)| terms.join(&between));
    prop::collection::vec((any::<bool>(), group), 1..4).prop_map(|groups| {
        let enclosed = |(is_out, it)| if is_out { format!("-({it})") } else { format!("({it})") };
        groups.into_iter().map(enclosed).collect::<Vec<_>>().join(" ")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_query_and_the_index_agree_about_every_entry(query in queries()) {
        let query = Query::parse(&query);
        prop_assert_eq!(matching(&query), found(&query), "{}", query);
    }

    #[test]
    fn filters_never_change_the_order_of_what_remains(
        words in prop::sample::select(vec!["price", "search", "kafka price", "the", "surge pricing"]),
        filter in prop::sample::select(vec![
            "peer:example", "domain:fintech", "lang:en", "after:2021", "minutes:<4", "-has:code",
            "is:new", "topic:pricing", "-peer:shop", "source:1", "kind:case-study", "-kind:news",
            "worth:2", "challenge:*",
        ]),
    ) {
        let entries = |text: &str| -> Vec<i64> {
            let found = INDEX.search(&Query::parse(text), &ask(50)).unwrap();
            found.hits.iter().map(|it| it.entry.0).collect()
        };
        let all = entries(words);
        let filtered = entries(&format!("{words} {filter}"));
        let kept: Vec<i64> = all.into_iter().filter(|it| filtered.contains(it)).collect();
        prop_assert_eq!(filtered, kept);
    }

    #[test]
    fn what_fits_a_query_is_what_it_finds_with_the_same_scores(query in queries()) {
        let query = Query::parse(&query);
        let fits = INDEX.fits(&[INDEX.widened(&query)], &ask(0)).unwrap().remove(0);
        let mut fits: Vec<_> = fits.iter().map(|it| (it.entry.0, it.story.0, it.score)).collect();
        let found = INDEX.search(&query, &ask(50)).unwrap();
        let mut hits: Vec<_> =
            found.hits.iter().map(|it| (it.entry.0, it.story.0, it.score)).collect();
        fits.sort_by_key(|it| it.0);
        hits.sort_by_key(|it| it.0);
        prop_assert_eq!(fits.len(), hits.len());
        for (fit, hit) in fits.iter().zip(&hits) {
            prop_assert_eq!((fit.0, fit.1), (hit.0, hit.1));
            prop_assert!((fit.2 - hit.2).abs() <= 1e-4 * hit.2.abs().max(1.0), "{query}");
        }
    }

    #[test]
    fn pages_joined_are_the_list(query in queries(), size in 1..4_usize) {
        let query = Query::parse(&query);
        let hits = |limit: usize, offset: usize| -> Vec<(i64, f32)> {
            let found = INDEX.search(&query, &Ask { strict: false, offset, ..ask(limit) });
            found.unwrap().hits.iter().map(|it| (it.entry.0, it.score)).collect()
        };
        let mut joined = Vec::new();
        while let page = hits(size, joined.len()) && !page.is_empty() {
            joined.extend(page);
        }
        prop_assert_eq!(joined, hits(50, 0));
    }

    #[test]
    fn the_parts_of_an_explanation_add_up_to_the_score(query in queries()) {
        let query = Query::parse(&query);
        let ask = Ask { strict: false, ..ask(50) };
        for (at, hit) in INDEX.search(&query, &ask).unwrap().hits.iter().enumerate() {
            let explained = INDEX.explain(&query, &ask, hit.entry).unwrap();
            let explained = explained.expect("what is found can be explained");
            prop_assert!(
                (explained.score - hit.score).abs() <= 0.001 * hit.score.abs().max(0.1),
                "{}: {:?} is not {}", query, explained, hit.score
            );
            prop_assert_eq!(explained.place, Some(at + 1));
        }
    }
}

/// Short texts over few words, so that loose phrases match often.
static CROWDED: LazyLock<(Index, Vec<IndexDocument>)> = LazyLock::new(|| {
    let words = ["alpha", "beta", "gamma", "delta"];
    let text = |seed: usize| {
        let word = |at: usize| words[(seed * 31 + at * at * (seed % 7 + 1) + at) % words.len()];
        (0..7).map(word).collect::<Vec<_>>().join(" ")
    };
    let entries = (1..=80).map(|seed| IndexDocument {
        entry: EntryId(i64::try_from(seed).unwrap()),
        story: StoryId(i64::try_from(seed).unwrap()),
        body: text(seed),
        title: String::new(),
        ..posts().remove(0)
    });
    let entries: Vec<IndexDocument> = entries.collect();
    let index = Index::in_memory().unwrap();
    let puts: Vec<IndexChange> =
        entries.iter().map(|it| IndexChange::Put(Box::new(it.clone()))).collect();
    index.apply(&puts).unwrap();
    index.commit(80).unwrap();
    (index, entries)
});

proptest! {
    #[test]
    fn loose_phrases_mean_the_same_by_themselves_and_in_the_index(
        words in prop::collection::vec(one_of(&["alpha", "beta", "gamma", "delta"]), 2..4),
        slop in 0..5_u32,
    ) {
        let query = Query::parse(&format!("\"{}\"~{slop}", words.join(" ")));
        let (index, entries) = &*CROWDED;
        let found = index.search(&query, &Ask { strict: true, ..Ask::best(100, now()) }).unwrap();
        let found: BTreeSet<i64> = found.hits.iter().map(|it| it.entry.0).collect();
        let matcher = index.matcher(&query, Known::default()).unwrap();
        let matching = entries.iter().filter(|it| matcher.matches(it)).map(|it| it.entry.0);
        prop_assert_eq!(matching.collect::<BTreeSet<_>>(), found, "{}", query);
    }
}
