//! Reads a post for what it is about: kind, worth, passages, key phrases, numbers, and in which
//! language it is written.

mod features;
mod language;
mod linear;
mod measures;
mod model;
mod phrases;
mod roles;
mod script;
mod sentences;
mod table;
mod tokens;
mod verdict;
mod words;

pub use language::language_of;
pub use model::{MODEL, model};
pub use script::is_in_another_script;
pub use sentences::{Sentence, sentences_of};

/// What training and measuring programs use.
pub mod training {
    pub use super::{
        features::{Split, post_features, sentence_features},
        linear::{Features, Linear, likeliest, shares_of},
        model::{Model, POST_OUTPUTS, ROLES},
        roles::{Around, Shares, alone, in_context, role_of, shares},
        tokens::{Form, Token, hash_of_word, tokens_of},
        verdict::{expected_worth, summed_up, verdict_of},
        words::{KnownWord, Words, scale_to_length},
    };
}

use self::features::Split;
use crate::domain::{Block, Insight, Language};

/// A post as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    pub title: &'a str,
    /// The name of the peer.
    pub peer: &'a str,
    pub categories: &'a [String],
    pub language: Option<&'a Language>,
    pub blocks: &'a [Block],
}

/// Reads a post. The same post gives the same insight, on every machine.
pub fn read(post: &Post<'_>) -> Insight {
    if post.language.is_some_and(|it| it.primary() != "en") {
        return Insight { model: MODEL, ..Insight::default() };
    }
    let (split, model) = (Split::of(*post), model());
    let alone = roles::alone(&split, model);
    let shares = roles::in_context(&split, &alone, model);
    Insight {
        model: MODEL,
        verdict: Some(verdict::verdict(&split, &alone, &shares, model)),
        passages: roles::passages(&split, &shares, model),
        phrases: phrases::key_phrases(&split, &model.words),
        measures: measures::measures(&split, &shares),
    }
}
