//! Runs a plan over the index: counts the stories that match and keeps the first of them in order.

use std::{panic::resume_unwind, sync::Arc, thread};

use tantivy::{
    DocId, DocSet as _, Score, Searcher, SeekDangerResult, SegmentReader, TERMINATED,
    columnar::{Cardinality, ColumnValues},
    query::{EnableScoring, Query as Run, Scorer, Weight},
};

use super::{
    Ask, Hit, Sort,
    halves::{Part, SharedFloor, Turn, halves, whole},
    pairs::{PairScorer, PairWeight},
    segments::{Columns, KnownSegments},
    soft::{Bar, Soft, SoftScorer, SoftWeight},
    tally::{Counted, SegmentTally, Tally},
    top::{MOST_RANKED, Met, Ranked, Top},
    translate::{Boost, Plan, Statistics},
    weights::{FEWEST_HITS_OF_LONG, FEWEST_STRICT_HITS, Recency},
    word::{Word, WordWeight},
};

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
    segments: &KnownSegments,
) -> tantivy::Result<Outcome> {
    let _turn = Turn::begin();
    let run = Ranking { plan, ask, searcher, segments, recency: Recency::at(ask.now) };
    let wanted = ask.offset.saturating_add(ask.limit).clamp(1, MOST_RANKED);
    let tally = || ask.counts.then(|| Tally::new(plan.topics.len(), ask.now));
    let soft = plan.soft.as_ref().filter(|_| !ask.strict);
    let all_words = Asked { run: Wanted::All(plan.strict.as_ref()), known: &[] };
    if let Some(soft) = soft.filter(|_| plan.is_long) {
        // Mostly few posts have all words: to count them is quicker than to rank them.
        let strict = run.count(plan.strict.as_ref(), FEWEST_HITS_OF_LONG)?;
        if strict < FEWEST_HITS_OF_LONG {
            let mut tally = tally();
            let asked = Asked { run: Wanted::Most(soft), known: &[] };
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
        let asked = Asked { run: Wanted::Most(soft), known: &known };
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
    run: Wanted<'a>,
    /// Stories that were found already.
    known: &'a [Ranked],
}

enum Wanted<'a> {
    All(&'a dyn Run),
    Most(&'a Soft),
}

enum WantedWeight<'a> {
    All(Box<dyn Weight>),
    Most(SoftWeight<'a>),
}

impl<'a> Wanted<'a> {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<WantedWeight<'a>> {
        Ok(match self {
            Self::All(run) => WantedWeight::All(run.weight(scoring)?),
            Self::Most(soft) => WantedWeight::Most(soft.weight(scoring)?),
        })
    }
}

/// Documents of a segment that match, one after the other.
pub(super) trait Matching {
    fn document(&self) -> DocId;

    fn advance(&mut self) -> DocId;

    /// That the document does not score more, pairs left out.
    fn at_most(&mut self) -> Score {
        Score::INFINITY
    }

    /// What the document scores, but for pairs; something less where it does not come up to the bar.
    fn score(&mut self, bar: Bar) -> Score;
}

/// All that was asked for, and what it scores on top.
pub(super) struct Whole {
    scorer: Box<dyn Scorer>,
    usual: Vec<Word>,
}

impl Whole {
    pub(super) fn of(
        weight: &dyn Weight,
        usual: &[WordWeight],
        reader: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let scorer = weight.scorer(reader, 1.0)?;
        let usual = usual.iter().filter(|_| scorer.doc() != TERMINATED);
        let usual = usual.map(|it| it.in_segment(reader)).collect::<tantivy::Result<_>>()?;
        Ok(Self { scorer, usual })
    }
}

/// The same for some documents only: what lies between them is not looked at.
pub(super) struct SomeOfWhole {
    whole: Whole,
    /// No document before this one matches.
    least: DocId,
    /// The document that the scorer stands at.
    found: Option<DocId>,
}

impl SomeOfWhole {
    /// `first` is the first document that is to be asked about.
    pub(super) fn of(
        weight: &dyn Weight,
        usual: &[WordWeight],
        reader: &SegmentReader,
        first: DocId,
    ) -> tantivy::Result<Self> {
        let (found, scorer) = weight.scorer_danger(reader, first, 1.0)?;
        let (least, found) = match found {
            SeekDangerResult::Found => (first, Some(first)),
            SeekDangerResult::SeekLowerBound(least) => (least, None),
        };
        let usual = usual.iter().filter(|_| least != TERMINATED);
        let usual = usual.map(|it| it.in_segment(reader)).collect::<tantivy::Result<_>>()?;
        Ok(Self { whole: Whole { scorer, usual }, least, found })
    }

    /// Whether a document matches; each that is asked about lies behind the one before. Where it does not, the
    /// document must not be scored.
    pub(super) fn holds(&mut self, document: DocId) -> bool {
        if self.found == Some(document) {
            return true;
        }
        if document < self.least {
            return false;
        }
        match self.whole.scorer.seek_danger(document) {
            SeekDangerResult::Found => true,
            SeekDangerResult::SeekLowerBound(least) => {
                self.least = least;
                false
            }
        }
    }

    pub(super) fn score(&mut self) -> Score {
        self.whole.score(Bar::NONE)
    }
}

impl Matching for Whole {
    fn document(&self) -> DocId {
        self.scorer.doc()
    }

    fn advance(&mut self) -> DocId {
        self.scorer.advance()
    }

    fn score(&mut self, _: Bar) -> Score {
        let document = self.scorer.doc();
        let usual: Score = self.usual.iter_mut().filter_map(|it| it.score(document)).sum();
        self.scorer.score() + usual
    }
}

impl Matching for SoftScorer<'_> {
    fn document(&self) -> DocId {
        self.document()
    }

    fn advance(&mut self) -> DocId {
        self.advance()
    }

    fn at_most(&mut self) -> Score {
        self.at_most()
    }

    fn score(&mut self, bar: Bar) -> Score {
        self.score(bar)
    }
}

struct Ranking<'a> {
    plan: &'a Plan,
    ask: &'a Ask,
    searcher: &'a Searcher,
    segments: &'a KnownSegments,
    recency: Recency,
}

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
            let stories = &self.segments.columns(reader, self.searcher)?.stories;
            let alive = reader.alive_bitset();
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
        let extra = match self.ask.sort {
            Sort::Relevance => ExtraWeights::of(self.plan, &statistics, scoring)?,
            Sort::Newest | Sort::Oldest => ExtraWeights::default(),
        };
        let run = Asking { weight, extra, floor: SharedFloor::default() };
        let best = |parts: &[Part<'_>], tally: &mut Option<Tally>| {
            let mut top = Top::new(wanted, asked.known);
            parts.iter().try_for_each(|part| self.best_of(part, &run, &mut top, tally))?;
            tantivy::Result::Ok(top)
        };
        let top = match self.in_halves(asked, tally.is_some()) {
            Some(([first, second], _turn)) => thread::scope(|scope| {
                let second = scope.spawn(|| best(&second, &mut None));
                let first = best(&first, &mut None);
                let second = second.join().unwrap_or_else(|panic| resume_unwind(panic))?;
                first.map(|first| first.joined(second))
            }),
            None => best(&whole(self.searcher), tally),
        }?;
        Ok((top.total, top.in_order()))
    }

    /// `None` where one thread is to do it all. What is counted by which entry of a story is met first
    /// is left to one.
    fn in_halves(&self, asked: &Asked<'_>, counts: bool) -> Option<([Vec<Part<'_>>; 2], Turn)> {
        let may = matches!((&asked.run, self.ask.sort), (Wanted::Most(_), Sort::Relevance));
        let halves = halves(self.searcher).filter(|_| may && !counts)?;
        Turn::if_idle().map(|turn| (halves, turn))
    }

    fn best_of(
        &self,
        part: &Part<'_>,
        run: &Asking<'_>,
        top: &mut Top<'_>,
        tally: &mut Option<Tally>,
    ) -> tantivy::Result<()> {
        let Part { reader, range } = part;
        let mut tally = match tally {
            Some(tally) => {
                let topics = self.segments.topics(reader, &self.plan.topics, self.searcher)?;
                Some(tally.of_segment(reader, topics)?)
            }
            None => None,
        };
        match &run.weight {
            WantedWeight::All(weight) => {
                let whole = Whole::of(weight.as_ref(), &run.extra.usual, reader)?;
                self.collect(reader, whole, run, top, tally.as_mut())?;
            }
            WantedWeight::Most(weight) => {
                let some = weight.scorer(reader, range, &run.extra.usual)?;
                self.collect(reader, some, run, top, tally.as_mut())?;
            }
        }
        tally.map_or(Ok(()), SegmentTally::finish)
    }

    fn collect(
        &self,
        reader: &SegmentReader,
        mut matching: impl Matching,
        run: &Asking<'_>,
        top: &mut Top<'_>,
        mut tally: Option<&mut SegmentTally<'_>>,
    ) -> tantivy::Result<()> {
        if matching.document() == TERMINATED {
            return Ok(());
        }
        let extra = &run.extra;
        let pairs = extra.pairs.iter().map(|it| it.scorer(reader));
        let mut pairs = pairs.collect::<tantivy::Result<Vec<PairScorer>>>()?;
        let columns = self.segments.columns(reader, self.searcher)?;
        let Columns { stories, entries, times, kinds, .. } = columns.as_ref();
        let alive = reader.alive_bitset();
        let mut document = matching.document();
        while document != TERMINATED {
            let floor = run.floor.raised_to(top.floor());
            let is_alive = alive.is_none_or(|it| it.is_alive(document));
            // Most posts fit so little that it does not matter how old they are.
            let highest = Bar { floor, most: extra.most, boost: Recency::MOST };
            if is_alive && tally.is_none() && !highest.may_be_reached(matching.at_most()) {
                top.count(stories.get_val(document));
            } else if is_alive {
                let time = times.get_val(document);
                let (key, order) = match self.ask.sort {
                    Sort::Relevance => {
                        let boost = self.recency.boost(kinds.get_val(document), time);
                        let bar = Bar { boost, ..highest };
                        let score = matching.score(bar);
                        let mut together = || pairs.iter_mut().map(|it| it.score(document)).sum();
                        let more: f32 = if bar.may_be_reached(score) { together() } else { 0.0 };
                        ((score + more) * boost, time)
                    }
                    Sort::Newest => (0.0, time),
                    Sort::Oldest => (0.0, -time),
                };
                let entry = || entries.get_val(document);
                let is_new = top.offer(key, order, stories.get_val(document), entry);
                if let Some(tally) = tally.as_mut().filter(|_| is_new) {
                    tally.count(Counted { document, key, time }, entry);
                }
            }
            document = matching.advance();
        }
        Ok(())
    }
}

/// What is asked, of any part of the index.
struct Asking<'a> {
    weight: WantedWeight<'a>,
    extra: ExtraWeights<'a>,
    floor: SharedFloor,
}

/// What documents score on top.
#[derive(Default)]
pub(super) struct ExtraWeights<'a> {
    pub(super) usual: Vec<WordWeight>,
    /// What is asked for only where it may bring a document among the first: positions are slow to read.
    pub(super) pairs: Vec<PairWeight<'a>>,
    /// That no document gains more by pairs.
    most: f32,
}

impl<'a> ExtraWeights<'a> {
    pub(super) fn of(
        plan: &'a Plan,
        statistics: &Statistics<'_>,
        scoring: EnableScoring<'_>,
    ) -> tantivy::Result<Self> {
        let usual = |it: &Boost| WordWeight::of(it.run.as_ref(), it.gain, scoring);
        let usual = plan.boosts.iter().map(usual).collect::<tantivy::Result<_>>()?;
        let pairs = plan.pairs.iter().map(|it| it.weight(statistics));
        let pairs = pairs.collect::<tantivy::Result<Vec<PairWeight<'_>>>>()?;
        let most = pairs.iter().map(PairWeight::most).sum();
        Ok(Self { usual, pairs, most })
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
