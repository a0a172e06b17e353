//! `/sources`: how each source is doing, what went wrong, and what to do.

use askama::Template;
use axum::extract::{RawQuery, State};
use jiff::Timestamp;

use super::{
    Answer, Frame, Place,
    care::cure,
    html,
    time::Moment,
    words::{Markup, counted, grouped, rich},
};
use crate::web::say;
use crate::{
    crawl::{self, Round, Snapshot, SourceProgress, VisitStep},
    domain::{
        ArticleState, Complaint, ComplaintKind, Diagnosis, Failure, SourceId, SourceState,
        SourceToVisit, diagnose,
    },
    store::{SourceCounts, SourceReport},
    web::{Web, params::Params, problem::Problem, standing::Standing},
};

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    frame: Frame,
    total: String,
    crawl: Vec<Markup>,
    groups: Vec<Group>,
    /// Whether one group is shown, instead of all.
    is_alone: bool,
    empty: Vec<Markup>,
    /// Whether a visit that was asked for is waited for.
    is_waiting: bool,
    can_change: bool,
}

/// Sources that are doing alike.
struct Group {
    word: &'static str,
    heading: String,
    explanation: String,
    /// Whether it is worth a look without being asked for.
    is_open: bool,
    rows: Vec<SourceRow>,
    /// Where all of them are, if these are some: the words, and the link.
    all: Option<(String, String)>,
    newer: Option<String>,
    older: Option<String>,
}

struct SourceRow {
    id: i64,
    peer: String,
    peer_name: String,
    title: String,
    address: String,
    /// Where it is read, if not there.
    moved: Option<String>,
    moving: Option<String>,
    /// What it needs care for, and where it could be read instead.
    diagnosis: Option<Markup>,
    cure: Option<String>,
    visit_label: String,
    /// What came of the last click.
    told: Option<String>,
    entries: String,
    /// What became of their articles.
    articles: Option<String>,
    visited: Option<Moment>,
    next: Option<Moment>,
    failure: Option<FailureNote>,
    complaints: Vec<ComplaintNote>,
}

struct FailureNote {
    name: String,
    step: Markup,
    detail: String,
    times: String,
    /// Of the first of several.
    since: Option<Moment>,
}

struct ComplaintNote {
    name: &'static str,
    detail: String,
}

/// Of each group, where all are shown.
const FEW: usize = 12;
/// Of one group, where it is shown alone.
const ROWS: usize = 50;
const LAST_PAGE: usize = 10_000;

/// All groups, or with `standing` a page of one.
pub(in crate::web) async fn sources(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let now = web.clock().now();
    let store = &web.library().store;
    let mut reports = store.sources().await?;
    reports.retain(|it| it.followed);
    let empty = match reports.len() {
        0 => vec![say::text("web.empty.nobody.init"), say::text("web.empty.nobody.add")],
        _ => Vec::new(),
    };
    let alone = asked.text("standing").and_then(Standing::from_word);
    let page = asked.number("page", 1, 1, LAST_PAGE)?;
    let part = alone.map_or((0, FEW), |_| ((page - 1) * ROWS, ROWS));
    let told = Told::of(&web, &asked)?;
    let mut groups = Vec::new();
    for standing in Standing::ALL.into_iter().filter(|it| alone.is_none_or(|alone| alone == *it)) {
        let mut all: Vec<&SourceReport> =
            reports.iter().filter(|it| Standing::of(it) == standing).collect();
        let is_told =
            |it: &SourceReport| told.as_ref().is_some_and(|told| told.source == it.source.id);
        // Each stands first where it is looked for: what was just clicked, then what needs care.
        all.sort_by_cached_key(|it| (!is_told(it), diagnose(&it.source, now) == Diagnosis::Fine));
        let shown: Vec<&SourceReport> = all.iter().skip(part.0).take(part.1).copied().collect();
        let ids: Vec<SourceId> = shown.iter().map(|it| it.source.id).collect();
        let counts = store.source_counts(&ids).await?;
        let rows = shown.into_iter().map(|it| SourceRow {
            told: told.as_ref().filter(|_| is_told(it)).map(|it| it.text.clone()),
            ..SourceRow::of(it, counts.get(&it.source.id), standing, now)
        });
        let rows: Vec<SourceRow> = rows.collect();
        if !rows.is_empty() {
            groups.push(Group::of(standing, rows, all.len(), alone.map(|_| page)));
        }
    }
    html(&SourcesPage {
        frame: Frame::new(&web, say::text("web.nav.sources"), Place::Sources),
        total: counted("web.sources.total", reports.len() as u64),
        crawl: crawl_notes(&web.status().snapshot(), now),
        groups,
        is_alone: alone.is_some(),
        is_waiting: told.as_ref().is_some_and(|it| it.is_waiting),
        can_change: web.hands().is_ok(),
        empty: empty.into_iter().map(rich).collect(),
    })
}

