//! A story as it is told to one subscriber: by an entry in reach, as a read or by its title.

use jiff::Timestamp;

use super::{
    edition::{LeftOut, Prepared},
    profile::{Profile, ReaderState},
    window::{Story, is_paper, minutes},
};
use crate::{
    domain::{
        Acquaintance, Chosen, EntryId, Fit, Grounds, Heading, Offer, OnSubject, Read, Silence,
        SubjectSort, Subscriber, Title, Under, whys,
    },
    store::Telling,
};

#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    /// Among those of the window.
    pub(super) place: u32,
    pub(super) story: &'a Story,
    /// By which it is told.
    pub(super) by: &'a Telling,
    pub(super) peer: u32,
    tellers: u32,
}

impl Prepared {
    /// What arrived for a subscriber: in reach, not muted, and not told before.
    pub(super) fn told<'a>(
        &'a self,
        subscriber: &Subscriber,
        profile: &Profile,
        muted: &[EntryId],
    ) -> Vec<Told<'a>> {
        let reach = &self.profiles.reaches.0[profile.reach];
        let is_told = |it: &&Telling| {
            let peer = self.window.number_of(it.peer);
            let is_reached = peer.is_some_and(|it| reach.peers[it as usize]);
            is_reached && muted.binary_search(&it.entry).is_err()
        };
        let stories = (0..).zip(&self.window.stories);
        let told = stories.filter_map(|(place, story)| {
            let is_new = story.arrived.arrived > subscriber.mark;
            if !is_new || profile.told.contains(&story.arrived.story) {
                return None;
            }
            let by = story.arrived.tellings.iter().find(is_told)?;
            let peer = self.window.number_of(by.peer)?;
            let tellers = story.tellers(|it| is_told(&it));
            Some(Told { place, story, by, peer, tellers })
        });
        told.collect()
    }

    pub(super) fn heading(&self, profile: &Profile, under: Under) -> Option<Heading> {
        match under {
            Under::Topic(at) => {
                let (subject, _) = profile.subjects.get(at as usize)?;
                let SubjectSort::Topic(slug) = &subject.sort else { return None };
                Some(Heading::Topic { name: subject.name.clone(), slug: slug.clone() })
            }
            Under::Peer(number) => {
                let peer = self.window.peers.get(number as usize)?;
                Some(Heading::Peer { name: peer.name.clone(), slug: peer.slug.clone() })
            }
        }
    }

    pub(super) fn teller<'a>(
        &'a self,
        profile: &'a Profile,
        told: &'a [Told<'a>],
        offers: &'a [Offer<'a>],
    ) -> Teller<'a> {
        let mut worths: Vec<f32> = offers.iter().filter_map(|it| it.expected).collect();
        worths.sort_by(|a, b| b.total_cmp(a));
        let third = worths.get(AMONG_BEST - 1).or(worths.last()).copied();
        let best_from = third.unwrap_or(LEAST_OF_BEST).max(LEAST_OF_BEST);
        Teller { prepared: self, profile, told, offers, best_from }
    }
}

/// So many are of the most worth in a window …
const AMONG_BEST: usize = 3;
/// … if so much worth is expected of them.
const LEAST_OF_BEST: f32 = 2.0;

impl Profile {
    /// The heading of what is told by title.
    pub(super) fn under(&self, offer: &Offer<'_>) -> Under {
        let subject = |at: &u32| self.subjects.get(*at as usize).map(|(it, _)| it);
        let is_topic =
            |at: &u32| subject(at).is_some_and(|it| matches!(it.sort, SubjectSort::Topic(_)));
        offer.subject.filter(is_topic).map_or(Under::Peer(offer.peer), Under::Topic)
    }
}

impl<'a> Told<'a> {
    pub(super) fn offer(
        &self,
        fit: Fit,
        profile: &Profile,
        state: Option<&ReaderState>,
    ) -> Offer<'a> {
        let (story, phrases) = (self.story.arrived.story, self.story.phrases.as_slice());
        let is_late = |it: &&u32| profile.lately.binary_search(it).is_ok();
        let lately = phrases.iter().filter(is_late).count();
        let of = |number: usize| f32::from(u8::try_from(number).unwrap_or(u8::MAX));
        Offer {
            story,
            peer: self.peer,
            is_paper: is_paper(self.by.lane),
            kind: self.by.kind,
            expected: self.by.expected,
            minutes: minutes(self.by.words),
            ordered: self.by.ordered,
            tellers: self.tellers,
            is_measured: self.by.is_measured,
            phrases,
            fit: fit.total(),
            subject: fit.subject(),
            lately: of(lately) / of(phrases.len()).max(1.0),
            standing: state.map_or(Acquaintance::None, |it| it.standing(story)),
        }
    }

    pub(super) fn title(&self, prepared: &Prepared) -> Title {
        Title {
            story: self.story.arrived.story,
            entry: self.by.entry,
            title: self.by.title.clone(),
            address: self.by.link.clone(),
            peer_name: prepared.window.peers[self.peer as usize].name.clone(),
            minutes: minutes(self.by.words),
            kind: self.by.kind,
            is_paper: is_paper(self.by.lane),
        }
    }
}

