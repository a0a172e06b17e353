//! The nouns of Peerscope and the rules between them: no I/O, no async, no clock.

mod address;
mod article;
mod article_work;
mod change;
pub mod dates;
mod entry;
mod feed;
mod following;
mod ids;
mod language;
pub mod query;
mod robots;
mod rules;
mod schedule;
mod slug;
pub mod story;
mod visit;

pub use address::{Address, AddressError, Gate};
pub use article::*;
pub use article_work::*;
pub use change::*;
pub use entry::*;
pub use feed::*;
pub use following::*;
pub use ids::*;
pub use language::{Language, LanguageError};
pub use query::Query;
pub use robots::*;
pub use rules::*;
pub use schedule::*;
pub use slug::{Slug, SlugError};
pub use visit::*;
