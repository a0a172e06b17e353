//! What a reader finds, through the doors of the index.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop as tests do")]

use std::{
    collections::{HashMap, HashSet},
    fs,
    sync::LazyLock,
};

use jiff::Timestamp;
use peerscope::{
    domain::{
        EntryId, Kind, Language, SourceId, StoryId,
        query::{Feature, Query},
    },
    search::{
        Ask, Fitting, Found, Index, IndexChange, IndexDocument, IndexSettings, SearchError, Sort,
    },
};
use proptest::prelude::*;

use crate::support::retrieval::{Judgments, Quality};

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn post(entry: i64, title: &str, body: &str) -> IndexDocument {
    IndexDocument {
        entry: EntryId(entry),
        story: StoryId(entry),
        source: SourceId(1),
        peer: "example-shop".into(),
        peer_name: "Example Shop".into(),
        domains: vec!["ecommerce".into()],
        title: title.into(),
        headings: Vec::new(),
        body: body.into(),
        authors: vec!["Ada Pascal".into()],
        categories: vec!["Data Platform".into()],
        language: Some("en".parse().unwrap()),
        words: 460,
        features: Vec::new(),
        ordered: "2026-05-01T00:00:00Z".parse().unwrap(),
        kind: None,
        worth: None,
        expected: 0.0,
        passages: Vec::new(),
        changed: entry,
    }
}

fn german(entry: i64, title: &str, body: &str) -> IndexDocument {
    IndexDocument { language: Some("de".parse().unwrap()), ..post(entry, title, body) }
}

fn put(document: &IndexDocument) -> IndexChange {
    IndexChange::Put(Box::new(document.clone()))
}

fn index_of(documents: &[IndexDocument]) -> Index {
    let index = Index::in_memory().unwrap();
    index.apply(&documents.iter().map(put).collect::<Vec<_>>()).unwrap();
    index.commit(documents.iter().map(|it| it.changed).max().unwrap_or(0)).unwrap();
    index
}

fn found(index: &Index, query: &str) -> Found {
    index.search(&Query::parse(query), &Ask::best(50, now())).unwrap()
}

/// Entries in order of rank.
fn entries(index: &Index, query: &str) -> Vec<i64> {
    found(index, query).hits.iter().map(|it| it.entry.0).collect()
}

/// The entries that come first, as many as are expected to hold all that was asked for, by id.
/// Without relaxing there must be no others.
fn strict(index: &Index, query: &str, expected: usize) -> Vec<i64> {
    let found = found(index, query);
    let count = if found.relaxed { expected } else { found.hits.len() };
    let mut entries: Vec<i64> = found.hits.iter().take(count).map(|it| it.entry.0).collect();
    entries.sort_unstable();
    entries
}

#[test]
fn words_are_found_in_every_grammatical_form() {
    let index = index_of(&[
        post(1, "How we priced seats", "The price of a seat changes hourly."),
        german(2, "Preise im Griff", "Wie wir die Häuser und ihre Preisen berechnen."),
        post(3, "Stratégies", "Nous parlons de la stratégie du café."),
    ]);
    assert_eq!(entries(&index, "pricing"), [1]);
    assert_eq!(entries(&index, "preis"), [2]);
    assert_eq!(entries(&index, "haus"), [2]);
    assert_eq!(entries(&index, "strategie cafe"), [3]);
}

#[test]
fn the_same_word_is_found_in_posts_of_every_language() {
    let index = index_of(&[
        post(1, "Pricing", "On pricing engines"),
        german(2, "Pricing", "Über Pricing bei uns"),
    ]);
    let mut both = entries(&index, "pricing");
    both.sort_unstable();
    assert_eq!(both, [1, 2]);
}

#[test]
fn identifiers_are_found_whole_and_in_parts() {
    let index = index_of(&[
        post(1, "One", "call getUserName() twice"),
        post(2, "Two", "the column get_user_name is indexed"),
        post(3, "Three", "a get-user-name flag"),
        post(4, "Four", "the user has a name to get"),
        post(5, "Five", "HTTPServer2 in base64Encoder with APIs"),
    ]);
    for query in ["getUserName", "getusername", "get_user_name", "get-user-names"] {
        assert_eq!(strict(&index, query, 3), [1, 2, 3], "{query}");
    }
    assert_eq!(strict(&index, "\"user name\"", 3), [1, 2, 3]);
    assert_eq!(strict(&index, "user name", 4), [1, 2, 3, 4]);
    for query in ["server2", "httpserver2", "encoder", "base64", "api"] {
        assert_eq!(entries(&index, query), [5], "{query}");
    }
}

