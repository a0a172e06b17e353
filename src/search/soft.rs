//! A query whose words may be missing: a post needs one of those that tell something, and what it has
//! more of them counts more.
//!
//! Nearly every post has some word of a long question. So the lists of the words that choose are walked
//! one after the other, a window of posts at a time, and with them what few posts score on top; what many
//! posts have is looked up only where it may bring one among the first.

use std::ops::Range;

use tantivy::{
    DocId, Score, SegmentReader, TERMINATED,
    query::{EnableScoring, Query, Scorer, Weight},
};

use super::{
    window::Window,
    word::{Word, WordWeight},
};

/// Words or phrases of which one has to be there.
pub(super) struct Soft {
    pub(super) choosing: Vec<Box<dyn Query>>,
    /// What only adds to the score: everyday words, which nearly every post has.
    pub(super) adding: Vec<Box<dyn Query>>,
    /// What has to be there in any case.
    pub(super) fixed: Option<Box<dyn Query>>,
    /// What the words score once more where all of them are there, and where at least half of those that
    /// choose are.
    pub(super) all_gain: Score,
    pub(super) most_gain: Score,
}

impl Soft {
    /// At least half of the words that choose.
    pub(super) fn most(&self) -> usize {
        self.choosing.len().div_ceil(2)
    }

    pub(super) fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<SoftWeight<'_>> {
        let weights = |all: &[Box<dyn Query>]| {
            let all = all.iter().map(|it| WordWeight::of(it.as_ref(), 1.0, scoring));
            all.collect::<tantivy::Result<Vec<_>>>()
        };
        Ok(SoftWeight {
            soft: self,
            choosing: weights(&self.choosing)?,
            adding: weights(&self.adding)?,
            fixed: self.fixed.as_ref().map(|it| it.weight(scoring)).transpose()?,
        })
    }
}

pub(super) struct SoftWeight<'a> {
    soft: &'a Soft,
    choosing: Vec<WordWeight>,
    adding: Vec<WordWeight>,
    fixed: Option<Box<dyn Weight>>,
}

/// What one post in so many has at least is looked up, and not walked through.
const SHARE_TO_LOOK_UP: u32 = 16;

impl SoftWeight<'_> {
    /// Of a range of documents. `usual` is what posts score on top.
    pub(super) fn scorer(
        &self,
        reader: &SegmentReader,
        range: &Range<DocId>,
        usual: &[WordWeight],
    ) -> tantivy::Result<SoftScorer<'_>> {
        let scorers = |all: &[WordWeight]| {
            all.iter().map(|it| it.in_segment(reader)).collect::<tantivy::Result<Vec<_>>>()
        };
        let mut choosing = scorers(&self.choosing)?;
        for word in &mut choosing {
            word.pass_to(range.start);
        }
        let is_empty = choosing.iter().all(|it| it.document() >= range.end);
        let usual = if is_empty { &[] } else { usual };
        let fixed = self.fixed.as_ref().map(|it| it.scorer(reader, 1.0)).transpose()?;
        let few = reader.max_doc() / SHARE_TO_LOOK_UP;
        let (walked, sought) =
            scorers(usual)?.into_iter().partition::<Vec<Word>, _>(|it| it.documents() <= few);
        let adding = scorers(&self.adding)?;
        let most = |words: &[Word]| words.iter().map(|it| it.most).sum();
        let mut scorer = SoftScorer {
            soft: self.soft,
            choosing,
            fixed,
            most_added: most(&adding),
            adding,
            walked,
            most_sought: most(&sought),
            sought,
            window: Window::new(),
            document: 0,
            end: range.end,
        };
        scorer.advance();
        Ok(scorer)
    }
}

pub(super) struct SoftScorer<'a> {
    soft: &'a Soft,
    choosing: Vec<Word>,
    fixed: Option<Box<dyn Scorer>>,
    adding: Vec<Word>,
    most_added: Score,
    /// What few posts score on top …
    walked: Vec<Word>,
    /// … and what many do.
    sought: Vec<Word>,
    most_sought: Score,
    window: Window,
    document: DocId,
    /// Where the range of its documents ends.
    end: DocId,
}

