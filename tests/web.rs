//! Pages, API and health, as a browser and a program meet them over a real connection.

use std::time::Duration;

use peerscope::domain::FailureKind;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::support::{
    fake_web::{FakeWeb, Response, nobody_listens},
    feeds::{Post, post, rss, rss_of},
    library::{TestLibrary, peer},
    service::Service,
};

const RSS: &str = "application/rss+xml";
const PAGES: &[&str] = &[
    "/",
    "/search",
    "/search?q=queues",
    "/topics",
    "/landscape",
    "/landscape?q=queues",
    "/limits",
    "/trends",
    "/journal",
    "/journal?q=towers",
    "/journal/new",
    "/ideas",
    "/sources",
    "/peers",
    "/settings",
    "/keys",
    "/politeness",
    "/entries/1",
];
const LISTS: &[&str] = &[
    "/api/v1/search?q=queues",
    "/api/v1/entries",
    "/api/v1/peers",
    "/api/v1/sources",
    "/api/v1/topics",
    "/api/v1/suggest?q=queues",
    "/api/v1/suggestions?q=queues",
    "/search.json?q=queues",
    "/api/v1/readings",
    "/api/v1/notes",
    "/api/v1/drafts",
    "/api/v1/highlights",
    "/api/v1/searches",
    "/api/v1/tags",
    "/api/v1/landscape",
    "/api/v1/limits",
    "/api/v1/trends",
];

#[tokio::test]
async fn what_was_crawled_is_listed_found_and_read() {
    let service = Service::with_posts(&["Queues at scale", "Moving off cron"]).await;
    let newest = service.page("/").await;
    assert!(newest.contains("Queues at scale") && newest.contains("Moving off cron"));
    let found = service.page("/search?q=title:queues").await;
    assert!(found.contains("<mark>Queues</mark> at scale"), "{found}");
    assert!(!found.contains("Moving off cron"));
    let entry = service.json("/api/v1/search?q=title:queues").await["hits"][0]["entry"].clone();
    let read = service.page(&format!("/entries/{entry}")).await;
    assert!(read.contains("<span class=\"place\" id=\"b0\"></span>Queues at scale</h2>"), "{read}");
    assert!(read.contains("https://example.com/posts/queues-at-scale"));
}

#[tokio::test]
async fn search_answers_in_the_shape_that_the_command_line_gives() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let answer = service.json("/api/v1/search?q=queues").await;
    assert_eq!((&answer["query"], &answer["total"]), (&"queues".into(), &1.into()));
    assert_eq!(answer["relaxed"], false);
    let hit = &answer["hits"][0];
    for part in ["story", "entry", "title", "url", "peer", "published", "score", "snippet"] {
        assert!(!hit[part].is_null(), "{part} is missing in {hit}");
    }
}

#[tokio::test]
async fn every_page_and_list_works_without_any_entry() {
    let service = Service::with_nothing().await;
    for path in &PAGES[..6] {
        service.page(path).await;
    }
    for path in LISTS {
        service.json(path).await;
    }
    assert!(service.page("/").await.contains("action=\"/setup\""));
    assert_eq!(service.get("/entries/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_empty_library_says_what_is_going_on() {
    let web = FakeWeb::start().await;
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    let service = Service::over(library).await;
    assert!(service.page("/").await.contains("peerscope crawl"));
    service.status.update(|it| it.crawls = true);
    assert!(service.page("/").await.contains("Nothing has arrived yet"));
    let now = service.library.now();
    service.status.update(|it| it.running_since = Some(now));
    assert!(service.page("/").await.contains("under way"));
}

#[tokio::test]
async fn any_query_is_answered() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let long = format!("%E9%98%9F{}", "%E5%88%97".repeat(1200));
    let queries =
        ["%22queues", "((", "-", "OR", "peer:", "%00%FF", "*", "title:", "a%20AND", &long];
    for query in queries {
        service.page(&format!("/search?q={query}")).await;
        service.json(&format!("/api/v1/search?q={query}")).await;
    }
    assert!(service.page("/search?q=%22queues").await.contains("quotation mark"));
}

#[tokio::test]
async fn a_page_speaks_the_language_and_wears_the_colours_that_its_reader_chose() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let page = async |headers: &[(&str, &str)]| service.ask(Method::GET, "/", headers).await.text;
    let german = page(&[("accept-language", "de-AT, en;q=0.5")]).await;
    assert!(german.contains("<html lang=\"de\" data-theme=\"system\""), "{german}");
    let chosen = "peerscope-language=zh; peerscope-theme=dark; peerscope-size=large";
    let chinese = page(&[("accept-language", "de"), ("cookie", chosen)]).await;
    let look = "<html lang=\"zh\" data-theme=\"dark\" data-size=\"large\" data-width=\"normal\">";
    assert!(chinese.contains(look), "{chinese}");
    let odd = "peerscope-language=xx\"; peerscope-theme=<b>; peerscope-zone=../../etc/passwd";
    assert!(page(&[("cookie", odd)]).await.contains("<html lang=\"en\" data-theme=\"system\""));
}

