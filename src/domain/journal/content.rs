//! What a note says, apart from the library that holds it: by this it is hashed, and so it is written
//! into files.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::LedgerHash;
use crate::domain::{
    Address, Citation, Competency, DraftError, EntryId, Idea, Note, NoteDraft, NoteId, NoteLink,
    NoteRevision, NoteType, QuotedAt, Tag, heading_of,
};

/// Its JSON without blanks, with keys in their order (RFC 8785), never differs for the same words: what
/// says nothing is left out, so that a field which comes later changes no hash of before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteContent {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<CiteRecord>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub competencies: BTreeSet<Competency>,
    pub date: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idea: Option<IdeaContent>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkRecord>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Tag>,
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    pub r#type: NoteType,
}

/// An idea with its keys in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdeaContent {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    effort: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    hypothesis: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    outcome: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    owner: String,
    state: crate::domain::IdeaState,
}

/// What is cited by what it was called then: numbers of entries are a library's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CiteRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub peer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "lowercase", deny_unknown_fields)]
pub enum LinkRecord {
    Address {
        address: Address,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        title: String,
    },
    Note {
        note: NoteId,
    },
    Quote {
        /// Which of the cites, from 0 on.
        cite: usize,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        prefix: String,
        quote: String,
        #[serde(default, skip_serializing_if = "is_zero")]
        start: u32,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        suffix: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl NoteContent {
    pub fn hash(&self) -> LedgerHash {
        // Texts, numbers and lists are always written.
        LedgerHash::of(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    /// As someone would send it, given the numbers under which a library holds what it cites.
    pub fn draft(&self, cited: &[EntryId]) -> Result<NoteDraft, DraftError> {
        let links = self.links.iter().filter_map(|it| it.link(cited)).collect();
        let tags = self.tags.clone();
        let draft = NoteDraft::new(self.r#type, &self.title, &self.text, tags, cited.to_vec())?;
        let draft = draft.dated(self.date)?.showing(self.competencies.clone())?.linked(links)?;
        match self.idea() {
            Some(idea) => draft.on_its_way(idea),
            None => Ok(draft),
        }
    }

    pub fn idea(&self) -> Option<Idea> {
        let IdeaContent { effort, hypothesis, outcome, owner, state } = self.idea.clone()?;
        Some(Idea { state, owner, hypothesis, effort, outcome })
    }

    /// The links, given the numbers under which a library holds what it cites.
    pub fn note_links(&self, cited: &[EntryId]) -> Vec<NoteLink> {
        self.links.iter().filter_map(|it| it.link(cited)).collect()
    }
}

impl From<&Idea> for IdeaContent {
    fn from(idea: &Idea) -> Self {
        let Idea { state, owner, hypothesis, effort, outcome } = idea.clone();
        Self { effort, hypothesis, outcome, owner, state }
    }
}

impl NoteContent {
    /// Its title, else the beginning of its text.
    pub fn heading(&self) -> String {
        heading_of(&self.title, &self.text)
    }
}

impl CiteRecord {
    pub fn of(cited: &Citation) -> Self {
        let Citation { title, address, peer_name, published, .. } = cited.clone();
        Self { address, peer: peer_name, published, title }
    }
}

impl LinkRecord {
    /// `None` for words of what is not cited, which no note has.
    fn of(link: &NoteLink, cites: &[Citation]) -> Option<Self> {
        Some(match link.clone() {
            NoteLink::Note { note } => Self::Note { note },
            NoteLink::Address { title, address } => Self::Address { address, title },
            NoteLink::Quote(QuotedAt { entry, quote, prefix, suffix, start }) => {
                let cite = cites.iter().position(|it| it.entry == entry)?;
                Self::Quote { cite, prefix, quote, start, suffix }
            }
        })
    }

    fn link(&self, cited: &[EntryId]) -> Option<NoteLink> {
        Some(match self.clone() {
            Self::Note { note } => NoteLink::Note { note },
            Self::Address { address, title } => NoteLink::Address { title, address },
            Self::Quote { cite, prefix, quote, start, suffix } => {
                let entry = *cited.get(cite)?;
                NoteLink::Quote(QuotedAt { entry, quote, prefix, suffix, start })
            }
        })
    }
}

impl Note {
    /// What it says now, as what it said until then.
    pub fn as_revision(&self, until: Timestamp) -> NoteRevision {
        let Self { note_type, title, text, tags, competencies, cites, links, .. } = self.clone();
        NoteRevision {
            revision: self.revision,
            until,
            note_type,
            title,
            text,
            date: self.date,
            tags,
            competencies,
            cites,
            links,
            kept_idea: self.kept_idea.clone(),
        }
    }

    /// What it says now.
    pub fn content(&self) -> NoteContent {
        self.as_revision(self.changed).content()
    }
}

impl NoteRevision {
    /// What the note said then.
    pub fn content(&self) -> NoteContent {
        let Self { note_type, title, text, tags, competencies, cites, .. } = self.clone();
        NoteContent {
            cites: cites.iter().map(CiteRecord::of).collect(),
            competencies,
            date: self.date,
            idea: self.kept_idea.as_ref().map(IdeaContent::from),
            links: self.links.iter().filter_map(|it| LinkRecord::of(it, &cites)).collect(),
            tags,
            text,
            title,
            r#type: note_type,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_no_part_of_a_content() {
        let content = NoteContent {
            cites: Vec::new(),
            competencies: BTreeSet::new(),
            date: jiff::civil::date(2026, 3, 14),
            idea: None,
            links: Vec::new(),
            tags: BTreeSet::new(),
            text: "Two \"towers\"\n".into(),
            title: String::new(),
            r#type: NoteType::Insight,
        };
        let json = r#"{"date":"2026-03-14","text":"Two \"towers\"\n","type":"insight"}"#;
        assert_eq!(serde_json::to_string(&content).unwrap(), json);
        assert_eq!(content.hash(), LedgerHash::of(json.as_bytes()));
        assert_eq!(serde_json::from_str::<NoteContent>(json).unwrap(), content);
    }

    #[test]
    fn keys_stand_in_their_order() {
        let json = concat!(
            r#"{"cites":[{"address":"https://a.example/x","peer":"A","#,
            r#""published":"2026-01-02T03:04:05Z","title":"X"}],"competencies":["ownership"],"#,
            r#""date":"2026-03-14","idea":{"effort":"S","outcome":"-18 %","state":"tried"},"#,
            r#""links":[{"to":"note","note":2},{"to":"quote","cite":0,"prefix":"p","quote":"q"}],"#,
            r#""tags":["ml"],"text":"t","title":"T","type":"idea"}"#
        );
        let content: NoteContent = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&content).unwrap(), json);
        let draft = content.draft(&[EntryId(7)]).unwrap();
        assert_eq!(draft.cites(), [EntryId(7)]);
        assert_eq!(draft.links().unwrap().len(), 2);
    }
}
