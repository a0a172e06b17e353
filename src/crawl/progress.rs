//! What the round under way has come to, source by source, for whoever watches; and which visits people ask
//! for.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use super::{Event, Round};
use crate::domain::{FailureKind, Outcome, SourceId, SourceToVisit};

/// Shared between the crawl, which tells it, and the faces, which watch. Clones share it.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    board: Mutex<Board>,
    /// The number of the last change.
    changed: watch::Sender<u64>,
    asked: Mutex<BTreeSet<SourceId>>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Board {
    number: u64,
    began: Option<Timestamp>,
    is_running: bool,
    outage: bool,
    order: Vec<SourceId>,
    sources: HashMap<SourceId, (u64, SourceProgress)>,
}

/// How a round stands, with the sources that changed since somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgressReport {
    /// To be named at the next look.
    pub number: u64,
    /// `None` before the first round.
    pub began: Option<Timestamp>,
    pub is_running: bool,
    /// Nobody at all was reached.
    pub outage: bool,
    pub all: usize,
    pub done: usize,
    pub posts: usize,
    /// In the order of the round.
    pub changed: Vec<SourceProgress>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProgress {
    pub id: SourceId,
    pub peer_name: String,
    pub address: String,
    pub step: VisitStep,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisitStep {
    Waiting,
    /// It lists so many posts.
    Read(usize),
    Unchanged,
    Failed {
        kind: FailureKind,
        detail: String,
    },
    /// The round ended before its turn.
    Left,
}

impl Default for Progress {
    fn default() -> Self {
        Self(Arc::new(Inner {
            board: Mutex::default(),
            changed: watch::Sender::new(0),
            asked: Mutex::default(),
            wake: Notify::new(),
        }))
    }
}

impl Progress {
    /// A round over these sources begins.
    pub fn begin(&self, sources: &[SourceToVisit], now: Timestamp) {
        self.change(|board, number| {
            let of = |it: &SourceToVisit| SourceProgress {
                id: it.id,
                peer_name: it.peer_name.clone(),
                address: it.address.to_string(),
                step: VisitStep::Waiting,
            };
            board.order = sources.iter().map(|it| it.id).collect();
            board.sources = sources.iter().map(|it| (it.id, (number, of(it)))).collect();
            (board.began, board.is_running, board.outage) = (Some(now), true, false);
        });
    }

    pub fn tell(&self, event: &Event<'_>) {
        let Event::Visited { source, visit } = event else { return };
        let step = match &visit.outcome {
            Outcome::Read { entries } => VisitStep::Read(entries.len()),
            Outcome::Unchanged => VisitStep::Unchanged,
            Outcome::Failed(failure) => {
                VisitStep::Failed { kind: failure.kind, detail: failure.detail.clone() }
            }
        };
        self.change(|board, number| {
            if let Some((changed, known)) = board.sources.get_mut(&source.id) {
                (*changed, known.step) = (number, step);
            }
        });
    }

    /// The round ended; `None` if it failed for a reason of our own.
    pub fn end(&self, round: Option<&Round>) {
        self.change(|board, number| {
            board.is_running = false;
            board.outage = round.is_some_and(|it| it.outage);
            for (changed, source) in board.sources.values_mut() {
                if source.step == VisitStep::Waiting {
                    (*changed, source.step) = (number, VisitStep::Left);
                }
            }
        });
    }

    /// How the round stands, with the sources that changed after a number; 0 for all.
    pub fn since(&self, number: u64) -> ProgressReport {
        let board = self.board();
        let of = |id: &SourceId| board.sources.get(id);
        let all: Vec<&(u64, SourceProgress)> = board.order.iter().filter_map(of).collect();
        let posts = |it: &&(u64, SourceProgress)| match it.1.step {
            VisitStep::Read(posts) => posts,
            _ => 0,
        };
        ProgressReport {
            number: board.number,
            began: board.began,
            is_running: board.is_running,
            outage: board.outage,
            all: all.len(),
            done: all.iter().filter(|it| it.1.step != VisitStep::Waiting).count(),
            posts: all.iter().map(posts).sum(),
            changed: all.iter().filter(|it| it.0 > number).map(|it| it.1.clone()).collect(),
        }
    }

    /// Tells of every change, by its number.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Has a source be visited in the next round, due or not, unless its server asked to be left alone.
    pub fn ask_for(&self, source: SourceId) {
        self.asked().insert(source);
        self.0.wake.notify_one();
    }

    /// Whether a visit was asked for that no round has taken up yet.
    pub fn is_asked_for(&self, source: SourceId) -> bool {
        self.asked().contains(&source)
    }

    /// What was asked for; from now on it is the caller's.
    pub fn take_asked(&self) -> BTreeSet<SourceId> {
        std::mem::take(&mut self.asked())
    }

    /// Until a visit is asked for.
    pub async fn asked_for(&self) {
        self.0.wake.notified().await;
    }

    fn change(&self, change: impl FnOnce(&mut Board, u64)) {
        let mut board = self.board();
        board.number += 1;
        let number = board.number;
        change(&mut board, number);
        drop(board);
        self.0.changed.send_replace(number);
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> MutexGuard<'_, BTreeSet<SourceId>> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Lane, PageRules, SourceState, SourceType};

    fn source(id: i64) -> SourceToVisit {
        let address: crate::domain::Address = format!("https://{id}.example/").parse().unwrap();
        SourceToVisit {
            id: SourceId(id),
            peer_name: format!("Peer {id}"),
            kind: SourceType::Feed,
            lane: Lane::Engineering,
            keep: Vec::new(),
            drop: Vec::new(),
            every: std::time::Duration::from_hours(1),
            user_agent: None,
            pages: PageRules::default(),
            state: SourceState::new(address.clone(), Timestamp::UNIX_EPOCH),
            address,
        }
    }

    #[test]
    fn whoever_looks_again_sees_only_what_changed_since() {
        let progress = Progress::default();
        assert_eq!(progress.since(0), ProgressReport::default());
        progress.begin(&[source(1), source(2)], Timestamp::UNIX_EPOCH);
        let first = progress.since(0);
        assert_eq!((first.all, first.done, first.changed.len()), (2, 0, 2));
        assert_eq!(progress.since(first.number).changed, []);
        progress.end(Some(&Round::default()));
        let last = progress.since(first.number);
        assert_eq!((last.done, last.is_running), (2, false));
        assert!(last.changed.iter().all(|it| it.step == VisitStep::Left));
    }

    #[test]
    fn what_is_asked_for_is_taken_up_once() {
        let progress = Progress::default();
        progress.ask_for(SourceId(7));
        progress.ask_for(SourceId(7));
        assert!(progress.is_asked_for(SourceId(7)));
        assert_eq!(progress.take_asked().len(), 1);
        assert!(!progress.is_asked_for(SourceId(7)) && progress.take_asked().is_empty());
    }
}
