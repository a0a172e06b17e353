//! Readers as subscribers. The owner of an installation: habits from `feeds.toml`, the address from
//! settings. Others with a login: an address and habits of their own.

use jiff::Timestamp;

use super::{DeliverError, fresh_stamp};
use crate::{
    domain::{
        Following, Language, MailAddress, Preferences, Reader, ReaderId, ReaderProfile, Subscriber,
        SubscriberState,
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
    let own = store.reader(ReaderId::ONLY).await?.and_then(|it| it.profile);
    let profile = own.as_ref().unwrap_or(&following.reader);
    match store.subscriber_of(ReaderId::ONLY).await? {
        Some(known) => Ok(Some(follow(store, known, following, (profile, to)).await?)),
        None => add(store, following, (profile, to), now).await,
    }
}

/// Makes everyone else who has a login a subscriber, or has them follow what they care about now.
pub async fn keep_readers(
    store: &Store,
    following: &Following,
    now: Timestamp,
) -> Result<(), DeliverError> {
    for it in store.readers().await? {
        keep_reader(store, following, &it.reader, now).await?;
    }
    Ok(())
}

/// The same of one. Issues come on pages, until an address is confirmed by whoever reads it.
pub async fn keep_reader(
    store: &Store,
    following: &Following,
    reader: &Reader,
    now: Timestamp,
) -> Result<Option<Subscriber>, DeliverError> {
    if reader.id == ReaderId::ONLY {
        return Ok(store.subscriber_of(reader.id).await?);
    }
    let own = store.reader(reader.id).await?.and_then(|it| it.profile);
    let profile = own.as_ref().unwrap_or(&following.reader);
    let Some(mut known) = store.subscriber_of(reader.id).await? else {
        let new = NewSubscriber {
            reader: Some(reader.id),
            address: None,
            state: SubscriberState::Active,
            preferences: preferences_with(following, profile, Language::english()),
            stamp: fresh_stamp()?,
        };
        return Ok(store.add_subscriber(&new, now).await?);
    };
    let wanted = wanted(&known, following, profile);
    if known.preferences != wanted {
        store.set_preferences(known.id, &wanted).await?;
        known.preferences = wanted;
    }
    Ok(Some(known))
}

async fn add(
    store: &Store,
    following: &Following,
    (profile, to): (&ReaderProfile, Option<&MailAddress>),
    now: Timestamp,
) -> Result<Option<Subscriber>, DeliverError> {
    let mut new = NewSubscriber {
        reader: Some(ReaderId::ONLY),
        address: to.cloned(),
        state: SubscriberState::Active,
        preferences: preferences_with(following, profile, Language::english()),
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
    (profile, to): (&ReaderProfile, Option<&MailAddress>),
) -> Result<Subscriber, StoreError> {
    let wanted = wanted(&known, following, profile);
    if known.preferences != wanted {
        store.set_preferences(known.id, &wanted).await?;
        known.preferences = wanted;
    }
    if known.address.as_ref() != to && store.set_subscriber_address(known.id, to).await? {
        known.address = to.cloned();
    }
    Ok(known)
}

/// What a reader wants now: of the owner all but the language as `feeds.toml` says, of others what they
/// care about.
pub fn wanted(known: &Subscriber, following: &Following, profile: &ReaderProfile) -> Preferences {
    let Preferences { language, .. } = known.preferences.clone();
    if known.reader == Some(ReaderId::ONLY) {
        return preferences_with(following, profile, language);
    }
    let ReaderProfile { domains, interests, mute } = profile.clone();
    Preferences { domains, interests, mute, ..known.preferences.clone() }
}

/// What `feeds.toml` says, for whoever cares about something of their own.
pub fn preferences_with(
    following: &Following,
    profile: &ReaderProfile,
    language: Language,
) -> Preferences {
    Preferences {
        language,
        domains: profile.domains.clone(),
        interests: profile.interests.clone(),
        topics: following.topics.iter().map(|it| it.slug.clone()).collect(),
        mute: profile.mute.clone(),
        plan: following.digest.clone(),
    }
}