#[test]
fn names_of_the_trade_are_found_as_written() {
    let index = index_of(&[
        post(1, "One", "We moved to k8s, and p99 fell. Version v1.2.3 of Node.js (or nodejs)."),
        post(2, "Two", "Written in C++, some C# and .NET; F# too. Also C++17."),
        post(3, "Three", "The C language. A net of rules. Versions 1.23 and 12.3, R&D, CI/CD."),
    ]);
    for (query, entry) in [
        ("k8s", 1),
        ("p99", 1),
        ("v1.2.3", 1),
        ("node.js", 1),
        ("nodejs", 1),
        ("c++", 2),
        ("C#", 2),
        (".net", 2),
        ("c++17", 2),
        ("1.23", 3),
        ("12.3", 3),
        ("R&D", 3),
        ("ci/cd", 3),
    ] {
        assert_eq!(entries(&index, query), [entry], "{query}");
    }
    assert_eq!(entries(&index, "c"), [3]);
}

#[test]
fn the_beginning_of_a_word_finds_all_words_that_begin_so() {
    let index = index_of(&[
        post(1, "One", "We recommend what is recommended by a recommender."),
        post(2, "Two", "Recommendations, and a Café."),
        german(3, "Drei", "Empfehlung statt record"),
    ]);
    let sorted = |query: &str| strict(&index, query, 50);
    assert_eq!(sorted("recom*"), [1, 2]);
    assert_eq!(sorted("RECO*"), [1, 2, 3]);
    assert_eq!(sorted("recommendations*"), [1, 2], "a whole word stands for its forms, too");
    assert_eq!(strict(&index, "caf* recom*", 1), [2]);
    assert_eq!(sorted("reco* -recom*"), [3]);
    let query = Query::parse("empf*");
    let marker = index.marker(&query);
    let snippet = marker.snippet("Empfehlung statt record", None);
    assert_eq!(&snippet.text[snippet.marks[0].clone()], "Empfehlung");
}

#[test]
fn words_of_a_loose_phrase_may_stand_some_places_off() {
    let index = index_of(&[
        post(1, "One", "the queue backlog grew"),
        post(2, "Two", "the queue and its backlog grew"),
        post(3, "Three", "the queue grew, and some days later so did the backlog"),
    ]);
    assert_eq!(strict(&index, "\"queue backlog\"", 1), [1]);
    assert_eq!(strict(&index, "\"queue backlog\"~2", 2), [1, 2]);
    assert_eq!(strict(&index, "\"queue backlog\"~20", 3), [1, 2, 3]);
}

#[test]
fn posts_are_chosen_by_when_they_came_how_long_they_are_and_what_they_have() {
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    let index = index_of(&[
        IndexDocument { ordered: at("2023-12-31T23:59:59Z"), words: 0, ..post(1, "One", "queue") },
        IndexDocument {
            ordered: at("2024-01-01T00:00:00Z"),
            words: 2_300,
            features: vec![Feature::Code],
            ..post(2, "Two", "queue")
        },
        IndexDocument {
            ordered: at("2025-03-31T23:59:59Z"),
            words: 2_301,
            features: vec![Feature::Code, Feature::Image],
            ..post(3, "Three", "queue")
        },
        IndexDocument {
            ordered: at("2025-04-01T00:00:00Z"),
            words: 20,
            ..post(4, "Four", "queue")
        },
    ]);
    for (query, expected) in [
        ("published:2024", vec![2]),
        ("published:2024..2025-03", vec![2, 3]),
        ("published:..2023", vec![1]),
        ("published:2025-03-31.. queue", vec![3, 4]),
        ("-published:2024..2025-03", vec![1, 4]),
        ("minutes:<=10", vec![2, 4]),
        ("minutes:>10", vec![3]),
        ("minutes:1..10 has:code", vec![2]),
        ("has:code", vec![2, 3]),
        ("has:image", vec![3]),
        ("queue -has:code", vec![1, 4]),
    ] {
        assert_eq!(strict(&index, query, 4), expected, "{query}");
    }
}

