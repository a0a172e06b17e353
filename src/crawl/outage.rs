//! Tells an outage of our own from sources that fail: when nobody at all is reached, it is us.

use std::collections::HashSet;

use crate::domain::{FailureKind, Gate, Outcome, SourceToVisit, Visit};

/// Hosts that must fail, with none reached, before a round counts as an outage of our own.
const FEWEST_GATES: usize = 3;

/// Holds visits back that reached no server, until one is reached or the round is over.
#[derive(Debug, Default)]
pub(super) struct OutageWatch {
    /// With each source as it was before the visit.
    held: Vec<(SourceToVisit, Visit)>,
    gates: HashSet<Gate>,
    someone_was_reached: bool,
}

impl OutageWatch {
    /// What counts from now on, and may be told and recorded.
    pub(super) fn let_through(
        &mut self,
        before: SourceToVisit,
        visit: Visit,
    ) -> Vec<(SourceToVisit, Visit)> {
        if self.someone_was_reached {
            return vec![(before, visit)];
        }
        let is_unreached = is_unreached(&visit);
        if is_unreached || asked_nobody(&visit) {
            self.gates.extend(is_unreached.then(|| before.state.in_use.gate()));
            self.held.push((before, visit));
            return Vec::new();
        }
        self.someone_was_reached = true;
        self.gates.clear();
        self.held.drain(..).chain([(before, visit)]).collect()
    }

    /// The visits that are still held back, and whether this was an outage: then nothing in them
    /// counts against a source.
    pub(super) fn finish(self) -> (Vec<(SourceToVisit, Visit)>, bool) {
        let outage = self.gates.len() >= FEWEST_GATES;
        let visits = self.held.into_iter().map(|(before, mut visit)| {
            if outage {
                visit.after = before.state.after_outage(visit.at);
            }
            (before, visit)
        });
        (visits.collect(), outage)
    }
}

fn is_unreached(visit: &Visit) -> bool {
    matches!(&visit.outcome, Outcome::Failed(failure) if failure.kind.is_unreached())
}

/// What `robots.txt` says is known from a copy, and a copy that is missing says nothing of the site: such
/// visits are no sign that anyone can be reached, nor that nobody can.
fn asked_nobody(visit: &Visit) -> bool {
    use FailureKind::{Robots, RobotsUnknown};
    matches!(&visit.outcome, Outcome::Failed(failure) if matches!(failure.kind, Robots | RobotsUnknown))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Failure, FailureKind, Lane, PageRules, SourceId, SourceState, SourceType};

    fn now() -> Timestamp {
        Timestamp::from_second(1_000_000).unwrap()
    }

    fn visit(host: &str, failure: Option<FailureKind>) -> (SourceToVisit, Visit) {
        let state = SourceState::new(format!("https://{host}/feed").parse().unwrap(), now());
        let every = Duration::from_hours(1);
        let failure = failure.map(|kind| Failure {
            kind,
            detail: String::new(),
            status: None,
            retry_after: None,
        });
        let visit = Visit {
            source: SourceId(1),
            at: now(),
            took: Duration::ZERO,
            conditional: false,
            wire_bytes: 0,
            status: None,
            after: match &failure {
                Some(failure) => state.after_failing(failure.clone(), every, now()),
                None => state.after_unchanged(&crate::domain::Answered::default(), every, now()),
            },
            outcome: failure.map_or(Outcome::Unchanged, Outcome::Failed),
        };
        let source = SourceToVisit {
            id: SourceId(1),
            peer_name: host.to_owned(),
            kind: SourceType::Feed,
            lane: Lane::Engineering,
            keep: Vec::new(),
            drop: Vec::new(),
            every,
            user_agent: None,
            pages: PageRules::default(),
            address: state.in_use.clone(),
            state,
        };
        (source, visit)
    }

    #[test]
    fn when_every_host_fails_nothing_is_counted_against_any() {
        let mut watch = OutageWatch::default();
        for host in ["a.com", "b.com", "c.com", "c.com"] {
            let (before, visit) = visit(host, Some(FailureKind::Dns));
            assert!(watch.let_through(before, visit).is_empty());
        }
        let (visits, outage) = watch.finish();
        assert!(outage && visits.len() == 4);
        assert!(
            visits.iter().all(|(_, it)| it.after.failures == 0 && it.after.not_before.is_none())
        );
    }

    #[test]
    fn one_host_that_answers_makes_the_others_failures_count() {
        let mut watch = OutageWatch::default();
        for host in ["a.com", "b.com", "c.com"] {
            let (before, visit) = visit(host, Some(FailureKind::Timeout));
            watch.let_through(before, visit);
        }
        let (before, answered) = visit("d.com", None);
        assert_eq!(watch.let_through(before, answered).len(), 4);
        let (before, later) = visit("e.com", Some(FailureKind::Dns));
        assert_eq!(watch.let_through(before, later)[0].1.after.failures, 1);
        assert_eq!(watch.finish().0.len(), 0);
    }

    #[test]
    fn a_single_unreachable_host_is_its_own_fault_and_an_error_page_is_an_answer() {
        let mut watch = OutageWatch::default();
        let (before, alone) = visit("a.com", Some(FailureKind::Refused));
        watch.let_through(before, alone);
        let (visits, outage) = watch.finish();
        assert!(!outage && visits[0].1.after.failures == 1);
        let (before, refused) = visit("a.com", Some(FailureKind::NotFound));
        assert_eq!(OutageWatch::default().let_through(before, refused).len(), 1);
    }
}
