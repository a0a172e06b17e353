//! A reader's list, and what the reader has seen.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{EntryId, Position, ReaderId, ReadingChange, Seen, StoryId},
    extract,
    store::{ReadingReport, ReadingsChanged, ReadingsDo, Store, StoreError},
};

/// Stories that are changed at once.
pub const MOST_AT_ONCE: usize = 500;

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

/// Changes one reading in a way that can be taken back.
pub async fn change(
    library: &Store,
    reader: ReaderId,
    story: StoryId,
    what: &ReadingsDo,
    now: Timestamp,
) -> Result<ReadingsChanged, KeepError> {
    let changed = library.change_readings(reader, &[story], what, now).await?;
    // What is not on the list is off it.
    if changed.stories.is_empty() && *what != ReadingsDo::Remove {
        return Err(KeepError::NoStory(story));
    }
    Ok(changed)
}

/// The same for several at once: of all, or of none. Stories that do not exist (any more) are passed over.
pub async fn change_many(
    library: &Store,
    reader: ReaderId,
    stories: &[StoryId],
    what: &ReadingsDo,
    now: Timestamp,
) -> Result<ReadingsChanged, KeepError> {
    if stories.len() > MOST_AT_ONCE {
        return Err(KeepError::TooMany { found: stories.len(), most: MOST_AT_ONCE });
    }
    Ok(library.change_readings(reader, stories, what, now).await?)
}

/// Takes a change back; says which stories are as they were, or `None` where that is not possible (any
/// more).
pub async fn take_back_change(
    library: &Store,
    reader: ReaderId,
    undo: i64,
) -> Result<Option<Vec<StoryId>>, StoreError> {
    library.undo_readings(reader, undo).await
}

/// Remembers how far a story on the list is read: in the text of one of its entries a block, and how much of that in
/// thousandths. Its state stays what the reader said.
pub async fn remember_position(
    library: &Store,
    (reader, story): (ReaderId, StoryId),
    entry: EntryId,
    (block, within): (u32, u16),
) -> Result<(), KeepError> {
    let found = library.entry(entry).await?.filter(|it| it.entry.story == story);
    let found = found.ok_or(KeepError::NoEntry(entry))?;
    let blocks = extract::blocks_of(&found.html);
    let says = blocks.get(block as usize).map_or("", |it| it.text.as_str());
    let of = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
    let position = Position::new(block, of, within, says)?;
    let is_listed = library.put_position(reader, story, &position).await?;
    if is_listed { Ok(()) } else { Err(KeepError::NotListed(story)) }
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
