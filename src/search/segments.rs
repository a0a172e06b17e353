//! What is found out of a segment once, as it does not change but by deletions: which of its documents belong
//! to a topic, and where its columns are.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tantivy::{
    BitSet, DocId, DocSet as _, Searcher, SegmentReader, TERMINATED,
    columnar::ColumnValues,
    index::SegmentId,
    query::{EnableScoring, Query as Run},
};

use super::{
    ranking::column,
    schema::{ENTRY, EXPECTED, KIND, ORDERED, STORY, kind_of},
    translate::CountedTopic,
};
use crate::domain::Kind;

#[derive(Default)]
pub(super) struct KnownSegments {
    /// A bit for each document of a segment: 125 kB for a million.
    topics: Known<(SegmentId, String), BitSet>,
    columns: Known<SegmentId, Columns>,
}

/// What documents are ranked by.
pub(super) struct Columns {
    pub(super) stories: Arc<dyn ColumnValues<i64>>,
    pub(super) entries: Arc<dyn ColumnValues<i64>>,
    pub(super) times: Arc<dyn ColumnValues<i64>>,
    pub(super) kinds: Arc<dyn ColumnValues<i64>>,
    expected: Arc<dyn ColumnValues<f64>>,
}

impl Columns {
    /// Kind and expected worth, if it has them.
    pub(super) fn judged(&self, document: DocId) -> Option<(Kind, f32)> {
        let kind = kind_of(self.kinds.get_val(document))?;
        #[expect(clippy::cast_possible_truncation, reason = "it was made of so much")]
        let expected = self.expected.get_val(document) as f32;
        Some((kind, expected))
    }
}

impl KnownSegments {
    pub(super) fn columns(
        &self,
        reader: &SegmentReader,
        searcher: &Searcher,
    ) -> tantivy::Result<Arc<Columns>> {
        let segment = reader.segment_id();
        if let Some(known) = self.columns.get(&segment) {
            return Ok(known);
        }
        let columns = Arc::new(Columns {
            stories: column(reader, STORY)?,
            entries: column(reader, ENTRY)?,
            times: column(reader, ORDERED)?,
            kinds: column(reader, KIND)?,
            expected: reader.fast_fields().f64(EXPECTED)?.first_or_default_col(0.0),
        });
        self.columns.keep(segment, &columns, |it| *it, searcher);
        Ok(columns)
    }

    /// The documents of each topic, deleted ones among them.
    pub(super) fn topics(
        &self,
        reader: &SegmentReader,
        topics: &[CountedTopic],
        searcher: &Searcher,
    ) -> tantivy::Result<Vec<Arc<BitSet>>> {
        topics.iter().map(|it| self.topic(reader, it, searcher)).collect()
    }

    fn topic(
        &self,
        reader: &SegmentReader,
        topic: &CountedTopic,
        searcher: &Searcher,
    ) -> tantivy::Result<Arc<BitSet>> {
        let Some(known_as) = &topic.known_as else {
            return documents(topic.run.as_ref(), reader, searcher);
        };
        let key = (reader.segment_id(), known_as.clone());
        if let Some(known) = self.topics.get(&key) {
            return Ok(known);
        }
        let found = documents(topic.run.as_ref(), reader, searcher)?;
        self.topics.keep(key, &found, |(segment, _)| *segment, searcher);
        Ok(found)
    }

    /// Words mean something else now.
    pub(super) fn forget_topics(&self) {
        self.topics.all().clear();
    }
}

/// Something of each segment.
struct Known<K, T>(Mutex<HashMap<K, Arc<T>>>);

impl<K, T> Default for Known<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T> Known<K, T> {
    fn get(&self, key: &K) -> Option<Arc<T>> {
        self.all().get(key).map(Arc::clone)
    }

    /// What is known of segments that are gone is forgotten.
    fn keep(&self, key: K, what: &Arc<T>, segment: impl Fn(&K) -> SegmentId, searcher: &Searcher) {
        let readers = searcher.segment_readers().iter();
        let present: Vec<SegmentId> = readers.map(SegmentReader::segment_id).collect();
        let mut all = self.all();
        all.retain(|it, _| present.contains(&segment(it)));
        all.insert(key, Arc::clone(what));
    }

    fn all(&self) -> MutexGuard<'_, HashMap<K, Arc<T>>> {
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
