//! The documents of one form of a word, with what they score. Those of a term are walked block by block,
//! as tantivy keeps them, instead of one after the other.

use tantivy::{
    DocId, DocSet as _, Score, SegmentReader, Term,
    fieldnorm::FieldNormReader,
    postings::BlockSegmentPostings,
    query::{Bm25Weight, Scorer},
    schema::IndexRecordOption,
};

/// One form of a word, in one segment. It only goes forward.
pub(super) enum Form {
    Term(Box<TermPostings>),
    Other(Box<dyn Scorer>),
}

impl Form {
    pub(super) fn document(&self) -> DocId {
        match self {
            Self::Term(postings) => postings.document(),
            Self::Other(scorer) => scorer.doc(),
        }
    }

    pub(super) fn documents(&self) -> u32 {
        match self {
            Self::Term(postings) => postings.documents(),
            Self::Other(scorer) => scorer.size_hint(),
        }
    }

    pub(super) fn score(&mut self) -> Score {
        match self {
            Self::Term(postings) => postings.score(),
            Self::Other(scorer) => scorer.score(),
        }
    }

    pub(super) fn pass_to(&mut self, target: DocId) {
        match self {
            Self::Term(postings) => postings.pass_to(target),
            Self::Other(scorer) if scorer.doc() < target => {
                scorer.seek(target);
            }
            Self::Other(_) => {}
        }
    }

    /// Visits its documents from `start` until before `end`.
    pub(super) fn walk(&mut self, start: DocId, end: DocId, mut visit: impl FnMut(DocId, Score)) {
        self.pass_to(start);
        match self {
            Self::Term(postings) => postings.walk(end, visit),
            Self::Other(scorer) => {
                while scorer.doc() < end {
                    visit(scorer.doc(), scorer.score());
                    scorer.advance();
                }
            }
        }
    }
}

/// Documents of a block.
const BLOCK: usize = 128;

pub(super) struct TermPostings {
    blocks: BlockSegmentPostings,
    /// Where it stands in the block.
    at: usize,
    lengths: FieldNormReader,
    weight: Bm25Weight,
}

impl TermPostings {
    /// `None` where the segment has no such term. The field has to know lengths and frequencies.
    pub(super) fn of(
        term: &Term,
        weight: Bm25Weight,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<Self>> {
        let index = reader.inverted_index(term.field())?;
        let blocks = index.read_block_postings(term, IndexRecordOption::WithFreqs)?;
        let lengths = reader.get_fieldnorms_reader(term.field())?;
        Ok(blocks.map(|blocks| Self { blocks, at: 0, lengths, weight }))
    }

    /// `TERMINATED` behind the last one, as tantivy fills the last block with it.
    pub(super) fn document(&self) -> DocId {
        self.blocks.doc(self.at)
    }

    pub(super) fn documents(&self) -> u32 {
        self.blocks.doc_freq()
    }

    pub(super) fn pass_to(&mut self, target: DocId) {
        if self.document() >= target {
            return;
        }
        // Mostly it is the next one.
        self.at = (self.at + 1).min(BLOCK - 1);
        if self.document() < target {
            self.at = self.blocks.seek(target);
        }
    }

    pub(super) fn score(&self) -> Score {
        self.score_of(self.document(), self.blocks.freq(self.at))
    }

    /// Visits its documents from where it stands until before `end`.
    pub(super) fn walk(&mut self, end: DocId, mut visit: impl FnMut(DocId, Score)) {
        while self.document() < end {
            let (documents, frequencies) = (self.blocks.docs(), self.blocks.freqs());
            let rest = documents[self.at..].iter().zip(&frequencies[self.at..]);
            let mut walked = 0;
            for (document, frequency) in rest.take_while(|(document, _)| **document < end) {
                visit(*document, self.score_of(*document, *frequency));
                walked += 1;
            }
            self.at += walked;
            if self.at == documents.len() {
                self.blocks.advance();
                self.at = 0;
            }
        }
    }

    fn score_of(&self, document: DocId, frequency: u32) -> Score {
        self.weight.score(self.lengths.fieldnorm_id(document), frequency)
    }
}
