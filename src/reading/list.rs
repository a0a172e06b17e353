//! A reader's list, and what the reader has seen.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{ReaderId, ReadingChange, Seen, StoryId},
    store::{ReadingReport, Store, StoreError},
};

/// Puts a story on a reader's list, or changes what is there. Twice the same is as once.
pub async fn put(
    store: &Store,
    reader: ReaderId,
    story: StoryId,
    change: ReadingChange,
    now: Timestamp,
) -> Result<ReadingReport, KeepError> {
    let changed = store.change_reading(reader, story, change, now).await?;
    changed.ok_or(KeepError::NoStory(story))
}

/// Takes a story off a reader's list, as if it had never been there; says whether it was.
pub async fn take_off(store: &Store, reader: ReaderId, story: StoryId) -> Result<bool, StoreError> {
    store.remove_reading(reader, story).await
}

/// Records that a story was shown to a reader.
pub async fn show(
    store: &Store,
    reader: ReaderId,
    story: StoryId,
    now: Timestamp,
) -> Result<Seen, KeepError> {
    if let Some(seen) = store.seen(reader, story).await? {
        return Ok(seen);
    }
    store.show_stories(reader, &[story], now).await?;
    store.seen(reader, story).await?.ok_or(KeepError::NoStory(story))
}

/// Records that a reader opened a story. Where that is known, nobody who writes is waited for.
pub async fn open(
    store: &Store,
    reader: ReaderId,
    story: StoryId,
    now: Timestamp,
) -> Result<Seen, KeepError> {
    match store.seen(reader, story).await? {
        Some(seen) if seen.opened.is_some() => Ok(seen),
        _ => store.open_story(reader, story, now).await?.ok_or(KeepError::NoStory(story)),
    }
}
