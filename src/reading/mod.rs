//! What a reader does with the library: search it, keep a list and a journal.

mod find;
mod keep;
mod list;
mod notes;
mod searches;

pub use find::{FindError, Found, Hit, Wanted, find};
pub use keep::KeepError;
pub use list::{open, put, show, take_off};
pub use notes::{delete_highlight, delete_note, highlight, rewrite_note, write_note};
pub use searches::{remove_search, save_search};
