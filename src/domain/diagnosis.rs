//! What is wrong with a source, from what visits left, so that something can be done about it.

use std::time::Duration;

use jiff::Timestamp;

use super::{Address, FailureKind, Replacement, SourceToVisit, SourceType};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Diagnosis {
    Fine,
    /// It is read elsewhere than the file says, for good.
    Moved {
        to: Address,
    },
    /// It is dead or stale, while the blog lives on elsewhere on its site.
    Dropped {
        since: Timestamp,
        lives_on: Replacement,
    },
    /// It is gone, or has answered with nothing that lists posts for long.
    Dead {
        since: Timestamp,
    },
    /// It answers, and its newest post is far older than its rhythm lets expect.
    Stale {
        newest: Timestamp,
        usual: Duration,
    },
}

/// A source that fails for this long will not come back by itself.
const DEAD_AFTER: Duration = Duration::from_hours(7 * 24);
/// So many failures in a row at least.
const DEAD_FAILURES: u32 = 3;
/// Gaps of the usual length without a post before a source counts as stale …
const STALE_GAPS: u32 = 6;
/// … and at least this: holidays are no sign.
const STALE_AFTER: Duration = Duration::from_hours(60 * 24);

/// A site that showed nothing better is searched again after this.
const SEARCH_AGAIN_AFTER: Duration = Duration::from_hours(7 * 24);

impl Diagnosis {
    /// The word in JSON and in the message catalogue.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Moved { .. } => "moved",
            Self::Dropped { .. } => "dropped",
            Self::Dead { .. } => "dead",
            Self::Stale { .. } => "stale",
        }
    }
}

pub fn diagnose(source: &SourceToVisit, now: Timestamp) -> Diagnosis {
    let (diagnosis, since) = match by_its_visits(source, now) {
        it @ Diagnosis::Dead { since } => (it, since),
        it @ Diagnosis::Stale { newest, .. } => (it, newest),
        other => return other,
    };
    let search = source.state.discovery.search.as_ref().filter(|it| it.at >= since);
    match search.and_then(|it| it.found.clone()) {
        Some(lives_on) => Diagnosis::Dropped { since, lives_on },
        None => diagnosis,
    }
}

/// Whether to search the site of a source for something that could take its place: it is dead or
/// stale, and nobody has searched for a while.
pub fn wants_search(source: &SourceToVisit, now: Timestamp) -> bool {
    let is_lost =
        matches!(by_its_visits(source, now), Diagnosis::Dead { .. } | Diagnosis::Stale { .. });
    let search = source.state.discovery.search.as_ref();
    is_lost && search.is_none_or(|it| it.at + SEARCH_AGAIN_AFTER <= now)
}

/// What is wrong with a source, as far as its own visits tell.
fn by_its_visits(source: &SourceToVisit, now: Timestamp) -> Diagnosis {
    let state = &source.state;
    let since = state.failing_since.or(state.visited).unwrap_or(now);
    let failing = now.duration_since(since).unsigned_abs();
    let is_lasting = state.failures >= DEAD_FAILURES && failing >= DEAD_AFTER;
    let kind = state.failure.as_ref().map(|it| it.kind);
    if state.muted || kind.is_some_and(speaks_of_death) && is_lasting {
        return Diagnosis::Dead { since };
    }
    if source.kind != SourceType::Site && state.in_use != source.address && state.failure.is_none()
    {
        return Diagnosis::Moved { to: state.in_use.clone() };
    }
    match (state.newest, state.rhythm) {
        (Some(newest), Some(usual)) if is_stale(newest, usual, now) => {
            Diagnosis::Stale { newest, usual }
        }
        _ => Diagnosis::Fine,
    }
}

/// Failures that do not pass by themselves when they last.
fn speaks_of_death(kind: FailureKind) -> bool {
    use FailureKind as Kind;
    matches!(
        kind,
        Kind::Dns
            | Kind::Refused
            | Kind::NotFound
            | Kind::Gone
            | Kind::NotAFeed
            | Kind::Empty
            | Kind::Redirects
            | Kind::NoPosts
            | Kind::Broken
    )
}