#[tokio::test]
async fn days_begin_where_the_reader_is() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let entry = async |zone: &str| {
        let cookie = format!("peerscope-zone={zone}");
        service.ask(Method::GET, "/entries/1", &[("cookie", &cookie)]).await.text
    };
    // Published at 08:00 UTC.
    assert!(entry("UTC").await.contains("2 February 2026"));
    assert!(entry("Pacific/Honolulu").await.contains("1 February 2026"));
    assert!(entry("Pacific/Honolulu").await.contains("datetime=\"2026-02-02T08:00:00Z\""));
}

/// A page without the tag of the one script, which is a file of ours.
fn without_our_script(page: &str) -> String {
    let (before, rest) = page.split_once("<script src=\"/assets/script-").unwrap();
    before.to_owned() + rest.split_once("</script>").unwrap().1
}

#[tokio::test]
async fn nothing_that_a_feed_says_becomes_markup_of_the_page() {
    let evil = Post {
        title: "<![CDATA[<script>alert(1)</script> & \"quotes\"]]>".to_owned(),
        html: "<p onclick=\"alert(2)\">queues</p><script>alert(3)</script>\
               <img src=\"x\" onerror=\"alert(4)\"><a href=\"javascript:alert(5)\">x</a>\
               <iframe src=\"https://evil.example/\"></iframe><style>body{}</style>"
            .to_owned(),
        ..post("Evil")
    };
    let service = Service::with_feed(&rss(&[evil])).await;
    for path in ["/", "/search?q=queues", "/search?q=%3Cscript%3E", "/entries/1", "/sources"] {
        let page = without_our_script(&service.page(path).await).to_lowercase();
        for wrong in ["<script", "onclick", "onerror", "javascript:", "<iframe", "<style"] {
            assert!(!page.contains(wrong), "{wrong} in {path}: {page}");
        }
    }
}

#[tokio::test]
async fn no_page_loads_anything_from_elsewhere() {
    let picture = "<p>Look: <img src=\"https://cdn.example.com/p99.png\" alt=\"p99 & more\"></p>";
    let pictured = Post { html: picture.to_owned(), ..post("Queues in pictures") };
    let service = Service::with_feed(&rss(&[pictured])).await;
    for path in PAGES {
        let told = service.get(path).await;
        assert!(told.text.contains("<link rel=\"stylesheet\" href=\"/assets/"), "{path}");
        for wrong in ["<img", "src=", "srcset=", "@import", "style=\""] {
            assert!(!without_our_script(&told.text).contains(wrong), "{wrong} in {path}");
        }
    }
    let page = service.page("/entries/1").await;
    assert!(page.contains("p99 &amp; more") && page.contains("cdn.example.com"), "{page}");
}

