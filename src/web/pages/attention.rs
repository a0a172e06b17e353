//! Records what a reader has seen, where a person looks at a page and not a program.

use axum::http::{HeaderMap, Method};

use crate::{domain::StoryId, reading, report::chain, web::Web};

/// Whether someone is about to read the page, and a browser neither fetches it in advance nor as a part
/// of another one.
pub(in crate::web) fn is_read_by_someone(method: &Method, headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or_default());
    method == Method::GET
        && !says("sec-purpose").is_some_and(|it| it.contains("prefetch"))
        && says("sec-fetch-dest").is_none_or(|it| it == "document")
}

/// The page does not wait for it, since a crawl may be writing.
pub(super) fn record_opened(web: &Web, story: StoryId) {
    let (library, reader) = (web.library().store.clone(), web.reader());
    let now = web.clock().now();
    tokio::spawn(async move {
        if let Err(error) = reading::open(&library, reader, story, now).await {
            tracing::warn!("could not record that story {story} was opened: {}", chain(&error));
        }
    });
}

/// The same of stories in a list.
pub(super) fn record_shown(web: &Web, stories: Vec<StoryId>) {
    let (library, reader) = (web.library().store.clone(), web.reader());
    let now = web.clock().now();
    tokio::spawn(async move {
        if let Err(error) = library.show_stories(reader, &stories, now).await {
            tracing::warn!("could not record what was shown: {}", chain(&error));
        }
    });
}
