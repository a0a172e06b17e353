//! The landscape: which peers wrote about what, how much, and when.

use std::collections::{BTreeMap, BTreeSet};

use super::{EntryId, JudgedPost, StoryId};

/// Subjects as rows, peers as columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landscape {
    /// Slugs of those who wrote about any of the subjects, those with the most stories first.
    pub peers: Vec<String>,
    /// Those in which anything was written, the earliest first.
    pub years: Vec<i16>,
    /// In the order of the subjects.
    pub rows: Vec<LandscapeRow>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct LandscapeRow {
    /// Of all peers together; a story that two of them tell counts once.
    pub all: Option<Cell>,
    /// One for each peer.
    pub cells: Vec<Option<Cell>>,
}

/// What one peer, or all, wrote about a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub stories: usize,
    /// Stories of each year; what is undated is in none.
    pub years: BTreeMap<i16, usize>,
    /// The post of most worth.
    pub best: EntryId,
    pub newest: EntryId,
}

/// How many shades there are for what is not nothing.
pub const SHADES: usize = 5;

impl Landscape {
    /// Of the posts on each subject.
    pub fn of(subjects: &[Vec<&JudgedPost>]) -> Self {
        let mut peers: BTreeMap<&str, usize> = BTreeMap::new();
        let by_peer: Vec<BTreeMap<&str, Cell>> = subjects.iter().map(|it| by_peer(it)).collect();
        for (peer, cell) in by_peer.iter().flatten() {
            *peers.entry(peer).or_default() += cell.stories;
        }
        let mut peers: Vec<(&str, usize)> = peers.into_iter().collect();
        peers.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let rows = by_peer.into_iter().zip(subjects).map(|(mut cells, posts)| LandscapeRow {
            all: Cell::of(posts),
            cells: peers.iter().map(|(peer, _)| cells.remove(peer)).collect(),
        });
        let years = subjects.iter().flatten().filter_map(|it| it.year());
        Self {
            rows: rows.collect(),
            years: years.collect::<BTreeSet<i16>>().into_iter().collect(),
            peers: peers.into_iter().map(|(peer, _)| peer.to_owned()).collect(),
        }
    }

    /// The most stories of any cell.
    pub fn most(&self) -> usize {
        let cells = self.rows.iter().flat_map(|it| it.cells.iter().flatten());
        cells.map(|it| it.stories).max().unwrap_or_default()
    }
}

fn by_peer<'a>(posts: &[&'a JudgedPost]) -> BTreeMap<&'a str, Cell> {
    let mut peers: BTreeMap<&str, Vec<&JudgedPost>> = BTreeMap::new();
    for post in posts {
        peers.entry(&post.peer).or_default().push(post);
    }
    peers.into_iter().filter_map(|(peer, posts)| Some((peer, Cell::of(&posts)?))).collect()
}

impl Cell {
    /// `None` of nothing.
    fn of(posts: &[&JudgedPost]) -> Option<Self> {
        let mut stories: BTreeMap<StoryId, Option<i16>> = BTreeMap::new();
        let (mut best, mut newest) = (*posts.first()?, *posts.first()?);
        for post in posts {
            // A story belongs to the year in which it was told first.
            let year = stories.entry(post.story).or_insert(post.year());
            *year = [*year, post.year()].into_iter().flatten().min();
            if post.is_better_than(best) {
                best = post;
            }
            if (post.ordered, post.entry) > (newest.ordered, newest.entry) {
                newest = post;
            }
        }
        let mut years = BTreeMap::new();
        for year in stories.values().flatten() {
            *years.entry(*year).or_default() += 1;
        }
        Some(Self { stories: stories.len(), years, best: best.entry, newest: newest.entry })
    }

