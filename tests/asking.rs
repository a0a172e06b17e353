//! What a search asks for besides words: topics, sources, what the reader keeps, similar posts; what
//! is muted; and what it tells besides hits.

use std::collections::BTreeSet;

use peerscope::{
    crawl,
    domain::{
        Kind, NoteDraft, NoteType, Place, Query, ReaderId, ReadingChange, ReadingState, Role,
        TagChange,
    },
    reading::{self, Asker, Wanted},
};
use serde_json::Value;

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, post_at, rss},
    library::TestLibrary,
    service::Service,
};

const RSS: &str = "application/rss+xml";

/// Two peers: one writes about queues and prices, one about ranking.
async fn two_peers() -> TestLibrary {
    let post = |path: &str, title: &str, html: &str, day: &str| Post {
        published: format!("{day} 08:00:00 +0000"),
        ..post_at(&format!("https://example.com/{path}"), title, html)
    };
    let first = [
        post(
            "kafka-lag",
            "Measuring consumer lag",
            "<p>Consumers of Kafka fall behind; partitions and offsets tell by how much. We watch \
             the lag of each partition and rebalance consumers.</p>",
            "Mon, 02 Feb 2026",
        ),
        post(
            "kafka-rebalance",
            "Rebalancing without a pause",
            "<p>A Kafka group rebalances its partitions among consumers; sticky assignment keeps \
             offsets warm while consumers come and go.</p>",
            "Tue, 03 Feb 2026",
        ),
        post(
            "prices",
            "Prices by the minute",
            "<p>Dynamic pricing of rides.</p>",
            "Wed, 04 Feb 2026",
        ),
    ];
    let second = [
        post(
            "ranking",
            "Ranking with gradient boosting",
            "<p>Kubernetes runs the ranking of our search; a model learns the order.</p>",
            "Thu, 05 Feb 2026",
        ),
        post("job", "We are hiring", "<p>Come and rank posts with us.</p>", "Fri, 06 Feb 2026"),
    ];
    let web = FakeWeb::start().await;
    web.serve_document("/first", RSS, &rss(&first));
    web.serve_document("/second", RSS, &rss(&second));
    let library = TestLibrary::following(&[web.address("/first"), web.address("/second")]).await;
    library.crawl().await;
    library
}

