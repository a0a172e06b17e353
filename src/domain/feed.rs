//! A feed as its publisher lists it: read, but neither judged nor cleaned.

use std::time::Duration;

use jiff::{Timestamp, civil::Weekday};
use serde::{Deserialize, Serialize};

use super::{Address, Language};

/// One document that lists entries, whatever its format.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    pub format: FeedFormat,
    pub title: Option<Markup>,
    /// The publication's own page.
    pub site: Option<Address>,
    pub language: Option<Language>,
    /// How long the publisher says a copy may serve: RSS `<ttl>`, or `sy:updatePeriod` over
    /// `sy:updateFrequency`.
    pub ttl: Option<Duration>,
    /// Hours of the day (UTC, 0–23) in which not to visit: RSS `skipHours`.
    pub skip_hours: Vec<i8>,
    /// Days of the week (UTC) on which not to visit: RSS `skipDays`.
    pub skip_days: Vec<Weekday>,
    /// In document order.
    pub entries: Vec<FeedEntry>,
    /// What was wrong with the document, most serious first; empty for a sound one.
    pub complaints: Vec<Complaint>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeedFormat {
    #[default]
    #[serde(rename = "rss")]
    Rss,
    #[serde(rename = "rdf")]
    Rdf,
    #[serde(rename = "atom")]
    Atom,
    #[serde(rename = "json")]
    Json,
}

/// One post as its source lists it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedEntry {
    /// RSS `guid`, Atom `id`, JSON Feed `id`, RDF `rdf:about`: exactly as written, blanks trimmed.
    pub guid: Option<String>,
    /// The readable page, resolved against the right base: feedburner:origLink → link → Atom
    /// alternate → permalink guid → enclosure.
    pub link: Option<Address>,
    pub title: Option<Markup>,
    /// Names of persons, in order, each once; addresses and the like are left out where a name is
    /// given.
    pub authors: Vec<String>,
    /// The publisher's own labels, in order, each once.
    pub categories: Vec<String>,
    /// Declared for the entry, else for the feed.
    pub language: Option<Language>,
    /// When the publisher says it came out; unknown where absent or absurd.
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    /// The short form, if the feed has a separate one.
    pub summary: Option<Markup>,
    /// The longest form the feed carries.
    pub content: Option<Markup>,
    /// What relative references in `summary` and `content` are resolved against.
    pub base: Option<Address>,
}

/// Text as a feed carries it, with what it is: the reader of HTML cleans it, nobody else may trust
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Markup {
    Text(String),
    Html(String),
}

impl Markup {
    /// As written, tags and all.
    pub fn raw(&self) -> &str {
        match self {
            Self::Text(text) | Self::Html(text) => text,
        }
    }

    pub fn is_blank(&self) -> bool {
        self.raw().trim().is_empty()
    }
}

/// Something wrong with a document that could be read all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    pub kind: ComplaintKind,
    /// One sentence that names the place, for the publisher; begins small, ends without a stop.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComplaintKind {
    /// The document ends in the middle.
    CutOff,
    /// Bytes and declared character set disagree.
    Charset,
    /// Not well-formed, mended before reading.
    Malformed,
    /// Entries that could not be read were left out.
    EntriesLost,
    /// A date that no rule understands, or one that cannot be true.
    Date,
    /// An address that is none.
    Link,
    /// Guids missing, repeated or changing.
    Guid,
    /// Anything else against the format's specification.
    Format,
}
