//! Articles: the whole text behind an entry, asked for politely, once.

use std::time::Duration;

use peerscope::{
    crawl::{ArticleBudget, ArticleRound},
    domain::{ArticleRule, ArticleState, Source},
    store::{EntryWithBody, Step},
};

use crate::support::{
    blog::{BlogPost, body, feed, marker, page, serve_blog, serve_feed, serve_page},
    fake_web::{FakeWeb, Response},
    library::{TestLibrary, peer},
    program::Program,
    service::Service,
};

const RSS: &str = "application/rss+xml";
const HTML: &str = "text/html; charset=utf-8";
const HOUR: Duration = Duration::from_hours(1);

fn state(entry: &EntryWithBody) -> ArticleState {
    entry.article.as_ref().unwrap().state
}

fn is_whole(entry: &EntryWithBody) -> bool {
    let note = entry.article.as_ref().unwrap();
    note.is_shown && entry.html.contains("<pre>") && entry.entry.words > 300
}

async fn following(web: &FakeWeb) -> TestLibrary {
    TestLibrary::following(&[web.address("/feed")]).await
}

async fn crawled(library: &TestLibrary) -> ArticleRound {
    library.crawl().await;
    library.articles().await
}

/// Requests for pages of posts.
fn page_requests(web: &FakeWeb) -> usize {
    web.asked().iter().filter(|it| it.path.starts_with("/posts/")).count()
}

/// A library that crawled a blog with one post, whose page is answered like this.
async fn with_page(response: Response) -> (FakeWeb, TestLibrary, ArticleRound) {
    let web = FakeWeb::start().await;
    serve_feed(&web, &[BlogPost::new("Queues")]);
    serve_page(&web, "Queues", move |_| response.clone());
    let library = following(&web).await;
    let round = crawled(&library).await;
    (web, library, round)
}

#[tokio::test]
async fn where_the_feed_carries_a_summary_the_whole_article_is_read_and_found() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Moving off cron", "Sharding orders"]);
    let library = following(&web).await;
    let round = crawled(&library).await;
    assert_eq!((round.of(ArticleState::Taken), round.texts, round.waiting), (2, 2, 0));
    for title in ["Moving off cron", "Sharding orders"] {
        let entry = library.entry(title).await;
        assert!(is_whole(&entry), "{entry:?}");
        assert!(!entry.html.contains("hiring"), "{}", entry.html);
        assert_eq!(library.find(&marker(title)).await, [title]);
    }
    assert_eq!(web.most_at_once(), 1);
}

#[tokio::test]
async fn a_second_round_asks_for_no_page_again() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["One", "Two"]);
    let library = following(&web).await;
    crawled(&library).await;
    let before = page_requests(&web);
    for _ in 0..3 {
        library.advance(HOUR * 30);
        assert_eq!(crawled(&library).await.pages, 0);
    }
    assert_eq!(page_requests(&web), before);
}

#[tokio::test]
async fn a_feed_that_carries_the_whole_article_is_left_at_that() {
    let web = FakeWeb::start().await;
    let post = BlogPost { summary: body("Queues"), ..BlogPost::new("Queues") };
    serve_feed(&web, &[post]);
    let library = following(&web).await;
    let round = crawled(&library).await;
    assert_eq!((round.pages, page_requests(&web)), (0, 0));
    let store = &library.doors.store;
    let source = store.sources().await.unwrap()[0].source.id;
    let counts = &store.source_counts(&[source]).await.unwrap()[&source];
    assert_eq!(counts.articles.get(&ArticleState::NotNeeded), Some(&1));
}

#[tokio::test]
async fn a_source_may_force_either_and_change_its_mind() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let source = |article| {
        let mut source = Source::feed(web.address("/feed"));
        source.pages.article = article;
        let mut peer = peer("Peer", web.address("/feed"));
        peer.sources = vec![source];
        vec![peer]
    };
    let mut library = TestLibrary::following_peers(source(ArticleRule::Never)).await;
    crawled(&library).await;
    assert_eq!(page_requests(&web), 0);
    library.follow_peers(source(ArticleRule::Select("article".to_owned()))).await;
    crawled(&library).await;
    assert!(is_whole(&library.entry("Queues").await));
    library.follow_peers(source(ArticleRule::Never)).await;
    crawled(&library).await;
    let entry = library.entry("Queues").await;
    assert!(entry.html.contains("In short") && entry.entry.words < 20, "{entry:?}");
    assert_eq!(library.find(&marker("Queues")).await, Vec::<String>::new());
    library.follow_peers(source(ArticleRule::Always)).await;
    library.advance(HOUR * 2);
    crawled(&library).await;
    assert!(is_whole(&library.entry("Queues").await));
}

