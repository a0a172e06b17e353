//! What is told by title only: under which heading, and how much of it.

use std::collections::HashMap;

/// Titles of one issue at most: more is a database, and no letter.
pub const MOST_TITLES: usize = 400;

/// A topic of the subscriber, by its place among them, or a peer by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Under {
    Topic(u32),
    Peer(u32),
}

/// What stands under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    pub under: Under,
    pub titles: Vec<T>,
    /// How many are left out.
    pub more: u32,
}

/// Topics in their order, then peers, those with the best title first. Of what comes in best first, each
/// heading has as much as any other until so many titles are there.
pub fn listed<T>(rest: impl IntoIterator<Item = (Under, T)>, most: usize) -> Vec<Listed<T>> {
    let mut places: HashMap<Under, usize> = HashMap::new();
    let mut groups: Vec<Listed<T>> = Vec::new();
    for (under, title) in rest {
        let place = *places.entry(under).or_insert_with(|| {
            groups.push(Listed { under, titles: Vec::new(), more: 0 });
            groups.len() - 1
        });
        groups[place].titles.push(title);
    }
    groups.sort_by_key(|it| match it.under {
        Under::Topic(at) => (0, at),
        Under::Peer(_) => (1, 0),
    });
    let lengths: Vec<usize> = groups.iter().map(|it| it.titles.len()).collect();
    let of_each = evenly(&lengths, most);
    let mut left = most;
    for group in &mut groups {
        let kept = group.titles.len().min(of_each).min(left);
        group.more = u32::try_from(group.titles.len() - kept).unwrap_or(u32::MAX);
        group.titles.truncate(kept);
        left -= kept;
    }
    groups
}

/// How many of each there may be, so that there are so many in all; at least one, for as long as that
/// goes.
fn evenly(lengths: &[usize], most: usize) -> usize {
    let longest = lengths.iter().copied().max().unwrap_or_default();
    let all = |of_each: usize| lengths.iter().map(|it| (*it).min(of_each)).sum::<usize>();
    let (mut fits, mut too_many) = (0, longest + 1);
    while too_many - fits > 1 {
        let middle = fits.midpoint(too_many);
        if all(middle) <= most {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    fits.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_come_in_their_order_and_peers_by_their_best_title() {
        use Under::{Peer, Topic};
        let rest =
            [(Peer(2), 'a'), (Topic(1), 'b'), (Peer(1), 'c'), (Peer(2), 'd'), (Topic(0), 'e')];
        let groups = listed(rest, 10);
        let told: Vec<_> = groups.iter().map(|it| (it.under, it.titles.clone())).collect();
        let expected = [
            (Topic(0), vec!['e']),
            (Topic(1), vec!['b']),
            (Peer(2), vec!['a', 'd']),
            (Peer(1), vec!['c']),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn where_there_is_too_much_no_heading_takes_all_and_what_is_left_out_is_counted() {
        let flood = (0..500).map(|it| (Under::Peer(0), it));
        let others = (0..20).map(|it| (Under::Peer(1 + it / 10), it));
        let groups = listed(flood.chain(others), 100);
        let told: Vec<_> = groups.iter().map(|it| (it.titles.len(), it.more)).collect();
        assert_eq!(told, [(80, 420), (10, 0), (10, 0)]);
        let many = listed((0..500).map(|it| (Under::Peer(it), it)), 100);
        let told: usize = many.iter().map(|it| it.titles.len()).sum();
        let more: u32 = many.iter().map(|it| it.more).sum();
        assert_eq!((told, more), (100, 400));
    }
}
