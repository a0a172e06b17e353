//! What a reader does with the library: search it, keep a list and a journal.

mod asker;
mod correct;
mod entries;
mod explain;
mod find;
mod known;
mod quotes;
mod remember;
mod suggest;
mod topics;

pub use asker::Asker;
pub use correct::{correct_kind, correct_role, take_back};
pub use entries::entries;
pub use explain::explain;
pub use find::{FindError, Found, Hit, PeerOnSubject, Wanted, find, similar};
pub use quotes::Quote;
pub use remember::remember_search;
pub use suggest::suggest;
pub use topics::{TopicStand, kept_topics, topics};
mod keep;
mod list;
mod notes;
mod searches;

pub use keep::KeepError;
pub use list::{open, put, show, take_off};
pub use notes::{delete_highlight, delete_note, highlight, rewrite_note, write_note};
pub use searches::{remove_search, save_search};
