//! How the crawl is doing, for the faces to show.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{ArticleRound, Progress, Round};

/// Shared between the crawl, which writes it, and the faces, which read it.
#[derive(Clone, Debug, Default)]
pub struct Status(Arc<Mutex<Snapshot>>, Progress);

#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Whether this process crawls at all.
    pub crawls: bool,
    /// Since when a round is running.
    pub running_since: Option<Timestamp>,
    /// When the last round ended, and what it came to.
    pub last_round: Option<(Timestamp, Round)>,
    /// The same for the last time that articles were asked for.
    pub last_articles: Option<(Timestamp, ArticleRound)>,
    /// Rounds since the start.
    pub rounds: u64,
    /// Mistakes in `feeds.toml` that keep it from being followed; the last good one stays in use.
    pub mistakes: Option<String>,
    /// Something that keeps the crawl from its work, told in one line.
    pub trouble: Option<String>,
}

impl Status {
    pub fn snapshot(&self) -> Snapshot {
        self.lock().clone()
    }

    pub fn update(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.lock());
    }

    /// What the round under way has come to.
    pub fn progress(&self) -> &Progress {
        &self.1
    }

    /// A panic elsewhere leaves a snapshot that can still be read.
    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
