//! Back-catalogues: walked to their end, gone on with after a crash, and no entry twice.

use peerscope::{
    crawl::{self, BackfillAsk, Backfilled, CrawlError},
    domain::{Source, SourceType},
    store::Step,
};
use tokio::sync::watch;

use crate::support::{
    fake_web::{FakeWeb, Response},
    feeds::{Post, post, rss, rss_of},
    library::{TestLibrary, peer},
};

const RSS: &str = "application/rss+xml";

async fn try_backfill(library: &TestLibrary, ask: &BackfillAsk) -> Result<Backfilled, CrawlError> {
    let pick = peerscope::store::Pick::All;
    let source = library.doors.store.sources_to_visit(&pick).await.unwrap().remove(0);
    let (_go_on, stop) = watch::channel(false);
    crawl::backfill(&library.doors, &source, ask, &stop, &|_| {}).await
}

async fn backfill(library: &TestLibrary) -> Backfilled {
    try_backfill(library, &BackfillAsk::default()).await.unwrap()
}

/// A feed of three pages of which each names the next.
fn serve_pages(web: &FakeWeb) {
    for (page, titles) in [(1, ["Six", "Five"]), (2, ["Four", "Three"]), (3, ["Two", "One"])] {
        let next = format!(
            "<channel><atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"next\" href=\"/feed?page={}\"/>",
            page + 1
        );
        let feed = rss_of(&titles);
        let feed = if page < 3 { feed.replacen("<channel>", &next, 1) } else { feed };
        let path = if page == 1 { "/feed".to_owned() } else { format!("/feed?page={page}") };
        web.serve_document(&path, RSS, &feed);
    }
}

#[tokio::test]
async fn every_page_of_a_feed_is_walked_once_and_its_posts_are_a_backlog() {
    let web = FakeWeb::start().await;
    serve_pages(&web);
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let done = backfill(&library).await;
    assert_eq!((done.pages, done.new, done.known), (3, 4, 2));
    assert!(!done.is_unfinished && done.failure.is_none(), "{done:?}");
    assert!(library.entries().await.iter().all(|it| it.backlog));
    assert_eq!(library.titles().await.len(), 6);
    let before = web.requests();
    assert!(backfill(&library).await.was_done);
    assert_eq!(web.requests(), before, "nobody is asked again");
}

#[tokio::test]
async fn a_walk_that_crashes_goes_on_where_it_was() {
    let web = FakeWeb::start().await;
    serve_pages(&web);
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let limited = BackfillAsk { limit: Some(1), ..BackfillAsk::default() };
    let done = try_backfill(&library, &limited).await.unwrap();
    assert!(done.is_unfinished);
    library.doors.store.fail_at(Step::BeforeCommit);
    assert!(try_backfill(&library, &BackfillAsk::default()).await.is_err());
    let before = web.requests();
    let done = backfill(&library).await;
    assert!(!done.is_unfinished, "{done:?}");
    let asked: Vec<String> = web.asked().split_off(before).into_iter().map(|it| it.path).collect();
    assert!(
        !asked.contains(&"/feed".to_owned()),
        "the first page is not asked for again: {asked:?}"
    );
    assert_eq!(library.find("one").await.len(), 0, "the index follows a walk, and none did here");
    let mut titles = library.titles().await;
    titles.sort();
    titles.dedup();
    assert!(titles.len() >= 5, "{titles:?}");
}

#[tokio::test]
async fn pages_of_wordpress_are_counted_until_there_are_no_more() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed/", RSS, &rss_of(&["Four", "Three"]));
    web.serve_document("/feed/?paged=2", RSS, &rss_of(&["Two", "One"]));
    let library = TestLibrary::following(&[web.address("/feed/")]).await;
    let done = backfill(&library).await;
    assert_eq!((done.pages, done.new), (2, 4));
    assert!(done.failure.is_none() && !done.is_unfinished, "{done:?}");
}

#[tokio::test]
async fn an_engine_that_gives_the_first_page_again_and_again_ends_the_walk() {
    let web = FakeWeb::start().await;
    for page in ["/feed", "/feed?paged=2", "/feed?paged=3"] {
        web.serve_document(page, RSS, &rss_of(&["Two", "One"]));
    }
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    let done = backfill(&library).await;
    assert_eq!((done.new, library.titles().await.len()), (2, 2));
    assert!(!done.is_unfinished, "that was the end: {done:?}");
    assert_eq!(web.answers("/feed?paged=3", 200), 0);
}

