//! Remembers what a reader searched for, so that it can be offered again.

use jiff::Timestamp;
use tracing::warn;

use super::Asker;
use crate::{home::Library, report::chain};

/// Remembers a search that found something. Whoever searches does not wait for it; that it fails is
/// told in the log, as nothing else depends on it.
pub fn remember_search(library: &Library, asker: &Asker, text: &str, now: Timestamp) {
    let (store, reader, text) = (library.store.clone(), asker.reader, text.to_owned());
    tokio::spawn(async move {
        if let Err(error) = store.remember_search(reader, &text, now).await {
            warn!("could not remember a search: {}", chain(&error));
        }
    });
}
