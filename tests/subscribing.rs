//! Searches and topics as pages and feeds to subscribe to, over a real connection.

use feed_rs::model::Feed;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, post, post_at, rss, rss_of},
    library::TestLibrary,
    program::Program,
    service::{Service, Told},
};

const RSS: &str = "application/rss+xml";

fn atom(told: &Told) -> Feed {
    assert_eq!(told.header("content-type"), "application/atom+xml; charset=utf-8", "{}", told.text);
    feed_rs::parser::parse(told.text.as_bytes()).unwrap_or_else(|it| panic!("{it}: {}", told.text))
}

fn titles(feed: &Feed) -> Vec<String> {
    feed.entries.iter().map(|it| it.title.as_ref().unwrap().content.clone()).collect()
}

/// Over one peer whose feed has posts of these titles, with topics.
async fn with_topics(titles: &[&str], topics: &[(&str, &str)]) -> Service {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(titles));
    let mut library = TestLibrary::following(&[web.address("/feed")]).await;
    library.keep_topics(topics).await;
    library.crawl().await;
    Service::over(library).await
}

#[tokio::test]
async fn a_search_is_a_feed_of_its_newest_stories() {
    let older =
        Post { published: "Mon, 05 Jan 2026 08:00:00 +0000".to_owned(), ..post("Queues by hand") };
    let service =
        Service::with_feed(&rss(&[older, post("Queues at scale"), post("Moving off cron")])).await;
    let told = service.get("/search.atom?q=title:queues").await;
    let feed = atom(&told);
    assert_eq!(titles(&feed), ["Queues at scale", "Queues by hand"]);
    assert_eq!(feed.title.unwrap().content, "title:queues · Peerscope");
    let base = format!("http://{}", service.address);
    let link = |rel: &str| feed.links.iter().find(|it| it.rel.as_deref() == Some(rel)).unwrap();
    assert_eq!(link("self").href, format!("{base}/search.atom?q=title%3Aqueues"));
    assert_eq!(link("alternate").href, format!("{base}/search?q=title%3Aqueues"));
    let story = &feed.entries[0];
    let link = |rel: &str| story.links.iter().find(|it| it.rel.as_deref() == Some(rel)).unwrap();
    assert_eq!(link("alternate").href, "https://example.com/posts/queues-at-scale");
    assert!(link("related").href.starts_with(&format!("{base}/entries/")));
    assert_eq!(story.authors[0].name.as_deref(), Some("Peer 1"));
    assert_eq!(story.published.unwrap().to_rfc3339(), "2026-02-02T08:00:00+00:00");
    assert!(story.id.starts_with("urn:uuid:") && feed.id.starts_with("urn:uuid:"));
    let summary = &story.summary.as_ref().unwrap().content;
    assert!(!summary.is_empty() && summary.chars().count() < 300, "{summary}");
}

#[tokio::test]
async fn the_same_search_is_a_json_feed_with_the_same_names() {
    let service = Service::with_posts(&["Queues at scale", "Moving off cron"]).await;
    let told = service.get("/search.json?q=title:queues").await;
    assert_eq!(told.header("content-type"), "application/feed+json; charset=utf-8");
    let feed: Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    let base = format!("http://{}", service.address);
    assert_eq!(feed["feed_url"], format!("{base}/search.json?q=title%3Aqueues"));
    let story = &feed["items"][0];
    assert_eq!(feed["items"].as_array().unwrap().len(), 1);
    assert_eq!(story["external_url"], "https://example.com/posts/queues-at-scale");
    assert!(story["url"].as_str().unwrap().starts_with(&format!("{base}/entries/")));
    assert_eq!(story["date_published"], "2026-02-02T08:00:00Z");
    assert_eq!(story["authors"][0]["url"], format!("{base}/?peer=peer-1"));
    assert!(!story["content_text"].as_str().unwrap().is_empty());
    let atom = atom(&service.get("/search.atom?q=title:queues").await);
    assert_eq!(story["id"], atom.entries[0].id);
}