#[tokio::test]
async fn what_robots_txt_forbids_is_not_asked_for_and_named() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Open", "Secret plan"]);
    web.serve("/robots.txt", |_| Response::ok("User-agent: *\nDisallow: /posts/secret"));
    let library = following(&web).await;
    let round = crawled(&library).await;
    assert_eq!(round.of(ArticleState::Forbidden), 1);
    assert!(is_whole(&library.entry("Open").await));
    let secret = library.entry("Secret plan").await;
    let note = secret.article.as_ref().unwrap();
    assert_eq!(note.reason.as_deref(), Some("Disallow: /posts/secret"));
    assert!(!note.is_shown && secret.html.contains("In short"));
    assert_eq!(page_requests(&web), 1);
}

#[tokio::test]
async fn a_redirect_to_where_robots_txt_forbids_us_is_not_followed() {
    let web = FakeWeb::start().await;
    web.serve("/robots.txt", |_| Response::ok("User-agent: *\nDisallow: /private/"));
    web.serve_document("/private/queues", HTML, &page("Queues", ""));
    serve_feed(&web, &[BlogPost::new("Queues")]);
    serve_page(&web, "Queues", |_| Response::redirect(302, "/private/queues"));
    let library = following(&web).await;
    assert_eq!(crawled(&library).await.of(ArticleState::Forbidden), 1);
    assert!(!web.asked().iter().any(|it| it.path.starts_with("/private/")));
}

#[tokio::test]
async fn while_nobody_knows_what_a_site_allows_nothing_is_asked_for() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    web.serve("/robots.txt", |_| Response::of(503, ""));
    let library = following(&web).await;
    crawled(&library).await;
    assert_eq!(page_requests(&web), 0);
    web.serve("/robots.txt", |_| Response::of(404, ""));
    library.advance(HOUR * 2);
    library.articles().await;
    assert!(is_whole(&library.entry("Queues").await));
}

#[tokio::test]
async fn an_edited_entry_has_its_page_asked_once_more_and_conditionally() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let library = following(&web).await;
    crawled(&library).await;
    let edited = BlogPost { summary: "<p>In short, again.</p>".into(), ..BlogPost::new("Queues") };
    serve_feed(&web, &[edited]);
    library.advance(HOUR * 2);
    let round = crawled(&library).await;
    assert_eq!((round.pages, round.unchanged, round.texts), (1, 1, 0));
    let path = BlogPost::new("Queues").path;
    assert_eq!((web.answers(&path, 200), web.answers(&path, 304)), (1, 1));
    // What the feed says now does not take the place of the article.
    let entry = library.entry("Queues").await;
    assert!(is_whole(&entry) && entry.revisions == 0, "{entry:?}");
    assert_eq!(library.find(&marker("Queues")).await, ["Queues"]);
    library.advance(HOUR * 2);
    assert_eq!(crawled(&library).await.pages, 0);
}

#[tokio::test]
async fn an_article_that_changed_keeps_its_former_text_as_a_revision() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let library = following(&web).await;
    crawled(&library).await;
    let edited = BlogPost { summary: "<p>Corrected.</p>".into(), ..BlogPost::new("Queues") };
    serve_feed(&web, &[edited]);
    let corrected = page("Queues", "").replace("Part 3", "Part three, corrected,");
    serve_page(&web, "Queues", move |_| Response::ok(&corrected).header("Content-Type", HTML));
    library.advance(HOUR * 2);
    assert_eq!(crawled(&library).await.texts, 1);
    let entry = library.entry("Queues").await;
    assert!(entry.html.contains("Part three, corrected") && entry.revisions == 1, "{entry:?}");
    let revisions = library.doors.store.revisions(entry.entry.id).await.unwrap();
    assert!(revisions[0].html.contains("Part 3 of Queues"));
}

