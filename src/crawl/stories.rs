//! Brings entries together that tell the same thing: follows the library by a mark of its own, finds
//! candidates by what entries are marked with, and reads texts only where they decide.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{
    domain::{
        EntryId,
        story::{
            Mark, MarkKind, Shingles, StoryFacts, StoryLink, Suspicion, compared, is_contested,
            is_translation, marks_of, sought_by, suspicion,
        },
    },
    extract,
    store::{EntriesToMatch, Matched, Store, StoreError},
};

/// Entries that are compared at once.
const ENTRIES_AT_ONCE: u32 = 1_000;
/// What so many entries have in common tells nothing of any of them.
const MOST_ALIKE: usize = 24;
/// Texts that are held at once.
const PAIRS_AT_ONCE: usize = 64;

/// What bringing entries together came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoryRound {
    /// Entries that were compared with others.
    pub compared: u64,
    /// Entries that went over to another story.
    pub moved: u64,
}

/// Compares all that changed since with all that it may be one story with. The index is to follow
/// afterwards.
pub async fn stories_follow(store: &Store) -> Result<StoryRound, StoreError> {
    let mut round = StoryRound::default();
    loop {
        let portion = store.entries_to_match(ENTRIES_AT_ONCE).await?;
        if portion.upto == portion.from {
            return Ok(round);
        }
        let more = portion.more;
        round.compared += portion.entries.len() as u64;
        let matched = matched(store, portion).await?;
        round.moved += store.record_stories(matched).await?;
        if !more {
            return Ok(round);
        }
    }
}

async fn matched(store: &Store, portion: EntriesToMatch) -> Result<Matched, StoreError> {
    let EntriesToMatch { entries, from, upto, more: _ } = portion;
    if entries.is_empty() {
        return Ok(Matched { from, upto, ..Matched::default() });
    }
    let mut asked: BTreeSet<EntryId> = entries.iter().map(|it| it.entry).collect();
    let mut known = Known::of(entries);
    known.look_around(store, &asked).await?;
    store.mark_entries(known.own_marks(&asked)).await?;
    // What came now may show that an address stands for many posts: then also those that it brought
    // together before are to be compared anew.
    let others = known.mates_at_contested_addresses(&asked);
    if !others.is_empty() {
        asked.extend(others);
        known.look_around(store, &asked).await?;
    }
    let (links, translations) = known.decide(store, &asked).await?;
    Ok(Matched { entries: asked.into_iter().collect(), links, translations, from, upto })
}

/// Entries that are compared, and who has which mark.
#[derive(Default)]
struct Known {
    facts: HashMap<EntryId, StoryFacts>,
    marks: HashMap<EntryId, Vec<Mark>>,
    bearers: HashMap<i64, Vec<EntryId>>,
    /// Values of which the library was asked who bears them.
    looked_up: HashSet<i64>,
    /// Entries whose marks stand here and not, or not yet, in the library.
    new: HashSet<EntryId>,
}

impl Known {
    /// What is new or changed. The library may know other marks of these, or none.
    fn of(entries: Vec<StoryFacts>) -> Self {
        let mut known =
            Self { new: entries.iter().map(|it| it.entry).collect(), ..Self::default() };
        known.add(entries);
        for entry in &known.new {
            for mark in &known.marks[entry] {
                known.bearers.entry(mark.value).or_default().push(*entry);
            }
        }
        known
    }

    fn add(&mut self, facts: Vec<StoryFacts>) {
        self.marks.extend(facts.iter().map(|it| (it.entry, marks_of(it))));
        self.facts.extend(facts.into_iter().map(|it| (it.entry, it)));
    }

    fn own_marks(&self, asked: &BTreeSet<EntryId>) -> Vec<(EntryId, Vec<Mark>)> {
        asked.iter().map(|it| (*it, self.marks_of(*it).to_vec())).collect()
    }

    fn marks_of(&self, entry: EntryId) -> &[Mark] {
        self.marks.get(&entry).map_or(&[], Vec::as_slice)
    }

