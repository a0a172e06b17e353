//! Sends what waits in the ledger: one mail after the other, each claimed before and recorded after.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tracing::{info, warn};

use super::{DeliverError, PostOffice, Signer, letter::letter_of};
use crate::{
    domain::{DeliveryState, HandOver, HandOverResult, SubscriberState},
    home::Clock,
    mail::{Letter, MailError},
    report::chain,
    store::{Claim, ClaimedIssue, ClaimedLetter, Store, StoreError},
};

/// For so long nobody else sends a mail that is being sent: longer than all steps of handing it over may
/// take together. After a crash it is sent again thereafter, under the same `Message-ID`.
pub const CLAIMED_FOR: SignedDuration = SignedDuration::from_mins(15);
/// Connections that fail one after the other before it is the server that is taken for down, and not a
/// mail for the cause.
const FAILURES_IN_A_ROW: u32 = 3;

/// What one pass over the queue came to. Counts mails.
#[derive(Debug, Default)]
pub struct Sending {
    pub sent: u64,
    pub refused: u64,
    /// To be tried again.
    pub later: u64,
    pub given_up: u64,
    /// Their receivers had left.
    pub withdrawn: u64,
    /// Why the pass ended early.
    pub trouble: Option<MailError>,
}

/// A mail that this sender has claimed.
enum Claimed {
    Issue(Box<ClaimedIssue>),
    Letter(Box<ClaimedLetter>),
}

/// Sends until nothing is to be sent now, `stop` turns true, or the server takes nothing from us. Any
/// number of senders may do so at once.
pub async fn send_waiting(
    store: &Store,
    post: &PostOffice,
    clock: &Clock,
    stop: &watch::Receiver<bool>,
) -> Result<Sending, DeliverError> {
    let mut sending = Sending::default();
    let signer = post.signer(store).await?;
    let mut failures = 0;
    let mut stop = stop.clone();
    while !*stop.borrow() {
        let Some(claimed) = claim(store, post, clock.now()).await? else { break };
        let handed = match prepare(store, post, &signer, &claimed).await? {
            Some(letter) => Some(post.mailer.hand_over(&letter).await),
            None => None,
        };
        let is_failure = matches!(handed, Some(Err(MailError::Unreachable { .. })));
        failures = if is_failure { failures + 1 } else { 0 };
        let trouble = finish(store, post, &claimed, handed, clock.now(), &mut sending).await?;
        if trouble.is_some() && (!is_failure || failures >= FAILURES_IN_A_ROW) {
            sending.trouble = trouble;
            break;
        }
        pause(post.pause, &mut stop).await;
    }
    post.mailer.rest().await;
    Ok(sending)
}

