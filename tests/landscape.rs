//! What was read out of posts, where readers meet it: at a glance, as landscape, limits and trends.

use peerscope::{
    domain::{Digest, Insight, KeyPhrase, Kind, Measure, Passage, Place, Role, Verdict, Worth},
    home::index_document,
    search::IndexChange,
    store::{EntriesAsk, ReadInsight},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, post, rss},
    library::TestLibrary,
    service::{Service, Told},
};

/// A post with what is read out of it.
#[derive(Clone)]
struct Case {
    title: &'static str,
    published: &'static str,
    kind: Kind,
    expected: f32,
    /// Each is a paragraph of its own.
    quotes: Vec<(Role, &'static str)>,
    phrases: Vec<&'static str>,
}

fn case(title: &'static str, published: &'static str) -> Case {
    Case {
        title,
        published,
        kind: Kind::CaseStudy,
        expected: 2.0,
        quotes: Vec::new(),
        phrases: Vec::new(),
    }
}

impl Case {
    fn post(&self) -> Post {
        let paragraphs = self.quotes.iter().map(|(_, quote)| format!("<p>{quote}</p>"));
        let html = format!("<h2>Why</h2>{}", paragraphs.collect::<String>());
        let day: jiff::civil::Date = self.published.parse().unwrap();
        let published = day.strftime("%a, %d %b %Y 08:00:00 +0000").to_string();
        Post { html, published, ..post(self.title) }
    }

