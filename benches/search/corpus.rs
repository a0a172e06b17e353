//! Generated posts and queries: words after Zipf's law, the same in each run.

use std::collections::HashSet;

use jiff::Timestamp;
use peerscope::{
    domain::{EntryId, SourceId, StoryId},
    search::IndexDocument,
};

const VOCABULARY: usize = 60_000;
const QUERIES: usize = 3_000;
/// When the queries are asked; posts are up to five years older.
const NOW_SECONDS: i64 = 1_780_000_000;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Mix {
    Middle,
    CommonAndMiddle,
    Common,
    All,
}

/// Texts with words after Zipf's law, each a function of its number.
pub(crate) struct Corpus {
    pub(crate) entries: usize,
    words: Vec<String>,
    /// Cumulated shares of the words in all text.
    shares: Vec<f64>,
}

impl Corpus {
    pub(crate) fn new(entries: usize) -> Self {
        let mut random = Random(7);
        let mut seen = HashSet::new();
        let mut words = Vec::with_capacity(VOCABULARY);
        while words.len() < VOCABULARY {
            let word = random.word();
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        let weights: Vec<f64> = (1..=VOCABULARY).map(|rank| 1.0 / (rank as f64 + 2.7)).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let shares = weights
            .iter()
            .map(|it| {
                sum += it / total;
                sum
            })
            .collect();
        Self { entries, words, shares }
    }

    pub(crate) fn now() -> Timestamp {
        Timestamp::from_second(NOW_SECONDS).expect("a time")
    }

    pub(crate) fn document(&self, at: usize) -> IndexDocument {
        let mut random = Random(at as u64 * 2 + 1_000_003);
        // Each post has words of its own subject, so that words come in company.
        let subject: Vec<usize> = (0..40).map(|_| 100 + random.below(20_000)).collect();
        let length = 4_000 + random.below(3_000);
        let mut body = String::with_capacity(length + 32);
        let mut sentence = 0;
        while body.len() < length {
            let word = self.pick(&mut random, &subject);
            if sentence == 0 {
                body.push_str(&word[..1].to_uppercase());
                body.push_str(&word[1..]);
            } else {
                body.push_str(word);
            }
            sentence = (sentence + 1) % 14;
            body.push_str(if sentence == 0 { ".\n" } else { " " });
        }
        let title: Vec<&str> = (0..7).map(|_| self.pick(&mut random, &subject)).collect();
        let headings = (0..4).map(|_| self.pick(&mut random, &subject).to_owned()).collect();
        let entry = at as i64 + 1;
        let age = 3600 * random.below(5 * 365 * 24) as i64;
        IndexDocument {
            entry: EntryId(entry),
            story: StoryId(entry),
            source: SourceId(1),
            peer: format!("peer-{}", at % 500),
            peer_name: format!("Peer {}", at % 500),
            domains: vec!["ecommerce".to_owned()],
            title: title.join(" "),
            headings,
            body,
            authors: vec![format!("{} {}", self.words[at % 700], self.words[at % 900])],
            categories: vec![self.words[at % 300].clone()],
            language: None,
            words: 460,
            features: Vec::new(),
            ordered: Timestamp::from_second(NOW_SECONDS - age).expect("a time"),
            changed: entry,
        }
    }

    fn pick(&self, random: &mut Random, subject: &[usize]) -> &str {
        let rank = if random.below(100) < 12 {
            subject[random.below(subject.len())]
        } else {
            let share = random.unit();
            self.shares.partition_point(|it| *it < share).min(VOCABULARY - 1)
        };
        &self.words[rank]
    }

    pub(crate) fn queries(&self, mix: Mix) -> Vec<[String; 2]> {
        let mut random = Random(99);
        let mut queries = HashSet::new();
        while queries.len() < QUERIES {
            let number = queries.len();
            let common = |random: &mut Random| 20 + random.below(280);
            let middle = |random: &mut Random| 300 + random.below(4_700);
            let ranks = match mix {
                Mix::Middle => [middle(&mut random), middle(&mut random)],
                Mix::CommonAndMiddle => [common(&mut random), middle(&mut random)],
                Mix::Common => [common(&mut random), common(&mut random)],
                Mix::All => match number % 3 {
                    0 => [middle(&mut random), middle(&mut random)],
                    1 => [common(&mut random), middle(&mut random)],
                    _ => [common(&mut random), common(&mut random)],
                },
            };
            queries.insert(ranks.map(|rank| self.words[rank].clone()));
        }
        let mut queries: Vec<[String; 2]> = queries.into_iter().collect();
        queries.sort_unstable();
        queries
    }
}

/// The generator of Steele, Lea and Flood, 2014: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
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
