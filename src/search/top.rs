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

    /// Counts a story; says whether it was not met before.
    pub(super) fn count(&mut self, story: i64) -> bool {
        let is_first = !self.is_known(story) && self.met.insert(story);
        self.total += usize::from(is_first);
        is_first
    }

    fn is_known(&self, story: i64) -> bool {
        self.known.iter().any(|it| it.story == story)
    }

    /// Says whether the story was not met before.
    pub(super) fn offer(
        &mut self,
        key: f32,
        time: i64,
        story: i64,
        entry: impl FnOnce() -> i64,
    ) -> bool {
        if self.is_known(story) {
            return false;
        }
        let is_first = self.count(story);
        let is_full = self.best.len() == self.wanted;
        if is_full && self.best.peek().is_some_and(|Reverse(it)| (key, time) < (it.key, it.time)) {
            return is_first;
        }
        let candidate = Ranked { key, time, entry: entry(), story };
        if is_first || !self.stands_behind_its_story(&candidate) {
            self.keep(candidate);
        }
        is_first
    }

    fn keep(&mut self, candidate: Ranked) {
        self.best.push(Reverse(candidate));
        if self.best.len() > self.wanted {
            self.best.pop();
        }
    }

    /// The same as if all had been offered to one of them.
    pub(super) fn joined(mut self, other: Self) -> Self {
        self.met.join(other.met);
        self.total = self.met.count();
        for Reverse(candidate) in other.best {
            if !self.stands_behind_its_story(&candidate) {
                self.keep(candidate);
            }
        }
        self
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

    fn join(&mut self, other: Self) {
        self.bits.resize(self.bits.len().max(other.bits.len()), 0);
        self.bits.iter_mut().zip(other.bits).for_each(|(all, more)| *all |= more);
        self.far.extend(other.far);
    }

    fn count(&self) -> usize {
        self.bits.iter().map(|it| it.count_ones() as usize).sum::<usize>() + self.far.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Offer = (u8, i64, i64);

    fn offered<'a>(offers: &[(i64, Offer)], known: &'a [Ranked]) -> Top<'a> {
        let mut top = Top::new(4, known);
        for (entry, (key, time, story)) in offers {
            top.offer(f32::from(*key), *time, *story, || *entry);
        }
        top
    }

    proptest! {
        #[test]
        fn two_halves_joined_are_as_if_all_were_offered_to_one(
            offers in prop::collection::vec((0..6_u8, 0..3_i64, 1..12_i64), 0..40),
            cut in 0..40_usize,
        ) {
            let known = [Ranked { key: 9.0, time: 0, entry: 99, story: 5 }];
            let offers: Vec<(i64, Offer)> = (0..).zip(offers).collect();
            let all = offered(&offers, &known);
            let (one, other) = offers.split_at(cut.min(offers.len()));
            let joined = offered(one, &known).joined(offered(other, &known));
            prop_assert_eq!(joined.total, all.total);
            let hits = |top: Top<'_>| top.in_order().iter().map(Ranked::hit).collect::<Vec<_>>();
            prop_assert_eq!(hits(joined), hits(all));
        }
    }
}
