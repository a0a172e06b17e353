//! Crashes: between any two steps of library and index nothing is lost and nothing comes twice.

use std::{collections::BTreeSet, path::Path, process::Stdio};

use peerscope::{
    crawl::{self, index_follows},
    domain::Address,
    search::{IndexChange, IndexDocument},
    store::{Pick, Step},
};
use tokio::sync::watch;

use crate::support::{fake_web::FakeWeb, feeds::rss_of, library::TestLibrary, program::Program};

const RSS: &str = "application/rss+xml";

/// Titles are in the library once each, and the index finds exactly them.
async fn holds_exactly(library: &TestLibrary, expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(library.titles().await, expected);
    let mut found = library.find("example-post").await;
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(library.doors.index.document_count(), expected.len() as u64);
    assert!(library.doors.store.check().await.unwrap().is_sound());
}

const BOTH: [&str; 2] = ["Example-post about alerts", "Example-post about queues"];

#[tokio::test]
async fn a_failure_around_the_librarys_commit_loses_nothing_and_doubles_nothing() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        let web = FakeWeb::start().await;
        web.serve_document("/feed", RSS, &rss_of(&BOTH));
        let library = TestLibrary::following(&[web.address("/feed")]).await;
        let sources = library.doors.store.sources_to_visit(&Pick::All).await.unwrap();
        let (_running, stop) = watch::channel(false);
        library.doors.store.fail_at(step);
        let failed = crawl::round(&library.doors, sources, stop, &|_| {}).await;
        assert!(failed.is_err());
        let library = library.restart().await;
        index_follows(&library.doors.store, &library.doors.index).await.unwrap();
        library.crawl().await;
        holds_exactly(&library, &BOTH).await;
    }
}

#[tokio::test]
async fn what_the_index_took_in_and_did_not_commit_is_taken_in_again_once() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&BOTH[..1]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let entry = library.entries().await.remove(0);
    let half_done = IndexDocument {
        entry: entry.id,
        story: entry.story,
        source: entry.source,
        peer: entry.peer,
        peer_name: entry.peer_name,
        domains: Vec::new(),
        title: "Example-post that never was".to_owned(),
        headings: Vec::new(),
        body: String::new(),
        authors: Vec::new(),
        categories: Vec::new(),
        language: None,
        words: 460,
        features: Vec::new(),
        ordered: entry.ordered,
        kind: None,
        worth: None,
        expected: 0.0,
        passages: Vec::new(),
        changed: entry.changed,
    };
    let changes = [IndexChange::Remove(entry.id), IndexChange::Put(Box::new(half_done))];
    library.doors.index.apply(&changes).unwrap();
    let library = library.restart().await;
    holds_exactly(&library, &BOTH[..1]).await;
    web.serve_document("/feed", RSS, &rss_of(&BOTH));
    library.crawl().await;
    holds_exactly(&library, &BOTH).await;
}

#[tokio::test]
async fn a_lost_index_is_made_anew_from_the_library() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&BOTH));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let index = library.home().join("index/v1");
    let mut library = library;
    for damage in ["removed", "meta.json gone", "words cut short"] {
        library = library
            .restart_after(async |_| match damage {
                "removed" => std::fs::remove_dir_all(&index).unwrap(),
                "meta.json gone" => std::fs::remove_file(index.join("meta.json")).unwrap(),
                _ => cut_words_short(&index),
            })
            .await;
        index_follows(&library.doors.store, &library.doors.index).await.unwrap();
        holds_exactly(&library, &BOTH).await;
    }
}

fn cut_words_short(index: &Path) {
    for file in std::fs::read_dir(index).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|it| it == "term") {
            std::fs::write(&path, b"short").unwrap();
        }
    }
}

#[tokio::test]
async fn a_library_put_back_from_a_copy_makes_the_index_follow_it_again() {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&BOTH[..1]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let copy = library.home().join("copy.backup");
    library.doors.store.backup(&copy).await.unwrap();
    web.serve_document("/feed", RSS, &rss_of(&["Example-post about alerts", "Example-post, lost"]));
    library.crawl().await;
    let place = library.home().join("library.db");
    let library = library
        .restart_after(async |now| {
            peerscope::store::Store::restore(&copy, &place, now).await.unwrap();
        })
        .await;
    // The next post gets the number that the lost one had.
    web.serve_document("/feed", RSS, &rss_of(&BOTH));
    library.crawl().await;
    holds_exactly(&library, &BOTH).await;
}

#[tokio::test]
async fn a_crawl_that_is_killed_at_any_instant_leaves_what_the_next_one_completes() {
    let web = FakeWeb::start().await;
    let mut expected = BTreeSet::new();
    let mut feeds: Vec<Address> = Vec::new();
    for feed in 0..24 {
        let titles: Vec<String> =
            (0..6).map(|post| format!("Example-post {feed} about subject {post}")).collect();
        let titles_now: Vec<&str> = titles.iter().map(String::as_str).collect();
        let path = format!("/feed/{feed}");
        web.serve_document(&path, RSS, &rss_of(&titles_now));
        feeds.push(web.address(&path));
        expected.extend(titles);
    }
    let program = Program::following(&feeds);
    for requests in [1, 6, 12, 18, 23, 24, 24, 24] {
        let before = web.requests();
        let mut crawl = program.command(&["crawl"]);
        let mut child = crawl.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        web.wait_for_requests(before + requests).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let first = program.run(&["crawl"]).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    let listed = program.run(&["search", "example-post", "-n", "100", "--json"]).await.json();
    assert_eq!(listed["total"], expected.len());
    let doctor = program.run(&["doctor", "--offline"]).await.well();
    assert!(doctor.contains("sound") && doctor.contains("up to date, 144 entries"), "{doctor}");
}
