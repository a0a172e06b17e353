//! How well everything that matches some queries fits each of them: what a digest is chosen by.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tantivy::{DocId, Searcher, SegmentReader, TERMINATED, query::EnableScoring};

use super::{
    Ask, Hit, Index, SearchError,
    pairs::PairScorer,
    ranking::{ExtraWeights, Matching as _, Whole, column, ranked},
    schema::{ENTRY, KIND, ORDERED, STORY},
    soft::Bar,
    translate::{Plan, Statistics, is_constant},
    weights::Recency,
};
use crate::domain::{EntryId, StoryId, query::Query};

/// A fit of 1 is that of so many of the best posts in the library, on average.
const BEST_HITS: usize = 10;

/// How well each of the hits of one query fits it, from 0 to 1, beside the best of them.
#[derive(Clone, Copy, Debug)]
pub struct Fitting {
    usual: f32,
}

impl Fitting {
    /// Beside all hits of the query.
    pub fn among(hits: &[Hit]) -> Self {
        let mut scores: Vec<f32> = hits.iter().map(|it| it.score).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        scores.truncate(BEST_HITS);
        let count = f32::from(u8::try_from(scores.len()).unwrap_or(u8::MAX)).max(1.0);
        Self { usual: scores.iter().sum::<f32>() / count }
    }

    pub fn of(self, hit: &Hit) -> f32 {
        if self.usual > 0.0 { (hit.score / self.usual).clamp(0.0, 1.0) } else { 1.0 }
    }
}

impl Index {
    /// For each query every entry that matches strictly, with the score by which a search would rank it,
    /// in no order. Queries are taken as they stand (see [`Index::widened`]); of what is asked besides,
    /// the filters and what is muted count.
    pub fn fits(&self, queries: &[Query], ask: &Ask) -> Result<Vec<Vec<Hit>>, SearchError> {
        let searcher = self.0.reader.searcher();
        let fits = |query| {
            let plan = Plan::of(query, ask, &searcher, self)?;
            fitting(&plan, Recency::at(ask.now), &searcher, None)
        };
        let fits: tantivy::Result<_> = queries.iter().map(fits).collect();
        fits.map_err(|error| SearchError::of("search", error))
    }

    /// For each query how well some stories fit it, from 0 to 1, beside the best that a search would find;
    /// nothing of those that do not match. All else that matches is passed over.
    pub fn fits_of(
        &self,
        queries: &[Query],
        ask: &Ask,
        stories: &HashSet<StoryId>,
    ) -> Result<Vec<HashMap<StoryId, f32>>, SearchError> {
        let searcher = self.0.reader.searcher();
        let best = Ask { limit: BEST_HITS, strict: true, counts: false, ..ask.clone() };
        let at = (searcher.generation().generation_id(), ask.now.as_second().div_euclid(3600));
        let fits = |documents: &[Vec<DocId>], query: &Query| {
            let plan = Plan::of(query, ask, &searcher, self)?;
            let known_as = (ask.is_plain() && is_constant(query.root())).then(|| query.to_string());
            let known = known_as.as_ref().and_then(|it| self.0.usual_fits.of(it, at));
            let beside = if let Some(known) = known {
                known
            } else {
                let best = ranked(&plan, &best, &searcher, &self.0.topic_sets)?;
                let beside = Fitting::among(&best.hits);
                if let Some(query) = known_as {
                    self.0.usual_fits.keep(query, at, beside);
                }
                beside
            };
            let hits = fitting(&plan, Recency::at(ask.now), &searcher, Some(documents))?;
            let mut fits: HashMap<StoryId, f32> = HashMap::new();
            for hit in &hits {
                let fit = fits.entry(hit.story).or_default();
                *fit = fit.max(beside.of(hit));
            }
            Ok(fits)
        };
        let fits: tantivy::Result<_> = documents_of(stories, &searcher)
            .and_then(|documents| queries.iter().map(|it| fits(&documents, it)).collect());
        fits.map_err(|error| SearchError::of("search", error))
    }
}