/// What a click came to, and at which source.
struct Told {
    source: SourceId,
    text: String,
    is_waiting: bool,
}

impl Told {
    const WORDS: [&str; 6] =
        ["asked", "not-before", "just-visited", "not-crawling", "repaired", "nothing-to-repair"];

    fn of(web: &Web, asked: &Params) -> Result<Option<Self>, Problem> {
        let word = asked.text("told").filter(|it| Self::WORDS.contains(it));
        let (Some(word), Some(source)) = (word, asked.source("source")?) else { return Ok(None) };
        let progress = web.status().progress();
        let is_under_way = || {
            let report = progress.since(0);
            let waits = |it: &SourceProgress| it.id == source && it.step == VisitStep::Waiting;
            report.is_running && report.changed.iter().any(waits)
        };
        let is_waiting = word == "asked" && (progress.is_asked_for(source) || is_under_way());
        // What was asked for and is done stands in the row itself.
        let word = if word == "asked" && !is_waiting { "visited" } else { word };
        let text = say::text(&format!("web.sources.told.{word}")).to_owned();
        Ok(Some(Self { source, text, is_waiting }))
    }
}

/// How a source is doing, in a few words.
pub(super) fn standing_name(standing: Standing) -> String {
    say::text(&format!("web.sources.state.{}", standing.as_str())).to_owned()
}

impl Group {
    /// `page` is that of a group which is shown alone.
    fn of(standing: Standing, rows: Vec<SourceRow>, all: usize, page: Option<usize>) -> Self {
        let needs_care = |it: &SourceRow| it.told.is_some() || it.diagnosis.is_some();
        let (word, key) = (standing.as_str(), format!("web.standing.{}", standing.as_str()));
        let at = |page: usize| format!("/sources?standing={word}&page={page}");
        let is_cut = page.is_none() && rows.len() < all;
        let cut = || (counted("web.sources.all", all as u64), format!("/sources?standing={word}"));
        Self {
            word,
            heading: counted(&key, all as u64),
            explanation: say::text(&format!("{key}.meaning")).to_owned(),
            is_open: standing != Standing::Fine || page.is_some() || rows.iter().any(needs_care),
            all: is_cut.then(cut),
            newer: page.filter(|it| *it > 1).map(|it| at(it - 1)),
            older: page.filter(|it| it * ROWS < all).map(|it| at(it + 1)),
            rows,
        }
    }
}

fn crawl_notes(status: &Snapshot, now: Timestamp) -> Vec<Markup> {
    let mut notes = Vec::new();
    if !status.crawls {
        notes.push(say::text("web.crawl.off").to_owned());
    }
    if let Some(since) = status.running_since {
        let since = Moment::past(since, now).text;
        notes.push(say::fill("web.crawl.running", &[("since", since.as_str())]));
    }
    if let Some((ended, round)) = &status.last_round {
        notes.push(round_note(*ended, round, now));
        if round.outage {
            notes.push(say::text("web.crawl.outage").to_owned());
        }
    }
    notes.iter().map(|it| rich(it)).collect()
}

fn round_note(ended: Timestamp, round: &Round, now: Timestamp) -> String {
    let values = [
        ("ended", Moment::past(ended, now).text),
        ("visited", counted("web.sources.total", round.visited)),
        ("new", counted("web.count.new", round.new)),
        ("edited", counted("web.count.edited", round.edited)),
        ("failed", counted("web.count.failed", round.failures())),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(a, b)| (*a, b.as_str())).collect();
    say::fill("web.crawl.last", &values)
}

