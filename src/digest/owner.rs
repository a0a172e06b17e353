//! The owner of an installation as a subscriber: habits from `feeds.toml`, the address from settings.

use jiff::Timestamp;

use super::{DeliverError, fresh_stamp};
use crate::{
    domain::{
        Following, Language, MailAddress, Preferences, ReaderId, Subscriber, SubscriberState,
    },
    store::{NewSubscriber, Store, StoreError},
};

/// Makes the owner a subscriber, or has the subscriber follow what `feeds.toml` and the settings say
/// now. Without an address issues come on pages and feeds. An address that another subscriber has
/// stays theirs; then the owner has none. `None` where another program makes the owner right now.
pub async fn keep_owner(
    store: &Store,
    following: &Following,
    to: Option<&MailAddress>,
    now: Timestamp,
) -> Result<Option<Subscriber>, DeliverError> {
    match store.subscriber_of(ReaderId::ONLY).await? {
        Some(known) => Ok(Some(follow(store, known, following, to).await?)),
        None => add(store, following, to, now).await,
    }
}

async fn add(
    store: &Store,
    following: &Following,
    to: Option<&MailAddress>,
    now: Timestamp,
) -> Result<Option<Subscriber>, DeliverError> {
    let mut new = NewSubscriber {
        reader: Some(ReaderId::ONLY),
        address: to.cloned(),
        state: SubscriberState::Active,
        preferences: preferences(following, Language::english()),
        stamp: fresh_stamp()?,
    };
    let added = store.add_subscriber(&new, now).await?;
    if added.is_some() || to.is_none() {
        return Ok(added);
    }
    new.address = None;
    Ok(store.add_subscriber(&new, now).await?)
}

async fn follow(
    store: &Store,
    mut known: Subscriber,
    following: &Following,
    to: Option<&MailAddress>,
) -> Result<Subscriber, StoreError> {
    let wanted = preferences(following, known.preferences.language.clone());
    if known.preferences != wanted {
        store.set_preferences(known.id, &wanted).await?;
        known.preferences = wanted;
    }
    if known.address.as_ref() != to && store.set_subscriber_address(known.id, to).await? {
        known.address = to.cloned();
    }
    Ok(known)
}

/// What `feeds.toml` says; it says nothing of the language.
pub fn preferences(following: &Following, language: Language) -> Preferences {
    Preferences {
        language,
        domains: following.reader.domains.clone(),
        interests: following.reader.interests.clone(),
        topics: following.topics.iter().map(|it| it.slug.clone()).collect(),
        mute: following.reader.mute.clone(),
        plan: following.digest.clone(),
    }
}
