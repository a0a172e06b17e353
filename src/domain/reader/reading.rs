//! Readings: stories on a reader's list, and how far the reader has come with each.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Position, Rank, Tag};
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub story: StoryId,
    pub state: ReadingState,
    /// Where it stands in the order that the reader gave the list.
    pub rank: Rank,
    pub tags: BTreeSet<Tag>,
    pub added: Timestamp,
    pub changed: Timestamp,
    /// Since when nothing is left to read, see [`ReadingState::is_finished`].
    pub finished: Option<Timestamp>,
    /// It is out of sight until then.
    pub snoozed_until: Option<Timestamp>,
    /// How far it is read.
    pub position: Option<Position>,
}

/// When a story was first shown to a reader, and first opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub shown: Timestamp,
    pub opened: Option<Timestamp>,
}

/// What becomes of a reading; nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadingChange {
    /// `None`: it stays in its state, and a new one is queued.
    pub state: Option<ReadingState>,
    pub tags: TagChange,
    pub snooze: SnoozeChange,
    /// Where it is moved to.
    pub place: Option<Neighbour>,
}

/// What becomes of the time until which a reading is out of sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SnoozeChange {
    /// Another state wakes it.
    #[default]
    Keep,
    Until(Timestamp),
    Wake,
}

/// Where a reading is moved to, in the order that the reader gives the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbour {
    Top,
    End,
    /// Before the one that stands before it, of those in the same state that are in sight.
    Up,
    Down,
    Before(StoryId),
    After(StoryId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagChange {
    Add(BTreeSet<Tag>),
    Remove(BTreeSet<Tag>),
    Replace(BTreeSet<Tag>),
}

impl Default for TagChange {
    fn default() -> Self {
        Self::Add(BTreeSet::new())
    }
}

impl ReadingChange {
    pub fn to(state: ReadingState) -> Self {
        Self { state: Some(state), ..Self::default() }
    }

    /// The reading afterwards, at the rank that it was found or given. Where that says what it said before,
    /// it did not change.
    pub fn of(
        self,
        story: StoryId,
        present: Option<&Reading>,
        rank: Rank,
        now: Timestamp,
    ) -> Reading {
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
        let snoozed = present.and_then(|it| it.snoozed_until).filter(|_| was == Some(state));
        let snoozed_until = match self.snooze {
            SnoozeChange::Keep => snoozed,
            SnoozeChange::Until(time) => Some(time),
            SnoozeChange::Wake => None,
        };
        let position = present.and_then(|it| it.position.clone());
        let changed = present.map_or(now, |it| it.changed);
        let after =
            Reading { story, state, rank, tags, added, changed, finished, snoozed_until, position };
        // Where it stands is no news of it.
        let is_same =
            present.is_some_and(|it| Reading { rank: it.rank.clone(), ..after.clone() } == *it);
        if is_same { after } else { Reading { changed: now, ..after } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: StoryId = StoryId(7);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn change(change: ReadingChange, present: Option<&Reading>, second: i64) -> Reading {
        let rank = present.map_or_else(Rank::first, |it| it.rank.clone());
        change.of(STORY, present, rank, at(second))
    }

    fn to(state: ReadingState, present: Option<&Reading>, second: i64) -> Reading {
        change(ReadingChange::to(state), present, second)
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
        let once = to(ReadingState::Studied, None, 1);
        let twice = to(ReadingState::Studied, Some(&once), 2);
        assert_eq!(twice, once);
        assert_eq!((once.added, once.changed, once.finished), (at(1), at(1), Some(at(1))));
    }

    #[test]
    fn a_reading_is_finished_until_it_is_taken_up_again() {
        let studied = to(ReadingState::Studied, None, 1);
        let applied = to(ReadingState::Applied, Some(&studied), 2);
        assert_eq!((applied.changed, applied.finished), (at(2), Some(at(1))));
        let again = to(ReadingState::Reading, Some(&applied), 3);
        assert_eq!((again.added, again.finished), (at(1), None));
    }

    #[test]
    fn tags_are_added_or_replaced_and_the_state_stays() {
        let tags = |words: &[&str]| -> BTreeSet<Tag> {
            words.iter().map(|it| it.parse().unwrap()).collect()
        };
        let reading = to(ReadingState::Reading, None, 1);
        let tag = |tags, present: Option<&Reading>, second| {
            change(ReadingChange { tags, ..ReadingChange::default() }, present, second)
        };
        let tagged = tag(TagChange::Add(tags(&["ads"])), Some(&reading), 2);
        assert_eq!((tagged.state, &tagged.tags), (ReadingState::Reading, &tags(&["ads"])));
        let replaced = tag(TagChange::Replace(tags(&["ranking"])), Some(&tagged), 3);
        assert_eq!(replaced.tags, tags(&["ranking"]));
        assert_eq!(tag(TagChange::default(), None, 1).state, ReadingState::Queued);
    }

    #[test]
    fn a_snooze_lasts_until_its_time_or_another_state() {
        let queued = to(ReadingState::Queued, None, 1);
        let snooze = |snooze| ReadingChange { snooze, ..ReadingChange::default() };
        let snoozed = change(snooze(SnoozeChange::Until(at(99))), Some(&queued), 2);
        assert_eq!((snoozed.snoozed_until, snoozed.changed), (Some(at(99)), at(2)));
        assert_eq!(to(ReadingState::Queued, Some(&snoozed), 3), snoozed, "it is queued already");
        assert_eq!(to(ReadingState::Reading, Some(&snoozed), 3).snoozed_until, None);
        assert_eq!(change(snooze(SnoozeChange::Wake), Some(&snoozed), 3).snoozed_until, None);
    }

    #[test]
    fn moving_a_reading_is_no_news_of_it() {
        let queued = to(ReadingState::Queued, None, 1);
        let end = Rank::between(Some(&queued.rank), None);
        let moved = ReadingChange::default().of(STORY, Some(&queued), end.clone(), at(2));
        assert_eq!(moved, Reading { rank: end, ..queued });
    }
}
