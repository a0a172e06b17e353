//! Who comes in: passwords, sessions, tokens of programs, and readers that a proxy names.

mod doorkeeper;
mod passwords;
mod recognise;
mod tokens;

use std::io;

use jiff::Timestamp;

pub use self::{
    doorkeeper::{Changed, Doorkeeper, From, LoggedIn},
    passwords::Passwords,
    recognise::{by_proxy, by_session, by_token},
    tokens::make_token,
};
use crate::{
    domain::{AccessKey, Password, PasswordError, Reader, ReaderId, ReaderName, ReaderRole},
    store::{NewReader, Store, StoreError},
};

#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("could not use the library")]
    Library(#[from] StoreError),
    #[error("this system gives no randomness")]
    Randomness(#[source] io::Error),
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    #[error("the library holds a damaged password of {0}: give it a new one")]
    Damaged(ReaderName),
    #[error("there is a reader called `{0}` already")]
    Taken(ReaderName),
    #[error(transparent)]
    Refused(#[from] PasswordError),
    /// Only whoever has the machine makes the first.
    #[error("the first reader runs the installation: add `--admin`")]
    FirstIsAdmin,
    #[error("the thread that hashes passwords failed")]
    Thread,
}

/// Gives somebody a login. The first one takes the place of the reader without logins, list and
/// journal included. Without a password they come in by a proxy only.
pub async fn add_reader(
    store: &Store,
    passwords: &Passwords,
    (name, display, role): (&ReaderName, String, ReaderRole),
    password: Option<Password>,
    now: Timestamp,
) -> Result<Reader, AccessError> {
    if role != ReaderRole::Admin && store.count_readers().await? == 0 {
        return Err(AccessError::FirstIsAdmin);
    }
    let password = match password {
        Some(password) => Some(passwords.hash(password).await?),
        None => None,
    };
    let new = NewReader { name: name.clone(), display, role, password };
    let added = store.add_reader(&new, now).await?;
    added.ok_or_else(|| AccessError::Taken(name.clone()))
}

/// Another password, by whoever has the machine: all sessions of the reader end.
pub async fn reset_password(
    store: &Store,
    passwords: &Passwords,
    id: ReaderId,
    password: Password,
) -> Result<(), AccessError> {
    let hash = passwords.hash(password).await?;
    Ok(store.set_password(id, &hash, None).await?)
}

/// A key that nobody can guess.
fn fresh_key() -> Result<AccessKey, AccessError> {
    Ok(AccessKey::new(random()?))
}

fn random<const N: usize>() -> Result<[u8; N], AccessError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| AccessError::Randomness(error.into()))?;
    Ok(bytes)
}
