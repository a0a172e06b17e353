//! Reads feeds of every format and quality into one shape, with complaints instead of refusals.
//!
//! A document is decoded (`charset`), then outlined in one tolerant pass (`outline`): where
//! entries and their fields begin and end, whatever the XML around them is like. feed-rs reads the
//! same document (`sound`); where it can, the texts are its own. What it has no place for
//! (permalinks, zone-less dates, nested bases and languages, labels …) comes from the outline, and
//! so does everything when it refuses the document: a broken one loses only what is broken.

use crate::domain::{Address, FailureKind, Feed};

mod authors;
mod charset;
mod entities;
mod entry;
mod feed;
mod field;
mod identify;
mod json;
mod labels;
mod links;
mod markup;
mod notes;
mod outline;
mod paging;
mod papers;
mod scope;
mod sitemap;
mod sound;
mod spaces;
mod tags;
mod text;

pub use paging::{guessed_page, next_page};
pub use papers::{Papers, read_papers};
pub use sitemap::read_sitemap;

/// What is known of a document besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Hints<'a> {
    /// Where it was found: the base of its relative references.
    pub address: &'a Address,
    /// `charset` of the HTTP `Content-Type`.
    pub charset: Option<&'a str>,
    /// The media type of the HTTP `Content-Type`.
    pub content_type: Option<&'a str>,
}

#[derive(Debug, thiserror::Error)]
pub enum SyndicationError {
    #[error("{address} answered with nothing in it")]
    Empty { address: Address },
    #[error("{address} is no feed but {found}")]
    NotAFeed { address: Address, found: String },
    #[error("{address} is no sitemap but {found}")]
    NotASitemap { address: Address, found: String },
    #[error("no entry of the feed {address} could be read: {damage}")]
    Broken { address: Address, damage: String },
    #[error("{address} refuses to answer: {reason}")]
    Refused { address: Address, reason: String },
}

impl SyndicationError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Empty { .. } => FailureKind::Empty,
            Self::NotAFeed { .. } | Self::NotASitemap { .. } => FailureKind::NotAFeed,
            Self::Broken { .. } => FailureKind::Broken,
            Self::Refused { .. } => FailureKind::Denied,
        }
    }
}

/// Most entries taken from one document; complained about above.
const MOST_ENTRIES: usize = 5_000;

/// Reads a document. Sound or not, it yields what can be read; only one that is no feed, or a feed
/// of which no entry survives, is refused.
pub fn read_feed(bytes: &[u8], hints: &Hints<'_>) -> Result<Feed, SyndicationError> {
    let decoded = charset::decode(bytes, hints.charset);
    if decoded.text.trim_ascii().is_empty() {
        return Err(SyndicationError::Empty { address: hints.address.clone() });
    }
    let mut notes = notes::Notes::default();
    if let Some(disagreement) = decoded.disagreement {
        notes.charset(disagreement);
    }
    match identify::identify(&decoded.text, hints.content_type) {
        identify::Document::Xml { root_at } => {
            feed::read_xml(&decoded.text, root_at, hints.address, notes)
        }
        identify::Document::Json => json::read_json(&decoded.text, hints.address, notes),
        identify::Document::Other(found) => {
            Err(SyndicationError::NotAFeed { address: hints.address.clone(), found })
        }
    }
}