#[tokio::test]
async fn a_feed_that_churns_has_each_page_asked_once_an_hour_at_most() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let library = following(&web).await;
    crawled(&library).await;
    for visit in 0..5 {
        let summary = format!("<p>Read by {visit} people.</p>");
        serve_feed(&web, &[BlogPost { summary, ..BlogPost::new("Queues") }]);
        library.advance(Duration::from_mins(20));
        crawled(&library).await;
    }
    assert_eq!(page_requests(&web), 2);
}

#[tokio::test]
async fn what_keeps_an_article_away_is_named_and_the_feeds_text_stays() {
    let pdf = Response::ok("%PDF-1.7 and so on").header("Content-Type", "application/pdf");
    let wall = Response::of(403, "<html><title>Just a moment...</title></html>")
        .header("Content-Type", HTML);
    let login = "/account/login?next=queues";
    for (response, expected) in [
        (pdf, ArticleState::OtherType),
        (wall, ArticleState::BotWall),
        (Response::of(403, "no"), ArticleState::BotWall),
        (Response::of(401, "who are you"), ArticleState::Paywall),
        (Response::of(402, "pay first"), ArticleState::Paywall),
        (Response::of(404, "no"), ArticleState::Gone),
        (Response::of(410, "no"), ArticleState::Gone),
        (Response::of(500, "oops"), ArticleState::Failed),
        (Response::ok("  "), ArticleState::Failed),
        (Response::redirect(302, "/"), ArticleState::Elsewhere),
        (Response::redirect(302, login), ArticleState::Elsewhere),
        (Response::redirect(302, "/posts/queues"), ArticleState::Failed),
        (
            Response::ok("<html><body></body></html>").header("Content-Type", HTML),
            ArticleState::NoArticle,
        ),
    ] {
        let told = format!("{response:?}");
        let web = FakeWeb::start().await;
        web.serve_document("/", HTML, &page("Front page", ""));
        web.serve_document(login, HTML, &page("Log in", ""));
        serve_feed(&web, &[BlogPost::new("Queues")]);
        serve_page(&web, "Queues", move |_| response.clone());
        let library = following(&web).await;
        crawled(&library).await;
        let entry = library.entry("Queues").await;
        assert_eq!(state(&entry), expected, "{told}");
        assert!(entry.html.contains("In short"), "{told}");
    }
}

/// Hours after which a page that always answers like this was asked for again.
async fn hours_of_asking(response: Response) -> Vec<u64> {
    let (web, library, _) = with_page(response).await;
    let began = library.now();
    let mut hours = Vec::new();
    while let Some(due) = library.doors.store.next_page_due().await.unwrap() {
        library.advance(Duration::try_from(due.duration_since(library.now())).unwrap());
        let before = page_requests(&web);
        library.articles().await;
        assert_eq!(page_requests(&web), before + 1);
        let passed = library.now().duration_since(began).as_hours();
        hours.push(u64::try_from(passed).unwrap());
    }
    hours
}

#[tokio::test]
async fn a_page_that_fails_is_asked_ever_more_rarely_and_then_no_more() {
    assert_eq!(hours_of_asking(Response::of(500, "oops")).await, [1, 5, 21, 85]);
    assert_eq!(hours_of_asking(Response::of(404, "no")).await, [24]);
    assert_eq!(hours_of_asking(Response::of(410, "no")).await, Vec::<u64>::new());
}

#[tokio::test]
async fn walls_are_tried_again_after_weeks_and_not_all_day() {
    assert_eq!(hours_of_asking(Response::of(403, "no")).await, [14 * 24, 28 * 24]);
    assert_eq!(hours_of_asking(Response::of(401, "no")).await, [28 * 24, 56 * 24]);
}

#[tokio::test]
async fn a_host_that_asks_to_be_left_alone_is_with_all_of_its_pages() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["One", "Two", "Three"]);
    serve_page(&web, "One", |_| Response::of(429, "").header("Retry-After", "10800"));
    let library = following(&web).await;
    let round = crawled(&library).await;
    assert_eq!((round.pages, round.waiting, page_requests(&web)), (1, 0, 1));
    library.advance(HOUR * 2);
    let library = library.restart().await;
    assert_eq!((library.articles().await.pages, page_requests(&web)), (0, 1));
    library.advance(HOUR);
    let next = library.doors.store.next_page_due().await.unwrap();
    assert!(next.is_some_and(|it| it <= library.now()), "{next:?}");
    serve_page(&web, "One", |_| Response::ok(page("One", "")).header("Content-Type", HTML));
    assert_eq!(library.articles().await.of(ArticleState::Taken), 3);
}

