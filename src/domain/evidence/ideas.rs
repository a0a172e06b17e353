//! Ideas with their paths, and with the notes that say what came of them.

use std::collections::BTreeSet;

use crate::domain::{Idea, IdeaState, Note, NoteId, NoteType, notes_named};

/// An idea of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdeaEvidence<'a> {
    pub note: &'a Note,
    pub idea: &'a Idea,
    /// Results and feedback that name it or are named by it, the earliest first.
    pub came_of_it: Vec<&'a Note>,
}

/// Ideas that were written down in a span or moved in it: what was adopted first, then what was tried,
/// the earliest first of each. What came of them may be of any time.
pub fn idea_evidence<'a>(
    notes: &'a [Note],
    is_in_span: impl Fn(&Note) -> bool,
) -> Vec<IdeaEvidence<'a>> {
    let ideas = notes.iter().filter(|it| is_in_span(it));
    let mut ideas: Vec<IdeaEvidence<'a>> = ideas
        .filter_map(|note| {
            let idea = note.idea()?;
            Some(IdeaEvidence { note, idea, came_of_it: came_of(note, notes) })
        })
        .collect();
    ideas.sort_by_key(|it| (rank(it.idea.state), it.note.date, it.note.id));
    ideas
}

fn rank(state: IdeaState) -> u8 {
    match state {
        IdeaState::Adopted => 0,
        IdeaState::Tried => 1,
        IdeaState::Proposed => 2,
        IdeaState::Noted => 3,
        IdeaState::Rejected => 4,
    }
}

fn came_of<'a>(idea: &Note, notes: &'a [Note]) -> Vec<&'a Note> {
    let mentioned = |note: &Note| -> BTreeSet<NoteId> { notes_named(&note.text, &note.links) };
    let by_idea = mentioned(idea);
    let is_outcome = |it: &&Note| matches!(it.note_type, NoteType::Result | NoteType::Feedback);
    let is_related = |it: &&Note| by_idea.contains(&it.id) || mentioned(it).contains(&idea.id);
    let related = notes.iter().filter(|it| it.id != idea.id).filter(is_outcome).filter(is_related);
    let mut related: Vec<&Note> = related.collect();
    related.sort_by_key(|it| (it.date, it.id));
    related
}
