//! An issue of the digest as it was composed: all that mails, pages, feeds and files are made of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Week;
use crate::domain::{
    Address, EntryId, Kind, Language, LedgerHead, NoteId, NoteType, Role, Slug, StoryId, Worth,
};

/// One dated instance of the digest. Its JSON is what the library keeps and the API serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    pub week: Week,
    /// When it was due.
    pub slot: Timestamp,
    pub made: Timestamp,
    /// It tells of what arrived after this number of the change sequence …
    pub after: i64,
    /// … up to this one.
    pub upto: i64,
    /// Of what stands around the posts.
    pub language: Language,
    /// IANA time zone in which its dates are told.
    pub zone: String,
    pub pace: Pace,
    pub numbers: Numbers,
    /// Topics and interests that peers write about more than they did, the steepest first.
    pub rising: Vec<Rising>,
    /// The best first.
    pub reads: Vec<Read>,
    pub papers: Vec<Read>,
    /// What else arrived, by title.
    pub rest: Vec<Group>,
    /// Something older that fits and was never read.
    pub archive: Option<Read>,
    /// `None` where there is no list and no journal.
    pub own: Option<OwnWeek>,
    pub care: Vec<Care>,
}

/// How much arrived, measured by what the reader has time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pace {
    /// Less than half the budget is worth reading.
    Quiet,
    Usual,
    /// Much more arrived than fits: most is told by title.
    Flooded,
}

/// The week in numbers. All count stories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    pub stories: u32,
    /// Peers that published them.
    pub peers: u32,
    pub papers: u32,
    /// Older posts of sources that are new here: they are in the library, and not told of.
    pub backlog: u32,
    /// To read all that was chosen.
    pub minutes: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rising {
    pub name: String,
    /// The query that finds it.
    pub query: String,
    /// In the last quarter.
    pub stories: u32,
    /// How many times as much as usual.
    pub rise: f64,
}

/// A story that was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    pub story: StoryId,
    pub entry: EntryId,
    pub title: String,
    /// In which it is written, as far as that is known.
    #[serde(default)]
    pub language: Option<Language>,
    /// Where it was published.
    pub address: Option<Address>,
    pub peer: Slug,
    pub peer_name: String,
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    pub minutes: u32,
    pub kind: Option<Kind>,
    pub worth: Option<Worth>,
    /// At most one of each role, in the order of [`Role::ALL`].
    pub quotes: Vec<Quoted>,
    /// The beginning of the text, where nothing can be quoted.
    pub summary: String,
    /// The strongest first; never empty.
    pub why: Vec<Why>,
    /// By which it was chosen.
    pub score: f32,
}

/// A sentence, word for word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quoted {
    pub role: Role,
    pub text: String,
}

/// Why a story was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "because")]
pub enum Why {
    /// It is about a topic or an interest of the subscriber.
    Matches { name: String },
    /// The peer's first post on it in so many months (12 for a year), or ever.
    FirstOfPeer { name: String, months: Option<u32> },
    /// It is the most that peers wrote worth reading this week.
    Worth,
    /// A sort of post that tells of real challenges.
    Substance { kind: Kind },
    /// It tells what it came to, with numbers.
    Measured,
    /// Several peers tell or pass on this story.
    ToldBy { peers: u32 },
    /// What rises among the peers.
    Rising { name: String },
    /// Nothing else of this peer is in the issue, which has few.
    Peer,
    /// It is new.
    New,
    /// From the archive: it fits, and was never read.
    NeverRead,
}

/// Stories by title, under one heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub heading: Heading,
    pub titles: Vec<Title>,
    /// Stories of this group that are left out even here, since there are too many.
    pub more: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "of")]
pub enum Heading {
    Topic { name: String, slug: Slug },
    Peer { name: String, slug: Slug },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Title {
    pub story: StoryId,
    pub entry: EntryId,
    pub title: String,
    pub address: Option<Address>,
    pub peer_name: String,
    pub minutes: u32,
    pub kind: Option<Kind>,
    pub is_paper: bool,
}

/// What the reader did since the issue before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnWeek {
    pub queued: u32,
    /// Studied or applied.
    pub read: u32,
    pub notes: u32,
    pub ideas: u32,
    /// Waiting on the list.
    pub waiting: u32,
    /// Notes of their own to look at again, at most two.
    pub again: Vec<NoteAgain>,
    /// Where the ledger of their journal ended when the issue was composed: a witness that is kept
    /// elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerHead>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteAgain {
    pub note: NoteId,
    #[serde(rename = "type")]
    pub kind: NoteType,
    pub title: String,
    pub excerpt: String,
    pub made: Timestamp,
}

/// A source that cannot be read, or has fallen silent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Care {
    pub peer_name: String,
    /// As in `feeds.toml`.
    pub address: Address,
    /// A name of a failure or of a diagnosis, as in the message catalogue.
    pub what: String,
    pub since: Option<Timestamp>,
}

impl Issue {
    /// All stories that it tells of, each with the part that it stands in.
    pub fn stories(&self) -> impl Iterator<Item = (StoryId, IssuePart)> {
        let reads = self.reads.iter().map(|it| (it.story, IssuePart::Read));
        let papers = self.papers.iter().map(|it| (it.story, IssuePart::Paper));
        let archive = self.archive.iter().map(|it| (it.story, IssuePart::Archive));
        let titles = self.rest.iter().flat_map(|it| &it.titles);
        let titles = titles.map(|it| (it.story, IssuePart::Title));
        reads.chain(papers).chain(archive).chain(titles)
    }
}

/// Where in an issue a story is told of. The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssuePart {
    Read,
    Paper,
    Archive,
    Title,
}

impl IssuePart {
    pub const ALL: [Self; 4] = [Self::Read, Self::Paper, Self::Archive, Self::Title];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Paper => "paper",
            Self::Archive => "archive",
            Self::Title => "title",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}
