//! Lets the index follow the store: what changed after the index's position is read for what it is
//! about, unless it was already, and put into the index, page by page, until that holds everything.

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle, time::Instant};

use super::{insight::read_anew, stories::stories_follow};
use crate::{
    home::index_document,
    search::{Index, IndexChange, SearchError},
    store::{IndexRow, Portion, Store, StoreError},
};

/// A round that goes on so long lets what it has be found meanwhile. Each commit costs the index a
/// segment, so that a short round has one only.
const COMMIT_AFTER: Duration = Duration::from_millis(1_500);
/// Entries after which the index commits in any case.
const COMMIT_ENTRIES: u64 = 20_000;
/// What is read at once: bounds memory, and is enough to keep the index busy.
const PORTION: Portion = Portion { rows: 250, bytes: 1024 * 1024 };

#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error("could not read changes from the library")]
    Library(#[from] StoreError),
    #[error("could not write changes to the index")]
    Index(#[from] SearchError),
    #[error("the thread that writes the index failed")]
    Thread,
}

/// What one step brought into the index, without committing.
struct Taken {
    upto: i64,
    entries: u64,
    /// Entries that were read for what they are about.
    read: u64,
    more: bool,
}

/// Brings the next portion of what changed after `position` into the index.
async fn take_portion(store: &Store, index: &Index, position: i64) -> Result<Taken, FollowError> {
    let mut page = store.changes_after(position, PORTION).await?;
    let entries = (page.put.len() + page.removed.len()) as u64;
    let mut taken = Taken { upto: page.upto, entries, read: 0, more: page.more };
    if entries > 0 {
        let read = move || {
            let read = read_anew(&mut page.put);
            (page, read)
        };
        let (page, read) =
            tokio::task::spawn_blocking(read).await.map_err(|_| FollowError::Thread)?;
        taken.read = read.len() as u64;
        // Before the index: what it holds can always be made anew from the library.
        store.record_insights(read).await?;
        let index = index.clone();
        let write = move || {
            let removed = page.removed.into_iter().map(IndexChange::Remove);
            let changes: Vec<IndexChange> =
                removed.chain(page.put.into_iter().map(change)).collect();
            index.apply(&changes)
        };
        tokio::task::spawn_blocking(write).await.map_err(|_| FollowError::Thread)??;
    }
    Ok(taken)
}

/// Follows the library in a task of its own while a round goes on: visits wait for no index, and what
/// waits to be indexed waits in the library.
pub(super) struct Follower {
    wake: watch::Sender<()>,
    task: JoinHandle<Result<u64, FollowError>>,
}

impl Follower {
    pub(super) async fn start(store: &Store, index: &Index) -> Result<Self, FollowError> {
        let position = start_position(store, index).await?;
        let (wake, woken) = watch::channel(());
        let run = Run {
            store: store.clone(),
            index: index.clone(),
            position,
            uncommitted: 0,
            read: 0,
            committed: Instant::now(),
        };
        Ok(Self { wake, task: tokio::spawn(run.follow_to_the_end(woken)) })
    }

    /// There may be something new in the library.
    pub(super) fn wake(&self) {
        self.wake.send_replace(());
    }

    /// Returns when the index holds all that the library does, and says how many entries were read for
    /// what they are about.
    pub(super) async fn finish(self) -> Result<u64, FollowError> {
        drop(self.wake);
        self.task.await.map_err(|_| FollowError::Thread)?
    }
}

/// The task of a [`Follower`].
struct Run {
    store: Store,
    index: Index,
    position: i64,
    /// Entries that the index took in since its last commit.
    uncommitted: u64,
    /// Entries that were read for what they are about.
    read: u64,
    committed: Instant,
}

impl Run {
    async fn follow_to_the_end(
        mut self,
        mut woken: watch::Receiver<()>,
    ) -> Result<u64, FollowError> {
        loop {
            let has_waiting = self.uncommitted > 0;
            let is_over = tokio::select! {
                woken = woken.changed() => woken.is_err(),
                () = tokio::time::sleep_until(self.committed + COMMIT_AFTER), if has_waiting => false,
            };
            self.catch_up().await?;
            if is_over {
                self.commit().await?;
                return Ok(self.read);
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), FollowError> {
        loop {
            let taken = take_portion(&self.store, &self.index, self.position).await?;
            self.position = taken.upto;
            self.uncommitted += taken.entries;
            self.read += taken.read;
            let is_late = self.committed.elapsed() >= COMMIT_AFTER;
            if self.uncommitted >= COMMIT_ENTRIES || (is_late && self.uncommitted > 0) {
                self.commit().await?;
            }
            if !taken.more {
                return Ok(());
            }
        }
    }

    async fn commit(&mut self) -> Result<(), FollowError> {
        if self.position != self.index.position() {
            commit(&self.index, self.position).await?;
        }
        self.uncommitted = 0;
        self.committed = Instant::now();
        Ok(())
    }
}

/// Brings stories together, then the index up to the store. Says how many entries were read for what
/// they are about.
pub async fn index_follows(store: &Store, index: &Index) -> Result<u64, FollowError> {
    stories_follow(store).await?;
    Follower::start(store, index).await?.finish().await
}

/// Where to go on from. An index of another library, or ahead of its own (a copy that was put back), is
/// emptied.
async fn start_position(store: &Store, index: &Index) -> Result<i64, FollowError> {
    let last = store.last_change().await?;
    let (index, lineage) = (index.clone(), store.lineage().to_owned());
    let prepare = move || {
        index.belong_to(&lineage)?;
        if index.position() > last {
            index.clear()?;
        }
        Ok(index.position())
    };
    tokio::task::spawn_blocking(prepare).await.map_err(|_| FollowError::Thread)?
}

async fn commit(index: &Index, position: i64) -> Result<(), FollowError> {
    let index = index.clone();
    let commit = move || index.commit(position);
    tokio::task::spawn_blocking(commit).await.map_err(|_| FollowError::Thread)??;
    Ok(())
}

/// A peer that was taken out of `feeds.toml` leaves the index as it leaves lists; its entries come
/// back from the library when it does.
fn change(row: IndexRow) -> IndexChange {
    if row.followed {
        IndexChange::Put(Box::new(index_document(row)))
    } else {
        IndexChange::Remove(row.entry.id)
    }
}

#[cfg(test)]
#[path = "follow_tests.rs"]
mod tests;
