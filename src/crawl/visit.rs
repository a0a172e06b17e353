//! One visit: asks a source's server, reads the answer, and says what the visit leaves behind.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::{
    RobotsWatch,
    read::{Reader, Reading},
};
use crate::{
    domain::{
        Address, Answered, Digest, Failure, FailureKind, Outcome, PAPERS_AGAIN, Permission,
        SourceState, SourceToVisit, SourceType, Validators, Visit,
    },
    fetch::{Accept, Answer, Document, Fetcher, Place, Reply, Request},
    home::Clock,
    report::chain,
};

/// From so many failures in a row on, every other visit tries the address in `feeds.toml` where a
/// redirect had led away from it.
const FAILURES_BEFORE_GOING_BACK: u32 = 3;

/// What all visits of a round share.
#[derive(Clone)]
pub(super) struct Visitor {
    pub(super) fetcher: Fetcher,
    pub(super) clock: Clock,
    /// As many documents are read at once as there are processors.
    pub(super) readers: Arc<Semaphore>,
    /// Keys of the addresses in use: a source never moves to where another one already is.
    pub(super) taken: Arc<HashSet<String>>,
    pub(super) robots: RobotsWatch,
}

impl Visitor {
    /// For one visit outside of a round.
    pub(super) fn alone(fetcher: &Fetcher, clock: &Clock, robots: RobotsWatch) -> Self {
        Self {
            fetcher: fetcher.clone(),
            clock: clock.clone(),
            readers: Arc::new(Semaphore::new(1)),
            taken: Arc::default(),
            robots,
        }
    }

    /// Visits a source. The place is to be kept until the visit is recorded.
    pub(super) async fn visit(&self, source: &SourceToVisit) -> (Visit, Option<Place>) {
        match source.reads_as(self.clock.now()) {
            SourceType::Feed | SourceType::Papers => {
                self.visit_document(source, Accept::Feed).await
            }
            SourceType::Sitemap => (self.visit_sitemap(source).await, None),
            SourceType::Listing => match self.may_fetch(source, &target_of(source)).await {
                Ok(()) => self.visit_document(source, Accept::Page).await,
                Err(failure) => (self.failed_unasked(source, failure), None),
            },
            SourceType::Site => self.visit_site(source).await,
        }
    }

    /// A source that is one document.
    async fn visit_document(
        &self,
        source: &SourceToVisit,
        accept: Accept,
    ) -> (Visit, Option<Place>) {
        let target = target_of(source);
        let validators = validators_for(&source.state, &target);
        let request = Request {
            address: target.clone(),
            validators,
            accept,
            user_agent: source.user_agent.clone(),
            now: self.clock.now(),
        };
        let conditional = !request.validators.is_empty();
        let fetched = self.fetcher.fetch(&request).await;
        let now = self.clock.now();
        match fetched {
            Ok(reply) => {
                let (visit, place) = self.judge(source, target, reply, conditional, now).await;
                (visit, Some(place))
            }
            Err(error) => (failed(source, error.failure(), conditional, Duration::ZERO, now), None),
        }
    }

    /// Whether the site's `robots.txt` lets a page be fetched. Feeds and sitemaps are made for it.
    pub(super) async fn may_fetch(
        &self,
        source: &SourceToVisit,
        page: &Address,
    ) -> Result<(), Failure> {
        let failure = |kind, detail| Failure { kind, detail, status: None, retry_after: None };
        match self.robots.permission_as(page, source.user_agent.as_deref()).await {
            Permission::Allowed => Ok(()),
            Permission::Forbidden { rule } => {
                let detail = format!("the robots.txt of {} says \"{rule}\"", page.host());
                Err(failure(FailureKind::Robots, detail))
            }
            Permission::Unknown => {
                let detail = format!("the robots.txt of {} could not be reached", page.host());
                Err(failure(FailureKind::RobotsUnknown, detail))
            }
        }
    }

    pub(super) fn failed_unasked(&self, source: &SourceToVisit, failure: Failure) -> Visit {
        failed(source, failure, false, Duration::ZERO, self.clock.now())
    }