async fn titles(service: &Service, path: &str) -> Vec<String> {
    let list = |json: &Value| {
        let rows = json["hits"].as_array().or(json["entries"].as_array()).unwrap().clone();
        rows.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    list(&service.json(path).await)
}

async fn found(service: &Service, query: &str) -> BTreeSet<String> {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    titles(service, &format!("/api/v1/search?q={query}")).await.into_iter().collect()
}

fn set(titles: &[&str]) -> BTreeSet<String> {
    titles.iter().map(|it| (*it).to_owned()).collect()
}

#[tokio::test]
async fn what_is_muted_appears_nowhere() {
    let mut library = two_peers().await;
    library.mute(&["title:hiring", "peer:peer-1 prices"]).await;
    let service = Service::over(library).await;
    let left = set(&[
        "Measuring consumer lag",
        "Rebalancing without a pause",
        "Ranking with gradient boosting",
    ]);
    assert_eq!(found(&service, "").await, left);
    assert_eq!(found(&service, "hiring").await, set(&[]));
    assert_eq!(
        found(&service, "pricing OR ranking").await,
        set(&["Ranking with gradient boosting"])
    );
    let listed = titles(&service, "/api/v1/entries?limit=2").await;
    assert_eq!(listed, ["Ranking with gradient boosting", "Rebalancing without a pause"]);
    let next = service.json("/api/v1/entries?limit=2").await["next"].as_str().unwrap().to_owned();
    let rest = titles(&service, &format!("/api/v1/entries?limit=2&cursor={next}")).await;
    assert_eq!(rest, ["Measuring consumer lag"]);
    let page = service.page("/").await;
    assert!(!page.contains("We are hiring") && page.contains("Measuring consumer lag"));
    let feed = service.get("/search.atom?q=rank").await.text;
    assert!(!feed.contains("We are hiring"), "{feed}");
}

#[tokio::test]
async fn a_story_that_a_muted_peer_tells_too_is_shown_where_another_tells_it() {
    let text = "<p>Consumers of Kafka fall behind; partitions and offsets tell by how much.</p>";
    let both = rss(&[post_at("https://example.com/lag", "Measuring consumer lag", text)]);
    let web = FakeWeb::start().await;
    web.serve_document("/first", RSS, &both);
    web.serve_document("/second", RSS, &both);
    let mut library =
        TestLibrary::following(&[web.address("/first"), web.address("/second")]).await;
    library.crawl().await;
    for muted in ["peer-1", "peer-2"] {
        library.mute(&[&format!("peer:{muted}")]).await;
        let asker = Asker::only(library.followed.at_present());
        let wanted = Wanted::best(10, library.now());
        let query = Query::parse("kafka");
        let found = reading::find(&library.doors.library(), &asker, query, &wanted).await.unwrap();
        let peers: Vec<&str> = found.hits.iter().map(|it| it.entry.peer.as_str()).collect();
        assert_eq!(peers, [if muted == "peer-1" { "peer-2" } else { "peer-1" }]);
    }
}

#[tokio::test]
async fn topics_and_sources_are_asked_for_by_name() {
    let mut library = two_peers().await;
    library.keep_topics(&[("Streams", "kafka -lag"), ("Ring", "topic:ring OR hiring")]).await;
    let service = Service::over(library).await;
    assert_eq!(found(&service, "topic:streams").await, set(&["Rebalancing without a pause"]));
    assert_eq!(found(&service, "topic:Ring").await, set(&["We are hiring"]));
    assert_eq!(found(&service, "source:second title:hiring").await, set(&["We are hiring"]));
    assert_eq!(found(&service, "source:nowhere").await, set(&[]));
    let told = service.json("/api/v1/search?q=topic:none+source:nowhere+similar:99").await;
    assert_eq!(
        told["notices"],
        serde_json::json!([
            "there is no topic called `none`",
            "there is no source called `nowhere`",
            "there is no similar called `99`",
        ])
    );
}

#[tokio::test]
async fn what_a_reader_keeps_can_be_asked_for() {
    let library = two_peers().await;
    let (lag, prices) = (
        library.entry("Measuring consumer lag").await,
        library.entry("Prices by the minute").await,
    );
    let store = &library.doors.store;
    let tags = ["streams".parse().unwrap()].into();
    let tags = TagChange::Add(tags);
    let queued = ReadingChange { tags, ..ReadingChange::to(ReadingState::Queued) };
    let now = library.now();
    store.change_reading(ReaderId::ONLY, lag.entry.story, queued, now).await.unwrap();
    store.open_story(ReaderId::ONLY, prices.entry.story, now).await.unwrap();
    let cites = vec![prices.entry.id];
    let note = NoteDraft::new(NoteType::Idea, "", "Try it", BTreeSet::new(), cites).unwrap();
    store.add_note(ReaderId::ONLY, &note, now).await.unwrap();
    let service = Service::over(library).await;
    let (lag, prices) = ("Measuring consumer lag", "Prices by the minute");
    let others = ["Rebalancing without a pause", "Ranking with gradient boosting", "We are hiring"];
    let with = |title: &str| set(&[others.as_slice(), &[title]].concat());
    assert_eq!(found(&service, "is:queued").await, set(&[lag]));
    assert_eq!(found(&service, "tag:streams").await, set(&[lag]));
    assert_eq!(found(&service, "is:new").await, set(&others));
    assert_eq!(found(&service, "is:unread").await, with(lag));
    assert_eq!(found(&service, "-is:queued").await, with(prices));
    assert_eq!(found(&service, "has:note").await, set(&[prices]));
    assert_eq!(found(&service, "note:idea pricing").await, set(&[prices]));
    assert_eq!(found(&service, "note:insight").await, set(&[]));
}

/// The two peers' posts, each of the kind that a reader says it is, one with a challenge.
async fn two_peers_by_kind() -> TestLibrary {
    let library = two_peers().await;
    let store = &library.doors.store;
    let (reader, now) = (ReaderId::ONLY, library.now());
    for (title, kind) in [
        ("Measuring consumer lag", Kind::CaseStudy),
        ("Rebalancing without a pause", Kind::DeepDive),
        ("Prices by the minute", Kind::Release),
        ("Ranking with gradient boosting", Kind::DeepDive),
        ("We are hiring", Kind::People),
    ] {
        let entry = library.entry(title).await.entry.id;
        store.correct_kind(reader, entry, kind, now).await.unwrap();
    }
    let lag = library.entry("Measuring consumer lag").await.entry.id;
    let quote = "Consumers of Kafka fall behind; partitions and offsets tell by how much.";
    let challenge = Some(Role::Challenge);
    let place = (quote, Place::default());
    store.correct_role(reader, lag, place, challenge, now).await.unwrap();
    crawl::index_follows(store, &library.doors.index).await.unwrap();
    library
}

#[tokio::test]
async fn kinds_are_asked_for_told_and_counted() {
    let service = Service::over(two_peers_by_kind().await).await;
    assert_eq!(found(&service, "kind:case-study").await, set(&["Measuring consumer lag"]));
    assert_eq!(
        found(&service, "kafka kind:\"Deep Dive\"").await,
        set(&["Rebalancing without a pause"])
    );
    let told = service.json("/api/v1/search?q=kafka+-kind:deep-dive&counts=true").await;
    assert_eq!(told["hits"][0]["kind"], "case-study");
    let kinds = |told: &Value| told["counts"]["kinds"].clone();
    assert_eq!(kinds(&told), serde_json::json!([{"value": "case-study", "stories": 1}]));
    let told = service.json("/api/v1/search?q=kafka+OR+rank&counts=true").await;
    assert_eq!(kinds(&told)[0], serde_json::json!({"value": "deep-dive", "stories": 2}));
    let page = service.page("/search?q=kafka+OR+rank").await;
    assert!(page.contains("kind%3Acase-study") && page.contains("Deep dive"), "{page}");
    let entry = &told["hits"][0]["entry"];
    let why = service.json(&format!("/api/v1/explain?q=kafka+OR+rank&entry={entry}")).await;
    assert_eq!(why["kind"], told["hits"][0]["kind"]);
    let page = service.page("/search?q=kind:talk").await;
    assert!(page.contains("case-study, postmortem"), "{page}");
}

#[tokio::test]
async fn a_passage_that_was_asked_for_by_its_role_is_quoted() {
    let service = Service::over(two_peers_by_kind().await).await;
    let told = service.json("/api/v1/search?q=challenge:partition").await;
    assert_eq!(told["total"], 1);
    let quote = &told["hits"][0]["quotes"][0];
    assert_eq!((&quote["role"], &quote["block"]), (&"challenge".into(), &0.into()));
    assert!(quote["text_html"].as_str().unwrap().contains("; <mark>partitions</mark> and"));
    assert_eq!(found(&service, "challenge:watch").await, set(&[]));
    assert_eq!(found(&service, "challenge:off* challenge:*").await.len(), 1);
    let page = service.page("/search?q=challenge:partition").await;
    assert!(page.contains("#b0\">Challenge</a>"), "{page}");
}

#[tokio::test]
async fn a_muted_kind_appears_in_no_list() {
    let mut library = two_peers_by_kind().await;
    library.mute(&["kind:release", "kind:people"]).await;
    let service = Service::over(library).await;
    let left = set(&[
        "Measuring consumer lag",
        "Rebalancing without a pause",
        "Ranking with gradient boosting",
    ]);
    assert_eq!(found(&service, "").await, left);
    let listed = titles(&service, "/api/v1/entries").await.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(listed, left);
}

#[tokio::test]
async fn misspelled_words_are_corrected_where_nothing_holds_them() {
    let service = Service::over(two_peers().await).await;
    let told = service.json("/api/v1/search?q=rebalncing+partitions").await;
    assert_eq!(told["corrected"], "rebalancing partitions");
    assert_eq!(told["hits"][0]["title"], "Rebalancing without a pause");
    let verbatim = service.json("/api/v1/search?q=rebalncing+partitions&verbatim=true").await;
    assert_eq!(verbatim["corrected"], Value::Null);
    let strict = service.json("/api/v1/search?q=rebalncing&strict=true").await;
    assert_eq!(strict["total"], 0);
    let page = service.page("/search?q=rebalncing").await;
    assert!(page.contains("rebalancing") && page.contains("verbatim=1"), "{page}");
    let hopeless = service.json("/api/v1/search?q=qqqzzz").await;
    assert_eq!((&hopeless["corrected"], &hopeless["total"]), (&Value::Null, &0.into()));
}

#[tokio::test]
async fn words_that_mean_the_same_find_each_other() {
    let service = Service::over(two_peers().await).await;
    let told = service.json("/api/v1/search?q=k8s").await;
    assert_eq!(told["hits"][0]["title"], "Ranking with gradient boosting");
    assert!(told["hits"][0]["snippet_html"].as_str().unwrap().contains("<mark>Kubernetes</mark>"));
}

#[tokio::test]
async fn posts_about_the_same_are_found_from_one_of_them() {
    let library = two_peers().await;
    let lag = library.entry("Measuring consumer lag").await.entry.id;
    let service = Service::over(library).await;
    let similar = titles(&service, &format!("/api/v1/entries/{lag}/similar")).await;
    assert_eq!(similar[0], "Rebalancing without a pause");
    assert!(!similar.contains(&"Measuring consumer lag".to_owned()));
    let page = service.page(&format!("/entries/{lag}")).await;
    assert!(page.contains("Rebalancing without a pause"), "{page}");
}

#[tokio::test]
async fn what_is_found_is_counted_and_peers_are_compared() {
    let mut library = two_peers().await;
    library.keep_topics(&[("Streams", "kafka"), ("Nothing", "xyzzy")]).await;
    let service = Service::over(library).await;
    let told = service.json("/api/v1/search?q=kafka+OR+rank&counts=true").await;
    let counts = |name: &str| -> Vec<(String, u64)> {
        let rows = told["counts"][name].as_array().unwrap().iter();
        rows.map(|it| (it["value"].as_str().unwrap().to_owned(), it["stories"].as_u64().unwrap()))
            .collect()
    };
    let of = |value: &str, stories: u64| (value.to_owned(), stories);
    assert_eq!(told["total"], 4);
    assert_eq!(counts("peers"), [of("peer-1", 2), of("peer-2", 2)]);
    assert_eq!(counts("domains"), [of("ecommerce", 4)]);
    assert_eq!(counts("topics"), [of("streams", 2)]);
    assert_eq!(counts("languages")[0].0, "en");
    assert_eq!(counts("years"), [of("2026", 4)]);
    assert_eq!(counts("months"), [of("2026-02", 4)]);
    let peers = told["peers"].as_array().unwrap();
    assert_eq!(peers.len(), 2);
    assert_eq!(peers[0]["stories"], 2);
    assert!(peers[0]["worth"].as_f64().unwrap() >= peers[1]["worth"].as_f64().unwrap());
    assert!(peers[0]["best"]["title"].as_str().is_some());
    assert_eq!(service.json("/api/v1/search?q=kafka").await["counts"], Value::Null);
}

#[tokio::test]
async fn the_place_of_a_hit_is_explained() {
    let service = Service::over(two_peers().await).await;
    let hit = service.json("/api/v1/search?q=ranking+search").await["hits"][0].clone();
    let told =
        service.json(&format!("/api/v1/explain?q=ranking+search&entry={}", hit["entry"])).await;
    assert_eq!(told["place"], 1);
    let difference = told["score"].as_f64().unwrap() - hit["score"].as_f64().unwrap();
    assert!(difference.abs() < 0.01, "{told} {hit}");
    let places: BTreeSet<&str> =
        told["parts"].as_array().unwrap().iter().map(|it| it["place"].as_str().unwrap()).collect();
    assert!(places.contains("text") && places.contains("title"), "{told}");
    let other = service.get("/api/v1/explain?q=kafka&entry=1&domain=fintech").await;
    assert_eq!(other.status, 404);
    let page = service.page(&format!("/explain?q=ranking+search&entry={}", hit["entry"])).await;
    assert!(page.contains("ranking") && page.contains("Ranking with gradient boosting"), "{page}");
}

#[tokio::test]
async fn deleting_and_editing_show_at_once_before_the_index_knows() {
    let library = two_peers().await;
    let lag = library.entry("Measuring consumer lag").await.entry.id;
    assert!(library.doors.store.delete_entry(lag, library.now()).await.unwrap());
    assert_eq!(library.find("lag").await, Vec::<String>::new());
    crawl::index_follows(&library.doors.store, &library.doors.index).await.unwrap();
    assert_eq!(library.find("kafka").await, ["Rebalancing without a pause"]);
}

#[tokio::test]
async fn a_search_that_found_something_is_offered_again() {
    let service = Service::over(two_peers().await).await;
    service.page("/search?q=kafka+partitions").await;
    service.page("/search?q=kafka+nonsensewordxyz&verbatim=1&sort=newest").await;
    // Remembering is not waited for: it is there once a later write has been made.
    let store = &service.library.doors.store;
    let reader = ReaderId::ONLY;
    let past = async || store.past_searches(reader, 10).await.unwrap();
    while past().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(past().await.contains(&"kafka partitions".to_owned()));
    let told = service.json("/api/v1/suggest?q=kafk").await;
    assert!(told.to_string().contains("kafka partitions"), "{told}");
}

#[tokio::test]
async fn what_a_list_has_shown_is_new_no_more() {
    let service = Service::over(two_peers().await).await;
    let prefetch = [("sec-purpose", "prefetch")];
    service.ask(reqwest::Method::GET, "/", &prefetch).await;
    assert_eq!(found(&service, "is:new").await.len(), 5);
    service.page("/").await;
    // The page does not wait for what it records.
    while !found(&service, "is:new").await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(found(&service, "is:unread").await.len(), 5);
}

#[tokio::test]
async fn a_saved_search_is_a_topic_with_its_own_page_and_feed() {
    let service = Service::over(two_peers().await).await;
    let body = r#"{"name":"Streams","query":"kafka -lag"}"#;
    let put = service.client.put(format!("http://{}/api/v1/searches/streams", service.address));
    let put = put.header("content-type", "application/json").body(body).send().await.unwrap();
    assert!(put.status().is_success(), "{put:?}");
    assert_eq!(found(&service, "topic:streams").await, set(&["Rebalancing without a pause"]));
    let feed = service.get("/topics/streams.atom").await;
    assert!(feed.status.is_success() && feed.text.contains("Rebalancing without a pause"));
    assert!(service.page("/topics").await.contains("Streams"));
    assert_eq!(service.get("/topics/nothing").await.status, 404);
}