#[tokio::test]
async fn a_feed_without_pages_is_walked_by_the_sitemap_of_its_site_as_far_back_as_asked() {
    let web = FakeWeb::start().await;
    let known = Post { link: web.address("/blog/queues").to_string(), ..post("Queues") };
    web.serve_document("/rss.xml", RSS, &rss(&[known]));
    let page = |path: &str, day: &str| {
        format!("<url><loc>{}</loc><lastmod>{day}</lastmod></url>", web.address(path))
    };
    let pages = [
        page("/blog/queues", "2026-02-01"),
        page("/blog/caches-that-lie", "2025-02-01"),
        page("/blog/sharding", "2019-02-01"),
        page("/about", "2026-01-01"),
    ];
    let sitemap = format!("<urlset>{}</urlset>", pages.concat());
    web.serve_document("/sitemap.xml", "application/xml", &sitemap);
    let library = TestLibrary::following(&[web.address("/rss.xml")]).await;
    library.crawl().await;
    let since = "2023-01-01T00:00:00Z".parse().ok();
    let ask = BackfillAsk { since, ..BackfillAsk::default() };
    let done = try_backfill(&library, &ask).await.unwrap();
    assert_eq!((done.new, done.known), (1, 2), "the post of the feed is met twice: {done:?}");
    assert_eq!(done.sitemap, Some(web.address("/sitemap.xml")));
    let mut titles = library.titles().await;
    titles.sort();
    assert_eq!(titles, ["Caches that lie", "Queues"]);
    assert_eq!(backfill(&library).await.new, 1, "without a limit it goes on to the end");
}

#[tokio::test]
async fn a_post_that_the_sitemap_calls_by_its_path_stays_the_one_that_is_known() {
    let web = FakeWeb::start().await;
    let link = |path: &str| web.address(path).to_string();
    let long = Post { link: link("/blog/caches"), ..post("What our caches taught us about lies") };
    let gone = Post { link: link("/blog/gone"), ..post("Something that we take back") };
    web.serve_document("/rss.xml", RSS, &rss(&[long, gone]));
    let pages = ["/blog/caches", "/blog/gone", "/blog/older-post"];
    let urls = pages.map(|path| format!("<url><loc>{}</loc></url>", web.address(path)));
    web.serve_document(
        "/sitemap.xml",
        "application/xml",
        &format!("<urlset>{}</urlset>", urls.concat()),
    );
    let library = TestLibrary::following(&[web.address("/rss.xml")]).await;
    library.crawl().await;
    let unwanted = library.entry("Something that we take back").await.entry.id;
    library.doors.store.delete_entry(unwanted, library.now()).await.unwrap();
    assert_eq!(backfill(&library).await.new, 1);
    let mut titles = library.titles().await;
    titles.sort();
    assert_eq!(titles, ["Older post", "What our caches taught us about lies"]);
}

#[tokio::test]
async fn a_walk_that_went_back_to_a_date_goes_on_behind_it_when_asked() {
    let web = FakeWeb::start().await;
    for page in 1..=7 {
        let dated = |title: String| Post {
            published: format!("Mon, 05 Jan {} 08:00:00 GMT", 2027 - page),
            ..post(&title)
        };
        let next = format!(
            "<channel><atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"next\" href=\"/feed?page={}\"/>",
            page + 1
        );
        let feed = rss(&[dated(format!("Of page {page}"))]);
        let feed = if page < 7 { feed.replacen("<channel>", &next, 1) } else { feed };
        let path = if page == 1 { "/feed".to_owned() } else { format!("/feed?page={page}") };
        web.serve_document(&path, RSS, &feed);
    }
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    let since = "2022-01-01T00:00:00Z".parse().ok();
    let ask = BackfillAsk { since, ..BackfillAsk::default() };
    assert_eq!(try_backfill(&library, &ask).await.unwrap().new, 5);
    let done = backfill(&library).await;
    assert_eq!((done.new, done.is_unfinished), (2, false), "{done:?}");
}

#[tokio::test]
async fn a_server_that_fails_in_the_middle_leaves_the_walk_to_be_gone_on_with() {
    let web = FakeWeb::start().await;
    serve_pages(&web);
    web.serve("/feed?page=3", |_| Response::of(503, ""));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    let done = backfill(&library).await;
    assert!(done.failure.is_some() && done.is_unfinished, "{done:?}");
    assert_eq!(done.new, 4);
    serve_pages(&web);
    let done = backfill(&library).await;
    assert_eq!(done.new, 2);
    assert_eq!(library.titles().await.len(), 6);
}

#[tokio::test]
async fn the_sitemap_of_a_sitemap_source_is_walked_whole() {
    let web = FakeWeb::start().await;
    let pages: String = (0..520)
        .map(|number| {
            format!("<url><loc>{}</loc></url>", web.address(&format!("/blog/post-{number}")))
        })
        .collect::<Vec<_>>()
        .concat();
    web.serve_document("/sitemap.xml", "application/xml", &format!("<urlset>{pages}</urlset>"));
    let mut example = peer("Example", web.address("/sitemap.xml"));
    example.sources = vec![Source::new(web.address("/sitemap.xml"), SourceType::Sitemap)];
    let library = TestLibrary::following_peers(vec![example]).await;
    let round = library.crawl().await;
    assert_eq!(round.new, 500, "a visit takes the newest only");
    let done = backfill(&library).await;
    assert_eq!((done.new, done.known), (20, 500));
}
