//! Notes: pages of a reader's journal, each with the entries that it cites.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Competency, DraftError, Idea, IdeaMove, IdeaState, MOST_LINKS, NoteLink, Tag,
    draft::plain_lines,
};
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
    #[serde(default)]
    pub published: Option<Timestamp>,
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
    /// The day on which it happened, or was thought of.
    pub date: Date,
    pub tags: BTreeSet<Tag>,
    pub competencies: BTreeSet<Competency>,
    pub cites: Vec<Citation>,
    pub links: Vec<NoteLink>,
    /// Of an idea; kept also while the note is of another type, see [`Note::idea`].
    pub kept_idea: Option<Idea>,
    /// Where an idea has been, the oldest first.
    pub path: Vec<IdeaMove>,
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
    pub date: Date,
    pub tags: BTreeSet<Tag>,
    pub competencies: BTreeSet<Competency>,
    pub cites: Vec<Citation>,
    pub links: Vec<NoteLink>,
    pub kept_idea: Option<Idea>,
}

impl NoteRevision {
    /// The note as it was then.
    pub fn as_note(&self, note: &Note) -> Note {
        let Self { revision, until, note_type, title, text, date, .. } = self.clone();
        let Self { tags, competencies, cites, links, kept_idea, .. } = self.clone();
        Note {
            id: note.id,
            note_type,
            title,
            text,
            date,
            tags,
            competencies,
            cites,
            links,
            kept_idea,
            path: note.path.iter().copied().filter(|it| it.at <= until).collect(),
            revision,
            made: note.made,
            changed: until,
        }
    }
}

/// A note as someone wants it kept; within all bounds. What it leaves open stays as it is in a note that
/// is changed, and begins empty in a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteDraft {
    note_type: NoteType,
    title: String,
    text: String,
    tags: BTreeSet<Tag>,
    cites: Vec<EntryId>,
    date: Option<Date>,
    competencies: Option<BTreeSet<Competency>>,
    links: Option<Vec<NoteLink>>,
    idea: Option<Idea>,
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
        let text = plain_lines(text);
        DraftError::if_empty("the text of the note", &text)?;
        DraftError::if_longer("the text of the note", &text, LONGEST_NOTE)?;
        DraftError::if_longer("the title of the note", &title, LONGEST_NOTE_TITLE)?;
        DraftError::if_more("tags of the note", tags.len(), super::MOST_TAGS)?;
        let mut met = BTreeSet::new();
        let cites: Vec<EntryId> = cites.into_iter().filter(|it| met.insert(*it)).collect();
        DraftError::if_more("citations of the note", cites.len(), MOST_CITATIONS)?;
        let (date, competencies, links, idea) = (None, None, None, None);
        Ok(Self { note_type, title, text, tags, cites, date, competencies, links, idea })
    }

    /// On the day on which it happened. Left open, a new note is of the day on which it is made.
    pub fn dated(self, date: Date) -> Result<Self, DraftError> {
        if !is_day(date) {
            return Err(DraftError::NotADay(date.to_string()));
        }
        Ok(Self { date: Some(date), ..self })
    }

    /// Evidence of these.
    pub fn showing(self, competencies: BTreeSet<Competency>) -> Result<Self, DraftError> {
        let most = super::MOST_COMPETENCIES;
        DraftError::if_more("competencies of the note", competencies.len(), most)?;
        Ok(Self { competencies: Some(competencies), ..self })
    }

    /// Each once, in the order given. What is quoted is cited.
    pub fn linked(self, links: Vec<NoteLink>) -> Result<Self, DraftError> {
        DraftError::if_more("links of the note", links.len(), MOST_LINKS)?;
        let mut kept: Vec<NoteLink> = Vec::with_capacity(links.len());
        for link in links {
            let link = link.checked()?;
            if !kept.contains(&link) {
                kept.push(link);
            }
        }
        Ok(Self { links: Some(kept), ..self })
    }

    /// What it says as an idea. Kept for later while it is none.
    pub fn on_its_way(self, idea: Idea) -> Result<Self, DraftError> {
        Ok(Self { idea: Some(idea.checked()?), ..self })
    }

    /// With all that it leaves open: as in the note that it changes, else as a new one begins.
    #[must_use]
    pub fn completed(mut self, present: Option<&Note>, today: Date) -> Self {
        self.date = Some(self.date.or(present.map(|it| it.date)).unwrap_or(today));
        let competencies = self.competencies.or_else(|| Some(present?.competencies.clone()));
        self.competencies = Some(competencies.unwrap_or_default());
        let links = self.links.or_else(|| Some(present?.links.clone())).unwrap_or_default();
        for entry in links.iter().filter_map(NoteLink::entry) {
            if !self.cites.contains(&entry) {
                self.cites.push(entry);
            }
        }
        self.links = Some(links);
        self.idea = self.idea.or_else(|| present?.kept_idea.clone());
        if self.note_type == NoteType::Idea {
            self.idea = Some(self.idea.unwrap_or_default());
        }
        self
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

    /// `None` where it is left open, as of all that follows.
    pub fn date(&self) -> Option<Date> {
        self.date
    }

    pub fn competencies(&self) -> Option<&BTreeSet<Competency>> {
        self.competencies.as_ref()
    }

    pub fn links(&self) -> Option<&[NoteLink]> {
        self.links.as_deref()
    }

    pub fn idea(&self) -> Option<&Idea> {
        self.idea.as_ref()
    }
}

/// Whether something can have happened on it that a note tells of.
pub fn is_day(date: Date) -> bool {
    (1900..2200).contains(&date.year())
}

impl Note {
    /// Its title, else the beginning of its text.
    pub fn heading(&self) -> String {
        heading_of(&self.title, &self.text)
    }

    /// What it says as an idea, as long as it is one.
    pub fn idea(&self) -> Option<&Idea> {
        self.kept_idea.as_ref().filter(|_| self.note_type == NoteType::Idea)
    }

    /// Whether it says this already.
    pub fn says(&self, draft: &NoteDraft) -> bool {
        let whole = draft.clone().completed(Some(self), self.date);
        self.as_draft() == whole
    }

    /// As an idea that has come to another state; `None` where it is no idea.
    pub fn moved_to(&self, state: IdeaState) -> Option<NoteDraft> {
        let idea = Idea { state, ..self.idea()?.clone() };
        Some(NoteDraft { idea: Some(idea), ..self.as_draft() })
    }

    /// What would be sent to have it say what it says.
    pub fn as_draft(&self) -> NoteDraft {
        NoteDraft {
            note_type: self.note_type,
            title: self.title.clone(),
            text: self.text.clone(),
            tags: self.tags.clone(),
            cites: self.cites.iter().map(|it| it.entry).collect(),
            date: Some(self.date),
            competencies: Some(self.competencies.clone()),
            links: Some(self.links.clone()),
            idea: self.kept_idea.clone(),
        }
    }
}

/// What a note is called that says this.
pub fn heading_of(title: &str, text: &str) -> String {
    if !title.is_empty() {
        return title.to_owned();
    }
    let lines = text.lines().map(|it| it.trim_start_matches(['#', ' ', '\t', '>']).trim());
    cut_at_word(lines.into_iter().find(|it| !it.is_empty()).unwrap_or("…"), HEADING_FROM_TEXT)
}
