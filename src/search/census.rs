//! Counts what is in reach, with what was read out of it, and what of it belongs to some queries: what
//! landscapes, limits and trends are made of.

use std::{
    collections::{BTreeSet, HashMap},
    ops::RangeInclusive,
    sync::Arc,
};

use jiff::Timestamp;
use tantivy::{DocSet as _, SegmentReader, TERMINATED, query::EnableScoring};

use super::{
    Ask, Index, SearchError,
    ranking::column,
    schema::{PEER, TOLD},
    segments::Columns,
    translate::Membership,
};
use crate::domain::{EntryId, JudgedPost, Roles, StoryId, query::Query};

/// Which posts a census looks at.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Slugs.
    pub peers: BTreeSet<String>,
    /// When they were published, or first seen.
    pub times: RangeInclusive<Timestamp>,
    /// Whether to name those too that belong to none of the queries.
    pub everything: bool,
}

/// The posts in reach, in no order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Census {
    pub posts: Vec<JudgedPost>,
    /// Of each query, where its posts stand in `posts`.
    pub members: Vec<Vec<usize>>,
}

impl Census {
    /// Leaves out other posts.
    pub fn retain(&mut self, is_wanted: impl Fn(&JudgedPost) -> bool) {
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.posts.len());
        let mut kept = 0;
        self.posts.retain(|it| {
            let is_kept = is_wanted(it);
            places.push(is_kept.then_some(kept));
            kept += usize::from(is_kept);
            is_kept
        });
        for members in &mut self.members {
            *members = members.iter().filter_map(|it| places.get(*it).copied().flatten()).collect();
        }
    }

    /// The posts of a query.
    pub fn of_query(&self, query: usize) -> Vec<&JudgedPost> {
        let members = self.members.get(query).into_iter().flatten();
        members.filter_map(|it| self.posts.get(*it)).collect()
    }
}

impl Index {
    /// Walks through all that is in reach, and tells which of it each query matches strictly. Of what is asked
    /// besides, the filters and what is muted count. An empty query has all.
    pub fn census(
        &self,
        queries: &[Query],
        ask: &Ask,
        reach: &Reach,
    ) -> Result<Census, SearchError> {
        self.census_of(queries, ask, reach).map_err(|error| SearchError::of("search", error))
    }

    fn census_of(&self, queries: &[Query], ask: &Ask, reach: &Reach) -> tantivy::Result<Census> {
        let searcher = self.0.reader.searcher();
        let membership = Membership::of(queries, ask, &searcher, self)?;
        let weight = membership.asked.weight(EnableScoring::disabled_from_searcher(&searcher))?;
        let members = vec![Vec::new(); queries.len()];
        let mut census = Census { posts: Vec::new(), members };
        for reader in searcher.segment_readers() {
            let sets = self.0.segments.topics(reader, &membership.queries, &searcher)?;
            let columns = self.0.segments.columns(reader, &searcher)?;
            let (posts, alive) = (Posts::of(columns, reader, reach)?, reader.alive_bitset());
            let mut asked = weight.scorer(reader, 1.0)?;
            let mut document = asked.doc();
            while document != TERMINATED {
                let is_wanted = reach.everything || sets.iter().any(|it| it.contains(document));
                if is_wanted
                    && alive.is_none_or(|it| it.is_alive(document))
                    && let Some(post) = posts.post(document)
                {
                    let with = sets.iter().zip(&mut census.members);
                    with.filter(|(set, _)| set.contains(document))
                        .for_each(|(_, it)| it.push(census.posts.len()));
                    census.posts.push(post);
                }
                document = asked.advance();
            }
        }
        Ok(census)
    }
}

/// What a segment knows of its documents.
struct Posts {
    columns: Arc<Columns>,
    told: Arc<dyn tantivy::columnar::ColumnValues<i64>>,
    peers: Option<tantivy::columnar::StrColumn>,
    /// Slugs of those in reach, by their numbers.
    in_reach: HashMap<u64, Arc<str>>,
    reach: RangeInclusive<i64>,
}

impl Posts {
    fn of(columns: Arc<Columns>, reader: &SegmentReader, reach: &Reach) -> tantivy::Result<Self> {
        let peers = reader.fast_fields().str(PEER)?;
        let mut in_reach = HashMap::new();
        if let Some(column) = &peers {
            for peer in &reach.peers {
                if let Some(number) = column.dictionary().term_ord(peer)? {
                    in_reach.insert(number, Arc::from(peer.as_str()));
                }
            }
        }
        let (from, to) = (reach.times.start(), reach.times.end());
        Ok(Self {
            columns,
            told: column(reader, TOLD)?,
            peers,
            in_reach,
            reach: from.as_millisecond()..=to.as_millisecond(),
        })
    }

    /// `None` for what is out of reach.
    fn post(&self, document: u32) -> Option<JudgedPost> {
        let time = self.columns.times.get_val(document);
        if !self.reach.contains(&time) {
            return None;
        }
        let peer = self.peers.as_ref()?.ords().first(document)?;
        let peer = Arc::clone(self.in_reach.get(&peer)?);
        let judged = self.columns.judged(document);
        Some(JudgedPost {
            entry: EntryId(self.columns.entries.get_val(document)),
            story: StoryId(self.columns.stories.get_val(document)),
            peer,
            ordered: Timestamp::from_millisecond(time).ok()?,
            kind: judged.map(|it| it.0),
            expected: judged.map_or(0.0, |it| it.1),
            roles: Roles::of_bits(u8::try_from(self.told.get_val(document)).unwrap_or_default()),
        })
    }
}
