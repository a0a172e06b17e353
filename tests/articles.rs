//! Articles: the whole text behind an entry, asked for politely, once.

use std::time::Duration;

use peerscope::{
    crawl::{ArticleBudget, ArticleRound},
    domain::{ArticleRule, ArticleState, Source},
    store::{EntryWithBody, Step},
};

use crate::support::{
    blog::{BlogPost, body, feed, marker, page, page_of, serve_blog, serve_feed, serve_page},
    fake_web::{FakeWeb, Response},
    library::{TestLibrary, peer},
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
    assert_eq!(state(&library.entry("Queues").await), ArticleState::NotNeeded);
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
