//! `peerscope init`: writes a commented `feeds.toml` for a domain.

use clap::Args;

use super::{
    Ending,
    output::{Output, count},
    start::Start,
};
use crate::{catalogue, config, domain::Slug};

/// Peers that a new file follows at most: as many as a person can get to know.
const MOST_PEERS: usize = 40;

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Business domain whose companies are your peers; may be given several times
    #[arg(long = "domain", required = true)]
    domains: Vec<Slug>,
    /// A phrase you care about: "dynamic pricing"; may be given several times
    #[arg(long = "interest")]
    interests: Vec<String>,
    /// Replace a feeds.toml that is there
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let file = start.places.feeds();
        if file.exists() && !self.force {
            anyhow::bail!(
                "{} is there already: edit it, or replace it with --force",
                file.display()
            );
        }
        for domain in self.domains.iter().filter(|it| !catalogue::domain_slugs().contains(it)) {
            output.warning(&format!(
                "the catalogue knows no domain `{domain}`; `peerscope peers catalogue` lists all"
            ));
        }
        let peers = catalogue::suggest(&self.domains, MOST_PEERS);
        let followed = peers.len() as u64;
        let text = config::init_text(&config::Start {
            domains: self.domains.clone(),
            interests: self.interests.clone(),
            peers,
        });
        std::fs::create_dir_all(start.places.folder())?;
        config::write_atomically(&file, &text)?;
        let peers = count(followed, "peer", "peers");
        output.line(&format!("wrote {}, following {peers}", file.display()));
        output.note("next: `peerscope crawl`, or `peerscope serve` to crawl in the background");
        Ok(Ending::Well)
    }
}
