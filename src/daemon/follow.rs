//! Follows `feeds.toml`: saving it is enough.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::watch;
use tracing::{info, warn};

use crate::{
    config::{self, Watch},
    crawl::Status,
    domain::{Following, Slug},
    extract,
    home::{Doors, Followed},
    report::chain,
    store::StoreError,
};

/// A save is noticed after this at the latest. One look at the file's times costs nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What is needed to follow the file of an installation.
#[derive(Debug)]
pub struct Configuration {
    pub file: PathBuf,
    /// Slugs of the domains that are known.
    pub domains: Vec<Slug>,
    /// Of who writes the library, which follows the file too; who only reads it has none.
    pub doors: Option<Arc<Doors>>,
    pub followed: Followed,
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
    /// Reads the file and has everything follow it. Says whether that worked.
    async fn take_over(&self) -> bool {
        let read =
            config::read_following_file(&self.file, &self.domains, extract::selector_mistake);
        let read = match read {
            Ok(read) => read,
            Err(mistakes) => {
                warn!("keeping the last good configuration: {mistakes}");
                self.status.update(|it| it.mistakes = Some(mistakes.to_string()));
                return false;
            }
        };
        for warning in &read.warnings {
            warn!("{warning}");
        }
        let followed = self.follow(read.following).await;
        if let Err(error) = &followed {
            warn!("could not take over {}: {}", self.file.display(), chain(error));
            self.status.update(|it| it.trouble = Some(chain(error)));
        }
        followed.is_ok()
    }

    async fn follow(&self, following: Following) -> Result<(), StoreError> {
        let mut told = format!("following {} as saved", self.file.display());
        if let Some(doors) = &self.doors {
            doors.fetcher.set_pause(following.crawl.pause);
            let report = doors.store.follow(&following, doors.clock.now()).await?;
            told = format!("{told}: {report}");
        }
        self.followed.replace(following);
        self.status.update(|it| it.mistakes = None);
        info!("{told}");
        Ok(())
    }
}
