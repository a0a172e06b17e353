//! Entries whose source says that they changed, although nothing of what it carries did.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::{Change, EntryDraft, EntryId, KnownEntry};

/// In words. A longer body shows by itself whether an article changed.
const LONGEST_UNTELLING_BODY: u32 = 300;
/// Entries that must be touched at once, and be more than half of those listed, before this says
/// nothing: a site that is built anew dates all of its pages.
const FEWEST_OF_A_REBUILD: usize = 10;

/// Entries whose `updated` (a sitemap's `lastmod`) moved on while what the source carries of them stayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    pub entries: Vec<(EntryId, Timestamp)>,
    /// Whether the dates are those of the whole site, so that no page is worth asking for.
    pub is_rebuild: bool,
}

/// Finds them among what a document lists. `changes` are those of `drafts`.
pub fn touched(drafts: &[EntryDraft], changes: &[Change], known: &[KnownEntry]) -> Touched {
    let updated: HashMap<EntryId, Option<Timestamp>> =
        known.iter().filter_map(|it| Some((it.id?, it.updated))).collect();
    let mut listed = 0;
    let mut entries = Vec::new();
    for (draft, change) in drafts.iter().zip(changes) {
        let Change::Known { id, edit, .. } = change else { continue };
        listed += 1;
        let before = updated.get(id).copied().flatten();
        let (Some(before), Some(now)) = (before, draft.updated) else { continue };
        if edit.is_none() && now > before && draft.words < LONGEST_UNTELLING_BODY {
            entries.push((*id, now));
        }
    }
    let is_rebuild = entries.len() >= FEWEST_OF_A_REBUILD && entries.len() * 2 > listed;
    Touched { entries, is_rebuild }
}
