//! What a reader does in a sitting, from the first click to the last.

use super::{driver::Browser, seeded};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium and its driver"]
async fn a_reader_searches_opens_queues_and_notes_without_scripts() {
    let service = seeded::crawled().await;
    let browser = Browser::at(service.address).await;
    browser.without_scripts().await;
    browser.go("/").await;
    browser.type_into(".quick input[name=q]", "tail latency\u{e007}").await;
    browser.find(".results").await;
    assert!(browser.place().await.starts_with("/search?q=tail+latency"));
    browser
        .find_by_text("a", "How we cut the tail latency of checkout from 900 ms to 120 ms")
        .await
        .click()
        .await
        .unwrap();
    browser.find("article.entry").await;
}
