//! The best stories so far, one entry for each, and how many there were.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashSet},
};

use super::Hit;
use crate::domain::{EntryId, StoryId};

/// Hits that are put in order at most, however far one leafs.
pub(super) const MOST_RANKED: usize = 10_000;

/// A candidate; the greatest comes first.
#[derive(Clone, Copy)]
pub(super) struct Ranked {
    key: f32,
    /// Decides between equal keys, and everything when sorted by time.
    time: i64,
    entry: i64,
    story: i64,
}

impl Ranked {
    pub(super) fn hit(&self) -> Hit {
        Hit { entry: EntryId(self.entry), story: StoryId(self.story), score: self.key }
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = || self.time.cmp(&other.time).then_with(|| self.entry.cmp(&other.entry));
        self.key.total_cmp(&other.key).then_with(by_time)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// The best so far, one for each story.
pub(super) struct Top<'a> {
    wanted: usize,
    pub(super) total: usize,
    best: BinaryHeap<Reverse<Ranked>>,
    met: Met,
    known: &'a [Ranked],
}

impl<'a> Top<'a> {
    pub(super) fn new(wanted: usize, known: &'a [Ranked]) -> Self {
        let best = BinaryHeap::with_capacity(wanted.min(MOST_RANKED) + 1);
        Self { wanted, total: 0, best, met: Met::default(), known }
    }

    /// Less than this key comes not among the first any more.
    pub(super) fn floor(&self) -> f32 {
        let worst = self.best.peek().filter(|_| self.best.len() == self.wanted);
        worst.map_or(f32::NEG_INFINITY, |Reverse(it)| it.key)
    }

    /// Says whether the story was not met before.
    pub(super) fn offer(
        &mut self,
        key: f32,
        time: i64,
        story: i64,
        entry: impl FnOnce() -> i64,
    ) -> bool {
        if self.known.iter().any(|it| it.story == story) {
            return false;
        }
        let is_first = self.met.insert(story);
        self.total += usize::from(is_first);
        let is_full = self.best.len() == self.wanted;
        if is_full && self.best.peek().is_some_and(|Reverse(it)| (key, time) < (it.key, it.time)) {
            return is_first;
        }
        let candidate = Ranked { key, time, entry: entry(), story };
        if is_first || !self.stands_behind_its_story(&candidate) {
            self.best.push(Reverse(candidate));
            if self.best.len() > self.wanted {
                self.best.pop();
            }
        }
        is_first
    }

    /// Another entry of the same story may be there: the better of the two stays.
    fn stands_behind_its_story(&mut self, candidate: &Ranked) -> bool {
        let same = self.best.iter().find(|Reverse(it)| it.story == candidate.story);
        let Some(Reverse(other)) = same.copied() else { return false };
        if other >= *candidate {
            return true;
        }
        self.best.retain(|Reverse(it)| it.story != candidate.story);
        false
    }

    pub(super) fn in_order(self) -> Vec<Ranked> {
        self.best.into_sorted_vec().into_iter().map(|Reverse(it)| it).collect()
    }
}

/// Stories that were met: a bit for each, as the library counts them up from 1.
#[derive(Default)]
pub(super) struct Met {
    bits: Vec<u64>,
    far: HashSet<i64>,
}

/// Stories that have a bit: 2 MB of them.
const STORIES_WITH_BIT: usize = 1 << 24;

impl Met {
    /// Whether it was not met before.
    pub(super) fn insert(&mut self, story: i64) -> bool {
        let near = usize::try_from(story).ok().filter(|it| *it < STORIES_WITH_BIT);
        let Some(near) = near else { return self.far.insert(story) };
        let (place, bit) = (near / 64, 1_u64 << (near % 64));
        if place >= self.bits.len() {
            self.bits.resize(place + 1 + place / 2, 0);
        }
        let is_new = self.bits[place] & bit == 0;
        self.bits[place] |= bit;
        is_new
    }
}
