//! The team's shelf: recommending an entry, and taking that back.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{Comment, EntryId, Reader, ReaderId, ReaderRole, Recommendation, RecommendationId},
    store::{Store, StoreError},
};

/// Puts an entry on the shelf, or says something else of it.
pub async fn recommend(
    library: &Store,
    reader: ReaderId,
    entry: EntryId,
    comment: &Comment,
    now: Timestamp,
) -> Result<Recommendation, KeepError> {
    let kept = library.recommend(reader, entry, comment, now).await?;
    kept.ok_or(KeepError::NoEntry(entry))
}

/// One's own; admins may take back any. Says whether there was one.
pub async fn take_off_shelf(
    library: &Store,
    reader: &Reader,
    id: RecommendationId,
) -> Result<bool, StoreError> {
    let of = (reader.role != ReaderRole::Admin).then_some(reader.id);
    library.remove_recommendation(id, of).await
}
