//! Logging in and out, and changing a password.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    AccessError, fresh_key,
    passwords::{Compared, Passwords},
};
use crate::{
    domain::{AccessKey, LoginLimits, Password, PasswordError, Reader, ReaderName, agent_in_short},
    store::Store,
};

/// Lets readers in, and nobody try for ever.
#[derive(Debug, Default)]
pub struct Doorkeeper {
    passwords: Passwords,
    limits: Mutex<LoginLimits>,
}

/// Where somebody comes from, as far as the network and the browser tell.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    pub client: &'a str,
    pub agent: &'a str,
}

#[derive(Debug)]
pub enum LoggedIn {
    /// With what the browser holds from now on.
    In(Box<Reader>, AccessKey),
    /// Name or password; which of them is nobody's to know.
    Wrong,
    /// After so long they may try again.
    Wait(Duration),
}

#[derive(Debug)]
pub enum Changed {
    /// All other sessions ended, and this one has another key.
    Done(AccessKey),
    /// The present password is not what was typed.
    Wrong,
    Refused(PasswordError),
    Wait(Duration),
}

impl Doorkeeper {
    /// A session that the browser held before ends: each login has a key of its own.
    pub async fn log_in(
        &self,
        store: &Store,
        (name, password): (&str, &str),
        from: From<'_>,
        held: Option<&AccessKey>,
        now: Timestamp,
    ) -> Result<LoggedIn, AccessError> {
        let name: Option<ReaderName> = name.parse().ok();
        let counted = name.as_ref().map_or("", ReaderName::as_str).to_owned();
        if let Err(wait) = self.limits().begin(from.client, &counted, now) {
            return Ok(LoggedIn::Wait(wait));
        }
        let who = match &name {
            Some(name) => store.reader_called(name).await?,
            None => None,
        };
        let reader = who.map(|it| it.reader);
        if !self.knows(store, reader.as_ref(), password).await? {
            return Ok(LoggedIn::Wrong);
        }
        let Some(reader) = reader else { return Ok(LoggedIn::Wrong) };
        self.limits().succeeded(from.client, &counted);
        if let Some(held) = held
            && let Some((who, session)) = store.session(&held.digest()).await?
        {
            store.end_session(who.reader.id, session.id).await?;
        }
        let key = begin_session(store, &reader, from, now).await?;
        Ok(LoggedIn::In(Box::new(reader), key))
    }

    /// Whether this is the reader's password. Without a reader or a password it takes as long.
    async fn knows(
        &self,
        store: &Store,
        reader: Option<&Reader>,
        typed: &str,
    ) -> Result<bool, AccessError> {
        let hash = match reader {
            Some(reader) => store.password_hash(reader.id).await?,
            None => None,
        };
        let compared = self.passwords.compare(typed, hash).await;
        let compared = compared.map_err(|error| match (error, reader) {
            (AccessError::Hash(_), Some(reader)) => AccessError::Damaged(reader.name.clone()),
            (error, _) => error,
        })?;
        if compared == Compared::RightAtOtherCost
            && let Some(reader) = reader
            && let Ok(password) = Password::new(typed, &reader.name)
        {
            let hash = self.passwords.hash(password).await?;
            store.set_password_hash(reader.id, &hash).await?;
        }
        Ok(compared != Compared::Wrong)
    }

    pub async fn change_password(
        &self,
        store: &Store,
        reader: &Reader,
        (present, wanted): (&str, &str),
        from: From<'_>,
        now: Timestamp,
    ) -> Result<Changed, AccessError> {
        let wanted = match Password::new(wanted, &reader.name) {
            Ok(wanted) => wanted,
            Err(refused) => return Ok(Changed::Refused(refused)),
        };
        if let Err(wait) = self.limits().begin(from.client, reader.name.as_str(), now) {
            return Ok(Changed::Wait(wait));
        }
        if !self.knows(store, Some(reader), present).await? {
            return Ok(Changed::Wrong);
        }
        self.limits().succeeded(from.client, reader.name.as_str());
        let hash = self.passwords.hash(wanted).await?;
        store.set_password(reader.id, &hash, None).await?;
        Ok(Changed::Done(begin_session(store, reader, from, now).await?))
    }

    fn limits(&self) -> std::sync::MutexGuard<'_, LoginLimits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn begin_session(
    store: &Store,
    reader: &Reader,
    from: From<'_>,
    now: Timestamp,
) -> Result<AccessKey, AccessError> {
    let key = fresh_key()?;
    let agent = agent_in_short(from.agent);
    store.add_session(reader.id, &key.digest(), (from.client, &agent), now).await?;
    Ok(key)
}
