//! Notes: pages of a reader's journal, each with the entries that it cites.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DraftError, Tag};
use crate::domain::{Address, EntryId, NoteId, StoryId, cut_at_word};

/// In characters.
pub const LONGEST_NOTE: usize = 100_000;
/// In characters.
pub const LONGEST_NOTE_TITLE: usize = 200;
pub const MOST_CITATIONS: usize = 50;
/// Characters of the text that stand in for a missing title.
const HEADING_FROM_TEXT: usize = 80;

/// What a note is about. The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteType {
    Challenge,
    Insight,
    Idea,
    Design,
    Solution,
    Result,
    Feedback,
}

impl NoteType {
    pub const ALL: [Self; 7] = [
        Self::Challenge,
        Self::Insight,
        Self::Idea,
        Self::Design,
        Self::Solution,
        Self::Result,
        Self::Feedback,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Insight => "insight",
            Self::Idea => "idea",
            Self::Design => "design",
            Self::Solution => "solution",
            Self::Result => "result",
            Self::Feedback => "feedback",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// An entry as it was when it was cited, so that the citation survives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    pub entry: EntryId,
    /// That it belongs to, or belonged to last.
    pub story: StoryId,
    pub title: String,
    pub address: Option<Address>,
    pub peer_name: String,
    /// Whether the library holds the entry no more.
    pub is_gone: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub id: NoteId,
    pub note_type: NoteType,
    /// May be empty, see [`Note::heading`].
    pub title: String,
    /// Markdown.
    pub text: String,
    pub tags: BTreeSet<Tag>,
    pub cites: Vec<Citation>,
    /// Counts what it has said so far, from 1 on: whoever changes it names the one that was read.
    pub revision: u32,
    pub made: Timestamp,
    pub changed: Timestamp,
}

/// What a note said before it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRevision {
    pub revision: u32,
    pub until: Timestamp,
    pub note_type: NoteType,
    pub title: String,
    pub text: String,
    pub tags: BTreeSet<Tag>,
    pub cites: Vec<Citation>,
}

/// A note as someone wants it kept; within all bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteDraft {
    note_type: NoteType,
    title: String,
    text: String,
    tags: BTreeSet<Tag>,
    cites: Vec<EntryId>,
}

impl NoteDraft {
    /// The title is put on one line; the text stays as it is, save the ends of its lines.
    pub fn new(
        note_type: NoteType,
        title: &str,
        text: &str,
        tags: BTreeSet<Tag>,
        cites: Vec<EntryId>,
    ) -> Result<Self, DraftError> {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ").replace('\0', "");
        let text = text.replace("\r\n", "\n").replace('\0', "");
        DraftError::if_empty("the text of the note", &text)?;
        DraftError::if_longer("the text of the note", &text, LONGEST_NOTE)?;
        DraftError::if_longer("the title of the note", &title, LONGEST_NOTE_TITLE)?;
        DraftError::if_more("tags of the note", tags.len(), super::MOST_TAGS)?;
        let mut met = BTreeSet::new();
        let cites: Vec<EntryId> = cites.into_iter().filter(|it| met.insert(*it)).collect();
        DraftError::if_more("citations of the note", cites.len(), MOST_CITATIONS)?;
        Ok(Self { note_type, title, text, tags, cites })
    }

    pub fn note_type(&self) -> NoteType {
        self.note_type
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn tags(&self) -> &BTreeSet<Tag> {
        &self.tags
    }

    /// Each once, in the order given.
    pub fn cites(&self) -> &[EntryId] {
        &self.cites
    }
}

impl Note {
    /// Its title, else the beginning of its text.
    pub fn heading(&self) -> String {
        if !self.title.is_empty() {
            return self.title.clone();
        }
        let lines = self.text.lines().map(|it| it.trim_start_matches(['#', ' ', '\t', '>']).trim());
        cut_at_word(lines.into_iter().find(|it| !it.is_empty()).unwrap_or("…"), HEADING_FROM_TEXT)
    }

    /// Whether it says this already.
    pub fn says(&self, draft: &NoteDraft) -> bool {
        let NoteDraft { note_type, title, text, tags, cites } = draft;
        let cited = self.cites.iter().map(|it| it.entry);
        (self.note_type, &self.title, &self.text, &self.tags) == (*note_type, title, text, tags)
            && cited.eq(cites.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(title: &str, text: &str) -> Result<NoteDraft, DraftError> {
        NoteDraft::new(NoteType::Insight, title, text, BTreeSet::new(), Vec::new())
    }

    fn note(title: &str, text: &str) -> Note {
        let (made, changed) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        Note {
            id: NoteId(1),
            note_type: NoteType::Insight,
            title: title.into(),
            text: text.into(),
            tags: BTreeSet::new(),
            cites: Vec::new(),
            revision: 1,
            made,
            changed,
        }
    }

    #[test]
    fn a_note_is_refused_beyond_its_bounds_and_says_what_to_do() {
        assert_eq!(
            draft("", " \n").unwrap_err().to_string().split(':').next(),
            Some("the text of the note is empty")
        );
        assert!(draft("", &"é".repeat(LONGEST_NOTE)).is_ok());
        let long = draft("", &"é".repeat(LONGEST_NOTE + 1)).unwrap_err();
        let told = "the text of the note has 100001 characters, and may have 100000: shorten it";
        assert_eq!(long.to_string(), told);
        assert!(draft(&"t".repeat(LONGEST_NOTE_TITLE + 1), "x").is_err());
        let cites = |count| (0..count).map(EntryId).collect();
        let citing = |cites| NoteDraft::new(NoteType::Idea, "", "x", BTreeSet::new(), cites);
        assert!(citing(cites(50)).is_ok());
        assert!(matches!(citing(cites(51)), Err(DraftError::TooMany { found: 51, .. })));
        assert_eq!(citing(vec![EntryId(2), EntryId(1), EntryId(2)]).unwrap().cites().len(), 2);
    }

    #[test]
    fn a_text_stays_as_it_is_written_save_the_ends_of_its_lines() {
        let kept = draft(" Two\ntowers ", "  code\r\n\r\n- one\t\n").unwrap();
        assert_eq!((kept.title(), kept.text()), ("Two towers", "  code\n\n- one\t\n"));
    }

    #[test]
    fn a_note_without_a_title_is_called_by_its_first_line() {
        assert_eq!(note("Towers", "x").heading(), "Towers");
        assert_eq!(note("", "\n## Two towers\nx").heading(), "Two towers");
        assert_eq!(note("", "---").heading(), "---");
    }

    #[test]
    fn a_note_knows_what_it_says_already() {
        let note = note("Towers", "x");
        assert!(note.says(&draft("Towers", "x").unwrap()));
        assert!(!note.says(&draft("Towers", "y").unwrap()));
    }

    #[test]
    fn every_type_has_a_word() {
        for it in NoteType::ALL {
            assert_eq!(NoteType::from_word(it.as_str()), Some(it));
        }
    }
}
