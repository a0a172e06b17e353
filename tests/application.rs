//! The application around the pages: the first run, Today, peers, sources, settings, pictures.

use std::{fs, time::Duration};

use peerscope::{
    crawl::Progress,
    domain::{ReaderId, SourceId},
};
use reqwest::{Method, StatusCode};

use crate::support::{
    fake_web::{FakeWeb, Response},
    feeds::{Post, post, post_at, rss},
    library::{TestLibrary, peer},
    program::Program,
    service::{Service, Told},
};

const RSS: &str = "application/rss+xml";

impl Service {
    /// Sends a form, as a page of the service does, and goes where that leads.
    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Told {
        let sent: String =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(format!("http://{}{path}", self.address)).body(sent);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let response = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Told { status, headers, text: response.text().await.unwrap() }
    }

    fn feeds_file(&self) -> String {
        fs::read_to_string(self.library.home().join("feeds.toml")).unwrap()
    }

    fn write_feeds_file(&self, text: &str) {
        fs::write(self.library.home().join("feeds.toml"), text).unwrap();
    }

    /// Until it is written down that the reader saw Today.
    async fn seen_today(&self) {
        let store = &self.library.doors.store;
        let sitting = async || store.sitting(ReaderId::ONLY).await.unwrap();
        let now = self.library.now();
        while sitting().await.is_none_or(|it| it.shown.is_none() || it.last < now) {
            tokio::task::yield_now().await;
        }
    }
}

fn published(title: &str, day: &str) -> Post {
    Post { published: format!("{day} 08:00:00 +0000"), ..post(title) }
}

fn place(page: &str, text: &str) -> usize {
    page.find(text).unwrap_or_else(|| panic!("{text} is missing in {page}"))
}

#[tokio::test]
async fn whoever_follows_nobody_is_led_to_peers_of_their_domain() {
    let service = Service::with_nothing().await;
    let first = service.page("/").await;
    assert!(first.contains("name=\"domain\" value=\"ecommerce\""), "{first}");
    let none = service.page("/setup?step=peers&interests=x").await;
    assert!(none.contains("role=\"alert\"") && none.contains(">x</textarea>"), "{none}");
    let peers = service.page("/setup?step=peers&domain=ecommerce&interests=dynamic+pricing").await;
    assert!(peers.contains("value=\"etsy\""), "{peers}");
    assert_eq!(peers.matches(" checked").count(), 12);
    let fields = [
        ("domain", "ecommerce"),
        ("interests", "dynamic pricing"),
        ("peer", "etsy"),
        ("peer", "x"),
    ];
    let progress = service.form("/setup", &fields).await;
    assert_eq!(progress.status, StatusCode::OK, "{}", progress.text);
    assert!(progress.text.contains("Etsy"), "{}", progress.text);
    let file = service.feeds_file();
    assert!(file.contains("name = \"Etsy\"") && file.matches("[[peer]]\nname").count() == 1);
    assert!(file.contains("interests = [\"dynamic pricing\"]"), "{file}");
    assert!(service.page("/").await.contains("<h1>Today"));
}

