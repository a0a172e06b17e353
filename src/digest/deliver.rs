//! Composes what is due and keeps it in the ledger, before anything is sent.

use jiff::Timestamp;
use tracing::{info, warn};

use super::{DigestError, Edition, PostOffice, SubscribeError};
use crate::{
    domain::{
        Due, Following, Issue, Schedule, ScheduleError, Slot, Subscriber, SubscriberId,
        SubscriberState, Week,
    },
    home::Library,
    report::chain,
    store::{Store, StoreError},
};

/// Subscribers whose issues are composed together: bounds memory.
const PORTION: usize = 50;

#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    #[error("could not compose what is due")]
    Compose(#[from] DigestError),
    #[error("could not use the library")]
    Library(#[from] StoreError),
    #[error("the plan of a subscriber cannot be read")]
    Plan(#[from] ScheduleError),
    #[error("could not sign the links of mails")]
    Links(#[from] SubscribeError),
}

/// What one look at what is due came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composition {
    pub composed: Vec<(SubscriberId, Week)>,
    /// Left out, since they were due too long ago.
    pub skipped: Vec<(SubscriberId, Week)>,
    /// When something is due next, for those who were told nothing now.
    pub next: Option<Timestamp>,
}

/// Composes the issues of all whose slot has come, and keeps each with what it tells of, whom it is for
/// and that it is to be sent: all of that, or nothing. What was due too long ago is left out, and told by
/// the next issue.
pub async fn compose_due(
    library: &Library,
    following: &Following,
    post: &PostOffice,
    now: Timestamp,
) -> Result<Composition, DeliverError> {
    let mut composition = Composition::default();
    let mut due = Vec::new();
    for subscriber in library.store.subscribers().await? {
        match whats_due(&subscriber, now) {
            None => {}
            Some(Due::At(next)) => composition.expect(next),
            Some(Due::Now(slot)) => due.push((subscriber, slot)),
            Some(Due::TooLate(slot)) => {
                skip(&library.store, &subscriber, slot, now).await?;
                composition.skipped.push((subscriber.id, slot.week));
            }
        }
    }
    if due.is_empty() {
        return Ok(composition);
    }
    let subscribers: Vec<Subscriber> = due.iter().map(|(it, _)| it.clone()).collect();
    let edition = Edition::prepare(library, following, &subscribers, now).await?;
    for portion in due.chunks(PORTION) {
        let wanted: Vec<_> = portion.iter().map(|(it, slot)| (it.clone(), slot.at)).collect();
        let composed = edition.compose_all(library, &wanted, now).await?;
        for ((subscriber, slot), composed) in portion.iter().zip(composed) {
            let issue = Issue { week: slot.week, ..composed.issue };
            if keep(&library.store, post, subscriber, *slot, &issue).await? {
                composition.composed.push((subscriber.id, slot.week));
            }
        }
    }
    Ok(composition)
}

impl Composition {
    fn expect(&mut self, next: Timestamp) {
        self.next = Some(self.next.map_or(next, |known| known.min(next)));
    }
}

/// `None` for whoever receives no issues.
pub fn whats_due(subscriber: &Subscriber, now: Timestamp) -> Option<Due> {
    if subscriber.state != SubscriberState::Active {
        return None;
    }
    match Schedule::of(&subscriber.preferences.plan) {
        Ok(schedule) => {
            let since = subscriber.confirmed.unwrap_or(subscriber.made);
            Some(schedule.due(since, subscriber.slot, now))
        }
        Err(error) => {
            warn!(
                subscriber = subscriber.id.0,
                "subscriber {} receives no issues: {}",
                subscriber.id,
                chain(&error)
            );
            None
        }
    }
}

async fn skip(
    store: &Store,
    subscriber: &Subscriber,
    slot: Slot,
    now: Timestamp,
) -> Result<(), StoreError> {
    if store.skip_slot(subscriber.id, slot, now).await? {
        warn!(
            subscriber = subscriber.id.0,
            "left out issue {} of subscriber {}, which was due at {}: the next one tells of all",
            slot.week,
            subscriber.id,
            slot.at
        );
    }
    Ok(())
}

/// Says whether there is an issue that was not there before.
async fn keep(
    store: &Store,
    post: &PostOffice,
    subscriber: &Subscriber,
    slot: Slot,
    issue: &Issue,
) -> Result<bool, StoreError> {
    let is_mailed = subscriber.address.is_some();
    let message_id = is_mailed.then(|| subscriber.message_id(slot.week, &post.host()));
    if store.keep_issue(subscriber.id, issue, message_id.as_deref()).await? {
        info!(subscriber = subscriber.id.0, "composed issue {} of {}", slot.week, subscriber.id);
        return Ok(true);
    }
    // Someone else was faster, or there is one of this week already; where the mark moved for
    // another reason, the next look composes it anew.
    if store.issue(subscriber.id, slot.week).await?.is_some() {
        store.pass_slot(subscriber.id, slot).await?;
    }
    Ok(false)
}