    fn insight(&self) -> Insight {
        let passage = |(at, (role, quote)): (u32, &(Role, &str))| Passage {
            role: *role,
            text: (*quote).to_owned(),
            place: Place { block: at, start: 0 },
            confidence: 0.9,
        };
        let phrase = |it: &&str| KeyPhrase { text: (*it).to_owned(), weight: 1.0 };
        let verdict = Verdict { kind: self.kind, worth: Worth::MOST, expected: self.expected };
        // The heading is block 0.
        let passages = (1..).zip(&self.quotes).map(passage).collect();
        let measures = self.quotes.iter().take(1).map(|_| Measure {
            text: "p99 from 900 ms to 120 ms".to_owned(),
            place: Place { block: 1, start: 0 },
        });
        Insight {
            model: 1,
            verdict: Some(verdict),
            passages,
            phrases: self.phrases.iter().map(phrase).collect(),
            measures: measures.collect(),
        }
    }
}

/// A library of peers (`Peer 1`, `Peer 2` …) with these posts, as if a model had read them so.
async fn library_of(peers: &[Vec<Case>]) -> TestLibrary {
    let web = FakeWeb::start().await;
    let mut feeds = Vec::new();
    for (at, cases) in peers.iter().enumerate() {
        let posts: Vec<Post> = cases.iter().map(Case::post).collect();
        web.serve_document(&format!("/{at}"), "application/rss+xml", &rss(&posts));
        feeds.push(web.address(&format!("/{at}")));
    }
    let library = TestLibrary::following(&feeds).await;
    library.crawl().await;
    let mut read = Vec::new();
    for case in peers.iter().flatten() {
        let entry = library.entry(case.title).await.entry.id;
        let (from, insight) = (Digest::of([b"test".as_slice()]), case.insight());
        read.push(ReadInsight { entry, from, insight, places: Vec::new() });
    }
    library.doors.store.record_insights(read).await.unwrap();
    index_again(&library).await;
    library
}

/// As the index is once it has followed, though nothing is read anew.
async fn index_again(library: &TestLibrary) {
    let (store, index) = (&library.doors.store, &library.doors.index);
    let all = EntriesAsk { limit: 100, ..EntriesAsk::default() };
    let ids: Vec<_> = store.entries(&all).await.unwrap().rows.iter().map(|it| it.id).collect();
    let rows = store.index_rows(&ids).await.unwrap().into_iter();
    let changes = rows.map(|it| IndexChange::Put(Box::new(index_document(it))));
    index.apply(&changes.collect::<Vec<_>>()).unwrap();
    index.commit(store.last_change().await.unwrap()).unwrap();
}

async fn service_of(peers: &[Vec<Case>], topics: &[(&str, &str)]) -> Service {
    let mut library = library_of(peers).await;
    library.keep_topics(topics).await;
    Service::over(library).await
}

async fn id_of(service: &Service, title: &str) -> i64 {
    service.library.entry(title).await.entry.id.0
}

/// Peer 1 wrote twice about queues and once about pricing, Peer 2 once about queues.
fn queues_and_pricing() -> Vec<Vec<Case>> {
    let quotes = vec![
        (Role::Challenge, "Our queues grew beyond one node."),
        (Role::Approach, "We split the queues by tenant."),
        (Role::Result, "The p99 of queues fell from 900 ms to 120 ms."),
        (Role::Limitation, "Queues still drop events when a shard moves."),
    ];
    let old = Case { expected: 2.9, quotes, ..case("Queues at scale", "2024-05-01") };
    let release = Case { kind: Kind::Release, ..case("Queues 2.0 is here", "2025-11-03") };
    let pricing = Case {
        quotes: vec![(Role::Limitation, "Pricing of new hotels is a guess for now.")],
        ..case("Pricing of hotels", "2025-06-01")
    };
    let other = case("Queues without a broker", "2025-02-01");
    vec![vec![old, pricing, case("Queues in Rust", "2025-01-02"), release], vec![other]]
}

const TOPICS: [(&str, &str); 2] = [("Queues", "queues"), ("Prices", "pricing OR price")];

#[tokio::test]
async fn an_entry_tells_challenge_to_limits_and_each_quote_leads_to_its_paragraph() {
    let service = service_of(&queues_and_pricing(), &[]).await;
    let id = id_of(&service, "Queues at scale").await;
    let page = service.page(&format!("/entries/{id}")).await;
    let (glance, body) = page.split_once("<div class=\"body\"").unwrap();
    let at = |text: &str| glance.find(text).unwrap_or_else(|| panic!("no {text} in {glance}"));
    assert!(at("At a glance") < at("Case study") && at("Case study") < at("Challenge"));
    assert!(at("Challenge") < at("Approach") && at("Result") < at("Limitation"), "{glance}");
    assert!(at("grew beyond one node.</q>\u{a0}<a href=\"#b1\"") < at("href=\"#b4\""));
    assert!(
        glance.contains("<a href=\"#b1\" lang=\"en\">p99 from 900 ms to 120 ms</a>"),
        "{glance}"
    );
    let place = "<p><span class=\"place\" id=\"b1\"></span>Our queues grew beyond one node.</p>";
    assert!(body.contains(place), "{body}");
    assert!(
        !service.page(&format!("/entries/{id}")).await.contains("<span class=\"place\" id=\"b9\">")
    );
}

#[tokio::test]
async fn a_reader_corrects_the_kind_on_the_page_and_the_landscape_follows() {
    let service = service_of(&queues_and_pricing(), &TOPICS).await;
    let id = id_of(&service, "Queues without a broker").await;
    let path = format!("/entries/{id}/kind");
    let told = send_form(&service, &path, &[("kind", "release")], "same-origin").await;
    assert_eq!(
        (told.status, told.header("location")),
        (StatusCode::SEE_OTHER, &*format!("/entries/{id}"))
    );
    let page = service.page(&format!("/entries/{id}")).await;
    assert!(page.contains("<span>Release</span>"), "{page}");
    index_again(&service.library).await;
    let told = service.json("/landscape.json").await;
    assert_eq!(told["subjects"][0]["stories"], 2, "a release without a challenge counts no more");
    let wrong = send_form(&service, &path, &[("kind", "essay")], "same-origin").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_landscape_counts_stories_of_substance_by_topic_and_peer() {
    let service = service_of(&queues_and_pricing(), &TOPICS).await;
    let told = service.json("/landscape.json").await;
    assert_eq!(told, service.json("/api/v1/landscape").await);
    let peers: Vec<&Value> =
        told["peers"].as_array().unwrap().iter().map(|it| &it["peer"]).collect();
    assert_eq!(peers, ["peer-1", "peer-2"]);
    assert_eq!(told["years"], json!([2025, 2024]));
    let queues = &told["subjects"][0];
    assert_eq!((&queues["name"], &queues["query"]), (&json!("Queues"), &json!("topic:queues")));
    assert_eq!((&queues["stories"], &queues["years"]), (&json!(3), &json!({"2024": 1, "2025": 2})));
    let cell = &queues["cells"][0];
    assert_eq!((&cell["peer"], &cell["stories"]), (&json!("peer-1"), &json!(2)));
    assert_eq!(cell["best"]["title"], "Queues at scale");
    assert_eq!(cell["newest"]["title"], "Queues in Rust");
    assert_eq!(told["subjects"][1]["cells"].as_array().unwrap().len(), 1);
    let everything = service.json("/landscape.json?everything=true&year=2025").await;
    assert_eq!(everything["subjects"][0]["cells"][0]["stories"], 2, "the release is among them");
    assert_eq!(everything["years"], json!([2025, 2024]), "other years can still be chosen");
}

#[tokio::test]
async fn a_cell_of_the_map_leads_to_as_many_posts_as_it_tells() {
    let service = service_of(&queues_and_pricing(), &TOPICS).await;
    let page = service.page("/landscape").await;
    let links: Vec<(String, usize)> = page
        .split("<td class=\"shade-")
        .skip(1)
        .map(|cell| {
            let link = cell.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
            let number = cell.split("<span>").nth(1).unwrap().split('<').next().unwrap();
            (link.replace("&amp;", "&").replace("&#38;", "&"), number.parse().unwrap())
        })
        .collect();
    assert_eq!(links.len(), 3, "{page}");
    for (link, stories) in links {
        let list = service.page(&link).await;
        assert_eq!(list.matches("<div class=\"pair\">").count() > 0, link.contains("peer-1"));
        assert_eq!(list.matches("<h3 lang").count(), stories, "{link}: {list}");
    }
    assert!(page.contains("Peer 1 on Queues: 2 stories (2025: 1, 2024: 1)."), "{page}");
}

#[tokio::test]
async fn one_topic_tells_what_peers_say_side_by_side_in_order_of_time() {
    let service = service_of(&queues_and_pricing(), &TOPICS).await;
    let titles = async |path: &str| -> Vec<String> {
        let told = service.json(path).await;
        let posts = told["posts"].as_array().unwrap().iter();
        posts.map(|it| it["title"].as_str().unwrap().to_owned()).collect()
    };
    let newest = ["Queues without a broker", "Queues in Rust", "Queues at scale"];
    assert_eq!(titles("/api/v1/landscape/queues").await, newest);
    let oldest = titles("/api/v1/landscape/queues?sort=oldest&limit=1").await;
    assert_eq!(oldest, ["Queues at scale"]);
    assert_eq!(titles("/landscape.json?q=title:broker").await, newest[..1]);
    assert_eq!(titles("/landscape.json?q=Queues&peer=peer-2").await, newest[..1]);
    let page = service.page("/landscape/queues").await;
    let id = id_of(&service, "Queues at scale").await;
    let challenge = page.find(&format!("node.</q>\u{a0}<a href=\"/entries/{id}#b1\"")).unwrap();
    assert!(challenge < page.find("We split the queues by tenant.").unwrap());
    assert!(page.contains("3 stories by 2 peers"), "{page}");
    assert_eq!(service.get("/landscape/nothing").await.status, StatusCode::NOT_FOUND);
    service.get("/api/v1/landscape?yaer=2025").await.problem();
    service.get("/api/v1/landscape?year=soon").await.problem();
}

#[tokio::test]
async fn interests_are_rows_beside_topics_and_phrases_where_there_is_neither() {
    let mut peers = queues_and_pricing();
    for cases in &mut peers {
        cases[0].phrases = vec!["work stealing"];
    }
    peers[0][1].phrases = vec!["dynamic fares"];
    let service = service_of(&peers, &[]).await;
    let told = service.json("/landscape.json").await;
    let names = |told: &Value| -> Vec<String> {
        let subjects = told["subjects"].as_array().unwrap().iter();
        subjects.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&told), ["work stealing"], "one peer's word is no phrase of the domain");
    let mut service = service;
    service.library.care_for(&["queues", "hotel pricing"]).await;
    service.library.keep_topics(&[("Queues", "queues")]).await;
    let told = service.json("/landscape.json").await;
    assert_eq!(names(&told), ["Queues", "hotel pricing"]);
    assert_eq!(told["subjects"][1]["query"], "\"hotel pricing\"~3");
}

#[tokio::test]
async fn what_is_muted_or_of_another_domain_is_in_no_landscape() {
    let mut service = service_of(&queues_and_pricing(), &TOPICS).await;
    service.library.mute(&["peer:peer-2"]).await;
    let told = service.json("/landscape.json").await;
    assert_eq!(told["peers"], json!([{"peer": "peer-1", "peer_name": "Peer 1"}]));
    let told = service.json("/landscape.json?domain=banking").await;
    assert_eq!(told["peers"], json!([]));
    let told = service.json("/limits.json?domain=ecommerce").await;
    assert_eq!(told["total"], 2);
}

#[tokio::test]
async fn limits_are_told_newest_first_and_can_be_narrowed() {
    let service = service_of(&queues_and_pricing(), &TOPICS).await;
    let told = service.json("/api/v1/limits").await;
    let titles: Vec<&Value> =
        told["posts"].as_array().unwrap().iter().map(|it| &it["title"]).collect();
    assert_eq!(titles, ["Pricing of hotels", "Queues at scale"]);
    let passages = told["posts"][1]["passages"].as_array().unwrap();
    let expected = json!([{
        "role": "limitation", "text": "Queues still drop events when a shard moves.", "block": 4
    }]);
    assert_eq!(passages, expected.as_array().unwrap());
    let total =
        async |query: &str| service.json(&format!("/limits.json{query}")).await["total"].clone();
    assert_eq!(total("?topic=queues").await, 1);
    assert_eq!(total("?q=hotels").await, 1);
    assert_eq!(total("?year=2024").await, 1);
    assert_eq!(total("?peer=peer-2").await, 0);
    assert_eq!(total("?limit=1&offset=1").await, 2);
    assert_eq!(service.get("/limits.json?topic=nothing").await.status, StatusCode::NOT_FOUND);
    assert!(service.page("/limits?peer=peer-2").await.contains("No limits found"));
}

async fn send_form(service: &Service, path: &str, form: &[(&str, &str)], site: &str) -> Told {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let request =
        client.build().unwrap().request(Method::POST, format!("http://{}{path}", service.address));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response = request.header("sec-fetch-site", site).body(body).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Told { status, headers, text: response.text().await.unwrap() }
}

#[tokio::test]
async fn a_limit_becomes_an_idea_that_quotes_and_cites_it() {
    let service = service_of(&queues_and_pricing(), &TOPICS).await;
    let id = id_of(&service, "Queues at scale").await.to_string();
    let quote = "Queues still drop events when a shard moves.";
    let form = [
        ("entry", id.as_str()),
        ("quote", quote),
        ("text", "Hand over leases."),
        ("back", "/limits?topic=queues"),
    ];
    let told = send_form(&service, "/ideas", &form, "same-origin").await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
    let back = told.header("location");
    assert!(back.starts_with("/limits?topic=queues&kept="), "{back}");
    assert!(service.page(back).await.contains("Kept as note"));
    let notes = service.json("/api/v1/notes").await;
    let note = &notes["notes"][0];
    assert_eq!(
        (&note["type"], &note["cites"][0]["entry"]),
        (&json!("idea"), &json!(id.parse::<i64>().unwrap()))
    );
    assert_eq!(note["text"], format!("> {quote}\n\nHand over leases."));
    assert_eq!(
        send_form(&service, "/ideas", &form, "cross-site").await.status,
        StatusCode::FORBIDDEN
    );
    let nothing =
        send_form(&service, "/ideas", &[("entry", "777"), ("quote", "x")], "same-origin").await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST, "{}", nothing.text);
    let away = [("entry", id.as_str()), ("quote", quote), ("back", "//evil.example")];
    assert!(
        send_form(&service, "/ideas", &away, "same-origin")
            .await
            .header("location")
            .starts_with("/journal/")
    );
}