fn is_stale(newest: Timestamp, usual: Duration, now: Timestamp) -> bool {
    let silence = now.duration_since(newest);
    silence.is_positive()
        && silence.unsigned_abs() > STALE_AFTER.max(usual.saturating_mul(STALE_GAPS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Failure, Lane, PageRules, Search, SourceId, SourceState};

    fn source(now: Timestamp) -> SourceToVisit {
        let address: Address = "https://a.example/feed".parse().unwrap();
        SourceToVisit {
            id: SourceId(1),
            peer_name: "A".into(),
            kind: SourceType::Feed,
            lane: Lane::default(),
            keep: Vec::new(),
            drop: Vec::new(),
            every: Duration::from_hours(1),
            user_agent: None,
            pages: PageRules::default(),
            state: SourceState::new(address.clone(), now),
            address,
        }
    }

    #[test]
    fn a_source_is_dead_when_it_is_gone_or_has_failed_for_a_week_and_not_before() {
        let begin: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let mut it = source(begin);
        let fails = |kind| Failure { kind, detail: String::new(), status: None, retry_after: None };
        it.state.failing_since = Some(begin);
        (it.state.failures, it.state.failure) = (5, Some(fails(FailureKind::NotFound)));
        assert_eq!(diagnose(&it, begin + Duration::from_hours(24)), Diagnosis::Fine);
        let dead = Diagnosis::Dead { since: begin };
        assert_eq!(diagnose(&it, begin + Duration::from_hours(200)), dead);
        it.state.failure = Some(fails(FailureKind::Server));
        assert_eq!(diagnose(&it, begin + Duration::from_hours(200)), Diagnosis::Fine);
        it.state.muted = true;
        assert_eq!(diagnose(&it, begin), dead);
    }

    #[test]
    fn a_source_is_stale_against_its_own_rhythm_and_never_for_a_holiday() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let mut it = source(now);
        let days = |count: u64| Duration::from_hours(24 * count);
        (it.state.newest, it.state.rhythm) = (Some(now - days(40)), Some(days(2)));
        assert_eq!(diagnose(&it, now), Diagnosis::Fine);
        it.state.newest = Some(now - days(70));
        assert!(matches!(diagnose(&it, now), Diagnosis::Stale { .. }));
        it.state.rhythm = Some(days(30));
        assert_eq!(diagnose(&it, now), Diagnosis::Fine);
    }

    #[test]
    fn a_source_whose_blog_lives_on_elsewhere_has_been_dropped_and_is_searched_for_once_a_week() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let days = |count: u64| Duration::from_hours(24 * count);
        let mut it = source(now);
        assert!(!wants_search(&it, now), "a source that is fine");
        (it.state.newest, it.state.rhythm) = (Some(now - days(70)), Some(days(2)));
        assert!(wants_search(&it, now));
        let search = |at, found| Some(Search { at, found });
        it.state.discovery.search = search(now - days(1), None);
        assert!(!wants_search(&it, now) && wants_search(&it, now + days(6)));
        assert!(matches!(diagnose(&it, now), Diagnosis::Stale { .. }));
        let address = "https://a.example/blog".parse().unwrap();
        let lives_on = Replacement { kind: SourceType::Listing, address };
        it.state.discovery.search = search(now - days(1), Some(lives_on.clone()));
        let dropped = Diagnosis::Dropped { since: now - days(70), lives_on };
        assert_eq!(diagnose(&it, now), dropped);
        // What was found before it fell silent says nothing of now.
        it.state.newest = Some(now - days(69));
        it.state.discovery.search.as_mut().unwrap().at = now - days(69) - days(1);
        assert!(matches!(diagnose(&it, now), Diagnosis::Stale { .. }));
    }

    #[test]
    fn a_source_that_is_read_elsewhere_has_moved_and_a_site_has_not() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let mut it = source(now);
        let to: Address = "https://a.example/new".parse().unwrap();
        it.state.in_use = to.clone();
        assert_eq!(diagnose(&it, now), Diagnosis::Moved { to });
        it.kind = SourceType::Site;
        assert_eq!(diagnose(&it, now), Diagnosis::Fine);
    }
}
