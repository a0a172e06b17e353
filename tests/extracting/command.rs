//! `peerscope extract`, as a user types it.

use super::page;
use crate::support::{
    fake_web::FakeWeb,
    program::{Program, argument},
};

const HTML: &str = "text/html; charset=utf-8";

#[tokio::test]
async fn a_page_is_fetched_and_shown_with_all_that_is_known_of_it() {
    let web = FakeWeb::start().await;
    web.serve_document("/blog/queue", HTML, &page("wordpress"));
    let program = Program::new();
    let address = web.address("/blog/queue");
    let told = program.run(&["extract", address.as_str()]).await.well();
    for line in [
        "The queue that lied",
        "standing    the whole article",
        "authors     Nadia Okoro",
        "published   2024-05-17T09:30:00Z",
        "language    en-US",
        "how         the text stands in <div class=\"entry-content\">",
        "Measure the wait, not the line.",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let json = program.run(&["extract", address.as_str(), "--json"]).await.json();
    assert_eq!(json["standing"], "whole");
    assert_eq!(json["authors"][0], "Nadia Okoro");
    assert!(json["images"][0].as_str().unwrap().ends_with("/images/waiting-time.png"));
    assert!(!json["text"].as_str().unwrap().contains("Waiting time by hour\n"), "{json}");
}

#[tokio::test]
async fn a_file_or_standard_input_is_written_as_markdown_or_as_plain_text() {
    let program = Program::new();
    program.write("page.html", &page("jekyll"));
    let file = program.path("page.html");
    let markdown = program.run(&["extract", &argument(&file), "--markdown"]).await.well();
    for part in [
        "## Related work on waiting lines",
        "```rust\nfn drain(queue: &mut Queue) -> usize {\n    let waiting = queue.len();",
        "| p99 | 9 s | 210 ms |",
        "- Workers slept while partitions were full.",
        "> Measure the wait, not the line.",
    ] {
        assert!(markdown.contains(part), "{part} is not in {markdown}");
    }
    let text = program
        .run_with_input(&["extract", "-", "--text", "--remove", "blockquote"], &page("jekyll"))
        .await
        .well();
    assert!(text.starts_with("Last spring our checkout queue"), "{text}");
    assert!(!text.contains("Measure the wait"), "{text}");
}

#[tokio::test]
async fn what_is_no_article_ends_with_a_code_that_says_so() {
    let program = Program::new();
    let wall = "<title>Just a moment...</title><p>Verifying you are human.</p>";
    let ended = program.run_with_input(&["extract", "-"], wall).await;
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.out.contains("a wall against bots"), "{}", ended.out);
    let wrong = program.run_with_input(&["extract", "-", "--article", "p["], "<p>a</p>").await;
    assert_eq!(wrong.code, Some(1), "{}", wrong.err);
    assert!(wrong.err.contains("is not a CSS selector"), "{}", wrong.err);
}
