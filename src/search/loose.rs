//! Loose phrases of three words and more, by a rule that can be told.
//!
//! tantivy 0.27 lets words of such a phrase stand farther off than asked for, as it forgets from which of
//! two places it has measured, and passes over others.

use std::{collections::HashMap, fmt};

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term,
    fieldnorm::FieldNormReader,
    postings::{Postings as _, SegmentPostings},
    query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight},
    schema::{Field, IndexRecordOption},
};

/// Words of a phrase with their places in it, which may be moved by so many places in all.
#[derive(Clone)]
pub(super) struct LoosePhrase {
    pub(super) field: Field,
    pub(super) words: Vec<(usize, Term)>,
    pub(super) slop: u32,
}

impl fmt::Debug for LoosePhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LoosePhrase").field(&self.words).field(&self.slop).finish()
    }
}

impl Query for LoosePhrase {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let terms: Vec<Term> = self.words.iter().map(|(_, term)| term.clone()).collect();
        let bm25 = match scoring {
            EnableScoring::Enabled { statistics_provider, .. } => {
                Some(Bm25Weight::for_terms(statistics_provider, &terms)?)
            }
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(LooseWeight { bm25, phrase: self.clone() }))
    }
}

struct LooseWeight {
    /// `None` where nothing is scored.
    bm25: Option<Bm25Weight>,
    phrase: LoosePhrase,
}

impl Weight for LooseWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let LoosePhrase { field, words: sought, slop } = &self.phrase;
        let index = reader.inverted_index(*field)?;
        let mut words = Vec::with_capacity(sought.len());
        for (offset, term) in sought {
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(postings) = index.read_postings(term, option)? else {
                return Ok(Box::new(EmptyScorer));
            };
            words.push(Word { offset: *offset, postings, places: Vec::new() });
        }
        let lengths = reader.get_fieldnorms_reader(*field)?;
        let bm25 = self.bm25.as_ref().map(|it| it.boost_by(boost));
        let mut scorer = LooseScorer { words, lengths, bm25, slop: *slop as usize };
        scorer.go_on();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        let found = if scorer.doc() < document { scorer.seek(document) } else { scorer.doc() };
        if found != document {
            let message = format!("document {document} does not match");
            return Err(TantivyError::InvalidArgument(message));
        }
        Ok(Explanation::new("LoosePhrase", scorer.score()))
    }
}

struct Word {
    offset: usize,
    postings: SegmentPostings,
    places: Vec<u32>,
}

/// Stands where its first word does.
struct LooseScorer {
    words: Vec<Word>,
    lengths: FieldNormReader,
    bm25: Option<Bm25Weight>,
    slop: usize,
}

impl LooseScorer {
    /// To the first document from here on in which the words stand as they are asked for.
    fn go_on(&mut self) -> DocId {
        loop {
            let document = self.meet();
            if document == TERMINATED || self.holds() {
                return document;
            }
            self.words[0].postings.advance();
        }
    }

    /// To the first document from here on that has every word.
    fn meet(&mut self) -> DocId {
        let mut target = self.doc();
        let mut agreeing = 0;
        while target != TERMINATED && agreeing < self.words.len() {
            for word in &mut self.words {
                let at = word.postings.doc();
                let at = if at < target { word.postings.seek(target) } else { at };
                if at > target {
                    (target, agreeing) = (at, 0);
                }
                agreeing += 1;
            }
        }
        if self.doc() < target { self.words[0].postings.seek(target) } else { self.doc() }
    }

    fn holds(&mut self) -> bool {
        for word in &mut self.words {
            word.postings.positions(&mut word.places);
        }
        let words = self.words.iter().map(|it| (it.offset, it.places.as_slice()));
        stand_together(words, self.slop)
    }
}

impl DocSet for LooseScorer {
    fn advance(&mut self) -> DocId {
        self.words[0].postings.advance();
        self.go_on()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() < target {
            self.words[0].postings.seek(target);
            self.go_on();
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.words[0].postings.doc()
    }

    fn size_hint(&self) -> u32 {
        self.words.iter().map(|it| it.postings.size_hint()).min().unwrap_or_default()
    }
}

impl Scorer for LooseScorer {
    /// However often it stands there: a phrase that is loose says as much the first time.
    fn score(&mut self) -> Score {
        let length = self.lengths.fieldnorm_id(self.doc());
        self.bm25.as_ref().map_or(1.0, |it| it.score(length, 1))
    }
}

/// Whether the words of a phrase, each with its offset and the places where it stands, stand so
/// somewhere, each moved against the one before it, by `slop` places in all at most.
pub(super) fn stand_together<'a>(
    words: impl Iterator<Item = (usize, &'a [u32])>,
    slop: usize,
) -> bool {
    // Where the phrase would begin by each place of the word that was looked at last, and by how much
    // words were moved up to there.
    let mut starts: Option<HashMap<usize, usize>> = None;
    for (offset, places) in words {
        let shifted = places.iter().map(|it| *it as usize + MOST_OFFSET - offset.min(MOST_OFFSET));
        starts = Some(match starts {
            None => shifted.map(|it| (it, 0)).collect(),
            Some(before) => {
                let moved = |start: usize| -> Option<usize> {
                    let near = start.saturating_sub(slop)..=start + slop;
                    near.filter_map(|it| Some(before.get(&it)? + it.abs_diff(start))).min()
                };
                let within = |start: usize| moved(start).filter(|it| *it <= slop);
                shifted.filter_map(|it| Some((it, within(it)?))).collect()
            }
        });
    }
    starts.is_some_and(|it| !it.is_empty())
}

/// No word of a phrase stands further behind its first one.
const MOST_OFFSET: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_words_are_moved_by_adds_up() {
        let stand =
            |places: &[&[u32]], slop| stand_together(places.iter().copied().enumerate(), slop);
        assert!(stand(&[&[3], &[4], &[5]], 0) && !stand(&[&[3], &[5], &[6]], 0));
        assert!(stand(&[&[3], &[5], &[6]], 1) && stand(&[&[3], &[5], &[7]], 2));
        assert!(!stand(&[&[3], &[5], &[7]], 1) && !stand(&[&[3], &[5], &[5]], 1));
        assert!(stand(&[&[4], &[3]], 2) && !stand(&[&[4], &[3]], 1));
        assert!(stand(&[&[0, 9], &[1, 12], &[2, 11]], 0) && !stand(&[&[9], &[], &[11]], 9));
    }
}
