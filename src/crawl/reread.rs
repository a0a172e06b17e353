//! Has entries read again, a portion at a time.

use super::{FollowError, index_follows};
use crate::{
    domain::EntryId,
    search::Index,
    store::{RereadPart, Rereading, Store},
};

/// Entries that are brought back at once: a second or two of work, so that nobody waits long for it.
const PORTION_ENTRIES: u32 = 500;

/// Brings the next entries back from before `before` on, those that arrived last first, and has them
/// read and indexed. Cut off half-way, the rest is done whenever the index follows next.
pub async fn reread_portion(
    store: &Store,
    index: &Index,
    which: Rereading,
    before: Option<EntryId>,
) -> Result<RereadPart, FollowError> {
    let part = store.reread(which, before, PORTION_ENTRIES).await?;
    if part.entries > 0 {
        index_follows(store, index).await?;
    }
    Ok(part)
}
