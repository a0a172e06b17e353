//! The query language: what a reader types, as a tree with one canonical text.
//!
//! `pricing "surge pricing" -release peer:example (kafka OR flink) after:2025-03`: words are all
//! asked for, `OR` binds looser than what stands side by side, `-` turns a term around, `pric*` is the
//! beginning of a word, `"surge pricing"~3` lets its words be three places off, and `field:` filters.
//! Anything odd is read as words, with a [`Notice`]; nothing fails.

mod day;
mod insight;
mod matching;
mod parser;
mod scanner;
mod span;
mod text;
mod tree;

pub use day::Day;
pub use insight::Wording;
pub use text::{Notice, QueryError};
pub use tree::{Clause, Feature, Filter, MOST_SLOP, SHORTEST_PREFIX, Standing};

use parser::Parsed;

/// Longest words of a query together, in characters; what follows is left out, with a notice.
pub const LONGEST_QUERY: usize = 1_000;
/// Most words, phrases and filters of a query.
pub const MOST_TERMS: usize = 50;
/// Deepest nesting of parentheses.
pub const DEEPEST_NESTING: usize = 8;

/// A query as read. Two are equal when they ask for the same, whatever was odd in how it was
/// written. `Display` gives the canonical text, which parses to the same query.
#[derive(Clone, Debug)]
pub struct Query {
    root: Clause,
    notices: Vec<Notice>,
}

impl Query {
    /// Reads any text at all.
    pub fn parse(text: &str) -> Self {
        let Parsed { root, notices, first: _ } = parser::parse(text);
        Self { root, notices }
    }

    /// Reads a text in which nothing may be odd, as in a file that is to be right.
    pub fn parse_strictly(text: &str) -> Result<Self, QueryError> {
        let Parsed { root, notices, first } = parser::parse(text);
        match (notices.first(), first) {
            (Some(notice), Some(at)) => Err(QueryError { at, notice: notice.clone() }),
            _ => Ok(Self { root, notices }),
        }
    }

    /// A tree that was put together otherwise, about which there is nothing to say.
    pub fn of(root: Clause) -> Self {
        Self { root, notices: Vec::new() }
    }

    pub fn root(&self) -> &Clause {
        &self.root
    }

    /// What was odd in the text that was read, for the person who wrote it.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Whether it asks for more than words, so that of a story only some entries may match.
    pub fn has_filters(&self) -> bool {
        self.root.has_filters()
    }

    /// Whether everything matches.
    pub fn is_empty(&self) -> bool {
        matches!(&self.root, Clause::All(clauses) if clauses.is_empty())
    }

    /// Every filter in it, also those inside of others and of exclusions.
    pub fn filters(&self) -> Vec<&Filter> {
        let mut filters = Vec::new();
        self.root.collect_filters(&mut filters);
        filters
    }

    /// Whether a filter stands beside all else that is asked for.
    pub fn is_narrowed_by(&self, filter: &Filter) -> bool {
        self.conjuncts().iter().any(|it| matches!(it, Clause::Filter(it) if it == filter))
    }

    #[must_use]
    pub fn narrowed_by(&self, filter: Filter) -> Self {
        Self::of(Clause::all(vec![self.root.clone(), Clause::Filter(filter)]))
    }

    /// Undoes [`narrowed_by`](Self::narrowed_by).
    #[must_use]
    pub fn widened_by(&self, filter: &Filter) -> Self {
        let others = self.conjuncts().iter().filter(|it| **it != Clause::Filter(filter.clone()));
        Self::of(Clause::all(others.cloned().collect()))
    }

    /// What has to be there, all of it.
    pub fn conjuncts(&self) -> &[Clause] {
        match &self.root {
            Clause::All(clauses) => clauses,
            other => std::slice::from_ref(other),
        }
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Query {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_narrows_and_widens_a_query() {
        let etsy = Filter::Peer("etsy".to_owned());
        for query in ["kafka lag", "kafka OR flink", "", "peer:zalando"] {
            let query = Query::parse(query);
            let narrowed = query.narrowed_by(etsy.clone());
            assert!(narrowed.is_narrowed_by(&etsy) && !query.is_narrowed_by(&etsy));
            assert_eq!(Query::parse(&narrowed.to_string()), narrowed);
            assert_eq!(narrowed.widened_by(&etsy), query);
        }
        assert!(!Query::parse("-peer:etsy x").is_narrowed_by(&etsy));
    }

    #[test]
    fn what_is_odd_is_an_error_with_its_place_where_nothing_may_be() {
        for (query, at) in [
            ("kafka after:yesterday", 6),
            ("(kafka OR", 0),
            ("kafka)", 5),
            ("größe \"open", 8),
            ("colour:red", 0),
            ("a c*", 2),
            ("OR a", 2),
            ("größe kind:talk", 8),
            ("kind:release worth:4", 13),
            ("challenge:c*", 0),
        ] {
            assert_eq!(Query::parse_strictly(query).unwrap_err().at, at, "{query}");
        }
        assert_eq!(Query::parse_strictly("a -b").unwrap(), Query::parse("a -b"));
        let told = Query::parse_strictly("kind:talk").unwrap_err().to_string();
        assert!(told.contains("deep-dive, case-study") && told.contains("or opinion"), "{told}");
    }
}
