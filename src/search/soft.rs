//! A query whose words may be missing: a post needs one of those that tell something, and what it has
//! more of them counts more.

use std::fmt;

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
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
}

impl Clone for Soft {
    fn clone(&self) -> Self {
        let cloned = |all: &[Box<dyn Query>]| all.iter().map(|it| it.box_clone()).collect();
        Self {
            choosing: cloned(&self.choosing),
            adding: cloned(&self.adding),
            fixed: self.fixed.as_ref().map(|it| it.box_clone()),
            all_gain: self.all_gain,
            most_gain: self.most_gain,
        }
    }
}

impl fmt::Debug for Soft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Soft").field(&self.choosing).field(&self.adding).field(&self.fixed).finish()
    }
}

impl Query for Soft {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weights = |all: &[Box<dyn Query>]| {
            all.iter().map(|it| it.weight(scoring)).collect::<tantivy::Result<Vec<_>>>()
        };
        Ok(Box::new(SoftWeight {
            choosing: weights(&self.choosing)?,
            adding: weights(&self.adding)?,
            fixed: self.fixed.as_ref().map(|it| it.weight(scoring)).transpose()?,
            most: self.most(),
            all_gain: self.all_gain,
            most_gain: self.most_gain,
        }))
    }
}

struct SoftWeight {
    choosing: Vec<Box<dyn Weight>>,
    adding: Vec<Box<dyn Weight>>,
    fixed: Option<Box<dyn Weight>>,
    most: usize,
    all_gain: Score,
    most_gain: Score,
}

impl Weight for SoftWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let scorers = |all: &[Box<dyn Weight>]| {
            all.iter().map(|it| it.scorer(reader, boost)).collect::<tantivy::Result<Vec<_>>>()
        };
        let mut scorer = SoftScorer {
            choosing: scorers(&self.choosing)?,
            adding: scorers(&self.adding)?,
            fixed: self.fixed.as_ref().map(|it| it.scorer(reader, boost)).transpose()?,
            document: 0,
            most: self.most,
            all_gain: self.all_gain,
            most_gain: self.most_gain,
        };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if reach(scorer.as_mut(), document) {
            return Ok(Explanation::new("Soft", scorer.score()));
        }
        Err(TantivyError::InvalidArgument(format!("document {document} does not match")))
    }
}

struct SoftScorer {
    choosing: Vec<Box<dyn Scorer>>,
    adding: Vec<Box<dyn Scorer>>,
    fixed: Option<Box<dyn Scorer>>,
    document: DocId,
    most: usize,
    all_gain: Score,
    most_gain: Score,
}

impl SoftScorer {
    /// To the first document from here on that has one of the words, and what is fixed. A query has few
    /// words: to look at each is quicker than to keep them in order.
    fn settle(&mut self) -> DocId {
        loop {
            let next = self.choosing.iter().map(DocSet::doc).min().unwrap_or(TERMINATED);
            self.document = next;
            let Some(fixed) = self.fixed.as_mut().filter(|_| next != TERMINATED) else {
                return next;
            };
            let at = if fixed.doc() < next { fixed.seek(next) } else { fixed.doc() };
            if at == next {
                return next;
            }
            self.pass_to(at);
        }
    }

    fn pass_to(&mut self, target: DocId) {
        for word in &mut self.choosing {
            if word.doc() < target {
                word.seek(target);
            }
        }
    }
}

impl DocSet for SoftScorer {
    fn advance(&mut self) -> DocId {
        for word in &mut self.choosing {
            if word.doc() == self.document {
                word.advance();
            }
        }
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.pass_to(target);
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        self.choosing.iter().map(DocSet::size_hint).max().unwrap_or_default()
    }
}

impl Scorer for SoftScorer {
    fn score(&mut self) -> Score {
        let document = self.document;
        let (mut sum, mut chosen, mut added) = (0.0, 0, 0);
        for word in self.choosing.iter_mut().filter(|it| it.doc() == document) {
            sum += word.score();
            chosen += 1;
        }
        for word in &mut self.adding {
            if reach(word.as_mut(), document) {
                sum += word.score();
                added += 1;
            }
        }
        let has_all = chosen == self.choosing.len() && added == self.adding.len();
        let all = if has_all { self.all_gain } else { 0.0 };
        let most = if chosen >= self.most { self.most_gain } else { 0.0 };
        sum * (1.0 + all + most) + self.fixed.as_mut().map_or(0.0, Scorer::score)
    }
}

/// Whether a scorer that is not past a document matches it.
fn reach(scorer: &mut dyn Scorer, document: DocId) -> bool {
    let at = if scorer.doc() < document { scorer.seek(document) } else { scorer.doc() };
    at == document
}
