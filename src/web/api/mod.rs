//! `/api/v1`: the library as JSON.

mod handlers;
mod highlights;
mod notes;
mod readings;
mod searches;
mod sent;
mod shapes;
mod stories;

pub(super) use handlers::{Named, entries, entry, one, page, peers, search, sources};
pub(super) use highlights::{delete_highlight, highlights, post_highlight};
pub use notes::{NoteList, NoteShape};
pub(super) use notes::{delete_note, note, note_revisions, notes, post_note, put_note};
pub use readings::{ReadingList, ReadingShape};
pub(super) use readings::{delete_reading, put_reading, put_seen, reading, readings};
pub use searches::SavedSearchList;
pub(super) use searches::{delete_search, put_search, saved_searches, tags};
pub use shapes::{SearchAnswer, SearchHit, marked_html};
pub use stories::StoryShape;
