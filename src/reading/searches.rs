//! Searches that a reader keeps.

use crate::{
    domain::{ReaderId, SavedSearch, Slug},
    store::{Store, StoreError},
};

/// Keeps a search under its slug, in place of one that is there; says as it is kept.
pub async fn save_search(
    library: &Store,
    reader: ReaderId,
    search: &SavedSearch,
) -> Result<SavedSearch, StoreError> {
    library.save_search(reader, search).await
}

/// Says whether there was such a search.
pub async fn remove_search(
    library: &Store,
    reader: ReaderId,
    slug: &Slug,
) -> Result<bool, StoreError> {
    library.remove_search(reader, slug).await
}
