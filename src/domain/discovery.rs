//! How a site is followed that was given by its own address: what was found on it, and what was chosen.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, SourceType, Validators, sitemap::folder_of};

/// What visits found out about a site or a sitemap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Discovery {
    /// How the address in use is read; a source that is no site says so itself.
    pub reads_as: Option<SourceType>,
    /// When the site was looked over.
    pub at: Option<Timestamp>,
    /// All that was looked at, in that order; the last one was chosen, if any was.
    pub candidates: Vec<Candidate>,
    /// The documents that a sitemap consists of, when its root is an index.
    pub parts: Vec<KnownPart>,
    /// The last search for something that could take the source's place.
    pub search: Option<Search>,
}

/// What searching a site came to, whose source was not fine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    pub at: Timestamp,
    /// What lists newer posts than the source did.
    pub found: Option<Replacement>,
}

/// What a source could be replaced by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    pub kind: SourceType,
    pub address: Address,
}

/// A place that may list a site's posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub address: Address,
    pub found: FoundBy,
    /// What it turned out to be, as one sentence without a stop.
    pub verdict: String,
}

/// What led to a candidate, in the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// The address of the site itself.
    Given,
    /// `<link rel="alternate">`.
    Declared,
    /// A link on the page that looks like one to a feed.
    Linked,
    /// A path at which many engines keep their feed.
    WellKnown,
    /// `robots.txt`.
    Robots,
    /// A path at which sitemaps usually are.
    UsualSitemap,
}

impl FoundBy {
    pub const ALL: [Self; 6] = [
        Self::Given,
        Self::Declared,
        Self::Linked,
        Self::WellKnown,
        Self::Robots,
        Self::UsualSitemap,
    ];

    /// The word in JSON and in the message catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Declared => "declared",
            Self::Linked => "linked",
            Self::WellKnown => "well-known",
            Self::Robots => "robots",
            Self::UsualSitemap => "usual-sitemap",
        }
    }
}

/// A document of a sitemap as of its last visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPart {
    pub address: Address,
    /// As the index said.
    pub changed: Option<Timestamp>,
    pub validators: Validators,
}

/// What a page says about feeds of its site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLinks {
    /// Of `<link rel="alternate">` with the type of a feed, with their titles.
    pub declared: Vec<(Address, String)>,
    /// Of all links on the page.
    pub linked: Vec<Address>,
}

/// A post as a page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPost {
    pub address: Address,
    /// May be empty: a picture that links.
    pub title: String,
    pub published: Option<Timestamp>,
}

/// Where engines keep their feeds (`WordPress`, Ghost, Hugo, Jekyll, Medium and others).
const WELL_KNOWN: [&str; 9] = [
    "feed",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "rss",
    "feed.json",
    "blog/feed.xml",
    "blog/rss.xml",
];
/// Ends of paths that are probably feeds.
const FEED_ENDS: [&str; 9] = [
    "/feed",
    "/feed.xml",
    "/rss",
    "/rss.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/atom",
    "/feeds/posts/default",
];
/// Candidates of one sort that are asked for.
const MOST_OF_A_SORT: usize = 4;

/// Where a feed of the site may be, the likeliest first, each once.
pub fn feed_candidates(site: &Address, links: &PageLinks) -> Vec<(Address, FoundBy)> {
    let mut declared: Vec<&(Address, String)> =
        links.declared.iter().filter(|(address, title)| is_of_posts(address, title)).collect();
    declared.sort_by_key(|(address, _)| distance(site, address));
    let declared = declared.into_iter().map(|(address, _)| (address.clone(), FoundBy::Declared));
    let mut linked: Vec<&Address> =
        links.linked.iter().filter(|it| it.is_like_feed() && it.gate() == site.gate()).collect();
    linked.sort_by_key(|it| distance(site, it));
    let linked = linked.into_iter().map(|it| (it.clone(), FoundBy::Linked));
    let known = well_known(site).into_iter().map(|it| (it, FoundBy::WellKnown));
    let mut seen = HashSet::new();
    let once = |(address, _): &(Address, FoundBy)| seen.insert(address.key());
    declared
        .take(MOST_OF_A_SORT)
        .chain(linked.take(MOST_OF_A_SORT))
        .chain(known)
        .filter(once)
        .collect()
}