#[test]
fn scripts_without_blanks_are_found_by_any_run_of_letters() {
    let index = index_of(&[
        post(1, "価格設定", "東京で動的な価格設定を行う。APIも使う"),
        post(2, "推荐系统", "美团外卖的推荐系统实践"),
        post(3, "검색", "한국어 검색 엔진"),
    ]);
    for (query, entry) in [
        ("価格", 1),
        ("格設", 1),
        ("東", 1),
        ("使う", 1),
        ("推荐", 2),
        ("系统实践", 2),
        ("검색", 3),
        ("荐", 2),
    ] {
        assert_eq!(entries(&index, query), [entry], "{query}");
    }
    assert_eq!(entries(&index, "推系"), Vec::<i64>::new());
}

#[test]
fn operators_and_filters_narrow_what_is_found() {
    let mut other = post(3, "Surge pricing at scale", "streams of prices, dynamic");
    other.peer = "walmart-global-tech".into();
    other.peer_name = "Walmart Global Tech".into();
    other.domains = vec!["retail".into()];
    other.authors = vec!["Grace Kernighan".into()];
    other.categories = vec!["Machine Learning".into()];
    other.language = Some("pt-BR".parse().unwrap());
    other.ordered = "2024-03-15T12:00:00Z".parse().unwrap();
    let index = index_of(&[
        post(1, "Dynamic pricing", "kafka and flink"),
        post(2, "Pricing, dynamic", "kafka release notes"),
        other,
    ]);
    for (query, expected) in [
        ("\"dynamic pricing\"", &[1][..]),
        ("dynamic -release", &[1, 3]),
        ("flink OR surge", &[1, 3]),
        ("kafka (flink OR surge)", &[1]),
        ("pricing -(flink OR surge)", &[2]),
        ("-pricing", &[]),
        ("-flink", &[2, 3]),
        ("", &[1, 2, 3]),
        ("peer:walmart", &[3]),
        ("peer:\"Walmart Global Tech\"", &[3]),
        ("peer:nobody", &[]),
        ("-peer:walmart", &[1, 2]),
        ("-\"flink kafka\"", &[1, 2, 3]),
        ("-\"release notes\"", &[1, 3]),
        ("surge OR -\"flink kafka\"", &[1, 2, 3]),
        ("surge OR -\"release notes\"", &[1, 3]),
        ("-\"flink kafka\" -\"surge pricing\"", &[1, 2]),
        ("domain:ecommerce", &[1, 2]),
        ("title:surge", &[3]),
        ("title:\"pricing dynamic\"", &[2]),
        ("author:kernighan", &[3]),
        ("author:\"ada pascal\"", &[1, 2]),
        ("category:\"machine learning\"", &[3]),
        ("lang:pt", &[3]),
        ("lang:pt-BR pricing", &[3]),
        ("lang:en", &[1, 2]),
        ("after:2026", &[1, 2]),
        ("before:2024-03-16", &[3]),
        ("before:2024-03-15", &[]),
        ("after:2024-03 before:2025", &[3]),
        ("walmart", &[3]),
    ] {
        assert_eq!(strict(&index, query, expected.len()), expected, "{query}");
    }
}

#[test]
fn a_query_that_finds_too_little_is_relaxed_and_says_so() {
    let index = index_of(&[
        post(1, "Feature stores", "nothing else"),
        post(2, "Ranking", "a feature of ranking"),
        post(3, "Feature store for ranking", "feature store ranking"),
        post(4, "Release", "feature store ranking release"),
    ]);
    let found = found(&index, "feature store ranking -release");
    assert!(found.relaxed);
    let order: Vec<i64> = found.hits.iter().map(|it| it.entry.0).collect();
    assert_eq!(order[0], 3, "what holds every word comes first");
    assert_eq!((found.total, order.len()), (3, 3), "what was excluded stays out");
    assert!(!self::found(&index, "feature").relaxed, "one word has nothing to leave out");
}

#[test]
fn the_best_answer_to_a_long_query_may_lack_a_word() {
    let filler = "Teams and tools and weather. ".repeat(40);
    let roundup = format!("Announcing queues. {filler} Comet. {filler} Draining of hands by hand.");
    let index = index_of(&[
        post(1, "Weekly roundup", &roundup),
        post(2, "Draining queues by hand", "How we drained the queues by hand, queue by queue."),
        post(3, "Something else", "Announcing nothing."),
    ]);
    let found = found(&index, "announcing draining queues by hand");
    assert!(found.relaxed);
    assert_eq!(found.hits[0].entry, EntryId(2));
    assert_eq!(found.total, 3);
    let pages = [0, 1, 2].map(|offset| {
        let ask = Ask { offset, ..Ask::best(1, now()) };
        index.search(&Query::parse("announcing draining queues by hand"), &ask).unwrap().hits[0]
    });
    assert_eq!(pages.as_slice(), found.hits, "pages joined are the list");
}