    pub(super) async fn judge(
        &self,
        source: &SourceToVisit,
        target: Address,
        reply: Reply,
        conditional: bool,
        now: Timestamp,
    ) -> (Visit, Place) {
        let place = reply.place;
        let permanent = reply.permanent.filter(|it| !self.taken.contains(&it.key()));
        let answered =
            Answered { validators: reply.validators, lifetime: reply.lifetime, permanent };
        let (took, status, wire_bytes) = (reply.took, Some(reply.status), reply.wire_bytes);
        let state = SourceState { in_use: target, ..source.state.clone() };
        let finished = |outcome, after| Visit {
            source: source.id,
            at: now,
            took,
            outcome,
            conditional,
            wire_bytes,
            status,
            after,
        };
        // A list of papers that stays the same is a fault, which only reading tells.
        let reads_again = source.kind == SourceType::Papers;
        let document = match reply.answer {
            Answer::Fresh(document) if reads_again || !is_known(&state, &document) => document,
            Answer::Fresh(_) | Answer::Unchanged => {
                let after = state.after_unchanged(&answered, source.every, now);
                return (finished(Outcome::Unchanged, after), place);
            }
        };
        let read = self.read(Reader::of(source, reply.address, now), document, now).await;
        let visit = match read {
            Ok(Reading { learned, entries, late, .. }) => {
                let mut after = state.after_reading(&answered, learned, source.every, now);
                if late {
                    after.next_visit = after.next_visit.min(now + PAPERS_AGAIN);
                }
                finished(Outcome::Read { entries }, after)
            }
            Err(failure) => {
                Visit { wire_bytes, status, ..failed(source, failure, conditional, took, now) }
            }
        };
        (visit, place)
    }

    /// Reads a document on a thread of its own: parsing is work, and a parser's panic ends there.
    async fn read(
        &self,
        reader: Reader,
        document: Document,
        now: Timestamp,
    ) -> Result<Reading, Failure> {
        let broken = |detail: String| Failure {
            kind: FailureKind::Broken,
            detail,
            status: None,
            retry_after: None,
        };
        let address = reader.address.clone();
        let Ok(_turn) = self.readers.acquire().await else {
            return Err(broken(format!("reading {address} was interrupted")));
        };
        let read = tokio::task::spawn_blocking(move || reader.read(&document, now)).await;
        match read {
            Ok(Ok(reading)) => Ok(reading),
            Ok(Err(error)) => Err(Failure { kind: error.kind(), ..broken(chain(&error)) }),
            Err(_) => Err(broken(format!("the document at {address} made its reader fail"))),
        }
    }
}

/// The same bytes as last time, whatever the validators say.
pub(super) fn is_known(state: &SourceState, document: &Document) -> bool {
    state.body.as_ref().is_some_and(|it| *it == Digest::of([document.body.as_slice()]))
}

fn target_of(source: &SourceToVisit) -> Address {
    if source.kind == SourceType::Site {
        return source.state.in_use.clone();
    }
    let failures = source.state.failures;
    if failures >= FAILURES_BEFORE_GOING_BACK && failures % 2 == 1 {
        return source.address.clone();
    }
    source.state.in_use.clone()
}

/// Validators belong to the address that gave them.
fn validators_for(state: &SourceState, target: &Address) -> Validators {
    if *target == state.in_use { state.validators.clone() } else { Validators::default() }
}

pub(super) fn failed(
    source: &SourceToVisit,
    failure: Failure,
    conditional: bool,
    took: Duration,
    now: Timestamp,
) -> Visit {
    let every = match source.kind {
        SourceType::Papers => source.every.min(PAPERS_AGAIN),
        _ => source.every,
    };
    Visit {
        source: source.id,
        at: now,
        took,
        conditional,
        wire_bytes: 0,
        status: failure.status,
        after: source.state.after_failing(failure.clone(), every, now),
        outcome: Outcome::Failed(failure),
    }
}
