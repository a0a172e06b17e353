//! Puts entries into stories by what links them, and chooses which entry stands for each.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use jiff::Timestamp;

use super::{StoryFacts, StoryLink};
use crate::domain::{Address, EntryId};

/// Entries that links hold together, each story in the order of ids. The strongest links count
/// first, and none joins two entries that a person told apart. The order of what comes in is of no
/// matter.
pub fn stories_of(
    entries: &[EntryId],
    links: &[StoryLink],
    splits: &BTreeSet<(EntryId, EntryId)>,
) -> Vec<Vec<EntryId>> {
    let mut story_of: HashMap<EntryId, EntryId> = entries.iter().map(|it| (*it, *it)).collect();
    let mut stories: BTreeMap<EntryId, Vec<EntryId>> =
        entries.iter().map(|it| (*it, vec![*it])).collect();
    let mut links = links.to_vec();
    links.sort_by_key(|it| (Reverse((it.reason, it.similarity)), it.a, it.b));
    for link in links {
        let (Some(&one), Some(&other)) = (story_of.get(&link.a), story_of.get(&link.b)) else {
            continue;
        };
        if one == other || are_split(&stories[&one], &stories[&other], splits) {
            continue;
        }
        let (kept, given) = (one.min(other), one.max(other));
        let joined = stories.remove(&given).unwrap_or_default();
        for entry in &joined {
            story_of.insert(*entry, kept);
        }
        stories.entry(kept).or_default().extend(joined);
    }
    let mut stories: Vec<Vec<EntryId>> = stories.into_values().collect();
    for story in &mut stories {
        story.sort_unstable();
    }
    stories
}

fn are_split(one: &[EntryId], other: &[EntryId], splits: &BTreeSet<(EntryId, EntryId)>) -> bool {
    !splits.is_empty()
        && one.iter().any(|a| other.iter().any(|b| splits.contains(&(*a.min(b), *a.max(b)))))
}

/// The members of a story, the one that stands for it first: on a site of a peer's own before Medium
/// and its like, with the whole text before a summary, earlier before later.
pub fn in_standing<'a>(members: &[&'a StoryFacts]) -> Vec<&'a StoryFacts> {
    let mut members = members.to_vec();
    members.sort_by_key(|it| {
        let is_elsewhere = it.link.as_ref().is_none_or(is_hosted_elsewhere);
        let came = it.published.unwrap_or(Timestamp::MAX).min(it.first_seen);
        (is_elsewhere, Reverse(fullness(it.words)), came, it.entry)
    });
    members
}

/// A few words more or less make no text a better one.
fn fullness(words: u32) -> u32 {
    match words {
        0..48 => 0,
        48..150 => 1,
        _ => 2,
    }
}

/// Places where anyone publishes, often once more.
const HOSTED: &[&str] = &[
    "medium.com",
    "dev.to",
    "hashnode.dev",
    "substack.com",
    "linkedin.com",
    "hackernoon.com",
    "dzone.com",
    "infoq.com",
    "ycombinator.com",
    "reddit.com",
    "lobste.rs",
];

fn is_hosted_elsewhere(address: &Address) -> bool {
    HOSTED.contains(&address.gate().as_str())
}
