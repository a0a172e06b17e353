//! One round: many visits at once, one writer, one follower; the order of steps, and no decisions.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};

use super::{
    RobotsWatch,
    follow::{FollowError, Follower},
    outage::OutageWatch,
    stories::stories_follow,
    visit::Visitor,
};
use crate::{
    domain::{FailureKind, HostTally, Outcome, SourceState, SourceToVisit, Visit},
    home::Doors,
    store::{Recorded, StoreError},
};

/// Visits that one transaction records at most.
const GROUP_VISITS: usize = 32;
/// Finished visits that may wait for the writer.
const WAITING_VISITS: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    #[error("could not record visits")]
    Library(#[from] StoreError),
    #[error("the index could not follow")]
    Index(#[from] FollowError),
    #[error("the thread that reads entries failed")]
    Thread,
}

/// Something that happened in a round, for whoever watches.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    Visited {
        source: &'a SourceToVisit,
        visit: &'a Visit,
    },
    /// What recording a group of visits came to, in their order.
    Recorded(&'a [Recorded]),
}

/// What a round came to.
#[derive(Clone, Debug, Default)]
pub struct Round {
    pub visited: u64,
    /// Sources whose server asked to be left alone until later.
    pub waiting: u64,
    pub new: u64,
    pub edited: u64,
    /// Entries that were read for what they are about.
    pub read: u64,
    /// Sources that had nothing to tell.
    pub unchanged: u64,
    pub failed: BTreeMap<FailureKind, u64>,
    /// Bytes that came over the wire.
    pub received_bytes: u64,
    /// Bytes that conditional requests saved: what the unchanged documents measured last time.
    pub saved_bytes: u64,
    /// Nobody at all was reached.
    pub outage: bool,
    /// The round ended early because it was asked to.
    pub stopped: bool,
}

