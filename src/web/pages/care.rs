//! What can be done for a source by hand: visit it now, or follow it to where it has gone.

use axum::{extract::State, response::Redirect};

use crate::{
    domain::{Diagnosis, Replacement, SourceId, VisitNow, diagnose},
    store::SourceReport,
    web::{
        Web,
        api::{self, Named},
        problem::{Problem, Thing},
    },
};

/// `POST /sources/{id}/visit`: has it visited in the next round, unless its server wants to be left alone.
pub(in crate::web) async fn post_visit(
    State(web): State<Web>,
    id: Named,
) -> Result<Redirect, Problem> {
    let report = one(&web, id).await?;
    let id = report.source.id;
    if !web.status().snapshot().crawls {
        return Ok(told(id, "not-crawling"));
    }
    match VisitNow::of(&report.source.state, web.clock().now()) {
        VisitNow::NotBefore(_) => Ok(told(id, "not-before")),
        VisitNow::JustVisited(_) => Ok(told(id, "just-visited")),
        VisitNow::May => {
            web.status().progress().ask_for(id);
            Ok(told(id, "asked"))
        }
    }
}

/// `POST /sources/{id}/repair`: writes to `feeds.toml` where it has moved, or where its blog lives on.
pub(in crate::web) async fn post_repair(
    State(web): State<Web>,
    id: Named,
) -> Result<Redirect, Problem> {
    let report = one(&web, id).await?;
    let source = &report.source;
    let diagnosis = diagnose(source, web.clock().now());
    let Some(replacement) = cure(&report, &diagnosis) else {
        return Ok(told(source.id, "nothing-to-repair"));
    };
    web.hands()?.feeds.replace(source.address.clone(), replacement).await?;
    Ok(told(source.id, "repaired"))
}

/// What could take the place of a source, as far as it is known already.
pub(super) fn cure(report: &SourceReport, diagnosis: &Diagnosis) -> Option<Replacement> {
    match diagnosis {
        Diagnosis::Moved { to } => {
            Some(Replacement { kind: report.source.kind, address: to.clone() })
        }
        Diagnosis::Dropped { lives_on, .. } => Some(lives_on.clone()),
        Diagnosis::Fine | Diagnosis::Dead { .. } | Diagnosis::Stale { .. } => None,
    }
}

async fn one(web: &Web, id: Named) -> Result<SourceReport, Problem> {
    let name = api::named(id);
    let missing = || Problem::Missing(Thing::Source, name.chars().take(80).collect());
    let id = SourceId(name.parse().map_err(|_| missing())?);
    let reports = web.library().store.sources().await?;
    reports.into_iter().find(|it| it.followed && it.source.id == id).ok_or_else(missing)
}

fn told(id: SourceId, word: &str) -> Redirect {
    Redirect::to(&format!("/sources?told={word}&source={id}#source-{id}"))
}
