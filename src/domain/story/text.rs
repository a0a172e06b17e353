//! Texts as sets of short runs of words, by which two of them are compared exactly.

use crate::domain::entry::{hash_folded, mix, words_in};

/// Words in a run.
const RUN: usize = 4;
/// Words of a text that are compared: bounds time, and is longer than nearly every post.
const MOST_WORDS: usize = 8_000;

/// The runs of four words of a text, and the numbers in it. Each letter of Chinese and Japanese
/// counts as a word, for they are not divided by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shingles {
    /// In order, each once.
    runs: Vec<u64>,
    /// In order, each once.
    numbers: Vec<u64>,
    words: usize,
}

impl Shingles {
    pub fn of(text: &str) -> Self {
        let mut hashes = Vec::new();
        let mut numbers = Vec::new();
        for word in words_in(text).take(MOST_WORDS) {
            let hash = hash_folded(word);
            hashes.push(hash);
            if word.bytes().any(|it| it.is_ascii_digit()) {
                numbers.push(hash);
            }
        }
        let runs = hashes.windows(RUN).map(|run| run.iter().fold(0, |run, word| mix(run ^ word)));
        Self { runs: each_once(runs.collect()), numbers: each_once(numbers), words: hashes.len() }
    }

    pub fn words(&self) -> usize {
        self.words
    }

    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// The share of all runs of the two that both have.
    pub fn likeness(&self, other: &Self) -> f64 {
        share(&self.runs, &other.runs, |common| self.runs.len() + other.runs.len() - common)
    }

    /// The share of the runs of the shorter one that the longer one has as well.
    pub fn containment(&self, other: &Self) -> f64 {
        share(&self.runs, &other.runs, |_| self.runs.len().min(other.runs.len()))
    }

    /// The share of all numbers of the two that both have; all of them where there is none.
    pub fn agreement_of_numbers(&self, other: &Self) -> f64 {
        if self.numbers.is_empty() && other.numbers.is_empty() {
            return 1.0;
        }
        share(&self.numbers, &other.numbers, |common| {
            self.numbers.len() + other.numbers.len() - common
        })
    }
}

fn each_once(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn share(one: &[u64], other: &[u64], of: impl Fn(usize) -> usize) -> f64 {
    let common = in_common(one, other);
    let all = of(common);
    if all == 0 { 0.0 } else { as_float(common) / as_float(all) }
}

fn as_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many of two ordered lists are equal.
fn in_common(mut one: &[u64], mut other: &[u64]) -> usize {
    let mut common = 0;
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        common += usize::from(first == second);
        if first <= second {
            one = rest;
        }
        if second <= first {
            other = others;
        }
    }
    common
}
