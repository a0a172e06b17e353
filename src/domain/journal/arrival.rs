//! What comes in with a journal's files, and what it means for the notes that are here already.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{
    JOURNAL_FORMAT, JournalFile, NoteContent, NoteNames, NotePage, NoteRecord, PageError,
    RevisionRecord, page_name, read_page, write_page,
};
use crate::domain::NoteId;

/// A journal that is to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub file: JournalFile,
    /// Notes as somebody changed their pages since they were written, by the pages' names.
    pub pages: Vec<(String, NoteRecord)>,
    /// Pages that somebody began.
    pub new: Vec<(String, NoteContent)>,
    /// Keys of front matter that are not kept, by page.
    pub foreign: Vec<(String, Vec<String>)>,
    /// Notes whose page is gone from the folder.
    pub without_page: Vec<NoteId>,
}

impl Arrival {
    pub fn of_file(file: JournalFile) -> Self {
        let (pages, new, foreign) = (Vec::new(), Vec::new(), Vec::new());
        Self { file, pages, new, foreign, without_page: Vec::new() }
    }

    /// Of a folder: the file that was written with it, if it is there still, and its pages with their
    /// names. Whatever page cannot be read is told.
    pub fn of_folder(
        file: Option<JournalFile>,
        pages: &[(String, String)],
        now: (Timestamp, Date),
    ) -> Result<Self, Vec<(String, PageError)>> {
        let has_file = file.is_some();
        let mut arrival = Self::of_file(file.unwrap_or_else(empty));
        let written = NoteNames::of_records(&arrival.file.notes);
        let (read, wrong) = read_all(pages, &arrival.file.notes, now.1);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let known: BTreeMap<NoteId, NoteRecord> =
            arrival.file.notes.iter().map(|it| (it.note, it.clone())).collect();
        let mut met = Vec::new();
        for ((name, text), page) in pages.iter().zip(read) {
            if !page.foreign.is_empty() {
                arrival.foreign.push((name.clone(), page.foreign.clone()));
            }
            let Some(note) = page.note else {
                arrival.new.push((name.clone(), page.content));
                continue;
            };
            met.push(note);
            let is_as_written = known.get(&note).is_some_and(|record| {
                *text == write_page(record, &written) || says_the_same(record, &page.content)
            });
            if !is_as_written {
                arrival.pages.push((name.clone(), record_of(note, page, now.0)));
            }
        }
        if has_file {
            arrival.without_page = known.into_keys().filter(|it| !met.contains(it)).collect();
        }
        Ok(arrival)
    }
}

fn empty() -> JournalFile {
    let (notes, highlights, readings) = (Vec::new(), Vec::new(), Vec::new());
    JournalFile { format: JOURNAL_FORMAT, notes, highlights, readings, ledger: None }
}

type Wrong = Vec<(String, PageError)>;

/// Once for the numbers that pages have, then with links by their names.
fn read_all(
    pages: &[(String, String)],
    records: &[NoteRecord],
    today: Date,
) -> (Vec<NotePage>, Wrong) {
    let mut names: BTreeMap<NoteId, String> =
        records.iter().map(|it| (it.note, page_name(it))).collect();
    for (name, text) in pages {
        let page = read_page(text, name, today, &NoteNames::default());
        if let Some(note) = page.ok().and_then(|it| it.note) {
            names.insert(note, name.clone());
        }
    }
    let names = NoteNames::of(names);
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for (name, text) in pages {
        match read_page(text, name, today, &names) {
            Ok(page) => read.push(page),
            Err(error) => wrong.push((name.clone(), error)),
        }
    }
    (read, wrong)
}

/// Blanks at the end are what editors add and take.
fn says_the_same(record: &NoteRecord, content: &NoteContent) -> bool {
    let Some(present) = record.present() else { return false };
    let trimmed =
        |it: &NoteContent| NoteContent { text: it.text.trim_end().to_owned(), ..it.clone() };
    trimmed(&present.content) == trimmed(content)
}

impl JournalFile {
    /// Whether a page, as somebody left it, says no more than its note does here.
    pub fn is_said_by(&self, page: &str) -> bool {
        let names = NoteNames::of_records(&self.notes);
        let Ok(page) = read_page(page, "", Date::MIN, &names) else { return false };
        let record = self.notes.iter().find(|it| Some(it.note) == page.note);
        record.is_some_and(|it| says_the_same(it, &page.content))
    }
}

fn record_of(note: NoteId, page: NotePage, now: Timestamp) -> NoteRecord {
    let NotePage { made, changed, revision, path, content, .. } = page;
    let made = made.unwrap_or(now);
    let at = changed.unwrap_or(made);
    let revision = RevisionRecord { revision: revision.unwrap_or(1).max(1), at, content };
    NoteRecord { note, made, path, revisions: vec![revision] }
}

/// What becomes of a note that comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joining {
    /// It is not here yet.
    New,
    /// It is here, and says all that already.
    Known,
    /// It is here, and said this later.
    Further(Vec<RevisionRecord>),
    /// It is here, and is to say this, as one who read what it says now wants.
    Rewrite(Box<NoteContent>),
    Conflict(ConflictKind),
}

/// Why a note that comes in is left out; whatever is here stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum ConflictKind {
    /// The number belongs to another note here.
    OtherNote,
    /// Both said different things from this revision on.
    Apart { revision: u32 },
    /// It was changed here since the page was written.
    ChangedMeanwhile { here: u32, page: u32 },
}

