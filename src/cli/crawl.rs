//! `peerscope crawl`: one round, then everything is searchable.

use std::{io, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch;

use super::{
    Ending,
    articles::{self, PageProgress, Pages},
    output::{Output, bytes, count, harmless},
    start::{self, Start},
};
use crate::{
    crawl::{self, Event, Round},
    domain::{FailureKind, Outcome, SourceToVisit, Visit},
    home::Doors,
    messages,
    store::Pick,
};

#[derive(Debug, Args)]
pub(super) struct Crawl {
    /// Only the sources of this peer (name or slug); a muted one is asked again
    #[arg(long, value_name = "PEER")]
    peer: Option<String>,
    /// Only the sources that are due
    #[arg(long)]
    due: bool,
    /// Pages of whole articles to ask for: a number, `all`, `none`, or `usual` (50 of each host,
    /// 2000 in all)
    #[arg(long, value_name = "N|all|none", default_value = "usual", hide_default_value = true)]
    articles: Pages,
}

impl Crawl {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let doors = start.following_doors(output).await?;
        crawl::index_follows(&doors.store, &doors.index).await?;
        let sources = self.sources(&doors).await?;
        let began = doors.clock.now();
        let progress = Progress::new(output, sources.len() as u64);
        let (stopping, stop) = watch::channel(false);
        let stop_articles = stop.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stopping.send_replace(true);
            }
        });
        let round = crawl::round(&doors, sources, stop, &|event| progress.tell(&event)).await?;
        progress.end();
        let took = doors.clock.now().duration_since(began);
        tell(&round, Duration::try_from(took).unwrap_or_default(), output);
        if !round.stopped && !round.outage {
            crawl::search_for_lost(&doors, stop_articles.clone()).await?;
            self.ask_for_articles(&doors, stop_articles, output).await?;
        }
        doors.close().await;
        Ok(ending(&round))
    }

    async fn ask_for_articles(
        &self,
        doors: &Doors,
        stop: watch::Receiver<bool>,
        output: &Output,
    ) -> anyhow::Result<()> {
        let peer = self.peer.as_deref().map(start::slug_of).transpose()?;
        let Some(budget) = self.articles.budget(peer) else { return Ok(()) };
        let began = doors.clock.now();
        let progress = PageProgress::new(output);
        let round = crawl::articles(doors, &budget, stop, &|visit| progress.tell(visit)).await?;
        progress.end();
        crawl::index_follows(&doors.store, &doors.index).await?;
        let took = doors.clock.now().duration_since(began);
        if round.pages > 0 || round.waiting > 0 {
            articles::tell(&round, Duration::try_from(took).unwrap_or_default(), output);
        }
        Ok(())
    }

    async fn sources(&self, doors: &Doors) -> anyhow::Result<Vec<SourceToVisit>> {
        let Some(peer) = self.peer.as_deref().map(start::slug_of).transpose()? else {
            return Ok(if self.due {
                doors.store.sources_due(doors.clock.now()).await?
            } else {
                doors.store.sources_to_visit(&Pick::All).await?
            });
        };
        let mut sources = doors.store.sources_to_visit(&Pick::Peer(peer.clone())).await?;
        if sources.is_empty() {
            anyhow::bail!(
                "no source of a peer `{peer}` can be visited; `peerscope peers list` shows all"
            );
        }
        if self.due {
            let now = doors.clock.now();
            sources.retain(|it| it.state.next_visit <= now);
        }
        Ok(sources)
    }
}

fn tell(round: &Round, took: Duration, output: &Output) {
    let sources = count(round.visited, "source", "sources");
    output.line(&format!("visited {sources} in {:.1} s", took.as_secs_f64()));
    output.line(&format!("  new        {}", count(round.new, "entry", "entries")));
    output.line(&format!("  edited     {}", count(round.edited, "entry", "entries")));
    output.line(&format!(
        "  unchanged  {}, {} saved by conditional requests",
        count(round.unchanged, "source", "sources"),
        bytes(round.saved_bytes)
    ));
    output.line(&format!("  failed     {}", count(round.failures(), "source", "sources")));
    for (kind, number) in &round.failed {
        output.line(&format!("    {number:>4}  {}", name_of(*kind)));
    }
    if round.waiting > 0 {
        let sources = count(round.waiting, "source", "sources");
        output.line(&format!("  waiting    {sources} asked to be left alone, or are backing off"));
    }
    if round.outage {
        output.warning("no host could be reached: is this machine offline? nothing is counted against a source");
    }
    if round.stopped {
        output.warning("stopped early: what was finished is kept");
    }
}

fn name_of(kind: FailureKind) -> String {
    messages::text(&format!("failure.{}.name", kind.as_str())).to_owned()
}

fn ending(round: &Round) -> Ending {
    match round.failures() {
        _ if round.stopped => Ending::Failed,
        0 => Ending::Well,
        failures if failures == round.visited => Ending::AllSourcesFailed,
        _ => Ending::SomeSourcesFailed,
    }
}

/// What a person sees meanwhile: a bar on a terminal, a line for each thing worth telling elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    fn new(output: &Output, sources: u64) -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} sources  {elapsed}  {msg}");
        let bar = style.ok().filter(|_| output.is_interactive()).map(|style| {
            ProgressBar::with_draw_target(Some(sources), ProgressDrawTarget::stderr())
                .with_style(style)
        });
        Self { bar }
    }

    fn tell(&self, event: &Event<'_>) {
        let Event::Visited { source, visit } = event else { return };
        let told = line_about(source, visit);
        let Some(bar) = &self.bar else {
            if let Some(line) = told {
                print_note(&line);
            }
            return;
        };
        bar.inc(1);
        bar.set_message(harmless(&source.peer_name));
        if let Some(line) = told.filter(|_| matches!(visit.outcome, Outcome::Failed(_))) {
            bar.println(line);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

pub(super) fn print_note(line: &str) {
    use io::Write as _;
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "{line}");
}

/// A line for a visit that brought entries, complaints or a failure; nothing for a quiet one.
fn line_about(source: &SourceToVisit, visit: &Visit) -> Option<String> {
    let name = harmless(&source.peer_name);
    match &visit.outcome {
        Outcome::Failed(failure) => {
            Some(format!("{name}: {}: {}", name_of(failure.kind), harmless(&failure.detail)))
        }
        Outcome::Read { entries } => {
            let entries = count(entries.len() as u64, "entry", "entries");
            let notes: Vec<String> = notes_on(visit).collect();
            let told = [format!("{name}: {entries}")].into_iter().chain(notes);
            Some(told.collect::<Vec<_>>().join("; "))
        }
        Outcome::Unchanged => {
            notes_on(visit).next().map(|note| format!("{name}: unchanged; {note}"))
        }
    }
}

fn notes_on(visit: &Visit) -> impl Iterator<Item = String> {
    let moving = visit.after.moving.as_ref().map(|it| format!("moved to {}", it.to));
    let complaints = visit.after.complaints.iter().map(|it| harmless(&it.detail));
    let complaints: Vec<String> = if matches!(visit.outcome, Outcome::Read { .. }) {
        complaints.collect()
    } else {
        Vec::new()
    };
    moving.into_iter().chain(complaints)
}
