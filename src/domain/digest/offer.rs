//! What is chosen from: a story as it looks to one subscriber.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Kind, StoryId};

/// A story that arrived since the last issue, in reach of a subscriber and not muted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer<'a> {
    pub story: StoryId,
    /// By a number that says no more than which are the same.
    pub peer: u32,
    pub is_paper: bool,
    pub kind: Option<Kind>,
    /// The worth that is expected, from 0 to 3; `None` for what nobody could judge.
    pub expected: Option<f32>,
    pub minutes: u32,
    pub ordered: Timestamp,
    /// Peers that tell it.
    pub tellers: u32,
    /// Whether it tells a result with numbers.
    pub is_measured: bool,
    /// What it speaks of, by numbers.
    pub phrases: &'a [u32],
    /// How well it fits what the subscriber cares about, from 0 to 1.
    pub fit: f32,
    /// Which of the subscriber's subjects it fits best.
    pub subject: Option<u32>,
    /// Share of its phrases that were read about lately.
    pub lately: f32,
    pub standing: Acquaintance,
}

/// What a reader has had to do with a story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acquaintance {
    #[default]
    None,
    /// In a list, without being opened.
    Shown,
    /// Opened, or on the reading list: told by title only.
    Known,
}

impl Offer<'_> {
    pub fn is_known(&self) -> bool {
        self.standing == Acquaintance::Known
    }
}

/// What an issue may ask of its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub reads: u32,
    pub minutes: u32,
    /// Whether the subscriber cares about anything in particular: papers are chosen by that alone then.
    pub has_subjects: bool,
}

/// Posts of a new source that are older than this before an issue are no news.
const BACKLOG_AFTER: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Whether a story is only counted: it was there before its source was followed, and is old.
pub fn is_old_backlog(all_backlog: bool, published: Timestamp, slot: Timestamp) -> bool {
    all_backlog && slot.duration_since(published) > BACKLOG_AFTER
}
