//! Trends: subjects and key phrases that peers write about more than they did.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::{
    Asker, FindError,
    survey::{Scope, Survey, own_subjects, those_of},
};
use crate::{
    domain::{
        FEWEST_STORIES, Published, ReaderId, Slug, Subject, Trend, last_quarter, rising,
        trends_since,
    },
    home::Library,
    report::chain,
    store::{Store, StoreError},
};

#[derive(Clone, Debug)]
pub struct Trends {
    /// The reader's own, the steepest first, rising or not.
    pub subjects: Vec<(Subject, Trend)>,
    /// Key phrases that rise, the steepest first.
    pub phrases: Vec<(Subject, Trend)>,
    /// Stories in all, in the last quarter.
    pub stories: usize,
    pub peers: usize,
    /// Whether there is anything that the last quarter could be set against.
    pub has_year_before: bool,
}

/// Phrases that are told.
const MOST_PHRASES: usize = 30;

pub async fn trends(
    library: &Library,
    asker: &Asker,
    scope: &Scope,
    known: &KnownRising,
    now: Timestamp,
) -> Result<Trends, FindError> {
    let own = own_subjects(library, asker).await?;
    let scope = Scope { since: Some(trends_since(now)), ..scope.clone() };
    let survey = Survey::of_everything(library, asker, &scope, &own, now).await?;
    let published = Published::of(&survey.census.posts, now);
    let trends = survey.on_subjects().into_iter().map(|posts| published.trend(&posts));
    let mut subjects: Vec<(Subject, Trend)> = own.into_iter().zip(trends).collect();
    subjects.sort_by(|a, b| b.1.rise.total_cmp(&a.1.rise));
    let last = || survey.census.posts.iter().filter(|it| it.ordered > last_quarter(now));
    let stories = last().map(|it| it.story).collect::<BTreeSet<_>>().len();
    let peers = last().map(|it| &*it.peer).collect::<BTreeSet<_>>().len();
    let has_year_before = published.has_year_before();
    let counting = Counting { store: library.store.clone(), survey, published, now };
    let phrases =
        known.rising(RisingKey::of(library, asker, &scope, now), counting.rising()).await?;
    Ok(Trends { subjects, phrases: phrases.to_vec(), stories, peers, has_year_before })
}

/// What phrases are counted from.
struct Counting {
    store: Store,
    survey: Survey,
    published: Published,
    now: Timestamp,
}

impl Counting {
    async fn rising(self) -> Result<Rising, StoreError> {
        let times = (last_quarter(self.now), trends_since(self.now));
        let phrases = self.store.frequent_phrases(times, FEWEST_STORIES).await?;
        let judged = self.survey.by_entry();
        let phrases = phrases.iter().map(|(it, entries)| (it.as_str(), those_of(&judged, entries)));
        let mut phrases = rising(phrases, &self.published);
        phrases.truncate(MOST_PHRASES);
        Ok(phrases.into_iter().map(|(it, trend)| (Subject::of_phrase(&it), trend)).collect())
    }
}

type Rising = Arc<[(Subject, Trend)]>;

/// Phrases that rise, kept until the library or the day is another one: to count all phrases of a large
/// library takes more than a second. Where it took that long, those of the library before are told while
/// the others are counted.
#[derive(Clone, Debug, Default)]
pub struct KnownRising(Arc<Mutex<Vec<KeptRising>>>);

#[derive(Debug)]
struct KeptRising {
    key: RisingKey,
    rising: Rising,
    /// To count them.
    took: Duration,
    /// Whether they are counted anew already.
    is_under_way: bool,
}

/// What rises depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RisingKey {
    /// Of the index.
    generation: u64,
    day: i64,
    whose: Whose,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Whose {
    reader: ReaderId,
    domain: Option<Slug>,
    peer: Option<Slug>,
    domains: Vec<Slug>,
    mute: Vec<String>,
}

/// Domains and readers for whom phrases are kept.
const MOST_KNOWN: usize = 16;
/// Nobody waits longer, where there is something to show.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

impl RisingKey {
    fn of(library: &Library, asker: &Asker, scope: &Scope, now: Timestamp) -> Self {
        let profile = asker.profile();
        let (domains, mute) = (profile.domains.clone(), profile.mute.clone());
        let (domain, peer) = (scope.domain.clone(), scope.peer.clone());
        Self {
            generation: library.index.generation(),
            day: now.as_second().div_euclid(24 * 60 * 60),
            whose: Whose { reader: asker.reader, domain, peer, domains, mute },
        }
    }
}