#[tokio::test]
async fn a_feed_holds_only_what_matches_every_word() {
    let service = Service::with_posts(&["Queues at scale", "Moving off cron"]).await;
    assert_eq!(service.json("/api/v1/search?q=scale+cron").await["relaxed"], true);
    let feed = atom(&service.get("/search.atom?q=scale+cron").await);
    assert!(feed.entries.is_empty());
    let feed =
        atom(&service.get("/search.atom?q=title:queues&peer=peer-1&sort=newest&page=3").await);
    assert_eq!(titles(&feed), ["Queues at scale"]);
    assert!(atom(&service.get("/search.atom?q=queues&peer=nobody").await).entries.is_empty());
    assert_eq!(atom(&service.get("/search.atom").await).entries.len(), 2, "everything");
}

#[tokio::test]
async fn names_in_feeds_stay_whatever_the_query_looks_like_and_arrives() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Queues at scale"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let service = Service::over(library).await;
    let before = atom(&service.get("/search.atom?q=queues").await);
    web.serve_document("/feed", RSS, &rss_of(&["Queues by hand", "Queues at scale"]));
    service.library.advance(std::time::Duration::from_hours(2));
    service.library.crawl().await;
    let after = atom(&service.get("/search.atom?q=%20queues%20").await);
    assert_eq!(before.id, after.id);
    assert_eq!(after.entries.len(), 2);
    assert!(after.entries.iter().any(|it| it.id == before.entries[0].id));
    assert_ne!(before.id, atom(&service.get("/search.atom?q=queues&peer=peer-1").await).id);
}

#[tokio::test]
async fn a_feed_is_well_formed_whatever_titles_and_queries_hold() {
    let title =
        "<![CDATA[Queues ]]]]><![CDATA[> & <b>\"bold\"</b> 'so' \u{1} \u{7f} \u{fffe} 😀]]>";
    let odd = Post { title: title.to_owned(), ..post("Odd") };
    let link = "https://example.com/posts/a?b=1&amp;c=%22%3E%3C";
    let linked = post_at(link, "Queues linked", "<p>Queues &lt;/summary&gt; ]]&gt; and more</p>");
    let service = Service::with_feed(&rss(&[odd, linked])).await;
    for query in ["queues", "%3C/title%3E", "%00%01%FF%1B", "%22queues", "]]%3E", "%EF%BF%BE"] {
        let told = service.get(&format!("/search.atom?q={query}")).await;
        atom(&told);
        let is_allowed = |it: char| {
            matches!(it, '\n' | '\t') || (' '..'\u{fffe}').contains(&it) || it > '\u{ffff}'
        };
        assert!(told.text.chars().all(is_allowed), "{query}: {}", told.text);
        service.json(&format!("/search.json?q={query}")).await;
    }
    let feed = atom(&service.get("/search.atom?q=queues").await);
    assert!(titles(&feed).iter().any(|it| it.contains("]]>") && it.contains('😀')), "{feed:?}");
    let hrefs: Vec<&str> = feed.entries.iter().map(|it| it.links[0].href.as_str()).collect();
    assert!(hrefs.contains(&"https://example.com/posts/a?b=1&c=%22%3E%3C"), "{hrefs:?}");
}

#[tokio::test]
async fn a_feed_is_sent_once_until_it_changes_and_kept_by_nobody_else() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    for path in ["/search.atom?q=queues", "/search.json?q=queues"] {
        let told = service.get(path).await;
        assert!(told.header("cache-control").contains("private"), "{path}");
        let etag = told.header("etag").to_owned();
        assert!(etag.starts_with('"'), "{etag}");
        for named in [etag.clone(), format!("\"other\", W/{etag}"), "*".to_owned()] {
            let again = service.ask(Method::GET, path, &[("if-none-match", &named)]).await;
            assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
            assert_eq!(again.header("etag"), etag);
        }
        let other = service.ask(Method::GET, path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status, StatusCode::OK);
        assert_ne!(service.get(&path.replace("queues", "scale")).await.header("etag"), etag);
    }
}

