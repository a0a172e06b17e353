//! Chooses for one subscriber: all of it is in memory.

use std::collections::BTreeSet;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    edition::{LeftOut, Prepared},
    past::Old,
    profile::Profile,
    told::Told,
    window::minutes,
};
use crate::domain::{
    Budget, Choice, Chosen, EntryId, Fit, Group, Heading, Issue, MOST_TITLES, Numbers, Offer, Pace,
    Rising, StoryId, Subscriber, SubscriberId, Week, choose, is_old_backlog, listed,
};

/// An issue whose reads lack what is only loaded of what was chosen.
pub(super) struct Draft {
    pub(super) subscriber: SubscriberId,
    pub(super) issue: Issue,
    pub(super) chosen: Vec<(StoryId, Vec<(&'static str, f32)>)>,
    pub(super) left_out: Vec<LeftOut>,
    /// What the archive may offer, the best first, each with the subject that it fits.
    pub(super) archive: Vec<(Old, Option<String>)>,
}

/// What anyone asks about.
const MOST_LEFT_OUT: usize = 50;
const MOST_RISING: usize = 5;
/// Most of them were not offered before.
const MOST_ARCHIVE: usize = 12;

impl Prepared {
    pub(super) fn draft(&self, subscriber: &Subscriber, slot: Timestamp, now: Timestamp) -> Draft {
        let mut issue = empty_issue(subscriber, slot, now);
        issue.upto = self.window.upto.max(subscriber.mark);
        let mut draft = Draft {
            subscriber: subscriber.id,
            issue,
            chosen: Vec::new(),
            left_out: Vec::new(),
            archive: Vec::new(),
        };
        if let Some(profile) = self.profiles.of_subscribers.get(&subscriber.id) {
            self.fill(&mut draft, subscriber, profile);
        }
        draft
    }

    fn fill(&self, draft: &mut Draft, subscriber: &Subscriber, profile: &Profile) {
        let slot = draft.issue.slot;
        let muted = self.muted(profile);
        let told = self.told(subscriber, profile, &muted);
        let (old, told): (Vec<Told<'_>>, Vec<Told<'_>>) = told
            .into_iter()
            .partition(|it| is_old_backlog(it.story.is_backlog, it.story.published, slot));
        let fits = self.fits(profile);
        let state = subscriber.reader.and_then(|it| self.profiles.readers.get(&it));
        let offers: Vec<Offer<'_>> =
            told.iter().map(|it| it.offer(fits[it.place as usize], profile, state)).collect();
        let plan = &subscriber.preferences.plan;
        let has_subjects = !profile.subjects.is_empty();
        let budget = Budget { reads: plan.reads, minutes: plan.minutes, has_subjects };
        let choice = choose(&offers, budget, slot);
        let teller = self.teller(profile, &told, &offers);
        draft.issue.pace = choice.pace;
        draft.issue.reads = choice.reads.iter().map(|it| teller.read(it)).collect();
        draft.issue.papers = choice.papers.iter().map(|it| teller.read(it)).collect();
        draft.issue.rest = self.groups(profile, &told, &offers, &choice);
        draft.issue.rising = self.rising(profile);
        draft.issue.numbers = numbers(&told, &offers, &choice, old.len());
        let left_out = choice.rest.iter().take(MOST_LEFT_OUT).map(|it| teller.left_out(it));
        draft.left_out = left_out.collect();
        let parts = |it: &Chosen| (offers[it.offer].story, it.parts.told().collect());
        draft.chosen = choice.reads.iter().chain(&choice.papers).map(parts).collect();
        if choice.pace == Pace::Quiet {
            let known = |it: &Old| {
                let is_known = |of: &BTreeSet<StoryId>| of.contains(&it.story);
                state.is_some_and(|state| is_known(&state.known))
                    || told.iter().any(|told| told.story.arrived.story == it.story)
            };
            let left = plan.minutes.saturating_sub(draft.issue.numbers.minutes);
            draft.archive = self
                .archive(profile, left, |it| muted.binary_search(&it.entry).is_ok() || known(it));
        }
    }

    /// In their order.
    fn muted(&self, profile: &Profile) -> Vec<EntryId> {
        let muted = profile.mutes.iter().map(|(asker, number)| (*asker, *number as usize));
        let muted = muted.flat_map(|(asker, number)| &self.muted[asker][number]);
        let mut muted: Vec<EntryId> = muted.copied().collect();
        muted.sort_unstable();
        muted
    }

    /// By the places of stories.
    fn fits(&self, profile: &Profile) -> Vec<Fit> {
        let mut fits = vec![Fit::default(); self.window.stories.len()];
        for (subject, (_, (asker, number))) in (0..).zip(&profile.subjects) {
            for (place, fit) in &self.answers[*asker][*number as usize].fits {
                fits[*place as usize].add(subject, *fit);
            }
        }
        fits
    }

    /// Subjects of the subscriber that rise, the steepest first.
    fn rising(&self, profile: &Profile) -> Vec<Rising> {
        let trends = &self.profiles.reaches.0[profile.reach].rising;
        let rising = profile.subjects.iter().filter_map(|(subject, asked)| {
            let trend = trends.get(asked)?;
            let stories = u32::try_from(trend.stories).unwrap_or(u32::MAX);
            let (name, query) = (subject.name.clone(), subject.search().to_string());
            Some(Rising { name, query, stories, rise: trend.rise })
        });
        let mut rising: Vec<Rising> = rising.collect();
        rising.sort_by(|a, b| b.rise.total_cmp(&a.rise));
        rising.truncate(MOST_RISING);
        rising
    }

    fn groups(
        &self,
        profile: &Profile,
        told: &[Told<'_>],
        offers: &[Offer<'_>],
        choice: &Choice,
    ) -> Vec<Group> {
        let rest = choice.rest.iter().map(|it| (profile.under(&offers[it.offer]), &told[it.offer]));
        let groups = listed(rest, MOST_TITLES).into_iter().filter_map(|group| {
            let heading: Heading = self.heading(profile, group.under)?;
            let titles = group.titles.into_iter().map(|it| it.title(self)).collect();
            Some(Group { heading, titles, more: group.more })
        });
        groups.collect()
    }

    fn archive(
        &self,
        profile: &Profile,
        left: u32,
        is_out: impl Fn(&Old) -> bool,
    ) -> Vec<(Old, Option<String>)> {
        let reach = &self.profiles.reaches.0[profile.reach];
        let mut offered: Vec<(Old, Option<String>)> = Vec::new();
        for (subject, (asker, number)) in &profile.subjects {
            let old = self.answers[*asker][*number as usize].old.iter();
            let old = old.filter(|it| reach.peers[it.peer as usize]);
            offered.extend(old.map(|it| (*it, Some(subject.name.clone()))));
        }
        offered.extend(reach.old.iter().map(|it| (*it, None)));
        offered.retain(|(it, _)| !is_out(it) && minutes(it.words) <= left);
        offered.sort_by(|(a, _), (b, _)| {
            b.score.total_cmp(&a.score).then_with(|| b.entry.cmp(&a.entry))
        });
        let mut met = BTreeSet::new();
        offered.retain(|(it, _)| met.insert(it.story));
        offered.truncate(MOST_ARCHIVE);
        offered
    }
}

fn numbers(told: &[Told<'_>], offers: &[Offer<'_>], choice: &Choice, backlog: usize) -> Numbers {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let peers: BTreeSet<u32> = offers.iter().map(|it| it.peer).collect();
    let chosen = choice.reads.iter().chain(&choice.papers);
    Numbers {
        stories: count(told.len()),
        peers: count(peers.len()),
        papers: count(offers.iter().filter(|it| it.is_paper).count()),
        backlog: count(backlog),
        minutes: chosen.map(|it| offers[it.offer].minutes).sum(),
    }
}

fn empty_issue(subscriber: &Subscriber, slot: Timestamp, now: Timestamp) -> Issue {
    let plan = &subscriber.preferences.plan;
    let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
    Issue {
        week: Week::of(zone.to_datetime(slot).date()),
        slot,
        made: now,
        after: subscriber.mark,
        upto: subscriber.mark,
        language: subscriber.preferences.language.clone(),
        zone: plan.zone.clone(),
        pace: Pace::Quiet,
        numbers: Numbers::default(),
        rising: Vec::new(),
        reads: Vec::new(),
        papers: Vec::new(),
        rest: Vec::new(),
        archive: None,
        own: None,
        care: Vec::new(),
    }
}
