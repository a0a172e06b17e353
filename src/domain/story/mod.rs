//! Stories: which entries tell the same thing, by what evidence, and which of them stands for all.

mod evidence;
mod group;
mod keys;
mod text;

use jiff::Timestamp;

use super::{Address, EntryId, Fingerprint, Language, PeerId, SourceId};

pub use evidence::{Suspicion, compared, is_contested, is_translation, suspicion};
pub use group::{in_standing, stories_of};
pub use keys::{Mark, MarkKind, marks_of, place_name, sought_by};
pub use text::Shingles;

/// What is known of an entry when it is compared with others.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryFacts {
    pub entry: EntryId,
    pub source: SourceId,
    pub peer: PeerId,
    pub link: Option<Address>,
    /// Where its page is by its own word.
    pub canonical: Option<Address>,
    pub title: String,
    pub language: Option<Language>,
    pub published: Option<Timestamp>,
    pub first_seen: Timestamp,
    pub authors: Vec<String>,
    pub summary: String,
    pub words: u32,
    pub fingerprint: Option<Fingerprint>,
    /// Where its page says that it is in other languages.
    pub translations: Vec<(Language, Address)>,
}

/// Why two entries are one story; the strongest comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// One title, one last part of the path, and summaries that do not disagree.
    SameSummary,
    /// One is the beginning of the other, under the same title.
    Excerpt,
    /// Their texts are nearly the same.
    SameText,
    /// One of them names the other's address as its own.
    Canonical,
    SameAddress,
    /// A person said so.
    ByHand,
}

/// Two entries (the lesser id first) and why they are one story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryLink {
    pub a: EntryId,
    pub b: EntryId,
    pub reason: Reason,
    /// Of their texts, in thousandths; 1000 where texts were not asked.
    pub similarity: u32,
}

impl Reason {
    const ALL: [Self; 6] = [
        Self::SameSummary,
        Self::Excerpt,
        Self::SameText,
        Self::Canonical,
        Self::SameAddress,
        Self::ByHand,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameSummary => "same-summary",
            Self::Excerpt => "excerpt",
            Self::SameText => "same-text",
            Self::Canonical => "canonical",
            Self::SameAddress => "same-address",
            Self::ByHand => "by-hand",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

impl StoryLink {
    /// In the order of ids, whichever way the two are named.
    pub fn new(one: EntryId, other: EntryId, reason: Reason, similarity: u32) -> Self {
        Self { a: one.min(other), b: one.max(other), reason, similarity }
    }
}

#[cfg(test)]
mod tests;