impl SourceRow {
    fn of(
        report: &SourceReport,
        counts: Option<&SourceCounts>,
        standing: Standing,
        now: Timestamp,
    ) -> Self {
        let (source, state) = (&report.source, &report.source.state);
        let diagnosis = diagnose(source, now);
        Self {
            id: source.id.0,
            cure: cure(report, &diagnosis)
                .map(|it| say::fill("web.sources.repair", &[("address", it.address.as_str())])),
            visit_label: say::fill(
                "web.sources.visit-peer",
                &[("peer", source.peer_name.as_str())],
            ),
            told: None,
            peer: report.peer.clone(),
            peer_name: source.peer_name.clone(),
            title: state.title.clone().unwrap_or_default(),
            address: source.address.to_string(),
            moved: elsewhere(source),
            moving: moving(state),
            diagnosis: crawl::told(say::language(), &diagnosis)
                .map(|it| rich(&say::fill("web.sources.diagnosis", &[("diagnosis", it.as_str())]))),
            entries: counted("web.count.entries", counts.map_or(0, |it| it.entries)),
            articles: counts.and_then(articles),
            visited: state.visited.map(|it| Moment::past(it, now)),
            next: standing.next_visit(state).map(|it| Moment::coming(it, now)),
            failure: state.failure.as_ref().map(|it| FailureNote::of(it, state, now)),
            complaints: state.complaints.iter().map(ComplaintNote::of).collect(),
        }
    }
}

fn articles(counts: &SourceCounts) -> Option<String> {
    let told = |(state, count): (&ArticleState, &u64)| {
        let name = say::text(&format!("article.{}.name", state.as_str())).to_owned();
        format!("{} {name}", grouped(*count))
    };
    let told: Vec<String> = counts.articles.iter().map(told).collect();
    let list = told.join(say::text("web.sources.articles-separator"));
    let list = [("list", list.as_str())];
    (!told.is_empty()).then(|| say::fill("web.sources.articles", &list))
}

/// A site is read by what was found on it; any other source elsewhere only after a move.
fn elsewhere(source: &SourceToVisit) -> Option<String> {
    let SourceState { in_use, discovery, .. } = &source.state;
    let address = in_use.as_str();
    if let Some(kind) = discovery.reads_as {
        let key = format!("reads-as.{}", kind.as_str());
        let values = [("kind", say::text(&key)), ("address", address)];
        return Some(say::fill("web.sources.reads", &values));
    }
    (*in_use != source.address).then(|| say::fill("web.sources.moved", &[("address", address)]))
}

fn moving(state: &SourceState) -> Option<String> {
    let moving = state.moving.as_ref()?;
    let times = counted("web.count.times", u64::from(moving.confirmations));
    let values = [("address", moving.to.as_str()), ("times", &times)];
    Some(say::fill("web.sources.moving", &values))
}

impl FailureNote {
    fn of(failure: &Failure, state: &SourceState, now: Timestamp) -> Self {
        let word = failure.kind.as_str();
        Self {
            name: say::text(&format!("failure.{word}.name")).to_owned(),
            step: rich(say::text(&format!("failure.{word}.step"))),
            detail: failure.detail.clone(),
            times: counted("web.count.times", u64::from(state.failures.max(1))),
            since: state
                .failing_since
                .filter(|_| state.failures > 1)
                .map(|it| Moment::past(it, now)),
        }
    }
}

impl ComplaintNote {
    fn of(complaint: &Complaint) -> Self {
        Self { name: say::text(complaint_key(complaint.kind)), detail: complaint.detail.clone() }
    }
}

fn complaint_key(kind: ComplaintKind) -> &'static str {
    match kind {
        ComplaintKind::CutOff => "complaint.cut-off",
        ComplaintKind::Charset => "complaint.charset",
        ComplaintKind::Malformed => "complaint.malformed",
        ComplaintKind::EntriesLost => "complaint.entries-lost",
        ComplaintKind::Date => "complaint.date",
        ComplaintKind::Link => "complaint.link",
        ComplaintKind::Guid => "complaint.guid",
        ComplaintKind::Format => "complaint.format",
    }
}
