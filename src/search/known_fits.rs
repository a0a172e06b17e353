//! How well stories fit queries that are asked again and again, such as topics: known for as long as nothing else may
//! be found, and an hour, as so little does nothing age in.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tantivy::Searcher;

use super::Fitting;
use crate::domain::StoryId;

/// An index as it is in some hour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    generation: u64,
    hour: i64,
}

impl State {
    pub(super) fn of(searcher: &Searcher, now: Timestamp) -> Self {
        let generation = searcher.generation().generation_id();
        Self { generation, hour: now.as_second().div_euclid(3600) }
    }
}

/// What is known of one query.
pub(super) struct KnownFits {
    /// What the best score: to find them takes a walk over all that matches.
    pub(super) beside: Fitting,
    /// `None` for those that do not match.
    fits: HashMap<StoryId, Option<f32>>,
}

impl KnownFits {
    pub(super) fn new(
        beside: Fitting,
        asked: &HashSet<StoryId>,
        found: &HashMap<StoryId, f32>,
    ) -> Self {
        let few = asked.iter().take(MOST_STORIES);
        Self { beside, fits: few.map(|it| (*it, found.get(it).copied())).collect() }
    }

    /// `None` where one of them is not known.
    pub(super) fn of_all(&self, stories: &HashSet<StoryId>) -> Option<HashMap<StoryId, f32>> {
        let fits = stories.iter().map(|it| Some((*it, *self.fits.get(it)?)));
        let fits: Vec<(StoryId, Option<f32>)> = fits.collect::<Option<_>>()?;
        Some(fits.into_iter().filter_map(|(story, fit)| Some((story, fit?))).collect())
    }
}

/// Queries of which something is known; 50 kB each at most.
const MOST_QUERIES: usize = 500;
/// Of a query: those that were asked about last.
const MOST_STORIES: usize = 2_000;

#[derive(Default)]
pub(super) struct AllKnownFits(Mutex<HashMap<String, (State, Arc<KnownFits>)>>);

impl AllKnownFits {
    pub(super) fn of(&self, query: &str, at: State) -> Option<Arc<KnownFits>> {
        self.all().get(query).filter(|it| it.0 == at).map(|it| Arc::clone(&it.1))
    }

    pub(super) fn keep(&self, query: String, at: State, fits: KnownFits) {
        let mut all = self.all();
        all.retain(|_, it| it.0 == at);
        if all.len() < MOST_QUERIES || all.contains_key(&query) {
            all.insert(query, (at, Arc::new(fits)));
        }
    }

    /// Words mean something else now.
    pub(super) fn forget(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, (State, Arc<KnownFits>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_are_known_of_the_stories_that_were_asked_about_and_of_fewer() {
        let stories =
            |ids: &[i64]| -> HashSet<StoryId> { ids.iter().copied().map(StoryId).collect() };
        let found = HashMap::from([(StoryId(1), 0.5)]);
        let known = KnownFits::new(Fitting::among(&[]), &stories(&[1, 2]), &found);
        assert_eq!(known.of_all(&stories(&[1, 2])), Some(found.clone()));
        assert_eq!(known.of_all(&stories(&[1])), Some(found));
        assert_eq!(known.of_all(&stories(&[2])), Some(HashMap::new()));
        assert_eq!(known.of_all(&stories(&[1, 3])), None);
    }

    #[test]
    fn another_state_or_another_meaning_of_words_forgets_all() {
        let all = AllKnownFits::default();
        let at = |generation, hour| State { generation, hour };
        let none = || KnownFits::new(Fitting::among(&[]), &HashSet::new(), &HashMap::new());
        all.keep("queues".to_owned(), at(1, 1), none());
        assert!(all.of("queues", at(1, 1)).is_some());
        assert!(all.of("queues", at(2, 1)).is_none() && all.of("queues", at(1, 2)).is_none());
        all.keep("caches".to_owned(), at(2, 1), none());
        assert!(all.of("queues", at(1, 1)).is_none());
        all.forget();
        assert!(all.of("caches", at(2, 1)).is_none());
    }
}
