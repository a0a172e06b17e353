//! What a search can be narrowed to, when it was written, and who wrote most about it.

use jiff::Timestamp;

use super::{
    time::Moment,
    words::{counted, kind_name},
};
use crate::web::say;
use crate::{
    domain::{
        Kind, Topic,
        query::{Filter, Query},
    },
    reading::PeerOnSubject,
    search::Counts,
    store::PeerReport,
    web::params::Params,
};

/// Values of a facet that are shown: room for every kind.
const MOST_VALUES: usize = 9;
/// Peers that are compared.
const MOST_PEERS: usize = 5;
/// Up to so many months each has a bar, beyond that each year.
const MOST_MONTHS: i32 = 48;
/// Nobody wrote an engineering blog before: what is older has no date that anybody gave.
const FIRST_YEAR: i16 = 1995;

pub(super) struct Facet {
    pub(super) title: &'static str,
    pub(super) values: Vec<Value>,
}

pub(super) struct Value {
    pub(super) name: String,
    /// Stories, as a number in words where that is read out.
    pub(super) stories: usize,
    pub(super) count: String,
    /// Adds the value to the search, or takes it away.
    pub(super) link: String,
    pub(super) is_chosen: bool,
}

/// Stories over time.
pub(super) struct Histogram {
    pub(super) bars: Vec<Bar>,
    pub(super) width: usize,
    pub(super) first: String,
    pub(super) last: String,
}

pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) height: usize,
    pub(super) label: String,
    pub(super) link: String,
}

pub(super) struct PeerRow {
    pub(super) peer: String,
    pub(super) name: String,
    pub(super) count: String,
    pub(super) newest: Moment,
    pub(super) entry: i64,
    pub(super) title: String,
    pub(super) language: String,
}

/// Builds links that narrow one search.
pub(super) struct Narrowing<'a> {
    pub(super) query: &'a Query,
    pub(super) asked: &'a Params,
}

