//! Answers a query: the index says which entries, the library says what they are, and the best
//! passage of each is marked.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Asker, Quote, quotes::Quoter};
use crate::{
    domain::{
        Entry, EntryId, Insight, Slug, Verdict,
        query::{Clause, Filter, Notice, Query},
    },
    extract,
    home::{Library, LookUpError, TopicsToKnow, look_up},
    search::{self, Ask, Counts, Index, Marker, PeerStanding, SearchError, Snippet, Sort},
    store::{Aside, Elsewhere, StoreError},
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

impl From<LookUpError> for FindError {
    fn from(error: LookUpError) -> Self {
        match error {
            LookUpError::Index(error) => error.into(),
            LookUpError::Library(error) => error.into(),
        }
    }
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
    /// Whether misspelled words are taken as they are.
    pub verbatim: bool,
    /// Whether to count what is found, and how each peer stands.
    pub counts: bool,
    pub now: Timestamp,
}

impl Wanted {
    /// The best of everything.
    pub fn best(limit: usize, now: Timestamp) -> Self {
        Self {
            limit,
            offset: 0,
            peer: None,
            domain: None,
            since: None,
            sort: Sort::Relevance,
            strict: false,
            verbatim: false,
            counts: false,
            now,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Found {
    /// Stories that match.
    pub total: usize,
    /// Whether too few matched all words, so that entries with most of them follow.
    pub relaxed: bool,
    /// What was odd in the query.
    pub notices: Vec<Notice>,
    /// The query that was answered instead, as nothing holds a word of the one that was asked.
    pub corrected: Option<Query>,
    pub hits: Vec<Hit>,
    /// Where they were asked for.
    pub counts: Option<Counts>,
    /// Where counts were asked for: those that wrote the most worth reading, and lately, first.
    pub peers: Vec<PeerOnSubject>,
}

#[derive(Clone, Debug)]
pub struct Hit {
    pub entry: Entry,
    pub score: f32,
    /// The whole title, its words marked.
    pub title: Snippet,
    pub snippet: Snippet,
    pub elsewhere: Elsewhere,
    /// `None` where the entry was not read, or could not be.
    pub verdict: Option<Verdict>,
    /// Of the roles that the query asks for.
    pub quotes: Vec<Quote>,
}

/// What a peer wrote about what was asked for.
#[derive(Clone, Debug)]
pub struct PeerOnSubject {
    pub standing: PeerStanding,
    /// The post that fits best.
    pub best: Entry,
}

/// Peers that are told with their best post.
const MOST_PEERS: usize = 10;

/// Searches the library. Any query is answered; nothing found is an answer.
pub async fn find(
    library: &Library,
    asker: &Asker,
    query: Query,
    wanted: &Wanted,
) -> Result<Found, FindError> {
    let (ask, unknown) = asked_of(library, asker, &query, wanted).await?;
    let may_correct = !wanted.verbatim && !wanted.strict;
    // What stands for a story may be what is hidden of it.
    let is_all_shown = ask.muted.is_none();
    let search = Search { index: library.index.clone(), query, ask };
    let search = move || search.run(may_correct);
    let (query, found, corrected) =
        tokio::task::spawn_blocking(search).await.map_err(|_| FindError::Thread)??;
    let ids: Vec<EntryId> = found.hits.iter().map(|hit| hit.entry).collect();
    let may_swap = is_all_shown && wanted.accepts_any_of_a_story(&query);
    let shown = Shown::load(library, &query, &ids, may_swap).await?;
    let peers = on_subject(library, found.peers).await?;
    let index = library.index.clone();
    let scores: Vec<(EntryId, f32)> = found.hits.iter().map(|hit| (hit.entry, hit.score)).collect();
    let mark = move || {
        let marker = index.marker(&query);
        let quoter = Quoter::of(&query, &index);
        let hit = |(id, score): &(EntryId, f32)| shown.hit((&marker, &quoter), *id, *score);
        scores.iter().filter_map(hit).collect()
    };
    let hits = tokio::task::spawn_blocking(mark).await.map_err(|_| FindError::Thread)?;
    let notices = found.notices.into_iter().chain(unknown).collect();
    let (total, relaxed, counts) = (found.total, found.relaxed, found.counts);
    Ok(Found { total, relaxed, notices, corrected, hits, counts, peers })
}

/// Stories about the same as an entry, the most similar first.
pub async fn similar(
    library: &Library,
    asker: &Asker,
    entry: EntryId,
    limit: usize,
    now: Timestamp,
) -> Result<Found, FindError> {
    let query = Query::of(Clause::Filter(Filter::Similar(entry)));
    find(library, asker, query, &Wanted::best(limit, now)).await
}

/// What the index is asked for besides the query, and what nothing is called that the query names.
pub(super) async fn asked_of(
    library: &Library,
    asker: &Asker,
    query: &Query,
    wanted: &Wanted,
) -> Result<(Ask, Vec<Notice>), FindError> {
    let muted = asker.muted();
    let queries: Vec<&Query> = std::iter::once(query).chain(&muted).collect();
    let topics = if wanted.counts { TopicsToKnow::All } else { TopicsToKnow::Named };
    let (known, unknown) = look_up(library, asker, &queries, topics).await?;
    let ask = Ask {
        limit: wanted.limit.min(MOST_HITS),
        offset: wanted.offset,
        now: wanted.now,
        peer: wanted.peer.clone().map(String::from),
        domain: wanted.domain.clone().map(String::from),
        since: wanted.since,
        sort: wanted.sort,
        strict: wanted.strict,
        counts: wanted.counts,
        muted,
        known,
    };
    Ok((ask, unknown))
}

/// What is searched on a thread of its own.
struct Search {
    index: Index,
    query: Query,
    ask: Ask,
}

impl Search {
    /// Where nothing holds all words because some are misspelled, the query with others instead, if
    /// that finds more.
    fn run(self, may_correct: bool) -> Result<(Query, search::Found, Option<Query>), SearchError> {
        let found = self.index.search(&self.query, &self.ask)?;
        if found.strict > 0 || !may_correct {
            return Ok((self.query, found, None));
        }
        let Some(corrected) = self.index.corrected(&self.query)? else {
            return Ok((self.query, found, None));
        };
        let notices = found.notices.clone();
        let better = self.index.search(&corrected, &self.ask)?;
        if better.strict == 0 {
            return Ok((self.query, found, None));
        }
        Ok((corrected.clone(), search::Found { notices, ..better }, Some(corrected)))
    }
}

async fn on_subject(
    library: &Library,
    standings: Vec<PeerStanding>,
) -> Result<Vec<PeerOnSubject>, StoreError> {
    let first = || standings.iter().take(MOST_PEERS);
    let ids: Vec<EntryId> = first().map(|it| it.best).collect();
    let entries = library.store.entries_without_bodies(&ids).await?;
    let best = |id: EntryId| entries.iter().find(|it| it.id == id).cloned();
    let peer =
        |it: &PeerStanding| Some(PeerOnSubject { best: best(it.best)?, standing: it.clone() });
    Ok(first().filter_map(peer).collect())
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
    /// With their texts.
    entries: HashMap<EntryId, (Entry, String)>,
    asides: HashMap<EntryId, Aside>,
    /// Where the query asks for passages.
    insights: HashMap<EntryId, Insight>,
    /// For an entry that was found the one that stands for its story.
    instead: HashMap<EntryId, EntryId>,
}

impl Shown {
    async fn load(
        library: &Library,
        query: &Query,
        ids: &[EntryId],
        may_swap: bool,
    ) -> Result<Self, StoreError> {
        let mut asides = library.store.asides(ids).await?;
        let mut instead = HashMap::new();
        if may_swap {
            for (id, aside) in &asides {
                let first = aside.elsewhere.also_at.first().filter(|it| it.stands_before);
                instead.extend(first.map(|it| (*id, it.entry)));
            }
        }
        let others: Vec<EntryId> = instead.values().copied().collect();
        if !others.is_empty() {
            asides.extend(library.store.asides(&others).await?);
        }
        let all: Vec<EntryId> = ids.iter().copied().chain(others).collect();
        let texts = library.store.entry_texts(&all).await?;
        let entries = texts.into_iter().map(|it| (it.0.id, it)).collect();
        let asks_passages = query.filters().iter().any(|it| matches!(it, Filter::Passage(..)));
        let insights = if asks_passages {
            library.store.insights_in_short(&all).await?
        } else {
            HashMap::new()
        };
        Ok(Self { entries, asides, insights, instead })
    }

    /// The entry that stands for a story is shown if it holds what was asked for, as its summary may
    /// not.
    fn hit(&self, (marker, quoter): (&Marker, &Quoter), id: EntryId, score: f32) -> Option<Hit> {
        let hit = |id: &EntryId| {
            let found = self.entries.get(id)?;
            let language = found.0.language.as_ref();
            let insight = self.insights.get(id);
            let Aside { elsewhere, verdict } = self.asides.get(id).cloned().unwrap_or_default();
            let told = insight.map(|it| quoter.quotes(it, language)).unwrap_or_default();
            Some(Hit { score, elsewhere, verdict, quotes: told, ..marked(marker, found) })
        };
        let first = self.instead.get(&id).and_then(hit);
        let holds = |it: &Hit| !it.title.marks.is_empty() || !it.snippet.marks.is_empty();
        first.filter(holds).or_else(|| hit(&id))
    }
}

/// Without what is known of the hit otherwise.
fn marked(marker: &Marker, (entry, html): &(Entry, String)) -> Hit {
    let text = extract::text_of(html).text;
    let text = if text.is_empty() { entry.summary.clone() } else { text };
    let language = entry.language.as_ref();
    Hit {
        title: Snippet { marks: marker.marks(&entry.title, language), text: entry.title.clone() },
        snippet: marker.snippet(&text, language),
        entry: entry.clone(),
        score: 0.0,
        elsewhere: Elsewhere::default(),
        verdict: None,
        quotes: Vec::new(),
    }
}
