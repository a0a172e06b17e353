//! The reading list on the command line: order, time, snooze, pages from outside, import and export.

use serde_json::{Value, json};

use crate::support::{
    fake_web::FakeWeb,
    feeds::{essay, rss_of},
    program::Program,
};

const RSS: &str = "application/rss+xml";
const QUEUES: &str = "https://example.com/posts/queues-at-scale";
const CRON: &str = "https://example.com/posts/moving-off-cron";

async fn crawled() -> (FakeWeb, Program) {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Queues at scale", "Moving off cron"]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    (web, program)
}

async fn titles(program: &Program, arguments: &[&str]) -> Vec<String> {
    let all = [&["list", "--json"], arguments].concat();
    let listed: Value = program.run(&all).await.json();
    let rows = listed["readings"].as_array().unwrap().clone();
    rows.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_list_is_shown_in_the_order_and_the_time_that_are_asked_for() {
    let (_web, program) = crawled().await;
    program.run(&["queue", QUEUES, CRON]).await.well();
    assert_eq!(titles(&program, &["--by", "hand"]).await, ["Queues at scale", "Moving off cron"]);
    assert_eq!(titles(&program, &["--minutes", "1"]).await.len(), 1);
    assert_eq!(titles(&program, &["--minutes", "2", "--by", "minutes"]).await.len(), 2);
    let told = program.run(&["list", "snooze", QUEUES, "--until", "2099-01-01"]).await;
    assert_eq!(told.code, Some(1), "that is more than ten years away");
    let told = program.run(&["list", "snooze", QUEUES, "--until", "tomorrow"]).await.well();
    assert!(told.contains("out of sight until 20") && told.contains("Queues at scale"), "{told}");
    assert_eq!(titles(&program, &["--by", "hand"]).await, ["Moving off cron"]);
    assert_eq!(titles(&program, &["--snoozed"]).await, ["Queues at scale"]);
    program.run(&["list", "snooze", QUEUES, "--wake"]).await.well();
    assert_eq!(titles(&program, &["--by", "hand"]).await.len(), 2);
    for wrong in
        [&["list", "--by", "luck"][..], &["list", "--minutes", "0"], &["list", "snooze", CRON]]
    {
        assert_eq!(program.run(wrong).await.code, Some(2), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_list_is_taken_along_and_what_is_wrong_in_another_is_named() {
    let (_web, program) = crawled().await;
    program.run(&["queue", CRON, QUEUES, "--tag", "ads"]).await.well();
    program.run(&["queue", QUEUES, "--state", "applied"]).await.well();
    let other = Program::following(&[]);
    for format in ["json", "csv"] {
        let written = program.run(&["list", "export", "--format", format]).await.well();
        other.write("list", &written);
        other.run(&["list", "import", "list"]).await.well();
        let again = other.run(&["list", "export", "--format", format]).await.well();
        assert_eq!(again, written, "{format}");
    }
    let table = "URL,Title,Selection,Folder,Timestamp\n,Nowhere,,Unread,1700000000\n\
                 https://example.com/posts/moving-off-cron,Cron,,Archive,1700000001\n";
    let ended = program.run_with_input(&["list", "import", "-"], table).await;
    assert!(ended.err.contains("line 2: it has no address"), "{}", ended.err);
    assert!(ended.err.contains("Instapaper"), "{}", ended.err);
    assert!(ended.well().contains("changed    1 story"));
    assert_eq!(titles(&program, &["--state", "studied"]).await, ["Moving off cron"]);
    let ended = program.run_with_input(&["list", "import", "-"], "a,b\n1,2\n").await;
    assert!(ended.code == Some(1) && ended.err.contains("no list that is known"), "{}", ended.err);
}

#[tokio::test]
async fn a_page_from_outside_is_added_by_its_address_and_fetched_at_once() {
    let (web, program) = crawled().await;
    let page = essay("Periscopes").repeat(3);
    let page = format!(
        "<!doctype html><title>Periscopes</title><body><article><h1>Periscopes</h1>{page}</article>"
    );
    web.serve_document("/periscopes", "text/html", &page);
    let address = web.address("/periscopes").to_string();
    let told = program.run(&["list", "add", &address, "--tag", "optics"]).await.well();
    assert!(told.contains("Periscopes\n") && told.contains("#optics"), "{told}");
    let found = program.run(&["search", "periscopes", "--json"]).await.json();
    assert_eq!(found["hits"][0]["peer"], "saved");
    let missing = web.address("/nowhere").to_string();
    let told = program.run(&["list", "add", &missing]).await.well();
    assert!(told.contains("gone"), "{told}");
    let told = program.run(&["list", "add", QUEUES]).await.well();
    assert!(told.contains("Queues at scale"), "{told}");
    assert_eq!(titles(&program, &[]).await.len(), 3);
    let forgotten = program.run(&["forget", "saved", "--yes"]).await.well();
    assert!(forgotten.contains("2 stories on the reading list"), "{forgotten}");
    let listed = program.run(&["list", "--json"]).await.json();
    assert_eq!(listed["readings"].as_array().unwrap().len(), 1);
    assert_eq!(program.run(&["list", "add", "nowhere"]).await.code, Some(1));
    let told = program.run(&["list", "add", &address]).await.well();
    assert!(told.contains("Periscopes"), "it comes back: {told}");
    assert_eq!(listed["readings"][0]["tags"], json!([]));
}
