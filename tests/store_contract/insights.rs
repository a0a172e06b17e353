//! What was read of entries, and what readers say against it, whichever database is behind the
//! library.

use peerscope::{
    domain::{
        Digest, Insight, Judgement, KeyPhrase, Kind, Measure, Passage, Place, ReaderId, Role,
        Roles, Verdict, Worth, query::Query,
    },
    home::index_document,
    search::{Ask, Index, IndexChange, Reach},
    store::{CorrectionsAsk, InsightCounts, ReadInsight, Rereading},
};

use super::*;

fn at(block: u32, start: u32) -> Place {
    Place { block, start }
}

fn insight(kind: Kind) -> Insight {
    let passage = |role, text: &str, place| {
        let text = text.to_owned();
        Passage { role, text, place, confidence: 0.75 }
    };
    Insight {
        model: 1,
        verdict: Some(Verdict { kind, worth: Worth::MOST, expected: 2.25 }),
        passages: vec![
            passage(Role::Challenge, "It was slow.", at(0, 0)),
            passage(Role::Result, "It is fast now.", at(3, 14)),
        ],
        phrases: vec![
            KeyPhrase { text: "cold start".into(), weight: 3.5 },
            KeyPhrase { text: "kafka".into(), weight: 1.0 },
        ],
        measures: vec![Measure { text: "p99 from 900 ms to 120 ms".into(), place: at(3, 20) }],
    }
}

fn read(entry: EntryId, insight: Insight) -> ReadInsight {
    ReadInsight { entry, from: Digest("text".into()), insight, places: Vec::new() }
}

/// A library of two posts, the first of which was read; their numbers.
async fn with_one_read() -> (Library, EntryId, EntryId) {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let ids: Vec<EntryId> = library.entries().await.iter().rev().map(|it| it.id).collect();
    library.store.record_insights(vec![read(ids[0], insight(Kind::News))]).await.unwrap();
    (library, ids[0], ids[1])
}

impl Library {
    async fn insight(&self, entry: EntryId) -> Option<Insight> {
        self.store.insights(&[entry]).await.unwrap().remove(&entry)
    }

    async fn last_change(&self) -> i64 {
        self.store.last_change().await.unwrap()
    }

    async fn corrections(&self) -> Vec<(EntryId, Judgement)> {
        let ask = CorrectionsAsk::default();
        let kept = self.store.corrections(ReaderId::ONLY, &ask).await.unwrap().rows;
        kept.into_iter().map(|it| (it.entry, it.judgement)).collect()
    }
}

#[tokio::test]
async fn what_was_read_is_kept_whole_and_replaced_whole() {
    let (library, one, other) = with_one_read().await;
    assert_eq!(library.insight(one).await, Some(insight(Kind::News)));
    assert_eq!(library.insight(other).await, None);
    let rows = library.store.index_rows(&[one]).await.unwrap();
    assert_eq!(rows[0].insight, Some(insight(Kind::News)));
    assert_eq!(rows[0].read_from, Some(Digest("text".into())));
    let unreadable = Insight { model: 2, ..Insight::default() };
    let gone = EntryId(4_000);
    let reads = vec![
        read(one, unreadable.clone()),
        read(other, insight(Kind::DeepDive)),
        read(gone, insight(Kind::News)),
    ];
    library.store.record_insights(reads).await.unwrap();
    assert_eq!(library.insight(one).await, Some(unreadable));
    assert_eq!(library.insight(other).await, Some(insight(Kind::DeepDive)));
    assert_eq!(library.insight(gone).await, None);
    let asides = library.store.asides(&[one, other, EntryId(4_000)]).await.unwrap();
    assert_eq!((asides.len(), asides[&one].verdict), (2, None));
    assert_eq!(asides[&other].verdict.unwrap().kind, Kind::DeepDive);
    library.assert_sound().await;
}

#[tokio::test]
async fn what_another_model_read_or_none_is_brought_back_in_portions() {
    let (library, one, other) = with_one_read().await;
    let counts = |read, waiting| InsightCounts { read, waiting };
    assert_eq!(library.store.insight_counts(1).await.unwrap(), counts(1, 1));
    assert_eq!(library.store.insight_counts(2).await.unwrap(), counts(0, 2));
    let before = library.last_change().await;
    let part = library.store.reread(Rereading::NotBy(1), None, 10).await.unwrap();
    assert_eq!((part.entries, part.next), (1, None));
    assert_eq!(all_changes(&library.store, before).await.0, [other]);
    let before = library.last_change().await;
    let part = library.store.reread(Rereading::NotBy(2), None, 1).await.unwrap();
    assert_eq!((part.entries, part.next), (1, Some(other)));
    let part = library.store.reread(Rereading::NotBy(2), part.next, 1).await.unwrap();
    assert_eq!((part.entries, part.next), (1, Some(one)));
    let part = library.store.reread(Rereading::NotBy(2), part.next, 1).await.unwrap();
    assert_eq!((part.entries, part.next), (0, None));
    assert_eq!(all_changes(&library.store, before).await.0, [other, one]);
    library.assert_sound().await;
}

