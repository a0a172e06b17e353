//! What a reader keeps: stories on a list, notes, highlights, searches. Published facts know nothing
//! of it.

mod competency;
mod diff;
mod draft;
mod highlight;
mod idea;
mod link;
mod list_part;
mod listed;
mod note;
#[cfg(test)]
mod note_tests;
mod position;
mod quoted;
mod rank;
mod reading;
mod saved;
mod snooze;
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
pub use list_part::{LONGEST_SITTING, ListOrder, OnList, in_order, within};
pub use listed::{ListedReading, SAVED_PEER, SAVED_PEER_NAME, SAVED_SOURCE};
pub use note::{
    Citation, LONGEST_NOTE, LONGEST_NOTE_TITLE, MOST_CITATIONS, Note, NoteDraft, NoteRevision,
    NoteType, heading_of, is_day,
};
pub use position::{Position, minutes_left};
pub use quoted::{Searched, Sought};
pub use rank::{Rank, RankError};
pub use reading::{Neighbour, Reading, ReadingChange, ReadingState, Seen, SnoozeChange, TagChange};
pub use saved::{LONGEST_REMEMBERED, LONGEST_SEARCH_NAME, SavedSearch, remembered};
pub use snooze::Snooze;
pub use tag::{LONGEST_TAG, MOST_TAGS, Tag, tags_of};
pub use typed::{LONGEST_TYPED, MOST_TYPED, TabId, TypedNote};
pub use unite::{StoryState, StoryStates, both_read, carried};

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
