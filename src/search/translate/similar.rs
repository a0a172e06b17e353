//! What makes posts similar to an entry: that they share the words by which it differs from others.

use tantivy::{
    Term,
    query::{BooleanQuery, BoostQuery, Occur, Query as Run, TermQuery},
    schema::IndexRecordOption,
};

use super::{Translator, excluded};
use crate::{
    domain::StoryId,
    search::{Stories, among::Among, similar::Gist},
};

impl Translator<'_> {
    pub(super) fn similar(&self, gist: &Gist) -> Box<dyn Run> {
        let terms = gist.terms.iter().map(|(text, weight)| {
            let term = Term::from_field_text(self.fields.text, text);
            let run = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            Box::new(BoostQuery::new(run, *weight)) as Box<dyn Run>
        });
        let some = BooleanQuery::union_with_minimum_required_clauses(terms.collect(), gist.least());
        let itself = Box::new(Among(Stories::these(&[StoryId(gist.story.0)])));
        Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(some) as _), excluded(itself)]))
    }
}
