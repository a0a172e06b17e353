//! The tree of a query, kept in one normal form so that equal questions are equal trees.

use super::Day;
use crate::domain::Language;

/// One part of a query. `All` and `Any` never hold just one clause or one of their own sort, and
/// `Not` never holds a `Not`: the constructors see to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Each of them; of none: everything.
    All(Vec<Clause>),
    /// At least one of them.
    Any(Vec<Clause>),
    Not(Box<Clause>),
    /// A word as written: no blanks, no quotes, at least one letter or digit.
    Word(String),
    /// Words in this order, with single blanks between them.
    Phrase(String),
    Filter(Filter),
}

/// A condition on something other than the text as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Slug or words of the name.
    Peer(String),
    Domain(String),
    /// A word, or words in this order.
    Title(String),
    Author(String),
    Category(String),
    Language(Language),
    /// Its first instant is included.
    After(Day),
    /// Its first instant is not included.
    Before(Day),
}

impl Clause {
    pub(super) fn has_filters(&self) -> bool {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().any(Self::has_filters),
            // What is not in one entry of a story may be in another.
            Self::Not(_) | Self::Filter(_) => true,
            Self::Word(_) | Self::Phrase(_) => false,
        }
    }

    pub(super) fn all(clauses: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Self::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::All(flat) }
    }

    /// `None` of none, as nothing could match.
    pub(super) fn any(clauses: Vec<Self>) -> Option<Self> {
        let mut flat = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Self::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Self::Any(flat)) } else { flat.pop() }
    }

    pub(super) fn not(clause: Self) -> Self {
        match clause {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

impl Filter {
    /// The name before the colon.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Peer(_) => "peer",
            Self::Domain(_) => "domain",
            Self::Title(_) => "title",
            Self::Author(_) => "author",
            Self::Category(_) => "category",
            Self::Language(_) => "lang",
            Self::After(_) => "after",
            Self::Before(_) => "before",
        }
    }

    /// Reads `value` as the filter `name` (lower-case) asks: `None` for another name, an error for
    /// a value that it cannot have.
    pub(super) fn read(name: &str, value: &str) -> Option<Result<Self, ()>> {
        let text = value.to_owned();
        let filter = match name {
            "peer" => Ok(Self::Peer(text)),
            "domain" => Ok(Self::Domain(text)),
            "title" => Ok(Self::Title(text)),
            "author" => Ok(Self::Author(text)),
            "category" => Ok(Self::Category(text)),
            "lang" => value.parse().map(Self::Language).map_err(drop),
            "after" => value.parse().map(Self::After).map_err(drop),
            "before" => value.parse().map(Self::Before).map_err(drop),
            _ => return None,
        };
        Some(
            filter.and_then(
                |it| if value.contains(char::is_alphanumeric) { Ok(it) } else { Err(()) },
            ),
        )
    }

    pub(super) fn value(&self) -> String {
        match self {
            Self::Peer(text)
            | Self::Domain(text)
            | Self::Title(text)
            | Self::Author(text)
            | Self::Category(text) => text.clone(),
            Self::Language(language) => language.to_string(),
            Self::After(day) | Self::Before(day) => day.to_string(),
        }
    }
}
