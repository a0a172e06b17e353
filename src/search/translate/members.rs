//! Translates queries that are only asked for what belongs to them.

use std::collections::HashMap;

use tantivy::{Searcher, query::Query as Run};

use super::{CountedTopic, Translator, is_constant, together};
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
        let mut translator = Translator {
            fields: index.0.fields,
            searcher,
            tongues: &tongues,
            pool: &index.0.pool,
            thesaurus: &thesaurus,
            known: &ask.known,
            levels: HashMap::new(),
            topics_deep: 0,
        };
        let asked = together(translator.asked(ask)?);
        let queries = queries.iter().map(|query| {
            let known_as = is_constant(query.root()).then(|| format!("{query} {tongues:?}"));
            Ok(CountedTopic { run: translator.whole(query)?, known_as })
        });
        Ok(Self { asked, queries: queries.collect::<tantivy::Result<_>>()? })
    }
}
