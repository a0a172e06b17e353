//! How well everything that matches some queries fits each of them: what a digest is chosen by.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tantivy::{
    DocId, Score, Searcher, SegmentReader, TERMINATED,
    fastfield::AliveBitSet,
    query::{EnableScoring, Weight},
};

use super::{
    Ask, Hit, Index, SearchError,
    known_fits::{KnownFits, State},
    pairs::PairScorer,
    ranking::{ExtraWeights, Matching as _, SomeOfWhole, Whole, ranked},
    segments::Columns,
    soft::Bar,
    translate::{Plan, Statistics, is_constant},
    weights::Recency,
};
use crate::domain::{EntryId, Kind, StoryId, query::Query};

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
            Fitter::of(&plan, Recency::at(ask.now), (self, &searcher))?.all()
        };
        let fits: tantivy::Result<_> = queries.iter().map(fits).collect();
        fits.map_err(|error| SearchError::of("search", error))
    }

    /// For each query how well some stories fit it, beside the best that a search would find. All else that
    /// matches is passed over.
    pub fn fits_of(
        &self,
        queries: &[Query],
        ask: &Ask,
        stories: &HashSet<StoryId>,
    ) -> Result<FitsOfSome, SearchError> {
        let searcher = self.0.reader.searcher();
        let all = || {
            let documents = self.documents_of(stories, &searcher)?;
            let fits = |it: &Query| self.fits_of_one(it, ask, (stories, &documents), &searcher);
            let by_query = queries.iter().map(fits).collect::<tantivy::Result<_>>()?;
            Ok(FitsOfSome { by_query, judged: self.judged(&documents, &searcher)? })
        };
        all().map_err(|error| SearchError::of("search", error))
    }

    fn fits_of_one(
        &self,
        query: &Query,
        ask: &Ask,
        (stories, documents): (&HashSet<StoryId>, &[Vec<DocId>]),
        searcher: &Searcher,
    ) -> tantivy::Result<HashMap<StoryId, f32>> {
        let at = State::of(searcher, ask.now);
        let known_as = (ask.is_plain() && is_constant(query.root())).then(|| query.to_string());
        let known = known_as.as_ref().and_then(|it| self.0.known_fits.of(it, at));
        if let Some(fits) = known.as_ref().and_then(|it| it.of_all(stories)) {
            return Ok(fits);
        }
        let plan = Plan::of(query, ask, searcher, self)?;
        let beside = if let Some(known) = known {
            known.beside
        } else {
            let best = Ask { limit: BEST_HITS, strict: true, counts: false, ..ask.clone() };
            Fitting::among(&ranked(&plan, &best, searcher, &self.0.segments)?.hits)
        };
        let fitter = Fitter::of(&plan, Recency::at(ask.now), (self, searcher))?;
        let mut fits: HashMap<StoryId, f32> = HashMap::new();
        for hit in &fitter.some(documents)? {
            let fit = fits.entry(hit.story).or_default();
            *fit = fit.max(beside.of(hit));
        }
        if let Some(query) = known_as {
            self.0.known_fits.keep(query, at, KnownFits::new(beside, stories, &fits));
        }
        Ok(fits)
    }

    /// Of each segment, in order.
    fn documents_of(
        &self,
        stories: &HashSet<StoryId>,
        searcher: &Searcher,
    ) -> tantivy::Result<Vec<Vec<DocId>>> {
        let may_be = MayBe::one_of(stories);
        let of_segment = |reader: &SegmentReader| {
            let columns = self.0.segments.columns(reader, searcher)?;
            let is_one = |it: StoryId| may_be.contains(it) && stories.contains(&it);
            let (mut documents, mut portion) = (Vec::new(), [0; PORTION as usize]);
            for first in (0..reader.max_doc()).step_by(PORTION as usize) {
                let last = reader.max_doc().min(first + PORTION);
                let portion = &mut portion[..(last - first) as usize];
                columns.stories.get_range(u64::from(first), portion);
                let met = (first..last).zip(portion).filter(|it| is_one(StoryId(*it.1)));
                documents.extend(met.map(|it| it.0));
            }
            Ok(documents)
        };
        searcher.segment_readers().iter().map(of_segment).collect()
    }

    fn judged(
        &self,
        documents: &[Vec<DocId>],
        searcher: &Searcher,
    ) -> tantivy::Result<HashMap<EntryId, (Kind, f32)>> {
        let mut judged = HashMap::new();
        for (reader, documents) in searcher.segment_readers().iter().zip(documents) {
            let columns = self.0.segments.columns(reader, searcher)?;
            let alive = reader.alive_bitset();
            let alive = documents.iter().filter(|it| alive.is_none_or(|all| all.is_alive(**it)));
            let of_one =
                |it: &DocId| Some((EntryId(columns.entries.get_val(*it)), columns.judged(*it)?));
            judged.extend(alive.filter_map(of_one));
        }
        Ok(judged)
    }
}