/// Visits all of `sources` that may be asked now, records what they list, and returns when the
/// index holds it. Stops early, with everything finished recorded, when `stop` turns true.
pub async fn round(
    doors: &Doors,
    sources: Vec<SourceToVisit>,
    stop: watch::Receiver<bool>,
    tell: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Round, CrawlError> {
    let follower = Follower::start(&doors.store, &doors.index).await?;
    let visited = visit_all(doors, sources, stop, tell, &follower).await;
    let stories = stories_follow(&doors.store).await;
    // Also after a failure: nobody else can write to the index before.
    let index_is_whole = follower.finish().await;
    let mut round = visited?;
    stories?;
    round.read = index_is_whole?;
    Ok(round)
}

async fn visit_all(
    doors: &Doors,
    sources: Vec<SourceToVisit>,
    mut stop: watch::Receiver<bool>,
    tell: &(dyn Fn(Event<'_>) + Sync),
    follower: &Follower,
) -> Result<Round, CrawlError> {
    let mut round = Round::default();
    let (sources, waiting) = ready(sources, doors);
    round.waiting = waiting;
    let (finished, mut arriving) = mpsc::channel(WAITING_VISITS);
    let mut visits = start_visits(doors, sources, &finished);
    drop(finished);
    let mut writer = Writer { doors, outage: OutageWatch::default(), follower };
    loop {
        let mut group = Vec::with_capacity(GROUP_VISITS);
        tokio::select! {
            count = arriving.recv_many(&mut group, GROUP_VISITS) => if count == 0 { break },
            () = stopped(&mut stop), if !round.stopped => {
                // What is finished is still taken; then the last sender is gone.
                round.stopped = true;
                visits.abort_all();
            }
        }
        writer.take(group, &mut round, tell).await?;
    }
    writer.finish(&mut round, tell).await?;
    Ok(round)
}

type Finished = (SourceToVisit, Visit);

/// Until the round is asked to stop; for ever if nobody is left who could ask.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The sources whose `Retry-After` and back-off have passed, and how many others there are.
fn ready(sources: Vec<SourceToVisit>, doors: &Doors) -> (Vec<SourceToVisit>, u64) {
    let now = doors.clock.now();
    let all = sources.len();
    let may = |it: &SourceToVisit| it.state.not_before.is_none_or(|at| at <= now);
    let ready: Vec<_> = sources.into_iter().filter(may).collect();
    let waiting = (all - ready.len()) as u64;
    (ready, waiting)
}

fn start_visits(
    doors: &Doors,
    sources: Vec<SourceToVisit>,
    finished: &mpsc::Sender<Finished>,
) -> JoinSet<()> {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    let taken: HashSet<String> = sources.iter().map(|it| it.state.in_use.key()).collect();
    let visitor = Visitor {
        fetcher: doors.fetcher.clone(),
        clock: doors.clock.clone(),
        readers: Arc::new(Semaphore::new(processors)),
        taken: Arc::new(taken),
        robots: RobotsWatch::new(doors),
    };
    let mut visits = JoinSet::new();
    for source in sources {
        let (visitor, finished) = (visitor.clone(), finished.clone());
        visits.spawn(async move {
            let (visit, _place) = visitor.visit(&source).await;
            // Nobody listens any more when the round was stopped.
            let _ = finished.send((source, visit)).await;
        });
    }
    visits
}

/// Records groups of visits and wakes the follower.
struct Writer<'a> {
    doors: &'a Doors,
    outage: OutageWatch,
    follower: &'a Follower,
}

impl Writer<'_> {
    async fn take(
        &mut self,
        group: Vec<Finished>,
        round: &mut Round,
        tell: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<(), CrawlError> {
        let mut visits = Vec::with_capacity(group.len());
        for (source, visit) in group {
            round.count(&source.state, &visit);
            if visit.status == Some(304) {
                let saved =
                    HostTally { saved_bytes: source.state.body_bytes, ..HostTally::default() };
                self.doors.fetcher.tally(&source.state.in_use.gate(), saved);
            }
            visits.extend(self.outage.let_through(source, visit));
        }
        self.record(told(visits, tell), round, tell).await
    }

    async fn record(
        &mut self,
        visits: Vec<Visit>,
        round: &mut Round,
        tell: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<(), CrawlError> {
        if visits.is_empty() {
            return Ok(());
        }
        let recorded = self.doors.store.record(visits).await?;
        super::politeness::write_down(self.doors).await?;
        let new: u64 = recorded.iter().map(|it| u64::from(it.new)).sum();
        let edited: u64 = recorded.iter().map(|it| u64::from(it.edited)).sum();
        round.new += new;
        round.edited += edited;
        tell(Event::Recorded(&recorded));
        if new + edited > 0 {
            self.follower.wake();
        }
        Ok(())
    }

    async fn finish(
        mut self,
        round: &mut Round,
        tell: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<(), CrawlError> {
        let (held, outage) = std::mem::take(&mut self.outage).finish();
        round.outage = outage;
        // An outage is told as a whole, and not for each of its sources.
        let held = if outage { told(held, &|_| {}) } else { told(held, tell) };
        self.record(held, round, tell).await
    }
}

/// Tells of visits that count, and gives them on to be recorded.
fn told(visits: Vec<Finished>, tell: &(dyn Fn(Event<'_>) + Sync)) -> Vec<Visit> {
    let told = visits.into_iter().map(|(source, visit)| {
        tell(Event::Visited { source: &source, visit: &visit });
        visit
    });
    told.collect()
}

impl Round {
    pub fn failures(&self) -> u64 {
        self.failed.values().sum()
    }

    fn count(&mut self, before: &SourceState, visit: &Visit) {
        self.visited += 1;
        self.received_bytes += visit.wire_bytes;
        match &visit.outcome {
            Outcome::Read { .. } => {}
            Outcome::Unchanged => {
                self.unchanged += 1;
                if visit.status == Some(304) {
                    self.saved_bytes += before.body_bytes;
                }
            }
            Outcome::Failed(failure) => *self.failed.entry(failure.kind).or_default() += 1,
        }
    }
}
