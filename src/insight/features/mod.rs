//! What the model looks at: features of a sentence, and of a whole post.

mod post;
mod sentence;

pub use post::post_features;
pub use sentence::sentence_features;

use std::collections::HashMap;

use crate::domain::BlockKind;

use super::{
    Post,
    sentences::{Sentence, sentences_of},
    tokens::{Form, Token, hash_of_word, tokens_of, upper_half},
    words::Words,
};

/// A post, split once for all that is looked at.
#[derive(Debug)]
pub struct Split<'a> {
    pub post: Post<'a>,
    pub title: Vec<Token<'a>>,
    /// Those of them that hold anything, in order.
    pub headings: Vec<Vec<Token<'a>>>,
    pub sentences: Vec<Sentence<'a>>,
    /// Of each sentence.
    pub tokens: Vec<Vec<Token<'a>>>,
    /// Names of the authors' own things, as it seems.
    own: Own,
}

/// Hashes of words by which a post names what it is about.
#[derive(Debug, Default)]
struct Own {
    peer: Vec<u64>,
    title: Vec<u64>,
    often: Vec<u64>,
}

/// Sentences that are looked at, the first ones.
const MOST_SENTENCES: usize = 2_000;
/// Names that are written so often in a post are what it is about.
const OFTEN: usize = 3;
/// So many of them, the most frequent ones.
const MOST_OFTEN: usize = 3;
/// Words of peers' names that name no product.
const NO_NAMES: &[&str] = &["apache", "google", "apple", "meta", "cncf", "eclipse", "the", "of"];
/// Words with a capital in titles that name nothing.
const TITLE_WORDS: &[&str] = &[
    "the",
    "a",
    "how",
    "why",
    "what",
    "announcing",
    "introducing",
    "in",
    "of",
    "for",
    "and",
    "new",
    "on",
    "with",
    "from",
    "to",
    "our",
    "we",
    "building",
    "using",
];

impl<'a> Split<'a> {
    pub fn of(post: Post<'a>) -> Self {
        let mut sentences = sentences_of(post.blocks);
        sentences.truncate(MOST_SENTENCES);
        let tokens: Vec<Vec<Token<'_>>> = sentences.iter().map(|it| tokens_of(it.text)).collect();
        let title = tokens_of(post.title);
        let headings = post.blocks.iter().filter(|it| it.kind == BlockKind::Heading);
        let headings = headings.map(|it| tokens_of(&it.text)).collect();
        let own = Own {
            peer: names(&tokens_of(post.peer), NO_NAMES),
            title: names(title.iter().filter(|it| is_capital(it)), TITLE_WORDS),
            often: often(&tokens),
        };
        Self { post, title, headings, sentences, tokens, own }
    }

    /// Of each sentence, see [`Words::vector_of`].
    pub fn vectors(&self, words: &Words) -> Vec<Vec<f32>> {
        self.tokens.iter().map(|it| words.vector_of(it)).collect()
    }

    fn is_own(&self, hash: u64) -> bool {
        let Own { peer, title, often } = &self.own;
        peer.contains(&hash) || title.contains(&hash) || often.contains(&hash)
    }
}

fn names<'a>(tokens: impl IntoIterator<Item = &'a Token<'a>>, others: &[&str]) -> Vec<u64> {
    let others: Vec<u64> = others.iter().map(|it| hash_of_word(it)).collect();
    let words = tokens.into_iter().filter(|it| it.form == Form::Word).map(|it| it.hash);
    words.filter(|it| !others.contains(it)).collect()
}

fn is_capital(token: &Token<'_>) -> bool {
    token.text.starts_with(|it: char| it.is_ascii_uppercase()) && token.text.len() > 1
}

/// The names that stand most often within sentences, not at their beginnings.
fn often(sentences: &[Vec<Token<'_>>]) -> Vec<u64> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for token in sentences.iter().flat_map(|it| it.iter().skip(1)).filter(|it| is_capital(it)) {
        *counts.entry(token.hash).or_default() += 1;
    }
    let mut counts: Vec<(usize, u64)> =
        counts.into_iter().filter(|it| it.1 >= OFTEN).map(|(hash, count)| (count, hash)).collect();
    counts.sort_unstable_by(|one, other| other.cmp(one));
    counts.into_iter().take(MOST_OFTEN).map(|it| it.1).collect()
}

/// The name of a feature as a hash: the letter of its sort, then its parts.
fn named(sort: u8, parts: &[u64]) -> u32 {
    let start = u64::from(sort).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = parts.iter().fold(start, |hash, part| {
        let mixed = (hash.rotate_left(27) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 31)
    });
    upper_half(hash)
}

/// Stands for the beginning of a sequence of words, and for its end.
const BEGIN: u64 = 1;
const END: u64 = 2;

/// Runs of up to `longest` words, with marks at both ends.
fn push_runs(words: &[u64], sort: u8, longest: usize, value: f32, features: &mut Vec<(u32, f32)>) {
    let mut marked = Vec::with_capacity(words.len() + 2);
    marked.push(BEGIN);
    marked.extend_from_slice(words);
    marked.push(END);
    for length in 1..=longest {
        features.extend(marked.windows(length).map(|run| (named(sort, run), value)));
    }
}

/// A count as a feature's part, nothing above `most`.
fn capped(count: usize, most: u64) -> u64 {
    u64::try_from(count).unwrap_or(most).min(most)
}
