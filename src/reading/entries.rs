//! Lists of entries, without what the reader has muted.

use super::{Asker, FindError};
use crate::{
    domain::{Entry, SAVED_PEER},
    home::{Library, TopicsToKnow, index_document, look_up},
    search::Matcher,
    store::{Cursor, EntriesAsk, Page},
};

/// Entries that are looked through at most for one page: whoever mutes nearly all gets short pages.
const MOST_LOOKED_THROUGH: u32 = 5_000;

/// A page of a list; it names a next one only where there is one.
pub async fn entries(
    library: &Library,
    asker: &Asker,
    ask: EntriesAsk,
) -> Result<Page<Entry>, FindError> {
    let limit = ask.limit as usize;
    // Nobody follows pages that readers saved; who asks for them by name gets them.
    let is_saved = ask.peer.as_ref().is_some_and(|it| it.as_str() == SAVED_PEER);
    let followed_only = ask.followed_only && !is_saved;
    let mut ask = EntriesAsk { limit: ask.limit + 1, followed_only, ..ask };
    let matcher = muted(library, asker).await?;
    let (mut rows, mut looked_through) = (Vec::new(), 0);
    loop {
        let part = library.store.entries(&ask).await?.rows;
        looked_through += ask.limit;
        let is_last = part.len() < ask.limit as usize;
        ask.before = part.last().map(cursor_of).or(ask.before);
        rows.extend(unmuted(library, matcher.as_ref(), part).await?);
        if rows.len() > limit {
            rows.truncate(limit);
            let next = rows.last().map(cursor_of);
            return Ok(Page { rows, next });
        }
        if is_last || looked_through >= MOST_LOOKED_THROUGH {
            return Ok(Page { rows, next: ask.before.filter(|_| !is_last) });
        }
    }
}

fn cursor_of(entry: &Entry) -> Cursor {
    Cursor { ordered: entry.ordered, id: entry.id }
}

async fn muted(library: &Library, asker: &Asker) -> Result<Option<Matcher>, FindError> {
    let Some(muted) = asker.muted() else { return Ok(None) };
    let (known, _) = look_up(library, asker, &[&muted], TopicsToKnow::Named).await?;
    Ok(Some(library.index.matcher(&muted, known)?))
}

async fn unmuted(
    library: &Library,
    matcher: Option<&Matcher>,
    entries: Vec<Entry>,
) -> Result<Vec<Entry>, FindError> {
    let Some(matcher) = matcher else { return Ok(entries) };
    let ids: Vec<_> = entries.iter().map(|it| it.id).collect();
    let rows = library.store.index_rows(&ids).await?;
    let documents = rows.into_iter().map(index_document);
    let hidden: Vec<_> = documents.filter(|it| matcher.matches(it)).map(|it| it.entry).collect();
    Ok(entries.into_iter().filter(|it| !hidden.contains(&it.id)).collect())
}
