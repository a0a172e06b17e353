//! Sites, sitemaps and lists: what is found on a site, what is read of it, and how politely.

use std::time::Duration;

use peerscope::domain::{FailureKind, ListingRules, Peer, Source, SourceType};

use crate::support::{
    blog::page,
    fake_web::{FakeWeb, Response},
    feeds::rss_of,
    library::{TestLibrary, peer},
    program::Program,
};

const RSS: &str = "application/rss+xml";
const HTML: &str = "text/html; charset=utf-8";
const XML: &str = "application/xml";
const DAY: Duration = Duration::from_hours(24);

fn following(web: &FakeWeb, kind: SourceType, path: &str) -> Vec<Peer> {
    following_source(Source::new(web.address(path), kind))
}

fn following_source(source: Source) -> Vec<Peer> {
    let mut peer = peer("Example", source.address.clone());
    peer.sources = vec![source];
    vec![peer]
}

fn sitemap(pages: &[(&str, &str)], web: &FakeWeb) -> String {
    let pages: String = pages
        .iter()
        .map(|(path, day)| {
            format!("<url><loc>{}</loc><lastmod>{day}</lastmod></url>", web.address(path))
        })
        .collect::<Vec<_>>()
        .concat();
    format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{pages}</urlset>")
}

fn asked_paths(web: &FakeWeb) -> Vec<String> {
    web.asked().iter().map(|it| it.path.clone()).collect()
}

fn list_of(titles: &[&str]) -> String {
    let posts: String = titles
        .iter()
        .enumerate()
        .map(|(at, title)| {
            let slug = title.to_lowercase().replace(' ', "-");
            format!(
                "<li class=\"post post-{at}\"><h2><a href=\"/blog/{slug}\">{title}</a></h2>\
                 <time datetime=\"2026-0{}-03\">a day</time><p>Some words about it.</p></li>",
                at + 1
            )
        })
        .collect::<Vec<_>>()
        .concat();
    format!(
        "<!doctype html><title>Blog</title><nav><ul><li><a href=\"/\">Home page of us</a></li>\
         <li><a href=\"/about\">All about the company</a></li><li><a href=\"/jobs\">Jobs in our teams</a></li>\
         <li><a href=\"/press\">Press and media room</a></li></ul></nav><main><ul>{posts}</ul></main>"
    )
}

#[tokio::test]
async fn a_site_is_followed_by_the_feed_that_it_declares_and_not_by_that_of_comments() {
    let web = FakeWeb::start().await;
    let page = "<!doctype html><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/comments/feed/\" title=\"Comments\">\
                <link rel=\"alternate\" type=\"application/rss+xml\" href=\"/blog/feed\"><p>Hello</p>";
    web.serve_document("/blog", HTML, page);
    web.serve_document("/blog/feed", RSS, &rss_of(&["Queues at scale"]));
    let library = TestLibrary::following_peers(following(&web, SourceType::Site, "/blog")).await;
    library.crawl().await;
    assert_eq!(library.titles().await, ["Queues at scale"]);
    let source = library.source(&web.address("/blog")).await;
    assert_eq!(source.state.in_use, web.address("/blog/feed"));
    assert_eq!(source.state.discovery.reads_as, Some(SourceType::Feed));
    assert_eq!(asked_paths(&web), ["/robots.txt", "/blog", "/blog/feed"]);
    let round = library.crawl().await;
    assert_eq!(round.unchanged, 1, "the feed is asked again, conditionally, and nothing else");
    assert_eq!(web.answers("/blog", 200), 1);
    assert_eq!(web.answers("/blog/feed", 304), 1);
}

#[tokio::test]
async fn a_soft_404_at_a_well_known_path_is_no_feed() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/",
        HTML,
        &list_of(&["Queues at scale", "Caches that lie", "Sharding twice"]),
    );
    web.serve("/feed", |_| Response::ok("<html>Not here</html>").header("Content-Type", HTML));
    web.serve("/rss.xml", |_| Response::redirect(302, "/"));
    let library = TestLibrary::following_peers(following(&web, SourceType::Site, "/")).await;
    library.crawl().await;
    let source = library.source(&web.address("/")).await;
    assert_eq!(source.state.discovery.reads_as, Some(SourceType::Listing));
    assert_eq!(library.titles().await.len(), 3);
    let verdicts: Vec<&str> =
        source.state.discovery.candidates.iter().map(|it| it.verdict.as_str()).collect();
    assert!(verdicts.iter().any(|it| it.contains("is no feed but")), "{verdicts:?}");
    assert!(verdicts.iter().any(|it| it.starts_with("leads to")), "{verdicts:?}");
}