#[tokio::test]
async fn a_budget_takes_the_newest_first_and_says_what_is_left() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Newest", "Older", "Oldest"]);
    let library = following(&web).await;
    library.crawl().await;
    let budget = ArticleBudget { per_host: 2, ..ArticleBudget::default() };
    let round = library.articles_within(&budget).await;
    assert_eq!((round.pages, round.waiting), (2, 1));
    assert!(is_whole(&library.entry("Newest").await) && is_whole(&library.entry("Older").await));
    assert_eq!(state(&library.entry("Oldest").await), ArticleState::Wanted);
    let budget = ArticleBudget { total: 0, ..ArticleBudget::default() };
    assert_eq!(library.articles_within(&budget).await.pages, 0);
    assert_eq!(library.articles().await.of(ArticleState::Taken), 1);
}

#[tokio::test]
async fn a_failure_around_the_librarys_commit_loses_no_article_and_doubles_none() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        for writes_before in 0..3 {
            let web = FakeWeb::start().await;
            serve_blog(&web, &["Queues"]);
            let library = following(&web).await;
            library.crawl().await;
            library.doors.store.fail_at_write(step, writes_before);
            let (_running, stop) = tokio::sync::watch::channel(false);
            let budget = ArticleBudget::default();
            let failed = peerscope::crawl::articles(&library.doors, &budget, stop, &|_| {}).await;
            let library = library.restart().await;
            library.articles().await;
            let entry = library.entry("Queues").await;
            assert!(
                is_whole(&entry) && entry.revisions == 0,
                "{step:?} {writes_before} {failed:?}"
            );
            assert_eq!(library.find(&marker("Queues")).await, ["Queues"]);
            assert!(page_requests(&web) <= 2);
            assert!(library.doors.store.check().await.unwrap().is_sound());
        }
    }
}

#[tokio::test]
async fn filters_hold_before_a_page_is_asked_for_and_again_where_it_leads() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    web.serve_document("/press/queues", HTML, &page("Queues", ""));
    serve_page(&web, "Queues", |_| Response::redirect(301, "/press/queues"));
    let follow = |drop: &[&str]| {
        let mut peer = peer("Peer", web.address("/feed"));
        peer.sources[0].drop = drop.iter().map(|it| (*it).to_owned()).collect();
        vec![peer]
    };
    let library = TestLibrary::following_peers(follow(&["/press/"])).await;
    crawled(&library).await;
    let entry = library.entry("Queues").await;
    assert_eq!(state(&entry), ArticleState::LeftOut);
    assert!(entry.html.contains("In short"));
    let mut library = TestLibrary::following_peers(follow(&[])).await;
    library.crawl().await;
    let before = page_requests(&web);
    library.follow_peers(follow(&["/posts/"])).await;
    crawled(&library).await;
    assert_eq!(page_requests(&web), before);
}

#[tokio::test]
async fn rules_for_a_site_are_not_used_on_another_where_its_link_leads() {
    let (web, other) = (FakeWeb::start().await, FakeWeb::start_at("127.0.0.2").await);
    serve_feed(&web, &[BlogPost::new("Queues")]);
    other.serve_document("/moved", HTML, &page("Queues", ""));
    let moved = other.address("/moved").to_string();
    serve_page(&web, "Queues", move |_| Response::redirect(301, &moved));
    let mut peer = peer("Peer", web.address("/feed"));
    peer.sources[0].pages.article = ArticleRule::Select("#nowhere".to_owned());
    let library = TestLibrary::following_peers(vec![peer]).await;
    crawled(&library).await;
    assert!(is_whole(&library.entry("Queues").await));
    assert!(other.asked().iter().any(|it| it.path == "/robots.txt"));
}

#[tokio::test]
async fn when_nobody_at_all_is_reached_nothing_is_counted_against_a_page() {
    let mut webs = Vec::new();
    for host in 1..=3 {
        let web = FakeWeb::start_at(&format!("127.0.0.{host}")).await;
        serve_blog(&web, &["Queues"]);
        web.serve("/robots.txt", |_| Response::of(404, ""));
        serve_page(&web, "Queues", |_| Response::reset());
        webs.push(web);
    }
    let feeds: Vec<_> = webs.iter().map(|it| it.address("/feed")).collect();
    let library = TestLibrary::following(&feeds).await;
    let round = crawled(&library).await;
    assert!(round.outage && round.of(ArticleState::Failed) == 0, "{round:?}");
    for web in &webs {
        serve_page(web, "Queues", |_| {
            Response::ok(page("Queues", "")).header("Content-Type", HTML)
        });
    }
    library.advance(HOUR / 2);
    assert_eq!(library.articles().await.of(ArticleState::Taken), 3);
}

