//! Generated words after Zipf's law, and the random numbers that everything generated is made of.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

const VOCABULARY: usize = 60_000;

/// Words by rank, the most frequent first; the same in each run.
pub(crate) struct Words {
    by_rank: Vec<String>,
    ranks: HashMap<String, usize>,
    /// Cumulated shares of the words in all text.
    shares: Vec<f64>,
}

impl Words {
    pub(crate) fn new() -> Self {
        let mut random = Random(7);
        let mut seen = HashSet::new();
        let mut by_rank = Vec::with_capacity(VOCABULARY);
        while by_rank.len() < VOCABULARY {
            let word = random.word();
            if seen.insert(word.clone()) {
                by_rank.push(word);
            }
        }
        let ranks = by_rank.iter().cloned().zip(0..).collect();
        let weights: Vec<f64> = (1..=VOCABULARY).map(|rank| 1.0 / (rank as f64 + 2.7)).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut share = |weight: &f64| {
            sum += weight / total;
            sum
        };
        let shares = weights.iter().map(&mut share).collect();
        Self { by_rank, ranks, shares }
    }

    pub(crate) fn ranked(&self, rank: usize) -> &str {
        &self.by_rank[rank]
    }

    pub(crate) fn rank(&self, word: &str) -> Option<usize> {
        self.ranks.get(word).copied()
    }

    /// One of any text, as often as it is used.
    pub(crate) fn of_text(&self, random: &mut Random) -> &str {
        let share = random.unit();
        &self.by_rank[self.shares.partition_point(|it| *it < share).min(VOCABULARY - 1)]
    }

    pub(crate) fn among(&self, ranks: Range<usize>, random: &mut Random) -> String {
        self.by_rank[ranks.start + random.below(ranks.len())].clone()
    }
}

/// The generator of Steele, Lea and Flood, 2014: small, and the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }

    fn word(&mut self) -> String {
        const STARTS: &[&str] =
            &["b", "c", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "st", "tr"];
        const MIDDLES: &[&str] = &["a", "e", "i", "o", "u", "ai", "or", "en", "an", "er"];
        const ENDS: &[&str] = &["", "", "", "s", "ed", "ing", "er", "ment"];
        let mut word = String::new();
        for _ in 0..=1 + self.below(2) {
            word.push_str(STARTS[self.below(STARTS.len())]);
            word.push_str(MIDDLES[self.below(MIDDLES.len())]);
        }
        word.push_str(ENDS[self.below(ENDS.len())]);
        word
    }
}
