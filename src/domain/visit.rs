//! Visits: one contact with a source and what came of it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Address, Complaint, Digest, Discovery, EntryDraft, GuidPolicy, Lane, PageRules, SourceId,
    SourceType,
};

/// What the last answer said of itself, to be sent back byte for byte (RFC 9110 §13.1). Bytes
/// outside ASCII stand as Latin-1 letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Validators {
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    /// After a 304: what it brings replaces what was known, the rest stays (RFC 9111 §4.3.4).
    #[must_use]
    pub fn refreshed_by(self, newer: Self) -> Self {
        Self {
            etag: newer.etag.or(self.etag),
            last_modified: newer.last_modified.or(self.last_modified),
        }
    }
}

/// What can go wrong with a visit, by what a person can do about it. The word is the same in SQL,
/// JSON, metrics and the message catalogue (`failure.WORD.name`, `failure.WORD.step`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The name has no address.
    Dns,
    /// Nobody listens there.
    Refused,
    /// The connection broke before the answer was whole.
    Reset,
    Tls,
    Timeout,
    /// The proxy could not be used.
    Proxy,
    /// The address is in a private network, and fetching those is off.
    Forbidden,
    /// 401
    Unauthorized,
    /// 403, and other refusals by the server.
    Denied,
    /// A page that wants to see a browser.
    BotWall,
    /// 404
    NotFound,
    /// 410
    Gone,
    /// 429
    TooManyRequests,
    /// 5xx
    Server,
    /// Any other status that is no answer.
    Status,
    Redirects,
    /// A document, but no feed.
    NotAFeed,
    TooLarge,
    /// A feed so damaged that no entry could be read.
    Broken,
    /// 200 with nothing in it.
    Empty,
    /// The site's `robots.txt` asks not to fetch the page.
    Robots,
    /// The site's `robots.txt` cannot be reached, so that nobody knows what may be fetched.
    RobotsUnknown,
    /// A page or sitemap without posts: none yet, none any more, or none that can be told.
    NoPosts,
}

impl FailureKind {
    pub const ALL: [Self; 23] = [
        Self::Dns,
        Self::Refused,
        Self::Reset,
        Self::Tls,
        Self::Timeout,
        Self::Proxy,
        Self::Forbidden,
        Self::Unauthorized,
        Self::Denied,
        Self::BotWall,
        Self::NotFound,
        Self::Gone,
        Self::TooManyRequests,
        Self::Server,
        Self::Status,
        Self::Redirects,
        Self::NotAFeed,
        Self::TooLarge,
        Self::Broken,
        Self::Empty,
        Self::Robots,
        Self::RobotsUnknown,
        Self::NoPosts,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Proxy => "proxy",
            Self::Forbidden => "forbidden",
            Self::Unauthorized => "unauthorized",
            Self::Denied => "denied",
            Self::BotWall => "bot-wall",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::TooManyRequests => "too-many-requests",
            Self::Server => "server",
            Self::Status => "status",
            Self::Redirects => "redirects",
            Self::NotAFeed => "not-a-feed",
            Self::TooLarge => "too-large",
            Self::Broken => "broken",
            Self::Empty => "empty",
            Self::Robots => "robots",
            Self::RobotsUnknown => "robots-unknown",
            Self::NoPosts => "no-posts",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// Whether no server was reached, so that the fault may lie on our side of the wire.
    pub fn is_unreached(self) -> bool {
        matches!(
            self,
            Self::Dns | Self::Refused | Self::Reset | Self::Tls | Self::Timeout | Self::Proxy
        )
    }

    /// Whether it speaks against the source. Being asked to slow down does not.
    pub fn is_fault(self) -> bool {
        !matches!(self, Self::TooManyRequests)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    /// One line that names the subject and the cause, for a person.
    pub detail: String,
    pub status: Option<u16>,
    /// How long the server asked to be left alone (`Retry-After`, RFC 9110 §10.2.3).
    pub retry_after: Option<Duration>,
}

/// A source as the crawler meets it: what the file says and what earlier visits left.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceToVisit {
    pub id: SourceId,
    pub peer_name: String,
    pub kind: SourceType,
    pub lane: Lane,
    pub keep: Vec<String>,
    pub drop: Vec<String>,
    /// Usual time between two visits.
    pub every: Duration,
    pub user_agent: Option<String>,
    pub pages: PageRules,
    /// As written in `feeds.toml`.
    pub address: Address,
    pub state: SourceState,
}

/// A site is looked over again this often at most, when what was found on it fails.
const LOOKED_OVER_EVERY: Duration = Duration::from_hours(24);
/// From so many failures in a row on.
const FAILURES_BEFORE_LOOKING_OVER: u32 = 3;

impl SourceToVisit {
    /// How the address in use is read. A site is read as itself until something was found on it, and
    /// again when that has failed for a while.
    pub fn reads_as(&self, now: Timestamp) -> SourceType {
        let Discovery { reads_as, at, .. } = &self.state.discovery;
        match reads_as {
            Some(found) if self.kind == SourceType::Site => {
                let is_fresh = at.is_some_and(|at| now < at + LOOKED_OVER_EVERY);
                let is_failing = self.state.failures >= FAILURES_BEFORE_LOOKING_OVER;
                if is_failing && !is_fresh { SourceType::Site } else { *found }
            }
            _ => self.kind,
        }
    }
}

/// What visits leave behind at a source; all that the next one needs.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceState {
    /// The address in use, after permanent redirects.
    pub in_use: Address,
    /// A permanent redirect that waits for more confirmations.
    pub moving: Option<Moving>,
    pub validators: Validators,
    /// Of the last body that was read.
    pub body: Option<Digest>,
    /// Its decoded length: what a conditional request saves.
    pub body_bytes: u64,
    pub guid_policy: GuidPolicy,
    pub next_visit: Timestamp,
    /// Nobody visits earlier, not even when asked to: Retry-After or back-off.
    pub not_before: Option<Timestamp>,
    pub visited: Option<Timestamp>,
    /// Last visit that answered with the feed or "unchanged".
    pub succeeded: Option<Timestamp>,
    /// Visits in a row that failed for a reason that speaks against the source.
    pub failures: u32,
    pub failing_since: Option<Timestamp>,
    pub failure: Option<Failure>,
    /// Answered 410 Gone: not visited until someone asks.
    pub muted: bool,
    /// Usual time between two of its posts.
    pub rhythm: Option<Duration>,
    /// Publication of its newest post.
    pub newest: Option<Timestamp>,
    /// The feed's own title, one line.
    pub title: Option<String>,
    pub site: Option<Address>,
    /// What was wrong with the last document that was read.
    pub complaints: Vec<Complaint>,
    /// `<ttl>`, `skipHours` and `skipDays` of the last document.
    pub asked: PublisherRhythm,
    pub discovery: Discovery,
}