#[tokio::test]
async fn a_site_without_a_feed_is_followed_by_the_sitemap_that_robots_txt_names() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/robots.txt",
        "text/plain",
        "User-agent: *\nDisallow: /private/\nSitemap: /maps/index.xml\n",
    );
    web.serve_document("/engineering/", HTML, "<!doctype html><p>Hello</p>");
    let part = |name: &str, day: &str| {
        format!("<sitemap><loc>{}</loc><lastmod>{day}</lastmod></sitemap>", web.address(name))
    };
    let index = format!(
        "<sitemapindex>{}{}</sitemapindex>",
        part("/maps/posts.xml", "2026-03-02"),
        part("/maps/shop.xml", "2026-03-01")
    );
    web.serve_document("/maps/index.xml", XML, &index);
    let posts = [
        ("/engineering/", "2026-03-02"),
        ("/engineering/queues-at-scale", "2026-02-01"),
        ("/engineering/caches-that-lie", "2026-02-02"),
        ("/engineering/sharding-twice", "2026-02-03"),
        ("/engineering/tags/rust", "2026-02-03"),
    ];
    web.serve_document("/maps/posts.xml", XML, &sitemap(&posts, &web));
    web.serve_document("/maps/shop.xml", XML, &sitemap(&[("/shop/shoes", "2026-02-01")], &web));
    let peers = following(&web, SourceType::Site, "/engineering/");
    let library = TestLibrary::following_peers(peers).await;
    library.crawl().await;
    let mut titles = library.titles().await;
    titles.sort();
    assert_eq!(titles, ["Caches that lie", "Queues at scale", "Sharding twice"]);
    let before = web.requests();
    library.advance(DAY);
    let round = library.crawl().await;
    assert_eq!(round.unchanged, 1);
    let again = asked_paths(&web).split_off(before);
    assert!(
        again.iter().all(|it| it == "/maps/index.xml" || it == "/robots.txt"),
        "dated parts did not change: {again:?}"
    );
    assert_eq!(library.titles().await.len(), 3);
}

#[tokio::test]
async fn only_the_parts_of_a_sitemap_that_changed_are_asked_for_again() {
    let web = FakeWeb::start().await;
    let part = |name: &str, day: &str| {
        format!("<sitemap><loc>{}</loc><lastmod>{day}</lastmod></sitemap>", web.address(name))
    };
    let index = |day: &str| {
        format!(
            "<sitemapindex>{}{}</sitemapindex>",
            part("/2025.xml", "2025-12-31"),
            part("/2026.xml", day)
        )
    };
    web.serve_document("/sitemap.xml", XML, &index("2026-02-01"));
    web.serve_document("/2025.xml", XML, &sitemap(&[("/blog/old-queues", "2025-12-31")], &web));
    web.serve_document("/2026.xml", XML, &sitemap(&[("/blog/new-queues", "2026-02-01")], &web));
    let peers = following(&web, SourceType::Sitemap, "/sitemap.xml");
    let library = TestLibrary::following_peers(peers).await;
    library.crawl().await;
    assert_eq!(library.titles().await.len(), 2);
    web.serve_document("/sitemap.xml", XML, &index("2026-03-01"));
    let pages = [("/blog/new-queues", "2026-02-01"), ("/blog/newest-queues", "2026-03-01")];
    web.serve_document("/2026.xml", XML, &sitemap(&pages, &web));
    let before = web.requests();
    let round = library.crawl().await;
    assert_eq!((round.new, round.edited), (1, 0));
    assert_eq!(asked_paths(&web).split_off(before), ["/sitemap.xml", "/2026.xml"]);
    assert_eq!(library.titles().await.len(), 3);
}

#[tokio::test]
async fn a_sitemap_that_lists_no_posts_is_named_as_such_and_so_is_a_site_with_nothing() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/sitemap.xml",
        XML,
        &sitemap(&[("/", "2026-01-01"), ("/about", "2026-01-01")], &web),
    );
    web.serve_document("/nothing", HTML, "<!doctype html><p>Hello</p>");
    let mut peers = following(&web, SourceType::Sitemap, "/sitemap.xml");
    peers[0].sources.push(Source::new(web.address("/nothing"), SourceType::Site));
    let library = TestLibrary::following_peers(peers).await;
    let round = library.crawl().await;
    assert_eq!(round.failed.get(&FailureKind::NoPosts), Some(&2));
    let source = library.source(&web.address("/sitemap.xml")).await;
    let failure = source.state.failure.unwrap();
    assert!(
        failure.detail.ends_with("lists 2 pages, and none looks like a post"),
        "{}",
        failure.detail
    );
}

