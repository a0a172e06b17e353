//! Queries as text: the canonical form, and what is said about odd input.

use std::fmt::{self, Display as _};

use super::{Clause, DEEPEST_NESTING, Filter, LONGEST_QUERY, MOST_TERMS, Query, SHORTEST_PREFIX};

/// Something odd in a query, and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    TooLong,
    TooManyTerms,
    TooDeep,
    OpenQuote,
    OddParenthesis,
    OddOperator,
    /// Fewer letters before the `*` would stand for nearly every word.
    ShortPrefix,
    /// `name:` is none of the filters.
    UnknownFilter(String),
    /// The filter cannot have this value.
    WrongValue {
        filter: String,
        value: String,
    },
    /// The filter may have such a value, but nothing is called so.
    Unknown {
        filter: String,
        value: String,
    },
}

/// What is odd in a query that may not be.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{notice}")]
pub struct QueryError {
    /// Where, in bytes of the text.
    pub at: usize,
    pub notice: Notice,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "only the first {LONGEST_QUERY} characters were read"),
            Self::TooManyTerms => write!(f, "only the first {MOST_TERMS} terms were read"),
            Self::TooDeep => {
                write!(f, "parentheses nested deeper than {DEEPEST_NESTING} were left out")
            }
            Self::OpenQuote => f.write_str("a quotation mark without its partner was left out"),
            Self::OddParenthesis => f.write_str("a parenthesis without its partner was left out"),
            Self::ShortPrefix => {
                write!(f, "`*` needs {SHORTEST_PREFIX} letters before it and was left out")
            }
            Self::OddOperator => f.write_str("an operator with nothing beside it was left out"),
            Self::UnknownFilter(name) => {
                write!(f, "`{name}:` is not a filter and was read as a word")
            }
            Self::WrongValue { filter, value } => {
                write!(f, "`{filter}:` cannot be `{value}`, which was read as words")?;
                match Filter::values(filter).as_slice() {
                    [first @ .., last] => write!(f, "; it can be {} or {last}", first.join(", ")),
                    [] => Ok(()),
                }
            }
            Self::Unknown { filter, value } => {
                write!(f, "there is no {filter} called `{value}`")
            }
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root().fmt(f)
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(clauses) => joined(f, clauses, " ", |it| matches!(it, Self::Any(_))),
            Self::Any(clauses) => joined(f, clauses, " OR ", |_| false),
            Self::Not(clause) => {
                f.write_str("-")?;
                enclosed(f, clause, matches!(**clause, Self::All(_) | Self::Any(_)))
            }
            Self::Word(word) => f.write_str(word),
            Self::Phrase(words) => write!(f, "\"{words}\""),
            Self::Near { words, slop } => write!(f, "\"{words}\"~{slop}"),
            Self::Prefix(letters) => write!(f, "{letters}*"),
            Self::Filter(filter) => filter.fmt(f),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value();
        if value.contains([' ', '(', ')']) {
            write!(f, "{}:\"{value}\"", self.name())
        } else {
            write!(f, "{}:{value}", self.name())
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    clauses: &[Clause],
    between: &str,
    in_parentheses: impl Fn(&Clause) -> bool,
) -> fmt::Result {
    for (at, clause) in clauses.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        enclosed(f, clause, in_parentheses(clause))?;
    }
    Ok(())
}

fn enclosed(f: &mut fmt::Formatter<'_>, clause: &Clause, in_parentheses: bool) -> fmt::Result {
    if in_parentheses { write!(f, "({clause})") } else { clause.fmt(f) }
}
