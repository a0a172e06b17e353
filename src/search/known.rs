//! What the index itself cannot know about the filters of a query, looked up before it is asked.

use std::sync::Arc;

use super::similar::Gist;
use crate::domain::{
    EntryId, Slug, SourceId, StoryId,
    query::{Filter, Query},
};

/// Answers to the filters of a query that ask for more than the index holds. A filter without an
/// answer matches nothing.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub topics: Vec<(Slug, Query)>,
    /// Sources that a [`Filter::Source`] means, by what it says.
    pub sources: Vec<(String, Vec<SourceId>)>,
    /// Stories of which a filter on a reader's state is true.
    pub stories: Vec<(Filter, Stories)>,
    /// What the entries are about that others are to be similar to.
    pub gists: Vec<(EntryId, Gist)>,
}

/// Some stories, or all but some.
#[derive(Clone, Debug)]
pub struct Stories {
    /// A bit for each story, as the library counts them up from 1.
    listed: Arc<[u64]>,
    are_others_meant: bool,
}

impl Known {
    pub(super) fn topic(&self, name: &str) -> Option<&Query> {
        let slug = Slug::of(name)?;
        self.topics.iter().find(|(it, _)| *it == slug).map(|(_, query)| query)
    }

    pub(super) fn sources(&self, written: &str) -> &[SourceId] {
        let named = self.sources.iter().find(|(it, _)| it == written);
        named.map_or(&[], |(_, sources)| sources)
    }

    pub(super) fn stories(&self, filter: &Filter) -> Option<&Stories> {
        self.stories.iter().find(|(it, _)| it == filter).map(|(_, stories)| stories)
    }

    pub(super) fn gist(&self, entry: EntryId) -> Option<&Gist> {
        self.gists.iter().find(|(it, _)| *it == entry).map(|(_, gist)| gist)
    }
}

impl Stories {
    pub fn these(stories: &[StoryId]) -> Self {
        let places = || stories.iter().filter_map(|it| place_of(*it));
        let length = places().map(|(word, _)| word + 1).max().unwrap_or_default();
        let mut listed = vec![0; length];
        places().for_each(|(word, bit)| listed[word] |= bit);
        Self { listed: listed.into(), are_others_meant: false }
    }

    pub fn all_but(stories: &[StoryId]) -> Self {
        Self { are_others_meant: true, ..Self::these(stories) }
    }

    pub(super) fn has(&self, story: StoryId) -> bool {
        let is_listed = place_of(story)
            .is_some_and(|(word, bit)| self.listed.get(word).is_some_and(|it| it & bit != 0));
        is_listed != self.are_others_meant
    }
}

fn place_of(story: StoryId) -> Option<(usize, u64)> {
    let number = usize::try_from(story.0).ok()?;
    Some((number / 64, 1 << (number % 64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_are_those_listed_or_all_others() {
        let [one, two, far] = [1, 2, 900].map(StoryId);
        let some = Stories::these(&[one, far]);
        assert!(some.has(one) && !some.has(two) && some.has(far));
        let others = Stories::all_but(&[one]);
        assert!(!others.has(one) && others.has(two) && others.has(far));
        assert!(Stories::all_but(&[]).has(one) && !Stories::these(&[]).has(StoryId(-1)));
    }
}