#[tokio::test]
async fn a_list_that_robots_txt_forbids_is_not_asked_for_and_says_so() {
    let web = FakeWeb::start().await;
    web.serve_document("/robots.txt", "text/plain", "User-agent: *\nDisallow: /blog\n");
    web.serve_document(
        "/blog",
        HTML,
        &list_of(&["Queues at scale", "Caches that lie", "Sharding twice"]),
    );
    let mut peers = following(&web, SourceType::Listing, "/blog");
    peers[0].sources.push(Source::new(web.address("/blog/"), SourceType::Site));
    let library = TestLibrary::following_peers(peers).await;
    let round = library.crawl().await;
    assert_eq!(round.failed.get(&FailureKind::Robots), Some(&2));
    assert_eq!(asked_paths(&web), ["/robots.txt"]);
    let source = library.source(&web.address("/blog")).await;
    assert!(source.state.failure.unwrap().detail.contains("Disallow: /blog"));
}

#[tokio::test]
async fn a_list_that_had_posts_and_has_none_is_a_fault_and_loses_nothing() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/blog",
        HTML,
        &list_of(&["Queues at scale", "Caches that lie", "Sharding twice"]),
    );
    let library = TestLibrary::following_peers(following(&web, SourceType::Listing, "/blog")).await;
    library.crawl().await;
    let entries = library.entries().await;
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|it| it.published.is_some()));
    web.serve_document("/blog", HTML, "<!doctype html><p>We redesigned our blog</p>");
    let round = library.crawl().await;
    assert_eq!(round.failed.get(&FailureKind::NoPosts), Some(&1));
    assert_eq!(library.entries().await.len(), 3);
}

#[tokio::test]
async fn a_stubborn_list_is_read_by_the_selectors_of_its_reader() {
    let web = FakeWeb::start().await;
    let page = "<!doctype html><div><p class=x><b>Queues at scale</b> <i>3 March 2026</i> <a href='/a'>more</a></p></div>\
                <div><p class=x><b>Caches that lie</b> <i>2 March 2026</i> <a href='/b'>more</a></p></div>";
    web.serve_document("/blog", HTML, page);
    let mut source = Source::new(web.address("/blog"), SourceType::Site);
    source.pages.listing = ListingRules {
        entry: Some("p.x".into()),
        link: None,
        title: Some("b".into()),
        date: Some("i".into()),
    };
    let library = TestLibrary::following_peers(following_source(source)).await;
    library.crawl().await;
    let entries = library.entries().await;
    let listed: Vec<(&str, Option<String>)> = entries
        .iter()
        .map(|it| (it.title.as_str(), it.published.map(|day| day.to_string())))
        .collect();
    assert_eq!(
        listed,
        [
            ("Queues at scale", Some("2026-03-03T00:00:00Z".into())),
            ("Caches that lie", Some("2026-03-02T00:00:00Z".into())),
        ]
    );
}

#[tokio::test]
async fn what_was_found_on_a_site_and_fails_for_days_is_looked_for_anew() {
    let web = FakeWeb::start().await;
    let declares = |feed: &str| {
        format!(
            "<!doctype html><link rel=\"alternate\" type=\"application/atom+xml\" href=\"{feed}\">"
        )
    };
    web.serve_document("/", HTML, &declares("/old.xml"));
    web.serve_document("/old.xml", RSS, &rss_of(&["Queues at scale"]));
    let library = TestLibrary::following_peers(following(&web, SourceType::Site, "/")).await;
    library.crawl().await;
    web.serve("/old.xml", |_| Response::of(404, ""));
    web.serve_document("/", HTML, &declares("/new.xml"));
    web.serve_document("/new.xml", RSS, &rss_of(&["Queues at scale", "Caches that lie"]));
    for _ in 0..4 {
        library.advance(DAY * 2);
        library.crawl().await;
    }
    assert_eq!(library.source(&web.address("/")).await.state.in_use, web.address("/new.xml"));
    let mut titles = library.titles().await;
    titles.sort();
    assert_eq!(titles, ["Caches that lie", "Queues at scale"]);
}

#[tokio::test]
async fn adding_the_address_of_a_site_says_what_was_found_and_follows_what_was_chosen() {
    let web = FakeWeb::start().await;
    let page = "<!doctype html><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/old.xml\">\
                <p><a href=\"/blog/atom.xml\">Subscribe</a></p>";
    web.serve_document("/blog/", HTML, page);
    web.serve_document("/blog/atom.xml", RSS, &rss_of(&["Queues at scale", "Caches that lie"]));
    let program = Program::new();
    let site = web.address("/blog/").to_string();
    let told = program.run(&["peers", "add", &site, "--name", "Example"]).await.well();
    let feed = web.address("/blog/atom.xml");
    assert!(told.contains("/old.xml (declared by the page)"), "{told}");
    assert!(
        told.contains(&format!("{feed} (linked on the page): a feed with 2 entries")),
        "{told}"
    );
    assert!(told.contains("chosen: feed") && told.contains("with 2 posts"), "{told}");
    assert!(program.read("feeds.toml").contains(&format!("feed = \"{feed}\"")));
}

