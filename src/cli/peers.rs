//! `peerscope peers`: whom you follow, and whom you could follow.

use std::{io::Read as _, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{
    Ending,
    output::{Output, count, harmless},
    peers_add::Add,
    start::Start,
};
use crate::{
    catalogue::{self, CataloguePeer},
    config::{self, ConfigError},
    domain::Slug,
};

#[derive(Debug, Subcommand)]
pub(super) enum Peers {
    /// Search the built-in list of companies and where they publish
    Catalogue(Catalogue),
    /// Follow a peer of the catalogue, or what lists the posts of the site at an address
    Add(Add),
    /// Stop following a peer; what it published stays in the library
    Remove(Remove),
    /// List the peers you follow
    List(List),
    /// Follow every feed of an OPML list
    Import(Import),
    /// Print the peers you follow as an OPML list
    Export,
}

#[derive(Debug, Args)]
pub(super) struct Catalogue {
    /// Only peers of this domain
    #[arg(long)]
    domain: Option<Slug>,
    /// Words that all occur in a peer's name, domains, titles or addresses
    words: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// Name or slug of the peer
    peer: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Also peers that are no longer followed and left entries
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// OPML file, or - for standard input
    #[arg(value_name = "FILE.opml")]
    file: PathBuf,
}

impl Peers {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        match self {
            Self::Catalogue(it) => it.run(output),
            Self::Add(it) => it.run(start, output).await?,
            Self::Remove(it) => it.run(start, output)?,
            Self::List(it) => it.run(start, output).await?,
            Self::Import(it) => it.run(start, output)?,
            Self::Export => {
                let following = start.following(output)?.following;
                output.line(config::export_opml(&following, start.clock.now()).trim_end());
            }
        }
        Ok(Ending::Well)
    }
}

impl Catalogue {
    fn run(&self, output: &Output) {
        let words = self.words.join(" ");
        if words.is_empty() && self.domain.is_none() {
            for (slug, description) in catalogue::domains() {
                let peers = catalogue::find("", Some(slug)).len();
                output.line(&format!("{:<16} {peers:>4}  {description}", slug.as_str()));
            }
            output.note("name a domain (--domain ecommerce) or words to see its peers");
            return;
        }
        let found = catalogue::find(&words, self.domain.as_ref());
        for peer in &found {
            show(peer, output);
        }
        output.note(&count(found.len() as u64, "peer", "peers"));
    }
}

fn show(peer: &CataloguePeer, output: &Output) {
    let domains: Vec<&str> = peer.domains.iter().map(Slug::as_str).collect();
    let about = format!("{} · {}", domains.join(", "), peer.activity.as_str());
    output.line(&format!("{}  {}", output.strong(&peer.name), output.faint(&about)));
    for source in &peer.sources {
        let sure = source.confidence.as_str();
        output.line(&format!(
            "  {:<8} {}  {}",
            source.kind.as_str(),
            source.address,
            output.faint(sure)
        ));
        if let Some(note) = &source.note {
            output.line(&format!("           {}", output.faint(note)));
        }
    }
}

impl Remove {
    fn run(&self, start: &Start, output: &Output) -> anyhow::Result<()> {
        let text = feeds_text(start)?;
        let (edited, removed) = config::remove_peer(&text, &self.peer)?;
        save(start, &edited)?;
        output.line(&format!("no longer following {}", harmless(&removed.name)));
        output.note(&format!(
            "its entries stay in the library; `peerscope forget {}` deletes them",
            removed.slug.map_or(removed.name, |it| it.to_string())
        ));
        Ok(())
    }
}

impl List {
    async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<()> {
        let following = start.following(output)?.following;
        let peers = start.library().await?.store.peers().await?;
        for peer in &following.peers {
            let entries =
                peers.iter().find(|it| it.slug == peer.slug.as_str()).map_or(0, |it| it.entries);
            let domains: Vec<&str> = peer.domains.iter().map(Slug::as_str).collect();
            let about = format!("{} · {}", domains.join(", "), count(entries, "entry", "entries"));
            output.line(&format!(
                "{}  {}",
                output.strong(&harmless(&peer.name)),
                output.faint(&about)
            ));
            for source in &peer.sources {
                output.line(&format!("  {:<8} {}", source.kind.as_str(), source.address));
            }
        }
        for peer in peers.iter().filter(|it| self.all && !it.followed) {
            let entries = count(peer.entries, "entry", "entries");
            output.line(&format!("{}  not followed any more; {entries}", harmless(&peer.name)));
        }
        output.note(&count(following.peers.len() as u64, "peer", "peers"));
        Ok(())
    }
}

impl Import {
    fn run(&self, start: &Start, output: &Output) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        if self.file.as_os_str() == "-" {
            std::io::stdin().read_to_end(&mut bytes).context("could not read standard input")?;
        } else {
            bytes = std::fs::read(&self.file)
                .with_context(|| format!("could not read {}", self.file.display()))?;
        }
        let text = feeds_text(start)?;
        let opml = if start.settings.allow_private {
            config::import_private_opml(&bytes)
        } else {
            config::import_opml(&bytes)
        };
        let (edited, report) = config::merge_opml(&text, &opml, &catalogue::domain_slugs())?;
        save(start, &edited)?;
        for refused in &report.refused {
            output.warning(&harmless(refused));
        }
        let added = count(report.added.len() as u64, "peer", "peers");
        output.line(&format!("added {added}; {} were followed already", report.already.len()));
        Ok(())
    }
}

/// The text of `feeds.toml`; of a new one where there is none yet.
pub(super) fn feeds_text(start: &Start) -> Result<String, ConfigError> {
    match config::read_text(&start.places.feeds()) {
        Err(ConfigError::Missing { .. }) => Ok(config::init_text(&config::Start::default())),
        read => read,
    }
}

pub(super) fn save(start: &Start, text: &str) -> anyhow::Result<()> {
    std::fs::create_dir_all(start.places.folder())?;
    config::write_atomically(&start.places.feeds(), text)?;
    Ok(())
}
