//! Runs a plan over the index: counts the stories that match and keeps the first of them in order.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashSet},
    sync::Arc,
};

use tantivy::{
    DocSet as _, Searcher, SegmentReader, TERMINATED,
    columnar::{Cardinality, ColumnValues},
    query::{EnableScoring, Query as Run, Scorer, Weight},
};

use super::{
    Ask, Hit, Sort,
    pairs::{PairScorer, PairWeight},
    schema::{ENTRY, KIND, ORDERED, STORY},
    tally::{Counted, SegmentTally, Tally},
    topic_sets::TopicSets,
    translate::{Plan, Statistics},
    weights::{FEWEST_HITS_OF_LONG, FEWEST_STRICT_HITS, Recency},
};
use crate::domain::{EntryId, StoryId};

/// Hits that are put in order at most, however far one leafs.
const MOST_RANKED: usize = 10_000;

/// What a search came to.
pub(super) struct Outcome {
    /// Stories that match, also those with fewer words than asked for.
    pub(super) total: usize,
    /// Stories that match all that was asked for.
    pub(super) strict: usize,
    /// By which reading of the query the hits are ranked.
    pub(super) reading: Reading,
    /// The page that was asked.
    pub(super) hits: Vec<Hit>,
    pub(super) tally: Option<Tally>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// What lacks a word follows what has all of them, if there at all.
    AllWords,
    /// A word may be missing, at a price.
    MostWords,
}

pub(super) fn ranked(
    plan: &Plan,
    ask: &Ask,
    searcher: &Searcher,
    sets: &TopicSets,
) -> tantivy::Result<Outcome> {
    let run = Ranking { plan, ask, searcher, sets, recency: Recency::at(ask.now) };
    let wanted = ask.offset.saturating_add(ask.limit).clamp(1, MOST_RANKED);
    let tally = || ask.counts.then(|| Tally::new(plan.topics.len(), ask.now));
    let soft = plan.soft.as_ref().filter(|_| !ask.strict);
    let all_words = Asked { run: plan.strict.as_ref(), known: &[] };
    if let Some(soft) = soft.filter(|_| plan.is_long) {
        // Mostly few posts have all words: to count them is quicker than to rank them.
        let strict = run.count(plan.strict.as_ref(), FEWEST_HITS_OF_LONG)?;
        if strict < FEWEST_HITS_OF_LONG {
            let mut tally = tally();
            let asked = Asked { run: soft, known: &[] };
            let (total, best) = run.best(&asked, wanted, &mut tally)?;
            let hits = page(&best, ask);
            return Ok(Outcome { total, strict, reading: Reading::MostWords, hits, tally });
        }
    }
    let mut counted = tally();
    let (strict, mut best) = run.best(&all_words, wanted, &mut counted)?;
    let mut total = strict;
    if let Some(soft) = soft.filter(|_| strict < FEWEST_STRICT_HITS) {
        let known = best.clone();
        let asked = Asked { run: soft, known: &known };
        let (more, behind) = run.best(&asked, wanted, &mut counted)?;
        total = known.len() + more;
        best.extend(behind);
    }
    let hits = page(&best, ask);
    Ok(Outcome { total, strict, reading: Reading::AllWords, hits, tally: counted })
}

fn page(best: &[Ranked], ask: &Ask) -> Vec<Hit> {
    best.iter().skip(ask.offset).take(ask.limit).map(Ranked::hit).collect()
}

/// One run over the index.
struct Asked<'a> {
    run: &'a dyn Run,
    /// Stories that were found already.
    known: &'a [Ranked],
}

struct Ranking<'a> {
    plan: &'a Plan,
    ask: &'a Ask,
    searcher: &'a Searcher,
    sets: &'a TopicSets,
    recency: Recency,
}

/// A candidate; the greatest comes first.
#[derive(Clone, Copy)]
struct Ranked {
    key: f32,
    /// Decides between equal keys, and everything when sorted by time.
    time: i64,
    entry: i64,
    story: i64,
}

