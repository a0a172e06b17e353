//! Translates queries that are only asked for what belongs to them.

use tantivy::{Searcher, query::Query as Run};

use super::{CountedTopic, Translator, together};
use crate::{
    domain::query::Query,
    search::{Ask, Index},
};

/// What is run to find what belongs to some queries.
pub(in crate::search) struct Membership {
    /// What is asked besides.
    pub(in crate::search) asked: Box<dyn Run>,
    pub(in crate::search) queries: Vec<CountedTopic>,
}

impl Membership {
    pub(in crate::search) fn of(
        queries: &[Query],
        ask: &Ask,
        searcher: &Searcher,
        index: &Index,
    ) -> tantivy::Result<Self> {
        let (tongues, thesaurus) = (index.tongues(), index.thesaurus());
        let mut translator = Translator::of(ask, searcher, index, (&tongues, &thesaurus));
        let asked = together(translator.asked(ask)?);
        let queries = queries.iter().map(|it| translator.counted_topic(it));
        Ok(Self { asked, queries: queries.collect::<tantivy::Result<_>>()? })
    }
}
