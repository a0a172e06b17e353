//! What a reader follows, as `feeds.toml` says it: peers with their sources, interests, rhythm.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ARXIV_EVERY, Address, PageRules, Slug, is_arxiv};

/// Everything that `feeds.toml` says, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Following {
    pub reader: ReaderProfile,
    pub crawl: CrawlRhythm,
    pub digest: DigestPlan,
    pub topics: Vec<Topic>,
    pub peers: Vec<Peer>,
}

/// What a reader cares about: as `feeds.toml` says for all who say nothing else, or a reader's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderProfile {
    pub domains: Vec<Slug>,
    /// Phrases that the reader cares about, as written.
    pub interests: Vec<String>,
    /// Queries whose matches are hidden everywhere, as written.
    pub mute: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CrawlRhythm {
    /// Usual time between two visits to one source; adapted to each source's rhythm.
    pub every: Duration,
    /// Between the end of one request to a host gate and the start of the next.
    pub pause: Duration,
}

impl Default for CrawlRhythm {
    fn default() -> Self {
        Self { every: Duration::from_hours(1), pause: Duration::from_secs(1) }
    }
}

/// When and how large the weekly digest is, as written; the digest itself interprets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestPlan {
    /// English name of a day: `Monday`.
    pub day: String,
    /// Wall-clock time in `zone`: `08:00`.
    pub at: String,
    /// IANA time zone: `Europe/Berlin`.
    pub zone: String,
    pub reads: u32,
    pub minutes: u32,
}

impl Default for DigestPlan {
    fn default() -> Self {
        Self {
            day: "Monday".into(),
            at: "08:00".into(),
            zone: "UTC".into(),
            reads: 10,
            minutes: 60,
        }
    }
}

/// A named saved search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub name: String,
    pub slug: Slug,
    /// In the query language, as written.
    pub query: String,
}

/// A company or team whose publications we follow. Its slug is unique in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    pub name: String,
    pub slug: Slug,
    pub domains: Vec<Slug>,
    pub sources: Vec<Source>,
}

/// One place where a peer publishes, known by the address written in `feeds.toml` (unique in a
/// file).
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub address: Address,
    pub kind: SourceType,
    pub lane: Lane,
    /// Path prefixes: with any in `keep`, only entries whose link path begins with one are kept.
    pub keep: Vec<String>,
    /// Path prefixes: entries whose link path begins with one of them are left out.
    pub drop: Vec<String>,
    /// Overrides [`CrawlRhythm::every`].
    pub every: Option<Duration>,
    pub user_agent: Option<String>,
    pub pages: PageRules,
}

impl Source {
    /// A feed at an address, everything else as usual.
    pub fn feed(address: Address) -> Self {
        Self::new(address, SourceType::Feed)
    }

    pub fn new(address: Address, kind: SourceType) -> Self {
        Self {
            address,
            kind,
            lane: kind.usual_lane(),
            keep: Vec::new(),
            drop: Vec::new(),
            every: None,
            user_agent: None,
            pages: PageRules::default(),
        }
    }

    /// Time between two visits, where sources are usually visited every so often. arXiv announces
    /// once a day.
    pub fn visited_every(&self, usual: Duration) -> Duration {
        let is_daily = self.kind == SourceType::Papers && is_arxiv(&self.address);
        let usual = if is_daily { usual.max(ARXIV_EVERY) } else { usual };
        self.every.unwrap_or(usual)
    }

    /// Whether an entry with this link is kept by the source's path filters. An entry without a
    /// link is kept: there is nothing to judge it by.
    pub fn keeps(&self, link: Option<&Address>) -> bool {
        filters_keep(&self.keep, &self.drop, link)
    }
}

/// Whether path filters let an entry with this link through, see [`Source::keeps`].
pub fn filters_keep(keep: &[String], drop: &[String], link: Option<&Address>) -> bool {
    let Some(path) = link.map(Address::path) else { return true };
    let begins = |prefixes: &[String]| prefixes.iter().any(|it| path.starts_with(it.as_str()));
    (keep.is_empty() || begins(keep)) && !begins(drop)
}

/// How a source is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceType {
    Feed,
    /// To be discovered from its front page.
    Site,
    Sitemap,
    Listing,
    Papers,
}

impl SourceType {
    pub const ALL: [Self; 5] = [Self::Feed, Self::Site, Self::Sitemap, Self::Listing, Self::Papers];

    /// What such a source mostly carries, unless the file says otherwise.
    pub fn usual_lane(self) -> Lane {
        if self == Self::Papers { Lane::Research } else { Lane::default() }
    }

    /// The key in `feeds.toml`, and the word in SQL and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Site => "site",
            Self::Sitemap => "sitemap",
            Self::Listing => "listing",
            Self::Papers => "papers",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// What a source mostly carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    #[default]
    Engineering,
    Research,
    /// Engineering among other posts.
    Mixed,
    Product,
}

impl Lane {
    pub const ALL: [Self; 4] = [Self::Engineering, Self::Research, Self::Mixed, Self::Product];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Engineering => "engineering",
            Self::Research => "research",
            Self::Mixed => "mixed",
            Self::Product => "product",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_keeps_only_what_its_filters_let_through() {
        let mut source = Source::feed("https://example.com/feed".parse().unwrap());
        source.keep = vec!["/blog/".into()];
        source.drop = vec!["/blog/jobs/".into()];
        let keeps = |link: &str| source.keeps(Some(&link.parse().unwrap()));
        assert!(keeps("https://example.com/blog/queues"));
        assert!(!keeps("https://example.com/blog/jobs/1"));
        assert!(!keeps("https://example.com/press/1"));
        assert!(source.keeps(None));
    }
}
