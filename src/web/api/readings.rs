//! A reader's list over the API, and what the reader has seen.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderName, StatusCode, header},
};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Named,
    handlers::Answer,
    sent::{Sent, deleted, number, part},
};
use crate::{
    domain::{
        Address, EntryId, LONGEST_SITTING, ListOrder, Neighbour, Position, Reading, ReadingChange,
        ReadingState, Seen, Snooze, SnoozeChange, StoryId, Tag, TagChange, reading_minutes,
        tags_of,
    },
    reading::{self, ListAsk},
    store::{KeptPage, ListView, ReadingReport, ReadingsAsk},
    web::{
        Web, pages,
        params::{BadParameter, Params, kept_cursor_text},
        problem::{Problem, Thing},
        viewer::Viewer,
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
    /// Out of sight until then.
    snoozed_until: Option<Timestamp>,
    /// How far it is read.
    position: Option<Position>,
    /// That stands for the story; `null` where it was forgotten.
    entry: Option<i64>,
    title: String,
    url: Option<Address>,
    peer: Option<String>,
    peer_name: String,
    /// To read all of it; `null` where there is no text.
    minutes: Option<u32>,
    /// What asking for its page came to; `null` before anybody thought about it.
    article: Option<ArticleStateShape>,
}

#[derive(Debug, Serialize)]
struct ArticleStateShape {
    state: &'static str,
    reason: Option<String>,
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
        let ReadingReport {
            reading, entry, title, address, peer, peer_name, words, article, ..
        } = report;
        let Reading {
            story, state, tags, added, changed, finished, snoozed_until, position, ..
        } = reading;
        let shape = |(state, reason): (crate::domain::ArticleState, _)| ArticleStateShape {
            state: state.as_str(),
            reason,
        };
        Self {
            story: story.0,
            state,
            tags,
            added,
            changed,
            finished,
            snoozed_until,
            position,
            entry: entry.map(|it| it.0),
            title,
            url: address,
            peer,
            peer_name,
            minutes: Some(reading_minutes(words)).filter(|it| *it > 0),
            article: article.map(shape),
        }
    }
}

pub(crate) async fn readings(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<ReadingList> {
    let known = ["state", "tag", "limit", "cursor", "by", "minutes", "snoozed"];
    let params = Params::read(query.as_deref(), &known)?;
    let (before, limit) = part(&params)?;
    let state = params.word("state", ReadingState::from_word, "reading-state")?;
    let tag = params.tag("tag")?;
    if let Some(ask) = list_ask(&params, state)? {
        let ask = ListAsk { tag, limit: limit as usize, ..ask };
        let now = web.clock().now();
        let rows = reading::list_part(web.library(), &web.asker(), &ask, now).await?.rows;
        return Ok(Json(KeptPage { rows, next: None }.into()));
    }
    let ask = ReadingsAsk { state, tag, before, limit };
    let page = web.library().store.readings(web.reader(), &ask).await?;
    Ok(Json(page.into()))
}

/// In another order than by time, or only what fits into some minutes: what is in sight, or what is not.
fn list_ask(params: &Params, state: Option<ReadingState>) -> Result<Option<ListAsk>, BadParameter> {
    let by = params.word("by", ListOrder::from_word, "list-order")?;
    let minutes = params.number("minutes", 0, 1, LONGEST_SITTING as usize)?;
    let minutes = u32::try_from(minutes).ok().filter(|it| *it > 0);
    let snoozed = params.yes("snoozed")?;
    if by.is_none() && minutes.is_none() && !snoozed {
        return Ok(None);
    }
    let view = match state {
        _ if snoozed => ListView::Snoozed,
        Some(state) => ListView::State(state),
        None => ListView::Waiting,
    };
    let usual = if minutes.is_some() { ListOrder::Fit } else { ListOrder::Hand };
    Ok(Some(ListAsk { order: by.unwrap_or(usual), minutes, ..ListAsk::of(view) }))
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
    /// `top`, `end`, `up`, `down`, `before:STORY` or `after:STORY`.
    place: Option<String>,
    /// `tomorrow`, `monday` or a day; `null` wakes it.
    #[serde(default)]
    snooze: SentSnooze,
}

/// What is `null` is there all the same.
#[derive(Debug, Default)]
enum SentSnooze {
    #[default]
    Unsaid,
    Wake,
    Until(String),
}

impl<'de> Deserialize<'de> for SentSnooze {
    fn deserialize<D: Deserializer<'de>>(sent: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(sent)?.map_or(Self::Wake, Self::Until))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentPage {
    address: String,
    /// What it is called until its page says so.
    #[serde(default)]
    title: String,
    #[serde(default)]
    tags: Vec<String>,
}

/// Puts a page from outside on the list: one that the library holds as it is, another one as an entry whose
/// page is asked for.
pub(crate) async fn post_reading(
    State(web): State<Web>,
    sent: Sent<SentPage>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<ReadingShape>), Problem> {
    let Json(SentPage { address, title, tags }) = sent?;
    let address = pages::address_in(&address)?;
    let tags = tags_of(&tags)?.into_iter().collect();
    let (library, now) = (&web.library().store, web.clock().now());
    let saved = reading::save_page(library, web.reader(), address, (&title, tags), now).await?;
    let status = if saved.undo.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let place = format!("/api/v1/readings/{}", saved.report.reading.story);
    Ok((status, [(header::LOCATION, place)], Json(saved.report.into())))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentPosition {
    /// Whose text is read: a story may be told by several.
    entry: i64,
    /// Of the blocks that places on its page are named after, from 0 on.
    block: u32,
    /// How much of the block is read, in thousandths.
    #[serde(default)]
    within: u16,
}

/// Remembers how far a story on the list is read.
pub(crate) async fn put_position(
    State(web): State<Web>,
    story: Named,
    sent: Sent<SentPosition>,
) -> Result<StatusCode, Problem> {
    let story = StoryId(number(Thing::Reading, story)?);
    let Json(SentPosition { entry, block, within }) = sent?;
    let (library, entry) = (&web.library().store, EntryId(entry));
    reading::remember_position(library, (web.reader(), story), entry, (block, within)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn put_reading(
    State(web): State<Web>,
    story: Named,
    sent: Sent<SentReading>,
) -> Answer<ReadingShape> {
    let story = StoryId(number(Thing::Story, story)?);
    let Json(SentReading { state, tags, place, snooze }) = sent?;
    let (library, now) = (&web.library().store, web.clock().now());
    let tags = match tags {
        Some(tags) => TagChange::Replace(tags_of(&tags)?),
        None => TagChange::default(),
    };
    let snooze = match snooze {
        SentSnooze::Unsaid => SnoozeChange::Keep,
        SentSnooze::Wake => SnoozeChange::Wake,
        SentSnooze::Until(day) => {
            let day: Snooze = day.parse()?;
            SnoozeChange::Until(day.until(now, &Viewer::present().zone)?)
        }
    };
    let place = place.map(|it| placed(&it)).transpose()?;
    let change = ReadingChange { state, tags, snooze, place };
    Ok(Json(reading::put(library, web.reader(), story, change, now).await?.into()))
}

fn placed(word: &str) -> Result<Neighbour, BadParameter> {
    let found = Params::lenient(None).with("place", word);
    let place = found.word("place", pages::neighbour, "list-place")?;
    Ok(place.unwrap_or(Neighbour::End))
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