#[tokio::test]
async fn a_deleted_entry_takes_its_article_along() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let library = following(&web).await;
    crawled(&library).await;
    let entry = library.entry("Queues").await.entry;
    library.doors.store.delete_entry(entry.id, library.now()).await.unwrap();
    assert_eq!(crawled(&library).await.pages, 0);
    assert_eq!(library.find(&marker("Queues")).await, Vec::<String>::new());
    assert!(library.doors.store.check().await.unwrap().is_sound());
    library.doors.store.forget(&"peer-1".parse().unwrap()).await.unwrap();
    assert!(library.doors.store.check().await.unwrap().is_sound());
}

#[tokio::test]
async fn a_page_that_stops_its_reader_stops_nobody_else() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Odd", "Even"]);
    let deep = format!("<html><body>{}text", "<div>".repeat(100_000));
    serve_page(&web, "Odd", move |_| Response::ok(&deep).header("Content-Type", HTML));
    let library = following(&web).await;
    assert_eq!(crawled(&library).await.pages, 2);
    assert!(is_whole(&library.entry("Even").await));
}

#[tokio::test]
async fn how_hosts_are_treated_is_kept_and_can_be_shown() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Open", "Secret plan"]);
    web.serve("/robots.txt", |_| Response::ok("User-agent: *\nDisallow: /posts/secret"));
    let library = following(&web).await;
    crawled(&library).await;
    library.advance(HOUR * 25);
    crawled(&library).await;
    let library = library.restart().await;
    let today = peerscope::domain::day_of(library.now());
    let hosts = library.doors.store.politeness_since(today - 29).await.unwrap();
    assert_eq!(hosts.len(), 1);
    let tally = hosts[0].tally;
    assert_eq!(hosts[0].host, web.authority());
    assert_eq!((tally.requests, tally.conditional, tally.unchanged), (4, 1, 1));
    assert_eq!((tally.robots_obeyed, tally.waits_obeyed, tally.most_at_once), (1, 0, 1));
    assert!(tally.saved_bytes > 500 && tally.bytes > tally.saved_bytes, "{tally:?}");
    let of_today = library.doors.store.politeness_since(today).await.unwrap();
    assert_eq!(of_today[0].tally.requests, 1);
}
#[tokio::test]
async fn a_page_gives_an_entry_what_its_feed_does_not_say_and_the_feed_does_not_take_it_back() {
    let web = FakeWeb::start().await;
    let head = r#"<meta name="author" content="Ada Example"><script type="application/ld+json">
        {"@context":"https://schema.org","@type":"BlogPosting","headline":"Queues",
         "author":{"@type":"Person","name":"Ada Example"},"datePublished":"2026-01-15T09:00:00Z"}
        </script>"#;
    let bare = |summary: &str| {
        let post = BlogPost { summary: summary.to_owned(), ..BlogPost::new("Queues") };
        let feed = feed(&web, &[post]);
        let (start, end) = (feed.find("<pubDate>").unwrap(), feed.find("</pubDate>").unwrap());
        format!("{}{}", &feed[..start], &feed[end + "</pubDate>".len()..])
    };
    web.serve_document("/feed", RSS, &bare("<p>In short.</p>"));
    web.serve_document(&BlogPost::new("Queues").path, HTML, &page("Queues", head));
    let library = following(&web).await;
    for edit in ["<p>In short.</p>", "<p>In short, edited.</p>"] {
        web.serve_document("/feed", RSS, &bare(edit));
        crawled(&library).await;
        library.advance(HOUR * 2);
        let entry = library.entry("Queues").await.entry;
        assert_eq!(entry.authors, ["Ada Example"], "{edit}");
        assert_eq!(entry.published.unwrap().to_string(), "2026-01-15T09:00:00Z");
        assert_eq!(entry.ordered, entry.published.unwrap());
    }
}