/// What a feed document itself says about when to come back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PublisherRhythm {
    pub ttl: Option<Duration>,
    /// UTC, 0–23.
    pub skip_hours: Vec<i8>,
    /// Monday is 1, Sunday is 7.
    pub skip_days: Vec<i8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    pub to: Address,
    /// Visits in a row that were redirected there.
    pub confirmations: u32,
}

impl SourceState {
    /// Of a source that was never visited: due at once.
    pub fn new(address: Address, now: Timestamp) -> Self {
        Self {
            in_use: address,
            moving: None,
            validators: Validators::default(),
            body: None,
            body_bytes: 0,
            guid_policy: GuidPolicy::default(),
            next_visit: now,
            not_before: None,
            visited: None,
            succeeded: None,
            failures: 0,
            failing_since: None,
            failure: None,
            muted: false,
            rhythm: None,
            newest: None,
            title: None,
            site: None,
            complaints: Vec::new(),
            asked: PublisherRhythm::default(),
            discovery: Discovery::default(),
        }
    }
}

/// One finished visit, ready to be recorded.
#[derive(Clone, Debug)]
pub struct Visit {
    pub source: SourceId,
    pub at: Timestamp,
    pub took: Duration,
    pub outcome: Outcome,
    /// Whether validators were sent.
    pub conditional: bool,
    /// Bytes of the answer's body as they came over the wire.
    pub wire_bytes: u64,
    /// HTTP status of the last answer, if there was one.
    pub status: Option<u16>,
    /// The source as it is after this visit.
    pub after: SourceState,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    /// A document was read; what of it is new, the library decides.
    Read {
        entries: Vec<EntryDraft>,
    },
    /// 304, or the same bytes as last time.
    Unchanged,
    Failed(Failure),
}

impl Outcome {
    /// The word in SQL, JSON and metrics: `read`, `unchanged`, or the failure's word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read",
            Self::Unchanged => "unchanged",
            Self::Failed(failure) => failure.kind.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_304_refreshes_the_validators_it_brings_and_keeps_the_others() {
        let of = |etag: Option<&str>, modified: Option<&str>| Validators {
            etag: etag.map(str::to_owned),
            last_modified: modified.map(str::to_owned),
        };
        let old = of(Some("\"1\""), Some("Mon"));
        assert_eq!(
            old.clone().refreshed_by(of(Some("\"2\""), None)),
            of(Some("\"2\""), Some("Mon"))
        );
        assert_eq!(old.clone().refreshed_by(Validators::default()), old);
    }

    #[test]
    fn every_failure_has_one_word_and_the_word_leads_back() {
        for kind in FailureKind::ALL {
            assert_eq!(FailureKind::from_word(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