/// Not a feed of comments, and no interface for programs.
fn is_of_posts(address: &Address, title: &str) -> bool {
    let path = address.path().to_ascii_lowercase();
    let of_comments = path.split('/').any(|part| matches!(part, "comment" | "comments"));
    !of_comments && !path.contains("/wp-json/") && !title.to_lowercase().contains("comments")
}

impl Address {
    /// Whether a feed of a whole site may be there, as far as its path tells. Feeds of one tag, category
    /// or author are no feed of the site.
    pub fn is_like_feed(&self) -> bool {
        let path = self.path().trim_end_matches('/').to_ascii_lowercase();
        let of_a_part = path.split('/').any(|part| {
            matches!(
                part,
                "tag" | "tags" | "category" | "categories" | "author" | "authors" | "topics"
            )
        });
        !of_a_part && FEED_ENDS.iter().any(|end| path.ends_with(end)) && is_of_posts(self, "")
    }
}

/// How far a feed is from a site, nearest least: parts of the site's path that it does not share, then
/// parts of its own beyond them. The feed of a blog in a folder is nearer than that of the whole site,
/// and either is nearer than one of a single post.
fn distance(site: &Address, feed: &Address) -> (usize, usize) {
    let parts = |it: &Address| -> Vec<String> {
        it.path().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (site, feed) = (parts(site), parts(feed));
    let shared = site.iter().zip(&feed).take_while(|(one, other)| one == other).count();
    (site.len() - shared, feed.len() - shared)
}

/// In the folder of the site first, then at its root.
fn well_known(site: &Address) -> Vec<Address> {
    let folder = format!("{}/", folder_of(site).trim_end_matches('/'));
    let folders = [folder.as_str(), "/"];
    let folders = if folder == "/" { &folders[1..] } else { &folders[..] };
    let paths = folders
        .iter()
        .flat_map(|folder| WELL_KNOWN.iter().map(move |name| format!("{folder}{name}")));
    paths.filter_map(|path| site.join(&path).ok()).collect()
}

/// Where sitemaps usually are.
pub fn usual_sitemaps(site: &Address) -> Vec<Address> {
    ["/sitemap.xml", "/sitemap_index.xml"].iter().filter_map(|path| site.join(path).ok()).collect()
}

/// Whether an answer came from elsewhere than the well-known path that was asked for: soft 404s lead
/// home.
pub fn is_led_away(asked: &Address, answered: &Address) -> bool {
    asked.key() != answered.key() && answered.is_home_page()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn declared_feeds_come_before_linked_ones_and_those_before_guesses() {
        let links = PageLinks {
            declared: vec![
                (at("https://example.com/feed/"), "Example".into()),
                (at("https://example.com/comments/feed/"), "Comments".into()),
                (at("https://example.com/wp-json/x"), String::new()),
                (at("https://example.com/blog/feed/"), "Blog".into()),
            ],
            linked: vec![at("https://example.com/about"), at("https://example.com/blog/atom.xml")],
        };
        let found = feed_candidates(&at("https://example.com/blog/"), &links);
        let first: Vec<&str> = found.iter().take(4).map(|(it, _)| it.as_str()).collect();
        assert_eq!(
            first,
            [
                "https://example.com/blog/feed/",
                "https://example.com/feed/",
                "https://example.com/blog/atom.xml",
                "https://example.com/blog/rss.xml",
            ]
        );
        assert_eq!(found[2].1, FoundBy::Linked);
    }

    #[test]
    fn a_site_at_its_root_has_each_well_known_path_once() {
        let found = feed_candidates(&at("https://example.com/"), &PageLinks::default());
        assert_eq!(found.len(), WELL_KNOWN.len());
    }

    #[test]
    fn an_answer_from_the_home_page_is_no_feed() {
        let asked = at("https://example.com/feed");
        assert!(is_led_away(&asked, &at("https://example.com/")));
        assert!(!is_led_away(&asked, &at("https://example.com/feed/")));
        assert!(!is_led_away(&asked, &at("https://feeds.example.net/example")));
    }
}
