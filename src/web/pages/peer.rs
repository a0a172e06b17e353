//! `/peers/{slug}`: one peer: where it publishes, how often, what about, and the best of it.

use askama::Template;
use axum::extract::{RawQuery, State};
use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{
    Answer, Frame, Place,
    card::{Card, cards},
    html,
    peers::{Follow, Followed},
    sources::standing_name,
    time::{date_of, day_text},
    words::counted,
};
use crate::{
    catalogue::{self, CataloguePeer},
    domain::{Entry, Slug, Topic, posts_by_week, query::Query},
    reading::{self, Wanted},
    store::{EntriesAsk, PeerReport},
    web::{
        Web,
        api::{self, Named},
        params::Params,
        problem::{Problem, Thing},
        say,
        standing::Standing,
    },
};

#[derive(Template)]
#[template(path = "peer.html")]
struct PeerPage {
    frame: Frame,
    name: String,
    about: Vec<String>,
    follow: Follow,
    may_follow: bool,
    here: String,
    done: Option<String>,
    sources: Vec<PeerSource>,
    rhythm: Option<Rhythm>,
    topics: Vec<TopicLink>,
    best: Vec<Card>,
    newest: Vec<Card>,
    /// Where all of its posts are listed.
    all: Option<String>,
}

/// A source in a line.
struct PeerSource {
    title: String,
    address: String,
    kind: String,
    /// How it is doing, in a word and in words; `None` for what is not followed.
    standing: Option<(&'static str, String)>,
}

struct TopicLink {
    name: String,
    link: String,
    count: String,
}

/// Posts by week as bars, and as a table.
pub(super) struct Rhythm {
    pub(super) label: String,
    pub(super) width: usize,
    pub(super) bars: Vec<Bar>,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) rows: Vec<(String, usize)>,
}

pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) height: usize,
    pub(super) label: String,
}

/// Two years.
const WEEKS: usize = 104;
/// Of the plot, in units of its own: of a week, and of the tallest bar.
const BAR_WIDTH: usize = 5;
const TALLEST: usize = 40;
const NEWEST: u32 = 10;
const BEST: u32 = 5;

pub(in crate::web) async fn peer(
    State(web): State<Web>,
    name: Named,
    RawQuery(query): RawQuery,
) -> Answer {
    let name = api::named(name);
    let missing = || Problem::Missing(Thing::Peer, name.chars().take(80).collect());
    let slug: Slug = name.parse().map_err(|_| missing())?;
    let known = catalogue::by_name(slug.as_str());
    let reports = web.library().store.peers().await?;
    let kept = reports.into_iter().find(|it| it.slug == slug.as_str());
    let asked = Params::lenient(query.as_deref());
    match (known, kept) {
        (None, None) => Err(missing()),
        (known, kept) => html(&PeerPage::of(&web, slug, (known, kept), &asked).await?),
    }
}

