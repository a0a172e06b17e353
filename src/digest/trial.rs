//! One issue to one address, outside the ledger: once more for a subscriber, or as a trial.

use jiff::Timestamp;

use super::{DeliverError, Edition, Links, PostOffice, letter::letter_of};
use crate::{
    domain::{Following, Issue, MailAddress, ReaderId, Schedule, Subscriber, Week},
    home::Library,
    mail::MailError,
};

#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error("there is no owner yet: start `peerscope serve` or `peerscope digest send` once")]
    Nobody,
}

/// What was sent outside the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    pub week: Week,
    /// Whether it was composed for this alone, and is kept nowhere.
    pub is_fresh: bool,
    /// What the mail server said.
    pub answer: String,
}

/// Sends this week's issue to an address. A subscriber's own address gets the subscriber's issue as it was
/// sent; any other one the owner's, under a `Message-ID` of its own and without links that let whoever
/// holds the mail act for the owner.
pub async fn send_once(
    library: &Library,
    following: &Following,
    post: &PostOffice,
    to: &MailAddress,
    now: Timestamp,
) -> Result<Trial, TrialError> {
    let store = &library.store;
    let own = store.subscriber_at(to).await.map_err(DeliverError::from)?;
    let is_own = own.is_some();
    let subscriber = match own {
        Some(subscriber) => Some(subscriber),
        None => store.subscriber_of(ReaderId::ONLY).await.map_err(DeliverError::from)?,
    };
    let subscriber = subscriber.ok_or(TrialError::Nobody)?;
    let (issue, is_fresh) = present_issue(library, following, &subscriber, now).await?;
    let links = if is_own {
        post.signer(store).await.map_err(DeliverError::from)?.links(&subscriber)
    } else {
        Links { base: post.base.clone(), ..Links::default() }
    };
    let mut message_id = subscriber.message_id(issue.week, &post.host());
    if !is_own || is_fresh {
        message_id = format!("trial-{}.{message_id}", now.as_millisecond());
    }
    let letter = letter_of(&issue, &links, post, to.clone(), message_id);
    let answer = post.mailer.hand_over(&letter).await;
    post.mailer.rest().await;
    Ok(Trial { week: issue.week, is_fresh, answer: answer? })
}

/// The issue of this week as it is kept, else as it would be composed now.
async fn present_issue(
    library: &Library,
    following: &Following,
    subscriber: &Subscriber,
    now: Timestamp,
) -> Result<(Issue, bool), DeliverError> {
    let slot = Schedule::of(&subscriber.preferences.plan)?.latest(now);
    if let Some(kept) = library.store.issue(subscriber.id, slot.week).await? {
        return Ok((kept, false));
    }
    let edition = Edition::prepare(library, following, std::slice::from_ref(subscriber), now);
    let composed = edition.await?.compose(library, subscriber, slot.at, now).await?;
    Ok((Issue { week: slot.week, ..composed.issue }, true))
}
