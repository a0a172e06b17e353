//! What a word that nobody wrote may have meant.

use std::collections::BTreeSet;

use tantivy::{Searcher, Term};

use super::{
    analysis::{Alternative, StemPool, Tongue, Unit},
    schema::Fields,
};
use crate::domain::query::{Clause, Query};

/// Shorter words resemble too many others.
const SHORTEST: usize = 4;
/// From so many letters on two slips are forgiven instead of one.
const LONG: usize = 8;
const LONGEST: usize = 40;
/// Words of one segment that are compared at most.
const MOST_COMPARED: usize = 400_000;

/// The words of some texts as they are written, each once.
pub(super) fn words_of<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let words = texts.flat_map(|it| it.split(|it: char| !it.is_alphanumeric()));
    let is_word = |it: &&str| {
        (SHORTEST..=LONGEST).contains(&it.chars().count()) && it.contains(char::is_alphabetic)
    };
    words.filter(is_word).map(str::to_lowercase).collect()
}

/// Corrects words of queries by the words of an index.
pub(super) struct Speller<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: Fields,
    pub(super) tongues: &'a [Tongue],
    pub(super) pool: &'a StemPool,
}

impl Speller<'_> {
    /// The query with each word that no post holds replaced by the likeliest one that many do;
    /// `None` where there is nothing to replace.
    pub(super) fn corrected(&self, query: &Query) -> tantivy::Result<Option<Query>> {
        let root = self.clause(query.root())?;
        Ok((root != *query.root()).then(|| Query::of(root)))
    }

    fn clause(&self, clause: &Clause) -> tantivy::Result<Clause> {
        let each = |clauses: &[Clause]| -> tantivy::Result<Vec<Clause>> {
            clauses.iter().map(|it| self.clause(it)).collect()
        };
        Ok(match clause {
            Clause::Word(word) => Clause::Word(self.word(word)?),
            Clause::Phrase(words) => {
                let words: Vec<String> =
                    words.split(' ').map(|it| self.word(it)).collect::<tantivy::Result<_>>()?;
                Clause::Phrase(words.join(" "))
            }
            Clause::All(clauses) => Clause::all(each(clauses)?),
            Clause::Any(clauses) => Clause::any(each(clauses)?).unwrap_or_else(|| clause.clone()),
            Clause::Not(_) | Clause::Near { .. } | Clause::Prefix(_) | Clause::Filter(_) => {
                clause.clone()
            }
        })
    }

    fn word(&self, word: &str) -> tantivy::Result<String> {
        let lower = word.to_lowercase();
        let length = lower.chars().count();
        let is_plain = lower.chars().all(char::is_alphabetic);
        if !(SHORTEST..=LONGEST).contains(&length) || !is_plain || self.occurs(word)? {
            return Ok(word.to_owned());
        }
        Ok(self.nearest(&lower)?.unwrap_or_else(|| word.to_owned()))
    }

    fn occurs(&self, word: &str) -> tantivy::Result<bool> {
        let Some(unit) = Unit::of(word, self.tongues, self.pool) else { return Ok(true) };
        for alternative in unit.alternatives {
            let Alternative::Term(term) = alternative else { return Ok(true) };
            if self.searcher.doc_freq(&Term::from_field_text(self.fields.text, &term))? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Of the words that few slips lead to the nearest, of equally near ones the most frequent.
    fn nearest(&self, word: &str) -> tantivy::Result<Option<String>> {
        let letters: Vec<char> = word.chars().collect();
        let most = if letters.len() < LONG { 1 } else { 2 };
        let mut best: Option<(usize, u64, String)> = None;
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(self.fields.spelling)?;
            let mut terms = index.terms().stream()?;
            let mut compared = 0;
            while compared < MOST_COMPARED && terms.advance() {
                compared += 1;
                let candidate = std::str::from_utf8(terms.key()).unwrap_or_default();
                if candidate.len().abs_diff(word.len()) > 4 * most {
                    continue;
                }
                let Some(slips) = slips_between(&letters, candidate, most) else { continue };
                if best.as_ref().is_some_and(|(least, ..)| *least < slips) {
                    continue;
                }
                let term = Term::from_field_text(self.fields.spelling, candidate);
                let frequency = self.searcher.doc_freq(&term)?;
                let is_better = best.as_ref().is_none_or(|(least, most_frequent, _)| {
                    slips < *least || frequency > *most_frequent
                });
                if is_better {
                    best = Some((slips, frequency, candidate.to_owned()));
                }
            }
        }
        Ok(best.map(|(_, _, word)| word))
    }
}

/// Letters put in, left out, changed, or swapped with their neighbour to make one word of the other
/// (optimal string alignment distance), if they are no more than `most`.
fn slips_between(word: &[char], other: &str, most: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    if word.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in word.iter().enumerate() {
        let mut current = vec![row + 1; other.len() + 1];
        for (column, other_letter) in other.iter().enumerate() {
            let is_same = letter == other_letter;
            let mut fewest = (last[column] + usize::from(!is_same))
                .min(last[column + 1] + 1)
                .min(current[column] + 1);
            let is_swapped = row > 0
                && column > 0
                && *letter == other[column - 1]
                && word[row - 1] == *other_letter;
            if is_swapped {
                fewest = fewest.min(before_last[column - 1] + 1);
            }
            current[column + 1] = fewest;
        }
        if current.iter().all(|it| *it > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|it| *it <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted_up_to_a_bound() {
        let slips = |a: &str, b: &str| slips_between(&a.chars().collect::<Vec<_>>(), b, 2);
        assert_eq!(slips("kuberntes", "kubernetes"), Some(1));
        assert_eq!(slips("latecny", "latency"), Some(1));
        assert_eq!(slips("prising", "pricing"), Some(1));
        assert_eq!(slips("größe", "grösse"), Some(2));
        assert_eq!(slips("kafka", "kafka"), Some(0));
        assert_eq!(slips("kafka", "flink"), None);
        assert_eq!(slips("a", "abcd"), None);
    }

    #[test]
    fn only_words_are_kept_for_spelling() {
        let words = words_of(["The p99 of Kafka’s API, 2025", "Größe 価格"].into_iter());
        assert_eq!(words.into_iter().collect::<Vec<_>>(), ["größe", "kafka"]);
    }
}