#[test]
fn a_strict_search_finds_nothing_that_lacks_a_word() {
    let index = index_of(&[
        post(1, "alpha beta gamma", "x"),
        post(2, "alpha beta", "x"),
        post(3, "gamma", "x"),
    ]);
    for (query, strictly) in [("alpha beta gamma", 1), ("alpha gamma", 1), ("alpha delta", 0)] {
        let ask = Ask { strict: true, ..Ask::best(9, now()) };
        let found = index.search(&Query::parse(query), &ask).unwrap();
        assert_eq!((found.total, found.hits.len(), found.relaxed), (strictly, strictly, false));
    }
}

#[test]
fn relaxed_hits_continue_behind_the_strict_ones_page_by_page() {
    let index = index_of(&[
        post(1, "alpha beta", "x"),
        post(2, "alpha", "x"),
        post(3, "beta", "x"),
        post(4, "alpha", "y"),
    ]);
    let query = Query::parse("alpha beta");
    let all = entries(&index, "alpha beta");
    let paged: Vec<i64> = (0..4)
        .flat_map(|offset| {
            let ask = Ask { offset, ..Ask::best(1, now()) };
            index.search(&query, &ask).unwrap().hits
        })
        .map(|it| it.entry.0)
        .collect();
    assert_eq!((all[0], all.len()), (1, 4));
    assert_eq!(paged, all);
}

#[test]
fn titles_outweigh_headings_and_headings_outweigh_mentions() {
    let filler = "words about other matters entirely ".repeat(20);
    let mut heading = post(2, "Notes", &format!("Caching {filler}"));
    heading.headings = vec!["Caching".into()];
    let index = index_of(&[
        post(1, "Notes", &format!("caching {filler}")),
        heading,
        post(3, "Caching", &filler),
        post(4, "Other", &filler),
    ]);
    assert_eq!(entries(&index, "caching"), [3, 2, 1]);
}

#[test]
fn of_equal_posts_the_newer_comes_first_and_lists_can_be_sorted_by_time() {
    let mut documents: Vec<IndexDocument> =
        (1..=3).map(|it| post(it, "Queues", "queues at scale")).collect();
    documents[0].ordered = "2026-05-20T00:00:00Z".parse().unwrap();
    documents[1].ordered = "2020-05-20T00:00:00Z".parse().unwrap();
    documents[2].ordered = "2024-05-20T00:00:00Z".parse().unwrap();
    let index = index_of(&documents);
    assert_eq!(entries(&index, "queues"), [1, 3, 2]);
    assert_eq!(entries(&index, ""), [1, 3, 2]);
    let oldest = Ask {
        sort: Sort::Oldest,
        since: Some("2021-01-01T00:00:00Z".parse().unwrap()),
        ..Ask::best(9, now())
    };
    let hits = index.search(&Query::parse("queues"), &oldest).unwrap().hits;
    assert_eq!(hits.iter().map(|it| it.entry.0).collect::<Vec<_>>(), [3, 1]);
}

#[test]
fn of_posts_a_year_old_what_a_team_learned_stands_before_the_news_of_then() {
    let of_kind = |entry: i64, kind: Option<Kind>| IndexDocument {
        kind,
        ordered: "2025-06-01T00:00:00Z".parse().unwrap(),
        ..post(entry, "Queues", "queues at scale")
    };
    let index = index_of(&[
        of_kind(1, Some(Kind::News)),
        of_kind(2, Some(Kind::DeepDive)),
        of_kind(3, Some(Kind::Release)),
    ]);
    assert_eq!(entries(&index, "queues"), [2, 3, 1]);
    let ask = Ask::best(9, now());
    let told = index.explain(&Query::parse("queues"), &ask, EntryId(2)).unwrap().unwrap();
    assert_eq!((told.kind, told.place), (Some(Kind::DeepDive), Some(1)));
}

