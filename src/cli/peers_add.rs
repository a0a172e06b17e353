//! `peerscope peers add`: follows a peer of the catalogue, or what is found at an address.

use anyhow::Context;
use clap::Args;

use super::{
    output::{Output, count, harmless},
    peers::{feeds_text, save},
    start::Start,
};
use crate::{
    catalogue, config,
    crawl::{self, Discovered, NothingFound},
    domain::{Address, Candidate, Peer, Slug, Source, SourceType},
    messages,
};

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Name of a peer in the catalogue, or the address of its blog or feed
    #[arg(value_name = "NAME|URL")]
    peer: String,
    /// What to call it, for an address
    #[arg(long)]
    name: Option<String>,
    /// Its domain, for an address; may be given several times
    #[arg(long = "domain")]
    domains: Vec<Slug>,
}

impl Add {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<()> {
        let text = feeds_text(start)?;
        let peer = if let Some(peer) = catalogue::by_name(&self.peer) {
            peer.as_peer()
        } else {
            let address = self.address()?;
            // Refused before anyone is asked, where nothing can come of it.
            config::add_peer(&text, &self.peer_of(Source::feed(address.clone()))?)?;
            self.peer_of(found_at(address, start, output).await?)?
        };
        let edited = config::add_peer(&text, &peer)?;
        save(start, &edited)?;
        output.line(&format!("following {}", peer.name));
        for source in &peer.sources {
            output.line(&format!("  {:<8} {}", source.kind.as_str(), source.address));
        }
        Ok(())
    }

    fn address(&self) -> anyhow::Result<Address> {
        if let Ok(address) = self.peer.parse() {
            return Ok(address);
        }
        let near = catalogue::find(&self.peer, None);
        let hint = match near.first() {
            Some(peer) => format!("; did you mean `{}`?", peer.name),
            None => "; give the address of its blog".to_owned(),
        };
        anyhow::bail!("the catalogue knows no peer `{}`{hint}", self.peer);
    }

    fn peer_of(&self, source: Source) -> anyhow::Result<Peer> {
        let host = source.address.host().trim_start_matches("www.").to_owned();
        let name = self.name.clone().unwrap_or(host);
        let slug = Slug::of(&name).with_context(|| format!("`{name}` has no letter or digit"))?;
        Ok(Peer { name, slug, domains: self.domains.clone(), sources: vec![source] })
    }
}

/// What is to be followed there. Where nobody answers now, or nothing is found yet, the address itself:
/// a crawl looks it over again.
async fn found_at(given: Address, start: &Start, output: &Output) -> anyhow::Result<Source> {
    match crawl::discover(&start.fetcher()?, &start.clock, &given).await {
        Ok(found) => {
            show_candidates(&found.looked_at, output);
            output.line(&chosen(&found));
            Ok(source_of(given, found, output))
        }
        Err(nothing) => {
            let NothingFound { failure, looked_at, .. } = *nothing;
            show_candidates(&looked_at, output);
            let key = format!("failure.{}.name", failure.kind.as_str());
            let name = messages::text(&key);
            output.warning(&format!("{given}: {name}: {}", harmless(&failure.detail)));
            Ok(unread(given))
        }
    }
}

/// What looks like a feed is followed as one: feeds are asked for whatever `robots.txt` says of pages.
fn unread(given: Address) -> Source {
    let kind = if given.is_like_feed() { SourceType::Feed } else { SourceType::Site };
    Source::new(given, kind)
}

fn show_candidates(looked_at: &[Candidate], output: &Output) {
    for Candidate { address, found, verdict } in looked_at {
        let key = format!("found-by.{}", found.as_str());
        let how = messages::text(&key);
        let line = format!("{address} ({how}): {}", harmless(verdict));
        output.line(&output.faint(&line));
    }
}

fn chosen(found: &Discovered) -> String {
    let key = format!("reads-as.{}", found.kind.as_str());
    let kind = messages::text(&key);
    let title = found.title.as_ref().map(|it| format!(" \"{}\"", harmless(it))).unwrap_or_default();
    let posts = count(found.entries as u64, "post", "posts");
    format!("chosen: {kind}{title} with {posts}: {}", found.address)
}

/// A sitemap lists the whole site: of a blog in one of its folders, the blog's address tells its posts
/// from the other pages.
fn source_of(given: Address, found: Discovered, output: &Output) -> Source {
    if found.kind == SourceType::Sitemap && !given.is_home_page() {
        output.note(&format!("only pages below {given} count as posts"));
        return Source::new(given, SourceType::Site);
    }
    Source::new(found.address, found.kind)
}
