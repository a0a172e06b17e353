//! `peerscope sources`: how each source is doing, what went wrong and what to do.

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::{
    Ending,
    articles::state_name,
    output::{Output, count, harmless},
    repair::Repair,
    start::{Start, slug_of},
};
use crate::{
    crawl,
    domain::{Diagnosis, diagnose},
    messages,
    store::{SourceCounts, SourceReport},
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Sources {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only the sources of this peer (name or slug)
    #[arg(long, value_name = "PEER")]
    peer: Option<String>,
    /// Only sources with something wrong
    #[arg(long)]
    failing: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Look for what could replace sources that are not fine, and show the change to feeds.toml
    Repair(Repair),
}

impl Sources {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        if let Some(Action::Repair(repair)) = &self.action {
            return repair.run(start, output).await;
        }
        let library = start.library().await?;
        let now = start.clock.now();
        let peer = self.peer.as_deref().map(slug_of).transpose()?;
        let mut shown = library.store.sources().await?;
        shown.retain(|report| {
            let asked = peer.as_ref().is_none_or(|it| it.as_str() == report.peer);
            let is_fine = diagnose(&report.source, now) == Diagnosis::Fine;
            let failing = report.source.state.failure.is_some() || !is_fine;
            report.followed && asked && (failing || !self.failing)
        });
        let ids: Vec<_> = shown.iter().map(|it| it.source.id).collect();
        let counts = library.store.source_counts(&ids).await?;
        for report in &shown {
            let counts = counts.get(&report.source.id).cloned().unwrap_or_default();
            show(report, &counts, now, output);
        }
        output.note(&count(shown.len() as u64, "source", "sources"));
        Ok(Ending::Well)
    }
}

fn show(report: &SourceReport, counts: &SourceCounts, now: Timestamp, output: &Output) {
    let SourceReport { source, .. } = report;
    let SourceCounts { entries, articles } = counts;
    let state = &source.state;
    output.line(&output.strong(&harmless(&source.peer_name)));
    output.line(&format!("  {:<9} {}", source.kind.as_str(), source.address));
    match state.discovery.reads_as {
        Some(kind) => {
            output.line(&format!("  reads as  {} {}", kind.as_str(), state.in_use));
        }
        None if state.in_use != source.address => {
            output.line(&format!("  moved     {}", state.in_use));
        }
        None => {}
    }
    if let Some(moving) = &state.moving {
        let confirmations = count(u64::from(moving.confirmations), "time", "times");
        output.line(&format!("  moving    to {}, said {confirmations}", moving.to));
    }
    let visited = state.visited.map_or("never".to_owned(), |it| ago(it, now));
    let next = if state.muted { "when asked".to_owned() } else { until(state.next_visit, now) };
    let entries = count(*entries, "entry", "entries");
    output.line(&format!("  visited   {visited}; next {next}; {entries}"));
    if !articles.is_empty() {
        let told =
            articles.iter().map(|(state, number)| format!("{number} {}", state_name(*state)));
        output.line(&format!("  articles  {}", told.collect::<Vec<_>>().join("; ")));
    }
    if let Some(failure) = &state.failure {
        let word = failure.kind.as_str();
        let times = count(u64::from(state.failures.max(1)), "time", "times");
        output.line(&format!(
            "  failed    {times}: {}: {}",
            messages::text(&format!("failure.{word}.name")),
            harmless(&failure.detail)
        ));
        output.line(&format!("            {}", messages::text(&format!("failure.{word}.step"))));
    }
    if let Some(told) = crawl::told("en", &diagnose(source, now)) {
        output.line(&format!("  diagnosis {told}; see `peerscope sources repair`"));
    }
    for complaint in &state.complaints {
        output.line(&format!("  complaint {}", harmless(&complaint.detail)));
    }
}

fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs();
    if seconds < 60 { "just now".to_owned() } else { format!("{} ago", span(seconds)) }
}

fn until(then: Timestamp, now: Timestamp) -> String {
    let seconds = then.duration_since(now).as_secs();
    if seconds <= 0 { "now".to_owned() } else { format!("in {}", span(seconds)) }
}

/// The largest unit that fits, rounded down.
fn span(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
