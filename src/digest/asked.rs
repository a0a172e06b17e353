//! What the index says of all that subscribers ask for: each query is asked once.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::{
    DigestError,
    past::{Old, Past, best},
    window::Window,
};
use crate::{
    domain::{EntryId, UNDATED, query::Query},
    home::{Asker, Library, TopicsToKnow, look_up},
    search::{Ask, Fitting, Hit},
};

/// Queries that the index answers at once: bounds what their matches take.
const AT_ONCE: usize = 64;
/// What is kept of the archive of a subject.
const MOST_OLD: usize = 20;

/// What is asked, and what the answers are known by.
#[derive(Default)]
pub(super) struct Questions {
    queries: Vec<Query>,
    numbers: HashMap<String, u32>,
}

/// What belongs to a subject.
#[derive(Default)]
pub(super) struct Answer {
    /// Stories of the window by their places, each with its fit from 0 to 1.
    pub(super) fits: Vec<(u32, f32)>,
    /// When peers wrote of it last, before the window.
    pub(super) latest: HashMap<u32, Timestamp>,
    /// Places among the recent posts.
    pub(super) recent: Vec<u32>,
    /// What the archive offers of it.
    pub(super) old: Vec<Old>,
}

impl Questions {
    /// The number of the query, which is asked once however often it is wanted.
    pub(super) fn number(&mut self, query: Query) -> u32 {
        let next = u32::try_from(self.queries.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(query.to_string()).or_insert(next);
        if number == next {
            self.queries.push(query);
        }
        number
    }

    /// What belongs to each, with its fit.
    pub(super) async fn fits(
        self,
        library: &Library,
        asker: &Asker,
        (window, past): (&Window, &Past),
        now: Timestamp,
    ) -> Result<Vec<Answer>, DigestError> {
        let ask = self.ask(library, asker, now).await?;
        let mut answers = Vec::with_capacity(self.queries.len());
        for queries in self.queries.chunks(AT_ONCE) {
            let (index, ask, queries) = (library.index.clone(), ask.clone(), queries.to_vec());
            let fits = tokio::task::spawn_blocking(move || index.fits(&queries, &ask));
            let fits = fits.await.map_err(|_| DigestError::Thread)??;
            answers.extend(fits.iter().map(|it| Answer::of(it, window, past)));
        }
        Ok(answers)
    }

    /// Which of some entries belong to each.
    pub(super) async fn members(
        self,
        library: &Library,
        asker: &Asker,
        among: &BTreeSet<EntryId>,
        now: Timestamp,
    ) -> Result<Vec<BTreeSet<EntryId>>, DigestError> {
        let ask = self.ask(library, asker, now).await?;
        let mut members = Vec::with_capacity(self.queries.len());
        for queries in self.queries.chunks(AT_ONCE) {
            let (index, ask, queries) = (library.index.clone(), ask.clone(), queries.to_vec());
            let found = tokio::task::spawn_blocking(move || index.members(&queries, &ask));
            let found = found.await.map_err(|_| DigestError::Thread)??.into_iter();
            let known = |it: Vec<EntryId>| it.into_iter().filter(|it| among.contains(it)).collect();
            members.extend(found.map(known));
        }
        Ok(members)
    }

    async fn ask(
        &self,
        library: &Library,
        asker: &Asker,
        now: Timestamp,
    ) -> Result<Ask, DigestError> {
        let queries: Vec<&Query> = self.queries.iter().collect();
        let (known, _) = look_up(library, asker, &queries, TopicsToKnow::Named).await?;
        Ok(Ask { known, strict: true, ..Ask::best(0, now) })
    }
}

impl Answer {
    fn of(hits: &[Hit], window: &Window, past: &Past) -> Self {
        let fitting = Fitting::among(hits);
        let mut answer = Self::default();
        let mut fits: HashMap<u32, f32> = HashMap::new();
        for hit in hits {
            let fit = fitting.of(hit);
            answer.recent.extend(past.recent_place(hit.entry));
            let Some(found) = past.post(hit.entry) else { continue };
            answer.old.extend(past.old(found, fit, window));
            match (window.place_of(hit.entry), window.number_of(found.peer)) {
                (Some(place), _) => {
                    let best = fits.entry(place).or_default();
                    *best = best.max(fit);
                }
                (None, Some(peer)) if found.ordered != UNDATED => {
                    let latest = answer.latest.entry(peer).or_insert(found.ordered);
                    *latest = (*latest).max(found.ordered);
                }
                _ => {}
            }
        }
        answer.fits = fits.into_iter().collect();
        answer.fits.sort_unstable_by_key(|(place, _)| *place);
        answer.old = best(answer.old, MOST_OLD);
        answer.recent.sort_unstable();
        answer
    }
}