#[test]
fn a_story_is_one_hit_by_its_best_entry() {
    let mut documents: Vec<IndexDocument> =
        (1..=4).map(|it| post(it, "Notes", "sharding once")).collect();
    documents[2].title = "Sharding".into();
    documents.iter_mut().take(3).for_each(|it| it.story = StoryId(1));
    let found = found(&index_of(&documents), "sharding");
    assert_eq!(found.total, 2);
    assert_eq!(found.hits.iter().map(|it| it.entry.0).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn an_entry_is_replaced_by_its_next_state_and_goes_when_removed() {
    let index = index_of(&[post(1, "First", "draft"), post(2, "Second", "other")]);
    index.apply(&[put(&post(1, "First", "final")), put(&post(1, "First", "finally"))]).unwrap();
    assert_eq!(entries(&index, "draft"), [1], "nothing shows before a commit");
    index.commit(3).unwrap();
    assert_eq!(entries(&index, "draft"), Vec::<i64>::new());
    assert_eq!((entries(&index, "finally"), index.document_count()), (vec![1], 2));
    index.apply(&[IndexChange::Remove(EntryId(1))]).unwrap();
    index.commit(4).unwrap();
    assert_eq!((entries(&index, "first"), index.position()), (vec![], 4));
    index.clear().unwrap();
    assert_eq!((index.document_count(), index.position()), (0, 0));
}

#[test]
fn what_was_committed_survives_and_what_was_not_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Index::open(folder.path(), IndexSettings::default()).unwrap();
    assert!(matches!(Index::reader_only(folder.path()), Err(SearchError::Missing(_))));
    let opened = open();
    assert!(!opened.rebuilt && opened.index.position() == 0);
    opened.index.apply(&[put(&post(1, "Kept", "text"))]).unwrap();
    opened.index.commit(7).unwrap();
    opened.index.apply(&[put(&post(2, "Lost", "text"))]).unwrap();
    let beside = Index::reader_only(folder.path()).unwrap();
    assert_eq!((entries(&beside, "text"), beside.position()), (vec![1], 7));
    drop(opened);
    let again = open();
    assert!(!again.rebuilt);
    assert_eq!((entries(&again.index, "text"), again.index.position()), (vec![1], 7));
    assert!(again.index.size_bytes().unwrap() > 0);
}

#[test]
fn only_one_process_writes_and_the_other_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let first = Index::open(folder.path(), IndexSettings::default()).unwrap().index;
    first.apply(&[put(&post(1, "One", "text"))]).unwrap();
    let second = Index::open(folder.path(), IndexSettings::default()).unwrap().index;
    assert!(matches!(second.apply(&[put(&post(2, "Two", "text"))]), Err(SearchError::Busy)));
    first.commit(1).unwrap();
    drop(first);
    second.apply(&[put(&post(2, "Two", "text"))]).unwrap();
    second.commit(2).unwrap();
    assert_eq!(second.document_count(), 2);
}

#[test]
fn an_index_of_another_version_or_a_damaged_one_is_built_anew() {
    let damages: [fn(&std::path::Path); 4] = [
        |place| fs::write(place.join("version"), "0").unwrap(),
        |place| fs::remove_file(place.join("version")).unwrap(),
        |place| fs::write(place.join("meta.json"), "{").unwrap(),
        |place| {
            for file in fs::read_dir(place).unwrap().map(|it| it.unwrap().path()) {
                if file.extension().is_some_and(|it| it == "term" || it == "fast") {
                    fs::write(file, "").unwrap();
                }
            }
        },
    ];
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path(), IndexSettings::default()).unwrap().index;
        index.apply(&[put(&post(1, "One", "text"))]).unwrap();
        index.commit(1).unwrap();
        drop(index);
        damage(&folder.path().join("v1"));
        let opened = Index::open(folder.path(), IndexSettings::default()).unwrap();
        assert!(opened.rebuilt);
        assert_eq!((opened.index.position(), opened.index.document_count()), (0, 0));
        opened.index.apply(&[put(&post(1, "One", "text"))]).unwrap();
        opened.index.commit(1).unwrap();
        assert_eq!(entries(&opened.index, "text"), [1]);
    }
}

/// The snippet with its marks in brackets.
fn marked(index: &Index, query: &str, text: &str, language: Option<&Language>) -> String {
    let snippet = index.snippet(&Query::parse(query), text, language);
    let mut shown = snippet.text;
    for mark in snippet.marks.iter().rev() {
        shown.insert(mark.end, ']');
        shown.insert(mark.start, '[');
    }
    shown
}