impl SoftScorer<'_> {
    pub(super) fn document(&self) -> DocId {
        self.document
    }

    /// To the next document that has one of the words, and what is fixed.
    pub(super) fn advance(&mut self) -> DocId {
        self.document = loop {
            match self.window.take_next() {
                Some(document) if document >= self.end => break TERMINATED,
                Some(document) if self.has_fixed(document) => break document,
                Some(_) => {}
                None if self.fill_window() => {}
                None => break TERMINATED,
            }
        };
        self.document
    }

    fn has_fixed(&mut self, document: DocId) -> bool {
        self.fixed.as_mut().is_none_or(|it| first_from(document, it.as_mut()) == document)
    }

    /// `false` where no document is left.
    fn fill_window(&mut self) -> bool {
        let next = self.choosing.iter().map(Word::document).min().unwrap_or(TERMINATED);
        let start = self.fixed.as_mut().map_or(next, |it| first_from(next, it.as_mut()));
        if start >= self.end {
            return false;
        }
        self.window.begin(start);
        self.choosing.iter_mut().for_each(|it| self.window.choose(it));
        self.walked.iter_mut().for_each(|it| self.window.add(it));
        true
    }

    /// That the document does not score more, pairs left out.
    pub(super) fn at_most(&mut self) -> Score {
        let sum = self.window.sum(self.document);
        let gains = 1.0 + self.soft.all_gain + self.soft.most_gain;
        let fixed = self.fixed.as_mut().map_or(0.0, Scorer::score);
        (sum.words + self.most_added) * gains + sum.extra + fixed + self.most_sought
    }

    /// What the document scores; something less where it does not come up to the bar.
    pub(super) fn score(&mut self, bar: Bar) -> Score {
        let (soft, document) = (self.soft, self.document);
        let sum = self.window.sum(document);
        let chosen = usize::from(sum.chosen);
        let most = if chosen >= soft.most() { soft.most_gain } else { 0.0 };
        let all = if chosen == self.choosing.len() { soft.all_gain } else { 0.0 };
        let besides = sum.extra + self.fixed.as_mut().map_or(0.0, Scorer::score);
        let words_at_most = (sum.words + self.most_added) * (1.0 + all + most);
        if !bar.may_be_reached(words_at_most + besides + self.most_sought) {
            return sum.words * (1.0 + most) + besides;
        }
        let sought: Score = self.sought.iter_mut().filter_map(|it| it.score(document)).sum();
        let besides = besides + sought;
        if !bar.may_be_reached(words_at_most + besides) {
            return sum.words * (1.0 + most) + besides;
        }
        let (mut words, mut added) = (sum.words, 0);
        for score in self.adding.iter_mut().filter_map(|it| it.score(document)) {
            words += score;
            added += 1;
        }
        let all = if added == self.adding.len() { all } else { 0.0 };
        words * (1.0 + all + most) + besides
    }
}

/// What a document has to come to.
#[derive(Clone, Copy)]
pub(super) struct Bar {
    /// The least key that counts.
    pub(super) floor: Score,
    /// What is added to a score at most …
    pub(super) most: Score,
    /// … before it is multiplied by this.
    pub(super) boost: Score,
}

/// By how much sums of the same numbers may differ, as they are rounded.
const ROUNDING: Score = 1e-5;

impl Bar {
    /// Which all come up to.
    pub(super) const NONE: Self = Self { floor: Score::NEG_INFINITY, most: 0.0, boost: 1.0 };

    /// Whether a score that is no greater may come up to it.
    pub(super) fn may_be_reached(self, score: Score) -> bool {
        (score + self.most) * self.boost * (1.0 + ROUNDING) >= self.floor
    }
}

/// The first document of a scorer from one on.
fn first_from(document: DocId, scorer: &mut dyn Scorer) -> DocId {
    if scorer.doc() < document { scorer.seek(document) } else { scorer.doc() }
}
