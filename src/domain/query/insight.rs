//! Filters on what was read out of a post: its kind, its worth and its passages.

use super::{Filter, SHORTEST_PREFIX, span::Span};
use crate::domain::{Kind, Role, Worth};

/// What is looked for in passages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wording {
    /// That there is one.
    Anything,
    /// A word, or words in this order.
    Words(String),
    /// Words that begin with these letters, of which there are at least [`SHORTEST_PREFIX`].
    Prefix(String),
}

/// `case-study`, `case study`, `CaseStudy`: whatever has the letters of a kind.
pub(super) fn kind(value: &str) -> Option<Kind> {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|it| !matches!(it, ' ' | '-' | '_'));
        letters.flat_map(char::to_lowercase).collect()
    };
    let written = letters(value);
    Kind::ALL.into_iter().find(|it| letters(it.as_str()) == written)
}

/// `2`, which means 2 or more, `1..2`, `<2`, `<=1`, `>1` or `>=2`.
pub(super) fn worth(value: &str) -> Option<Filter> {
    let worth = |number: u32| u8::try_from(number).ok().and_then(Worth::new);
    if let Some(least) = value.parse().ok().and_then(worth) {
        return Some(Filter::Worth(least, Worth::MOST));
    }
    let Span { least, most } = Span::read(value)?;
    let least = least.map_or(Some(Worth::default()), worth)?;
    let most = most.map_or(Some(Worth::MOST), worth)?;
    (least <= most).then_some(Filter::Worth(least, most))
}

pub(super) fn worth_told(least: Worth, most: Worth) -> String {
    match (least.get(), most.get()) {
        (least, most) if most == Worth::MOST.get() => least.to_string(),
        (0, most) => format!("<={most}"),
        (least, most) => format!("{least}..{most}"),
    }
}

/// `*`, `cach*`, or words.
pub(super) fn passage(role: Role, value: &str) -> Option<Filter> {
    let wording = match value.strip_suffix('*') {
        Some("") => Wording::Anything,
        Some(letters) if letters.chars().all(char::is_alphanumeric) => {
            let is_long = letters.chars().count() >= SHORTEST_PREFIX;
            is_long.then(|| Wording::Prefix(letters.to_owned()))?
        }
        _ => Wording::Words(value.to_owned()),
    };
    let asks = wording == Wording::Anything || value.contains(char::is_alphanumeric);
    asks.then_some(Filter::Passage(role, wording))
}

impl Wording {
    pub(super) fn told(&self) -> String {
        match self {
            Self::Anything => "*".to_owned(),
            Self::Words(words) => words.clone(),
            Self::Prefix(letters) => format!("{letters}*"),
        }
    }
}