#[test]
fn a_snippet_shows_the_passage_with_most_words_and_marks_them_as_searched() {
    let index = index_of(&[german(1, "Preise", "Die Preise der Häuser")]);
    let filler = "Nothing of interest stands in this sentence at all. ".repeat(20);
    let text = format!("Prices. {filler}Engines that price dynamically\n\nare priced. {filler}");
    let snippet = marked(&index, "dynamic pricing", &text, None);
    assert!(snippet.contains("Engines that [price] [dynamically] are [priced]."), "{snippet}");
    assert!(snippet.starts_with('…') && snippet.ends_with('…'), "{snippet}");
    assert!(snippet.chars().count() <= 210, "{snippet}");
    assert_eq!(marked(&index, "user name", "a getUserName call", None), "a get[UserName] call");
    assert_eq!(marked(&index, "getUserName", "a get_user_name", None), "a [get_user_name]");
    assert_eq!(marked(&index, "C++ -java", "C++ and Java", None), "[C++] and Java");
    assert_eq!(marked(&index, "haus", "Die Häuser", Some(&"de".parse().unwrap())), "Die [Häuser]");
    assert_eq!(marked(&index, "価格", "動的な価格設定", None), "動的な[価格]設定");
    assert_eq!(marked(&index, "価", "動的な価格設定", None), "動的な[価]格設定");
    assert_eq!(marked(&index, "absent", "Short text.", None), "Short text.");
}

/// An index is slow to make in a debug build, so that one serves all cases.
fn shared_index() -> &'static Index {
    static INDEX: LazyLock<Index> = LazyLock::new(|| {
        index_of(&[
            post(1, "Surge pricing", "surge é getUserName C++ 価格設定"),
            german(2, "Preise", "価格 surge straße"),
            IndexDocument { language: Some("tr".parse().unwrap()), ..post(3, "İndir", "fiyat") },
        ])
    });
    &INDEX
}

