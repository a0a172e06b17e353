//! What a search box offers, and how a browser learns to search here, over a real connection.

use std::collections::HashSet;

use peerscope::{
    domain::{EntryId, Language, SourceId, StoryId},
    search::{Index, IndexChange, IndexDocument},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, post, rss, rss_of},
    library::TestLibrary,
    service::Service,
};

const RSS: &str = "application/rss+xml";

fn titled(entry: i64, title: &str, language: &str) -> IndexDocument {
    IndexDocument {
        entry: EntryId(entry),
        story: StoryId(entry),
        source: SourceId(1),
        peer: "example".to_owned(),
        peer_name: "Example".to_owned(),
        domains: Vec::new(),
        title: title.to_owned(),
        headings: Vec::new(),
        body: "Words that no title has.".to_owned(),
        authors: Vec::new(),
        categories: Vec::new(),
        language: language.parse::<Language>().ok(),
        words: 5,
        features: Vec::new(),
        ordered: jiff::Timestamp::from_second(entry).unwrap(),
        kind: None,
        worth: None,
        expected: 0.0,
        passages: Vec::new(),
        changed: entry,
    }
}

fn index_of(documents: Vec<IndexDocument>) -> Index {
    let index = Index::in_memory().unwrap();
    let changes = documents.into_iter().map(|it| IndexChange::Put(Box::new(it)));
    index.apply(&changes.collect::<Vec<_>>()).unwrap();
    index.commit(1).unwrap();
    index
}

fn of_titles(titles: &[&str]) -> Index {
    index_of((1..).zip(titles).map(|(entry, title)| titled(entry, title, "en")).collect())
}

#[test]
fn titles_are_found_from_the_first_letters_of_a_word_to_its_last() {
    let index = of_titles(&["Personalized recommendations at scale", "Happy queries"]);
    for (typed, entry) in [("recommendations", 1), ("personalized reco", 1), ("happy queries", 2)] {
        let start = typed.find(' ').map_or(2, |it| it + 3);
        for end in start..=typed.len() {
            let found = index.titled(&typed[..end], 10).unwrap();
            assert_eq!(found, [EntryId(entry)], "{}", &typed[..end]);
        }
    }
    assert_eq!(index.titled("words that", 10).unwrap(), [], "the text is none of the title");
    assert_eq!(index.titled("recommendations happy", 10).unwrap(), []);
}

#[test]
fn endings_that_a_stem_lacks_do_not_hide_a_title_while_they_are_typed() {
    let index = of_titles(&["Dynamic pricing", "Studying studies", "Organizational happiness"]);
    for (word, entry) in [("pricing", 1), ("studying", 2), ("studies", 2), ("organizational", 3)] {
        for end in 2..=word.len() {
            let found = index.titled(&word[..end], 10).unwrap();
            assert_eq!(found, [EntryId(entry)], "{}", &word[..end]);
        }
    }
}

#[test]
fn titles_in_other_scripts_and_with_accents_are_found() {
    let index = index_of(vec![
        titled(1, "美团推荐系统实践", "zh"),
        titled(2, "東京都の検索エンジン", "ja"),
        titled(3, "Große Geräte für Häuser", "de"),
        titled(4, "검색 엔진 만들기", "ko"),
    ]);
    for (typed, entry) in [
        ("推荐", 1),
        ("推荐系统", 1),
        ("美", 1),
        ("検索", 2),
        ("gerat", 3),
        ("GERÄTE hau", 3),
        ("grosse ger", 3),
        ("ge\u{301}ra", 3),
        ("검색", 4),
        ("검색 엔", 4),
    ] {
        assert_eq!(index.titled(typed, 10).unwrap(), [EntryId(entry)], "{typed}");
    }
}

#[test]
fn the_newest_titles_come_first_and_one_of_a_story() {
    let titles: Vec<String> = (0..60).map(|it| format!("Kafka in production {it}")).collect();
    let index = of_titles(&titles.iter().map(String::as_str).collect::<Vec<_>>());
    let newest: Vec<EntryId> = (51..=60).rev().map(EntryId).collect();
    assert_eq!(index.titled("kaf", 10).unwrap(), newest);
    let twice = IndexDocument { story: StoryId(1), ..titled(2, "Kafka again", "en") };
    let index = index_of(vec![titled(1, "Kafka", "en"), twice, titled(3, "Kafka alone", "en")]);
    assert_eq!(index.titled("kafka", 10).unwrap(), [EntryId(3), EntryId(2)]);
}

proptest! {
    #[test]
    fn whatever_is_typed_is_answered(typed in "(\\PC|.|title:|OR |\"|\\(| |推荐|é|\u{301}|ß|İ|k){0,50}") {
        let index = of_titles(&["Kafka", "推荐系统"]);
        prop_assert!(index.titled(&typed, 10).is_ok());
    }
}

