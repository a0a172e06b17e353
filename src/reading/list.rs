//! A reader's list, and what the reader has seen.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{ReaderId, ReadingChange, Seen, StoryId},
    store::{ReadingReport, Store, StoreError},
};

/// Puts a story on a reader's list, or changes what is there. Twice the same is as once.
pub async fn put(
    library: &Store,
    reader: ReaderId,
    story: StoryId,
    change: ReadingChange,
    now: Timestamp,
) -> Result<ReadingReport, KeepError> {
    let changed = library.change_reading(reader, story, change, now).await?;
    changed.ok_or(KeepError::NoStory(story))
}

/// Takes a story off a reader's list, as if it had never been there; says whether it was.
pub async fn take_off(
    library: &Store,
    reader: ReaderId,
    story: StoryId,
) -> Result<bool, StoreError> {
    library.remove_reading(reader, story).await
}

/// Records that a story was shown to a reader.
pub async fn show(
    library: &Store,
    reader: ReaderId,
    story: StoryId,
    now: Timestamp,
) -> Result<Seen, KeepError> {
    if let Some(seen) = library.seen(reader, story).await? {
        return Ok(seen);
    }
    library.show_stories(reader, &[story], now).await?;
    library.seen(reader, story).await?.ok_or(KeepError::NoStory(story))
}

/// Records that a reader opened a story. Where that is known, nobody who writes is waited for.
pub async fn open(
    library: &Store,
    reader: ReaderId,
    story: StoryId,
    now: Timestamp,
) -> Result<Seen, KeepError> {
    match library.seen(reader, story).await? {
        Some(seen) if seen.opened.is_some() => Ok(seen),
        _ => library.open_story(reader, story, now).await?.ok_or(KeepError::NoStory(story)),
    }
}
