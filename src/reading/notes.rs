//! A reader's journal: notes and highlights.

use jiff::Timestamp;

use super::KeepError;
use crate::{
    domain::{
        EntryId, Highlight, HighlightDraft, HighlightId, IdeaState, Note, NoteDraft, NoteId,
        ReaderId, Searched, Sought, TabId, TypedNote,
    },
    extract::text_of,
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
        NoteWrite::NotAnIdea(id) => Err(KeepError::NotAnIdea(id)),
    }
}

/// Has an idea come to another state, whatever else was changed of it meanwhile.
pub async fn move_idea(
    library: &Store,
    (reader, id): (ReaderId, NoteId),
    state: IdeaState,
    now: Timestamp,
) -> Result<Note, KeepError> {
    written(library.move_idea((reader, id), state, now).await?)
}

/// Keeps what stands in a tab's editor, in place of what stood there before.
pub async fn keep_typed(
    library: &Store,
    reader: ReaderId,
    typed: TypedNote,
) -> Result<(), KeepError> {
    Ok(library.keep_typed(reader, &typed.checked()?).await?)
}

/// Says whether something stood in that tab's editor.
pub async fn drop_typed(
    library: &Store,
    reader: ReaderId,
    tab: &TabId,
) -> Result<bool, StoreError> {
    library.drop_typed(reader, tab).await
}

/// Deletes a note with all that it said, save its hashes in the ledger; says whether there was one.
pub async fn delete_note(
    library: &Store,
    reader: ReaderId,
    id: NoteId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    library.delete_note(reader, id, now).await
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

/// Characters that are kept of what stands around a quote.
const AROUND: usize = 60;

/// Keeps words of an entry's text with the place at which it says them first.
pub async fn highlight_words(
    library: &Store,
    reader: ReaderId,
    (entry, words): (EntryId, &str),
    now: Timestamp,
) -> Result<Highlight, KeepError> {
    let found = library.entry(entry).await?.ok_or(KeepError::NoEntry(entry))?;
    let text = text_of(&found.html).text;
    let draft = placed(entry, words, &text)?;
    highlight(library, reader, &draft, now).await
}

fn placed(entry: EntryId, words: &str, text: &str) -> Result<HighlightDraft, KeepError> {
    let sought = Sought { quote: words, prefix: "", suffix: "", start: 0 };
    let place = Searched::new(text).find(sought);
    let place = place.ok_or_else(|| KeepError::NoWords { entry, quote: words.to_owned() })?;
    let letters: Vec<char> = text.chars().collect();
    let part = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
    let before = part(place.start.saturating_sub(AROUND), place.start);
    let behind = part(place.end, letters.len().min(place.end + AROUND));
    let start = u32::try_from(place.start).unwrap_or(u32::MAX);
    let quote = part(place.start, place.end);
    Ok(HighlightDraft::new(entry, &quote, (&before, &behind), start)?)
}

/// Says whether there was such a highlight.
pub async fn delete_highlight(
    library: &Store,
    reader: ReaderId,
    id: HighlightId,
) -> Result<bool, StoreError> {
    library.delete_highlight(reader, id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_as_the_text_says_them_with_what_stands_around() {
        let text = "One. We don\u{2019}t cache\nit. Two.";
        let draft = placed(EntryId(1), "don't cache it", text).unwrap();
        assert_eq!(draft.quote(), "don\u{2019}t cache\nit");
        assert_eq!((draft.prefix(), draft.suffix(), draft.start()), ("One. We ", ". Two.", 8));
        assert!(matches!(placed(EntryId(1), "other", text), Err(KeepError::NoWords { .. })));
    }
}