impl Ranked {
    fn hit(&self) -> Hit {
        Hit { entry: EntryId(self.entry), story: StoryId(self.story), score: self.key }
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = || self.time.cmp(&other.time).then_with(|| self.entry.cmp(&other.entry));
        self.key.total_cmp(&other.key).then_with(by_time)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

impl Ranking<'_> {
    /// The number of stories, counted up to `most`.
    fn count(&self, run: &dyn Run, most: usize) -> tantivy::Result<usize> {
        let weight = run.weight(EnableScoring::disabled_from_searcher(self.searcher))?;
        let (mut met, mut count) = (Met::default(), 0);
        for reader in self.searcher.segment_readers() {
            let mut scorer = weight.scorer(reader, 1.0)?;
            if scorer.doc() == TERMINATED {
                continue;
            }
            let (stories, alive) = (column(reader, STORY)?, reader.alive_bitset());
            let mut document = scorer.doc();
            while document != TERMINATED && count < most {
                if alive.is_none_or(|it| it.is_alive(document)) {
                    count += usize::from(met.insert(stories.get_val(document)));
                }
                document = scorer.advance();
            }
        }
        Ok(count)
    }

    /// The number of stories besides those that are known, and the first of them in order.
    fn best(
        &self,
        asked: &Asked<'_>,
        wanted: usize,
        tally: &mut Option<Tally>,
    ) -> tantivy::Result<(usize, Vec<Ranked>)> {
        let statistics = Statistics { searcher: self.searcher, frequencies: &self.plan.statistics };
        let scoring = match self.ask.sort {
            Sort::Relevance => {
                EnableScoring::enabled_from_statistics_provider(&statistics, self.searcher)
            }
            Sort::Newest | Sort::Oldest => EnableScoring::disabled_from_searcher(self.searcher),
        };
        let weight = asked.run.weight(scoring)?;
        let mut extra = ExtraWeights::default();
        if self.ask.sort == Sort::Relevance {
            for boost in &self.plan.boosts {
                extra.usual.push((boost.gain, boost.run.weight(scoring)?));
            }
            for pair in &self.plan.pairs {
                let weight = pair.weight(&statistics)?;
                extra.most += weight.most();
                extra.pairs.push(weight);
            }
        }
        let mut top = Top::new(wanted, asked.known);
        for reader in self.searcher.segment_readers() {
            let mut tally = match tally {
                Some(tally) => {
                    let topics = self.sets.of(reader, &self.plan.topics, self.searcher)?;
                    Some(tally.of_segment(reader, topics)?)
                }
                None => None,
            };
            self.collect(reader, weight.as_ref(), &extra, &mut top, tally.as_mut())?;
            tally.map_or(Ok(()), SegmentTally::finish)?;
        }
        Ok((top.total, top.in_order()))
    }

    fn collect(
        &self,
        reader: &SegmentReader,
        weight: &dyn Weight,
        extra: &ExtraWeights<'_>,
        top: &mut Top<'_>,
        mut tally: Option<&mut SegmentTally<'_>>,
    ) -> tantivy::Result<()> {
        let mut scorer = weight.scorer(reader, 1.0)?;
        if scorer.doc() == TERMINATED {
            return Ok(());
        }
        let mut usual = Extras::of(&extra.usual, reader)?;
        let pairs = extra.pairs.iter().map(|it| it.scorer(reader));
        let mut pairs = pairs.collect::<tantivy::Result<Vec<PairScorer>>>()?;
        let (story, entry, ordered) =
            (column(reader, STORY)?, column(reader, ENTRY)?, column(reader, ORDERED)?);
        let kinds = column(reader, KIND)?;
        let alive = reader.alive_bitset();
        let mut document = scorer.doc();
        while document != TERMINATED {
            if alive.is_none_or(|it| it.is_alive(document)) {
                let time = ordered.get_val(document);
                let (key, order) = match self.ask.sort {
                    Sort::Relevance => {
                        let boost = self.recency.boost(kinds.get_val(document), time);
                        let score = scorer.score() + usual.score(document);
                        let may_matter = (score + extra.most) * boost >= top.floor();
                        let mut together = || pairs.iter_mut().map(|it| it.score(document)).sum();
                        let more: f32 = if may_matter { together() } else { 0.0 };
                        ((score + more) * boost, time)
                    }
                    Sort::Newest => (0.0, time),
                    Sort::Oldest => (0.0, -time),
                };
                let entry = || entry.get_val(document);
                let is_new = top.offer(key, order, story.get_val(document), entry);
                if let Some(tally) = tally.as_mut().filter(|_| is_new) {
                    tally.count(Counted { document, key, time }, entry);
                }
            }
            document = scorer.advance();
        }
        Ok(())
    }
}

/// What documents score on top.
#[derive(Default)]
struct ExtraWeights<'a> {
    usual: Vec<(f32, Box<dyn Weight>)>,
    /// What is asked for only where it may bring a document among the first: positions are slow to read.
    pairs: Vec<PairWeight<'a>>,
    /// That no document gains more by pairs.
    most: f32,
}

