//! The built-in list of peers: who is known in which business domain, and where they publish.

mod parse;

use std::{cmp::Reverse, sync::LazyLock};

use crate::domain::{Address, Lane, Language, Peer, Slug, Source, SourceType, fold};

/// Parsed when first asked for: most commands never need it.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| parse::parse(include_str!("peers.toml")));

#[derive(Debug, Default)]
struct Catalogue {
    domains: Vec<(Slug, String)>,
    peers: Vec<CataloguePeer>,
}

/// A company that could be followed.
#[derive(Clone, Debug, PartialEq)]
pub struct CataloguePeer {
    /// A short name that stays when the company renames itself.
    pub id: Slug,
    pub name: String,
    /// The fields in which it is somebody's peer, the closest first.
    pub domains: Vec<Slug>,
    /// Of most of its posts.
    pub language: Option<Language>,
    pub activity: Activity,
    pub sources: Vec<CatalogueSource>,
    /// Name, id, domains, titles and addresses, folded for searching.
    folded: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueSource {
    pub title: String,
    pub address: Address,
    /// The page that people open.
    pub page: Address,
    pub kind: SourceType,
    pub lane: Lane,
    pub confidence: Confidence,
    pub keep: Vec<String>,
    pub drop: Vec<String>,
    pub user_agent: Option<String>,
    /// What is known to be odd about it.
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activity {
    #[default]
    Active,
    Quiet,
}

/// That an address is right and answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    Low,
    Medium,
    #[default]
    High,
}

/// The business domains with a description each, in the order of the file.
pub fn domains() -> &'static [(Slug, String)] {
    &CATALOGUE.domains
}

/// The slugs of [`domains`].
pub fn domain_slugs() -> Vec<Slug> {
    domains().iter().map(|(slug, _)| slug.clone()).collect()
}

/// All peers, grouped by their first domain.
pub fn peers() -> &'static [CataloguePeer] {
    &CATALOGUE.peers
}

/// Peers in whose name, id, domains, titles or addresses every word occurs; letters with and
/// without accents, large and small, are the same. Without words, all peers of the domain.
pub fn find(words: &str, domain: Option<&Slug>) -> Vec<&'static CataloguePeer> {
    let words = fold(words);
    let words: Vec<&str> = words.split_whitespace().collect();
    peers()
        .iter()
        .filter(|peer| domain.is_none_or(|it| peer.domains.contains(it)))
        .filter(|peer| words.iter().all(|word| peer.folded.contains(word)))
        .collect()
}

/// The peers to begin with in these domains: with the feeds that somebody has
/// seen answer, and that carry engineering or research. The surest and most active come first,
/// those who write English before others; at most `most`.
pub fn suggest(domains: &[Slug], most: usize) -> Vec<Peer> {
    let is_suggested = |source: &CatalogueSource| {
        source.kind == SourceType::Feed
            && source.confidence >= Confidence::Medium
            && source.lane != Lane::Product
    };
    let mut suggested: Vec<(&CataloguePeer, Confidence)> = peers()
        .iter()
        .filter(|peer| peer.domains.iter().any(|it| domains.contains(it)))
        .filter_map(|peer| {
            let sources = peer.sources.iter().filter(|it| is_suggested(it));
            Some((peer, sources.map(|it| it.confidence).max()?))
        })
        .collect();
    let closeness = |peer: &CataloguePeer| peer.domains.iter().position(|it| domains.contains(it));
    suggested.sort_by_key(|(peer, confidence)| {
        let is_english = peer.language.as_ref().is_some_and(|it| it.primary() == "en");
        (peer.activity == Activity::Quiet, Reverse(*confidence), !is_english, closeness(peer))
    });
    suggested.truncate(most);
    let sources = |peer: &CataloguePeer| {
        let sources = peer.sources.iter().filter(|it| is_suggested(it));
        sources.map(CatalogueSource::as_source).collect()
    };
    suggested.iter().map(|(peer, _)| Peer { sources: sources(peer), ..peer.as_peer() }).collect()
}

/// The one peer that is called so, has this id, or publishes at this address.
pub fn by_name(name: &str) -> Option<&'static CataloguePeer> {
    if let Ok(address) = name.parse::<Address>() {
        let key = address.key();
        let publishes_there = |peer: &&CataloguePeer| {
            peer.sources.iter().any(|it| it.address.key() == key || it.page.key() == key)
        };
        return peers().iter().find(publishes_there);
    }
    let folded = fold(name.trim());
    let slug = Slug::of(name);
    peers().iter().find(|peer| {
        fold(&peer.name) == folded
            || slug.as_ref().is_some_and(|it| *it == peer.id || *it == peer.slug())
    })
}