#[tokio::test]
async fn addresses_in_feeds_are_those_that_readers_use() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bound = listener.local_addr().unwrap();
    let base_url = Some("https://read.example.com/".parse().unwrap());
    let library = TestLibrary::following(&[]).await;
    let service = Service::listening(library, listener, bound, base_url);
    let feed = atom(&service.get("/search.atom?q=queues").await);
    let own = feed.links.iter().find(|it| it.rel.as_deref() == Some("self")).unwrap();
    assert_eq!(own.href, "https://read.example.com/search.atom?q=queues");
    let plain = Service::with_nothing().await;
    let told = plain.ask(Method::GET, "/search.atom", &[("host", "localhost:99")]).await;
    assert!(told.text.contains("href=\"http://localhost:99/search.atom\""), "{}", told.text);
}

#[tokio::test]
async fn a_wrong_address_of_a_feed_is_told_to_a_program() {
    let service = Service::with_nothing().await;
    let told = service.get("/search.atom?q=a&since=soon").await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert!(told.header("content-type").starts_with("text/plain"));
    assert!(told.text.contains("since"), "{}", told.text);
    for path in ["/search.json?q=a&pear=b", "/topics/nothing.json", "/api/v1/topics/nothing"] {
        assert!(service.get(path).await.problem()["detail"].as_str().unwrap().contains('`'));
    }
    for (path, kind) in [("/topics/nothing.atom", "text/plain"), ("/topics/nothing", "text/html")] {
        let told = service.get(path).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{path}");
        assert!(told.header("content-type").starts_with(kind), "{path}");
        assert!(told.text.contains("nothing"), "{path}: {}", told.text);
    }
}

#[tokio::test]
async fn topics_are_pages_feeds_and_json() {
    let topics = [("Queues & co", "title:queues OR title:cron"), ("推荐系统", "nothing")];
    let service = with_topics(&["Queues at scale", "Moving off cron", "Ranking"], &topics).await;
    let list = service.json("/api/v1/topics").await["topics"].clone();
    assert_eq!((&list[0]["topic"], &list[0]["name"]), (&"queues-co".into(), &"Queues & co".into()));
    assert_eq!((&list[0]["total"], &list[1]["total"]), (&2.into(), &0.into()));
    assert!(list[0]["newest"]["title"].is_string() && list[1]["newest"].is_null());
    let found = service.json("/api/v1/topics/queues-co?limit=1&offset=1").await;
    assert_eq!((&found["total"], &found["name"]), (&2.into(), &"Queues & co".into()));
    assert_eq!(found["hits"].as_array().unwrap().len(), 1);
    let page = service.page("/topics").await;
    assert!(page.contains("Queues &#38; co") && page.contains("2 entries"), "{page}");
    assert!(page.contains("/topics/%E6%8E%A8%E8%8D%90%E7%B3%BB%E7%BB%9F"), "{page}");
    let page = service.page("/topics/queues-co").await;
    assert!(page.contains("value=\"title:queues OR title:cron\""), "{page}");
    assert!(page.contains("<mark>Queues</mark> at scale") && !page.contains("Ranking"), "{page}");
    let feed = atom(&service.get("/topics/queues-co.atom").await);
    assert_eq!(feed.entries.len(), 2);
    assert_eq!(feed.title.unwrap().content, "Queues & co · Peerscope");
    let feed = service.json("/topics/queues-co.json").await;
    assert_eq!(feed["items"].as_array().unwrap().len(), 2);
    let feed = atom(&service.get("/topics/推荐系统.atom").await);
    assert!(feed.links.iter().all(|it| it.href.contains("/topics/%E6%8E%A8")), "{:?}", feed.links);
}