impl Narrowing<'_> {
    fn link(&self, query: &Query) -> String {
        let asked = self.asked.without(&["page", "verbatim"]);
        asked.link("/search", "q", &query.to_string())
    }

    fn value(&self, name: String, stories: usize, filter: Filter) -> Value {
        let is_chosen = self.query.is_narrowed_by(&filter);
        let query =
            if is_chosen { self.query.widened_by(&filter) } else { self.query.narrowed_by(filter) };
        let count = counted("web.facet.stories", stories as u64);
        Value { name, stories, count, link: self.link(&query), is_chosen }
    }

    /// Those that tell some of what is found from the rest.
    pub(super) fn facets(
        &self,
        counts: &Counts,
        peers: &[PeerReport],
        topics: &[Topic],
        total: usize,
    ) -> Vec<Facet> {
        let peer_name = |slug: &str| {
            let peer = peers.iter().find(|it| it.slug == slug);
            peer.map_or_else(|| slug.to_owned(), |it| it.name.clone())
        };
        let topic_name = |slug: &str| {
            let topic = topics.iter().find(|it| it.slug.as_str() == slug);
            topic.map_or_else(|| slug.to_owned(), |it| it.name.clone())
        };
        let mut facets = vec![
            self.facet("web.facet.peers", &counts.peers, |slug| {
                Some((peer_name(slug), Filter::Peer(slug.to_owned())))
            }),
            self.facet("web.facet.topics", &texts(&counts.topics), |slug| {
                Some((topic_name(slug), Filter::Topic(slug.to_owned())))
            }),
            self.facet("web.facet.kinds", &kinds(counts), |kind| {
                let kind = Kind::from_word(kind)?;
                Some((kind_name(kind), Filter::Kind(kind)))
            }),
            self.facet("web.facet.years", &years(counts), |year| {
                let day = year.parse().ok()?;
                Some((year.to_owned(), Filter::Published(Some(day), Some(day))))
            }),
            self.facet("web.facet.domains", &counts.domains, |slug| {
                Some((slug.to_owned(), Filter::Domain(slug.to_owned())))
            }),
            self.facet("web.facet.languages", &counts.languages, |tag| {
                Some((tag.to_owned(), Filter::Language(tag.parse().ok()?)))
            }),
        ];
        let tells = |it: &Value| it.is_chosen || it.stories < total;
        facets.retain(|it| it.values.iter().any(tells));
        facets
    }

    fn facet(
        &self,
        title: &'static str,
        counts: &[(String, usize)],
        read: impl Fn(&str) -> Option<(String, Filter)>,
    ) -> Facet {
        let values = counts.iter().take(MOST_VALUES).filter_map(|(value, stories)| {
            let (name, filter) = read(value)?;
            Some(self.value(name, *stories, filter))
        });
        Facet { title: say::text(title), values: values.collect() }
    }

    /// `None` where all was written at about one time.
    pub(super) fn histogram(&self, counts: &Counts) -> Option<Histogram> {
        let months = counts.months.iter().filter(|(year, ..)| *year >= FIRST_YEAR);
        let number = |year: i16, month: u8| i32::from(year) * 12 + i32::from(month) - 1;
        let months: Vec<(i32, usize)> = months.map(|(y, m, n)| (number(*y, *m), *n)).collect();
        let (first, last) = (months.first()?.0, months.last()?.0);
        let step = if last - first < MOST_MONTHS { 1 } else { 12 };
        let bars: Vec<(String, usize)> = (first / step..=last / step)
            .map(|place| {
                let inside = months.iter().filter(|(month, _)| month / step == place);
                (period(place, step), inside.map(|(_, stories)| stories).sum())
            })
            .collect();
        let most = bars.iter().map(|(_, stories)| *stories).max().filter(|_| bars.len() > 1)?;
        let (first, last) = (bars.first()?.0.clone(), bars.last()?.0.clone());
        let bar = |(at, (period, stories)): (usize, (String, usize))| {
            let height = (stories * BAR_HEIGHT).div_ceil(most);
            let stories = counted("web.facet.stories", stories as u64);
            let label = [("period", period.as_str()), ("stories", &stories)];
            let day = period.parse().ok();
            let query = self.query.narrowed_by(Filter::Published(day, day));
            Bar {
                x: at * BAR_STEP,
                y: BAR_HEIGHT - height,
                height,
                label: say::fill("web.facet.bar", &label),
                link: self.link(&query),
            }
        };
        let width = bars.len() * BAR_STEP;
        Some(Histogram {
            bars: bars.into_iter().enumerate().map(bar).collect(),
            width,
            first,
            last,
        })
    }
}

/// In units of the drawing.
const BAR_HEIGHT: usize = 40;
const BAR_STEP: usize = 10;

/// `2025-03` or `2025`.
fn period(place: i32, step: i32) -> String {
    if step == 12 {
        place.to_string()
    } else {
        format!("{:04}-{:02}", place.div_euclid(12), place.rem_euclid(12) + 1)
    }
}

fn texts(counts: &[(impl ToString, usize)]) -> Vec<(String, usize)> {
    counts.iter().map(|(value, stories)| (value.to_string(), *stories)).collect()
}

fn kinds(counts: &Counts) -> Vec<(String, usize)> {
    counts.kinds.iter().map(|(kind, stories)| (kind.as_str().to_owned(), *stories)).collect()
}

fn years(counts: &Counts) -> Vec<(String, usize)> {
    let years = counts.years.iter().filter(|(year, _)| *year >= FIRST_YEAR);
    texts(&years.copied().collect::<Vec<_>>())
}

pub(super) fn peer_rows(peers: &[PeerOnSubject], now: Timestamp) -> Vec<PeerRow> {
    let row = |PeerOnSubject { standing, best }: &PeerOnSubject| PeerRow {
        peer: standing.peer.clone(),
        name: best.peer_name.clone(),
        count: counted("web.facet.stories", standing.stories as u64),
        newest: Moment::past(standing.newest.min(now), now),
        entry: best.id.0,
        title: best.title.clone(),
        language: super::newest::language_of(best),
    };
    // One peer cannot be compared.
    let rows = if peers.len() > 1 { peers } else { &[] };
    rows.iter().take(MOST_PEERS).map(row).collect()
}