impl CataloguePeer {
    /// The peer as `feeds.toml` would name it.
    pub fn as_peer(&self) -> Peer {
        Peer {
            name: self.name.clone(),
            slug: self.slug(),
            domains: self.domains.clone(),
            sources: self.sources.iter().map(CatalogueSource::as_source).collect(),
        }
    }

    /// The slug that the peer gets in `feeds.toml`; it may differ from its id.
    pub fn slug(&self) -> Slug {
        Slug::of(&self.name).unwrap_or_else(|| self.id.clone())
    }
}

impl CatalogueSource {
    pub fn as_source(&self) -> Source {
        Source {
            lane: self.lane,
            keep: self.keep.clone(),
            drop: self.drop.clone(),
            user_agent: self.user_agent.clone(),
            ..Source::new(self.address.clone(), self.kind)
        }
    }
}

impl Activity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Quiet => "quiet",
        }
    }
}

impl Confidence {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn names(found: &[&CataloguePeer]) -> Vec<String> {
        found.iter().map(|it| it.name.clone()).collect()
    }

    #[test]
    fn every_peer_of_the_file_is_read_and_stands_once() {
        let text = include_str!("peers.toml");
        assert_eq!(text.matches("[[peer]]").count(), peers().len());
        let sources: Vec<_> = peers().iter().flat_map(|it| &it.sources).collect();
        assert_eq!(text.matches("[[peer.source]]").count(), sources.len());
        let addresses: HashSet<String> = sources.iter().map(|it| it.address.key()).collect();
        assert_eq!(addresses.len(), sources.len());
        let slugs: HashSet<Slug> = peers().iter().map(CataloguePeer::slug).collect();
        assert_eq!(slugs.len(), peers().len());
        let ids: HashSet<&Slug> = peers().iter().map(|it| &it.id).collect();
        assert_eq!(ids.len(), peers().len());
    }

    #[test]
    fn every_peer_is_in_a_known_domain_and_has_a_source() {
        let known = domain_slugs();
        for peer in peers() {
            assert!(!peer.domains.is_empty() && !peer.sources.is_empty(), "{}", peer.name);
            assert!(peer.domains.iter().all(|it| known.contains(it)), "{}", peer.name);
        }
    }

    #[test]
    fn peers_are_found_by_parts_of_names_whatever_the_case_and_accents() {
        assert_eq!(names(&find("WALMART", None)), ["Walmart Global Tech"]);
        assert!(names(&find("café code craft", None)).is_empty());
        assert_eq!(names(&find("códe as craft", None)), ["Etsy"]);
        let ecommerce: Slug = "ecommerce".parse().unwrap();
        assert!(find("", Some(&ecommerce)).len() > 30);
        assert!(find("walmart", Some(&"gaming".parse().unwrap())).is_empty());
    }

    #[test]
    fn a_peer_is_known_by_name_id_slug_and_address() {
        for name in [
            "walmart global tech",
            "walmart-global-tech",
            "http://medium.com/feed/walmartglobaltech/",
        ] {
            assert_eq!(by_name(name).unwrap().name, "Walmart Global Tech", "{name}");
        }
        assert_eq!(by_name("cursor").unwrap().name, "Cursor (Anysphere)");
        assert_eq!(by_name("walmart"), None);
    }

    #[test]
    fn the_surest_and_most_active_peers_are_suggested_first() {
        let domain: Slug = "ecommerce".parse().unwrap();
        let suggested = suggest(std::slice::from_ref(&domain), 20);
        assert_eq!(suggested.len(), 20);
        assert!(suggested[0].domains.contains(&domain));
        let names: Vec<&str> = suggested.iter().map(|it| it.name.as_str()).collect();
        assert!(names.contains(&"Etsy") && !names.contains(&"eBay"), "{names:?}");
        let sources = suggested.iter().flat_map(|it| &it.sources);
        assert!(sources.clone().count() >= 20);
        assert!(sources.clone().all(|it| it.kind == SourceType::Feed));
        for domain in domain_slugs() {
            assert!(
                !suggest(std::slice::from_ref(&domain), 40).is_empty(),
                "{domain} has nobody to follow"
            );
        }
    }

    #[test]
    fn a_catalogue_peer_becomes_one_of_the_feeds_file() {
        let peer = by_name("DoorDash").unwrap().as_peer();
        assert_eq!(peer.slug.as_str(), "doordash");
        assert_eq!(peer.sources[0].keep, ["/blog/"]);
        assert!(peer.sources[0].user_agent.is_some());
    }
}