/// The scorers of one segment that only add.
struct Extras(Vec<Extra>);

impl Extras {
    fn of(weights: &[(f32, Box<dyn Weight>)], reader: &SegmentReader) -> tantivy::Result<Self> {
        let extra =
            |(gain, weight): &(f32, Box<dyn Weight>)| Ok(Extra::new(weight.scorer(reader, *gain)?));
        Ok(Self(weights.iter().map(extra).collect::<tantivy::Result<_>>()?))
    }

    fn score(&mut self, document: u32) -> f32 {
        self.0.iter_mut().map(|it| it.score(document)).sum()
    }
}

/// A scorer that only adds to the documents that match; it follows them.
struct Extra {
    scorer: Box<dyn Scorer>,
    document: u32,
}

impl Extra {
    fn new(scorer: Box<dyn Scorer>) -> Self {
        Self { document: scorer.doc(), scorer }
    }

    fn score(&mut self, document: u32) -> f32 {
        if self.document < document {
            self.document = self.scorer.seek(document);
        }
        if self.document == document { self.scorer.score() } else { 0.0 }
    }
}

pub(super) fn column(
    reader: &SegmentReader,
    name: &str,
) -> tantivy::Result<Arc<dyn ColumnValues<i64>>> {
    let column = reader.fast_fields().i64(name)?;
    Ok(match column.get_cardinality() {
        Cardinality::Full => column.values,
        Cardinality::Optional | Cardinality::Multivalued => column.first_or_default_col(0),
    })
}

/// The best so far, one for each story.
struct Top<'a> {
    wanted: usize,
    total: usize,
    best: BinaryHeap<Reverse<Ranked>>,
    met: Met,
    known: &'a [Ranked],
}

impl<'a> Top<'a> {
    fn new(wanted: usize, known: &'a [Ranked]) -> Self {
        let best = BinaryHeap::with_capacity(wanted.min(MOST_RANKED) + 1);
        Self { wanted, total: 0, best, met: Met::default(), known }
    }

    /// Less than this key comes not among the first any more.
    fn floor(&self) -> f32 {
        let worst = self.best.peek().filter(|_| self.best.len() == self.wanted);
        worst.map_or(f32::NEG_INFINITY, |Reverse(it)| it.key)
    }

    /// Says whether the story was not met before.
    fn offer(&mut self, key: f32, time: i64, story: i64, entry: impl FnOnce() -> i64) -> bool {
        if self.known.iter().any(|it| it.story == story) {
            return false;
        }
        let is_first = self.met.insert(story);
        self.total += usize::from(is_first);
        let is_full = self.best.len() == self.wanted;
        if is_full && self.best.peek().is_some_and(|Reverse(it)| (key, time) < (it.key, it.time)) {
            return is_first;
        }
        let candidate = Ranked { key, time, entry: entry(), story };
        if is_first || !self.stands_behind_its_story(&candidate) {
            self.best.push(Reverse(candidate));
            if self.best.len() > self.wanted {
                self.best.pop();
            }
        }
        is_first
    }

    /// Another entry of the same story may be there: the better of the two stays.
    fn stands_behind_its_story(&mut self, candidate: &Ranked) -> bool {
        let same = self.best.iter().find(|Reverse(it)| it.story == candidate.story);
        let Some(Reverse(other)) = same.copied() else { return false };
        if other >= *candidate {
            return true;
        }
        self.best.retain(|Reverse(it)| it.story != candidate.story);
        false
    }

    fn in_order(self) -> Vec<Ranked> {
        self.best.into_sorted_vec().into_iter().map(|Reverse(it)| it).collect()
    }
}

/// Stories that were met: a bit for each, as the library counts them up from 1.
#[derive(Default)]
struct Met {
    bits: Vec<u64>,
    far: HashSet<i64>,
}

/// Stories that have a bit: 2 MB of them.
const STORIES_WITH_BIT: usize = 1 << 24;

impl Met {
    /// Whether it was not met before.
    fn insert(&mut self, story: i64) -> bool {
        let near = usize::try_from(story).ok().filter(|it| *it < STORIES_WITH_BIT);
        let Some(near) = near else { return self.far.insert(story) };
        let (place, bit) = (near / 64, 1_u64 << (near % 64));
        if place >= self.bits.len() {
            self.bits.resize(place + 1 + place / 2, 0);
        }
        let is_new = self.bits[place] & bit == 0;
        self.bits[place] |= bit;
        is_new
    }
}
