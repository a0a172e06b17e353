//! What one request's page has to do with the reading list, wherever a story is shown: what can be done with
//! it, and what was just done and can be taken back. Pages name stories only; how far each has come is looked
//! up once, when the page is whole.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt::Write as _,
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::Response,
};

use super::{Web, deeds, done::Done};
use crate::{
    domain::{ReadingState, StoryId},
    report::chain,
};

tokio::task_local! {
    static HERE: Here;
}

/// Of the request that is being answered.
struct Here {
    /// Path and query of the page, to come back to.
    path: String,
    /// What the request before did.
    done: Option<Done>,
    is_told: Cell<bool>,
    /// Stories that the page shows.
    stories: RefCell<Vec<StoryId>>,
}

/// Where to come back to from what is done on this page.
pub(super) fn path() -> String {
    HERE.try_with(|it| it.path.clone()).unwrap_or_else(|_| "/".to_owned())
}

/// What was just done, to be told on this page and on no other.
pub(super) fn done() -> Option<Done> {
    let done = HERE.try_with(|it| {
        it.is_told.set(it.done.is_some());
        it.done.clone()
    });
    done.ok().flatten()
}

/// Where on the page it stands what can be done with a story.
pub(super) fn deeds_of(story: StoryId) -> String {
    // Outside of a request nobody fills it in, and a comment does no harm.
    let _ = HERE.try_with(|it| it.stories.borrow_mut().push(story));
    mark(story)
}

/// The same, as templates name a story.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references over")]
pub(super) fn deeds_at(story: &i64) -> String {
    deeds_of(StoryId(*story))
}

/// No text on a page holds it, since all of them are escaped or without comments.
fn mark(story: StoryId) -> String {
    format!("<!--story:{story}-->")
}

/// A layer: fills in on a page what can be done with the stories on it.
pub(super) async fn filled(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    let done = Done::of(request.headers());
    let (is_told, stories) = (Cell::new(false), RefCell::default());
    let here = Here { path, done, is_told, stories };
    HERE.scope(here, async {
        let mut response = next.run(request).await;
        let (stories, is_told) = HERE.with(|it| (it.stories.take(), it.is_told.get()));
        if !stories.is_empty() {
            response = fill(&web, response, stories).await;
        }
        if is_told && !response.headers().contains_key(header::SET_COOKIE) {
            response.headers_mut().append(header::SET_COOKIE, Done::taken_back());
        }
        response
    })
    .await
}

async fn fill(web: &Web, response: Response, stories: Vec<StoryId>) -> Response {
    let states = states(web, &stories).await;
    let (mut parts, body) = response.into_parts();
    // A page is in memory already.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let page = String::from_utf8_lossy(&bytes);
    let filled = with_deeds(&page, &states);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(filled))
}

/// A page without what is on the list is better than none.
async fn states(web: &Web, stories: &[StoryId]) -> HashMap<StoryId, ReadingState> {
    let states = web.library().store.reading_states(web.reader(), stories).await;
    states.unwrap_or_else(|error| {
        tracing::warn!("could not look up what is on the list: {}", chain(&error));
        HashMap::new()
    })
}

fn with_deeds(page: &str, states: &HashMap<StoryId, ReadingState>) -> String {
    let mut filled = String::with_capacity(page.len() * 2);
    let mut pieces = page.split("<!--story:");
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (number, rest) = piece.split_once("-->").unwrap_or((piece, ""));
        match number.parse().map(StoryId) {
            Ok(story) => filled.push_str(&deeds::of_story(story, states.get(&story).copied())),
            Err(_) => {
                let _ = write!(filled, "<!--story:{number}-->");
            }
        }
        filled.push_str(rest);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_filled_and_what_only_looks_like_one_stays() {
        let states = HashMap::from([(StoryId(7), ReadingState::Studied)]);
        let page =
            format!("<li>{}</li><p>&lt;!--story:8--&gt;</p><!--story:x-->", mark(StoryId(7)));
        let filled = with_deeds(&page, &states);
        assert!(filled.contains("/stories/7/reading") && !filled.contains("<!--story:7"));
        assert!(filled.ends_with("<p>&lt;!--story:8--&gt;</p><!--story:x-->"));
    }
}
