//! What is in reach of those who follow the same domains.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::{
    asked::Answer,
    past::{Old, Past},
    window::Window,
};
use crate::domain::{JudgedPost, Published, Slug, Trend};

/// What is kept of the archive where nothing in particular is asked for.
const MOST_OLD: usize = 60;

pub(super) struct Reach {
    /// None for all.
    domains: Vec<Slug>,
    /// By the numbers of peers.
    pub(super) peers: Vec<bool>,
    /// What the archive offers.
    pub(super) old: Vec<Old>,
    /// Of subjects that are asked for here, those that rise, by their places among the answers.
    pub(super) rising: HashMap<(usize, u32), Trend>,
}

/// Each list of domains once.
#[derive(Default)]
pub(super) struct Reaches(pub(super) Vec<Reach>);

impl Reaches {
    /// The place of what is in reach by these domains.
    pub(super) fn place(&mut self, domains: &[Slug], window: &Window) -> usize {
        let domains: BTreeSet<Slug> = domains.iter().cloned().collect();
        let domains: Vec<Slug> = domains.into_iter().collect();
        if let Some(place) = self.0.iter().position(|it| it.domains == domains) {
            return place;
        }
        let is_in = |it: &Slug| domains.contains(it);
        let is_reached = |of: &[Slug]| domains.is_empty() || of.iter().any(is_in);
        let peers = window.peers.iter().map(|it| is_reached(&it.domains)).collect();
        self.0.push(Reach { domains, peers, old: Vec::new(), rising: HashMap::new() });
        self.0.len() - 1
    }

    /// Finds out what the archive offers, and which of the subjects asked for rise.
    pub(super) fn look_back(
        &mut self,
        asked_for: &[BTreeSet<(usize, u32)>],
        answers: &[Vec<Answer>],
        (window, past): (&Window, &Past),
        now: Timestamp,
    ) {
        for (reach, subjects) in self.0.iter_mut().zip(asked_for) {
            reach.old = past.best_of(&reach.peers, window, MOST_OLD);
            let places = 0..past.recent.len();
            let all = places.filter(|it| reach.has(past, *it)).map(|it| &past.recent[it]);
            let published = Published::of(all, now);
            if !published.has_year_before() {
                continue;
            }
            for (asker, number) in subjects {
                let places = answers[*asker][*number as usize].recent.iter();
                let places = places.map(|it| *it as usize).filter(|it| reach.has(past, *it));
                let posts: Vec<&JudgedPost> = places.map(|it| &past.recent[it]).collect();
                let trend = published.trend(&posts);
                if trend.is_rising() {
                    reach.rising.insert((*asker, *number), trend);
                }
            }
        }
    }
}

impl Reach {
    fn has(&self, past: &Past, recent: usize) -> bool {
        self.peers[past.recent_peers[recent] as usize]
    }
}
