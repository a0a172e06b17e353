//! A journal as a whole: its ledger, and the files in which it is taken along.

mod arrival;
mod content;
mod file;
mod front;
mod ledger;
mod name;
mod page;
mod quotes;

pub use arrival::{Arrival, ConflictKind, Joining, joining, joining_page};
pub use content::{CiteRecord, IdeaContent, LinkRecord, NoteContent};
pub use file::{
    FileError, HighlightRecord, JOURNAL_FORMAT, JournalFile, JournalPick, NoteRecord,
    ReadingRecord, RevisionRecord,
};
pub use ledger::{
    BreakKind, FEWEST_HEAD_DIGITS, LedgerBreak, LedgerCheck, LedgerEvent, LedgerFact, LedgerHash,
    LedgerHashError, LedgerHead, LedgerLine, PresentContents, check_ledger, head_digits,
    is_chained, line_with_head,
};
pub use name::{NoteNames, page_name};
pub use page::{NotePage, PageError, PageErrorKind, read_page, write_page};
pub use quotes::highlights_page;
