//! A reader's list over the API, and what the reader has seen.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Named,
    handlers::Answer,
    sent::{Sent, deleted, number, part},
};
use crate::{
    domain::{
        Address, Reading, ReadingChange, ReadingState, Seen, StoryId, Tag, TagChange, tags_of,
    },
    reading,
    store::{KeptPage, ReadingReport, ReadingsAsk},
    web::{
        Web,
        params::{Params, kept_cursor_text},
        problem::{Problem, Thing},
    },
};

/// A part of a reader's list.
#[derive(Debug, Serialize)]
pub struct ReadingList {
    readings: Vec<ReadingShape>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct ReadingShape {
    story: i64,
    state: ReadingState,
    tags: BTreeSet<Tag>,
    added: Timestamp,
    changed: Timestamp,
    /// Since when nothing is left to read.
    finished: Option<Timestamp>,
    /// That stands for the story; `null` where it was forgotten.
    entry: Option<i64>,
    title: String,
    url: Option<Address>,
    peer: Option<String>,
    peer_name: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct SeenShape {
    story: i64,
    shown: Timestamp,
    opened: Option<Timestamp>,
}

impl From<KeptPage<ReadingReport>> for ReadingList {
    fn from(page: KeptPage<ReadingReport>) -> Self {
        let next = page.next.as_ref().map(kept_cursor_text);
        Self { readings: page.rows.into_iter().map(Into::into).collect(), next }
    }
}

impl From<ReadingReport> for ReadingShape {
    fn from(report: ReadingReport) -> Self {
        let ReadingReport { reading, entry, title, address, peer, peer_name } = report;
        let Reading { story, state, tags, added, changed, finished } = reading;
        let (story, entry) = (story.0, entry.map(|it| it.0));
        let url = address;
        Self { story, state, tags, added, changed, finished, entry, title, url, peer, peer_name }
    }
}

pub(crate) async fn readings(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<ReadingList> {
    let params = Params::read(query.as_deref(), &["state", "tag", "limit", "cursor"])?;
    let (before, limit) = part(&params)?;
    let state = params.word("state", ReadingState::from_word, "reading-state")?;
    let ask = ReadingsAsk { state, tag: params.tag("tag")?, before, limit };
    let page = web.library().store.readings(web.reader(), &ask).await?;
    Ok(Json(page.into()))
}

pub(crate) async fn reading(State(web): State<Web>, story: Named) -> Answer<ReadingShape> {
    let story = number(Thing::Reading, story)?;
    let found = web.library().store.reading(web.reader(), StoryId(story)).await?;
    let report = found.ok_or_else(|| Problem::Missing(Thing::Reading, story.to_string()))?;
    Ok(Json(report.into()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentReading {
    state: Option<ReadingState>,
    /// In place of those that there are.
    tags: Option<Vec<String>>,
}

pub(crate) async fn put_reading(
    State(web): State<Web>,
    story: Named,
    sent: Sent<SentReading>,
) -> Answer<ReadingShape> {
    let story = StoryId(number(Thing::Story, story)?);
    let Json(SentReading { state, tags }) = sent?;
    let tags = match tags {
        Some(tags) => TagChange::Replace(tags_of(&tags)?),
        None => TagChange::Add(BTreeSet::new()),
    };
    let change = ReadingChange { state, tags };
    let (library, now) = (&web.library().store, web.clock().now());
    Ok(Json(reading::put(library, web.reader(), story, change, now).await?.into()))
}

pub(crate) async fn delete_reading(
    State(web): State<Web>,
    story: Named,
) -> Result<StatusCode, Problem> {
    let story = number(Thing::Reading, story)?;
    let library = &web.library().store;
    let was_there = reading::take_off(library, web.reader(), StoryId(story)).await?;
    deleted(was_there, Thing::Reading, &story.to_string())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentSeen {
    #[serde(default)]
    opened: bool,
}

pub(crate) async fn put_seen(
    State(web): State<Web>,
    story: Named,
    sent: Sent<SentSeen>,
) -> Answer<SeenShape> {
    let story = StoryId(number(Thing::Story, story)?);
    let Json(SentSeen { opened }) = sent?;
    let (library, now) = (&web.library().store, web.clock().now());
    let seen = if opened {
        reading::open(library, web.reader(), story, now).await?
    } else {
        reading::show(library, web.reader(), story, now).await?
    };
    let Seen { shown, opened } = seen;
    Ok(Json(SeenShape { story: story.0, shown, opened }))
}
