//! The issues of the digest as JSON: in short, and each as it was composed.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use jiff::Timestamp;
use serde::Serialize;

use super::{Named, handlers::Answer};
use crate::{
    domain::{Address, Issue, Language, Numbers, Pace, Week},
    store::IssueReport,
    web::{
        Web,
        digests::{issue_of, issues},
        params::Params,
        problem::Problem,
    },
};

const USUAL_ISSUES: usize = 20;
const MOST_ISSUES: usize = 200;

/// The latest first.
#[derive(Debug, Serialize)]
pub struct IssueList {
    issues: Vec<IssueShape>,
}

#[derive(Debug, Serialize)]
struct IssueShape {
    week: Week,
    slot: Timestamp,
    made: Timestamp,
    language: Language,
    pace: Pace,
    numbers: Numbers,
    /// What is to be read.
    reads: Vec<ReadShape>,
}

#[derive(Debug, Serialize)]
struct ReadShape {
    story: i64,
    entry: i64,
    title: String,
    url: Option<Address>,
    peer: String,
    peer_name: String,
}

impl IssueList {
    pub fn of(issues: Vec<IssueReport>) -> Self {
        Self { issues: issues.into_iter().map(IssueShape::from).collect() }
    }
}

impl From<IssueReport> for IssueShape {
    fn from(IssueReport { week, slot, made, content }: IssueReport) -> Self {
        let Issue { language, pace, numbers, reads, papers, .. } = content;
        let shape = |it: crate::domain::Read| ReadShape {
            story: it.story.0,
            entry: it.entry.0,
            title: it.title,
            url: it.address,
            peer: it.peer.into(),
            peer_name: it.peer_name,
        };
        let reads = reads.into_iter().chain(papers).map(shape).collect();
        Self { week, slot, made, language, pace, numbers, reads }
    }
}

pub(crate) async fn digests(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<IssueList> {
    let params = Params::read(query.as_deref(), &["limit"])?;
    let most = params.number("limit", USUAL_ISSUES, 1, MOST_ISSUES)?;
    let found = issues(&web, u32::try_from(most).unwrap_or(u32::MAX)).await?;
    Ok(Json(IssueList::of(found.map(|it| it.1).unwrap_or_default())))
}

/// The value that every face of the issue is made of.
pub(crate) async fn digest(
    State(web): State<Web>,
    week: Named,
    RawQuery(query): RawQuery,
) -> Result<Json<Issue>, Problem> {
    Params::read(query.as_deref(), &[])?;
    Ok(Json(issue_of(&web, &super::named(week)).await?))
}
