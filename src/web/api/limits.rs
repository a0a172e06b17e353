//! Limits that peers admit, and what they write about more than they did, as JSON.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    handlers::{Answer, DEEPEST_OFFSET, MOST_HITS, USUAL_HITS},
    landscape::{QuotedShape, scope_of, topic_of},
};
use crate::{
    domain::{Role, Slug, Trend, last_quarter, month_start},
    reading::{self, Limits, Quoted, Subject, Trends},
    web::{Web, params::Params},
};

#[derive(Debug, Serialize)]
pub struct LimitList {
    /// Stories that admit any.
    total: usize,
    years: Vec<i16>,
    /// The newest first, each with the passages in which limits are admitted.
    posts: Vec<QuotedShape>,
}

impl LimitList {
    pub fn of(limits: &Limits) -> Self {
        let post = |quoted: &Quoted| {
            let mut quoted = quoted.clone();
            quoted.insight.passages.retain(|it| it.role == Role::Limitation);
            QuotedShape::of(&quoted)
        };
        let (total, years) = (limits.total, limits.years.clone());
        Self { total, years, posts: limits.posts.iter().map(post).collect() }
    }
}

pub(crate) async fn limits(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<LimitList> {
    let known = ["topic", "q", "peer", "domain", "year", "since", "limit", "offset"];
    let params = Params::read(query.as_deref(), &known)?;
    let (library, asker, now) = (web.library(), web.asker(), web.clock().now());
    let subject = match (params.text("topic"), params.text("q")) {
        (Some(topic), _) => Some(Subject::from(web.topic(topic).await?)),
        (None, Some(text)) => Some(Subject::of_query(text)),
        (None, None) => None,
    };
    let offset = params.number("offset", 0, 0, DEEPEST_OFFSET)?;
    let portion = (offset, params.number("limit", USUAL_HITS, 1, MOST_HITS)?);
    let scope = scope_of(&params)?;
    let found = reading::limits(library, &asker, subject.as_ref(), &scope, portion, now).await?;
    Ok(Json(LimitList::of(&found)))
}

#[derive(Debug, Serialize)]
pub struct TrendList {
    /// When the last quarter began.
    since: Timestamp,
    /// All that was published in it.
    stories: usize,
    peers: usize,
    /// Whether anything of the year before is there to compare with.
    has_year_before: bool,
    /// The reader's own, the steepest first, rising or not.
    subjects: Vec<TrendShape>,
    /// Key phrases that rise, the steepest first.
    phrases: Vec<TrendShape>,
}

#[derive(Debug, Serialize)]
struct TrendShape {
    name: String,
    topic: Option<Slug>,
    query: String,
    rising: bool,
    /// How many times as much as usual.
    rise: f64,
    stories: usize,
    usual_stories: f64,
    peers: usize,
    usual_peers: f64,
    /// Thirds of quarters, the earliest first.
    months: Vec<MonthShape>,
}

#[derive(Debug, Serialize)]
struct MonthShape {
    since: Timestamp,
    stories: usize,
}

impl TrendList {
    pub fn of(trends: &Trends, now: Timestamp) -> Self {
        let shape = |(subject, trend): &(Subject, Trend)| TrendShape::of(subject, trend, now);
        Self {
            since: last_quarter(now),
            stories: trends.stories,
            peers: trends.peers,
            has_year_before: trends.has_year_before,
            subjects: trends.subjects.iter().map(shape).collect(),
            phrases: trends.phrases.iter().map(shape).collect(),
        }
    }
}

impl TrendShape {
    fn of(subject: &Subject, trend: &Trend, now: Timestamp) -> Self {
        let months = trend.months.iter().enumerate();
        let month = |(at, stories): (usize, &usize)| MonthShape {
            since: month_start(at, now),
            stories: *stories,
        };
        Self {
            name: subject.name.clone(),
            topic: topic_of(subject),
            query: subject.search().to_string(),
            rising: trend.is_rising(),
            rise: rounded(trend.rise),
            stories: trend.stories,
            usual_stories: rounded(trend.usual_stories),
            peers: trend.peers,
            usual_peers: rounded(trend.usual_peers),
            months: months.map(month).collect(),
        }
    }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

pub(crate) async fn trends(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<TrendList> {
    let params = Params::read(query.as_deref(), &["domain", "peer"])?;
    let (scope, now) = (scope_of(&params)?, web.clock().now());
    let trends =
        reading::trends(web.library(), &web.asker(), &scope, web.known_rising(), now).await?;
    Ok(Json(TrendList::of(&trends, now)))
}
