//! What words score that stand together as they were typed, document by document as it is asked for.
//!
//! A phrase query would look for the next document that has the phrase, however far that is; here only
//! the documents are looked at that may come among the first.

use tantivy::{
    DocId, DocSet as _, Score, SegmentReader, Term,
    fieldnorm::FieldNormReader,
    postings::{Postings as _, SegmentPostings},
    query::{Bm25StatisticsProvider, Bm25Weight},
    schema::{Field, IndexRecordOption},
};

/// Words that were typed side by side, in each form in which they are searched.
pub(super) struct Pair {
    pub(super) written: String,
    pub(super) field: Field,
    /// Terms with their places.
    pub(super) forms: Vec<Vec<(usize, Term)>>,
    pub(super) gain: Score,
}

/// The same with the weights of BM25.
pub(super) struct PairWeight<'a> {
    pair: &'a Pair,
    forms: Vec<Bm25Weight>,
}

impl Pair {
    pub(super) fn weight(
        &self,
        statistics: &dyn Bm25StatisticsProvider,
    ) -> tantivy::Result<PairWeight<'_>> {
        let weight = |form: &Vec<(usize, Term)>| {
            let terms: Vec<Term> = form.iter().map(|(_, term)| term.clone()).collect();
            Ok(Bm25Weight::for_terms(statistics, &terms)?.boost_by(self.gain))
        };
        let forms = self.forms.iter().map(weight).collect::<tantivy::Result<_>>()?;
        Ok(PairWeight { pair: self, forms })
    }
}

impl PairWeight<'_> {
    /// That no document scores more.
    pub(super) fn most(&self) -> Score {
        self.forms.iter().map(|it| it.score(0, u32::MAX)).fold(0.0, Score::max)
    }

    pub(super) fn scorer(&self, reader: &SegmentReader) -> tantivy::Result<PairScorer> {
        let index = reader.inverted_index(self.pair.field)?;
        let mut forms = Vec::new();
        for (form, bm25) in self.pair.forms.iter().zip(&self.forms) {
            let mut words = Vec::with_capacity(form.len());
            for (offset, term) in form {
                let option = IndexRecordOption::WithFreqsAndPositions;
                let postings = index.read_postings(term, option)?;
                words.extend(postings.map(|postings| Word { offset: *offset, postings }));
            }
            if words.len() == form.len() {
                forms.push(Form { words, bm25: bm25.clone() });
            }
        }
        let lengths = reader.get_fieldnorms_reader(self.pair.field)?;
        Ok(PairScorer { forms, lengths, starts: Vec::new(), places: Vec::new() })
    }
}

struct Form {
    words: Vec<Word>,
    bm25: Bm25Weight,
}

struct Word {
    offset: usize,
    postings: SegmentPostings,
}

/// Of one segment.
pub(super) struct PairScorer {
    forms: Vec<Form>,
    lengths: FieldNormReader,
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl PairScorer {
    /// What a document scores, which is never one before the last that was asked for.
    pub(super) fn score(&mut self, document: DocId) -> Score {
        let Self { forms, lengths, starts, places } = self;
        let score = |form: &mut Form| {
            let times = times_together(&mut form.words, document, starts, places);
            if times == 0 { 0.0 } else { form.bm25.score(lengths.fieldnorm_id(document), times) }
        };
        forms.iter_mut().map(score).fold(0.0, Score::max)
    }
}

/// How often the words stand in their places, one beside the other.
fn times_together(
    words: &mut [Word],
    document: DocId,
    starts: &mut Vec<u32>,
    places: &mut Vec<u32>,
) -> u32 {
    for word in words.iter_mut() {
        let at = word.postings.doc();
        let at = if at < document { word.postings.seek(document) } else { at };
        if at != document {
            return 0;
        }
    }
    let furthest = words.iter().map(|it| it.offset).max().unwrap_or_default();
    for (at, word) in words.iter_mut().enumerate() {
        // Shifted so that words in their places have the same number.
        let shift = u32::try_from(furthest - word.offset).unwrap_or_default();
        if at == 0 {
            word.postings.positions_with_offset(shift, starts);
        } else {
            word.postings.positions_with_offset(shift, places);
            starts.retain(|it| places.binary_search(it).is_ok());
        }
        if starts.is_empty() {
            return 0;
        }
    }
    u32::try_from(starts.len()).unwrap_or(u32::MAX)
}