    /// From 1 for little to [`SHADES`] for the most there is: by the square root, so that one peer
    /// that writes much does not make all others look alike.
    pub fn shade(&self, most: usize) -> usize {
        let steps = (1..SHADES).filter(|it| self.stories * SHADES * SHADES > it * it * most);
        steps.count() + 1
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{Kind, Role, Roles, UNDATED, one_of_each_story};

    /// Of worth 1, about challenges.
    pub(in crate::domain) fn post(entry: i64, peer: &str, day: &str) -> JudgedPost {
        JudgedPost {
            entry: EntryId(entry),
            story: StoryId(entry),
            peer: peer.into(),
            ordered: format!("{day}T08:00:00Z").parse().unwrap(),
            kind: Some(Kind::CaseStudy),
            expected: 1.0,
            roles: Roles::from_iter([Role::Challenge]),
        }
    }

    #[test]
    fn peers_with_the_most_stories_come_first_and_each_has_a_cell_in_each_row() {
        let posts =
            [post(1, "a", "2024-03-01"), post(2, "b", "2024-04-01"), post(3, "b", "2025-05-01")];
        let landscape = Landscape::of(&[posts.iter().collect(), vec![&posts[0]], Vec::new()]);
        assert_eq!(landscape.peers, ["a", "b"]);
        assert_eq!(landscape.years, [2024, 2025]);
        let counts = |row: usize| -> Vec<usize> {
            let cells = landscape.rows[row].cells.iter();
            cells.map(|it| it.as_ref().map_or(0, |it| it.stories)).collect()
        };
        assert_eq!([counts(0), counts(1), counts(2)], [[1, 2], [1, 0], [0, 0]]);
        assert_eq!(landscape.rows[2].all, None);
        let cell = landscape.rows[0].cells[1].as_ref().unwrap();
        assert_eq!(cell.years, BTreeMap::from([(2024, 1), (2025, 1)]));
        assert_eq!((landscape.most(), cell.newest), (2, EntryId(3)));
    }

    #[test]
    fn a_story_counts_once_in_the_year_in_which_it_was_told_first() {
        let again = JudgedPost { story: StoryId(1), ..post(2, "b", "2025-01-02") };
        let undated = JudgedPost { ordered: UNDATED, ..post(3, "b", "2025-01-02") };
        let posts = [post(1, "a", "2024-12-30"), again, undated];
        let landscape = Landscape::of(&[posts.iter().collect()]);
        let all = landscape.rows[0].all.as_ref().unwrap();
        assert_eq!((all.stories, &all.years), (2, &BTreeMap::from([(2024, 1)])));
        assert_eq!(landscape.rows[0].cells.iter().flatten().map(|it| it.stories).sum::<usize>(), 3);
    }

    #[test]
    fn the_post_of_most_worth_stands_for_a_cell_and_the_newer_one_among_equals() {
        let good = JudgedPost { expected: 2.5, ..post(1, "a", "2023-01-01") };
        let posts = [good, post(2, "a", "2025-01-01"), post(3, "a", "2024-01-01")];
        let cell = Cell::of(&posts.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!((cell.best, cell.newest), (EntryId(1), EntryId(2)));
        let cell = Cell::of(&posts[1..].iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(cell.best, EntryId(2));
        let twice = JudgedPost { story: StoryId(1), ..posts[1].clone() };
        let shown = one_of_each_story([&posts[0], &twice, &posts[2]]);
        assert_eq!(shown.iter().map(|it| it.entry.0).collect::<Vec<_>>(), [3, 1]);
    }

    #[test]
    fn shades_rise_with_the_number_and_reach_both_ends() {
        let posts = [post(1, "a", "2024-01-01")];
        let shade = |stories: usize, most: usize| {
            let cell = Cell::of(&[&posts[0]]).unwrap();
            Cell { stories, ..cell }.shade(most)
        };
        assert_eq!([shade(1, 25), shade(2, 25), shade(10, 25), shade(25, 25)], [1, 2, 4, 5]);
        assert_eq!([shade(1, 1), shade(1, 2), shade(2, 2)], [5, 4, 5]);
    }

    #[test]
    fn substance_is_a_kind_or_a_challenge() {
        let told = post(1, "a", "2024-01-01");
        let other = JudgedPost { kind: Some(Kind::Release), ..told.clone() };
        let neither = JudgedPost { roles: Roles::from_iter([Role::Result]), ..other.clone() };
        let kind_only = JudgedPost { roles: Roles::default(), ..told.clone() };
        let are = [told, other, neither, kind_only].map(|it| it.is_of_substance());
        assert_eq!(are, [true, true, false, true]);
    }
}
