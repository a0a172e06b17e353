//! Cuts the passage of a text that fits a query best, and marks the words of the query in it.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    analysis::{Beginnings, StemPool, Tongue, Unit, Words, is_paired},
    thesaurus::Thesaurus,
};
use crate::domain::{
    Language,
    query::{Clause, Filter, Query},
};

/// A passage in one line, with an ellipsis where text is left out before or behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    /// Bytes of `text` that hold words of the query: in order, apart from each other, at letters'
    /// borders.
    pub marks: Vec<Range<usize>>,
}

/// Finds the words of one query in texts.
#[derive(Clone)]
pub struct Marker {
    /// Which word of the query a term stands for.
    terms: HashMap<String, usize>,
    /// Beginnings of words, in lower case, each with the word of the query it is.
    prefixes: Vec<(String, usize)>,
    beginnings: Beginnings,
    pool: StemPool,
}

/// In letters.
const PASSAGE_LETTERS: usize = 200;
/// Bytes of a text that are looked through: the best passage of a book need not be found.
const MOST_BYTES: usize = 200_000;
/// Words that are compared for the best passage.
const MOST_MARKS: usize = 2_000;

impl Marker {
    pub(super) fn new(
        query: &Query,
        tongues: &[Tongue],
        thesaurus: &Thesaurus,
        pool: StemPool,
    ) -> Self {
        let beginnings = Beginnings::of([].into_iter(), [].into_iter());
        let mut marker = Self { terms: HashMap::new(), prefixes: Vec::new(), beginnings, pool };
        marker.add(query.root(), tongues, thesaurus, &mut 0);
        let prefixes = marker.prefixes.iter().map(|(letters, _)| letters.as_str());
        marker.beginnings = Beginnings::of(marker.terms.keys().map(String::as_str), prefixes);
        marker
    }

    fn add(
        &mut self,
        clause: &Clause,
        tongues: &[Tongue],
        thesaurus: &Thesaurus,
        count: &mut usize,
    ) {
        match clause {
            Clause::Word(text)
            | Clause::Phrase(text)
            | Clause::Near { words: text, .. }
            | Clause::Prefix(text)
            | Clause::Filter(Filter::Title(text)) => {
                if matches!(clause, Clause::Prefix(_)) {
                    self.prefixes.push((text.to_lowercase(), *count));
                }
                let unit = match clause {
                    Clause::Word(_) | Clause::Filter(_) => {
                        thesaurus.unit(text, tongues, &self.pool)
                    }
                    _ => Unit::of(text, tongues, &self.pool),
                };
                for term in unit.unwrap_or_default().into_terms() {
                    self.terms.entry(term).or_insert(*count);
                }
                *count += 1;
            }
            Clause::All(clauses) | Clause::Any(clauses) => {
                for clause in clauses {
                    self.add(clause, tongues, thesaurus, count);
                }
            }
            Clause::Not(_) | Clause::Filter(_) => {}
        }
    }

    /// Where the words of the query stand in a short text, such as a title.
    pub fn marks(&self, text: &str, language: Option<&Language>) -> Vec<Range<usize>> {
        let mut marks = Vec::new();
        self.found_in(text, language).into_iter().for_each(|it| push_mark(&mut marks, it.at));
        marks
    }

    pub fn snippet(&self, text: &str, language: Option<&Language>) -> Snippet {
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let found = self.found_in(text, language);
        let width = width_of(text);
        let best = best_passage(&found, width);
        let inside = found.get(best).unwrap_or_default();
        let (from, to) = match (inside.first(), inside.last()) {
            (Some(first), Some(last)) => around(text, first.at.start..last.at.end, width),
            _ => around(text, 0..0, width),
        };
        let marks = found.iter().map(|it| it.at.clone());
        let marks = marks.filter(|it| it.start >= from && it.end <= to);
        in_one_line(text, from..to, marks)
    }

    /// The word that a term stands for; of a pair of letters of which only the first was asked for,
    /// also how much of it.
    fn word_of(&self, term: &str) -> Option<(usize, Option<usize>)> {
        let whole = self.terms.get(term).map(|word| (*word, None));
        let begun = || {
            let begun =
                self.prefixes.iter().find(|(letters, _)| term.starts_with(letters.as_str()));
            begun.map(|(_, word)| (*word, None))
        };
        whole.or_else(begun).or_else(|| {
            let letter = term.chars().next().filter(|it| is_paired(*it))?.len_utf8();
            self.terms.get(&term[..letter]).map(|word| (*word, Some(letter)))
        })
    }