/// Over two peers with one post each, and a topic.
async fn with_peers() -> Service {
    let web = FakeWeb::start().await;
    web.serve_document("/one", RSS, &rss_of(&["Peers & \"queues\" at scale"]));
    web.serve_document("/two", RSS, &rss_of(&["Pricing at rest"]));
    let mut library = TestLibrary::following(&[web.address("/one"), web.address("/two")]).await;
    library.keep_topics(&[("Peering", "title:peers OR title:peering")]).await;
    library.crawl().await;
    Service::over(library).await
}

#[tokio::test]
async fn peers_topics_and_titles_are_suggested_with_where_they_lead() {
    let service = with_peers().await;
    let answer = service.json("/api/v1/suggestions?q=pe").await;
    assert_eq!(answer["query"], "pe");
    let peer = json!({
        "kind": "peer", "text": "Peer 1", "query": "peer:peer-1", "href": "/?peer=peer-1"
    });
    assert_eq!(answer["suggestions"][0], peer);
    let kinds: Vec<&Value> =
        answer["suggestions"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["peer", "peer", "topic", "title"]);
    assert_eq!(answer["suggestions"][2]["href"], "/topics/peering");
    let title = &answer["suggestions"][3];
    assert_eq!(title["text"], "Peers & \"queues\" at scale");
    for suggestion in answer["suggestions"].as_array().unwrap() {
        service.page(suggestion["href"].as_str().unwrap()).await;
    }
}

#[tokio::test]
async fn browsers_get_suggestions_in_their_own_form() {
    let service = with_peers().await;
    let told = service.get("/api/v1/suggest?q=Peer%201%20").await;
    assert_eq!(told.header("content-type"), "application/x-suggestions+json");
    let answer: Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!(answer, json!(["Peer 1 ", ["peer:peer-1"], ["Peer 1"]]));
    let answer = service.json("/api/v1/suggest?q=pri").await;
    assert_eq!(answer, json!(["pri", ["Pricing at rest"], [""]]));
    for typed in ["", "%00%FF", "%22", "zzzz", "%E7%BE%8E", &"a".repeat(9000)] {
        let answer = service.json(&format!("/api/v1/suggest?q={typed}")).await;
        assert_eq!(answer.as_array().map(Vec::len), Some(3), "{typed}");
    }
    service.get("/api/v1/suggest?query=a").await.problem();
}

#[tokio::test]
async fn what_is_followed_anew_is_suggested_at_once() {
    let mut service = with_peers().await;
    assert_eq!(service.json("/api/v1/suggest?q=kafka").await[1], json!([]));
    service.library.keep_topics(&[("Kafka", "kafka OR \"event streaming\"")]).await;
    assert_eq!(service.json("/api/v1/suggest?q=kafka").await[2], json!(["Kafka"]));
}

#[tokio::test]
async fn every_page_tells_a_browser_how_to_search_here() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let link = "<link rel=\"search\" type=\"application/opensearchdescription+xml\" \
                title=\"Peerscope\" href=\"/opensearch.xml\">";
    for path in ["/", "/search?q=queues", "/topics", "/sources", "/entries/1"] {
        assert!(service.page(path).await.contains(link), "{path}");
    }
    let told = service.get("/opensearch.xml").await;
    let kind = "application/opensearchdescription+xml; charset=utf-8";
    assert_eq!(told.header("content-type"), kind);
    let templates: Vec<String> = told
        .text
        .match_indices("template=\"")
        .map(|(at, start)| {
            let template = told.text[at + start.len()..].split('"').next().unwrap();
            template
                .replace("&amp;", "&")
                .replace("{searchTerms}", "title:queues")
                .replace("{startPage?}", "")
        })
        .collect();
    assert_eq!(templates.len(), 5);
    for template in templates {
        let path = template.strip_prefix(&format!("http://{}", service.address)).unwrap();
        service.page(path).await;
    }
}

#[tokio::test]
async fn the_script_of_the_search_boxes_is_a_file_of_ours_and_the_only_one() {
    let evil = Post { title: "</title><script>alert(1)</script>".to_owned(), ..post("Evil") };
    let service = Service::with_feed(&rss(&[evil])).await;
    let mut scripts = HashSet::new();
    for path in ["/", "/search", "/search?q=evil", "/topics", "/entries/1", "/nowhere"] {
        let page = service.get(path).await.text;
        let tags: Vec<&str> = page.split("<script").skip(1).collect();
        assert_eq!(tags.len(), 1, "{path}: {page}");
        scripts.insert(tags[0].split('"').nth(1).unwrap().to_owned());
    }
    assert_eq!(scripts.len(), 1);
    let told = service.get(scripts.iter().next().unwrap()).await;
    assert_eq!(told.header("content-type"), "text/javascript; charset=utf-8");
    assert!(told.text.contains("/api/v1/suggestions?q="));
    let policy = told.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"));
}
