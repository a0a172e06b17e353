//! Chooses what an issue tells of: reads and papers within a budget, and the rest by title.

use std::{cmp::Ordering, collections::HashMap};

use jiff::Timestamp;

use super::{
    Budget, Offer, Pace, Part, Parts,
    score::{count, scored, variety},
    weights as w,
};

/// What an issue tells of. Each offer is in it once, by its place in what was offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// In the order in which they were chosen.
    pub reads: Vec<Chosen>,
    pub papers: Vec<Chosen>,
    /// The best first.
    pub rest: Vec<Chosen>,
    pub pace: Pace,
}

/// An offer with what it scored: beside what was chosen before it or, in the rest, beside all that was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    pub offer: usize,
    pub parts: Parts,
}

/// The same for the same offers, in whatever order they come.
pub fn choose(offers: &[Offer<'_>], budget: Budget, slot: Timestamp) -> Choice {
    let mut of_peers: HashMap<u32, usize> = HashMap::new();
    for offer in offers {
        *of_peers.entry(offer.peer).or_default() += 1;
    }
    let scored = |(place, offer): (usize, &Offer<'_>)| {
        let of_peer = of_peers.get(&offer.peer).copied().unwrap_or_default();
        Chosen { offer: place, parts: scored(offer, of_peer, budget, slot) }
    };
    let mut ranked: Vec<Chosen> = offers.iter().enumerate().map(scored).collect();
    let choosing = Choosing { offers, budget };
    ranked.sort_by(|a, b| choosing.order(a, b));
    let pace_of = |reads: &[Chosen]| choosing.pace(&ranked, reads.len());
    let mut papers = choosing.papers(&ranked);
    let left = budget.minutes.saturating_sub(choosing.minutes(&papers));
    let mut reads = choosing.reads(&ranked, left);
    if reads.is_empty() && budget.reads > 0 {
        reads.extend(choosing.only_read(&ranked, left));
        if choosing.minutes(&reads) > left {
            papers.clear();
        }
    }
    let pace = pace_of(&reads);
    let mut is_chosen = vec![false; offers.len()];
    reads.iter().chain(&papers).for_each(|it| is_chosen[it.offer] = true);
    ranked.retain(|it| !is_chosen[it.offer]);
    choosing.compare_with(&reads, &mut ranked);
    Choice { reads, papers, rest: ranked, pace }
}

/// How many of the rest are put in order by their likeness to what was chosen: as many as anyone asks
/// about.
const COMPARED: usize = 200;

struct Choosing<'a> {
    offers: &'a [Offer<'a>],
    budget: Budget,
}

impl<'a> Choosing<'a> {
    fn offer(&self, chosen: &Chosen) -> &'a Offer<'a> {
        &self.offers[chosen.offer]
    }

    fn minutes(&self, chosen: &[Chosen]) -> u32 {
        chosen.iter().map(|it| self.offer(it).minutes).sum()
    }

    /// The better one first, then the newer one.
    fn order(&self, a: &Chosen, b: &Chosen) -> Ordering {
        let by_score = b.parts.total().total_cmp(&a.parts.total());
        let age = |it: &Chosen| (self.offer(it).ordered, self.offer(it).story);
        by_score.then_with(|| age(b).cmp(&age(a)))
    }

    /// Whether it is worth being read.
    fn is_worthwhile(&self, it: &Chosen) -> bool {
        let matched = it.parts.get(Part::Match) * (1.0 - w::MATCH_IN_LEAST);
        let offer = self.offer(it);
        let least = if offer.is_paper { w::LEAST_OF_A_PAPER } else { w::LEAST_OF_A_READ };
        !offer.is_known() && it.parts.total() - matched >= least
    }

    fn reads(&self, ranked: &[Chosen], left: u32) -> Vec<Chosen> {
        let is_read = |it: &&Chosen| !self.offer(it).is_paper && self.is_worthwhile(it);
        let longest = share(self.budget.minutes, w::MOST_OF_BUDGET);
        let may_be: Vec<Chosen> = ranked.iter().filter(is_read).copied().collect();
        self.greedily(&may_be, (self.budget.reads as usize, left), longest)
    }