    fn found_in(&self, text: &str, language: Option<&Language>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        if self.terms.is_empty() && self.prefixes.is_empty() {
            return found;
        }
        let words = Words::new(text, Tongue::of(language), &self.pool);
        let mut words = words.only(&self.beginnings);
        while let Some((piece, term)) = words.next() {
            let Some((word, length)) = self.word_of(term) else { continue };
            let at = piece.at.start..length.map_or(piece.at.end, |it| piece.at.start + it);
            match found.last_mut() {
                Some(last) if at.start < last.at.end => last.at.end = last.at.end.max(at.end),
                _ => found.push(Found { at, word }),
            }
            if found.len() == MOST_MARKS {
                break;
            }
        }
        found
    }
}

struct Found {
    /// Bytes of the text.
    at: Range<usize>,
    word: usize,
}

/// In bytes, for about as many letters as wanted.
fn width_of(text: &str) -> usize {
    let sample = &text[..text.floor_char_boundary(1_000)];
    let letters = sample.chars().count().max(1);
    PASSAGE_LETTERS * sample.len().max(letters) / letters
}

/// The run of finds within the width that holds the most different words; of equal ones that with
/// more finds, then the first.
fn best_passage(found: &[Found], width: usize) -> Range<usize> {
    let (mut best, mut best_worth) = (0..0, 0);
    let mut words = HashSet::new();
    for (start, first) in found.iter().enumerate() {
        let fits = |it: &&Found| it.at.end <= first.at.start + width;
        words.clear();
        let count =
            found[start..].iter().take_while(fits).map(|it| words.insert(it.word)).count().max(1);
        let worth = words.len() * MOST_MARKS + count;
        if worth > best_worth {
            (best, best_worth) = (start..start + count, worth);
        }
    }
    best
}

/// Widens the range to the width, both ends between words where there are blanks.
fn around(text: &str, inner: Range<usize>, width: usize) -> (usize, usize) {
    let spare = width.saturating_sub(inner.len());
    let from = text.floor_char_boundary(inner.start.saturating_sub(spare / 3));
    let from = if from == 0 { 0 } else { start_of_words(text, from..inner.start) };
    let to = text.floor_char_boundary((from + width).min(text.len())).max(inner.end);
    let to = if to == text.len() { to } else { end_of_words(text, inner.end.max(from)..to) };
    (from, to)
}

/// The beginning of a sentence in the range, else of a word, else the range's.
fn start_of_words(text: &str, range: Range<usize>) -> usize {
    let lead = &text[range.clone()];
    let sentence = lead.rfind(". ").map(|at| at + 2);
    let word = || lead.find(char::is_whitespace).map(|at| at + 1);
    let at = sentence.or_else(word).unwrap_or(0);
    text.ceil_char_boundary(range.start + at)
}

fn end_of_words(text: &str, range: Range<usize>) -> usize {
    let tail = &text[range.clone()];
    tail.rfind(char::is_whitespace).map_or(range.end, |at| range.start + at)
}

/// Blanks of all kinds become one; the marks move along.
fn in_one_line(
    text: &str,
    passage: Range<usize>,
    marks: impl Iterator<Item = Range<usize>>,
) -> Snippet {
    let mut snippet = Snippet::default();
    if passage.start > 0 {
        snippet.text.push('…');
    }
    let mut at = passage.start;
    for mark in marks {
        push_tidy(&mut snippet.text, &text[at..mark.start]);
        let start = snippet.text.len();
        push_tidy(&mut snippet.text, &text[mark.clone()]);
        push_mark(&mut snippet.marks, start..snippet.text.len());
        at = mark.end;
    }
    push_tidy(&mut snippet.text, &text[at..passage.end]);
    snippet.text.truncate(snippet.text.trim_end().len());
    if passage.end < text.trim_end().len() {
        snippet.text.push('…');
    }
    snippet
}

/// Marks that touch become one: `UserName` of `getUserName`.
fn push_mark(marks: &mut Vec<Range<usize>>, mark: Range<usize>) {
    match marks.last_mut() {
        Some(last) if last.end == mark.start => last.end = mark.end,
        _ => marks.push(mark),
    }
}

fn push_tidy(target: &mut String, text: &str) {
    for letter in text.chars() {
        if !letter.is_whitespace() && !letter.is_control() {
            target.push(letter);
        } else if !target.is_empty() && !target.ends_with([' ', '…']) {
            target.push(' ');
        }
    }
}
