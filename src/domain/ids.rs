//! The numbers by which the library knows its rows; they never leave one installation.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A company or team whose publications we follow.
    PeerId,
    /// One place where a peer publishes.
    SourceId,
    /// One post as its source lists it.
    EntryId,
    /// Entries that tell the same thing.
    StoryId,
    /// A person who reads, keeps a list and a journal.
    ReaderId,
    /// A page of a journal.
    NoteId,
    /// A quote with its place.
    HighlightId,
    /// Someone who receives issues of the digest.
    SubscriberId,
    /// What a reader says against what was read of an entry.
    CorrectionId,
    /// One login of a reader, from one browser.
    SessionId,
    /// What a program comes in with, in the name of a reader.
    ApiTokenId,
    /// An entry that a reader recommends to the others.
    RecommendationId,
}

impl ReaderId {
    /// The reader of an installation without logins.
    pub const ONLY: Self = Self(1);
    /// Someone without a list and a journal.
    pub const NOBODY: Self = Self(0);
}
