//! Reads a post for what it is about: kind, worth, passages, key phrases, numbers, and in which
//! language it is written.

mod language;
mod script;
mod sentences;

pub use language::language_of;
pub use script::is_in_another_script;
pub use sentences::{Sentence, sentences_of};

use crate::domain::{Block, Insight, Kind, Language, Passage, Role, Verdict, Worth};

/// Moves whenever the same post may be read otherwise than before.
pub const MODEL: u32 = 1;

/// A post as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    pub title: &'a str,
    pub categories: &'a [String],
    pub language: Option<&'a Language>,
    pub blocks: &'a [Block],
}

/// Reads a post. The same post gives the same insight, on every machine.
pub fn read(post: &Post<'_>) -> Insight {
    let sentences = sentences_of(post.blocks);
    let verdict = Verdict { kind: Kind::News, worth: Worth::default(), expected: 0.0 };
    let passages = sentences.iter().filter(|it| it.text.contains("problem")).map(|it| Passage {
        role: Role::Challenge,
        text: it.text.to_owned(),
        place: it.place,
        confidence: 0.5,
    });
    Insight {
        model: MODEL,
        verdict: Some(verdict),
        passages: passages.take(3).collect(),
        ..Insight::default()
    }
}
