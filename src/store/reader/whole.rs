//! A journal as a whole: its ledger, all that goes into files, and what comes in from them.

use jiff::Timestamp;

use super::{
    ReadingsAsk, highlights,
    import::{self, JournalImported},
    ledger, notes, readings,
};
use crate::{
    domain::{
        Arrival, CiteRecord, HighlightRecord, LedgerCheck, LedgerHead, LedgerLine, Note,
        NoteRecord, ReaderId, ReadingRecord, check_ledger,
    },
    store::{Store, StoreError, sql::Sql},
};

/// All that a reader wrote and marked, as it goes into files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalParts {
    pub notes: Vec<NoteRecord>,
    pub highlights: Vec<HighlightRecord>,
    /// Of what is cited, once for each name under which it is.
    pub readings: Vec<ReadingRecord>,
    pub ledger: Vec<LedgerLine>,
}

impl Store {
    /// Where the ledger of a reader's journal ends; `None` where nothing was ever written.
    pub async fn ledger_head(&self, reader: ReaderId) -> Result<Option<LedgerHead>, StoreError> {
        self.told(self.read(async |it| ledger::head(it, reader).await).await)
    }

    /// The ledger of a reader's journal, from its first line on.
    pub async fn ledger(&self, reader: ReaderId) -> Result<Vec<LedgerLine>, StoreError> {
        self.told(self.read(async |it| ledger::lines(it, reader).await).await)
    }

    /// Walks the ledger of a reader's journal and sets it against what the notes say.
    pub async fn check_ledger(&self, reader: ReaderId) -> Result<LedgerCheck, StoreError> {
        loop {
            let lines = self.ledger(reader).await?;
            let contents = self.read(async |it| ledger::contents(it, reader).await).await;
            let contents = self.told(contents)?;
            // What somebody writes meanwhile is no break.
            if self.ledger_head(reader).await? == lines.last().map(LedgerLine::head) {
                return Ok(check_ledger(&lines, &contents));
            }
        }
    }

    /// Every note of a reader, in the order of their numbers.
    pub async fn all_notes(&self, reader: ReaderId) -> Result<Vec<Note>, StoreError> {
        self.told(self.read(async |it| notes::all(it, reader).await).await)
    }

    /// All that goes into the files of a journal.
    pub async fn journal_parts(&self, reader: ReaderId) -> Result<JournalParts, StoreError> {
        loop {
            let parts = self.told(self.read(async |it| parts(it, reader).await).await)?;
            if self.ledger_head(reader).await? == parts.ledger.last().map(LedgerLine::head) {
                return Ok(parts);
            }
        }
    }

    /// Takes a journal in, all in one transaction. What is here stays, or becomes a former revision; what
    /// contradicts it is left out and named.
    pub async fn import_journal(
        &self,
        reader: ReaderId,
        arrival: &Arrival,
        now: Timestamp,
    ) -> Result<JournalImported, StoreError> {
        let import = async |it: &mut _| import::import(it, reader, arrival, now).await;
        self.told(self.write(import).await)
    }
}

async fn parts(connection: &mut sqlx::AnyConnection, reader: ReaderId) -> Sql<JournalParts> {
    let ledger = ledger::lines(connection, reader).await?;
    let notes = import::records(connection, reader).await?;
    let highlights = highlights::all(connection, reader).await?;
    let ask = ReadingsAsk { limit: u32::MAX - 1, ..ReadingsAsk::default() };
    let on_list = readings::list(connection, reader, &ask).await?.rows;
    let mut readings = Vec::new();
    let present = notes::all(connection, reader).await?;
    let cites =
        present.iter().flat_map(|it| &it.cites).chain(highlights.iter().map(|it| &it.cites));
    for cited in cites {
        let reading = on_list.iter().map(|it| &it.reading).find(|it| it.story == cited.story);
        readings.extend(reading.map(|it| ReadingRecord {
            cites: CiteRecord::of(cited),
            state: it.state,
            added: it.added,
            changed: it.changed,
            finished: it.finished,
            tags: it.tags.clone(),
        }));
    }
    let highlights = highlights.iter().map(HighlightRecord::of).collect();
    Ok(JournalParts { notes, highlights, readings, ledger })
}
