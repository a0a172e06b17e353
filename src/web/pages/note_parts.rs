//! Notes as they stand in lists, and their words.

use super::time::{Moment, day_text};
use crate::{
    domain::{Citation, IdeaState, Note, NoteType, cut_at_word},
    extract::{note_html, text_of},
    web::say,
};

/// A note in a list.
pub(super) struct NoteRow {
    pub(super) id: i64,
    pub(super) heading: String,
    pub(super) note_type: &'static str,
    pub(super) type_name: String,
    pub(super) date: String,
    pub(super) day: String,
    /// How its text begins, without signs of Markdown.
    pub(super) beginning: String,
    pub(super) cites: Vec<CiteRow>,
    pub(super) tags: Vec<String>,
    pub(super) competencies: Vec<String>,
    /// Of an idea: how far it has come.
    pub(super) state: Option<String>,
    pub(super) owner: String,
    pub(super) effort: String,
    pub(super) outcome: String,
}

/// What a note cites, as it was then.
pub(super) struct CiteRow {
    pub(super) entry: i64,
    pub(super) title: String,
    pub(super) peer_name: String,
    pub(super) published: Option<Moment>,
    pub(super) address: Option<String>,
    pub(super) is_gone: bool,
}

/// In characters.
const LONGEST_BEGINNING: usize = 280;
/// Bytes of a text that are rendered for its beginning.
const ENOUGH: usize = 4_000;

impl NoteRow {
    pub(super) fn of(note: &Note) -> Self {
        let idea = note.idea();
        let text = |it: Option<&String>| it.cloned().unwrap_or_default();
        Self {
            id: note.id.0,
            heading: note.heading(),
            note_type: note.note_type.as_str(),
            type_name: type_name(note.note_type),
            date: note.date.to_string(),
            day: day_text(note.date),
            beginning: beginning(note),
            cites: note.cites.iter().map(CiteRow::of).collect(),
            tags: note.tags.iter().map(ToString::to_string).collect(),
            competencies: note.competencies.iter().map(ToString::to_string).collect(),
            state: idea.map(|it| state_name(it.state)),
            owner: text(idea.map(|it| &it.owner)),
            effort: text(idea.map(|it| &it.effort)),
            outcome: text(idea.map(|it| &it.outcome)),
        }
    }
}

impl CiteRow {
    pub(super) fn of(citation: &Citation) -> Self {
        Self {
            entry: citation.entry.0,
            title: citation.title.clone(),
            peer_name: citation.peer_name.clone(),
            published: citation.published.map(Moment::day),
            address: citation.address.as_ref().map(ToString::to_string),
            is_gone: citation.is_gone,
        }
    }
}

/// Without the line that stands in for a title.
fn beginning(note: &Note) -> String {
    let start = note.text.char_indices().take_while(|it| it.0 < ENOUGH).last();
    let start = &note.text[..start.map_or(0, |(at, letter)| at + letter.len_utf8())];
    let text = text_of(&note_html(start, &|_| None)).text;
    let text = text.strip_prefix(&note.heading()).unwrap_or(&text);
    cut_at_word(&text.split_whitespace().collect::<Vec<_>>().join(" "), LONGEST_BEGINNING)
}

pub(super) fn type_name(note_type: NoteType) -> String {
    say::text(&format!("issue.note-type.{}", note_type.as_str())).to_owned()
}

pub(super) fn state_name(state: IdeaState) -> String {
    say::text(&format!("web.idea.state.{}", state.as_str())).to_owned()
}
