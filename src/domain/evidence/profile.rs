//! What was read, month by month: by kind of post, by peer, by subject.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{PackMonth, PackSpan};
use crate::domain::{Address, EntryId, Kind, ReadingState, StoryId};

/// A story that was studied or put to use.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StudiedRead {
    pub story: StoryId,
    /// That stands for it; `None` where it is gone.
    pub entry: Option<EntryId>,
    pub title: String,
    pub address: Option<Address>,
    pub peer_name: String,
    pub state: ReadingState,
    /// When nothing was left to read.
    pub finished: Date,
    pub kind: Option<Kind>,
    /// Names of the reader's subjects that it is on.
    pub subjects: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReadingProfile {
    /// All months of the span, also those in which nothing was read.
    pub months: Vec<MonthRead>,
    /// The most first, as of all tallies.
    pub kinds: Vec<Tally<Option<Kind>>>,
    pub peers: Vec<Tally<String>>,
    pub subjects: Vec<Tally<String>>,
    pub read: usize,
    /// Of these, put to use.
    pub applied: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthRead {
    pub month: PackMonth,
    /// In the order of [`ReadingProfile::kinds`].
    pub by_kind: Vec<usize>,
    pub read: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tally<T> {
    pub of: T,
    pub read: usize,
}

/// Of the stories that were finished in the span.
pub fn profile(reads: &[StudiedRead], span: PackSpan) -> ReadingProfile {
    let reads: Vec<&StudiedRead> = reads.iter().filter(|it| span.has(it.finished)).collect();
    let kinds = tallied(reads.iter().map(|it| it.kind));
    let months = span.months().into_iter().map(|month| {
        let here = || reads.iter().filter(|it| PackMonth::of(it.finished) == month);
        let of_kind = |kind: &Tally<Option<Kind>>| here().filter(|it| it.kind == kind.of).count();
        MonthRead { month, by_kind: kinds.iter().map(of_kind).collect(), read: here().count() }
    });
    ReadingProfile {
        months: months.collect(),
        peers: tallied(reads.iter().map(|it| it.peer_name.clone())),
        subjects: tallied(reads.iter().flat_map(|it| it.subjects.clone())),
        read: reads.len(),
        applied: reads.iter().filter(|it| it.state == ReadingState::Applied).count(),
        kinds,
    }
}

fn tallied<T: Ord>(all: impl Iterator<Item = T>) -> Vec<Tally<T>> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for it in all {
        *counts.entry(it).or_default() += 1;
    }
    let mut tallies: Vec<Tally<T>> =
        counts.into_iter().map(|(of, read)| Tally { of, read }).collect();
    // Stable: what is as many stays in its order.
    tallies.sort_by_key(|it| std::cmp::Reverse(it.read));
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(story: i64, day: &str, kind: Option<Kind>, peer: &str) -> StudiedRead {
        StudiedRead {
            story: StoryId(story),
            entry: None,
            title: String::new(),
            address: None,
            peer_name: peer.into(),
            state: ReadingState::Studied,
            finished: day.parse().unwrap(),
            kind,
            subjects: vec!["Queues".into()],
        }
    }

    #[test]
    fn reads_are_counted_by_month_kind_and_peer() {
        let span = PackSpan::new("2026-01".parse().unwrap(), "2026-03".parse().unwrap()).unwrap();
        let deep = Some(Kind::DeepDive);
        let mut reads = [
            read(1, "2026-01-02", deep, "Etsy"),
            read(2, "2026-03-02", deep, "Etsy"),
            read(3, "2026-03-09", None, "Uber"),
            read(4, "2025-12-31", deep, "Etsy"),
        ];
        reads[1].state = ReadingState::Applied;
        let profile = profile(&reads, span);
        let months: Vec<(usize, Vec<usize>)> =
            profile.months.iter().map(|it| (it.read, it.by_kind.clone())).collect();
        assert_eq!(months, [(1, vec![1, 0]), (0, vec![0, 0]), (2, vec![1, 1])]);
        assert_eq!((profile.read, profile.applied), (3, 1));
        assert_eq!(profile.peers[0], Tally { of: "Etsy".into(), read: 2 });
        assert_eq!(profile.subjects, [Tally { of: "Queues".into(), read: 3 }]);
    }
}
