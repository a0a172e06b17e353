//! Which documents of a segment belong to a topic. A segment does not change but by deletions, so that
//! this is found out once for each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tantivy::{
    BitSet, DocSet as _, Searcher, SegmentReader, TERMINATED,
    index::SegmentId,
    query::{EnableScoring, Query as Run},
};

use super::translate::CountedTopic;

/// A bit for each document of a segment: 125 kB for a million.
#[derive(Default)]
pub(super) struct TopicSets(Mutex<HashMap<(SegmentId, String), Arc<BitSet>>>);

impl TopicSets {
    /// The documents of each topic, deleted ones among them.
    pub(super) fn of(
        &self,
        reader: &SegmentReader,
        topics: &[CountedTopic],
        searcher: &Searcher,
    ) -> tantivy::Result<Vec<Arc<BitSet>>> {
        topics.iter().map(|it| self.of_one(reader, it, searcher)).collect()
    }

    fn of_one(
        &self,
        reader: &SegmentReader,
        topic: &CountedTopic,
        searcher: &Searcher,
    ) -> tantivy::Result<Arc<BitSet>> {
        let Some(known_as) = &topic.known_as else {
            return documents(topic.run.as_ref(), reader, searcher);
        };
        let key = (reader.segment_id(), known_as.clone());
        if let Some(known) = self.known().get(&key) {
            return Ok(Arc::clone(known));
        }
        let found = documents(topic.run.as_ref(), reader, searcher)?;
        let mut known = self.known();
        let present: Vec<SegmentId> =
            searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        known.retain(|(segment, _), _| present.contains(segment));
        known.insert(key, Arc::clone(&found));
        Ok(found)
    }

    /// Words mean something else now.
    pub(super) fn forget(&self) {
        self.known().clear();
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<(SegmentId, String), Arc<BitSet>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn documents(
    run: &dyn Run,
    reader: &SegmentReader,
    searcher: &Searcher,
) -> tantivy::Result<Arc<BitSet>> {
    let mut scorer =
        run.weight(EnableScoring::disabled_from_searcher(searcher))?.scorer(reader, 1.0)?;
    let mut set = BitSet::with_max_value(reader.max_doc());
    let mut document = scorer.doc();
    while document != TERMINATED {
        set.insert(document);
        document = scorer.advance();
    }
    Ok(Arc::new(set))
}
