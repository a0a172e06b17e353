//! All entries that belong to some queries at once, whoever published them: for digests and evidence packs.

use tantivy::{DocSet as _, TERMINATED, query::EnableScoring};

use super::{Ask, Index, SearchError, ranking::column, schema::ENTRY, translate::Membership};
use crate::domain::{EntryId, query::Query};

impl Index {
    /// For each query all entries that match strictly, in no order. Of what is asked besides, the filters
    /// and what is muted count. An empty query has all.
    pub fn members(&self, queries: &[Query], ask: &Ask) -> Result<Vec<Vec<EntryId>>, SearchError> {
        self.members_of(queries, ask).map_err(|error| SearchError::of("search", error))
    }

    fn members_of(&self, queries: &[Query], ask: &Ask) -> tantivy::Result<Vec<Vec<EntryId>>> {
        let searcher = self.0.reader.searcher();
        let membership = Membership::of(queries, ask, &searcher, self)?;
        let weight = membership.asked.weight(EnableScoring::disabled_from_searcher(&searcher))?;
        let mut members = vec![Vec::new(); queries.len()];
        for reader in searcher.segment_readers() {
            let sets = self.0.segments.topics(reader, &membership.queries, &searcher)?;
            let (entries, alive) = (column(reader, ENTRY)?, reader.alive_bitset());
            let mut asked = weight.scorer(reader, 1.0)?;
            let mut document = asked.doc();
            while document != TERMINATED {
                if alive.is_none_or(|it| it.is_alive(document)) {
                    let entry = EntryId(entries.get_val(document));
                    let with = sets.iter().zip(&mut members);
                    with.filter(|(set, _)| set.contains(document))
                        .for_each(|(_, it)| it.push(entry));
                }
                document = asked.advance();
            }
        }
        Ok(members)
    }
}
