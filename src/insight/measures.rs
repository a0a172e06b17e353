//! Numbers worth showing: an outcome in figures, in the words of the post.

use crate::domain::{Measure, Place};

use super::{
    features::Split,
    roles::Shares,
    tokens::{Form, Token},
};

/// Numbers of one post, at most.
const MOST_MEASURES: usize = 4;
/// In tokens: what is shown of a sentence around its numbers.
const BEFORE: usize = 7;
const BEHIND: usize = 6;
/// The least share as a result with which a sentence's numbers are shown.
const LEAST_RESULT: f32 = 0.25;
/// The place of the result among the shares of the roles.
const RESULT: usize = 3;

/// Words that tell a change of a quantity.
const CHANGES: &[&str] = &[
    "from",
    "to",
    "by",
    "reduced",
    "reduce",
    "reduces",
    "reducing",
    "reduction",
    "cut",
    "cutting",
    "dropped",
    "drop",
    "fell",
    "down",
    "lower",
    "lowered",
    "decreased",
    "decrease",
    "increased",
    "increase",
    "improved",
    "improvement",
    "improves",
    "grew",
    "up",
    "faster",
    "slower",
    "times",
    "smaller",
    "less",
    "more",
    "fewer",
    "saved",
    "saves",
    "saving",
    "under",
    "over",
    "within",
    "only",
    "compared",
    "instead",
    "average",
    "per",
    "million",
    "billion",
    "thousand",
];
/// Units and quantities, as written or as the end of a number.
const UNITS: &[&str] = &[
    "ms",
    "s",
    "sec",
    "seconds",
    "second",
    "minutes",
    "minute",
    "hours",
    "hour",
    "days",
    "us",
    "µs",
    "ns",
    "milliseconds",
    "microseconds",
    "kb",
    "mb",
    "gb",
    "tb",
    "pb",
    "kib",
    "mib",
    "gib",
    "bytes",
    "percent",
    "%",
    "x",
    "qps",
    "rps",
    "tps",
    "requests",
    "queries",
    "events",
    "messages",
    "rows",
    "records",
    "users",
    "nodes",
    "cores",
    "clusters",
    "services",
    "lines",
    "times",
    "fold",
    "million",
    "billion",
    "m",
    "k",
    "$",
];

/// The numbers of sentences that tell a result, in reading order.
pub(super) fn measures(split: &Split<'_>, shares: &[Shares]) -> Vec<Measure> {
    let mut found: Vec<(f32, Measure)> = Vec::new();
    for (at, tokens) in split.tokens.iter().enumerate() {
        if shares[at][RESULT] < LEAST_RESULT {
            continue;
        }
        let sentence = &split.sentences[at];
        if let Some((start, end)) = span(sentence.text, tokens) {
            let shown = &sentence.text[start..end];
            let text = shown.trim().to_owned();
            let start = start + shown.len() - shown.trim_start().len();
            let offset = u32::try_from(start).unwrap_or(u32::MAX);
            let place =
                Place { start: sentence.place.start.saturating_add(offset), ..sentence.place };
            found.push((shares[at][RESULT], Measure { text, place }));
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.place.cmp(&other.1.place)));
    found.truncate(MOST_MEASURES);
    let mut measures: Vec<Measure> = found.into_iter().map(|it| it.1).collect();
    measures.sort_by_key(|it| it.place);
    measures
}

/// In bytes: the part of a sentence around its numbers, whole words only. `None` where no number has a
/// unit or tells a change.
fn span(text: &str, tokens: &[Token<'_>]) -> Option<(usize, usize)> {
    let is = |token: &Token<'_>, words: &[&str]| {
        words.iter().any(|it| token.text.eq_ignore_ascii_case(it))
    };
    let is_measure = |at: &usize| {
        let behind = tokens.get(at + 1).is_some_and(|it| is(it, UNITS));
        let before =
            at.checked_sub(1).is_some_and(|it| is(&tokens[it], &["$", "by", "to", "from"]));
        tokens[*at].form == Form::Number && (behind || before) && !is_version(text, tokens, *at)
    };
    let numbers: Vec<usize> = (0..tokens.len()).filter(is_measure).collect();
    let (first, last) = (*numbers.first()?, *numbers.last()?);
    if !tokens.iter().any(|it| is(it, CHANGES) || it.text == "%") {
        return None;
    }
    let offset = |token: &Token<'_>| token.text.as_ptr().addr() - text.as_ptr().addr();
    let start =
        clause_start(text, offset(&tokens[first.saturating_sub(BEFORE)]), offset(&tokens[first]));
    let end = &tokens[(last + BEHIND).min(tokens.len() - 1)];
    let end = clause_end(
        text,
        offset(&tokens[last]) + tokens[last].text.len(),
        offset(end) + end.text.len(),
    );
    Some((start, end))
}

/// `1.2.3`, `v2.0` and years are no quantities.
fn is_version(text: &str, tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let digits = token.text.trim_end_matches(['.', ',']);
    let before = token.text.as_ptr().addr() - text.as_ptr().addr();
    let follows_letter = text[..before].ends_with(|it: char| it.is_alphanumeric() || it == '.');
    let has_unit = tokens.get(at + 1).is_some_and(|it| UNITS.contains(&it.text));
    let is_year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    follows_letter || digits.matches('.').count() > 1 || (is_year && !has_unit)
}

/// The last beginning of a clause or word at or after `from`, before `to`.
fn clause_start(text: &str, from: usize, to: usize) -> usize {
    let from = if from == 0 { 0 } else { text[..from].rfind(' ').map_or(0, |it| it + 1) };
    let break_at = text[from..to].rfind([',', ';', ':', '(']).filter(|it| from + it + 12 < to);
    break_at.map_or(from, |it| from + it + 1)
}

/// The first end of a clause or word behind `from`, at most at the end of the word that `to` is in.
fn clause_end(text: &str, from: usize, to: usize) -> usize {
    let to = text[to..].find(' ').map_or(text.len(), |it| to + it);
    let clause = &text[from..to];
    let stop = clause.char_indices().find(|(at, it)| {
        let behind = &clause[at + it.len_utf8()..];
        matches!(it, ',' | ';' | ':') && behind.starts_with(' ') || *it == ')'
    });
    let end = stop.map_or(to, |(at, it)| from + at + usize::from(it == ')'));
    from + text[from..end].trim_end_matches(['.', ',', ';', ':', ' ']).len()
}
