//! Lists of feeds as other readers exchange them: read whatever their state, merged, written.

mod export;
mod import;
mod merge;

pub use export::export_opml;
pub use import::{import_opml, import_private_opml};
pub use merge::merge_opml;

use crate::domain::Address;

/// What a list of feeds holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opml {
    /// In the order of the list, each address once.
    pub subscriptions: Vec<Subscription>,
    /// What could not be taken, in sentences.
    pub complaints: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// As the list names it, on one line; empty where it does not.
    pub title: String,
    pub feed: Address,
    pub site: Option<Address>,
    /// Names of the folders that it lies in, the outermost first, then its categories.
    pub folders: Vec<String>,
}

/// What became of a list that was merged into a feeds file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Names of the new peers.
    pub added: Vec<String>,
    /// Addresses that were followed before.
    pub already: Vec<Address>,
    /// What could not be taken, in sentences.
    pub refused: Vec<String>,
}