#[tokio::test]
async fn everything_can_be_read_again_but_nobody_that_is_not_followed() {
    let (library, one, _) = with_one_read().await;
    let part = library.store.reread(Rereading::Everything, None, 10).await.unwrap();
    assert_eq!(part.entries, 2);
    let rows = library.store.index_rows(&[one]).await.unwrap();
    assert_ne!(rows[0].read_from, Some(Digest("text".into())), "as if read from another text");
    assert_eq!(library.insight(one).await, Some(insight(Kind::News)), "and shown meanwhile");
    library.store.follow(&file(Vec::new()), now()).await.unwrap();
    for which in [Rereading::NotBy(9), Rereading::Everything] {
        assert_eq!(library.store.reread(which, None, 10).await.unwrap().entries, 0);
    }
    assert_eq!(library.store.insight_counts(9).await.unwrap().waiting, 0);
}

#[tokio::test]
async fn a_correction_counts_over_whatever_a_model_says_and_can_be_taken_back() {
    let (library, one, other) = with_one_read().await;
    let store = &library.store;
    let before = library.last_change().await;
    let correct =
        async |entry, kind| store.correct_kind(ReaderId::ONLY, entry, kind, now()).await.unwrap();
    let correction = correct(one, Kind::CaseStudy).await.unwrap();
    let judgement = Judgement::Kind { said: Some(Kind::News), should_be: Kind::CaseStudy };
    assert_eq!(correction.judgement, judgement);
    assert_eq!((correction.title.as_str(), correction.peer_name.as_str()), ("Post 1", "Etsy"));
    assert_eq!(all_changes(store, before).await.0, [one], "the index learns of it");
    let before = library.last_change().await;
    assert_eq!(correct(one, Kind::CaseStudy).await.unwrap().id, correction.id, "said twice");
    assert_eq!(library.last_change().await, before);
    store.record_insights(vec![read(one, insight(Kind::Release))]).await.unwrap();
    let asides = store.asides(&[one, other]).await.unwrap();
    assert_eq!(asides[&one].verdict.unwrap().kind, Kind::CaseStudy);
    assert_eq!(library.insight(one).await, Some(insight(Kind::CaseStudy)));
    let again = correct(one, Kind::Tutorial).await.unwrap();
    assert_eq!(library.insight(one).await, Some(insight(Kind::Tutorial)));
    assert!(store.remove_correction(ReaderId::ONLY, again.id).await.unwrap());
    assert_eq!(library.insight(one).await, Some(insight(Kind::CaseStudy)));
    assert!(store.remove_correction(ReaderId::ONLY, correction.id).await.unwrap());
    assert!(!store.remove_correction(ReaderId::ONLY, correction.id).await.unwrap());
    assert_eq!(library.insight(one).await, Some(insight(Kind::Release)));
    assert_eq!(correct(EntryId(4_000), Kind::News).await, None);
    correct(other, Kind::Opinion).await.unwrap();
    let unread = store.asides(&[other]).await.unwrap()[&other].verdict.unwrap();
    assert_eq!(unread.kind, Kind::Opinion, "also of what was never read");
    library.assert_sound().await;
}

#[tokio::test]
async fn a_sentence_is_what_a_reader_says_wherever_the_article_holds_it_now() {
    let (library, one, _) = with_one_read().await;
    let store = &library.store;
    let correct = async |quote, role| {
        let place = at(2, 5);
        let correction = store.correct_role(ReaderId::ONLY, one, (quote, place), role, now()).await;
        correction.unwrap().unwrap()
    };
    let told = async || {
        let passages = library.insight(one).await.unwrap().passages;
        passages.into_iter().map(|it| (it.text, it.role, it.place)).collect::<Vec<_>>()
    };
    correct("It was slow.", None).await;
    let limit = correct("It drops events.", Some(Role::Limitation)).await;
    let fast = ("It is fast now.".to_owned(), Role::Result, at(3, 14));
    let drops = |place| ("It drops events.".to_owned(), Role::Limitation, place);
    assert_eq!(told().await, [drops(at(2, 5)), fast.clone()]);
    let moved =
        |place| ReadInsight { places: vec![(limit.id, place)], ..read(one, insight(Kind::News)) };
    store.record_insights(vec![moved(Some(at(7, 0)))]).await.unwrap();
    assert_eq!(told().await, [fast.clone(), drops(at(7, 0))]);
    store.record_insights(vec![moved(None)]).await.unwrap();
    assert_eq!(told().await, [fast], "what the article does not say is not quoted");
    let rows = store.index_rows(&[one]).await.unwrap();
    assert_eq!(rows[0].judgements.len(), 2);
}

