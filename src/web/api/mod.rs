//! `/api/v1`: the library as JSON.

mod account;
mod digests;
mod drafts;
mod handlers;
mod highlights;
mod insight;
mod landscape;
mod ledger;
mod limits;
mod notes;
mod readings;
mod search;
mod searches;
mod sent;
mod shapes;
mod shelf;
mod stories;
mod suggestions;
mod topics;

pub(super) use account::account;
pub use digests::IssueList;
pub(super) use digests::{digest, digests};
pub(super) use drafts::{delete_draft, drafts, put_draft};
pub(super) use handlers::{
    Named, entries, entry, explain, named, one, peers, search, similar, sources,
};
pub(super) use highlights::{delete_highlight, highlights, post_highlight};
pub use insight::{CorrectionList, CorrectionShape, InsightShape};
pub(super) use insight::{corrections, delete_correction, insight, post_correction, put_kind};
pub use landscape::{LandscapeShape, SubjectShape};
pub(super) use landscape::{counting_of, landscape, landscape_of, scope_of};
pub use ledger::LedgerShape;
pub(super) use ledger::ledger;
pub use limits::{LimitList, TrendList};
pub(super) use limits::{limits, trends};
pub use notes::{NoteList, NoteShape};
pub(super) use notes::{delete_note, note, note_revisions, notes, post_note, put_note};
pub use readings::{ReadingList, ReadingShape};
pub(super) use readings::{
    delete_reading, post_reading, put_position, put_reading, put_seen, reading, readings,
};
pub use search::{ExplanationShape, SearchAnswer, SearchHit};
pub use searches::SavedSearchList;
pub(super) use searches::{delete_search, put_search, saved_searches, tags};
pub(super) use sent::number;
pub use shapes::marked_html;
pub(super) use shelf::{delete_shelf, post_shelf, shelf};
pub use stories::StoryShape;
pub(super) use suggestions::{suggest, suggestions};
pub use topics::TopicList;
pub(super) use topics::{topic, topics};
