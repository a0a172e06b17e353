//! Sources that need care: which of them an issue names, and what for.

use jiff::{SignedDuration, Timestamp};

use super::Care;
use crate::domain::{Diagnosis, SourceToVisit, diagnose};

/// A source that fails for less may be back tomorrow.
const FAILING_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// What is wrong with followed sources and will not pass by itself, by peer.
pub fn cares<'a>(
    sources: impl IntoIterator<Item = &'a SourceToVisit>,
    now: Timestamp,
) -> Vec<Care> {
    let mut cares: Vec<Care> = sources.into_iter().filter_map(|it| care(it, now)).collect();
    cares.sort_by(|a, b| {
        (&a.peer_name, a.address.as_str()).cmp(&(&b.peer_name, b.address.as_str()))
    });
    cares
}

fn care(source: &SourceToVisit, now: Timestamp) -> Option<Care> {
    let diagnosis = diagnose(source, now);
    let (what, since) = match &diagnosis {
        Diagnosis::Dead { since } | Diagnosis::Dropped { since, .. } => {
            (diagnosis.as_str(), Some(*since))
        }
        Diagnosis::Stale { newest, .. } => (diagnosis.as_str(), Some(*newest)),
        Diagnosis::Fine | Diagnosis::Moved { .. } => failing(source, now)?,
    };
    let peer_name = source.peer_name.clone();
    Some(Care { peer_name, address: source.address.clone(), what: what.to_owned(), since })
}

fn failing(source: &SourceToVisit, now: Timestamp) -> Option<(&'static str, Option<Timestamp>)> {
    let failure = source.state.failure.as_ref().filter(|it| it.kind.is_fault())?;
    let since = source.state.failing_since?;
    let is_lasting = now.duration_since(since) >= FAILING_AFTER;
    is_lasting.then_some((failure.kind.as_str(), Some(since)))
}