#[tokio::test]
async fn every_answer_carries_the_policy_that_forbids_foreign_scripts_and_content() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let wrong = ["/nowhere", "/entries/x", "/api/v1/nowhere", "/search?peer=!", "/%FF"];
    let others = ["/healthz", "/readyz", "/metrics", "/search.atom", "/opensearch.xml"];
    for path in PAGES.iter().chain(LISTS).chain(&wrong).chain(&others) {
        let told = service.get(path).await;
        let policy = told.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(told.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(told.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(told.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(!told.header("permissions-policy").is_empty(), "{path}");
    }
    let style = style_of(&service.page("/").await);
    let told = service.get(&style).await;
    assert_eq!(
        told.header("content-security-policy").split(';').next(),
        Some("default-src 'none'")
    );
}

fn style_of(page: &str) -> String {
    let at = page.find("/assets/style").unwrap();
    page[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_good_and_named_by_its_content() {
    let service = Service::with_nothing().await;
    let style = style_of(&service.page("/").await);
    let told = service.get(&style).await;
    assert!(told.header("content-type").starts_with("text/css"));
    assert!(told.header("cache-control").contains("immutable"));
    let etag = told.header("etag").to_owned();
    let again = service.ask(Method::GET, &style, &[("if-none-match", &etag)]).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(service.get("/assets/style.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_under_a_foreign_name_is_refused() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    for path in ["/", "/api/v1/entries", "/healthz"] {
        for host in ["evil.example", "evil.example:8787", "10.0.0.1"] {
            let told = service.ask(Method::GET, path, &[("host", host)]).await;
            assert_eq!(told.status, StatusCode::MISDIRECTED_REQUEST, "{path} at {host}");
            assert!(!told.text.contains("Queues"), "{}", told.text);
        }
        let told = service.ask(Method::GET, path, &[("host", "localhost:1234")]).await;
        assert_eq!(told.status, StatusCode::OK, "{path}");
    }
    service.ask(Method::GET, "/api/v1/peers", &[("host", "evil.example")]).await.problem();
}

#[tokio::test]
async fn the_base_url_names_a_host_that_is_known() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bound = listener.local_addr().unwrap();
    let base_url = Some("https://read.example.com/".parse().unwrap());
    let library = TestLibrary::following(&[]).await;
    let service = Service::listening(library, listener, bound, base_url);
    let told = service.ask(Method::GET, "/", &[("host", "read.example.com")]).await;
    assert_eq!(told.status, StatusCode::OK);
}

#[tokio::test]
async fn a_change_that_another_site_asks_for_is_refused() {
    let service = Service::with_nothing().await;
    let host = service.address.to_string();
    let own = format!("http://{host}");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
        ] {
            let told = service.ask(method.clone(), "/", &[foreign]).await;
            assert_eq!(told.status, StatusCode::FORBIDDEN, "{method} with {foreign:?}");
        }
        for ours in [("sec-fetch-site", "same-origin"), ("origin", &own)] {
            let told = service.ask(method.clone(), "/", &[ours]).await;
            assert_eq!(told.status, StatusCode::METHOD_NOT_ALLOWED, "{method} with {ours:?}");
        }
    }
}

#[tokio::test]
async fn from_elsewhere_only_public_routes_answer_and_a_page_says_what_to_do() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Queues at scale"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let anywhere = "0.0.0.0:8787".parse().unwrap();
    let service = Service::listening(library, listener, anywhere, None);
    for path in ["/healthz", "/readyz"] {
        service.page(path).await;
    }
    for path in PAGES.iter().chain(LISTS).chain(&[
        "/metrics",
        "/search.atom",
        "/topics/a.atom",
        "/opensearch.xml",
        "/nowhere",
        "/api/v1/entries/1",
    ]) {
        let told = service.get(path).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{path}");
        assert!(told.text.contains("--bind 127.0.0.1:8787"), "{path}: {}", told.text);
        assert!(!told.text.contains("Queues"), "{path}");
    }
    service.page(&style_of(&service.get("/").await.text)).await;
}

#[tokio::test]
async fn cursors_join_to_the_whole_list() {
    let titles: Vec<String> = (0..23).map(|it| format!("Post number {it}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let service = Service::with_posts(&titles).await;
    let whole = service.json("/api/v1/entries?limit=100").await;
    assert!(whole["next"].is_null());
    let ids = |page: &Value| -> Vec<i64> {
        let entries = page["entries"].as_array().unwrap();
        entries.iter().map(|it| it["entry"].as_i64().unwrap()).collect()
    };
    for limit in [1, 5, 22, 23] {
        let mut joined = Vec::new();
        let mut path = format!("/api/v1/entries?limit={limit}");
        loop {
            let page = service.json(&path).await;
            joined.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/entries?limit={limit}&cursor={next}");
        }
        assert_eq!(joined, ids(&whole), "pages of {limit}");
    }
}

#[tokio::test]
async fn the_pages_of_the_newest_lead_to_the_oldest() {
    let titles: Vec<String> = (0..95).map(|it| format!("Post number {it}.")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let service = Service::with_posts(&titles).await;
    let (mut path, mut seen, mut pages) = ("/?peer=peer-1".to_owned(), 0, 0);
    loop {
        let page = service.page(&path).await;
        seen += page.matches("<a href=\"/entries/").count();
        pages += 1;
        let Some(at) = page.find("rel=\"next\" href=\"") else { break };
        let link = page[at + "rel=\"next\" href=\"".len()..].split('"').next().unwrap();
        path = link.replace("&#38;", "&").replace("&amp;", "&");
    }
    assert_eq!((seen, pages), (95, 3));
}

#[tokio::test]
async fn a_wrong_parameter_is_told_by_name_with_what_was_found_and_what_is_expected() {
    let service = Service::with_nothing().await;
    for (path, name, found) in [
        ("/api/v1/entries?limit=many", "limit", "many"),
        ("/api/v1/entries?limit=0", "limit", "0"),
        ("/api/v1/entries?cursor=x", "cursor", "x"),
        ("/api/v1/entries?source=x", "source", "x"),
        ("/api/v1/entries?since=soon", "since", "soon"),
        ("/api/v1/search?q=a&offset=-1", "offset", "-1"),
        ("/api/v1/search?q=a&sort=best", "sort", "best"),
        ("/api/v1/search?q=a&peer=!", "peer", "!"),
        ("/api/v1/search?q=a&limt=3", "limt", "3"),
        ("/api/v1/peers?x=1", "x", "1"),
        ("/api/v1/readings?state=read", "state", "read"),
        ("/api/v1/readings?cursor=7", "cursor", "7"),
        ("/api/v1/notes?type=thought", "type", "thought"),
        ("/api/v1/notes?tag=a,b", "tag", "a,b"),
        ("/api/v1/highlights?entry=x", "entry", "x"),
        ("/api/v1/tags?x=1", "x", "1"),
    ] {
        let told = service.get(path).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{path}");
        let problem = told.problem();
        assert_eq!(
            (problem["parameter"].as_str(), problem["found"].as_str()),
            (Some(name), Some(found))
        );
        assert!(!problem["expected"].as_str().unwrap().is_empty(), "{path}");
        assert!(problem["detail"].as_str().unwrap().contains(name), "{path}");
    }
}

#[tokio::test]
async fn every_failure_of_the_api_is_a_problem_and_of_a_page_a_page() {
    let service = Service::with_nothing().await;
    for path in ["/api/v1/nowhere", "/api/v1/entries/7", "/api/v1/entries/x", "/api/v1/entries/%FF"]
    {
        let told = service.get(path).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{path}");
        told.problem();
    }
    let told = service.ask(Method::POST, "/api/v1/entries", &[]).await;
    assert_eq!(told.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(told.header("allow"), "GET,HEAD");
    told.problem();
    let long = format!("/api/v1/search?q={}", "a".repeat(20_000));
    let told = service.get(&long).await;
    assert_eq!(told.status, StatusCode::URI_TOO_LONG);
    told.problem();
    for path in ["/nowhere", "/entries/7", "/entries/x", "/entries/%FF", "/?cursor=x"] {
        let told = service.get(path).await;
        assert!(told.status.is_client_error(), "{path}");
        assert!(told.text.starts_with("<!doctype html>"), "{path}: {}", told.text);
        assert!(told.header("content-type").starts_with("text/html"), "{path}");
    }
}

#[tokio::test]
async fn a_source_that_fails_is_shown_with_its_reason_and_what_to_do() {
    let web = FakeWeb::start().await;
    web.serve("/gone", |_| Response::of(410, ""));
    web.serve("/busy", |_| Response::of(429, "").header("Retry-After", "3600"));
    web.serve_document("/good", RSS, &rss_of(&["Queues at scale"]));
    let away = format!("http://{}/feed", nobody_listens()).parse().unwrap();
    let peers = vec![
        peer("Gone", web.address("/gone")),
        peer("Busy", web.address("/busy")),
        peer("Good", web.address("/good")),
        peer("Away", away),
    ];
    let library = TestLibrary::following_peers(peers).await;
    library.crawl().await;
    let service = Service::over(library).await;
    let page = service.page("/sources").await;
    for kind in [FailureKind::Gone, FailureKind::TooManyRequests, FailureKind::Refused] {
        let name = peerscope::messages::text(&format!("failure.{}.name", kind.as_str())).to_owned();
        assert!(page.contains(&name), "{name} is missing");
    }
    for heading in ["1 is gone", "1 asks for patience", "1 is fine"] {
        assert!(page.contains(heading), "{heading} is missing");
    }
    assert!(page.contains("take the source out of feeds.toml"));
    assert!(page.contains("This source is dead since"), "{page}");
    let sources = service.json("/api/v1/sources?peer=away").await;
    assert_eq!(sources["sources"][0]["failure"]["kind"], "refused");
    assert_eq!(sources["sources"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn mistakes_in_the_configuration_are_told_on_every_page() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    service.status.update(|it| it.mistakes = Some("feeds.toml:3: `evry` <is> odd".to_owned()));
    for path in PAGES {
        let page = service.page(path).await;
        assert!(page.contains("feeds.toml:3: `evry` &#60;is&#62; odd"), "{path}: {page}");
    }
}

#[tokio::test]
async fn alive_and_ready_are_told_apart() {
    let service = Service::with_nothing().await;
    service.page("/healthz").await;
    service.page("/readyz").await;
    service.library.doors.store.clone().close().await;
    service.page("/healthz").await;
    let told = service.get("/readyz").await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
    let told = service.get("/api/v1/entries").await;
    assert!(told.status.is_server_error());
    told.problem();
    assert!(service.get("/").await.text.starts_with("<!doctype html>"));
}

#[tokio::test]
async fn metrics_are_well_formed_and_count_broken_feeds_and_requests() {
    let web = FakeWeb::start().await;
    web.serve_document("/good", RSS, &rss_of(&["Queues at scale", "Moving off cron"]));
    let feeds = [web.address("/good"), web.address("/missing")];
    let library = TestLibrary::following(&feeds).await;
    library.crawl().await;
    let service = Service::over(library).await;
    service.page("/entries/1").await;
    service.get("/nowhere/at/all").await;
    let told = service.get("/metrics").await;
    assert_eq!(told.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = told.text;
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        assert!(series.starts_with("peerscope_"), "{line}");
        assert_eq!(series.contains('{'), series.ends_with('}'), "{line}");
    }
    for line in [
        "peerscope_entries 2",
        "peerscope_broken_feeds 1",
        "peerscope_sources{state=\"failing\"} 1",
        "peerscope_sources{state=\"fine\"} 1",
        "peerscope_http_request_seconds_count{route=\"/entries/{id}\",method=\"GET\",status=\"200\"} 1",
        "peerscope_http_request_seconds_count{route=\"none\",method=\"GET\",status=\"404\"} 1",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} is missing in {text}");
    }
}

#[tokio::test]
async fn a_service_that_stops_ends_what_it_began() {
    let mut service = Service::with_posts(&["Queues at scale"]).await;
    service.page("/").await;
    service.stop.take().unwrap().send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), &mut service.serving).await;
    assert!(ended.unwrap().unwrap().is_ok());
    let again = service.client.get(format!("http://{}/", service.address)).send().await;
    assert!(again.is_err());
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_a_service_ends() {
    let mut service = Service::with_nothing().await;
    let mut slow = TcpStream::connect(service.address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    tokio::task::yield_now().await;
    service.stop.take().unwrap().send(()).unwrap();
    let rest = format!("Host: {}\r\nConnection: close\r\n\r\n", service.address);
    slow.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    // Accepted before the end or not at all, but never half an answer.
    assert!(answer.is_empty() || answer.ends_with("alive\n"), "{answer}");
    let ended = tokio::time::timeout(Duration::from_secs(20), &mut service.serving).await;
    assert!(ended.unwrap().unwrap().is_ok());
}
