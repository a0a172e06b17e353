//! What a reader does with the library: search it.

mod find;
mod topics;

pub use find::{FindError, Found, Hit, Wanted, find};
pub use topics::{TopicStand, topics};
