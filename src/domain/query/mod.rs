//! The query language: what a reader types, as a tree with one canonical text.
//!
//! `pricing "surge pricing" -release peer:example (kafka OR flink) after:2025-03`: words are all
//! asked for, `OR` binds looser than what stands side by side, `-` turns a term around, `pric*` is the
//! beginning of a word, `"surge pricing"~3` lets its words be three places off, and `field:` filters.
//! Anything odd is read as words, with a [`Notice`]; nothing fails.

mod day;
mod parser;
mod scanner;
mod text;
mod tree;

pub use day::Day;
pub use text::Notice;
pub use tree::{Clause, Feature, Filter, MOST_SLOP, SHORTEST_PREFIX};

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
        let (root, notices) = parser::parse(text);
        Self { root, notices }
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
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Query {}
