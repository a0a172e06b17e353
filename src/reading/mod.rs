//! What a reader does with the library: search it.

mod find;
mod suggest;
mod topics;

pub use find::{FindError, Found, Hit, Wanted, find};
pub use suggest::suggest;
pub use topics::{TopicStand, topics};
