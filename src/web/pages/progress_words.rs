//! How a round is getting on, in words.

use super::words::counted;
use crate::{
    crawl::{ProgressReport, VisitStep},
    web::say,
};

/// The whole round in a line.
pub(in crate::web) fn line(report: &ProgressReport) -> String {
    if report.outage {
        return say::text("web.progress.outage").to_owned();
    }
    if report.began.is_none() {
        return say::text("web.progress.soon").to_owned();
    }
    let (done, all) = (report.done.to_string(), counted("web.sources.total", report.all as u64));
    let posts = counted("web.progress.posts", report.posts as u64);
    let values = [("done", done.as_str()), ("all", &all), ("posts", &posts)];
    let key = if report.is_running { "web.progress.running" } else { "web.progress.ended" };
    say::fill(key, &values)
}

/// A visit: its word, what people read, and what the failure was in its own words.
pub(in crate::web) fn step(step: &VisitStep) -> (&'static str, String, &str) {
    let text = |key: &str| say::text(key).to_owned();
    match step {
        VisitStep::Waiting => ("waiting", text("web.progress.waiting"), ""),
        VisitStep::Read(posts) => ("read", counted("web.progress.posts", *posts as u64), ""),
        VisitStep::Unchanged => ("unchanged", text("web.progress.unchanged"), ""),
        VisitStep::Left => ("left", text("web.progress.left"), ""),
        VisitStep::Failed { kind, detail } => {
            ("failed", text(&format!("failure.{}.name", kind.as_str())), detail)
        }
    }
}