#[tokio::test]
async fn the_set_up_adds_to_a_file_that_says_something_already() {
    let service = Service::with_nothing().await;
    let mine = "# Mine.\n[crawl]\nevery = \"6h\"   # slowly\n";
    service.write_feeds_file(mine);
    service.form("/setup", &[("domain", "ecommerce"), ("peer", "etsy")]).await;
    let file = service.feeds_file();
    assert!(file.starts_with(mine) && file.contains("name = \"Etsy\""), "{file}");
    service.write_feeds_file("evry = [\n");
    let refused = service.form("/setup", &[("domain", "ecommerce"), ("peer", "etsy")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("feeds.toml:1"), "{}", refused.text);
    assert_eq!(service.feeds_file(), "evry = [\n");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_cannot_be_written_is_shown_to_be_pasted() {
    let service = Service::with_nothing().await;
    let nowhere = service.library.home().join("feeds.toml");
    fs::create_dir(service.library.home().join("away")).unwrap();
    std::os::unix::fs::symlink("away/gone/feeds.toml", &nowhere).unwrap();
    let told = service.form("/setup", &[("domain", "ecommerce"), ("peer", "etsy")]).await;
    assert_eq!(told.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(told.text.contains("name = &#34;Etsy&#34;"), "{}", told.text);
    assert!(told.text.contains("could not save"), "{}", told.text);
}

#[tokio::test]
async fn today_tells_what_is_new_since_the_last_visit_and_where_the_rest_begins() {
    let web = FakeWeb::start().await;
    let old = published("Queues at scale", "Mon, 02 Feb 2026");
    web.serve_document("/feed", RSS, &rss(std::slice::from_ref(&old)));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let service = Service::over(library).await;
    let first = service.page("/").await;
    assert!(first.contains("Queues at scale") && !first.contains("last visit"), "{first}");
    service.seen_today().await;
    service.library.advance(Duration::from_hours(24));
    let quiet = service.page("/").await;
    assert!(quiet.contains("Nothing new since your last visit (Monday, 2 March 2026, 10:00)"));
    service.seen_today().await;
    // An older day than what was there: it is new all the same.
    let new = published("Moving off cron", "Sun, 01 Feb 2026");
    web.serve_document("/feed", RSS, &rss(&[new, old]));
    service.library.crawl().await;
    service.library.advance(Duration::from_hours(1));
    for by in ["day", "peer", "topic", "kind"] {
        let page = service.page(&format!("/?by={by}")).await;
        assert!(page.contains("1 new story"), "{page}");
        let marker = place(&page, "Before your last visit");
        assert!(place(&page, "Moving off cron") < marker, "{page}");
        assert!(marker < place(&page, "Queues at scale"), "{page}");
        assert_eq!(page.matches(">Moving off cron<").count(), 1, "{page}");
    }
    assert!(service.page("/?cursor=99999999999999.1").await.contains("Moving off cron"));
}

#[tokio::test]
async fn how_new_stories_are_grouped_is_remembered() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let told = service.get("/?by=peer").await;
    assert!(told.header("set-cookie").starts_with("peerscope-by=peer; Path=/"));
    assert_eq!(service.get("/?by=<b>").await.header("set-cookie"), "");
}

#[tokio::test]
async fn a_peer_is_followed_and_left_by_a_click_and_comments_stay() {
    let service = Service::with_nothing().await;
    let mine = "# Mine.\n[[peer]]\nname = \"Own\"\nfeed = \"https://own.example/feed\"   # ours\n";
    service.write_feeds_file(mine);
    let listed = service.page("/peers?q=etsy").await;
    assert!(listed.contains("action=\"/peers/etsy/follow\""), "{listed}");
    let told = service.form("/peers/etsy/follow", &[("back", "/peers?q=etsy")]).await;
    assert!(told.text.contains("Etsy is followed"), "{}", told.text);
    assert!(told.text.contains("action=\"/peers/etsy/unfollow\""), "{}", told.text);
    assert!(service.feeds_file().starts_with(mine));
    let again = service.form("/peers/etsy/follow", &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text.contains("already follows Etsy"), "{}", again.text);
    assert!(service.page("/peers?which=followed").await.contains("href=\"/peers/own\""));
    let told = service.form("/peers/etsy/unfollow", &[("back", "/peers/etsy")]).await;
    assert!(told.text.contains("Etsy is followed no longer"), "{}", told.text);
    assert_eq!(service.feeds_file().trim_end(), mine.trim_end());
    assert_eq!(
        service.form("/peers/nobody-at-all/follow", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let foreign =
        service.ask(Method::POST, "/peers/etsy/follow", &[("origin", "https://evil.example")]);
    assert_eq!(foreign.await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_peer_has_a_page_with_its_rhythm_its_sources_and_its_posts() {
    let service = Service::with_posts(&["Queues at scale", "Moving off cron"]).await;
    let page = service.page("/peers/peer-1").await;
    assert!(page.contains("2 posts in two years, by week"), "{page}");
    assert!(page.contains("<th scope=\"row\">2 February 2026</th><td>2</td>"), "{page}");
    assert!(page.contains("Queues at scale") && page.contains("/feed</a>"), "{page}");
    assert!(page.contains("class=\"state fine\""), "{page}");
    assert!(service.page("/peers/etsy").await.contains("etsy.com/codeascraft"));
    assert_eq!(service.get("/peers/nobody-at-all").await.status, StatusCode::NOT_FOUND);
    assert!(service.page("/?peer=peer-1").await.contains("href=\"/peers/peer-1\">Peer 1</a></h1>"));
}

#[tokio::test]
async fn a_source_is_visited_at_once_unless_its_server_wants_to_be_left_alone() {
    let web = FakeWeb::start().await;
    web.serve("/feed", |_| Response::of(429, "").header("retry-after", "3600"));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let service = Service::over(library).await;
    let visit = async || service.form("/sources/1/visit", &[]).await.text;
    assert!(visit().await.contains("This service visits nobody"));
    service.status.update(|it| it.crawls = true);
    let asked = |progress: &Progress| progress.is_asked_for(SourceId(1));
    assert!(visit().await.contains("wants to be left alone"));
    assert!(!asked(service.status.progress()));
    service.library.advance(Duration::from_hours(2));
    let told = visit().await;
    assert!(told.contains("It is being visited") && told.contains("data-events"), "{told}");
    assert!(asked(service.status.progress()));
    assert_eq!(service.form("/sources/7/visit", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_many_sources_some_are_shown_and_the_others_are_a_click_away() {
    let web = FakeWeb::start().await;
    let feeds: Vec<_> = (0..63).map(|it| web.address(&format!("/{it}"))).collect();
    let service = Service::over(TestLibrary::following(&feeds).await).await;
    let rows = |page: &str| page.matches("<li id=\"source-").count();
    let page = service.page("/sources").await;
    assert_eq!(rows(&page), 12);
    assert!(page.contains("63 sources") && page.contains("All of them: 63 sources"), "{page}");
    let page = service.page("/sources?standing=new").await;
    assert_eq!(rows(&page), 50);
    assert!(
        page.contains("href=\"/sources?standing=new&#38;page=2\"")
            && page.contains("href=\"/sources\"")
    );
    let last = service.page("/sources?standing=new&page=2").await;
    assert_eq!(rows(&last), 13);
    assert!(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""), "{last}");
    // Where a click leads back to, what it came to stands on the page.
    let told = service.page("/sources?told=not-crawling&source=60").await;
    assert_eq!(rows(&told), 12);
    assert!(told.contains("id=\"source-60\"") && told.contains("nothing was visited"), "{told}");
    assert_eq!(service.get("/sources?standing=fine").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_source_that_moved_is_followed_by_a_click() {
    let web = FakeWeb::start().await;
    let new = web.address("/new").to_string();
    web.serve("/feed", move |_| Response::redirect(301, new.as_str()));
    web.serve_document("/new", RSS, &rss(&[post("Queues at scale")]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    for _ in 0..5 {
        library.crawl().await;
        library.advance(Duration::from_hours(24));
    }
    let service = Service::over(library).await;
    let old = web.address("/feed");
    service.write_feeds_file(&format!("[[peer]]\nname = \"Peer 1\"\nfeed = \"{old}\"   # ours\n"));
    assert!(service.page("/sources").await.contains("action=\"/sources/1/repair\""));
    let told = service.form("/sources/1/repair", &[]).await;
    assert!(told.text.contains("names the new address now"), "{}", told.text);
    let file = service.feeds_file();
    assert!(file.contains("/new\"   # ours"), "{file}");
}

#[tokio::test]
async fn whoever_listens_to_the_crawl_is_told_of_each_source_until_the_service_ends() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss(&[post("Queues at scale")]));
    let library = TestLibrary::following_peers(vec![peer("Etsy", web.address("/feed"))]).await;
    let mut service = Service::over(library).await;
    let address = format!("http://{}/events/crawl", service.address);
    let mut events = service.client.get(address).send().await.unwrap();
    assert_eq!(events.headers()["content-type"], "text/event-stream; charset=utf-8");
    let mut next = async || String::from_utf8(events.chunk().await.unwrap()?.to_vec()).ok();
    assert!(next().await.unwrap().contains("\"is_running\":false"));
    let sources = service.library.doors.store.sources_due(service.library.now()).await.unwrap();
    let progress = service.status.progress().clone();
    progress.begin(&sources, service.library.now());
    let begun = next().await.unwrap();
    assert!(begun.starts_with("data: {") && begun.ends_with("}\n\n"), "{begun}");
    assert!(begun.contains("\"step\":\"waiting\""), "{begun}");
    let (_running, stop) = tokio::sync::watch::channel(false);
    let tell = |event: peerscope::crawl::Event<'_>| progress.tell(&event);
    let doors = &service.library.doors;
    let round = peerscope::crawl::round(doors, sources, stop, &tell).await.unwrap();
    progress.end(Some(&round));
    let mut told = String::new();
    while !told.contains("\"is_running\":false") {
        told += &next().await.unwrap();
    }
    assert!(told.contains("\"told\":\"1 post\"") && told.contains("\"is_ready\":true"), "{told}");
    service.stop.take().unwrap().send(()).unwrap();
    assert_eq!(next().await, None);
    let ended = tokio::time::timeout(Duration::from_secs(5), &mut service.serving).await;
    assert!(ended.unwrap().unwrap().is_ok());
}

#[tokio::test]
async fn how_pages_look_is_kept_in_the_browser() {
    let service = Service::with_nothing().await;
    let looks = [("theme", "dark"), ("size", "huge"), ("zone", "Europe/Berlin"), ("language", "")];
    let client = reqwest::Client::builder().no_proxy();
    let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let service = Service { client, ..service };
    let told = service.form("/settings", &looks).await;
    assert_eq!(
        (told.status, told.header("location")),
        (StatusCode::SEE_OTHER, "/settings?kept=looks")
    );
    let cookies: Vec<&str> =
        told.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|it| it.starts_with("peerscope-theme=dark; ")), "{cookies:?}");
    assert!(cookies.iter().any(|it| it.starts_with("peerscope-size=; Path=/; Max-Age=0")));
    assert!(cookies.iter().any(|it| it.starts_with("peerscope-zone=Europe/Berlin; ")));
    let wrong = service.form("/settings", &[("zone", "Mars/Base")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("Mars/Base"), "{}", wrong.text);
}

#[tokio::test]
async fn what_the_file_says_of_the_reader_is_changed_only_as_it_was_seen() {
    let service = Service::with_nothing().await;
    let mine = "# Mine.\n[reader]\ninterests = [\"search\"]   # first\n";
    service.write_feeds_file(mine);
    let revision = |page: &str| {
        let rest = page.split_once("name=\"revision\" value=\"").unwrap().1;
        rest.split('"').next().unwrap().to_owned()
    };
    let seen = revision(&service.page("/settings").await);
    let fields = [
        ("revision", seen.as_str()),
        ("interests", "search\r\ndynamic pricing"),
        ("mute", "kind:release"),
        ("day", "Monday"),
        ("at", "08:00"),
        ("digest-zone", "UTC"),
    ];
    let told = service.form("/settings/feeds", &fields).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    let expected = "# Mine.\n[reader]\nmute = [\"kind:release\"]\n\
                    interests = [\"search\", \"dynamic pricing\"]   # first\n";
    assert_eq!(service.feeds_file(), expected);
    let stale = service.form("/settings/feeds", &fields).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let seen = revision(&service.page("/settings").await);
    let wrong = service.form("/settings/feeds", &[("revision", &seen), ("mute", "knd:x")]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    assert_eq!(service.feeds_file(), expected);
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot many pixels";

#[tokio::test]
async fn pictures_come_from_us_for_who_wants_them_and_only_pixels_of_stored_articles() {
    let web = FakeWeb::start().await;
    web.serve("/a.png", |_| Response::ok(PNG).header("content-type", "text/html"));
    web.serve("/b.svg", |_| Response::ok("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
    let html = format!(
        "<p>Look</p><img src=\"{}\" alt=\"A plot\"><img src=\"{}\" alt=\"An evil one\">",
        web.address("/a.png"),
        web.address("/b.svg")
    );
    let document = rss(&[post_at("https://example.com/posts/1", "With pictures", &html)]);
    web.serve_document("/feed", RSS, &document);
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let service = Service::over(library).await;
    assert!(!service.page("/entries/1").await.contains("<img"));
    let wanted = [("cookie", "peerscope-pictures=shown")];
    let page = service.ask(Method::GET, "/entries/1", &wanted).await.text;
    let sources: Vec<&str> =
        page.split(" src=\"/images/").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    let path = |at: usize| format!("/images/{}", sources[at]);
    assert_eq!(service.get(&path(0)).await.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let picture = service.ask(Method::GET, &path(0), &wanted).await;
        assert_eq!(picture.status, StatusCode::OK, "{}", picture.text);
        assert_eq!(picture.header("content-type"), "image/png");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert_eq!(picture.header("content-security-policy"), "default-src 'none'; sandbox");
    }
    assert_eq!(web.answers("/a.png", 200), 1);
    assert_eq!(service.ask(Method::GET, &path(1), &wanted).await.status, StatusCode::NOT_FOUND);
    service.ask(Method::GET, &path(1), &wanted).await;
    assert_eq!(web.answers("/b.svg", 200), 1);
    let other = format!("/images/1/{}", "0".repeat(32));
    assert_eq!(service.ask(Method::GET, &other, &wanted).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_application_can_be_put_beside_others_and_tells_its_keys() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let manifest = service.json("/manifest.webmanifest").await;
    assert_eq!(manifest["display"], "standalone");
    for icon in manifest["icons"].as_array().unwrap() {
        assert!(service.page(icon["src"].as_str().unwrap()).await.starts_with("<svg"));
    }
    let page = service.page("/").await;
    assert!(page.contains("href=\"/manifest.webmanifest\"") && page.contains("theme-color"));
    let keys = service.page("/keys").await;
    assert!(keys.contains("<kbd>g</kbd> <kbd>p</kbd>") && keys.contains("Peers"), "{keys}");
}

#[tokio::test]
async fn every_page_has_one_heading_of_the_first_level_and_none_is_skipped() {
    let service = Service::with_posts(&["Queues at scale", "Moving off cron"]).await;
    for path in [
        "/",
        "/?cursor=99999999999999.1",
        "/search",
        "/search?q=queues",
        "/topics",
        "/landscape",
        "/limits",
        "/trends",
        "/digests",
        "/sources",
        "/peers",
        "/peers/peer-1",
        "/peers/etsy",
        "/settings",
        "/keys",
        "/setup",
        "/setup?step=peers&domain=ecommerce",
        "/setup/progress",
        "/entries/1",
        "/politeness",
    ] {
        let page = service.page(path).await;
        assert!(page.len() < 100_000, "{path} has {} bytes", page.len());
        let levels: Vec<usize> = page
            .match_indices("<h")
            .filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10))
            .map(|it| it as usize)
            .collect();
        assert_eq!(levels.iter().filter(|it| **it == 1).count(), 1, "{path}: {levels:?}");
        assert_eq!(levels[0], 1, "{path}: {levels:?}");
        assert!(levels.windows(2).all(|it| it[1] <= it[0] + 1), "{path}: {levels:?}");
        assert_eq!(page.matches("<main").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn a_service_begins_in_an_empty_folder_and_follows_the_file_when_it_comes() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss(&[post("Queues at scale")]));
    let program = Program::new();
    let service = program.serve(&[]).await;
    let (status, page) = service.get("/setup").await;
    assert!(status == 200 && page.contains("name=\"domain\""), "{page}");
    assert_eq!(service.get("/").await.0, 303);
    program.follow(&[web.address("/feed")]);
    service.wait_for_log(1, "visited 1 sources").await;
    let (_, progress) = service.get("/setup/progress").await;
    assert!(progress.contains("data-step=\"read\"") && progress.contains("1 post"), "{progress}");
    let (status, found) = service.get("/search?q=queues").await;
    assert!(status == 200 && found.contains("<mark>Queues</mark> at scale"), "{found}");
}
