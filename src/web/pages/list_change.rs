//! Changes of readings from any page: one story or many, in place or on the way back.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    domain::{
        EntryId, Neighbour, ReadingChange, ReadingState, Snooze, SnoozeChange, StoryId, TagChange,
        tags_of,
    },
    extract, reading,
    store::ReadingsDo,
    web::{
        Web,
        api::{self, Named},
        deeds,
        done::{Deed, Done},
        local_path::local_path,
        params::{BadParameter, Params},
        problem::{Problem, Thing},
        viewer::Viewer,
    },
};

/// A script that asks for a change says so, and gets the parts of the page that change.
const IN_PLACE: &str = "x-in-place";

/// What a script puts in place of what there was.
#[derive(Serialize)]
struct Parts {
    deeds: String,
    done: String,
}

/// `POST /stories/{story}/reading`: changes one reading.
pub(in crate::web) async fn post_reading(
    State(web): State<Web>,
    story: Named,
    headers: HeaderMap,
    sent: Bytes,
) -> Result<Response, Problem> {
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let name = api::named(story);
    let missing = || Problem::Missing(Thing::Story, name.chars().take(80).collect());
    let story = name.parse().map(StoryId).map_err(|_| missing())?;
    let (library, now) = (&web.library().store, web.clock().now());
    let what = do_one(&form, now)?;
    let changed = reading::change(library, web.reader(), story, &what, now).await?;
    let done = Done::new(Deed::of(&what), changed.stories.len(), changed.undo);
    if !headers.contains_key(IN_PLACE) {
        return Ok(back_with(&form, Some(done.cookie())));
    }
    let state = library.reading_states(web.reader(), &[story]).await?.remove(&story);
    let parts = Parts { deeds: deeds::of_story(story, state), done: done.html_at(&form) };
    Ok(Json(parts).into_response())
}

/// The page that a form was sent from.
fn back_of(form: &Params) -> String {
    form.text("back").and_then(local_path).unwrap_or_else(|| "/list".to_owned())
}

impl Done {
    /// What it says on a page that stays where it is.
    fn html_at(&self, form: &Params) -> String {
        self.html_back(&back_of(form))
    }
}

/// What a form wants to become of a reading.
fn do_one(form: &Params, now: Timestamp) -> Result<ReadingsDo, Problem> {
    let state = form.text("state");
    if state == Some("none") {
        return Ok(ReadingsDo::Remove);
    }
    let tags = form.has("tags").then(|| tags_in(form.as_typed("tags"))).transpose()?;
    Ok(ReadingsDo::Change(ReadingChange {
        state: form.word("state", ReadingState::from_word, "reading-state")?,
        tags: tags.map_or_else(TagChange::default, TagChange::Replace),
        snooze: form.text("snooze").map_or(Ok(SnoozeChange::Keep), |it| snooze(it, now))?,
        place: form.word("place", neighbour, "list-place")?,
    }))
}

/// What a form wants to become of several readings: `do` says which of its fields counts.
pub(super) fn do_one_of(form: &Params, now: Timestamp) -> Result<ReadingsDo, Problem> {
    let mut change = ReadingChange::default();
    match form.text("do") {
        Some("remove") => return Ok(ReadingsDo::Remove),
        Some("tag") => change.tags = TagChange::Add(tags_in(form.as_typed("tags"))?),
        Some("untag") => change.tags = TagChange::Remove(tags_in(form.as_typed("tags"))?),
        Some("snooze") => change.snooze = snooze(form.text("until").unwrap_or("tomorrow"), now)?,
        Some("wake") => change.snooze = SnoozeChange::Wake,
        _ => change.state = form.word("state", ReadingState::from_word, "reading-state")?,
    }
    Ok(ReadingsDo::Change(change))
}

/// Each once, in the order of the form.
pub(super) fn stories_of(form: &Params) -> Result<Vec<StoryId>, BadParameter> {
    let mut stories = Vec::new();
    for text in form.texts("story") {
        let found = Params::lenient(None).with("story", text).story("story")?;
        stories.extend(found.filter(|it| !stories.contains(it)));
    }
    Ok(stories)
}

fn tags_in(written: &str) -> Result<std::collections::BTreeSet<crate::domain::Tag>, Problem> {
    let words = written.split(|it: char| it == ',' || it.is_whitespace());
    let words = words.map(|it| it.trim_start_matches('#').to_owned());
    let words: Vec<String> = words.filter(|it| !it.is_empty()).collect();
    Ok(tags_of(&words)?)
}

fn snooze(day: &str, now: Timestamp) -> Result<SnoozeChange, Problem> {
    if day == "wake" {
        return Ok(SnoozeChange::Wake);
    }
    let day: Snooze = day.parse()?;
    Ok(SnoozeChange::Until(day.until(now, &Viewer::present().zone)?))
}

pub(in crate::web) fn neighbour(word: &str) -> Option<Neighbour> {
    match word {
        "top" => Some(Neighbour::Top),
        "end" => Some(Neighbour::End),
        "up" => Some(Neighbour::Up),
        "down" => Some(Neighbour::Down),
        other => {
            let (side, story) = other.split_once(':')?;
            let story = StoryId(story.parse().ok()?);
            match side {
                "before" => Some(Neighbour::Before(story)),
                "after" => Some(Neighbour::After(story)),
                _ => None,
            }
        }
    }
}

/// Back to where the form was, if that is here.
pub(super) fn back_with(form: &Params, cookie: Option<HeaderValue>) -> Response {
    let back = back_of(form);
    let mut response = Redirect::to(&back).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `GET /entries/{id}/continue`: where reading goes on, as the article is now.
pub(in crate::web) async fn go_on(State(web): State<Web>, id: Named) -> Result<Redirect, Problem> {
    let found = api::one(&web, id).await?;
    let EntryId(entry) = found.entry.id;
    let report = web.library().store.reading(web.reader(), found.entry.story).await?;
    let position = report.and_then(|it| it.reading.position);
    let blocks = extract::blocks_of(&found.html);
    let texts: Vec<&str> = blocks.iter().map(|it| it.text.as_str()).collect();
    let place = position.and_then(|it| it.block_in(&texts));
    let place = place.map(|it| format!("#b{it}")).unwrap_or_default();
    Ok(Redirect::to(&format!("/entries/{entry}{place}")))
}

/// Kept for mails: their links lead to a page with the form, whose answer leads back there.
pub(super) async fn queue(web: &Web, story: StoryId) -> Result<Done, Problem> {
    let (library, now) = (&web.library().store, web.clock().now());
    let what = ReadingsDo::Change(ReadingChange::default());
    let changed = reading::change(library, web.reader(), story, &what, now).await?;
    let deed = Deed::State(ReadingState::Queued);
    Ok(Done::new(deed, changed.stories.len(), changed.undo))
}
