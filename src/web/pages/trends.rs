//! `/trends`: what peers write about more than they did, drawn and as a table.

use askama::Template;
use axum::extract::{RawQuery, State};
use jiff::Timestamp;

use super::{
    Answer, Frame, Place, html,
    landscape::page_of,
    newest::{Choices, Empty},
    time::Moment,
    words::{Markup, counted, rich},
};
use crate::web::say;
use crate::{
    domain::{
        FEWEST_PEERS, FEWEST_STORIES, LEAST_RISE, TREND_MONTHS, Trend, last_quarter, month_start,
    },
    reading::{self, Subject, Trends},
    web::{Web, api::scope_of, params::Params},
};

#[derive(Template)]
#[template(path = "trends.html")]
struct TrendsPage {
    frame: Frame,
    choices: Choices,
    since: Moment,
    count: String,
    rule: String,
    /// That there is little to compare with.
    warning: Option<Markup>,
    subjects: Vec<TrendRow>,
    phrases: Vec<TrendRow>,
    empty: Option<Empty>,
    /// Of each drawing.
    width: usize,
    json: String,
}

struct TrendRow {
    name: String,
    link: String,
    /// `2.4`: how many times as much as usual.
    rise: String,
    is_rising: bool,
    stories: usize,
    usual_stories: String,
    peers: usize,
    usual_peers: String,
    label: String,
    bars: Vec<Bar>,
}

struct Bar {
    x: usize,
    y: usize,
    height: usize,
    /// Of the last quarter.
    is_last: bool,
    /// When, and how many.
    label: String,
}

/// In units of the drawing.
const BAR_STEP: usize = 10;
const BAR_HEIGHT: usize = 40;

pub(in crate::web) async fn trends(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let (scope, now) = (scope_of(&asked)?, web.clock().now());
    let trends =
        reading::trends(web.library(), &web.asker(), &scope, web.known_rising(), now).await?;
    let peers = web.library().store.peers().await?;
    let drawing = Drawing { asked: &asked, now };
    let rows = |it: &[(Subject, Trend)]| it.iter().map(|it| drawing.row(it)).collect();
    html(&TrendsPage {
        frame: Frame::new(&web, say::text("web.trends.heading"), Place::Landscape),
        choices: Choices::of(&peers, scope.peer.as_ref(), scope.domain.as_ref()),
        since: Moment::day(last_quarter(now)),
        count: count(&trends),
        rule: rule(),
        warning: (!trends.has_year_before).then(|| rich(say::text("web.trends.no-year-before"))),
        empty: trends.phrases.is_empty().then(nothing),
        subjects: rows(&trends.subjects),
        phrases: rows(&trends.phrases),
        width: TREND_MONTHS * BAR_STEP,
        json: asked.link_with("/trends.json", &["domain", "peer"]),
    })
}

fn count(trends: &Trends) -> String {
    let stories = counted("web.facet.stories", trends.stories as u64);
    let peers = counted("web.subject.peers", trends.peers as u64);
    say::fill("web.subject.count", &[("stories", &stories), ("peers", &peers)])
}

fn rule() -> String {
    let (stories, peers) = (FEWEST_STORIES.to_string(), FEWEST_PEERS.to_string());
    let rise = LEAST_RISE.to_string();
    let values = [("stories", stories.as_str()), ("peers", &peers), ("rise", &rise)];
    say::fill("web.trends.rule", &values)
}

fn nothing() -> Empty {
    Empty {
        title: say::text("web.empty.trends.title"),
        steps: vec![rich(say::text("web.empty.trends.step"))],
    }
}

struct Drawing<'a> {
    asked: &'a Params,
    now: Timestamp,
}

impl Drawing<'_> {
    fn row(&self, (subject, trend): &(Subject, Trend)) -> TrendRow {
        let stories = counted("web.facet.stories", trend.stories as u64);
        let peers = counted("web.subject.peers", trend.peers as u64);
        let usual = |usual: f64| format!("{usual:.1}");
        let (usual_stories, usual_peers) = (usual(trend.usual_stories), usual(trend.usual_peers));
        let values = [
            ("stories", stories.as_str()),
            ("peers", &peers),
            ("usual-stories", &usual_stories),
            ("usual-peers", &usual_peers),
        ];
        TrendRow {
            name: subject.name.clone(),
            link: page_of(subject, self.asked),
            rise: format!("{:.1}", trend.rise),
            is_rising: trend.is_rising(),
            label: say::fill("web.trends.label", &values),
            stories: trend.stories,
            usual_stories,
            peers: trend.peers,
            usual_peers,
            bars: self.bars(trend),
        }
    }

    /// Each drawing fills its height: what counts is its own course.
    fn bars(&self, trend: &Trend) -> Vec<Bar> {
        let most = trend.months.iter().copied().max().unwrap_or_default().max(3);
        let bar = |(at, stories): (usize, &usize)| {
            let height = (stories * BAR_HEIGHT).div_ceil(most);
            let day = Moment::day(month_start(at, self.now)).text;
            let stories = counted("web.facet.stories", *stories as u64);
            Bar {
                x: at * BAR_STEP,
                y: BAR_HEIGHT - height,
                height,
                is_last: at + 3 >= TREND_MONTHS,
                label: say::fill("web.trends.bar", &[("day", &day), ("stories", &stories)]),
            }
        };
        trend.months.iter().enumerate().map(bar).collect()
    }
}
