//! `/?cursor=`, `/?peer=`, `/?domain=`: entries day by day, the newest first.

use askama::Template;
use jiff::{Timestamp, civil::Date};

use super::{
    Answer, Frame, Place,
    attention::record_shown,
    card::{Card, cards},
    html,
    time::{date_of, heading_of},
    today_groups::hide_days_of_headings,
    words::{Markup, counted, rich},
};
use crate::web::say;
use crate::{
    domain::{Entry, Slug, UNDATED, WORDS_PER_MINUTE, reading_minutes},
    reading,
    store::{EntriesAsk, PeerReport},
    web::{
        Web,
        params::{Params, cursor_text},
        problem::Problem,
    },
};

const ROWS: u32 = 40;

#[derive(Template)]
#[template(path = "newest.html")]
struct NewestPage {
    frame: Frame,
    /// The one peer that is listed, if it is one.
    peer: Option<Choice>,
    days: Vec<Day>,
    choices: Choices,
    /// Where older entries are listed.
    older: Option<String>,
    /// Whether this is not the top of the list.
    is_continued: bool,
    empty: Option<Empty>,
}

pub(super) struct Day {
    pub(super) heading: String,
    pub(super) datetime: Option<String>,
    pub(super) cards: Vec<Card>,
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

#[derive(Clone)]
pub(super) struct Choice {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

/// The list as it goes on below what is new, or narrowed to a peer or a domain.
pub(super) async fn newest(web: &Web, asked: &Params, is_read: bool) -> Answer {
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
    if is_read {
        record_shown(web, page.rows.iter().map(|it| it.story).collect());
    }
    let narrowed = peer.is_some() || domain.is_some();
    let empty = page.rows.is_empty().then(|| nothing(web, &peers, narrowed));
    let older = page.next.map(|it| asked.link("/", "cursor", &cursor_text(&it)));
    let choices = Choices::of(&peers, peer.as_ref(), domain.as_ref());
    let peer = choices.peers.iter().find(|it| it.is_chosen).cloned();
    let title = peer.as_ref().map_or(say::text("web.newest.heading"), |it| &it.name);
    html(&NewestPage {
        frame: Frame::new(web, title, Place::Today),
        days: days(web, &page.rows, web.clock().now()).await?,
        peer,
        choices,
        older,
        is_continued: before.is_some(),
        empty,
    })
}

/// Entries under the days at which they stand.
pub(super) async fn days(
    web: &Web,
    entries: &[Entry],
    now: Timestamp,
) -> Result<Vec<Day>, Problem> {
    let mut cards = cards(web, entries).await?;
    hide_days_of_headings(entries, &mut cards);
    let mut days: Vec<(Date, Day)> = Vec::new();
    for (entry, card) in entries.iter().zip(cards) {
        let date = date_of(entry.ordered);
        if days.last().is_none_or(|(last, _)| *last != date) {
            let heading = heading_of(date, date_of(now));
            let datetime = (date != date_of(UNDATED)).then(|| date.to_string());
            days.push((date, Day { heading, datetime, cards: Vec::new() }));
        }
        if let Some((_, day)) = days.last_mut() {
            day.cards.push(card);
        }
    }
    Ok(days.into_iter().map(|(_, day)| day).collect())
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

pub(super) fn nothing(web: &Web, peers: &[PeerReport], narrowed: bool) -> Empty {
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