async fn pause(time: Duration, stop: &mut watch::Receiver<bool>) {
    if time.is_zero() {
        return;
    }
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Letters first: somebody waits for them.
async fn claim(
    store: &Store,
    post: &PostOffice,
    now: Timestamp,
) -> Result<Option<Claimed>, StoreError> {
    let claim = Claim { by: post.name.clone(), until: now + CLAIMED_FOR };
    if let Some(letter) = store.claim_letter(&claim, now).await? {
        return Ok(Some(Claimed::Letter(Box::new(letter))));
    }
    let issue = store.claim_issue(&claim, now).await?;
    Ok(issue.map(|it| Claimed::Issue(Box::new(it))))
}

/// The mail as it is sent; `None` where whoever was to receive it has left.
async fn prepare(
    store: &Store,
    post: &PostOffice,
    signer: &Signer,
    claimed: &Claimed,
) -> Result<Option<Letter>, StoreError> {
    match claimed {
        Claimed::Letter(it) => Ok(Some(Letter {
            from: post.from.clone(),
            to: it.letter.to.clone(),
            subject: it.letter.subject.clone(),
            text: it.letter.text.clone(),
            html: it.letter.html.clone(),
            message_id: it.letter.message_id.clone(),
            list: None,
            date: it.made,
        })),
        Claimed::Issue(it) => issue_letter(store, post, signer, it).await,
    }
}

async fn issue_letter(
    store: &Store,
    post: &PostOffice,
    signer: &Signer,
    claimed: &ClaimedIssue,
) -> Result<Option<Letter>, StoreError> {
    let delivery = &claimed.delivery;
    let Some(subscriber) = store.subscriber(delivery.subscriber).await? else { return Ok(None) };
    let Some(issue) = store.issue(delivery.subscriber, delivery.week).await? else {
        return Ok(None);
    };
    if subscriber.state != SubscriberState::Active {
        return Ok(None);
    }
    let links = signer.links(&subscriber);
    let Some(to) = subscriber.address else { return Ok(None) };
    Ok(Some(letter_of(&issue, &links, post, to, delivery.message_id.clone())))
}

/// Records what came of it. Gives back what is no fault of this mail.
async fn finish(
    store: &Store,
    post: &PostOffice,
    claimed: &Claimed,
    handed: Option<Result<String, MailError>>,
    now: Timestamp,
    sending: &mut Sending,
) -> Result<Option<MailError>, StoreError> {
    let (hand_over, trouble) = match judged(handed) {
        Ok(judged) => judged,
        Err(trouble) => {
            claimed.release(store, &post.name).await?;
            return Ok(Some(trouble));
        }
    };
    let state = claimed.record(store, &post.name, &hand_over, now).await?;
    claimed.tell(state, &hand_over);
    sending.count(state);
    Ok(trouble)
}

/// What a hand-over means for the mail, and what of it is to be told of the server. An error is none of
/// the mail's: it is put back as if it had not been tried.
fn judged(
    handed: Option<Result<String, MailError>>,
) -> Result<(HandOver, Option<MailError>), MailError> {
    let (result, answer, trouble) = match handed {
        None => (HandOverResult::Withdrawn, String::new(), None),
        Some(Ok(answer)) => (HandOverResult::Taken, answer, None),
        Some(Err(MailError::Refused { answer, unknown_address, .. })) => {
            (HandOverResult::Refused { unknown_address }, answer, None)
        }
        Some(Err(MailError::Later { answer, .. })) => (HandOverResult::Later, answer, None),
        // Perhaps it is this mail that the server chokes on.
        Some(Err(error @ MailError::Unreachable { .. })) => {
            (HandOverResult::Later, chain(&error), Some(error))
        }
        Some(Err(error)) => return Err(error),
    };
    Ok((HandOver { result, answer }, trouble))
}

impl Claimed {
    async fn record(
        &self,
        store: &Store,
        by: &str,
        hand_over: &HandOver,
        now: Timestamp,
    ) -> Result<Option<DeliveryState>, StoreError> {
        match self {
            Self::Issue(it) => store.record_issue(it, by, hand_over, now).await,
            Self::Letter(it) => store.record_letter(it, by, hand_over, now).await,
        }
    }

    async fn release(&self, store: &Store, by: &str) -> Result<bool, StoreError> {
        match self {
            Self::Issue(it) => store.release_issue(it, by).await,
            Self::Letter(it) => store.release_letter(it, by).await,
        }
    }

    /// Without the address: logs are read by more people than the list of subscribers.
    fn tell(&self, state: Option<DeliveryState>, hand_over: &HandOver) {
        let (what, subscriber) = match self {
            Self::Issue(it) => (format!("issue {}", it.delivery.week), it.delivery.subscriber),
            Self::Letter(it) => (format!("letter {}", it.id), it.letter.subscriber),
        };
        match state {
            Some(DeliveryState::Sent) => {
                info!(subscriber = subscriber.0, "sent {what} to subscriber {subscriber}");
            }
            Some(state) => warn!(
                subscriber = subscriber.0,
                state = state.as_str(),
                "{what} of subscriber {subscriber} is {}: {}",
                state.as_str(),
                hand_over.answer
            ),
            None => warn!(
                subscriber = subscriber.0,
                "{what} of subscriber {subscriber} was sent by someone else meanwhile"
            ),
        }
    }
}

impl Sending {
    fn count(&mut self, state: Option<DeliveryState>) {
        match state {
            Some(DeliveryState::Sent) => self.sent += 1,
            Some(DeliveryState::Refused) => self.refused += 1,
            Some(DeliveryState::Waiting | DeliveryState::Sending) => self.later += 1,
            Some(DeliveryState::GivenUp) => self.given_up += 1,
            Some(DeliveryState::Withdrawn | DeliveryState::Skipped) => self.withdrawn += 1,
            None => {}
        }
    }
}