#[tokio::test]
async fn pages_and_api_say_where_a_text_is_from_and_why_there_is_not_more() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Open", "Secret plan", "For members"]);
    web.serve("/robots.txt", |_| Response::ok("User-agent: *\nDisallow: /posts/secret"));
    serve_page(&web, "For members", |_| Response::of(401, "who are you"));
    let library = following(&web).await;
    crawled(&library).await;
    let ids = ["Open", "Secret plan", "For members"];
    let mut found = Vec::new();
    for title in ids {
        found.push(library.entry(title).await.entry.id);
    }
    let service = Service::over(library).await;
    for (id, body, state, told) in [
        (found[0], "article", "taken", "The text is from the page of the article"),
        (found[1], "feed", "forbidden", "<code>Disallow: /posts/secret</code>"),
        (found[2], "feed", "paywall", "for those who subscribe or log in"),
    ] {
        let page = service.page(&format!("/entries/{id}")).await;
        assert!(page.contains(told), "{page}");
        assert!(page.contains("Read it at"), "{page}");
        let json = service.json(&format!("/api/v1/entries/{id}")).await;
        assert_eq!((&json["body"], &json["article"]["state"]), (&body.into(), &state.into()));
    }
    let sources = service.page("/sources").await;
    assert!(sources.contains("1 not asked for: robots.txt forbids it"), "{sources}");
    assert_eq!(service.json("/api/v1/sources").await["sources"][0]["articles"]["taken"], 1);
    let metrics = service.page("/metrics").await;
    assert!(metrics.contains("peerscope_articles{state=\"paywall\"} 1"), "{metrics}");
}

#[tokio::test]
async fn politeness_is_a_page_and_who_crawls_is_told_to_anyone() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let library = following(&web).await;
    crawled(&library).await;
    let service = Service::over(library).await;
    let page = service.page("/politeness").await;
    assert!(page.contains(&web.authority()) && page.contains("30 days"), "{page}");
    assert!(service.page("/politeness?days=1").await.contains("today"));
    assert_eq!(service.get("/politeness?days=0").await.status, 400);
    let about = service.page("/about-bot").await;
    for told in ["User-agent: Peerscope", "Disallow: /", "Crawl-delay: 10", "Peerscope/0 (+here)"] {
        assert!(about.contains(told), "{about}");
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let library = TestLibrary::following(&[]).await;
    let exposed = "0.0.0.0:80".parse().unwrap();
    let stranger = Service::listening(library, listener, exposed, None);
    stranger.page("/about-bot").await;
    assert_eq!(stranger.get("/politeness").await.status, 403);
}

/// A program that follows a blog with its pages.
fn program_of(web: &FakeWeb) -> Program {
    let program = Program::new();
    let feed = web.address("/feed");
    let text = format!("[crawl]\npause = \"0s\"\n[[peer]]\nname = \"A\"\nfeed = \"{feed}\"\n");
    program.write("feeds.toml", &text);
    program
}

#[tokio::test]
async fn a_crawl_reads_articles_within_its_budget_and_says_what_became_of_them() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["One", "Two", "Three", "Four"]);
    web.serve("/robots.txt", |_| Response::ok("User-agent: peerscope\nDisallow: /posts/four"));
    let program = program_of(&web);
    let told = program.run(&["crawl", "--articles", "none"]).await.well();
    assert!(!told.contains("article") && page_requests(&web) == 0, "{told}");
    let told = program.run(&["crawl", "--articles", "1"]).await.well();
    assert!(told.contains("looked for 1 article ") && told.contains("3  left"), "{told}");
    let told = program.run(&["crawl"]).await.well();
    assert!(told.contains("2  taken, whole") && told.contains("1  not asked for"), "{told}");
    let found = program.run(&["search", &marker("Three"), "--json"]).await.json();
    assert_eq!(found["hits"][0]["title"], "Three");
    let told = program.run(&["sources"]).await.well();
    assert!(told.contains("articles  3 taken, whole; 1 not asked for"), "{told}");
    let shown = program.run(&["politeness", "--json"]).await.json();
    assert_eq!((&shown["days"], &shown["hosts"][0]["robots_obeyed"]), (&30.into(), &1.into()));
    assert_eq!(shown["total"]["most_at_once"], 1);
    let table = program.run(&["politeness"]).await.well();
    assert!(table.contains("at once") && table.contains(&web.authority()), "{table}");
    let asked = web.asked();
    assert!(asked.iter().all(|it| it.text("user-agent").starts_with("Peerscope/")));
}

