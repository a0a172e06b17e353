//! Reads again in the background of a service what another version of the model read.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tracing::{info, warn};

use super::Background;
use crate::{
    crawl::{FollowError, reread_portion},
    home::Doors,
    insight::MODEL,
    report::chain,
    store::Rereading,
};

/// Between two portions, so that visits and articles come first.
const PAUSE: Duration = Duration::from_secs(1);

/// Reads the library portion by portion until this model has read all of it, or `stop` turns true. A
/// round of visits waits for one portion at most.
pub async fn reread_what_others_read(
    doors: Arc<Doors>,
    background: Background,
    mut stop: watch::Receiver<bool>,
) {
    match reread(&doors, &background, &mut stop).await {
        Ok(0) => {}
        Ok(entries) => info!("read {entries} entries anew for what they are about"),
        Err(error) => warn!("could not read all entries anew: {}", chain(&error)),
    }
}

async fn reread(
    doors: &Doors,
    background: &Background,
    stop: &mut watch::Receiver<bool>,
) -> Result<u64, FollowError> {
    let (mut entries, mut before) = (0, None);
    while !*stop.borrow() {
        let turn = background.index.lock().await;
        let which = Rereading::NotBy(MODEL);
        let part = reread_portion(&doors.store, &doors.index, which, before).await?;
        drop(turn);
        entries += part.entries;
        before = part.next;
        if before.is_none() {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
    Ok(entries)
}
