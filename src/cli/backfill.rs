//! `peerscope backfill`: walks a peer's back-catalogue, so that search reaches past its last ten posts.

use clap::Args;
use tokio::sync::watch;

use super::{
    Ending,
    output::{Output, count, harmless},
    start::{Start, slug_of},
};
use crate::{
    crawl::{self, BackfillAsk, Backfilled},
    domain::{SourceToVisit, query::Day},
    home::Doors,
    store::Pick,
};

#[derive(Debug, Args)]
pub(super) struct Backfill {
    /// Name or slug of the peer
    peer: String,
    /// Nothing that came out before a year, month or day: 2023, 2023-06, 2023-06-01
    #[arg(long, value_name = "DATE")]
    since: Option<Day>,
    /// End after so many new entries of each source; a page of a feed is taken whole
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

impl Backfill {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let doors = start.following_doors(output).await?;
        let slug = slug_of(&self.peer)?;
        let sources = doors.store.sources_to_visit(&Pick::Peer(slug.clone())).await?;
        anyhow::ensure!(
            !sources.is_empty(),
            "`{slug}` is not followed; `peerscope peers list` shows who is"
        );
        let (stopping, stop) = watch::channel(false);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stopping.send_replace(true);
            }
        });
        let mut ending = Ending::Well;
        for source in &sources {
            let done = self.walk(&doors, source, &stop, output).await?;
            if done.failure.is_some() {
                ending = Ending::SomeSourcesFailed;
            }
            tell(source, &done, output);
        }
        crawl::index_follows(&doors.store, &doors.index).await?;
        doors.close().await;
        Ok(ending)
    }

    async fn walk(
        &self,
        doors: &Doors,
        source: &SourceToVisit,
        stop: &watch::Receiver<bool>,
        output: &Output,
    ) -> anyhow::Result<Backfilled> {
        let ask = BackfillAsk { since: self.since.map(Day::start), limit: self.limit };
        let show = |step: crawl::BackfillStep<'_>| {
            output.line(&format!("  {}: {} new, {} known", step.address, step.new, step.known));
        };
        output.line(&output.strong(&harmless(&source.peer_name)));
        Ok(crawl::backfill(doors, source, &ask, stop, &show).await?)
    }
}

fn tell(source: &SourceToVisit, done: &Backfilled, output: &Output) {
    if done.was_done {
        output.line(&format!("  {}: its end was reached before", source.state.in_use));
        return;
    }
    output.line(&format!("  {} new, {} known", count(done.new, "entry", "entries"), done.known));
    if let Some(failure) = &done.failure {
        output.warning(&format!("it could not go on: {}", failure.detail));
    }
    if done.is_unfinished {
        output.line("  not at the end yet: the same command goes on from here");
    }
}
