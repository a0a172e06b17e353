//! The evidence pack shows what a journal and a list hold of some months, and nothing else.

use serde_json::json;

use crate::support::{
    fake_web::FakeWeb,
    feeds::rss_of,
    program::{Program, argument},
    service::Service,
};
use reqwest::Method;

const QUEUES: &str = "https://example.com/posts/queues-at-scale";

async fn written() -> (FakeWeb, Program) {
    let web = FakeWeb::start().await;
    let feed = rss_of(&["Queues at scale", "Moving off cron"]);
    web.serve_document("/feed", "application/rss+xml", &feed);
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    for arguments in [
        &[
            "--type",
            "design",
            "--title",
            "One queue <b>",
            "--date",
            "2026-02-03",
            "--competency",
            "system design",
            "We keep *one* queue.",
        ][..],
        &[
            "--type",
            "idea",
            "--title",
            "Drop cron",
            "--date",
            "2026-03-01",
            "--state",
            "adopted",
            "--outcome",
            "-18 % p99",
            "No cron.",
        ],
        &["--type", "result", "--title", "It held", "--date", "2026-04-02", "See [[2]]: p99 fell."],
        &["--type", "insight", "--title", "Too late", "--date", "2025-12-31", "Not of the span."],
    ] {
        program.run(&[&["note", QUEUES], arguments].concat()).await.well();
    }
    program.run(&["queue", QUEUES, "--state", "applied"]).await.well();
    (web, program)
}

async fn pack(program: &Program, arguments: &[&str]) -> String {
    let span = ["journal", "pack", "--from", "2026-01", "--to", "2026-06", "--out", "-"];
    program.run(&[&span, arguments].concat()).await.well()
}

#[tokio::test]
async fn a_pack_tells_of_its_months_by_what_notes_show() {
    let (_web, program) = written().await;
    let html = pack(&program, &[]).await;
    for part in [
        "Evidence, January to June 2026",
        "<h2 dir=\"auto\">System design</h2>",
        "One queue &#60;b&#62;",
        "<em>one</em>",
        "Queues at scale</a>",
        "adopted · 1 March 2026",
        "-18 % p99",
        "What came of it",
        "href=\"#note-2\"",
        "The journal is what its ledger says, over 4 lines.",
        "@media print",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(!html.contains("Too late") && !html.contains("<script"), "{html}");
    for outside in ["src=", "<link", "@import", "url("] {
        assert!(!html.contains(outside), "it needs nothing beside it: {outside}");
    }
    let markdown = pack(&program, &["--format", "markdown"]).await;
    for part in [
        "# Evidence, January to June 2026",
        "## System design",
        "We keep *one* queue.",
        "(Result, 2 April 2026)",
    ] {
        assert!(markdown.contains(part), "{part}\n{markdown}");
    }
}

#[tokio::test]
async fn a_pack_follows_a_rubric_and_says_what_is_missing() {
    let (_web, program) = written().await;
    program.write(
        "rubric.toml",
        "[[competency]]\nname = \"Reliability\"\nexpected = \"Keeps it up\"\nwords = [\"p99\"]\n\n\
         [[competency]]\nname = \"Capacity planning\"\n",
    );
    let html = pack(&program, &[]).await;
    for part in [
        "Reliability",
        "Keeps it up",
        "Nothing noted yet on: Capacity planning.",
        "Other notes",
        "Nothing on Capacity planning yet",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    program.write("other.toml", "[[competency]]\nnme = \"x\"\n");
    let other = argument(&program.path("other.toml"));
    let ended = program.run(&["journal", "pack", "--rubric", &other, "--out", "-"]).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("other.toml:1: competency[0].name"), "{}", ended.err);
    let ended = program.run(&["journal", "pack", "--from", "2026-06", "--to", "2026-01"]).await;
    assert!(ended.err.contains("the months end with 2026-01 before"), "{}", ended.err);
}

#[tokio::test]
async fn an_empty_pack_says_so_and_what_to_do() {
    let program = Program::following(&[]);
    let html = pack(&program, &[]).await;
    assert!(html.contains("There is nothing to show of these months yet"), "{html}");
    assert!(!html.contains("<h2 dir=\"auto\">"), "no empty headings: {html}");
}

#[tokio::test]
async fn packs_and_exports_are_pages_and_files_of_the_service() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let note = json!({ "type": "design", "title": "Towers", "text": "Two *towers*", "cites": [1] });
    service.send(Method::POST, "/api/v1/notes", &note).await;
    let page = service.get("/journal/pack?from=2026-01&to=2026-06").await.text;
    assert!(page.contains("<em>towers</em>") && page.contains("href=\"/journal/1\""), "{page}");
    assert!(page.contains("Queues at scale"), "{page}");
    let wrong = service.get("/journal/pack?from=soon").await.text;
    assert!(wrong.contains("`soon` is not a month"), "{wrong}");
    for (path, kind, part) in [
        ("/journal/pack?format=html&from=2026-01&to=2026-06", "text/html", "@media print"),
        ("/journal/pack?format=markdown&from=2026-01&to=2026-06", "text/markdown", "# Evidence"),
        ("/journal/export?format=json", "application/json", "\"peerscope-journal\": 1"),
        ("/journal/export?format=html", "text/html", "id=\"note-1\""),
        ("/journal/export?format=markdown&type=design", "text/markdown", "## Towers"),
    ] {
        let told = service.get(path).await;
        let headers = |name: &str| told.headers[name].to_str().unwrap().to_owned();
        assert!(headers("content-type").starts_with(kind), "{path}");
        assert!(headers("content-disposition").starts_with("attachment; filename="), "{path}");
        assert!(told.text.contains(part), "{path}: {}", told.text);
    }
    let found = service.get("/journal/export?format=markdown&tag=other").await.text;
    assert!(!found.contains("Towers"), "{found}");
    assert!(service.get("/journal/export").await.text.contains("name=\"format\""));
    let ledger = service.json("/api/v1/journal/ledger?lines=true").await;
    assert_eq!((&ledger["sound"], &ledger["lines"]), (&json!(true), &json!(1)));
    assert_eq!(ledger["ledger"][0]["event"], "made");
}
