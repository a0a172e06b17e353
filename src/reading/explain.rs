//! Why an entry stands where it stands among what is found.

use super::{Asker, FindError, Wanted, find::asked_of};
use crate::{
    domain::{EntryId, query::Query},
    home::Library,
    search::Explanation,
};

/// `None` where the entry does not match, or is hidden.
pub async fn explain(
    library: &Library,
    asker: &Asker,
    query: &Query,
    wanted: &Wanted,
    entry: EntryId,
) -> Result<Option<Explanation>, FindError> {
    let (ask, _) = asked_of(library, asker, query, wanted).await?;
    let (index, query) = (library.index.clone(), query.clone());
    let explain = move || index.explain(&query, &ask, entry);
    Ok(tokio::task::spawn_blocking(explain).await.map_err(|_| FindError::Thread)??)
}
