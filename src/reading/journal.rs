//! A journal taken along: put together for files, and taken in from them.

use jiff::Timestamp;

use crate::{
    domain::{
        Arrival, CiteRecord, JOURNAL_FORMAT, JournalFile, JournalPick, ReaderId, ReadingRecord,
    },
    store::{JournalImported, JournalParts, Store, StoreError},
};

/// A reader's journal, or the part that is picked, ready to be written. The ledger goes along with the
/// whole; highlights and readings go with what is cited, or with their days.
pub async fn journal(
    library: &Store,
    reader: ReaderId,
    pick: &JournalPick,
) -> Result<JournalFile, StoreError> {
    let JournalParts { notes, highlights, readings, ledger } =
        library.journal_parts(reader).await?;
    let is_picked = |it: &crate::domain::NoteRecord| {
        it.present().is_some_and(|present| pick.has(&present.content))
    };
    let notes: Vec<_> = notes.into_iter().filter(is_picked).collect();
    let highlights = highlights.into_iter().filter(|it| pick.has_highlight(it));
    let mut highlights: Vec<_> = highlights.collect();
    highlights.sort_by(|a, b| {
        (a.made, &a.cites, a.start, &a.quote).cmp(&(b.made, &b.cites, b.start, &b.quote))
    });
    let of_notes = notes.iter().flat_map(|it| it.revisions.iter().flat_map(|it| &it.content.cites));
    let cited: std::collections::BTreeSet<&CiteRecord> =
        of_notes.chain(highlights.iter().map(|it| &it.cites)).collect();
    let mut readings: Vec<ReadingRecord> =
        readings.into_iter().filter(|it| cited.contains(&it.cites)).collect();
    readings.sort();
    readings.dedup();
    let ledger = pick.is_all().then_some(ledger);
    Ok(JournalFile { format: JOURNAL_FORMAT, notes, highlights, readings, ledger })
}

/// Takes a journal in. Nothing that is here is lost; what contradicts it is left out and named.
pub async fn import_journal(
    library: &Store,
    reader: ReaderId,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<JournalImported, StoreError> {
    library.import_journal(reader, arrival, now).await
}