impl KnownRising {
    /// `counting` is waited for only where nothing is known, or where it takes no time.
    async fn rising(
        &self,
        key: RisingKey,
        counting: impl Future<Output = Result<Rising, StoreError>> + Send + 'static,
    ) -> Result<Rising, StoreError> {
        if let Some(kept) = self.all().iter_mut().find(|it| it.key.whose == key.whose) {
            if kept.key == key {
                return Ok(Arc::clone(&kept.rising));
            }
            if kept.took > LONGEST_WAIT {
                let is_under_way = mem::replace(&mut kept.is_under_way, true);
                let older = Arc::clone(&kept.rising);
                if !is_under_way {
                    let this = self.clone();
                    tokio::spawn(async move { this.count_anew(key, counting).await });
                }
                return Ok(older);
            }
        }
        self.count(key, counting).await
    }

    async fn count_anew(
        &self,
        key: RisingKey,
        counting: impl Future<Output = Result<Rising, StoreError>>,
    ) {
        let whose = key.whose.clone();
        if let Err(error) = self.count(key, counting).await {
            tracing::warn!("could not count which phrases rise: {}", chain(&error));
            self.all().retain(|it| it.key.whose != whose);
        }
    }

    async fn count(
        &self,
        key: RisingKey,
        counting: impl Future<Output = Result<Rising, StoreError>>,
    ) -> Result<Rising, StoreError> {
        let began = Instant::now();
        let rising = counting.await?;
        let took = began.elapsed();
        let mut all = self.all();
        all.retain(|it| it.key.whose != key.whose);
        if all.len() >= MOST_KNOWN {
            all.remove(0);
        }
        let kept = Arc::clone(&rising);
        all.push(KeptRising { key, rising: kept, took, is_under_way: false });
        Ok(rising)
    }

    fn all(&self) -> MutexGuard<'_, Vec<KeptRising>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Trend;

    fn key(generation: u64, reader: i64) -> RisingKey {
        let whose = Whose {
            reader: ReaderId(reader),
            domain: None,
            peer: None,
            domains: Vec::new(),
            mute: Vec::new(),
        };
        RisingKey { generation, day: 1, whose }
    }

    fn told(phrase: &str) -> Rising {
        let published = Published::of([], Timestamp::UNIX_EPOCH);
        let trend: Trend = published.trend(&[]);
        Arc::new([(Subject::of_phrase(phrase), trend)])
    }

    #[tokio::test]
    async fn what_is_quickly_counted_is_never_of_an_earlier_library() {
        let known = KnownRising::default();
        for (generation, phrase) in [(1, "queues"), (1, "not counted"), (2, "prices")] {
            let counting = async move { Ok(told(phrase)) };
            let rising = known.rising(key(generation, 1), counting).await.unwrap();
            let expected = if generation == 1 { "queues" } else { "prices" };
            assert_eq!(rising[0].0.name, expected);
        }
    }

    #[tokio::test]
    async fn what_takes_long_is_told_of_the_library_before_while_it_is_counted_once() {
        let known = KnownRising::default();
        known.rising(key(1, 1), async { Ok(told("queues")) }).await.unwrap();
        known.all()[0].took = LONGEST_WAIT * 2;
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let counting = async move {
            wait.await.unwrap();
            Ok(told("prices"))
        };
        let rising = known.rising(key(2, 1), counting).await.unwrap();
        assert_eq!(rising[0].0.name, "queues");
        let again = async { unreachable!("it is under way") };
        assert_eq!(known.rising(key(2, 1), again).await.unwrap()[0].0.name, "queues");
        let other = known.rising(key(2, 2), async { Ok(told("ranking")) }).await.unwrap();
        assert_eq!(other[0].0.name, "ranking", "another reader's is another's");
        go.send(()).unwrap();
        while known.all().iter().any(|it| it.is_under_way) {
            tokio::task::yield_now().await;
        }
        let counted = async { unreachable!("it is known") };
        assert_eq!(known.rising(key(2, 1), counted).await.unwrap()[0].0.name, "prices");
    }
}
