//! A query for the documents of some stories, decided by the column of their numbers.

use tantivy::{
    BitSet, DocId, DocSet as _, Score, SegmentReader, TantivyError,
    query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight},
};

use super::{Stories, ranking::column, schema::STORY};
use crate::domain::StoryId;

/// Matches what belongs to the stories; adds nothing to a score.
#[derive(Clone, Debug)]
pub(super) struct Among(pub(super) Stories);

impl Query for Among {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Among {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let stories = column(reader, STORY)?;
        let mut matching = BitSet::with_max_value(reader.max_doc());
        for document in 0..reader.max_doc() {
            if self.0.has(StoryId(stories.get_val(document))) {
                matching.insert(document);
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(matching), 0.0)))
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        if self.scorer(reader, 1.0)?.seek(document) == document {
            return Ok(Explanation::new("Among", 0.0));
        }
        Err(TantivyError::InvalidArgument(format!("document {document} does not match")))
    }
}
