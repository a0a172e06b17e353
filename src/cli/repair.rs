//! `peerscope sources repair`: what could take the place of sources that are not fine.

use clap::Args;

use super::{
    Ending,
    output::{Output, count, harmless},
    start::{Start, slug_of},
};
use crate::{
    config, crawl,
    domain::{Diagnosis, Replacement, diagnose, wants_search},
};

#[derive(Debug, Args)]
pub(super) struct Repair {
    /// Only the sources of this peer (name or slug)
    peer: Option<String>,
    /// Write the change to feeds.toml
    #[arg(long)]
    apply: bool,
}

impl Repair {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let peer = self.peer.as_deref().map(slug_of).transpose()?;
        let file = start.places.feeds();
        let before = config::read_text(&file)?;
        let doors = start.following_doors(output).await?;
        let now = doors.clock.now();
        let (mut text, mut replaced) = (before.clone(), 0);
        for report in doors.store.sources().await? {
            let is_asked = peer.as_ref().is_none_or(|it| it.as_str() == report.peer);
            let source = &report.source;
            let diagnosis = diagnose(source, now);
            let Some(told) = crawl::told("en", &diagnosis).filter(|_| is_asked && report.followed)
            else {
                continue;
            };
            output.note(&format!("{}: {}: {told}", harmless(&source.peer_name), source.address));
            let found = match diagnosis {
                Diagnosis::Moved { to } => Some(Replacement { kind: source.kind, address: to }),
                _ if peer.is_some() || wants_search(source, now) => {
                    crawl::search_for(&doors, source).await?.found
                }
                Diagnosis::Dropped { lives_on, .. } => Some(lives_on),
                _ => None,
            };
            let Some(found) = found else {
                output.note("  nothing was found that lists newer posts");
                continue;
            };
            output.note(&format!("  {} {}", found.kind.as_str(), found.address));
            let place = (found.kind, &found.address);
            let changed = config::replace_source(&text, &source.address, place)?;
            // A change that would make the file wrong, such as an address twice, is none.
            match changed.filter(|it| config::read_following(it, &file, &[]).is_ok()) {
                Some(changed) => (text, replaced) = (changed, replaced + 1),
                None => output.note("  the file follows it already"),
            }
        }
        doors.close().await;
        for line in config::unified_diff("feeds.toml", &before, &text).lines() {
            output.line(line);
        }
        if self.apply && replaced > 0 {
            config::write_atomically(&file, &text)?;
            output.note(&format!("{} written", count(replaced, "change", "changes")));
        }
        Ok(Ending::Well)
    }
}
