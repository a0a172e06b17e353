//! `/topics`: the searches that are kept in `feeds.toml`, and what each finds.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Html,
};
use jiff::Timestamp;

use super::{
    Answer, Frame, Place, html,
    newest::{Empty, language_of},
    search::{LAST_PAGE, ROWS, Results, results},
    time::Moment,
    words::{counted, rich},
};
use crate::web::say;
use crate::{
    domain::Topic,
    reading::{self, Hit, TopicStand, Wanted},
    web::{Web, params::Params, problem::Problem},
};

#[derive(Template)]
#[template(path = "topics.html")]
struct TopicsPage {
    frame: Frame,
    rows: Vec<Row>,
    empty: Option<Empty>,
}

struct Row {
    slug: String,
    name: String,
    query: String,
    count: String,
    newest: Option<Newest>,
}

struct Newest {
    id: i64,
    title: String,
    language: String,
    peer: String,
    peer_name: String,
    day: Moment,
}

#[derive(Template)]
#[template(path = "topic.html")]
struct TopicPage {
    frame: Frame,
    slug: String,
    name: String,
    query: String,
    results: Option<Results>,
}

pub(in crate::web) async fn topics(State(web): State<Web>) -> Answer {
    let now = web.clock().now();
    let stands = reading::topics(web.library(), &web.asker(), now).await?;
    let empty = stands.is_empty().then(|| Empty {
        title: say::text("web.empty.topics.title"),
        steps: vec![rich(say::text("web.empty.topics.step"))],
    });
    html(&TopicsPage {
        frame: Frame::new(&web, say::text("web.nav.topics"), Place::Topics),
        rows: stands.into_iter().map(|it| Row::of(it, now)).collect(),
        empty,
    })
}

impl Row {
    fn of(TopicStand { topic, total, newest }: TopicStand, now: Timestamp) -> Self {
        Self {
            slug: topic.slug.into(),
            name: topic.name,
            query: topic.query,
            count: counted("web.search.count", total as u64),
            newest: newest.map(|it| Newest::of(it, now)),
        }
    }
}

impl Newest {
    fn of(Hit { entry, .. }: Hit, now: Timestamp) -> Self {
        Self {
            id: entry.id.0,
            language: language_of(&entry),
            day: Moment::past(entry.published.unwrap_or(entry.first_seen).min(now), now),
            title: entry.title,
            peer: entry.peer,
            peer_name: entry.peer_name,
        }
    }
}

pub(in crate::web) async fn topic(
    web: &Web,
    topic: Topic,
    query: RawQuery,
) -> Result<Html<String>, Problem> {
    let asked = Params::lenient(query.0.as_deref());
    let page = asked.number("page", 1, 1, LAST_PAGE)?;
    let wanted = Wanted { offset: (page - 1) * ROWS, ..Wanted::newest(ROWS, web.clock().now()) };
    let path = format!("/topics/{}", topic.slug);
    let wanted = Wanted { counts: true, ..wanted };
    let peers = web.library().store.peers().await?;
    let found = results(web, &topic.query, &wanted, &asked, &peers).await?;
    let link = |page: usize| asked.link(&path, "page", &page.to_string());
    let results = Results {
        newer: found.newer.is_some().then(|| link(page - 1)),
        older: found.older.is_some().then(|| link(page + 1)),
        ..found
    };
    html(&TopicPage {
        frame: Frame::new(web, &topic.name, Place::Topics),
        slug: topic.slug.into(),
        name: topic.name,
        query: topic.query,
        results: Some(results),
    })
}
