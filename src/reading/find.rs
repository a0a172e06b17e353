//! Answers a query: the index says which entries, the library says what they are, and the best
//! passage of each is marked.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    domain::{
        Entry, EntryId, Slug,
        query::{Notice, Query},
    },
    extract,
    home::Library,
    search::{Ask, Marker, SearchError, Snippet, Sort},
    store::{EntryWithBody, StoreError},
};

/// Most hits of one answer.
pub(super) const MOST_HITS: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("could not search the index")]
    Index(#[from] SearchError),
    #[error("could not read the entries that were found")]
    Library(#[from] StoreError),
    #[error("the thread that searches failed")]
    Thread,
}

/// What is asked for beside the query.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub limit: usize,
    pub offset: usize,
    pub peer: Option<Slug>,
    pub domain: Option<Slug>,
    pub since: Option<Timestamp>,
    pub sort: Sort,
    pub now: Timestamp,
}

#[derive(Clone, Debug)]
pub struct Found {
    /// Stories that match.
    pub total: usize,
    /// Whether too few matched all words, so that entries with most of them follow.
    pub relaxed: bool,
    /// What was odd in the query.
    pub notices: Vec<Notice>,
    pub hits: Vec<Hit>,
}

#[derive(Clone, Debug)]
pub struct Hit {
    pub entry: Entry,
    pub score: f32,
    /// The whole title, its words marked.
    pub title: Snippet,
    pub snippet: Snippet,
}

/// Searches the library. Any query is answered; nothing found is an answer.
pub async fn find(library: &Library, query: Query, wanted: &Wanted) -> Result<Found, FindError> {
    let ask = Ask {
        limit: wanted.limit.min(MOST_HITS),
        offset: wanted.offset,
        now: wanted.now,
        peer: wanted.peer.clone().map(String::from),
        domain: wanted.domain.clone().map(String::from),
        since: wanted.since,
        sort: wanted.sort,
    };
    let (index, asked) = (library.index.clone(), query.clone());
    let search = move || index.search(&asked, &ask);
    let found = tokio::task::spawn_blocking(search).await.map_err(|_| FindError::Thread)??;
    let ids: Vec<EntryId> = found.hits.iter().map(|hit| hit.entry).collect();
    let entries = library.store.entries_by_id(&ids).await?;
    let mut scores: HashMap<EntryId, f32> =
        found.hits.iter().map(|hit| (hit.entry, hit.score)).collect();
    let index = library.index.clone();
    let mark = move || {
        let marker = index.marker(&query);
        let mark = |it: EntryWithBody| {
            let score = scores.remove(&it.entry.id).unwrap_or_default();
            marked(&marker, it, score)
        };
        entries.into_iter().map(mark).collect()
    };
    let hits = tokio::task::spawn_blocking(mark).await.map_err(|_| FindError::Thread)?;
    Ok(Found { total: found.total, relaxed: found.relaxed, notices: found.notices, hits })
}

fn marked(marker: &Marker, found: EntryWithBody, score: f32) -> Hit {
    let EntryWithBody { entry, html, .. } = found;
    let text = extract::text_of(&html).text;
    let text = if text.is_empty() { entry.summary.clone() } else { text };
    let language = entry.language.as_ref();
    Hit {
        title: Snippet { marks: marker.marks(&entry.title, language), text: entry.title.clone() },
        snippet: marker.snippet(&text, language),
        entry,
        score,
    }
}
