//! Composes and sends the digest in the background of a service: each issue at its hour, each mail when
//! it is its turn.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::{
    crawl::Status,
    digest::{DeliverError, PostOffice, compose_due, keep_owner, keep_readers, send_waiting},
    domain::MailAddress,
    home::{Doors, Followed},
    report::chain,
};

/// Between two looks at whether a mail waits: somebody who subscribes waits for theirs.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Between two looks at whether a service that has just begun has caught up.
const LOOK_WHILE_HELD: Duration = Duration::from_millis(200);
/// Between two looks at who receives what and when: habits change, and clocks are set.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
/// A service that was down at the hour visits its sources first and indexes what they list, unless that
/// takes longer.
const VISITS_FIRST: Duration = Duration::from_mins(10);
/// After a failure of our own (a full disk, say), or where the mail server takes nothing.
const AFTER_TROUBLE: Duration = Duration::from_mins(1);

/// What a service sends the digest with, and to whom.
#[derive(Debug)]
pub struct Digests {
    pub doors: Arc<Doors>,
    pub followed: Followed,
    pub post: PostOffice,
    /// The owner's address.
    pub to: Option<MailAddress>,
    pub status: Status,
}

/// Sends what is due until `stop` turns true; a mail under way is ended in good order. `saved` wakes it
/// when `feeds.toml` may say something else.
pub async fn send_digests(
    digests: Digests,
    mut saved: watch::Receiver<()>,
    mut stop: watch::Receiver<bool>,
) {
    let hold = digests.doors.clock.now() + VISITS_FIRST;
    let mut next = None;
    while !*stop.borrow() {
        let pause = match digests.turn(&mut next, hold, &stop).await {
            Ok(pause) => pause,
            Err(error) => {
                warn!("could not deliver the digest, trying again soon: {}", chain(&error));
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Ok(()) = saved.changed() => next = None,
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

impl Digests {
    /// Composes what is due, where `next` has come, and sends what waits. Gives the time to the next turn.
    async fn turn(
        &self,
        next: &mut Option<Timestamp>,
        hold: Timestamp,
        stop: &watch::Receiver<bool>,
    ) -> Result<Duration, DeliverError> {
        let now = self.doors.clock.now();
        let mut pause = LOOK_EVERY;
        if next.is_none_or(|next| next <= now) {
            if now >= hold || self.has_caught_up(now).await? {
                *next = Some(self.compose(now).await?);
            } else {
                pause = LOOK_WHILE_HELD;
            }
        }
        let waits = self.doors.store.next_attempt().await?.is_some_and(|due| due <= now);
        if !waits {
            return Ok(pause);
        }
        let sending = send_waiting(&self.doors.store, &self.post, &self.doors.clock, stop).await?;
        if sending.sent > 0 {
            info!("sent {} mails to {}", sending.sent, self.post.mailer.place());
        }
        if let Some(trouble) = &sending.trouble {
            warn!("mails wait: {}", chain(trouble));
            pause = AFTER_TROUBLE;
        }
        Ok(pause)
    }

    /// Whether what was published before now is in the library, as far as sources list it, and found.
    async fn has_caught_up(&self, now: Timestamp) -> Result<bool, DeliverError> {
        let store = &self.doors.store;
        let has_visited =
            self.status.snapshot().rounds > 0 || store.sources_due(now).await?.is_empty();
        Ok(has_visited && self.doors.index.position() >= store.last_change().await?)
    }

    /// Gives the time of the next look.
    async fn compose(&self, now: Timestamp) -> Result<Timestamp, DeliverError> {
        let following = self.followed.at_present();
        self.doors.store.forget_unanswered(now).await?;
        let owner = keep_owner(&self.doors.store, &following, self.to.as_ref(), now).await?;
        if let (Some(owner), Some(to)) = (owner, &self.to)
            && owner.address.is_none()
        {
            warn!("{to} is another subscriber's: the owner reads issues on pages only");
        }
        keep_readers(&self.doors.store, &following, now).await?;
        let library = self.doors.library();
        let composition = compose_due(&library, &following, &self.post, now).await?;
        let latest = now + LONGEST_SLEEP;
        Ok(composition.next.map_or(latest, |next| next.min(latest)))
    }
}