#[tokio::test]
async fn check_says_which_text_would_be_taken_and_why() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Open", "Secret plan"]);
    web.serve("/robots.txt", |_| Response::ok("User-agent: *\nDisallow: /posts/secret"));
    let program = Program::new();
    let feed = web.address("/feed").to_string();
    let checked = program.run(&["check", &feed, "--json"]).await.json();
    assert_eq!(checked["entries"][0]["article"]["state"], "wanted");
    assert_eq!(page_requests(&web), 0);
    let checked = program.run(&["check", &feed, "--json", "--articles", "5"]).await.json();
    let of = |at: usize| checked["entries"][at]["article"]["state"].clone();
    assert_eq!((of(0), of(1)), ("taken".into(), "forbidden".into()));
    let told = program.run(&["check", &feed, "--articles", "1"]).await.well();
    assert!(told.contains("taken, whole: the page carries more than the feed"), "{told}");
}

#[tokio::test]
async fn a_service_reads_articles_in_the_background() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let program = program_of(&web);
    let service = program.serve(&[]).await;
    service.wait_for_log(1, "looked for 1 articles: 1 taken, 0 waiting").await;
    let (code, log) = service.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    let found = program.run(&["search", &marker("Queues"), "--json"]).await.json();
    assert_eq!(found["total"], 1, "{log}");
}

#[tokio::test]
async fn the_user_agent_leads_to_the_page_about_us_where_there_is_one() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    let program = program_of(&web);
    let base = ["--base-url", "https://peers.example.com/", "--contact", "ops@example.com"];
    program.run(&[&["crawl"][..], &base].concat()).await.well();
    for asked in web.asked() {
        let name = asked.text("user-agent");
        assert!(name.contains("(+https://peers.example.com/about-bot)"), "{name}");
        assert!(name.contains("(ops@example.com)"), "{name}");
    }
}

#[tokio::test]
async fn a_source_that_is_due_waits_for_one_page_of_its_host_at_most() {
    let web = FakeWeb::start().await;
    let titles: Vec<String> = (0..20).map(|it| format!("Post number {it}")).collect();
    serve_blog(&web, &titles.iter().map(String::as_str).collect::<Vec<_>>());
    for title in &titles {
        let page = page(title, "");
        serve_page(&web, title, move |_| {
            Response::ok(&page).header("Content-Type", HTML).after(Duration::from_millis(20))
        });
    }
    let library = following(&web).await;
    library.crawl().await;
    let (_running, stop) = tokio::sync::watch::channel(false);
    let budget = ArticleBudget::default();
    let asking = peerscope::crawl::articles(&library.doors, &budget, stop, &|_| {});
    let visiting = async {
        web.wait_for_requests(6).await;
        let before = web.requests();
        library.crawl().await;
        before
    };
    let (round, before) = tokio::join!(asking, visiting);
    let feed = web.asked().iter().rposition(|it| it.path == "/feed").unwrap();
    assert!(feed <= before + 1, "{feed} after {before}");
    assert_eq!(round.unwrap().of(ArticleState::Taken), 20);
    assert_eq!(web.most_at_once(), 1);
}

#[tokio::test]
async fn a_page_larger_than_any_article_is_not_read_to_its_end() {
    let (_web, library, round) = with_page(Response::endless("x".repeat(64 * 1024))).await;
    assert_eq!(round.of(ArticleState::Failed), 1);
    let entry = library.entry("Queues").await;
    let reason = entry.article.unwrap().reason.unwrap();
    assert!(reason.contains("larger than 4194304 bytes"), "{reason}");
    assert_eq!(library.doors.store.next_page_due().await.unwrap(), None);
}

#[tokio::test]
async fn a_declared_language_gives_way_to_a_text_that_is_sure_of_its_own() {
    let web = FakeWeb::start().await;
    serve_blog(&web, &["Queues"]);
    for (declared, expected) in [("de", "en"), ("en-GB", "en-GB"), ("", "en")] {
        let html = page("Queues", "").replace("lang=\"en\"", &format!("lang=\"{declared}\""));
        serve_page(&web, "Queues", move |_| Response::ok(&html).header("Content-Type", HTML));
        let library = following(&web).await;
        crawled(&library).await;
        let language = library.entry("Queues").await.entry.language.unwrap();
        assert_eq!(language.as_str(), expected, "{declared}");
    }
}