    /// Finds all that bear a mark of one of these entries, and what is known of them.
    async fn look_around(
        &mut self,
        store: &Store,
        asked: &BTreeSet<EntryId>,
    ) -> Result<(), StoreError> {
        let own = asked.iter().flat_map(|it| sought_by(self.marks_of(*it)));
        let sought: BTreeSet<i64> = own.map(|it| it.value).collect();
        let values: Vec<i64> = sought.into_iter().filter(|it| self.looked_up.insert(*it)).collect();
        for (value, entry) in store.entries_marked(values).await? {
            if !self.new.contains(&entry) {
                self.bearers.entry(value).or_default().push(entry);
            }
        }
        let found = self.bearers.values().filter(|it| it.len() <= MOST_ALIKE);
        let missing: BTreeSet<EntryId> =
            found.flatten().copied().filter(|it| !self.facts.contains_key(it)).collect();
        let missing: Vec<EntryId> = missing.into_iter().collect();
        self.add(store.story_facts(&missing).await?);
        Ok(())
    }

    fn bearers(&self, mark: Mark) -> &[EntryId] {
        let bearers = self.bearers.get(&mark.value).map_or(&[][..], Vec::as_slice);
        if bearers.len() <= MOST_ALIKE { bearers } else { &[] }
    }

    fn is_contested(&self, mark: Mark) -> bool {
        let bearers = self.bearers.get(&mark.value).map_or(&[][..], Vec::as_slice);
        let facts: Vec<&StoryFacts> = bearers.iter().filter_map(|it| self.facts.get(it)).collect();
        bearers.len() > MOST_ALIKE || is_contested(&facts)
    }

    fn mates_at_contested_addresses(&self, asked: &BTreeSet<EntryId>) -> Vec<EntryId> {
        let own = asked.iter().flat_map(|it| self.marks_of(*it).iter().copied());
        let addresses = own.filter(|it| it.kind == MarkKind::Address);
        let contested: BTreeSet<Mark> = addresses.filter(|it| self.is_contested(*it)).collect();
        let mates = contested.into_iter().flat_map(|it| self.bearers(it));
        mates.copied().filter(|it| !asked.contains(it)).collect()
    }

    /// Pairs of which at least one is asked about, and whether an address that both have is contested.
    fn pairs(&self, asked: &BTreeSet<EntryId>) -> BTreeMap<(EntryId, EntryId), bool> {
        let mut pairs = BTreeMap::new();
        for facts in asked.iter().filter_map(|it| self.facts.get(it)) {
            for mark in sought_by(self.marks_of(facts.entry)) {
                let contested = || mark.kind == MarkKind::Address && self.is_contested(mark);
                let others = self.bearers(mark).iter().filter(|it| **it != facts.entry);
                for other in others.filter(|it| self.facts.contains_key(it)) {
                    let pair = (facts.entry.min(*other), facts.entry.max(*other));
                    *pairs.entry(pair).or_insert(false) |= contested();
                }
            }
        }
        pairs
    }

    async fn decide(
        &self,
        store: &Store,
        asked: &BTreeSet<EntryId>,
    ) -> Result<(Vec<StoryLink>, Vec<(EntryId, EntryId)>), StoreError> {
        let (mut links, mut translations, mut unsure) = (Vec::new(), Vec::new(), Vec::new());
        for (pair, contested) in self.pairs(asked) {
            let (one, other) = (&self.facts[&pair.0], &self.facts[&pair.1]);
            if is_translation(one, other) {
                translations.push(pair);
            }
            match suspicion(one, other, contested) {
                Suspicion::None => {}
                Suspicion::Sure(link) => links.push(link),
                Suspicion::Read => unsure.push((pair, contested)),
            }
        }
        for unsure in unsure.chunks(PAIRS_AT_ONCE) {
            links.extend(self.read(store, unsure).await?);
        }
        let merged: HashSet<(EntryId, EntryId)> = links.iter().map(|it| (it.a, it.b)).collect();
        translations.retain(|it| !merged.contains(it));
        Ok((links, translations))
    }

    /// Lets the texts of pairs decide.
    async fn read(
        &self,
        store: &Store,
        pairs: &[((EntryId, EntryId), bool)],
    ) -> Result<Vec<StoryLink>, StoreError> {
        let ids: BTreeSet<EntryId> = pairs.iter().flat_map(|((a, b), _)| [*a, *b]).collect();
        let ids: Vec<EntryId> = ids.into_iter().collect();
        let bodies = store.bodies(&ids).await?;
        let texts: HashMap<EntryId, Shingles> = bodies
            .into_iter()
            .map(|(id, html)| (id, Shingles::of(&extract::text_of(&html).text)))
            .collect();
        let decide = |((a, b), contested): &((EntryId, EntryId), bool)| {
            let (one, other) = (texts.get(a)?, texts.get(b)?);
            compared((&self.facts[a], one), (&self.facts[b], other), *contested)
        };
        Ok(pairs.iter().filter_map(decide).collect())
    }
}
