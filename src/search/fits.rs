//! How well everything that matches some queries fits each of them: what a digest is chosen by.

use tantivy::{Searcher, TERMINATED, query::EnableScoring};

use super::{
    Ask, Hit, Index, SearchError,
    pairs::PairScorer,
    ranking::{ExtraWeights, Matching as _, Whole, column},
    schema::{ENTRY, KIND, ORDERED, STORY},
    soft::Bar,
    translate::{Plan, Statistics},
    weights::Recency,
};
use crate::domain::{EntryId, StoryId, query::Query};

impl Index {
    /// For each query every entry that matches strictly, with the score by which a search would rank it,
    /// in no order. Queries are taken as they stand (see [`Index::widened`]); of what is asked besides,
    /// the filters and what is muted count.
    pub fn fits(&self, queries: &[Query], ask: &Ask) -> Result<Vec<Vec<Hit>>, SearchError> {
        let searcher = self.0.reader.searcher();
        let fits = |query| {
            let plan = Plan::of(query, ask, &searcher, self)?;
            fitting(&plan, Recency::at(ask.now), &searcher)
        };
        let fits: tantivy::Result<_> = queries.iter().map(fits).collect();
        fits.map_err(|error| SearchError::of("search", error))
    }
}

fn fitting(plan: &Plan, recency: Recency, searcher: &Searcher) -> tantivy::Result<Vec<Hit>> {
    let statistics = Statistics { searcher, frequencies: &plan.statistics };
    let scoring = EnableScoring::enabled_from_statistics_provider(&statistics, searcher);
    let weight = plan.strict.weight(scoring)?;
    let extra = ExtraWeights::of(plan, &statistics, scoring)?;
    let mut hits = Vec::new();
    for reader in searcher.segment_readers() {
        let mut matching = Whole::of(weight.as_ref(), &extra.usual, reader)?;
        if matching.document() == TERMINATED {
            continue;
        }
        let pairs = extra.pairs.iter().map(|it| it.scorer(reader));
        let mut pairs = pairs.collect::<tantivy::Result<Vec<PairScorer>>>()?;
        let (entries, stories) = (column(reader, ENTRY)?, column(reader, STORY)?);
        let (kinds, ordered) = (column(reader, KIND)?, column(reader, ORDERED)?);
        let alive = reader.alive_bitset();
        let mut document = matching.document();
        while document != TERMINATED {
            if alive.is_none_or(|it| it.is_alive(document)) {
                let together: f32 = pairs.iter_mut().map(|it| it.score(document)).sum();
                let boost = recency.boost(kinds.get_val(document), ordered.get_val(document));
                let score = (matching.score(Bar::NONE) + together) * boost;
                let entry = EntryId(entries.get_val(document));
                hits.push(Hit { entry, story: StoryId(stories.get_val(document)), score });
            }
            document = matching.advance();
        }
    }
    Ok(hits)
}