/// What the best score, by query: to find them takes a walk over all that matches. Known for as long as
/// nothing else may be found, and an hour: so little does nothing age in.
#[derive(Default)]
pub(super) struct UsualFits(Mutex<HashMap<String, (State, Fitting)>>);

/// Generation of the index, and hour.
type State = (u64, i64);

/// Queries of which that is known.
const MOST_KNOWN: usize = 1_000;

impl UsualFits {
    fn of(&self, query: &str, at: State) -> Option<Fitting> {
        self.all().get(query).filter(|it| it.0 == at).map(|it| it.1)
    }

    fn keep(&self, query: String, at: State, fitting: Fitting) {
        let mut all = self.all();
        all.retain(|_, it| it.0 == at);
        if all.len() < MOST_KNOWN {
            all.insert(query, (at, fitting));
        }
    }

    /// Words mean something else now.
    pub(super) fn forget(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, (State, Fitting)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of each segment, in order.
fn documents_of(
    stories: &HashSet<StoryId>,
    searcher: &Searcher,
) -> tantivy::Result<Vec<Vec<DocId>>> {
    let of_segment = |reader: &SegmentReader| {
        let column = column(reader, STORY)?;
        let is_one = |it: &DocId| stories.contains(&StoryId(column.get_val(*it)));
        Ok((0..reader.max_doc()).filter(is_one).collect())
    };
    searcher.segment_readers().iter().map(of_segment).collect()
}

/// Of all documents that match, or of some of each segment.
fn fitting(
    plan: &Plan,
    recency: Recency,
    searcher: &Searcher,
    only: Option<&[Vec<DocId>]>,
) -> tantivy::Result<Vec<Hit>> {
    let statistics = Statistics { searcher, frequencies: &plan.statistics };
    let scoring = EnableScoring::enabled_from_statistics_provider(&statistics, searcher);
    let weight = plan.strict.weight(scoring)?;
    let extra = ExtraWeights::of(plan, &statistics, scoring)?;
    let mut hits = Vec::new();
    for (segment, reader) in searcher.segment_readers().iter().enumerate() {
        let only = only.map(|it| it[segment].as_slice());
        let mut matching = Whole::of(weight.as_ref(), &extra.usual, reader)?;
        if matching.document() == TERMINATED {
            continue;
        }
        let pairs = extra.pairs.iter().map(|it| it.scorer(reader));
        let mut pairs = pairs.collect::<tantivy::Result<Vec<PairScorer>>>()?;
        let (entries, stories) = (column(reader, ENTRY)?, column(reader, STORY)?);
        let (kinds, ordered) = (column(reader, KIND)?, column(reader, ORDERED)?);
        let alive = reader.alive_bitset();
        let mut wanted = only.unwrap_or_default().iter();
        let mut document = matching.document();
        loop {
            if only.is_some() {
                document = next_of(&mut wanted, &mut matching);
            }
            if document == TERMINATED {
                break;
            }
            if alive.is_none_or(|it| it.is_alive(document)) {
                let together: f32 = pairs.iter_mut().map(|it| it.score(document)).sum();
                let boost = recency.boost(kinds.get_val(document), ordered.get_val(document));
                let score = (matching.score(Bar::NONE) + together) * boost;
                let entry = EntryId(entries.get_val(document));
                hits.push(Hit { entry, story: StoryId(stories.get_val(document)), score });
            }
            if only.is_none() {
                document = matching.advance();
            }
        }
    }
    Ok(hits)
}

/// The next of the wanted documents that matches.
fn next_of(wanted: &mut std::slice::Iter<'_, DocId>, matching: &mut Whole) -> DocId {
    let is_met = |it: &&DocId| matching.seek(**it) == **it;
    wanted.find(is_met).copied().unwrap_or(TERMINATED)
}
