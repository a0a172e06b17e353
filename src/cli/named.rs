//! Entries as a person names them: by number or address.

use anyhow::{Context as _, bail};

use crate::{
    domain::{Address, EntryId},
    store::{EntryWithBody, Store},
};

/// The entry that a number or an address names.
pub(super) async fn entry(store: &Store, written: &str) -> anyhow::Result<EntryWithBody> {
    let id = if let Ok(number) = written.parse() {
        Some(EntryId(number))
    } else {
        let address: Address = written.parse().context("an entry has a number or an address")?;
        store.entry_at(&address.without_tracking()).await?
    };
    let found = match id {
        Some(id) => store.entry(id).await?,
        None => None,
    };
    match found {
        Some(entry) => Ok(entry),
        None => bail!("the library has no entry {written}; `peerscope search` shows their numbers"),
    }
}

/// All of them, or none.
pub(super) async fn entries(
    store: &Store,
    written: &[String],
) -> anyhow::Result<Vec<EntryWithBody>> {
    let mut found = Vec::with_capacity(written.len());
    for written in written {
        found.push(entry(store, written).await?);
    }
    Ok(found)
}

/// Whether something is written like the name of an entry.
pub(super) fn is_entry(written: &str) -> bool {
    let is_one_word = !written.contains(char::is_whitespace);
    is_one_word && (written.parse::<i64>().is_ok() || written.parse::<Address>().is_ok())
}
