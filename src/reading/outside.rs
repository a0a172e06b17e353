//! Addresses from outside: one that a reader saves, or a whole list that was kept elsewhere.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{Address, ListedReading, ReaderId, Tag},
    store::{Arrival, ImportOutcome, ReadingReport, Store, StoreError},
};

/// Readings that one transaction takes at most: nobody waits long for another's list.
const GROUP: usize = 200;

/// A page that was put on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedPage {
    pub report: ReadingReport,
    /// The library did not hold it: its page is asked for soon.
    pub is_new_page: bool,
    /// By which it is taken off again; `None` where it was on the list before.
    pub undo: Option<i64>,
}

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub added: u64,
    /// That were on the list and say more now.
    pub united: u64,
    /// That were on the list and say the same.
    pub same: u64,
    /// Of all these, pages that the library did not hold.
    pub new_pages: u64,
    /// That have no address.
    pub nowhere: u64,
}

/// Puts what is at an address on the list. What the library does not hold becomes an entry: its page is asked
/// for by whoever crawls, as politely as any other.
pub async fn save_page(
    library: &Store,
    reader: ReaderId,
    address: Address,
    (title, tags): (&str, Vec<Tag>),
    now: Timestamp,
) -> Result<SavedPage, KeepError> {
    let mut listed = ListedReading::queued(address, title, now);
    listed.tags = tags.into_iter().collect();
    let saved = library.save_page(reader, listed, now).await?;
    let (saved, undo) = saved.ok_or(KeepError::NoAddress)?;
    let report = library.reading(reader, saved.story).await?;
    let report = report.ok_or(KeepError::NoStory(saved.story))?;
    Ok(SavedPage { report, is_new_page: saved.is_new_page, undo })
}

/// Puts a list that was kept elsewhere on a reader's list. The same list again changes nothing; stopped
/// halfway and taken up again, it is as if it had come at once.
pub async fn import_list(
    library: &Store,
    reader: ReaderId,
    listed: Vec<ListedReading>,
    now: Timestamp,
) -> Result<ImportCounts, StoreError> {
    let mut counts = ImportCounts::default();
    let (listed, nowhere): (Vec<_>, Vec<_>) =
        listed.into_iter().partition(|it| it.address.is_some());
    counts.nowhere = nowhere.len() as u64;
    for group in listed.chunks(GROUP) {
        let group = group.to_vec();
        for it in library.import_readings(reader, group, Arrival::Before, now).await? {
            match it.outcome {
                ImportOutcome::Added => counts.added += 1,
                ImportOutcome::United => counts.united += 1,
                ImportOutcome::Same => counts.same += 1,
            }
            counts.new_pages += u64::from(it.is_new_page);
        }
    }
    Ok(counts)
}

/// All of a reader's list, in the order of the hand.
pub async fn export_list(
    library: &Store,
    reader: ReaderId,
) -> Result<Vec<ListedReading>, StoreError> {
    let list = library.all_readings(reader).await?.into_iter();
    Ok(list.map(|it| ListedReading::of(&it.reading, &it.title, it.address)).collect())
}
