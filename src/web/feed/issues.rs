//! The issues of the digest as a feed: each whole, under a name that stays.

use axum::{extract::State, http::HeaderMap, response::Response};
use jiff::Timestamp;

use super::{
    Feed, Format,
    story::{Author, Story, sound},
    urn,
};
use crate::{
    digest::faces::{self, Spoken},
    domain::{SubscriberId, UNDATED},
    messages,
    store::IssueReport,
    web::{Web, assets::icon_path, base::Base, digests::issues, problem::Problem},
};

/// Those of half a year.
const MOST_ISSUES: u32 = 26;

pub(in crate::web) async fn issues_atom(
    State(web): State<Web>,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_issues(&web, Format::Atom, &base).await?.answer(Format::Atom, &headers)
}

pub(in crate::web) async fn issues_json(
    State(web): State<Web>,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_issues(&web, Format::Json, &base).await?.answer(Format::Json, &headers)
}

async fn of_issues(web: &Web, format: Format, base: &Base) -> Result<Feed, Problem> {
    let lineage = web.library().store.lineage();
    let reader = web.reader().to_string();
    let stories: Vec<Story> = match issues(web, MOST_ISSUES).await? {
        Some((of, issues)) => issues.iter().map(|it| story(it, of.id, lineage, base)).collect(),
        None => Vec::new(),
    };
    let heading = messages::text("web.digests.heading");
    Ok(Feed {
        id: urn(lineage, ["issues", &reader].into_iter()),
        title: format!("{heading} · {}", messages::text("web.name")),
        own: base.at(&format!("/digests.{}", format.ending())),
        page: base.at("/digests"),
        icon: base.at(&icon_path()),
        updated: stories.iter().map(|it| it.updated).max().unwrap_or(UNDATED),
        stories,
    })
}

fn story(report: &IssueReport, of: SubscriberId, lineage: &str, base: &Base) -> Story {
    let page = |path: &str| Some(base.at(path));
    let issue = &report.content;
    let spoken = Spoken::of(issue, &page);
    let week = report.week.to_string();
    Story {
        id: urn(lineage, ["issue", &of.to_string(), &week].into_iter()),
        title: sound(&faces::subject(issue)),
        original: None,
        page: base.at(&format!("/digests/{week}")),
        authors: vec![Author::person(messages::text("web.name"))],
        categories: Vec::new(),
        language: Some(spoken.language.to_owned()),
        published: Some(whole_second(report.slot)),
        updated: whole_second(report.made.max(report.slot)),
        summary: sound(&spoken.preheader()),
        content: Some(sound(&faces::html_part(issue, &page))),
    }
}

/// Fractions say nothing to anyone.
fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
