//! `/`: the newest entries, day by day.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, Method},
};
use jiff::{Timestamp, civil::Date};

use super::{
    Answer, Frame, Place,
    attention::{is_read_by_someone, record_shown},
    elsewhere::Places,
    html,
    time::{Moment, date_of, heading_of},
    words::{Markup, counted, rich},
};
use crate::web::say;
use crate::{
    domain::{Entry, EntryId, Slug, UNDATED, WORDS_PER_MINUTE, reading_minutes},
    reading,
    store::{Elsewhere, EntriesAsk, PeerReport},
    web::{
        Web,
        params::{Params, cursor_text},
    },
};

const ROWS: u32 = 40;

#[derive(Template)]
#[template(path = "newest.html")]
struct NewestPage {
    frame: Frame,
    /// Of the one peer that is listed, if it is one.
    peer_name: Option<String>,
    days: Vec<Day>,
    choices: Choices,
    /// Where older entries are listed.
    older: Option<String>,
    /// Whether this is not the top of the list.
    is_continued: bool,
    empty: Option<Empty>,
}

struct Day {
    heading: String,
    datetime: Option<String>,
    rows: Vec<Row>,
}

/// An entry in a list.
struct Row {
    id: i64,
    title: String,
    language: String,
    peer: String,
    peer_name: String,
    summary: String,
    published: Option<Moment>,
    reading_time: Option<String>,
    places: Places,
}

/// What to do where there is nothing to show.
pub(super) struct Empty {
    pub(super) title: &'static str,
    pub(super) steps: Vec<Markup>,
}

/// The peers and domains that a list can be narrowed to.
pub(super) struct Choices {
    pub(super) peers: Vec<Choice>,
    pub(super) domains: Vec<Choice>,
}

pub(super) struct Choice {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

pub(in crate::web) async fn newest(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let ask = EntriesAsk {
        peer: asked.slug("peer")?,
        domain: asked.slug("domain")?,
        before: asked.cursor("cursor")?,
        limit: ROWS,
        ..EntriesAsk::default()
    };
    let peers = web.library().store.peers().await?;
    let (peer, domain, before) = (ask.peer.clone(), ask.domain.clone(), ask.before);
    let page = reading::entries(web.library(), &web.asker(), ask).await?;
    if is_read_by_someone(&method, &headers) {
        record_shown(&web, page.rows.iter().map(|it| it.story).collect());
    }
    let ids: Vec<EntryId> = page.rows.iter().map(|it| it.id).collect();
    let elsewhere = web.library().store.elsewhere(&ids).await?;
    let narrowed = peer.is_some() || domain.is_some();
    let now = web.clock().now();
    let empty = page.rows.is_empty().then(|| nothing(&web, &peers, narrowed));
    let older = page.next.map(|it| asked.link("/", "cursor", &cursor_text(&it)));
    let choices = Choices::of(&peers, peer.as_ref(), domain.as_ref());
    let peer_name = choices.peers.iter().find(|it| it.is_chosen).map(|it| it.name.clone());
    html(&NewestPage {
        frame: Frame::new(&web, peer_name.as_deref().unwrap_or_default(), Place::Newest),
        peer_name,
        days: days(&page.rows, elsewhere, now),
        choices,
        older,
        is_continued: before.is_some(),
        empty,
    })
}

fn days(entries: &[Entry], mut elsewhere: HashMap<EntryId, Elsewhere>, now: Timestamp) -> Vec<Day> {
    let mut days: Vec<(Date, Day)> = Vec::new();
    for entry in entries {
        let date = date_of(entry.ordered);
        if days.last().is_none_or(|(last, _)| *last != date) {
            let heading = heading_of(date, date_of(now));
            let datetime = (date != date_of(UNDATED)).then(|| date.to_string());
            days.push((date, Day { heading, datetime, rows: Vec::new() }));
        }
        if let Some((_, day)) = days.last_mut() {
            day.rows.push(Row::of(entry, elsewhere.remove(&entry.id), date));
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

impl Row {
    /// Its own date is told where it is not that of the day it stands under.
    fn of(entry: &Entry, elsewhere: Option<Elsewhere>, listed_under: Date) -> Self {
        let published = entry.published.filter(|it| date_of(*it) != listed_under);
        Self {
            id: entry.id.0,
            title: entry.title.clone(),
            language: language_of(entry),
            peer: entry.peer.clone(),
            peer_name: entry.peer_name.clone(),
            summary: entry.summary.clone(),
            published: published.map(Moment::day),
            reading_time: reading_time(entry.words),
            places: Places::of(elsewhere, entry.link.as_ref()),
        }
    }
}

/// For `lang`; empty means that the language is unknown (HTML, "The lang attribute").
pub(super) fn language_of(entry: &Entry) -> String {
    entry.language.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// For a text that is there; of some words only, the feed carries no more than a teaser.
pub(super) fn reading_time(words: u32) -> Option<String> {
    let minutes = u64::from(reading_minutes(words));
    (words >= WORDS_PER_MINUTE).then(|| counted("web.reading-time", minutes))
}

impl Choices {
    pub(super) fn of(peers: &[PeerReport], peer: Option<&Slug>, domain: Option<&Slug>) -> Self {
        let followed = || peers.iter().filter(|it| it.followed);
        let is = |chosen: Option<&Slug>, slug: &str| chosen.is_some_and(|it| it.as_str() == slug);
        let mut named: Vec<Choice> = followed()
            .map(|it| Choice {
                slug: it.slug.clone(),
                name: it.name.clone(),
                is_chosen: is(peer, &it.slug),
            })
            .collect();
        named.sort_by_key(|it| it.name.to_lowercase());
        let mut slugs: Vec<&Slug> = followed().flat_map(|it| &it.domains).collect();
        slugs.sort();
        slugs.dedup();
        let domains = slugs.into_iter().map(|it| Choice {
            slug: it.to_string(),
            name: it.to_string(),
            is_chosen: is(domain, it.as_str()),
        });
        Self { peers: named, domains: domains.collect() }
    }
}

fn nothing(web: &Web, peers: &[PeerReport], narrowed: bool) -> Empty {
    let status = web.status().snapshot();
    let follows_nobody = peers.iter().all(|it| !it.followed);
    let (title, steps) = if follows_nobody {
        let title = say::text("web.empty.nobody.title");
        let init = say::text("web.empty.nobody.init");
        (title, vec![init, say::text("web.empty.nobody.add")])
    } else if narrowed {
        let step = say::text("web.empty.narrowed.step");
        (say::text("web.empty.narrowed.title"), vec![step])
    } else if status.running_since.is_some() {
        let step = say::text("web.empty.first-round.step");
        (say::text("web.empty.first-round.title"), vec![step])
    } else if !status.crawls {
        let step = say::text("web.empty.not-crawling.step");
        (say::text("web.empty.not-crawling.title"), vec![step])
    } else {
        let step = say::text("web.empty.waiting.step");
        (say::text("web.empty.waiting.title"), vec![step])
    };
    Empty { title, steps: steps.into_iter().map(rich).collect() }
}
