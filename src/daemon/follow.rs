//! Follows `feeds.toml`: saving it is enough.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::watch;
use tracing::{info, warn};

use crate::{
    config::{self, Watch},
    crawl::Status,
    domain::Slug,
    extract,
    home::Doors,
    report::chain,
};

/// A save is noticed after this at the latest. One look at the file's times costs nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What is needed to follow the file of an installation.
#[derive(Debug)]
pub struct Configuration {
    pub file: PathBuf,
    /// Slugs of the domains that are known.
    pub domains: Vec<Slug>,
    pub doors: Arc<Doors>,
    pub status: Status,
}

/// Takes over every good save of `feeds.toml` until `stop` turns true, and tells `saved` that there
/// may be something new to visit. After a bad one the last good configuration stays.
pub async fn follow_configuration(
    configuration: Configuration,
    mut watch: Watch,
    saved: watch::Sender<()>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if watch.changed() && configuration.take_over().await {
            saved.send_replace(());
        }
    }
}

impl Configuration {
    /// Reads the file and has the library follow it. Says whether that worked.
    async fn take_over(&self) -> bool {
        match config::read_following_file(&self.file, &self.domains, extract::selector_mistake) {
            Ok(read) => {
                for warning in &read.warnings {
                    warn!("{warning}");
                }
                self.doors.fetcher.set_pause(read.following.crawl.pause);
                let Doors { store, clock, .. } = &*self.doors;
                match store.follow(&read.following, clock.now()).await {
                    Ok(report) => {
                        info!("following {} as saved: {report}", self.file.display());
                        self.status.update(|it| it.mistakes = None);
                        return true;
                    }
                    Err(error) => {
                        warn!("could not take over {}: {}", self.file.display(), chain(&error));
                        self.status.update(|it| it.trouble = Some(chain(&error)));
                    }
                }
            }
            Err(mistakes) => {
                warn!("keeping the last good configuration: {mistakes}");
                self.status.update(|it| it.mistakes = Some(mistakes.to_string()));
            }
        }
        false
    }
}
