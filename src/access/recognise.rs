//! Knows readers again: by the key of a session, by a token, by what a proxy says.

use jiff::Timestamp;
use tracing::{info, warn};

use crate::{
    domain::{AccessKey, ApiToken, ReaderName, ReaderRole, Session},
    report::chain,
    store::{NewReader, Store, StoreError, Who},
};

/// Whoever holds the key of a session that counts. That it is used is noted beside.
pub async fn by_session(
    store: &Store,
    key: &AccessKey,
    now: Timestamp,
) -> Result<Option<(Who, Session)>, StoreError> {
    let found = store.session(&key.digest()).await?;
    let Some((who, session)) = found.filter(|(_, it)| it.counts(now)) else { return Ok(None) };
    if session.is_to_be_noted(now) {
        let (store, id) = (store.clone(), session.id);
        // Nobody waits for it, since a crawl may be writing.
        tokio::spawn(async move {
            if let Err(error) = store.note_session(id, now).await {
                warn!("could not note that session {id} is used: {}", chain(&error));
            }
        });
    }
    Ok(Some((who, session)))
}

/// In whose name a program comes, and for what.
pub async fn by_token(
    store: &Store,
    key: &AccessKey,
    now: Timestamp,
) -> Result<Option<(Who, ApiToken)>, StoreError> {
    let found = store.api_token(&key.digest()).await?;
    let Some((who, token)) = found.filter(|(_, it)| it.counts(now)) else { return Ok(None) };
    if token.is_to_be_noted(now) {
        let (store, id) = (store.clone(), token.id);
        tokio::spawn(async move {
            if let Err(error) = store.note_api_token(id, now).await {
                warn!("could not note that token {id} is used: {}", chain(&error));
            }
        });
    }
    Ok(Some((who, token)))
}

/// Whom a proxy names. Whoever is new becomes a reader, and the first of all an admin.
pub async fn by_proxy(
    store: &Store,
    name: &ReaderName,
    now: Timestamp,
) -> Result<Option<Who>, StoreError> {
    if let Some(who) = store.reader_called(name).await? {
        return Ok(Some(who));
    }
    let new = NewReader {
        name: name.clone(),
        display: name.to_string(),
        role: ReaderRole::Reader,
        password: None,
    };
    if let Some(reader) = store.add_reader(&new, now).await? {
        info!("{name} came by the proxy for the first time, and is {} now", reader.role.as_str());
    }
    // Where another request was faster, they are there too.
    store.reader_called(name).await
}