impl PeerPage {
    async fn of(
        web: &Web,
        slug: Slug,
        (known, kept): (Option<&'static CataloguePeer>, Option<PeerReport>),
        asked: &Params,
    ) -> Result<Self, Problem> {
        let following = web.following();
        let in_file = following.peers.iter().any(|it| it.slug == slug);
        let is_followed = in_file || known.is_some_and(|it| Followed::of(&following).has(it));
        let name = kept.as_ref().map(|it| it.name.clone());
        let name = name.or_else(|| known.map(|it| it.name.clone())).unwrap_or_default();
        let newest = newest(web, &slug, kept.as_ref()).await?;
        let best = best(web, &slug, &newest).await?;
        let done = asked.text("done").map(|_| say::fill("web.peers.done", &[("peer", &name)]));
        let left = asked.text("left").map(|_| say::fill("web.peers.left", &[("peer", &name)]));
        Ok(Self {
            frame: Frame::new(web, &name, Place::Peers),
            about: about(known, kept.as_ref()),
            follow: Follow::of(slug.as_str(), &name, is_followed, known.is_some()),
            may_follow: web.hands().is_ok(),
            here: format!("/peers/{slug}"),
            done: done.filter(|_| is_followed).or(left.filter(|_| !is_followed)),
            sources: sources(web, &slug, known).await?,
            rhythm: rhythm(web, &slug, web.clock().now()).await?,
            topics: topics(web, &slug, &following.topics).await?,
            best: cards(web, &best).await?,
            newest: cards(web, &newest).await?,
            all: (!newest.is_empty())
                .then(|| Params::lenient(None).link("/", "peer", slug.as_str())),
            name,
        })
    }
}

fn about(known: Option<&CataloguePeer>, kept: Option<&PeerReport>) -> Vec<String> {
    let domains = kept.map(|it| &it.domains).or(known.map(|it| &it.domains));
    let domains = domains.into_iter().flatten().map(Slug::to_string);
    let entries = kept.map(|it| counted("web.count.entries", it.entries));
    domains.chain(entries).collect()
}

async fn newest(web: &Web, slug: &Slug, kept: Option<&PeerReport>) -> Result<Vec<Entry>, Problem> {
    let Some(kept) = kept else { return Ok(Vec::new()) };
    let ask = EntriesAsk {
        peer: Some(slug.clone()),
        limit: NEWEST,
        followed_only: kept.followed,
        ..EntriesAsk::default()
    };
    Ok(reading::entries(web.library(), &web.asker(), ask).await?.rows)
}

/// Without what stands among the newest.
async fn best(web: &Web, slug: &Slug, newest: &[Entry]) -> Result<Vec<Entry>, Problem> {
    let mut best = web.library().store.best_of(slug, BEST + NEWEST).await?;
    best.retain(|it| newest.iter().all(|new| new.story != it.story));
    best.truncate(BEST as usize);
    Ok(best)
}

/// Those that are visited; of who is not followed, those that could be.
async fn sources(
    web: &Web,
    slug: &Slug,
    known: Option<&CataloguePeer>,
) -> Result<Vec<PeerSource>, Problem> {
    let reports = web.library().store.sources().await?;
    let followed = reports.iter().filter(|it| it.followed && it.peer == slug.as_str());
    let followed: Vec<PeerSource> = followed
        .map(|report| {
            let standing = Standing::of(report);
            let word = standing.as_str();
            PeerSource {
                title: report.source.state.title.clone().unwrap_or_default(),
                address: report.source.address.to_string(),
                kind: say::text(&format!("reads-as.{}", report.source.kind.as_str())).to_owned(),
                standing: Some((word, standing_name(standing))),
            }
        })
        .collect();
    if !followed.is_empty() {
        return Ok(followed);
    }
    let offered = known.into_iter().flat_map(|it| &it.sources).map(|it| PeerSource {
        title: it.title.clone(),
        address: it.address.to_string(),
        kind: say::text(&format!("reads-as.{}", it.kind.as_str())).to_owned(),
        standing: None,
    });
    Ok(offered.collect())
}

async fn rhythm(web: &Web, slug: &Slug, now: Timestamp) -> Result<Option<Rhythm>, Problem> {
    let today = date_of(now);
    let weeks = i64::try_from(WEEKS).unwrap_or_default();
    let first = now - (weeks * 7 * 24).hours();
    let times = web.library().store.published_by(slug, first).await?;
    let days: Vec<Date> = times.into_iter().map(date_of).collect();
    Ok((!days.is_empty()).then(|| Rhythm::of(&posts_by_week(&days, today, WEEKS))))
}

impl Rhythm {
    fn of(weeks: &[(Date, usize)]) -> Self {
        let most = weeks.iter().map(|it| it.1).max().unwrap_or_default().max(1);
        let named = |(monday, posts): &(Date, usize)| {
            let posts = counted("web.peer.posts", *posts as u64);
            say::fill("web.peer.week", &[("day", &day_text(*monday)), ("posts", &posts)])
        };
        let bar = |(at, week): (usize, &(Date, usize))| {
            let height = (week.1 * TALLEST).div_ceil(most);
            Bar { x: at * BAR_WIDTH, y: TALLEST - height, height, label: named(week) }
        };
        let posts: usize = weeks.iter().map(|it| it.1).sum();
        let with_posts = weeks.iter().rev().filter(|it| it.1 > 0);
        let end = |week: Option<&(Date, usize)>| week.map(|it| day_text(it.0)).unwrap_or_default();
        Self {
            label: counted("web.peer.rhythm-label", posts as u64),
            width: weeks.len() * BAR_WIDTH,
            bars: weeks.iter().enumerate().filter(|it| it.1.1 > 0).map(bar).collect(),
            first: end(weeks.first()),
            last: end(weeks.last()),
            rows: with_posts.map(|it| (day_text(it.0), it.1)).collect(),
        }
    }
}

/// The topics that it writes about, most first, each leading to what it wrote.
async fn topics(web: &Web, slug: &Slug, topics: &[Topic]) -> Result<Vec<TopicLink>, Problem> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = Wanted { counts: true, ..Wanted::newest(1, web.clock().now()) };
    let query = Query::parse(&format!("peer:{slug}"));
    let found = reading::find(web.library(), &web.asker(), query, &wanted).await?;
    let counts = found.counts.map(|it| it.topics).unwrap_or_default();
    let link = |(topic, count): &(Slug, usize)| {
        let topic = topics.iter().find(|it| it.slug == *topic)?;
        let query = format!("topic:{} peer:{slug}", topic.slug);
        Some(TopicLink {
            name: topic.name.clone(),
            link: Params::lenient(None).link("/search", "q", &query),
            count: counted("web.facet.stories", *count as u64),
        })
    };
    Ok(counts.iter().filter(|it| it.1 > 0).filter_map(link).collect())
}
