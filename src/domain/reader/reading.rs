//! Readings: stories on a reader's list, and how far the reader has come with each.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tag;
use crate::domain::StoryId;

/// How far a reader has come with a story; the furthest comes last. The word is the same in SQL and
/// JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadingState {
    /// Not worth the time after all.
    Dropped,
    Queued,
    Reading,
    Studied,
    /// What it says was put to use.
    Applied,
}

impl ReadingState {
    pub const ALL: [Self; 5] =
        [Self::Queued, Self::Reading, Self::Studied, Self::Applied, Self::Dropped];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Reading => "reading",
            Self::Studied => "studied",
            Self::Applied => "applied",
            Self::Dropped => "dropped",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    #[must_use]
    pub fn furthest(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether nothing is left to read.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Studied | Self::Applied | Self::Dropped)
    }
}

/// A story on a reader's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub story: StoryId,
    pub state: ReadingState,
    pub tags: BTreeSet<Tag>,
    pub added: Timestamp,
    pub changed: Timestamp,
    /// Since when nothing is left to read, see [`ReadingState::is_finished`].
    pub finished: Option<Timestamp>,
}

/// When a story was first shown to a reader, and first opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub shown: Timestamp,
    pub opened: Option<Timestamp>,
}

/// What becomes of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingChange {
    /// `None`: it stays in its state, and a new one is queued.
    pub state: Option<ReadingState>,
    pub tags: TagChange,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagChange {
    Add(BTreeSet<Tag>),
    Remove(BTreeSet<Tag>),
    Replace(BTreeSet<Tag>),
}

impl ReadingChange {
    /// The reading afterwards. Where that says what it said before, it did not change.
    pub fn of(self, story: StoryId, present: Option<&Reading>, now: Timestamp) -> Reading {
        let was = present.map(|it| it.state);
        let state = self.state.or(was).unwrap_or(ReadingState::Queued);
        let former = present.map(|it| it.tags.clone()).unwrap_or_default();
        let tags = match self.tags {
            TagChange::Add(more) => former.into_iter().chain(more).collect(),
            TagChange::Remove(fewer) => {
                former.into_iter().filter(|it| !fewer.contains(it)).collect()
            }
            TagChange::Replace(tags) => tags,
        };
        let finished = present.and_then(|it| it.finished).unwrap_or(now);
        let finished = state.is_finished().then_some(finished);
        let added = present.map_or(now, |it| it.added);
        match present {
            Some(it) if it.state == state && it.tags == tags => it.clone(),
            _ => Reading { story, state, tags, added, changed: now, finished },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: StoryId = StoryId(7);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn to(state: ReadingState) -> ReadingChange {
        ReadingChange { state: Some(state), tags: TagChange::Add(BTreeSet::new()) }
    }

    #[test]
    fn the_furthest_state_is_the_one_that_took_most_work() {
        use ReadingState::{Applied, Dropped, Queued, Reading, Studied};
        let from_least = [Dropped, Queued, Reading, Studied, Applied];
        for (at, state) in from_least.into_iter().enumerate() {
            for other in &from_least[..=at] {
                assert_eq!(state.furthest(*other), state);
                assert_eq!(other.furthest(state), state);
            }
            assert_eq!(super::ReadingState::from_word(state.as_str()), Some(state));
        }
    }

    #[test]
    fn the_same_change_twice_is_as_once() {
        let once = to(ReadingState::Studied).of(STORY, None, at(1));
        let twice = to(ReadingState::Studied).of(STORY, Some(&once), at(2));
        assert_eq!(twice, once);
        assert_eq!((once.added, once.changed, once.finished), (at(1), at(1), Some(at(1))));
    }

    #[test]
    fn a_reading_is_finished_until_it_is_taken_up_again() {
        let studied = to(ReadingState::Studied).of(STORY, None, at(1));
        let applied = to(ReadingState::Applied).of(STORY, Some(&studied), at(2));
        assert_eq!((applied.changed, applied.finished), (at(2), Some(at(1))));
        let again = to(ReadingState::Reading).of(STORY, Some(&applied), at(3));
        assert_eq!((again.added, again.finished), (at(1), None));
    }

    #[test]
    fn tags_are_added_or_replaced_and_the_state_stays() {
        let tags = |words: &[&str]| -> BTreeSet<Tag> {
            words.iter().map(|it| it.parse().unwrap()).collect()
        };
        let reading = to(ReadingState::Reading).of(STORY, None, at(1));
        let add = ReadingChange { state: None, tags: TagChange::Add(tags(&["ads"])) };
        let tagged = add.of(STORY, Some(&reading), at(2));
        assert_eq!((tagged.state, &tagged.tags), (ReadingState::Reading, &tags(&["ads"])));
        let replace = ReadingChange { state: None, tags: TagChange::Replace(tags(&["ranking"])) };
        assert_eq!(replace.of(STORY, Some(&tagged), at(3)).tags, tags(&["ranking"]));
        let nothing = ReadingChange { state: None, tags: TagChange::Add(BTreeSet::new()) };
        assert_eq!(nothing.of(STORY, None, at(1)).state, ReadingState::Queued);
    }
}
