//! The words that the model knows, each with a vector that lies close to those of words used alike.

use std::collections::HashMap;

use super::{
    linear::Identity,
    tokens::{Form, Token, hash_of_word},
};

/// Words in the order of their frequency, the commonest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Numbers of a vector.
    pub dimensions: usize,
    pub words: Vec<KnownWord>,
    /// One after another; each number is a 127th of its [`KnownWord::scale`].
    pub vectors: Vec<i8>,
    places: HashMap<u64, u32, Identity>,
}

/// What is known of a word besides its vector.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownWord {
    pub word: String,
    /// The share of tokens that it makes up.
    pub share: f32,
    /// The share of posts that contain it.
    pub spread: f32,
    pub scale: f32,
}

/// So many of the commonest words belong to the skeleton of a sentence; others are its subject.
const COMMON: usize = 700;
/// Words with a greater share count for less: the `a` of Arora, Liang and Ma, "A Simple but
/// Tough-to-Beat Baseline for Sentence Embeddings" (2017).
const SHARE_OF_HALF: f32 = 1e-3;

impl Words {
    pub fn new(dimensions: usize, words: Vec<KnownWord>, vectors: Vec<i8>) -> Self {
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let places =
            words.iter().enumerate().map(|(at, it)| (hash_of_word(&it.word), number(at))).collect();
        Self { dimensions, words, vectors, places }
    }

    pub fn place(&self, hash: u64) -> Option<usize> {
        self.places.get(&hash).map(|it| *it as usize)
    }

    /// Whether a word holds sentences together rather than says what they are about.
    pub fn is_common(&self, hash: u64) -> bool {
        self.place(hash).is_some_and(|it| it < COMMON)
    }

    /// The direction in which the tokens lie together, of length 1; all 0 where none is known.
    pub fn vector_of<'a>(&self, tokens: impl IntoIterator<Item = &'a Token<'a>>) -> Vec<f32> {
        let mut sum = vec![0.0; self.dimensions];
        for token in tokens {
            if let Some(place) = self.place(token.hash).filter(|_| token.form != Form::Sign) {
                self.add(place, &mut sum);
            }
        }
        scale_to_length(&mut sum, 1.0);
        sum
    }

    fn add(&self, place: usize, sum: &mut [f32]) {
        let known = &self.words[place];
        let weight = SHARE_OF_HALF / (SHARE_OF_HALF + known.share) * known.scale / 127.0;
        let vector = &self.vectors[place * self.dimensions..][..self.dimensions];
        for (sum, number) in sum.iter_mut().zip(vector) {
            *sum += weight * f32::from(*number);
        }
    }
}

/// Gives a vector this length; leaves one alone that has none.
pub fn scale_to_length(vector: &mut [f32], length: f32) {
    let norm = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    if norm > 0.0 {
        for it in vector.iter_mut() {
            *it *= length / norm;
        }
    }
}
