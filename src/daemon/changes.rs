//! Lets the index of a running service follow what changes between two rounds: corrections, deletions,
//! stories put together by hand, whether on a page or by another command.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tracing::{info, warn};

use super::Background;
use crate::{
    crawl::{FollowError, index_follows},
    home::Doors,
    report::chain,
};

/// What a person changed is found so soon.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks for changes until `stop` turns true.
pub async fn index_what_changes(
    doors: Arc<Doors>,
    background: Background,
    mut stop: watch::Receiver<bool>,
) {
    let mut seen = 0;
    while !*stop.borrow() {
        match follow(&doors, &background, &mut seen).await {
            Ok(None) => {}
            Ok(Some(entries)) => {
                info!("indexed what changed, and read {entries} entries");
                // Some of it may be pages that readers saved.
                background.news.notify_one();
            }
            Err(error) => warn!("the index could not follow: {}", chain(&error)),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

/// `None` where nothing changed. `seen` is the end of the change sequence at the last look: what cannot be followed is tried once, and
/// again with the next change.
async fn follow(
    doors: &Doors,
    background: &Background,
    seen: &mut i64,
) -> Result<Option<u64>, FollowError> {
    let last = doors.store.last_change().await?;
    if last <= doors.index.position().max(*seen) {
        return Ok(None);
    }
    *seen = last;
    let _turn = background.index.lock().await;
    index_follows(&doors.store, &doors.index).await.map(Some)
}
