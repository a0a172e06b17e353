//! What a reader does with the library: search it.

mod asker;
mod entries;
mod explain;
mod find;
mod known;
mod remember;
mod suggest;
mod topics;

pub use asker::Asker;
pub use entries::entries;
pub use explain::explain;
pub use find::{FindError, Found, Hit, PeerOnSubject, Wanted, find, similar};
pub use remember::remember_search;
pub use suggest::suggest;
pub use topics::{TopicStand, topics};
