//! What a reader does with the library: search it, keep a list and a journal.

mod correct;
mod entries;
mod evidence;
mod explain;
mod find;
mod landscape;
mod limits;
mod pictures;
mod quotes;
mod remember;
mod shelf;
mod suggest;
mod survey;
mod today;
mod topics;
mod trends;

pub use correct::{correct_kind, correct_role, take_back};
pub use entries::entries;
pub use evidence::{PackAsk, evidence};
pub use explain::explain;
pub use find::{FindError, Found, Hit, PeerOnSubject, Wanted, find, similar};
pub use landscape::{
    Counting, OnSubject, Part, PeerCount, Quoted, Surveyed, landscape, on_subject,
};
pub use limits::{Limits, limits};
pub use pictures::{Picture, PictureError, Pictures};
pub use quotes::Quote;
pub use remember::remember_search;
pub use shelf::{recommend, take_off_shelf};
pub use suggest::suggest;
pub use survey::{Scope, subject_called};
pub use topics::{TopicStand, topics};
pub use trends::{KnownRising, Trends, trends};
mod journal;
mod keep;
mod list;
mod list_part;
mod notes;
mod outside;
mod searches;
mod sitting;

pub use journal::{import_journal, journal};
pub use keep::KeepError;
pub use list::{
    MOST_AT_ONCE, change, change_many, open, put, remember_position, show, take_back_change,
    take_off,
};
pub use list_part::{ListAsk, ListPart, Waiting, list_part};
pub use notes::{
    delete_highlight, delete_note, drop_typed, highlight, highlight_words, keep_typed, move_idea,
    rewrite_note, write_note,
};
pub use outside::{ImportCounts, SavedPage, export_list, import_list, save_page};
pub use searches::{remove_search, save_search};
pub use sitting::{sit, sitting};
pub use today::{first_topics, older_piece};

pub use crate::{
    domain::{Subject, SubjectSort},
    home::{Asker, kept_topics},
};
