//! What becomes of a reader's states when entries go from one story to another.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reading, Seen};
use crate::domain::StoryId;

/// What a reader keeps of one story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryState {
    pub reading: Option<Reading>,
    pub seen: Option<Seen>,
}

pub type StoryStates = BTreeMap<StoryId, StoryState>;

/// The states of stories to which entries came: `moves` has where from and where to. What was kept of
/// the one is united with what is kept of the other, so that a merge loses nothing and a split copies.
pub fn carried(before: &StoryStates, moves: &BTreeSet<(StoryId, StoryId)>) -> StoryStates {
    let mut after = StoryStates::new();
    for (from, to) in moves {
        let Some(state) = before.get(from) else { continue };
        let present = after.remove(to).or_else(|| before.get(to).cloned()).unwrap_or_default();
        after.insert(*to, united(present, state.clone(), *to));
    }
    after
}

fn united(one: StoryState, other: StoryState, story: StoryId) -> StoryState {
    let reading = either(one.reading, other.reading, both_read);
    let reading = reading.map(|it| Reading { story, ..it });
    StoryState { reading, seen: either(one.seen, other.seen, both_seen) }
}

fn either<T>(one: Option<T>, other: Option<T>, both: impl Fn(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(both(one, other)),
        (one, other) => one.or(other),
    }
}

/// Two readings of one story: the furthest state wins, with the time at which it was reached; it stands
/// where the earlier of both stood, is out of sight only while both are, and is read as far as the one that
/// was read further.
pub fn both_read(one: Reading, other: Reading) -> Reading {
    let state = one.state.furthest(other.state);
    let reached = [&one, &other].into_iter().filter(|it| it.state == state);
    let snoozed = one.snoozed_until.zip(other.snoozed_until);
    Reading {
        story: one.story,
        state,
        added: one.added.min(other.added),
        changed: one.changed.max(other.changed),
        finished: reached.filter_map(|it| it.finished).min(),
        rank: one.rank.min(other.rank),
        snoozed_until: snoozed.map(|(one, other)| one.min(other)),
        position: either(one.position, other.position, |one, other| {
            if other.share() > one.share() { other } else { one }
        }),
        tags: one.tags.into_iter().chain(other.tags).collect(),
    }
}

fn both_seen(one: Seen, other: Seen) -> Seen {
    let opened = one.opened.into_iter().chain(other.opened).min();
    Seen { shown: one.shown.min(other.shown), opened }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Position, ReadingState, Tag};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn reading(story: i64, state: ReadingState, tag: &str, second: i64) -> StoryState {
        let tag: Tag = tag.parse().unwrap();
        let finished = state.is_finished().then_some(at(second));
        let (added, changed) = (at(second), at(second));
        let tags = BTreeSet::from([tag]);
        let rank = format!("{:012}", 500 + story).parse().unwrap();
        let story = StoryId(story);
        let (snoozed_until, position) = (Some(at(second)), None);
        let reading =
            Reading { story, state, rank, tags, added, changed, finished, snoozed_until, position };
        StoryState { reading: Some(reading), seen: None }
    }

    fn moves(pairs: &[(i64, i64)]) -> BTreeSet<(StoryId, StoryId)> {
        pairs.iter().map(|(from, to)| (StoryId(*from), StoryId(*to))).collect()
    }

    #[test]
    fn a_merge_unites_what_was_kept_of_both() {
        let before = StoryStates::from([
            (StoryId(1), reading(1, ReadingState::Queued, "ads", 5)),
            (StoryId(2), reading(2, ReadingState::Studied, "ranking", 9)),
        ]);
        for pair in [(1, 2), (2, 1)] {
            let after = carried(&before, &moves(&[pair]));
            let united = after[&StoryId(pair.1)].reading.clone().unwrap();
            assert_eq!((united.story, united.state), (StoryId(pair.1), ReadingState::Studied));
            assert_eq!((united.added, united.changed), (at(5), at(9)));
            assert_eq!((united.finished, united.tags.len()), (Some(at(9)), 2));
            assert_eq!((united.rank.as_str(), united.snoozed_until), ("000000000501", Some(at(5))));
            assert_eq!(after.len(), 1);
        }
    }

    #[test]
    fn a_story_in_sight_stays_there_and_is_read_as_far_as_either() {
        let mut one = reading(1, ReadingState::Queued, "ads", 5).reading.unwrap();
        let mut other = reading(2, ReadingState::Queued, "ads", 9).reading.unwrap();
        one.snoozed_until = None;
        one.position = Some(Position::new(1, 10, 0, "a").unwrap());
        other.position = Some(Position::new(5, 10, 0, "b").unwrap());
        let united = both_read(one.clone(), other.clone());
        assert_eq!((united.snoozed_until, united.position), (None, other.position));
        assert_eq!(both_read(one.clone(), one.clone()), one, "with itself it is the same");
    }

    #[test]
    fn a_story_that_was_dropped_is_queued_again_with_one_that_is_queued() {
        let before = StoryStates::from([
            (StoryId(1), reading(1, ReadingState::Dropped, "ads", 5)),
            (StoryId(2), reading(2, ReadingState::Queued, "ads", 9)),
        ]);
        let united = carried(&before, &moves(&[(1, 2)]))[&StoryId(2)].reading.clone().unwrap();
        assert_eq!((united.state, united.finished), (ReadingState::Queued, None));
    }

    #[test]
    fn a_split_copies() {
        let before = StoryStates::from([(StoryId(1), reading(1, ReadingState::Reading, "ads", 5))]);
        let after = carried(&before, &moves(&[(1, 3), (1, 4)]));
        for story in [StoryId(3), StoryId(4)] {
            let copy = after[&story].reading.clone().unwrap();
            assert_eq!((copy.story, copy.state), (story, ReadingState::Reading));
        }
    }

    #[test]
    fn of_two_stories_that_exchange_entries_each_gets_what_was_kept_before() {
        let before = StoryStates::from([
            (StoryId(1), reading(1, ReadingState::Applied, "ads", 5)),
            (StoryId(2), reading(2, ReadingState::Queued, "ranking", 9)),
        ]);
        let after = carried(&before, &moves(&[(1, 2), (2, 1)]));
        let tags = |story| after[&StoryId(story)].reading.as_ref().unwrap().tags.len();
        assert_eq!((tags(1), tags(2)), (2, 2));
    }

    #[test]
    fn of_what_was_seen_the_earliest_counts() {
        let seen = |shown, opened: Option<i64>| StoryState {
            reading: None,
            seen: Some(Seen { shown: at(shown), opened: opened.map(at) }),
        };
        let before = StoryStates::from([
            (StoryId(1), seen(5, None)),
            (StoryId(2), seen(7, Some(8))),
            (StoryId(3), seen(9, Some(10))),
        ]);
        let after = carried(&before, &moves(&[(1, 2), (3, 2)]));
        assert_eq!(after[&StoryId(2)].seen, Some(Seen { shown: at(5), opened: Some(at(8)) }));
        assert_eq!(after[&StoryId(2)].reading, None);
        assert!(carried(&before, &moves(&[(4, 1)])).is_empty());
    }
}