    /// The best of those that are worth little or do not fit, the shorter ones first.
    fn only_read(&self, ranked: &[Chosen], left: u32) -> Option<Chosen> {
        let is_read = |it: &&Chosen| !self.offer(it).is_paper && !self.offer(it).is_known();
        let fits = |it: &&Chosen| self.offer(it).minutes <= left;
        let mut reads = ranked.iter().filter(is_read);
        reads.clone().find(fits).or_else(|| reads.next()).copied()
    }

    fn papers(&self, ranked: &[Chosen]) -> Vec<Chosen> {
        let is_paper = |it: &&Chosen| {
            let offer = self.offer(it);
            let is_asked_for = offer.fit > 0.0 || !self.budget.has_subjects;
            offer.is_paper && is_asked_for && self.is_worthwhile(it)
        };
        let minutes = share(self.budget.minutes, w::PAPERS_SHARE);
        let may_be: Vec<Chosen> = ranked.iter().filter(is_paper).copied().collect();
        let most = if self.budget.reads > 0 { w::MOST_PAPERS } else { 0 };
        self.greedily(&may_be, (most, minutes), minutes)
    }

    /// The best that fits, again and again, each beside what was chosen before.
    fn greedily(
        &self,
        ranked: &[Chosen],
        (most, minutes): (usize, u32),
        longest: u32,
    ) -> Vec<Chosen> {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut left = minutes;
        while chosen.len() < most {
            let Some(best) = self.best(ranked, &chosen, left.min(longest)) else { break };
            left -= self.offer(&best).minutes;
            chosen.push(best);
        }
        chosen
    }

    /// Likeness only takes away, so that what scores less by itself need not be looked at.
    fn best(&self, ranked: &[Chosen], chosen: &[Chosen], minutes: u32) -> Option<Chosen> {
        let mut best: Option<Chosen> = None;
        for it in ranked {
            if best.is_some_and(|best| best.parts.total() > it.parts.total()) {
                break;
            }
            let is_chosen = chosen.iter().any(|other| other.offer == it.offer);
            if is_chosen || self.offer(it).minutes > minutes {
                continue;
            }
            let it = self.beside(chosen, *it);
            if best.is_none_or(|best| self.order(&it, &best).is_lt()) {
                best = Some(it);
            }
        }
        best
    }

    fn beside(&self, chosen: &[Chosen], mut it: Chosen) -> Chosen {
        let offer = self.offer(&it);
        let likeness = variety(offer, chosen.iter().map(|it| self.offer(it)));
        it.parts = it.parts.with(Part::Variety, likeness);
        it
    }

    fn compare_with(&self, reads: &[Chosen], rest: &mut [Chosen]) {
        let compared = rest.len().min(COMPARED);
        let head = &mut rest[..compared];
        for it in head.iter_mut() {
            *it = self.beside(reads, *it);
        }
        head.sort_by(|a, b| self.order(a, b));
    }

    fn pace(&self, ranked: &[Chosen], reads: usize) -> Pace {
        let worthwhile = ranked.iter().filter(|it| self.is_worthwhile(it));
        let worthwhile = worthwhile.filter(|it| !self.offer(it).is_paper);
        let minutes: u32 = worthwhile.map(|it| self.offer(it).minutes.max(1)).sum();
        let (minutes, budget) = (count(minutes as usize), count(self.budget.minutes as usize));
        if minutes > w::FLOODED_TIMES * budget {
            Pace::Flooded
        } else if minutes < w::QUIET_SHARE * budget && reads < self.budget.reads as usize {
            Pace::Quiet
        } else {
            Pace::Usual
        }
    }
}

/// Whole minutes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "of what was as small")]
fn share(minutes: u32, share: f32) -> u32 {
    (count(minutes as usize) * share) as u32
}

#[cfg(test)]
#[path = "choose_tests.rs"]
mod tests;
