//! The JSON of topics.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Named,
    handlers::{Answer, DEEPEST_OFFSET, MOST_HITS, USUAL_HITS},
    search::SearchAnswer,
};
use crate::{
    domain::{Address, Slug, Topic, query::Query},
    reading::{self, Hit, TopicStand, Wanted},
    web::{Web, params::Params},
};

#[derive(Debug, Serialize)]
pub struct TopicList {
    topics: Vec<TopicShape>,
}

#[derive(Debug, Serialize)]
struct TopicShape {
    topic: Slug,
    name: String,
    query: String,
    /// Stories that match.
    total: usize,
    newest: Option<NewestShape>,
}

#[derive(Debug, Serialize)]
struct NewestShape {
    story: i64,
    entry: i64,
    title: String,
    url: Option<Address>,
    peer: String,
    peer_name: String,
    published: Option<Timestamp>,
}

/// What a topic finds.
#[derive(Debug, Serialize)]
pub(crate) struct TopicAnswer {
    topic: Slug,
    name: String,
    #[serde(flatten)]
    found: SearchAnswer,
}

impl TopicList {
    pub fn of(stands: Vec<TopicStand>) -> Self {
        Self { topics: stands.into_iter().map(TopicShape::from).collect() }
    }
}

impl From<TopicStand> for TopicShape {
    fn from(TopicStand { topic, total, newest }: TopicStand) -> Self {
        let Topic { name, slug, query } = topic;
        Self { topic: slug, name, query, total, newest: newest.map(NewestShape::from) }
    }
}

impl From<Hit> for NewestShape {
    fn from(Hit { entry, .. }: Hit) -> Self {
        Self {
            story: entry.story.0,
            entry: entry.id.0,
            title: entry.title,
            url: entry.link,
            peer: entry.peer,
            peer_name: entry.peer_name,
            published: entry.published,
        }
    }
}

pub(crate) async fn topics(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<TopicList> {
    Params::read(query.as_deref(), &[])?;
    let stands = reading::topics(web.library(), &web.asker(), web.clock().now()).await?;
    Ok(Json(TopicList::of(stands)))
}

pub(crate) async fn topic(
    State(web): State<Web>,
    slug: Named,
    RawQuery(query): RawQuery,
) -> Answer<TopicAnswer> {
    let Topic { name, slug, query: text } = web.topic(&super::named(slug)).await?;
    let params = Params::read(query.as_deref(), &["limit", "offset"])?;
    let limit = params.number("limit", USUAL_HITS, 1, MOST_HITS)?;
    let wanted = Wanted {
        offset: params.number("offset", 0, 0, DEEPEST_OFFSET)?,
        ..Wanted::newest(limit, web.clock().now())
    };
    let found = reading::find(web.library(), &web.asker(), Query::parse(&text), &wanted).await?;
    Ok(Json(TopicAnswer { topic: slug, name, found: SearchAnswer::of(&text, &found) }))
}
