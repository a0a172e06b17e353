//! Repair: a source that died or moved is found again, shown as a diff, and keeps its entries.

use crate::support::{
    fake_web::{FakeWeb, Response},
    feeds::{Post, post, rss},
    program::Program,
};

const RSS: &str = "application/rss+xml";

fn feed_of(web: &FakeWeb, posts: &[(&str, &str)]) -> String {
    let dated = |(title, day): &(&str, &str)| Post {
        published: format!("{day} Feb 2026 08:00:00 +0000"),
        ..post(title)
    };
    let posts: Vec<Post> = posts.iter().map(dated).collect();
    rss(&posts).replace("https://example.com/", web.address("/").as_str())
}

/// A feed that is gone, while the front page of its site names another.
async fn site_that_dropped_its_feed(newer: &[(&str, &str)]) -> (FakeWeb, Program) {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &feed_of(&web, &[("Old post", "02")]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    web.serve("/feed", |_| Response::of(410, "gone"));
    let page = "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/new.xml\">\
        </head><body><p>Hello</p></body></html>";
    web.serve_document("/", "text/html", page);
    web.serve_document("/new.xml", RSS, &feed_of(&web, newer));
    program.run(&["crawl"]).await;
    (web, program)
}

#[tokio::test]
async fn a_feed_that_is_gone_is_found_again_and_its_entries_stay() {
    let newer = [("New post", "20"), ("Old post", "02")];
    let (web, program) = site_that_dropped_its_feed(&newer).await;
    let shown = program.run(&["sources", "--failing"]).await.well();
    assert!(shown.contains("while the blog lives on at"), "{shown}");
    let examined = program.run(&["doctor", "--offline"]).await.well();
    assert!(examined.contains("1 of 1 source: 1 dropped"), "{examined}");
    let before = program.read("feeds.toml");
    let diff = program.run(&["sources", "repair"]).await.well();
    let (old, new) = (web.address("/feed"), web.address("/new.xml"));
    assert!(diff.contains(&format!("-feed = \"{old}\"\n+feed = \"{new}\"\n")), "{diff}");
    assert_eq!(program.read("feeds.toml"), before, "shown only");
    program.run(&["sources", "repair", "peer-1", "--apply"]).await.well();
    assert_eq!(program.read("feeds.toml"), before.replace(old.as_str(), new.as_str()));
    let crawled = program.run(&["crawl"]).await.well();
    assert!(crawled.contains("new        1 entry"), "{crawled}");
    let found = program.run(&["search", "Old post", "--json"]).await.json();
    assert!(found.to_string().contains("Old post"), "{found}");
    assert_eq!(program.run(&["sources", "repair"]).await.well(), "", "now all is fine");
}

#[tokio::test]
async fn a_site_that_shows_nothing_newer_is_no_reason_for_a_change() {
    let (_web, program) = site_that_dropped_its_feed(&[("Old post", "02")]).await;
    let shown = program.run(&["sources", "--failing"]).await.well();
    assert!(shown.contains("is dead since"), "{shown}");
    let repaired = program.run(&["sources", "repair", "--apply"]).await;
    assert!(repaired.err.contains("nothing was found that lists newer posts"), "{}", repaired.err);
    assert_eq!(repaired.well(), "");
}

#[tokio::test]
async fn a_site_that_showed_nothing_is_not_searched_with_every_crawl_but_when_its_peer_is_named() {
    let (web, program) = site_that_dropped_its_feed(&[("Old post", "02")]).await;
    let searched = web.answers("/", 200);
    assert_eq!(searched, 1);
    program.run(&["crawl"]).await;
    program.run(&["sources", "repair"]).await.well();
    assert_eq!(web.answers("/", 200), searched);
    program.run(&["sources", "repair", "peer-1"]).await.well();
    assert_eq!(web.answers("/", 200), searched + 1);
}

#[tokio::test]
async fn of_a_peer_with_several_sources_only_the_lost_one_is_replaced() {
    let web = FakeWeb::start().await;
    let path = |it: &str| web.address(it);
    for feed in ["/blog/feed", "/research/feed"] {
        web.serve_document(feed, RSS, &feed_of(&web, &[(feed, "02")]));
    }
    let program = Program::new();
    let file = format!(
        "[[peer]]\nname = \"Lab\"\n\n[[peer.source]]\nfeed = \"{}\" # essays\narticle = \"never\"\n\n\
         [[peer.source]]\nfeed = \"{}\" # papers\narticle = \"never\"\n",
        path("/blog/feed"),
        path("/research/feed")
    );
    program.write("feeds.toml", &file);
    program.run(&["crawl"]).await.well();
    web.serve("/research/feed", |_| Response::of(410, "gone"));
    let page = "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" \
        href=\"/papers.xml\"></head><body><p>Hello</p></body></html>";
    web.serve_document("/", "text/html", page);
    web.serve_document("/papers.xml", RSS, &feed_of(&web, &[("New", "20")]));
    program.run(&["crawl"]).await;
    program.run(&["sources", "repair", "--apply"]).await.well();
    let (old, new) = (path("/research/feed"), path("/papers.xml"));
    assert_eq!(program.read("feeds.toml"), file.replace(old.as_str(), new.as_str()));
}

#[tokio::test]
async fn a_feed_that_fell_silent_is_not_asked_anew_and_a_site_built_anew_is_no_sign_of_life() {
    let web = FakeWeb::start().await;
    let posts = ["02", "03", "04"].map(|day| (format!("Post of day {day}"), day));
    let posts: Vec<(&str, &str)> =
        posts.iter().map(|(title, day)| (title.as_str(), *day)).collect();
    web.serve_document("/feed", RSS, &feed_of(&web, &posts));
    let declared = "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" \
        href=\"/feed\"></head><body><p>Hello</p></body></html>";
    web.serve_document("/", "text/html", declared);
    let pages = |changed: &[&str]| {
        let page = |(at, day): (usize, &&str)| {
            let address = web.address(&format!("/posts/number-{at}"));
            format!("<url><loc>{address}</loc><lastmod>{day}</lastmod></url>")
        };
        let listed: String = changed.iter().enumerate().map(page).collect();
        format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{listed}</urlset>")
    };
    let built_anew = pages(&["2026-06-01"; 6]);
    web.serve_document("/sitemap.xml", "application/xml", &built_anew);
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["--now", "2026-02-05T10:00:00Z", "crawl"]).await.well();
    program.run(&["--now", "2026-06-01T10:00:00Z", "crawl"]).await.well();
    let shown = async |at: &str| program.run(&["--now", at, "sources", "--failing"]).await.well();
    let stale = shown("2026-06-01T10:00:00Z").await;
    assert!(stale.contains("is stale: nothing since 2026-02-04"), "{stale}");
    let unconditional =
        web.asked().iter().filter(|it| it.path == "/feed" && !it.is_conditional()).count();
    assert_eq!(unconditional, 1, "the feed itself is known");
    let lives_on = pages(&["2026-02-02", "2026-02-03", "2026-02-04", "2026-06-05", "2026-06-06"]);
    web.serve_document("/sitemap.xml", "application/xml", &lives_on);
    program.run(&["--now", "2026-06-09T10:00:00Z", "crawl"]).await.well();
    let dropped = shown("2026-06-09T10:00:00Z").await;
    assert!(dropped.contains("while the blog lives on at"), "{dropped}");
    assert!(dropped.contains("/sitemap.xml"), "{dropped}");
}
