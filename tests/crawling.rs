//! Crawling: what is asked of servers, what is kept, and what is not done.

use std::time::Duration;

use peerscope::domain::{Address, FailureKind, Peer, Source, SourceType};

use crate::support::{
    fake_web::{FakeWeb, Response, nobody_listens},
    feeds::{Post, essay, post, rss, rss_of},
    library::{TestLibrary, peer},
};

const RSS: &str = "application/rss+xml";
const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn an_unchanged_feed_is_downloaded_only_once() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Queues at scale"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    let first = library.crawl().await;
    let second = library.crawl().await;
    assert_eq!(library.titles().await, ["Queues at scale"]);
    assert_eq!((web.answers("/feed", 200), web.answers("/feed", 304)), (1, 1));
    assert_eq!((first.new, second.new, second.unchanged), (1, 0, 1));
    assert!(second.saved_bytes > 500, "{}", second.saved_bytes);
}

#[tokio::test]
async fn what_was_crawled_is_found() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/feed",
        RSS,
        &rss_of(&["Dynamic pricing for groceries", "Moving off cron"]),
    );
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    assert_eq!(library.find("dynamic pricing").await[0], "Dynamic pricing for groceries");
    assert_eq!(library.find("\"off cron").await, ["Moving off cron"]);
}

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_only_after_a_successful_parse() {
    let web = FakeWeb::start().await;
    let serve = |etag: &'static [u8], body: String| {
        web.serve("/feed", move |_| {
            Response::ok(&body)
                .header("ETag", etag)
                .header("Last-Modified", "yesterday, about noon")
        });
    };
    serve(b"W/\"odd \xfc quote", rss_of(&["One"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    serve(b"\"broken\"", "<html><title>Down for maintenance</title></html>".to_owned());
    let failed = library.crawl().await;
    assert_eq!(failed.failed.get(&FailureKind::NotAFeed), Some(&1));
    library.advance(HOUR * 3);
    serve(b"\"new\"", rss_of(&["One", "Two"]));
    library.crawl().await;
    let asked = web.asked();
    for request in &asked[1..] {
        assert_eq!(request.header("if-none-match"), Some(b"W/\"odd \xfc quote".as_slice()));
        assert_eq!(request.text("if-modified-since"), "yesterday, about noon");
    }
    assert_eq!(library.titles().await, ["One", "Two"]);
}

#[tokio::test]
async fn a_304_refreshes_the_validators_it_brings() {
    let web = FakeWeb::start().await;
    let body = rss_of(&["One"]);
    web.serve("/feed", move |asked| match asked.text("if-none-match").as_str() {
        "" => Response::ok(&body).header("ETag", "\"1\""),
        _ => Response::of(304, "").header("ETag", "\"2\""),
    });
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    for _ in 0..3 {
        library.crawl().await;
    }
    let sent: Vec<String> = web.asked().iter().map(|it| it.text("if-none-match")).collect();
    assert_eq!(sent, ["", "\"1\"", "\"2\""]);
}

#[tokio::test]
async fn a_new_etag_is_a_change_even_with_the_same_date_and_the_same_bytes_are_none() {
    let web = FakeWeb::start().await;
    let serve = |etag: &'static str, body: String| {
        web.serve("/feed", move |_| {
            Response::ok(&body)
                .header("ETag", etag)
                .header("Last-Modified", "Mon, 02 Feb 2026 08:00:00 GMT")
        });
    };
    serve("\"1\"", rss_of(&["One"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    serve("\"2\"", rss_of(&["One", "Two"]));
    assert_eq!(library.crawl().await.new, 1);
    serve("\"3\"", rss_of(&["One", "Two"]));
    let moved_only = library.crawl().await;
    assert_eq!((moved_only.new, moved_only.edited, moved_only.unchanged), (0, 0, 1));
}

#[tokio::test]
async fn nothing_is_polled_early_after_a_restart() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["One"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl_due().await;
    let library = library.restart().await;
    assert_eq!(library.crawl_due().await.visited, 0);
    assert_eq!(web.requests(), 1);
    library.advance(HOUR * 25);
    assert_eq!(library.crawl_due().await.visited, 1);
    assert_eq!(web.conditional_requests(), 1);
}

#[tokio::test]
async fn retry_after_is_obeyed_for_429_and_503_and_survives_a_restart() {
    for (status, kind) in [(429, FailureKind::TooManyRequests), (503, FailureKind::Server)] {
        let web = FakeWeb::start().await;
        web.serve("/feed", move |_| Response::of(status, "later").header("Retry-After", "86400"));
        let library = TestLibrary::following(&[web.address("/feed")]).await;
        assert_eq!(library.crawl().await.failed.get(&kind), Some(&1));
        let library = library.restart().await;
        library.advance(HOUR * 23);
        let round = library.crawl().await;
        assert_eq!((round.visited, round.waiting, web.requests()), (0, 1, 1));
        library.advance(HOUR * 4);
        assert_eq!(library.crawl().await.visited, 1);
    }
}

#[tokio::test]
async fn a_feed_that_is_gone_is_muted_until_someone_asks() {
    let web = FakeWeb::start().await;
    web.serve("/feed", |_| Response::of(410, "gone"));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    assert_eq!(library.crawl().await.failed.get(&FailureKind::Gone), Some(&1));
    library.advance(HOUR * 24 * 60);
    assert_eq!(library.crawl().await.visited, 0);
    web.serve_document("/feed", RSS, &rss_of(&["Back again"]));
    let pick = peerscope::store::Pick::Peer("peer-1".parse().unwrap());
    let asked = library.doors.store.sources_to_visit(&pick).await.unwrap();
    assert_eq!(library.visit(asked).await.new, 1);
    assert!(!library.source(&web.address("/feed")).await.state.muted);
}

#[tokio::test]
async fn a_permanent_redirect_is_kept_after_three_visits_and_a_temporary_one_never() {
    let web = FakeWeb::start().await;
    web.serve_document("/new", RSS, &rss_of(&["One"]));
    let new = web.address("/new");
    let to = new.to_string();
    web.serve("/old", move |_| Response::redirect(301, &to));
    let to = web.address("/new").to_string();
    web.serve("/sometimes", move |_| Response::redirect(302, &to));
    let library = TestLibrary::following(&[web.address("/old"), web.address("/sometimes")]).await;
    for _ in 0..3 {
        library.crawl().await;
    }
    assert_eq!(library.source(&web.address("/old")).await.state.in_use, new);
    let sometimes = web.address("/sometimes");
    assert_eq!(library.source(&sometimes).await.state.in_use, sometimes);
    library.crawl().await;
    assert_eq!(web.asked().iter().filter(|it| it.path == "/old").count(), 3);
}

#[tokio::test]
async fn a_source_never_moves_to_where_another_one_is() {
    let web = FakeWeb::start().await;
    web.serve_document("/new", RSS, &rss_of(&["One"]));
    let to = web.address("/new").to_string();
    web.serve("/old", move |_| Response::redirect(301, &to));
    let library = TestLibrary::following(&[web.address("/old"), web.address("/new")]).await;
    for _ in 0..4 {
        library.crawl().await;
    }
    let old = web.address("/old");
    assert_eq!(library.source(&old).await.state.in_use, old);
}

#[tokio::test]
async fn each_failure_is_told_under_its_own_name_and_delays_nobody() {
    let web = FakeWeb::start().await;
    web.serve("/500", |_| Response::of(500, "oops"));
    web.serve("/403", |_| Response::of(403, "no"));
    web.serve("/401", |_| Response::of(401, "who?"));
    web.serve("/html", |_| {
        Response::ok("<!doctype html><title>Hi</title>").header("Content-Type", "text/html")
    });
    web.serve("/empty", |_| Response::ok(""));
    web.serve("/reset", |_| Response::reset());
    web.serve("/endless", |_| Response::endless(vec![b' '; 65_536]));
    web.serve_document("/good", RSS, &rss_of(&["Good"]));
    let silent = FakeWeb::start_at("127.0.0.2").await;
    silent.serve("/silent", |_| Response::silent());
    let nobody = format!("http://{}/feed", nobody_listens()).parse().unwrap();
    let mut feeds: Vec<_> =
        ["/500", "/403", "/401", "/html", "/empty", "/reset", "/endless", "/missing", "/good"]
            .map(|path| web.address(path))
            .to_vec();
    feeds.push(silent.address("/silent"));
    feeds.push(nobody);
    let library = TestLibrary::following(&feeds).await;
    let round = library.crawl().await;
    let kinds: Vec<FailureKind> = round.failed.keys().copied().collect();
    for kind in [
        FailureKind::Server,
        FailureKind::Denied,
        FailureKind::Unauthorized,
        FailureKind::NotAFeed,
        FailureKind::Empty,
        FailureKind::Reset,
        FailureKind::TooLarge,
        FailureKind::NotFound,
        FailureKind::Timeout,
        FailureKind::Refused,
    ] {
        assert_eq!(round.failed.get(&kind), Some(&1), "{kind:?} of {kinds:?}");
    }
    assert_eq!(library.titles().await, ["Good"]);
    assert_eq!(web.most_at_once(), 1);
}

#[tokio::test]
async fn an_outage_of_our_own_is_counted_against_nobody() {
    let nobody: Vec<_> = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]
        .map(|ip| format!("http://{ip}:{}/feed", nobody_listens().port()).parse().unwrap())
        .to_vec();
    let library = TestLibrary::following(&nobody).await;
    let round = library.crawl().await;
    assert!(round.outage);
    let state = library.source(&nobody[0]).await.state;
    assert_eq!((state.failures, state.not_before), (0, None));
}

#[tokio::test]
async fn a_site_whose_robots_txt_is_as_far_away_as_everything_hides_no_outage() {
    let nobody = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]
        .map(|ip| format!("http://{ip}:{}/", nobody_listens().port()).parse().unwrap());
    let mut peers: Vec<Peer> = nobody
        .iter()
        .enumerate()
        .map(|(at, feed): (usize, &Address)| peer(&format!("Peer {at}"), feed.clone()))
        .collect();
    peers[3].sources = vec![Source::new(nobody[3].clone(), SourceType::Site)];
    let library = TestLibrary::following_peers(peers).await;
    let round = library.crawl().await;
    assert!(round.outage);
    for address in &nobody {
        let state = library.source(address).await.state;
        assert_eq!((state.failures, state.not_before), (0, None), "{address}");
    }
}

#[tokio::test]
async fn a_broken_feed_yields_what_can_be_read_with_a_complaint() {
    let web = FakeWeb::start().await;
    let whole = rss_of(&["First", "Second", "Third"]);
    let cut = whole[..whole.len() * 3 / 4].to_owned();
    web.serve("/feed", move |_| Response::ok(&cut).header("Content-Type", RSS));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    let round = library.crawl().await;
    assert!(round.failed.is_empty(), "{:?}", round.failed);
    assert!(library.titles().await.contains(&"First".to_owned()));
    assert!(!library.source(&web.address("/feed")).await.state.complaints.is_empty());
}

#[tokio::test]
async fn an_edit_keeps_the_former_text_and_is_found_by_the_new_one() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Queues at scale"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let before = library.entries().await.remove(0);
    let edited = Post {
        html: format!("{}<p>Correction: zookeeper</p>", essay("Queues at scale")),
        ..post("Queues at scale")
    };
    web.serve_document("/feed", RSS, &rss(&[edited]));
    let round = library.crawl().await;
    assert_eq!((round.new, round.edited), (0, 1));
    let after = library.entries().await.remove(0);
    assert_eq!((after.id, after.arrived), (before.id, before.arrived));
    assert!(after.changed > before.changed);
    let revisions = library.doors.store.revisions(after.id).await.unwrap();
    assert_eq!(revisions.len(), 1);
    assert!(!revisions[0].html.contains("zookeeper"));
    assert_eq!(library.find("zookeeper").await, ["Queues at scale"]);
}

#[tokio::test]
async fn what_was_deleted_stays_deleted_and_is_not_found() {
    let web = FakeWeb::start().await;
    web.serve("/feed", |_| Response::ok(rss_of(&["Keep me", "Delete me"])));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let entries = library.entries().await;
    let unwanted = entries.iter().find(|it| it.title == "Delete me").unwrap().id;
    library.doors.store.delete_entry(unwanted, library.now()).await.unwrap();
    web.serve("/feed", |_| Response::ok(rss_of(&["Keep me", "Delete me", "New"])));
    library.crawl().await;
    assert_eq!(library.titles().await, ["Keep me", "New"]);
    assert!(library.find("delete").await.is_empty());
}

#[tokio::test]
async fn a_backlog_is_marked_and_ordered_by_publication_and_later_posts_by_first_sight() {
    let web = FakeWeb::start().await;
    let dated = |title: &str, published: &str| Post { published: published.into(), ..post(title) };
    let old = dated("Old", "Mon, 05 Jan 2026 08:00:00 GMT");
    let older = dated("Older", "Mon, 01 Dec 2025 08:00:00 GMT");
    let to_come = dated("To come", "Mon, 01 Mar 2027 08:00:00 GMT");
    web.serve_document("/feed", RSS, &rss(&[old.clone(), older.clone(), to_come.clone()]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let late = dated("Late", "Tue, 02 Dec 2025 08:00:00 GMT");
    web.serve_document("/feed", RSS, &rss(&[late, old, older, to_come]));
    library.advance(HOUR);
    library.crawl().await;
    let entries = library.entries().await;
    let listed: Vec<(&str, bool)> =
        entries.iter().map(|it| (it.title.as_str(), it.backlog)).collect();
    assert_eq!(listed, [("Late", false), ("Old", true), ("Older", true), ("To come", true)]);
    assert_eq!(entries[3].published, None, "a date to come is none");
}

#[tokio::test]
async fn a_peers_only_source_may_be_replaced_and_its_entries_stay() {
    let web = FakeWeb::start().await;
    web.serve_document("/old", RSS, &rss_of(&["One", "Two"]));
    web.serve_document("/new", RSS, &rss_of(&["Two", "Three"]));
    let mut library =
        TestLibrary::following_peers(vec![peer("Example", web.address("/old"))]).await;
    library.crawl().await;
    library.follow_peers(vec![peer("Example", web.address("/new"))]).await;
    library.crawl().await;
    assert_eq!(library.titles().await, ["One", "Three", "Two"]);
}

#[tokio::test]
async fn a_peer_taken_out_of_the_file_is_not_visited_and_leaves_lists_and_search_until_it_returns()
{
    let web = FakeWeb::start().await;
    web.serve_document("/a", RSS, &rss_of(&["From a"]));
    web.serve_document("/b", RSS, &rss_of(&["From b"]));
    let (a, b) = (peer("A", web.address("/a")), peer("B", web.address("/b")));
    let mut library = TestLibrary::following_peers(vec![a.clone(), b.clone()]).await;
    library.crawl().await;
    library.follow_peers(vec![a.clone()]).await;
    library.crawl().await;
    assert_eq!(library.titles().await, ["From a"]);
    assert_eq!(library.find("from").await, ["From a"]);
    assert_eq!(web.answers("/b", 304), 0);
    library.follow_peers(vec![a, b]).await;
    library.crawl().await;
    assert_eq!(library.titles().await, ["From a", "From b"]);
    assert_eq!(library.find("from").await.len(), 2);
}

#[tokio::test]
async fn a_sources_filters_decide_what_is_kept() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Blog post"]).replace("/posts/", "/press/"));
    let source = Source { keep: vec!["/posts/".into()], ..Source::feed(web.address("/feed")) };
    let mut filtered = peer("Example", web.address("/feed"));
    filtered.sources = vec![source];
    let library = TestLibrary::following_peers(vec![filtered]).await;
    assert_eq!(library.crawl().await.new, 0);
    assert!(library.titles().await.is_empty());
}

#[tokio::test]
async fn scripts_and_pixels_of_a_feed_never_reach_the_library() {
    let web = FakeWeb::start().await;
    let html = "<p onclick=\"steal()\">Text<script>steal()</script>\
                <img src=\"https://pixel.example/p.gif\" width=\"1\" height=\"1\">\
                <a href=\"javascript:steal()\">link</a> <a href=\"/more?utm_source=rss\">more</a></p>";
    web.serve_document("/feed", RSS, &rss(&[Post { html: html.into(), ..post("Hostile") }]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let id = library.entries().await[0].id;
    let stored = library.doors.store.entry(id).await.unwrap().unwrap().html;
    for bad in ["script", "onclick", "javascript", "pixel", "utm_"] {
        assert!(!stored.contains(bad), "{bad} in {stored}");
    }
    assert!(stored.contains("https://example.com/more"), "{stored}");
}
