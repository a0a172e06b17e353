//! A reader's journal: notes and highlights.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{Highlight, HighlightDraft, HighlightId, Note, NoteDraft, NoteId, ReaderId},
    store::{NoteWrite, Store, StoreError},
};

pub async fn write_note(
    library: &Store,
    reader: ReaderId,
    draft: &NoteDraft,
    now: Timestamp,
) -> Result<Note, KeepError> {
    written(library.add_note(reader, draft, now).await?)
}

/// Has a note say something else than it did in the revision that was read. What it said is kept. Sent
/// again, a change is as if made once.
pub async fn rewrite_note(
    library: &Store,
    (reader, id): (ReaderId, NoteId),
    revision: u32,
    draft: &NoteDraft,
    now: Timestamp,
) -> Result<Note, KeepError> {
    written(library.change_note((reader, id), revision, draft, now).await?)
}

fn written(write: NoteWrite) -> Result<Note, KeepError> {
    match write {
        NoteWrite::Written(note) => Ok(note),
        NoteWrite::NoSuchNote(id) => Err(KeepError::NoNote(id)),
        NoteWrite::NoSuchEntry(entry) => Err(KeepError::NoEntry(entry)),
        NoteWrite::ChangedMeanwhile(note) => Err(KeepError::Conflict(Box::new(note))),
    }
}

/// Deletes a note with all that it said; says whether there was one.
pub async fn delete_note(
    library: &Store,
    reader: ReaderId,
    id: NoteId,
) -> Result<bool, StoreError> {
    library.delete_note(reader, id).await
}

/// Keeps a quote with its place. Twice the same is as once.
pub async fn highlight(
    library: &Store,
    reader: ReaderId,
    draft: &HighlightDraft,
    now: Timestamp,
) -> Result<Highlight, KeepError> {
    let kept = library.add_highlight(reader, draft, now).await?;
    kept.ok_or(KeepError::NoEntry(draft.entry()))
}

/// Says whether there was such a highlight.
pub async fn delete_highlight(
    library: &Store,
    reader: ReaderId,
    id: HighlightId,
) -> Result<bool, StoreError> {
    library.delete_highlight(reader, id).await
}