#[tokio::test]
async fn pages_of_a_topic_lead_from_its_newest_to_its_oldest() {
    let titles: Vec<String> = (0..45).map(|it| format!("Post number {it}.")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let service = with_topics(&titles, &[("Posts", "title:post")]).await;
    let (mut path, mut seen) = ("/topics/posts".to_owned(), Vec::new());
    loop {
        let page = service.page(&path).await;
        seen.push(page.matches("<h2 lang").count());
        let Some(at) = page.find("rel=\"next\" href=\"") else { break };
        page[at + "rel=\"next\" href=\"".len()..].split('"').next().unwrap().clone_into(&mut path);
        assert!(path.starts_with("/topics/posts?page="), "{path}");
    }
    assert_eq!(seen, [20, 20, 5]);
}

#[tokio::test]
async fn pages_of_searches_and_topics_name_their_feeds() {
    let service = with_topics(&["Queues at scale"], &[("Queues", "queues")]).await;
    let page = service.page("/search?q=queues&peer=peer-1&sort=newest&page=1").await;
    let link = "type=\"application/atom+xml\" title=\"queues · Peerscope\" \
                href=\"/search.atom?q=queues&#38;peer=peer-1\"";
    assert!(page.contains(link), "{page}");
    assert!(!service.page("/search").await.contains("application/atom+xml"));
    let page = service.page("/topics/queues").await;
    assert!(page.contains("title=\"Queues · Peerscope\" href=\"/topics/queues.atom\""), "{page}");
    assert!(service.page("/").await.contains("href=\"/topics\""));
}

#[tokio::test]
async fn without_topics_a_page_says_how_to_keep_one() {
    let service = Service::with_nothing().await;
    let page = service.page("/topics").await;
    assert!(page.contains("<code>[topics]</code>"), "{page}");
    assert_eq!(service.json("/api/v1/topics").await["topics"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_topic_that_is_saved_is_there_without_a_restart() {
    for arguments in [&[] as &[&str], &["--no-crawl"]] {
        let program = Program::following(&[]);
        let service = program.serve(arguments).await;
        assert!(!service.get("/topics").await.1.contains("Pricing"));
        let topics =
            format!("{}\n[topics]\n\"Pricing\" = \"pricing\"\n", program.read("feeds.toml"));
        program.write("feeds.toml", &topics);
        service.wait_for_log(1, "as saved").await;
        assert!(service.get("/topics").await.1.contains("Pricing"));
        assert_eq!(service.get("/topics/pricing.atom").await.0, 200);
    }
}

#[tokio::test]
async fn the_library_is_served_where_feeds_toml_is_missing_or_wrong() {
    let program = Program::new();
    let service = program.serve(&["--no-crawl"]).await;
    assert_eq!(service.get("/topics").await.0, 200);
    drop(service);
    program.write("feeds.toml", "[topics]\nPricing = 7\n");
    let service = program.serve(&["--no-crawl"]).await;
    let (status, page) = service.get("/topics").await;
    assert!(status == 200 && page.contains("topics.Pricing"), "{page}");
}

#[tokio::test]
async fn topics_are_listed_on_the_command_line() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Dynamic pricing", "Moving off cron"]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    assert!(program.run(&["topics"]).await.err.contains("[topics]"));
    let topics = "\n[topics]\n\"Dynamic pricing\" = 'title:\"dynamic pricing\"'\n";
    program.write("feeds.toml", &(program.read("feeds.toml") + topics));
    let told = program.run(&["topics"]).await.well();
    assert!(told.contains("1 entry · dynamic-pricing") && told.contains("2026-02-02"), "{told}");
    let told = program.run(&["topics", "--json"]).await.json();
    assert_eq!(told["topics"][0]["total"], 1);
    assert_eq!(told["topics"][0]["newest"]["title"], "Dynamic pricing");
}