/// What an index knows of some stories.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FitsOfSome {
    /// How well they fit each query, from 0 to 1; nothing of those that do not match.
    pub by_query: Vec<HashMap<StoryId, f32>>,
    /// Kind and expected worth of their entries, as far as they were read.
    pub judged: HashMap<EntryId, (Kind, f32)>,
}

/// Numbers that are read from a column at once.
const PORTION: DocId = 1024;

/// A bit for the lowest bits of each number: most others are told apart without looking them up.
struct MayBe(Vec<bool>);

impl MayBe {
    const BITS: u32 = 16;

    fn one_of(stories: &HashSet<StoryId>) -> Self {
        let mut may_be = Self(vec![false; 1 << Self::BITS]);
        for story in stories {
            may_be.0[Self::place(*story)] = true;
        }
        may_be
    }

    fn contains(&self, story: StoryId) -> bool {
        self.0[Self::place(story)]
    }

    fn place(story: StoryId) -> usize {
        usize::try_from(story.0 & ((1 << Self::BITS) - 1)).unwrap_or_default()
    }
}

/// Scores what matches a plan.
struct Fitter<'a> {
    index: &'a Index,
    searcher: &'a Searcher,
    weight: Box<dyn Weight>,
    extra: ExtraWeights<'a>,
    recency: Recency,
}

impl<'a> Fitter<'a> {
    fn of(
        plan: &'a Plan,
        recency: Recency,
        (index, searcher): (&'a Index, &'a Searcher),
    ) -> tantivy::Result<Self> {
        let statistics = Statistics { searcher, frequencies: &plan.statistics };
        let scoring = EnableScoring::enabled_from_statistics_provider(&statistics, searcher);
        let weight = plan.strict.weight(scoring)?;
        let extra = ExtraWeights::of(plan, &statistics, scoring)?;
        Ok(Self { index, searcher, weight, extra, recency })
    }

    /// Of all documents that match.
    fn all(&self) -> tantivy::Result<Vec<Hit>> {
        let mut hits = Vec::new();
        for reader in self.searcher.segment_readers() {
            let mut matching = Whole::of(self.weight.as_ref(), &self.extra.usual, reader)?;
            if matching.document() == TERMINATED {
                continue;
            }
            let mut scored = self.in_segment(reader)?;
            while matching.document() != TERMINATED {
                hits.extend(scored.hit(matching.document(), || matching.score(Bar::NONE)));
                matching.advance();
            }
        }
        Ok(hits)
    }

    /// Of those that match of some documents of each segment.
    fn some(&self, documents: &[Vec<DocId>]) -> tantivy::Result<Vec<Hit>> {
        let mut hits = Vec::new();
        for (reader, documents) in self.searcher.segment_readers().iter().zip(documents) {
            let Some(first) = documents.first() else { continue };
            let (weight, usual) = (self.weight.as_ref(), &self.extra.usual);
            let mut matching = SomeOfWhole::of(weight, usual, reader, *first)?;
            let mut scored = self.in_segment(reader)?;
            for document in documents {
                if matching.holds(*document) {
                    hits.extend(scored.hit(*document, || matching.score()));
                }
            }
        }
        Ok(hits)
    }

    fn in_segment<'r>(&self, reader: &'r SegmentReader) -> tantivy::Result<InSegment<'r>> {
        let pairs = self.extra.pairs.iter().map(|it| it.scorer(reader));
        Ok(InSegment {
            pairs: pairs.collect::<tantivy::Result<_>>()?,
            columns: self.index.0.segments.columns(reader, self.searcher)?,
            alive: reader.alive_bitset(),
            recency: self.recency,
        })
    }
}

/// What turns a document of a segment into a hit.
struct InSegment<'a> {
    pairs: Vec<PairScorer>,
    columns: Arc<Columns>,
    alive: Option<&'a AliveBitSet>,
    recency: Recency,
}

impl InSegment<'_> {
    /// `None` where it was deleted.
    fn hit(&mut self, document: DocId, score: impl FnOnce() -> Score) -> Option<Hit> {
        if self.alive.is_some_and(|it| it.is_deleted(document)) {
            return None;
        }
        let Columns { entries, stories, kinds, times, .. } = self.columns.as_ref();
        let together: f32 = self.pairs.iter_mut().map(|it| it.score(document)).sum();
        let boost = self.recency.boost(kinds.get_val(document), times.get_val(document));
        Some(Hit {
            entry: EntryId(entries.get_val(document)),
            story: StoryId(stories.get_val(document)),
            score: (score() + together) * boost,
        })
    }
}
