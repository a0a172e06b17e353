//! Searches the sites of lost sources in the background: a search is a dozen requests, for which no
//! visit is to wait.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tracing::{info, warn};

use crate::{
    crawl::{self, Status},
    home::Doors,
    report::chain,
};

/// Each source is searched for once a week, so that nothing is in a hurry.
const LOOK_EVERY: Duration = Duration::from_mins(10);

/// Searches now and then until `stop` turns true, but never on the word of an outage of our own.
pub async fn search_for_lost(doors: Arc<Doors>, status: Status, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let is_online = status.snapshot().last_round.is_some_and(|(_, round)| !round.outage);
        if !is_online {
            continue;
        }
        match crawl::search_for_lost(&doors, stop.clone()).await {
            Ok(0) => {}
            Ok(searched) => info!("searched the sites of {searched} lost sources"),
            Err(error) => warn!("could not search for lost sources: {}", chain(&error)),
        }
    }
}
