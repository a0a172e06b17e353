//! Offers what a search may be for, while one types it.

use super::{Asker, FindError};
use crate::{
    domain::{MOST_SUGGESTIONS, Suggestion, suggestions},
    home::Library,
};

/// Bytes of what was typed that count.
const MOST_BYTES: usize = 400;
/// Of the reader's own, the latest that are offered again.
const PAST_SEARCHES: u32 = 200;

/// Any text is answered. Peers and topics are those that are followed at present.
pub async fn suggest(
    library: &Library,
    asker: &Asker,
    typed: &str,
) -> Result<Vec<Suggestion>, FindError> {
    let typed = &typed[..typed.floor_char_boundary(MOST_BYTES)];
    let (index, text) = (library.index.clone(), typed.to_owned());
    let search = move || index.titled(&text, MOST_SUGGESTIONS);
    let found = tokio::task::spawn_blocking(search).await.map_err(|_| FindError::Thread)??;
    let titles = library.store.titles(&found).await?;
    let past = library.store.past_searches(asker.reader, PAST_SEARCHES).await?;
    Ok(suggestions(typed, &asker.following, &past, &titles))
}
