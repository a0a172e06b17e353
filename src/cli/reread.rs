//! `peerscope reread`: reads entries again for what they are about.

use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    Ending,
    output::{Output, count},
    start::Start,
};
use crate::{crawl, insight::MODEL, store::Rereading};

#[derive(Debug, Args)]
pub(super) struct Reread {
    /// Also what this version of the model has read
    #[arg(long)]
    all: bool,
}

impl Reread {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let began = Instant::now();
        let doors = start.doors().await?;
        // What an earlier run stored and could not read any more.
        let mut read = crawl::index_follows(&doors.store, &doors.index).await?;
        let counts = doors.store.insight_counts(MODEL).await?;
        let which = if self.all { Rereading::Everything } else { Rereading::NotBy(MODEL) };
        let all = counts.waiting + if self.all { counts.read } else { 0 };
        let progress = progress(all, output);
        let mut before = None;
        loop {
            let part = crawl::reread_portion(&doors.store, &doors.index, which, before).await?;
            read += part.entries;
            if let Some(bar) = &progress {
                bar.inc(part.entries);
            }
            before = part.next;
            if before.is_none() {
                break;
            }
        }
        if let Some(bar) = progress {
            bar.finish_and_clear();
        }
        let waiting = doors.store.insight_counts(MODEL).await?.waiting;
        doors.close().await;
        let (read, took) = (count(read, "entry", "entries"), began.elapsed().as_secs_f64());
        output.line(&format!("read {read} in {took:.1} s; {waiting} waiting"));
        Ok(Ending::Well)
    }
}

fn progress(entries: u64, output: &Output) -> Option<ProgressBar> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} entries  {elapsed}");
    style.ok().filter(|_| output.is_interactive()).map(|style| {
        ProgressBar::with_draw_target(Some(entries), ProgressDrawTarget::stderr()).with_style(style)
    })
}