proptest! {
    #[test]
    fn any_text_at_all_is_answered(
        query in "(\\PC|[-()\":.*+#_]| |OR |-|title:|peer:|after:2|lang:de |surge |価格|ß|é){0,40}",
    ) {
        let found =
            shared_index().search(&Query::parse(&query), &Ask::best(10, now())).unwrap();
        prop_assert!(found.hits.len() == found.total && found.total <= 3);
    }

    #[test]
    fn snippets_of_any_text_are_marked_at_letters_borders_and_in_order(
        query in "(\\PC|surge |pricing|価格|é|-|getUser ){0,12}",
        body in "(\\PC|.|[-._+#'’]| |\\n|surge|Pricing|価格設定|é|\u{301}|\u{ad}|ﬁ|İ|ǅ){0,100}",
        tongue in prop::sample::select(vec!["en", "de", "tr", "ja", "el"]),
    ) {
        let language: Language = tongue.parse().unwrap();
        let marker = shared_index().marker(&Query::parse(&query));
        let snippet = marker.snippet(&body, Some(&language));
        for (text, marks) in
            [(snippet.text.as_str(), snippet.marks), (&body, marker.marks(&body, None))]
        {
            let mut last = 0;
            for mark in &marks {
                prop_assert!(last <= mark.start && mark.start < mark.end);
                prop_assert!(text.get(mark.clone()).is_some());
                last = mark.end;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_word_of_a_text_finds_that_text(
        words in prop::collection::vec("[a-zäöüéß]{1,12}|[A-Z][a-z]{1,8}[A-Z][a-z]{1,8}|[a-z]{1,5}[-_.][a-z0-9]{1,5}|[0-9]{1,4}|[価格設定東京]{1,5}", 1..40),
        tongue in prop::sample::select(vec!["en", "de", "fr", "ru", "zh"]),
    ) {
        let mut document = post(1, "Title", &words.join(" "));
        document.language = Some(tongue.parse().unwrap());
        let index = index_of(&[document, german(2, "Anders", "nichts davon")]);
        for word in &words {
            prop_assert!(entries(&index, word).contains(&1), "{}", word);
        }
    }
}

#[test]
fn every_example_of_the_page_about_queries_is_read_as_meant() {
    let page = fs::read_to_string("docs/queries.md").unwrap();
    let rows = page.lines().filter(|it| it.starts_with("| `"));
    let examples: Vec<&str> = rows.filter_map(|it| it.split('`').nth(1)).collect();
    assert!(examples.len() > 20, "{examples:?}");
    let index = index_of(&[post(1, "One", "queue")]);
    for example in examples {
        let query = Query::parse(&example.replace("\\|", "|"));
        assert_eq!(query.notices(), [], "{example}");
        index.search(&query, &Ask::best(1, now())).unwrap();
    }
}

#[test]
fn the_quality_of_an_order_is_what_the_books_say() {
    let judged: Judgments =
        [("a", 2), ("b", 1), ("c", 0), ("d", 1)].map(|(id, grade)| (id.to_owned(), grade)).into();
    let of = |ranked: &[&str]| {
        Quality::of(&ranked.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(), &judged)
    };
    let best = of(&["a", "b", "d", "c"]);
    assert!((best.ndcg_at_10 - 1.0).abs() < 1e-9 && (best.average_precision - 1.0).abs() < 1e-9);
    let other = of(&["c", "b", "x", "a"]);
    let gain = 1.0 / 3_f64.log2() + 3.0 / 5_f64.log2();
    let ideal = 3.0 + 1.0 / 3_f64.log2() + 1.0 / 4_f64.log2();
    assert!((other.ndcg_at_10 - gain / ideal).abs() < 1e-9, "{other:?}");
    assert!((other.average_precision - (1.0 / 2.0 + 2.0 / 4.0) / 3.0).abs() < 1e-9, "{other:?}");
    assert!((other.recall_at_100 - 2.0 / 3.0).abs() < 1e-9);
    assert!((other.reciprocal_rank - 0.5).abs() < 1e-9);
    assert_eq!(of(&["x", "c"]), Quality::default());
    let mean = Quality::mean(&[best, Quality::default()]);
    assert!((mean.ndcg_at_10 - 0.5).abs() < 1e-9);
}

#[test]
fn how_well_some_stories_fit_is_what_it_is_among_all() {
    let titles = ["Queues", "Queues and caches", "Caches", "Queues of queues", "Prices"];
    let posts: Vec<IndexDocument> = (1..60)
        .zip(titles.into_iter().cycle())
        .map(|(entry, title)| {
            let body = format!(
                "{title}. {}",
                "queues filled up ".repeat(usize::try_from(entry % 7).unwrap())
            );
            let kind = (entry % 2 == 0).then_some(Kind::CaseStudy);
            IndexDocument { kind, expected: 1.5, ..post(entry, title, &body) }
        })
        .collect();
    let index = index_of(&posts);
    let queries = ["queues", "queues caches", "prices -caches", "nothing"].map(Query::parse);
    let ask = Ask { strict: true, ..Ask::best(0, now()) };
    let some: HashSet<StoryId> = [1, 2, 3, 5, 31, 58, 77].map(StoryId).into();
    let of_some = index.fits_of(&queries, &ask, &some).unwrap();
    let of_all = index.fits(&queries, &ask).unwrap();
    for (of_some, of_all) in of_some.by_query.iter().zip(&of_all) {
        let beside = Fitting::among(of_all);
        let of_all = of_all.iter().filter(|it| some.contains(&it.story));
        let of_all: HashMap<StoryId, f32> = of_all.map(|it| (it.story, beside.of(it))).collect();
        let sorted = |it: &HashMap<StoryId, f32>| {
            let mut sorted: Vec<(StoryId, f32)> = it.iter().map(|(a, b)| (*a, *b)).collect();
            sorted.sort_by_key(|it| it.0);
            sorted
        };
        assert_eq!(sorted(of_some).len(), of_all.len());
        for ((story, fit), (_, expected)) in sorted(of_some).into_iter().zip(sorted(&of_all)) {
            assert!((fit - expected).abs() < 1e-4, "{story:?}: {fit}, not {expected}");
        }
    }
    assert!(of_some.by_query[0].len() > 3 && of_some.by_query[3].is_empty());
    let judged = HashMap::from([2, 58].map(|it| (EntryId(it), (Kind::CaseStudy, 1.5))));
    assert_eq!(of_some.judged, judged);
    assert_eq!(index.fits_of(&queries, &ask, &some).unwrap(), of_some, "from what is known");
    // A better one comes, beside which the others fit less.
    let best = post(60, "Queues", "Queues.");
    index.apply(&[put(&best)]).unwrap();
    index.commit(60).unwrap();
    let later = index.fits_of(&queries, &ask, &some).unwrap();
    assert!(later.by_query[0][&StoryId(1)] < of_some.by_query[0][&StoryId(1)], "{later:?}");
}
