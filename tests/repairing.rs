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
    assert!(shown.contains("is dead since"), "{shown}");
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
    let repaired = program.run(&["sources", "repair", "--apply"]).await;
    assert!(repaired.err.contains("nothing was found that lists newer posts"), "{}", repaired.err);
    assert_eq!(repaired.well(), "");
}