#[tokio::test]
async fn what_was_read_goes_with_its_entry_and_what_a_person_said_stays() {
    let (library, one, other) = with_one_read().await;
    let store = &library.store;
    store.record_insights(vec![read(other, insight(Kind::News))]).await.unwrap();
    for entry in [one, other] {
        store.correct_kind(ReaderId::ONLY, entry, Kind::People, now()).await.unwrap().unwrap();
    }
    store.delete_entry(one, now()).await.unwrap();
    library.assert_sound().await;
    store.forget(&"etsy".parse().unwrap()).await.unwrap().unwrap();
    library.assert_sound().await;
    let sizes = store.sizes().await.unwrap();
    for table in ["insights", "passages", "phrases", "measures"] {
        let size = sizes.tables.iter().find(|it| it.table == table).unwrap();
        assert_eq!(size.rows, 0, "{table}");
    }
    let judgement = Judgement::Kind { said: Some(Kind::News), should_be: Kind::People };
    let kept = [(other, judgement.clone()), (one, judgement)];
    assert_eq!(library.corrections().await, kept);
}

#[tokio::test]
async fn what_the_index_counts_is_what_was_read_and_what_readers_say_of_it() {
    let (library, one, other) = with_one_read().await;
    let index = Index::in_memory().unwrap();
    let reach = Reach {
        peers: ["etsy".to_owned(), "nobody".to_owned()].into(),
        times: Timestamp::MIN..=Timestamp::MAX,
        everything: true,
    };
    let census = async |reach: &Reach| {
        let rows = library.store.index_rows(&[one, other]).await.unwrap();
        let changes = rows.into_iter().map(|it| IndexChange::Put(Box::new(index_document(it))));
        index.apply(&changes.collect::<Vec<_>>()).unwrap();
        index.commit(library.last_change().await).unwrap();
        let queries = [Query::parse("challenge:slow"), Query::parse("")];
        let mut census = index.census(&queries, &Ask::best(0, now()), reach).unwrap();
        assert_eq!(census.of_query(1).len(), census.posts.len());
        let slow: Vec<EntryId> = census.of_query(0).iter().map(|it| it.entry).collect();
        census.posts.sort_by_key(|it| it.entry);
        (census.posts, slow)
    };
    let (posts, slow) = census(&reach).await;
    assert_eq!(posts.iter().map(|it| it.entry).collect::<Vec<_>>(), [one, other]);
    let first = library.store.entries_without_bodies(&[one]).await.unwrap().remove(0);
    assert_eq!((posts[0].story, posts[0].ordered), (first.story, first.ordered));
    assert_eq!(
        (&*posts[0].peer, posts[0].kind, posts[0].expected),
        ("etsy", Some(Kind::News), 2.25)
    );
    assert_eq!(posts[0].roles, Roles::from_iter([Role::Challenge, Role::Result]));
    assert_eq!((posts[1].kind, posts[1].expected, posts[1].roles), (None, 0.0, Roles::default()));
    assert_eq!(slow, [one]);
    library.store.correct_kind(ReaderId::ONLY, one, Kind::Tutorial, now()).await.unwrap();
    let (reader, said) = (ReaderId::ONLY, ("It was slow.", at(0, 0)));
    library.store.correct_role(reader, one, said, Some(Role::Limitation), now()).await.unwrap();
    let (posts, slow) = census(&reach).await;
    assert_eq!((posts[0].kind, slow.len()), (Some(Kind::Tutorial), 0));
    assert_eq!(posts[0].roles, Roles::from_iter([Role::Result, Role::Limitation]));
    let of_nobody = Reach { peers: ["nobody".to_owned()].into(), ..reach.clone() };
    assert_eq!(census(&of_nobody).await, (Vec::new(), Vec::new()));
    let later = now() + SignedDuration::from_hours(24 * 365);
    let later = Reach { times: later..=Timestamp::MAX, ..reach.clone() };
    assert_eq!(census(&later).await, (Vec::new(), Vec::new()));
    let asked_for = Reach { everything: false, ..reach };
    assert_eq!(census(&asked_for).await.0.len(), 2, "an empty query has all");
}

#[tokio::test]
async fn phrases_are_frequent_by_the_stories_that_have_them() {
    let (library, one, other) = with_one_read().await;
    let half =
        Insight { phrases: vec![insight(Kind::News).phrases.remove(1)], ..Insight::default() };
    library.store.record_insights(vec![read(other, half)]).await.unwrap();
    let ever = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    let twice = library.store.frequent_phrases(ever, 2).await.unwrap();
    let mut entries = twice.get("kafka").cloned().unwrap_or_default();
    entries.sort();
    assert_eq!((twice.len(), entries), (1, vec![one, other]));
    assert_eq!(library.store.frequent_phrases(ever, 1).await.unwrap().len(), 2);
    let later = (now() + SignedDuration::from_hours(24), Timestamp::UNIX_EPOCH);
    assert!(library.store.frequent_phrases(later, 1).await.unwrap().is_empty());
}
