//! What a reader keeps: stories on a list, notes, highlights, searches. Published facts know nothing
//! of it.

mod competency;
mod diff;
mod draft;
mod highlight;
mod idea;
mod link;
mod note;
#[cfg(test)]
mod note_tests;
mod quoted;
mod reading;
mod saved;
mod tag;
mod typed;
mod unite;

pub use competency::{Competency, LONGEST_COMPETENCY, MOST_COMPETENCIES, competencies_of};
pub use diff::{Stretch, difference};
pub use draft::DraftError;
pub use highlight::{Highlight, HighlightDraft, LONGEST_CONTEXT, LONGEST_QUOTE};
pub use idea::{
    Idea, IdeaMove, IdeaState, LONGEST_EFFORT, LONGEST_HYPOTHESIS, LONGEST_OUTCOME, LONGEST_OWNER,
};
pub use link::{
    LONGEST_LINK_TITLE, MOST_LINKS, Mention, NoteLink, QuotedAt, mentions, notes_named,
};
pub use note::{
    Citation, LONGEST_NOTE, LONGEST_NOTE_TITLE, MOST_CITATIONS, Note, NoteDraft, NoteRevision,
    NoteType, heading_of, is_day,
};
pub use quoted::{Searched, Sought};
pub use reading::{Reading, ReadingChange, ReadingState, Seen, TagChange};
pub use saved::{LONGEST_REMEMBERED, LONGEST_SEARCH_NAME, SavedSearch, remembered};
pub use tag::{LONGEST_TAG, MOST_TAGS, Tag, tags_of};
pub use typed::{LONGEST_TYPED, MOST_TYPED, TabId, TypedNote};
pub use unite::{StoryState, StoryStates, carried};

/// What can be asked of the stories that a reader keeps something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Shown, opened or not.
    Shown,
    Opened,
    Reading(ReadingState),
    /// On the list, in whatever state.
    AnyReading,
    /// Cited by a note, or by one of this type.
    Noted(Option<NoteType>),
    Highlighted,
    /// On the list with this tag, or cited by a note that has it.
    Tagged(Tag),
}
