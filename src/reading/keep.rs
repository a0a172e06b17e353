//! Why what a reader wants to keep cannot be kept.

use crate::{
    domain::{DraftError, EntryId, Note, NoteId, StoryId},
    store::StoreError,
};

/// Nothing was written, whichever it is.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    #[error("the library holds no story {0}; it may have become one with another")]
    NoStory(StoryId),
    #[error("the library holds no entry {0}, so that nothing can cite it")]
    NoEntry(EntryId),
    #[error("there is no note {0}")]
    NoNote(NoteId),
    #[error("note {0} is not an idea, so that it has no path: make it one first")]
    NotAnIdea(NoteId),
    /// With what it says now.
    #[error(
        "note {} says something else by now, at revision {}: read that, and change it again",
        .0.id, .0.revision
    )]
    Conflict(Box<Note>),
    #[error(
        "the text of entry {entry} does not say \u{201c}{quote}\u{201d}: copy the words from it"
    )]
    NoWords { entry: EntryId, quote: String },
    #[error("no sentence of entry {entry} says \u{201c}{quote}\u{201d}: quote one word for word")]
    NoSentence { entry: EntryId, quote: String },
    #[error(
        "several sentences of entry {entry} say \u{201c}{quote}\u{201d}: quote more of the one"
    )]
    ManySentences { entry: EntryId, quote: String },
    #[error("story {0} is not on the list, so that no place in it is remembered")]
    NotListed(StoryId),
    #[error("there are {found} stories, and may be {most} at once: choose fewer")]
    TooMany { found: usize, most: usize },
    #[error("there is no address")]
    NoAddress,
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error("could not write it to the library")]
    Library(#[from] StoreError),
}
