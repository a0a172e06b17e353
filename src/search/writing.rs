//! Writes documents to the index, in little memory.

use std::sync::{Arc, atomic::Ordering};

use tantivy::{
    IndexWriter, Term,
    indexer::{IndexWriterOptions, LogMergePolicy},
};

use super::{
    IndexChange, Inner, SearchError,
    analysis::Backlog,
    schema::{Builder, ENTRY, Fields},
};

pub(super) struct Writer {
    tantivy: IndexWriter,
    fields: Fields,
    builder: Builder,
    backlog: Arc<Backlog>,
    /// Highest entry that was ever put: a higher one replaces nothing, so that a first crawl looks
    /// for nothing to delete.
    highest: i64,
    position: i64,
    has_changes: bool,
}

/// Share of deleted documents from which a segment is written anew.
const DELETED_SHARE_TO_MERGE: f32 = 0.3;
/// tantivy refuses less for a thread.
const LEAST_MEMORY_BYTES: usize = 15_000_000;

impl Writer {
    /// Takes the writer's lock, and clears away what a crash left.
    pub(super) fn new(inner: &Inner) -> Result<Self, SearchError> {
        let told = |error| SearchError::of("write", error);
        let threads = inner.settings.threads.max(1);
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .num_merge_threads(1)
            .memory_budget_per_thread(
                (inner.settings.writer_memory_bytes / threads).max(LEAST_MEMORY_BYTES),
            )
            .build();
        let tantivy: IndexWriter = inner.tantivy.writer_with_options(options).map_err(told)?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_SHARE_TO_MERGE);
        tantivy.set_merge_policy(Box::new(policy));
        tantivy.garbage_collect_files().wait().map_err(told)?;
        inner.backlog.clear();
        let mut highest = i64::MIN;
        for reader in inner.reader.searcher().segment_readers() {
            highest = highest.max(reader.fast_fields().i64(ENTRY).map_err(told)?.max_value());
        }
        Ok(Self {
            tantivy,
            fields: inner.fields,
            builder: Builder::new(inner.fields),
            backlog: Arc::clone(&inner.backlog),
            highest,
            position: inner.position.load(Ordering::Acquire),
            has_changes: false,
        })
    }

    pub(super) fn apply(&mut self, changes: &[IndexChange]) -> Result<(), SearchError> {
        for change in changes {
            self.has_changes = true;
            match change {
                IndexChange::Remove(entry) => self.delete(entry.0),
                IndexChange::Put(from) => {
                    if from.entry.0 <= self.highest {
                        self.delete(from.entry.0);
                    }
                    self.highest = self.highest.max(from.entry.0);
                    let document = self.builder.document(from);
                    self.backlog.grow(self.builder.bytes);
                    self.tantivy
                        .add_document(document)
                        .map_err(|error| SearchError::of("write", error))?;
                }
            }
        }
        Ok(())
    }

    fn delete(&self, entry: i64) {
        self.tantivy.delete_term(Term::from_field_i64(self.fields.entry, entry));
    }

    /// The position is part of the commit, so that the two can never disagree.
    pub(super) fn commit(&mut self, position: i64) -> Result<(), SearchError> {
        if !self.has_changes && position == self.position {
            return Ok(());
        }
        let told = |error| SearchError::of("write", error);
        let mut prepared = self.tantivy.prepare_commit().map_err(told)?;
        prepared.set_payload(&position.to_string());
        prepared.commit().map_err(told)?;
        self.has_changes = false;
        self.position = position;
        Ok(())
    }

    pub(super) fn clear(&mut self) -> Result<(), SearchError> {
        self.tantivy.delete_all_documents().map_err(|error| SearchError::of("empty", error))?;
        self.highest = i64::MIN;
        self.has_changes = true;
        self.commit(0)
    }

    pub(super) fn finish(self) -> Result<(), SearchError> {
        self.tantivy.wait_merging_threads().map_err(|error| SearchError::of("write", error))
    }
}
