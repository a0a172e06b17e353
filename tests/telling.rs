//! Stories through the doors that people use: pages, the API, the command line; and what pages say of
//! each other.

use crate::support::{
    blog::{body, page},
    fake_web::FakeWeb,
    feeds::{post_at, rss},
    library::TestLibrary,
    program::Program,
    service::Service,
};

const RSS: &str = "application/rss+xml";
const HTML: &str = "text/html; charset=utf-8";

/// Two feeds of two peers, whose posts stand at `/one/post` and `/two/post` with these pages.
async fn two_peers(
    titles: [&str; 2],
    pages: impl Fn(&FakeWeb) -> [String; 2],
) -> (FakeWeb, TestLibrary) {
    let web = FakeWeb::start().await;
    let paths = ["/one", "/two"];
    for ((path, title), page) in paths.iter().zip(titles).zip(pages(&web)) {
        let at = format!("{path}/post");
        let summary = format!("<p>In short, for {path}.</p>");
        let entry = post_at(web.address(&at).as_str(), title, &summary);
        web.serve_document(&format!("{path}/feed"), RSS, &rss(&[entry]));
        web.serve_document(&at, HTML, &page);
    }
    let feeds = paths.map(|it| web.address(&format!("{it}/feed")));
    let library = TestLibrary::following(&feeds).await;
    library.crawl().await;
    library.articles().await;
    (web, library)
}

#[tokio::test]
async fn what_a_page_calls_its_own_address_makes_one_story_that_says_where_else_it_is() {
    let (title, own) = ("Draining queues by hand", "https://blog.example.com/draining-queues");
    let web = FakeWeb::start().await;
    web.serve_document("/one/feed", RSS, &rss(&[post_at(own, title, &body(title))]));
    let elsewhere = web.address("/two/post");
    let short = post_at(elsewhere.as_str(), title, "<p>In short.</p>");
    web.serve_document("/two/feed", RSS, &rss(&[short]));
    let named = format!("<link rel=\"canonical\" href=\"{own}\">");
    web.serve_document("/two/post", HTML, &page(title, &named));
    let library =
        TestLibrary::following(&[web.address("/one/feed"), web.address("/two/feed")]).await;
    library.crawl().await;
    library.articles().await;
    let entries = library.entries().await;
    assert!(entries.len() == 2 && entries[0].story == entries[1].story, "{entries:?}");
    let service = Service::over(library).await;
    let shown = service.json(&format!("/api/v1/entries/{}", entries[0].id)).await;
    assert_eq!(shown["also_at"].as_array().map(Vec::len), Some(1), "{shown}");
    assert_eq!(shown["also_at"][0]["reason"], "canonical", "{shown}");
    let cards = service.json("/api/v1/entries").await;
    assert_eq!(cards["entries"].as_array().map(Vec::len), Some(1), "{cards}");
    let hits = service.json("/api/v1/search?q=draining").await;
    assert_eq!(hits["hits"].as_array().map(Vec::len), Some(1), "{hits}");
    for path in ["/".to_owned(), format!("/entries/{}", entries[0].id)] {
        assert!(service.page(&path).await.contains("also at"), "{path}");
    }
}

#[tokio::test]
async fn a_translation_that_a_page_names_is_linked_and_stays_a_story_of_its_own() {
    let german = "<p>Als die Warteschlangen im Winter immer länger wurden, haben wir zuerst gemessen, \
        wo die Zeit bleibt, und erst danach etwas geändert. Jede Woche stand ein anderer Teil des \
        Systems im Verdacht, und fast immer war es am Ende die Datenbank, die auf das Netz wartete.</p>";
    let german = german.repeat(6);
    let (_web, library) = two_peers(["Draining queues", "Warteschlangen leeren"], |web| {
        let named = format!(
            "<link rel=\"alternate\" hreflang=\"de\" href=\"{}\">",
            web.address("/two/post")
        );
        let translated = page("Warteschlangen leeren", "").replace("lang=\"en\"", "lang=\"de\"");
        let translated = translated.replace(&body("Warteschlangen leeren"), &german);
        [page("Draining queues", &named), translated]
    })
    .await;
    let entries = library.entries().await;
    assert_eq!(entries.len(), 2, "two cards");
    let of = |title: &str| entries.iter().find(|it| it.title == title).unwrap().id;
    let service = Service::over(library).await;
    let shown = service.json(&format!("/api/v1/entries/{}", of("Draining queues"))).await;
    assert_eq!(shown["also_in"][0]["language"], "de", "{shown}");
    assert_eq!(shown["also_at"], serde_json::json!([]));
    let back = service.page(&format!("/entries/{}", of("Warteschlangen leeren"))).await;
    assert!(back.contains("also in") && back.contains("/entries/"), "{back}");
}

#[tokio::test]
async fn a_person_splits_and_merges_stories_for_good() {
    let web = FakeWeb::start().await;
    let links = [
        "https://blog.example.com/cutting-queues",
        "https://medium.com/x/cutting-queues-1f2e3d4c5b6a",
    ];
    for (at, link) in links.iter().enumerate() {
        let entry = post_at(link, "Cutting queues in half", &body("queues"));
        web.serve_document(&format!("/feed-{at}"), RSS, &rss(&[entry]));
    }
    let program = Program::following(&[web.address("/feed-0"), web.address("/feed-1")]);
    program.run(&["crawl"]).await.well();
    let members = async || {
        let story = program.run(&["story", "show", links[0], "--json"]).await.json();
        story["entries"].as_array().map(Vec::len)
    };
    let told = program.run(&["story", "show", links[0]]).await.well();
    assert!(told.contains(links[1]), "{told}");
    assert_eq!(members().await, Some(2));
    program.run(&["story", "split", links[1]]).await.well();
    assert_eq!(members().await, Some(1));
    program.run(&["crawl"]).await.well();
    assert_eq!(members().await, Some(1), "a split outlives a crawl");
    program.run(&["story", "merge", links[0], links[1]]).await.well();
    assert_eq!(members().await, Some(2));
    let refused = program.run(&["story", "show", "https://nowhere.example/x"]).await;
    assert!(refused.err.contains("nowhere.example"), "{}", refused.err);
}
