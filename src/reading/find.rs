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
    store::{Elsewhere, EntryWithBody, StoreError},
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
    /// Only what matches every word: nothing follows where that is little.
    pub strict: bool,
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
    pub elsewhere: Elsewhere,
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
        strict: wanted.strict,
        ..Ask::best(0, wanted.now)
    };
    let (index, asked) = (library.index.clone(), query.clone());
    let search = move || index.search(&asked, &ask);
    let found = tokio::task::spawn_blocking(search).await.map_err(|_| FindError::Thread)??;
    let ids: Vec<EntryId> = found.hits.iter().map(|hit| hit.entry).collect();
    let shown = Shown::load(library, &ids, wanted.accepts_any_of_a_story(&query)).await?;
    let index = library.index.clone();
    let scores: Vec<(EntryId, f32)> = found.hits.iter().map(|hit| (hit.entry, hit.score)).collect();
    let mark = move || {
        let marker = index.marker(&query);
        scores.iter().filter_map(|(id, score)| shown.hit(&marker, *id, *score)).collect()
    };
    let hits = tokio::task::spawn_blocking(mark).await.map_err(|_| FindError::Thread)?;
    Ok(Found { total: found.total, relaxed: found.relaxed, notices: found.notices, hits })
}

impl Wanted {
    /// Whether of a story that matches any entry may be shown.
    fn accepts_any_of_a_story(&self, query: &Query) -> bool {
        let is_narrowed = self.peer.is_some() || self.domain.is_some() || self.since.is_some();
        !is_narrowed && !query.has_filters() && self.sort == Sort::Relevance
    }
}

/// Entries that were found, and those that stand for their stories.
struct Shown {
    entries: HashMap<EntryId, EntryWithBody>,
    elsewhere: HashMap<EntryId, Elsewhere>,
    /// For an entry that was found the one that stands for its story.
    instead: HashMap<EntryId, EntryId>,
}

impl Shown {
    async fn load(library: &Library, ids: &[EntryId], may_swap: bool) -> Result<Self, StoreError> {
        let mut elsewhere = library.store.elsewhere(ids).await?;
        let mut instead = HashMap::new();
        if may_swap {
            for (id, elsewhere) in &elsewhere {
                let first = elsewhere.also_at.first().filter(|it| it.stands_before);
                instead.extend(first.map(|it| (*id, it.entry)));
            }
        }
        let others: Vec<EntryId> = instead.values().copied().collect();
        elsewhere.extend(library.store.elsewhere(&others).await?);
        let all: Vec<EntryId> = ids.iter().copied().chain(others).collect();
        let entries = library.store.entries_by_id(&all).await?;
        let entries = entries.into_iter().map(|it| (it.entry.id, it)).collect();
        Ok(Self { entries, elsewhere, instead })
    }

    /// The entry that stands for a story is shown if it holds what was asked for, as its summary may
    /// not.
    fn hit(&self, marker: &Marker, id: EntryId, score: f32) -> Option<Hit> {
        let hit = |id: &EntryId| {
            let elsewhere = self.elsewhere.get(id).cloned().unwrap_or_default();
            Some(marked(marker, self.entries.get(id)?, score, elsewhere))
        };
        let first = self.instead.get(&id).and_then(hit);
        let holds = |it: &Hit| !it.title.marks.is_empty() || !it.snippet.marks.is_empty();
        first.filter(holds).or_else(|| hit(&id))
    }
}

fn marked(marker: &Marker, found: &EntryWithBody, score: f32, elsewhere: Elsewhere) -> Hit {
    let EntryWithBody { entry, html, .. } = found;
    let text = extract::text_of(html).text;
    let text = if text.is_empty() { entry.summary.clone() } else { text };
    let language = entry.language.as_ref();
    Hit {
        title: Snippet { marks: marker.marks(&entry.title, language), text: entry.title.clone() },
        snippet: marker.snippet(&text, language),
        entry: entry.clone(),
        score,
        elsewhere,
    }
}