#[tokio::test]
async fn a_phrase_that_several_peers_take_up_rises_and_an_old_one_does_not() {
    let year_before = ["2025-03-10", "2025-05-10", "2025-07-10", "2025-09-10"];
    let titles = ["A", "B", "C", "D"].map(|it| format!("Old habits {it}"));
    let old = titles
        .into_iter()
        .zip(year_before)
        .map(|(title, day)| Case { phrases: vec!["nightly batch"], ..case(title.leak(), day) });
    let new = ["2025-12-20", "2026-01-10", "2026-02-01", "2026-02-20"];
    let fresh =
        |title, day| Case { phrases: vec!["agent memory", "nightly batch"], ..case(title, day) };
    let one = old.chain([fresh("Agents recall", new[0]), fresh("Agents forget", new[1])]).collect();
    let two = vec![fresh("Agents plan", new[2]), case("Something else", new[3])];
    let service = service_of(&[one, two], &[("Habits", "habits"), ("Agents", "agents")]).await;
    let told = service.json("/api/v1/trends").await;
    assert_eq!((&told["stories"], &told["peers"]), (&json!(4), &json!(2)));
    let phrases: Vec<&Value> =
        told["phrases"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(phrases, ["agent memory"]);
    assert_eq!(told["phrases"][0]["rising"], true);
    let topics: Vec<&Value> =
        told["subjects"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(topics, ["Agents", "Habits"]);
    assert_eq!(told["subjects"][1]["rising"], false);
    let page = service.page("/trends").await;
    assert!(
        page.contains("<a href=\"/landscape?q=%22agent+memory%22\">agent memory</a>"),
        "{page}"
    );
    assert!(page.contains("3 stories by 2 peers; usual:"), "{page}");
    assert_eq!(page.matches("<rect class=\"last\"").count(), 9, "three months of three drawings");
}

#[tokio::test]
async fn where_nothing_was_read_each_page_says_what_to_do() {
    let service = Service::with_nothing().await;
    for (path, told) in [
        ("/landscape", "No landscape yet"),
        ("/limits", "No limits found"),
        ("/trends", "Nothing rises"),
    ] {
        assert!(service.page(path).await.contains(told), "{path}");
    }
}
