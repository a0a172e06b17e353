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