/// Tells of what was chosen, and why.
pub(super) struct Teller<'a> {
    prepared: &'a Prepared,
    profile: &'a Profile,
    told: &'a [Told<'a>],
    offers: &'a [Offer<'a>],
    /// From here on a worth is among the greatest.
    best_from: f32,
}

impl Teller<'_> {
    /// Without what is only loaded of what was chosen.
    pub(super) fn read(&self, chosen: &Chosen) -> Read {
        let told = &self.told[chosen.offer];
        let peer = &self.prepared.window.peers[told.peer as usize];
        Read {
            story: told.story.arrived.story,
            entry: told.by.entry,
            title: told.by.title.clone(),
            language: None,
            address: told.by.link.clone(),
            peer: peer.slug.clone(),
            peer_name: peer.name.clone(),
            authors: Vec::new(),
            published: told.by.published,
            minutes: minutes(told.by.words),
            kind: told.by.kind,
            worth: told.by.worth,
            quotes: Vec::new(),
            summary: String::new(),
            why: whys(&self.grounds(chosen)),
            score: chosen.parts.total(),
        }
    }

    pub(super) fn left_out(&self, it: &Chosen) -> LeftOut {
        let told = &self.told[it.offer];
        LeftOut {
            story: told.story.arrived.story,
            entry: told.by.entry,
            title: told.by.title.clone(),
            peer_name: self.prepared.window.peers[told.peer as usize].name.clone(),
            score: it.parts.total(),
            parts: it.parts.told().collect(),
        }
    }

    fn grounds(&self, chosen: &Chosen) -> Grounds<'_> {
        let offer = &self.offers[chosen.offer];
        let of_peer = self.offers.iter().filter(|it| it.peer == offer.peer).count();
        Grounds {
            parts: chosen.parts,
            kind: offer.kind,
            is_measured: offer.is_measured,
            tellers: offer.tellers,
            is_among_best: offer.expected.is_some_and(|it| it >= self.best_from),
            is_only_of_peer: of_peer == 1,
            subjects: self.subjects(chosen.offer),
        }
    }

    /// Those that a story is on, the best fit first.
    fn subjects(&self, offer: usize) -> Vec<OnSubject<'_>> {
        let (prepared, place) = (self.prepared, self.told[offer].place);
        let rising = &prepared.profiles.reaches.0[self.profile.reach].rising;
        let mut subjects: Vec<(f32, OnSubject<'_>)> = Vec::new();
        for (subject, asked) in &self.profile.subjects {
            let answer = &prepared.answers[asked.0][asked.1 as usize];
            let Ok(at) = answer.fits.binary_search_by_key(&place, |it| it.0) else { continue };
            let silence = self.silence(offer, *asked);
            let is_rising = rising.contains_key(asked);
            subjects
                .push((answer.fits[at].1, OnSubject { name: &subject.name, silence, is_rising }));
        }
        subjects.sort_by(|a, b| b.0.total_cmp(&a.0));
        subjects.into_iter().map(|(_, it)| it).collect()
    }

    /// For how long its peer had not written about a subject.
    fn silence(&self, offer: usize, (asker, number): (usize, u32)) -> Silence {
        let Told { place, by, peer, .. } = self.told[offer];
        let (window, answer) =
            (&self.prepared.window, &self.prepared.answers[asker][number as usize]);
        let at = by.published.unwrap_or(by.ordered);
        let stories = answer.fits.iter().filter(|it| it.0 != place);
        let tellings = stories.flat_map(|it| &window.stories[it.0 as usize].arrived.tellings);
        let of_peer = tellings.filter(|it| window.number_of(it.peer) == Some(peer));
        let times = of_peer.map(|it| it.published.unwrap_or(it.ordered)).filter(|it| *it <= at);
        let latest: Option<Timestamp> = times.chain(answer.latest.get(&peer).copied()).max();
        let hours = latest.map(|it| at.duration_since(it).as_hours().max(0));
        Silence::of(hours, self.prepared.stories_of_peers[peer as usize])
    }
}
