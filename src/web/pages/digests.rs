//! `/digests` and `/digests/{week}`: the issues of the digest, and one to read.

use askama::Template;
use axum::extract::State;
use jiff::{Timestamp, tz::TimeZone};

use super::{
    Answer, Frame, Place, html,
    newest::Empty,
    time::{Moment, whole_day},
    words::{Markup, rich},
};
use crate::web::say;
use crate::{
    digest::faces::{self, Spoken},
    domain::{DigestPlan, EntryId, Issue, Schedule, Week},
    store::IssueReport,
    web::{Web, digests::all_issues, here, problem::Problem},
};

#[derive(Template)]
#[template(path = "digests.html")]
struct DigestsPage {
    frame: Frame,
    next: String,
    rows: Vec<Row>,
    empty: Option<Empty>,
}

struct Row {
    week: Week,
    language: String,
    title: String,
    day: Moment,
    line: String,
}

#[derive(Template)]
#[template(path = "digest.html")]
struct DigestPage {
    frame: Frame,
    week: Week,
    language: String,
    title: String,
    day: String,
    datetime: String,
    part: Markup,
    earlier: Option<Week>,
    later: Option<Week>,
}

pub(in crate::web) async fn digests(State(web): State<Web>) -> Answer {
    let issues = all_issues(&web).await?;
    let plan = &web.following().digest;
    let day = next_day(plan, web.clock().now());
    html(&DigestsPage {
        frame: Frame::new(&web, say::text("web.digests.heading"), Place::Digests),
        next: planned("web.digests.next", plan, &day),
        empty: issues.is_empty().then(|| nothing(plan, &day)),
        rows: issues.iter().map(Row::of).collect(),
    })
}

impl Row {
    fn of(report: &IssueReport) -> Self {
        let spoken = Spoken::of(&report.content, &on_pages);
        Self {
            week: report.week,
            language: spoken.language.to_owned(),
            day: Moment::day(report.slot),
            line: spoken.preheader(),
            title: spoken.title,
        }
    }
}

fn nothing(plan: &DigestPlan, day: &str) -> Empty {
    Empty {
        title: say::text("web.empty.digests.title"),
        steps: vec![
            rich(&planned("web.empty.digests.first", plan, day)),
            rich(say::text("web.empty.digests.mail")),
            rich(say::text("web.empty.digests.now")),
        ],
    }
}

/// With the time at which the next issue comes.
fn planned(key: &str, plan: &DigestPlan, day: &str) -> String {
    say::fill(key, &[("day", day), ("at", &plan.at), ("zone", &plan.zone)])
}

/// On which the next issue comes, in the zone of the plan; the day of the week where nothing more can be
/// told.
fn next_day(plan: &DigestPlan, now: Timestamp) -> String {
    let (Ok(schedule), Ok(zone)) = (Schedule::of(plan), TimeZone::get(&plan.zone)) else {
        return plan.day.clone();
    };
    whole_day(zone.to_datetime(schedule.next(now).at).date())
}

/// The links that put a story on the list become what can be done with it, by the story that it belongs to now.
async fn with_deeds(web: &Web, issue: &Issue, mut part: String) -> Result<String, Problem> {
    let reads = issue.reads.iter().chain(&issue.papers).chain(&issue.archive);
    let ids: Vec<EntryId> = reads.map(|it| it.entry).collect();
    for entry in web.library().store.entries_without_bodies(&ids).await? {
        let link = format!("<a href=\"/entries/{}#queue\">", entry.id);
        let Some(start) = part.find(&link) else { continue };
        let Some(length) = part[start..].find("</a>") else { continue };
        let end = start + length + "</a>".len();
        part.replace_range(start..end, "");
        // Behind the paragraph with the other links.
        let behind = part[start..].find("</p>").map_or(start, |it| start + it + "</p>".len());
        part.insert_str(behind, &here::deeds_of(entry.story));
    }
    Ok(part)
}

pub(in crate::web) async fn digest(web: &Web, issue: Issue) -> Answer {
    let weeks: Vec<Week> = all_issues(web).await?.into_iter().map(|it| it.week).collect();
    let spoken = Spoken::of(&issue, &on_pages);
    let part = with_deeds(web, &issue, faces::html_part(&issue, &on_pages)).await?;
    html(&DigestPage {
        frame: Frame::new(web, &spoken.title, Place::Digests),
        week: issue.week,
        language: spoken.language.to_owned(),
        day: spoken.day,
        datetime: Moment::day(issue.slot).datetime,
        part: Markup::of_ours(part),
        earlier: weeks.iter().copied().filter(|it| *it < issue.week).max(),
        later: weeks.iter().copied().filter(|it| *it > issue.week).min(),
        title: spoken.title,
    })
}

/// Pages lead to each other by their paths.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere pages may be out of reach")]
fn on_pages(path: &str) -> Option<String> {
    Some(path.to_owned())
}
