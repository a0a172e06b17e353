//! What a reader does with the library: search it.

mod find;

pub use find::{FindError, Found, Hit, Wanted, find};
