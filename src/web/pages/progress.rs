//! `/setup/progress`: how the first round is getting on, source by source. A script keeps it up to date;
//! without one the page loads itself again.

use askama::Template;
use axum::extract::State;

use super::{Answer, Frame, Place, html, progress_words};
use crate::{
    crawl::{ProgressReport, VisitStep},
    web::{Web, say},
};

#[derive(Template)]
#[template(path = "progress.html")]
struct ProgressPage {
    frame: Frame,
    line: String,
    done: usize,
    all: usize,
    is_running: bool,
    /// Whether there is something to be found.
    is_ready: bool,
    /// What keeps anything from happening.
    problem: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    /// Empty before the round began.
    id: String,
    peer_name: String,
    address: String,
    step: &'static str,
    told: String,
    detail: String,
}

pub(in crate::web) async fn progress(State(web): State<Web>) -> Answer {
    let report = web.status().progress().since(0);
    let crawls = web.status().snapshot().crawls;
    let is_waiting = crawls && report.began.is_none();
    html(&ProgressPage {
        frame: Frame::new(&web, say::text("web.progress.heading"), Place::Elsewhere),
        line: progress_words::line(&report),
        done: report.done,
        all: report.all,
        is_running: report.is_running || is_waiting,
        is_ready: web.library().index.document_count() > 0,
        problem: (!crawls).then(|| say::text("web.crawl.off").to_owned()),
        rows: rows(&web, &report),
    })
}

fn rows(web: &Web, report: &ProgressReport) -> Vec<Row> {
    if report.began.is_some() {
        return report
            .changed
            .iter()
            .map(|it| {
                let (step, told, detail) = progress_words::step(&it.step);
                Row {
                    id: it.id.to_string(),
                    peer_name: it.peer_name.clone(),
                    address: it.address.clone(),
                    step,
                    told,
                    detail: detail.to_owned(),
                }
            })
            .collect();
    }
    let following = web.following();
    let sources =
        following.peers.iter().flat_map(|peer| peer.sources.iter().map(move |it| (peer, it)));
    let (step, told, _) = progress_words::step(&VisitStep::Waiting);
    let waiting = sources.map(|(peer, source)| Row {
        id: String::new(),
        peer_name: peer.name.clone(),
        address: source.address.to_string(),
        step,
        told: told.clone(),
        detail: String::new(),
    });
    waiting.collect()
}
