//! Readings as they travel: by the address of what is read, without any number of a library.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Position, Rank, Reading, ReadingState, Tag};
use crate::domain::{Address, StoryId};

/// Slug of the peer to whom pages from outside belong. It is in no `feeds.toml`, is never visited, and is
/// no peer to digests, landscapes and lists of the newest.
pub const SAVED_PEER: &str = "saved";
/// Its name.
pub const SAVED_PEER_NAME: &str = "Saved pages";
/// The source of its entries, at an address that is nowhere (RFC 2606).
pub const SAVED_SOURCE: &str = "https://saved.invalid/";

/// A reading of a list that is exported or imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedReading {
    /// `None` only of what is forgotten and never had one; it cannot be imported.
    pub address: Option<Address>,
    pub title: String,
    pub state: ReadingState,
    #[serde(default)]
    pub tags: BTreeSet<Tag>,
    pub added: Timestamp,
    pub changed: Timestamp,
    #[serde(default)]
    pub finished: Option<Timestamp>,
    #[serde(default)]
    pub snoozed_until: Option<Timestamp>,
    #[serde(default)]
    pub position: Option<Position>,
}

impl ListedReading {
    /// Put on the list now.
    pub fn queued(address: Address, title: &str, now: Timestamp) -> Self {
        Self {
            address: Some(address),
            title: title.to_owned(),
            state: ReadingState::Queued,
            tags: BTreeSet::new(),
            added: now,
            changed: now,
            finished: None,
            snoozed_until: None,
            position: None,
        }
    }

    pub fn of(reading: &Reading, title: &str, address: Option<Address>) -> Self {
        let Reading { state, tags, added, changed, finished, snoozed_until, position, .. } =
            reading.clone();
        let title = title.to_owned();
        Self { address, title, state, tags, added, changed, finished, snoozed_until, position }
    }

    pub fn reading(self, story: StoryId, rank: Rank) -> Reading {
        let Self { state, tags, added, changed, finished, snoozed_until, position, .. } = self;
        Reading { story, state, rank, tags, added, changed, finished, snoozed_until, position }
    }
}
