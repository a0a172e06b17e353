//! `peerscope forget`: deletes what a peer left, or one entry for good, after saying what that is.

use clap::Args;

use super::{
    Ending,
    meant::is_meant,
    output::{Output, bytes, count, harmless},
    start::{Start, slug_of},
};
use crate::{
    crawl,
    domain::{EntryId, Slug},
    home::Doors,
};

#[derive(Debug, Args)]
pub(super) struct Forget {
    /// Name or slug of the peer
    #[arg(required_unless_present = "entry")]
    peer: Option<String>,
    /// Delete one entry instead, by its number; it stays deleted although its feed lists it
    #[arg(long, value_name = "NUMBER", conflicts_with = "peer")]
    entry: Option<i64>,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

impl Forget {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let doors = start.doors().await?;
        let ending = match (&self.peer, self.entry) {
            (_, Some(entry)) => self.forget_entry(&doors, EntryId(entry), output).await?,
            (Some(peer), None) => self.forget_peer(&doors, &slug_of(peer)?, &start, output).await?,
            (None, None) => Ending::Failed,
        };
        crawl::index_follows(&doors.store, &doors.index).await?;
        doors.close().await;
        Ok(ending)
    }

    async fn forget_peer(
        &self,
        doors: &Doors,
        peer: &Slug,
        start: &Start,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        let Some(left) = doors.store.forget_preview(peer).await? else {
            anyhow::bail!(
                "the library knows no peer `{peer}`; `peerscope peers list --all` shows all"
            );
        };
        output.line(&format!(
            "{}: {}, {}, {}, {}; {}",
            harmless(&left.name),
            count(left.sources, "source", "sources"),
            count(left.entries, "entry", "entries"),
            count(left.revisions, "former text", "former texts"),
            count(left.visits, "visit", "visits"),
            bytes(left.bytes),
        ));
        if left.readings > 0 {
            output.line(&format!(
                "{} on the reading list; notes, highlights and what was studied or applied stay",
                count(left.readings, "story", "stories")
            ));
        }
        if !is_meant(self.yes, output) {
            return Ok(Ending::Failed);
        }
        doors.store.forget(peer).await?;
        output.line("forgotten");
        let still = start
            .following(output)
            .is_ok_and(|read| read.following.peers.iter().any(|it| it.slug == *peer));
        if still {
            output.note("feeds.toml still follows this peer: `peerscope peers remove` ends that");
        }
        Ok(Ending::Well)
    }

    async fn forget_entry(
        &self,
        doors: &Doors,
        id: EntryId,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        let Some(found) = doors.store.entry(id).await? else {
            anyhow::bail!("the library holds no entry {id}");
        };
        output.line(&format!(
            "{}: {}",
            harmless(&found.entry.peer_name),
            harmless(&found.entry.title)
        ));
        if !is_meant(self.yes, output) {
            return Ok(Ending::Failed);
        }
        doors.store.delete_entry(id, doors.clock.now()).await?;
        output.line("deleted; it stays deleted although its feed lists it");
        Ok(Ending::Well)
    }
}
