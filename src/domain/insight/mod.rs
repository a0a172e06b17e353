//! What a post is about: its kind, its worth, and the passages that a peer engineer looks for.

mod block;
mod correction;
mod judged;
mod kind;
mod passage;
mod worth;

pub use block::{Block, BlockKind};
pub use correction::{Correction, Judgement, counting};
pub use judged::{JudgedPost, one_of_each_story};
pub use kind::Kind;
pub use passage::{Passage, Place, Role, Roles};
pub use worth::{Worth, WorthError};

/// What was read out of a post by one version of the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Insight {
    /// Of the model that read it.
    pub model: u32,
    /// `None` for a post in a language that the model does not read.
    pub verdict: Option<Verdict>,
    /// In reading order, the best few of each role.
    pub passages: Vec<Passage>,
    /// What the post speaks of more than others do, the most telling first.
    pub phrases: Vec<KeyPhrase>,
    /// In reading order.
    pub measures: Vec<Measure>,
}

/// What sort of post it is, and how much there is to learn from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub kind: Kind,
    pub worth: Worth,
    /// The worth that was expected, from 0 to 3: finer than [`Verdict::worth`], to order posts by.
    pub expected: f32,
}

/// A word or some words that tell what a post is about.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyPhrase {
    /// In lower case, with single blanks.
    pub text: String,
    /// Above 0; only to be compared within one post.
    pub weight: f32,
}

/// A number worth showing, in the words of the post: `p99 from 900 ms to 120 ms`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    pub text: String,
    pub place: Place,
}
