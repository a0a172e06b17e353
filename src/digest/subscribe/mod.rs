//! Subscribing, moving to another address, and leaving; each is the act of whoever reads the address.

mod letters;

use jiff::Timestamp;

use super::{Holder, Signer};
use crate::{
    domain::{
        Asked, LetterPurpose, MailAddress, Preferences, SigningKeyError, Subscriber, SubscriberId,
        SubscriberState, stamp_of,
    },
    store::{NewLetter, NewSubscriber, Store, StoreError},
};

#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    #[error("could not use the library")]
    Library(#[from] StoreError),
    #[error(
        "the library holds a damaged `signing-key`: delete it from `meta`, and old links are void"
    )]
    Key(#[from] SigningKeyError),
    #[error("this system gives no randomness")]
    Randomness(#[source] std::io::Error),
    #[error("mails need links: set PEERSCOPE_BASE_URL to where readers reach the pages")]
    NoBase,
}

/// Bytes that nobody can guess.
pub(super) fn random<const N: usize>() -> Result<[u8; N], SubscribeError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| SubscribeError::Randomness(error.into()))?;
    Ok(bytes)
}

/// A word for a new subscriber's links to carry.
pub fn fresh_stamp() -> Result<String, SubscribeError> {
    Ok(stamp_of(random()?))
}

/// A stranger asks for issues at an address. Whoever reads it gets one mail, and nothing else until that
/// is answered. The same is done whoever has the address, so that nobody learns who does.
pub async fn ask(
    store: &Store,
    signer: &Signer,
    address: MailAddress,
    preferences: Preferences,
    now: Timestamp,
) -> Result<(), SubscribeError> {
    if signer.base().is_none() {
        return Err(SubscribeError::NoBase);
    }
    let new = NewSubscriber {
        reader: None,
        address: Some(address.clone()),
        state: SubscriberState::Pending,
        preferences,
        stamp: fresh_stamp()?,
    };
    let Some(subscriber) = store.ask_to_subscribe(&new, now).await? else { return Ok(()) };
    let purpose = LetterPurpose::for_state(subscriber.state);
    write_to(store, signer, &subscriber, purpose, &address, now).await
}

/// Whoever runs the installation vouches for an address: it receives issues at once. `None` where somebody
/// has it already, who stays as they are.
pub async fn add(
    store: &Store,
    address: MailAddress,
    preferences: Preferences,
    now: Timestamp,
) -> Result<Option<Subscriber>, SubscribeError> {
    let new = NewSubscriber {
        reader: None,
        address: Some(address),
        state: SubscriberState::Active,
        preferences,
        stamp: fresh_stamp()?,
    };
    Ok(store.add_subscriber(&new, now).await?)
}

/// Whoever reads the address wants issues.
pub async fn confirm(store: &Store, holder: &Holder, now: Timestamp) -> Result<(), SubscribeError> {
    store.confirm_subscriber(holder.subscriber.id, now).await?;
    Ok(())
}

/// No issue is sent any more. What is kept of them stays until it is erased.
pub async fn leave(store: &Store, holder: &Holder, now: Timestamp) -> Result<(), SubscribeError> {
    store.set_subscriber_state(holder.subscriber.id, SubscriberState::Left, now).await?;
    Ok(())
}

/// Whoever left comes back, as they were.
pub async fn come_back(
    store: &Store,
    holder: &Holder,
    now: Timestamp,
) -> Result<(), SubscribeError> {
    if holder.subscriber.state == SubscriberState::Left {
        let id = holder.subscriber.id;
        store.set_subscriber_state(id, SubscriberState::Active, now).await?;
    }
    Ok(())
}

/// A subscriber wants issues at another address, which counts once whoever reads it says so.
pub async fn ask_to_move(
    store: &Store,
    signer: &Signer,
    subscriber: &Subscriber,
    address: MailAddress,
    now: Timestamp,
) -> Result<(), SubscribeError> {
    if signer.base().is_none() {
        return Err(SubscribeError::NoBase);
    }
    let asked = Asked { address: Some(address.clone()), preferences: None };
    store.put_aside(subscriber.id, &asked).await?;
    write_to(store, signer, subscriber, LetterPurpose::Readdress, &address, now).await
}

/// Says whether the address was free.
pub async fn confirm_move(store: &Store, holder: &Holder) -> Result<bool, SubscribeError> {
    let Some(address) = &holder.address else { return Ok(false) };
    Ok(store.move_subscriber(holder.subscriber.id, address, &fresh_stamp()?).await?)
}

/// Whatever links there are of a subscriber count no more.
pub async fn void_links(store: &Store, id: SubscriberId) -> Result<(), SubscribeError> {
    store.set_stamp(id, &fresh_stamp()?).await?;
    Ok(())
}

async fn write_to(
    store: &Store,
    signer: &Signer,
    subscriber: &Subscriber,
    purpose: LetterPurpose,
    to: &MailAddress,
    now: Timestamp,
) -> Result<(), SubscribeError> {
    let Some(written) = letters::written(signer, subscriber, purpose, to, now) else {
        return Err(SubscribeError::NoBase);
    };
    let host = signer.base().map_or("localhost", |it| it.host());
    let letter = NewLetter {
        subscriber: subscriber.id,
        purpose: purpose.as_str().to_owned(),
        to: to.clone(),
        subject: written.subject,
        text: written.text,
        html: written.html,
        message_id: format!("letter.{}@{host}", fresh_stamp()?),
    };
    store.queue_letter(&letter, now).await?;
    Ok(())
}
