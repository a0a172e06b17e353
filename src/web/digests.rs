//! `/digests/{week}`: an issue as a page, or behind `.md` as a Markdown file. A router cannot tell the
//! endings apart. The issues are those of whoever reads here.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::{
    Web,
    api::{self, Named},
    base::Base,
    pages,
    problem::{Problem, Thing},
    tagged,
};
use crate::{
    digest::faces,
    domain::{Issue, Subscriber, Week},
    store::IssueReport,
};

pub(super) const MARKDOWN: &str = ".md";

/// Issues that are listed: those of ten years.
const MOST_ISSUES: u32 = 520;

pub(super) async fn issue(
    State(web): State<Web>,
    name: Named,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = api::named(name);
    let Some(week) = name.strip_suffix(MARKDOWN) else {
        return Ok(pages::digest(&web, issue_of(&web, &name).await?).await?.into_response());
    };
    let issue = issue_of(&web, week).await?;
    let file = faces::markdown(&issue, &|path| Some(base.at(path)));
    Ok(tagged::answer(&headers, "text/markdown; charset=utf-8", file))
}

/// The issue of a week, as a path names it.
pub(super) async fn issue_of(web: &Web, week: &str) -> Result<Issue, Problem> {
    let missing = || Problem::Missing(Thing::Issue, week.chars().take(80).collect());
    let week: Week = week.parse().map_err(|_| missing())?;
    let subscriber = subscriber(web).await?.ok_or_else(missing)?;
    let issue = web.library().store.issue(subscriber.id, week).await?;
    issue.ok_or_else(missing)
}

/// The latest first, with whose they are.
pub(super) async fn issues(
    web: &Web,
    most: u32,
) -> Result<Option<(Subscriber, Vec<IssueReport>)>, Problem> {
    let Some(subscriber) = subscriber(web).await? else { return Ok(None) };
    let issues = web.library().store.issues(subscriber.id, most.min(MOST_ISSUES)).await?;
    Ok(Some((subscriber, issues)))
}

pub(super) async fn all_issues(web: &Web) -> Result<Vec<IssueReport>, Problem> {
    Ok(issues(web, MOST_ISSUES).await?.map(|it| it.1).unwrap_or_default())
}

async fn subscriber(web: &Web) -> Result<Option<Subscriber>, Problem> {
    Ok(web.library().store.subscriber_of(web.reader()).await?)
}