/// What a note with its revisions means beside the one that has its number here.
pub fn joining(record: &NoteRecord, present: Option<&NoteRecord>) -> Joining {
    let Some(present) = present else { return Joining::New };
    if present.made != record.made {
        return Joining::Conflict(ConflictKind::OtherNote);
    }
    let here: BTreeMap<u32, &NoteContent> =
        present.revisions.iter().map(|it| (it.revision, &it.content)).collect();
    let last = present.present().map_or(0, |it| it.revision);
    let apart = record
        .revisions
        .iter()
        .find(|it| here.get(&it.revision).is_some_and(|content| **content != it.content));
    if let Some(RevisionRecord { revision, .. }) = apart {
        return Joining::Conflict(ConflictKind::Apart { revision: *revision });
    }
    let further = record.revisions.iter().filter(|it| it.revision > last).cloned();
    let further: Vec<RevisionRecord> = further.collect();
    if further.is_empty() { Joining::Known } else { Joining::Further(further) }
}

/// What a page that somebody changed means beside the note that has its number here.
pub fn joining_page(page: &NoteRecord, present: Option<&NoteRecord>) -> Joining {
    let Some(present) = present else { return Joining::New };
    if present.made != page.made {
        return Joining::Conflict(ConflictKind::OtherNote);
    }
    let (Some(here), Some(there)) = (present.present(), page.present()) else {
        return Joining::Known;
    };
    if says_the_same(present, &there.content) {
        return Joining::Known;
    }
    if here.revision != there.revision {
        let (here, page) = (here.revision, there.revision);
        return Joining::Conflict(ConflictKind::ChangedMeanwhile { here, page });
    }
    Joining::Rewrite(Box::new(there.content.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::NoteType;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn today() -> Date {
        jiff::civil::date(2026, 11, 26)
    }

    fn content(text: &str) -> NoteContent {
        NoteContent {
            cites: Vec::new(),
            competencies: std::collections::BTreeSet::new(),
            date: today(),
            idea: None,
            links: Vec::new(),
            tags: std::collections::BTreeSet::new(),
            text: text.to_owned(),
            title: "Towers".into(),
            r#type: NoteType::Insight,
        }
    }

    fn record(note: i64, texts: &[&str]) -> NoteRecord {
        let revisions = (1..).zip(texts).map(|(revision, text)| RevisionRecord {
            revision,
            at: at(i64::from(revision)),
            content: content(text),
        });
        let (note, made) = (NoteId(note), at(1));
        NoteRecord { note, made, path: Vec::new(), revisions: revisions.collect() }
    }

    fn file(notes: Vec<NoteRecord>) -> JournalFile {
        JournalFile { notes, ..empty() }
    }

    #[test]
    fn a_note_joins_the_one_that_it_is() {
        let here = record(1, &["one", "two"]);
        assert_eq!(joining(&here, None), Joining::New);
        assert_eq!(joining(&here, Some(&here)), Joining::Known);
        assert_eq!(joining(&record(1, &["one"]), Some(&here)), Joining::Known);
        let longer = record(1, &["one", "two", "three"]);
        let Joining::Further(further) = joining(&longer, Some(&here)) else { panic!() };
        assert_eq!(further.iter().map(|it| it.revision).collect::<Vec<_>>(), [3]);
        let apart = Joining::Conflict(ConflictKind::Apart { revision: 2 });
        assert_eq!(joining(&record(1, &["one", "other", "three"]), Some(&here)), apart);
        let other = NoteRecord { made: at(9), ..record(1, &["one"]) };
        assert_eq!(joining(&other, Some(&here)), Joining::Conflict(ConflictKind::OtherNote));
    }

    #[test]
    fn a_page_changes_what_was_read_and_nothing_else() {
        let here = record(1, &["one", "two"]);
        let page = |revision, text: &str| {
            let mut record = record(1, &["x"]);
            record.revisions[0] = RevisionRecord { revision, at: at(2), content: content(text) };
            record
        };
        let rewritten = joining_page(&page(2, "three"), Some(&here));
        assert_eq!(rewritten, Joining::Rewrite(Box::new(content("three"))));
        assert_eq!(joining_page(&page(1, "two \n"), Some(&here)), Joining::Known);
        let meanwhile = ConflictKind::ChangedMeanwhile { here: 2, page: 1 };
        assert_eq!(joining_page(&page(1, "three"), Some(&here)), Joining::Conflict(meanwhile));
        assert_eq!(joining_page(&page(1, "three"), None), Joining::New);
    }

    #[test]
    fn of_a_folder_only_what_somebody_touched_is_told() {
        let file = file(vec![record(1, &["one"]), record(2, &["see [[1]]"]), record(3, &["x"])]);
        let names = NoteNames::of_records(&file.notes);
        let page = |at: usize| write_page(&file.notes[at], &names);
        let pages = [
            ("Renamed".to_owned(), page(0)),
            (page_name(&file.notes[1]), page(1).replace("2026-11-26-towers-1", "Renamed|so")),
            ("Mine".to_owned(), "and so".to_owned()),
        ];
        let arrival = Arrival::of_folder(Some(file.clone()), &pages, (at(9), today())).unwrap();
        assert_eq!(arrival.file, file);
        assert_eq!(arrival.new.len(), 1);
        assert_eq!(arrival.without_page, [NoteId(3)]);
        let (name, changed) = &arrival.pages[0];
        assert_eq!((arrival.pages.len(), name), (1, &pages[1].0));
        assert_eq!(changed.revisions[0].content.text, "see [[1|so]]");
        let alone = Arrival::of_folder(None, &pages[..1], (at(9), today())).unwrap();
        assert_eq!((alone.pages.len(), alone.without_page.len()), (1, 0));
        let broken = [("Broken".to_owned(), "---\nid: x\n---\n".to_owned())];
        let wrong = Arrival::of_folder(None, &broken, (at(9), today())).unwrap_err();
        assert_eq!((wrong[0].0.as_str(), wrong[0].1.line), ("Broken", 2));
    }
}