#[tokio::test]
async fn adding_a_site_without_a_feed_follows_its_sitemap_or_its_list() {
    let web = FakeWeb::start().await;
    let titles = ["Queues at scale", "Caches that lie", "Sharding twice"];
    web.serve_document("/", HTML, &list_of(&titles));
    let site = web.address("/").to_string();
    let program = Program::new();
    program.run(&["peers", "add", &site, "--name", "By list"]).await.well();
    assert!(program.read("feeds.toml").contains(&format!("listing = \"{site}\"")));
    let posts = titles.map(|it| format!("/{}", it.to_lowercase().replace(' ', "-")));
    let pages: Vec<(&str, &str)> = posts.iter().map(|it| (it.as_str(), "2026-02-01")).collect();
    web.serve_document("/sitemap.xml", XML, &sitemap(&pages, &web));
    let program = Program::new();
    program.run(&["peers", "add", &site, "--name", "By sitemap"]).await.well();
    let map = web.address("/sitemap.xml");
    assert!(program.read("feeds.toml").contains(&format!("sitemap = \"{map}\"")));
}

#[tokio::test]
async fn a_site_that_cannot_be_read_now_is_followed_all_the_same_and_the_reason_is_told() {
    let web = FakeWeb::start().await;
    web.serve_document("/robots.txt", "text/plain", "User-agent: *\nDisallow: /blog\n");
    let program = Program::new();
    let site = web.address("/blog").to_string();
    let added = program.run(&["peers", "add", &site, "--name", "Example"]).await;
    assert!(added.err.contains("Disallow: /blog"), "{}", added.err);
    added.well();
    assert!(program.read("feeds.toml").contains(&format!("site = \"{site}\"")));
    assert_eq!(asked_paths(&web), ["/robots.txt"]);
}

#[tokio::test]
async fn a_title_from_an_address_gives_way_to_the_one_of_the_page_and_does_not_come_back() {
    let web = FakeWeb::start().await;
    let listed = |day: &str| sitemap(&[("/posts/queues-at-scale", day)], &web);
    web.serve_document("/sitemap.xml", XML, &listed("2026-02-01"));
    web.serve_document("/posts/queues-at-scale", HTML, &page("Queues, at Scale!", ""));
    let peers = following(&web, SourceType::Sitemap, "/sitemap.xml");
    let library = TestLibrary::following_peers(peers).await;
    library.crawl().await;
    assert_eq!(library.titles().await, ["Queues at scale"]);
    library.articles().await;
    assert_eq!(library.titles().await, ["Queues, at Scale!"]);
    web.serve_document("/sitemap.xml", XML, &listed("2026-02-20"));
    library.advance(DAY);
    library.crawl().await;
    assert_eq!(library.titles().await, ["Queues, at Scale!"]);
    library.articles().await;
    assert_eq!(library.titles().await, ["Queues, at Scale!"]);
    assert_eq!(web.answers("/posts/queues-at-scale", 200), 1);
    assert_eq!(web.answers("/posts/queues-at-scale", 304), 1, "a newer `lastmod` asks once more");
}

#[tokio::test]
async fn check_shows_what_a_sitemap_and_a_list_would_bring_and_what_an_index_names() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/posts.xml",
        XML,
        &sitemap(&[("/blog/queues-at-scale", "2026-02-01")], &web),
    );
    let part = web.address("/posts.xml").to_string();
    let index = format!("<sitemapindex><sitemap><loc>{part}</loc></sitemap></sitemapindex>");
    web.serve_document("/sitemap.xml", XML, &index);
    web.serve_document(
        "/blog",
        HTML,
        &list_of(&["Caches that lie", "Sharding twice", "Moving off cron"]),
    );
    let program = Program::new();
    let told = program.run(&["check", &part]).await.well();
    assert!(told.contains("Queues at scale"), "{told}");
    let told = program.run(&["check", web.address("/blog").as_str()]).await.well();
    assert!(told.contains("Caches that lie") && told.contains("Moving off cron"), "{told}");
    let refused = program.run(&["check", web.address("/sitemap.xml").as_str()]).await;
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.contains(&format!("an index of 1 sitemap; check {part}")),
        "{}",
        refused.err
    );
}
