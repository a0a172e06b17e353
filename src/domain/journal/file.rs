//! A journal in one file: JSON that holds all of it, revisions, highlights and ledger too.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{CiteRecord, LedgerCheck, LedgerLine, NoteContent, PresentContents, check_ledger};
use crate::domain::{Highlight, IdeaMove, Note, NoteId, NoteRevision, NoteType, ReadingState, Tag};

/// Of the files that are written; raised where an older program could not read them.
pub const JOURNAL_FORMAT: u32 = 1;

/// A journal, or a part of it. The same journal is the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalFile {
    /// [`JOURNAL_FORMAT`], under a name that tells what the file is.
    #[serde(rename = "peerscope-journal")]
    pub format: u32,
    /// In the order of their numbers.
    pub notes: Vec<NoteRecord>,
    /// The earliest first.
    pub highlights: Vec<HighlightRecord>,
    /// How far the reader came with what notes and highlights cite.
    pub readings: Vec<ReadingRecord>,
    /// Of the whole journal; `None` in a file that holds a part.
    pub ledger: Option<Vec<LedgerLine>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteRecord {
    pub note: NoteId,
    pub made: Timestamp,
    /// Where an idea has been.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<IdeaMove>,
    /// All that it said, the oldest first, the present last; never empty.
    pub revisions: Vec<RevisionRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionRecord {
    pub revision: u32,
    /// When it came to say so.
    pub at: Timestamp,
    pub content: NoteContent,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HighlightRecord {
    pub made: Timestamp,
    pub cites: CiteRecord,
    pub quote: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub suffix: String,
    pub start: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingRecord {
    pub cites: CiteRecord,
    pub state: ReadingState,
    pub added: Timestamp,
    pub changed: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Tag>,
}

/// Why a file is none of a journal's, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("it is no journal: {said}")]
    NotAJournal { said: String },
    #[error(
        "it is a journal of format {0}, and this program knows {JOURNAL_FORMAT}: update the program"
    )]
    Newer(u32),
    #[error("note {0} has no revision")]
    Empty(NoteId),
    #[error("the revisions of note {0} are not in their order")]
    Disordered(NoteId),
    #[error("note {0} is in it twice")]
    Twice(NoteId),
    #[error("a number of a note is at least 1, and one is {0}")]
    NotANumber(NoteId),
}

impl JournalFile {
    pub fn read(text: &str) -> Result<Self, FileError> {
        #[derive(Deserialize)]
        struct Format {
            #[serde(rename = "peerscope-journal")]
            format: u32,
        }
        // Told with line and column.
        let refused = |error: serde_json::Error| FileError::NotAJournal { said: error.to_string() };
        let Format { format } = serde_json::from_str(text).map_err(refused)?;
        if format > JOURNAL_FORMAT {
            return Err(FileError::Newer(format));
        }
        serde_json::from_str::<Self>(text).map_err(refused)?.checked()
    }

    fn checked(self) -> Result<Self, FileError> {
        let mut met = BTreeSet::new();
        for NoteRecord { note, revisions, .. } in &self.notes {
            if note.0 < 1 {
                return Err(FileError::NotANumber(*note));
            }
            if !met.insert(*note) {
                return Err(FileError::Twice(*note));
            }
            if revisions.is_empty() {
                return Err(FileError::Empty(*note));
            }
            if !revisions.is_sorted_by(|a, b| a.revision < b.revision) {
                return Err(FileError::Disordered(*note));
            }
        }
        Ok(self)
    }

    /// With a line break at its end.
    pub fn write(&self) -> String {
        // Texts, numbers and lists are always written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Walks its ledger; `None` where it has none.
    pub fn check(&self) -> Option<LedgerCheck> {
        let contents = self.notes.iter().flat_map(|it| {
            it.revisions.iter().map(|of| ((it.note, of.revision), of.content.hash()))
        });
        let contents: PresentContents = contents.collect();
        Some(check_ledger(self.ledger.as_ref()?, &contents))
    }
}

impl NoteRecord {
    pub fn of(note: &Note, former: &[NoteRevision]) -> Self {
        let mut at = note.made;
        let former = former.iter().map(|it| {
            let since = std::mem::replace(&mut at, it.until);
            RevisionRecord { revision: it.revision, at: since, content: it.content() }
        });
        let mut revisions: Vec<RevisionRecord> = former.collect();
        let (revision, at) = (note.revision, note.changed);
        revisions.push(RevisionRecord { revision, at, content: note.content() });
        Self { note: note.id, made: note.made, path: note.path.clone(), revisions }
    }

    /// What it says now.
    pub fn present(&self) -> Option<&RevisionRecord> {
        self.revisions.last()
    }
}

impl HighlightRecord {
    pub fn of(highlight: &Highlight) -> Self {
        let Highlight { cites, quote, prefix, suffix, start, made, .. } = highlight.clone();
        Self { made, cites: CiteRecord::of(&cites), quote, prefix, suffix, start }
    }
}

/// Which notes are taken along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalPick {
    /// By the day that a note is of, both included.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub tag: Option<Tag>,
    pub note_type: Option<NoteType>,
}

impl JournalPick {
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    pub fn has(&self, content: &NoteContent) -> bool {
        self.has_day(content.date)
            && self.tag.as_ref().is_none_or(|it| content.tags.contains(it))
            && self.note_type.is_none_or(|it| content.r#type == it)
    }

    /// Highlights have neither a tag nor a type, and are of the day on which they were made.
    pub fn has_highlight(&self, highlight: &HighlightRecord) -> bool {
        let day = highlight.made.to_zoned(TimeZone::UTC).date();
        self.tag.is_none() && self.note_type.is_none() && self.has_day(day)
    }

    pub fn has_day(&self, day: Date) -> bool {
        self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str =
        r#"{"peerscope-journal":1,"notes":[],"highlights":[],"readings":[],"ledger":null}"#;

    #[test]
    fn a_journal_is_read_as_it_is_written() {
        let file = JournalFile::read(SMALL).unwrap();
        assert_eq!(JournalFile::read(&file.write()).unwrap(), file);
    }

    #[test]
    fn what_is_no_journal_is_told_with_its_place() {
        let told = |text: &str| JournalFile::read(text).unwrap_err().to_string();
        assert!(
            told("{}").contains("missing field `peerscope-journal` at line 1"),
            "{}",
            told("{}")
        );
        assert!(told(&SMALL.replace(":1,", ":2,")).contains("format 2"));
        let unknown = told(&SMALL.replace("\"notes\":[]", "\"notes\":[],\n\"other\":1"));
        assert!(
            unknown.contains("unknown field `other`") && unknown.contains("line 2"),
            "{unknown}"
        );
        let empty = r#""notes":[{"note":3,"made":"2026-03-14T00:00:00Z","revisions":[]}]"#;
        assert_eq!(told(&SMALL.replace("\"notes\":[]", empty)), "note 3 has no revision");
    }
}
