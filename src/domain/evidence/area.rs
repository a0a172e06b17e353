//! Areas: the notes of a span in the order in which a review asks for them.

use std::collections::BTreeSet;

use super::{Rubric, RubricCompetency};
use crate::domain::{Competency, Note, NoteId, NoteType};

/// What one competency, or one type of note, has to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area<'a> {
    pub heading: AreaHeading<'a>,
    /// Told here, in the order of [`TYPES`], the earliest first of each.
    pub evidence: Vec<&'a Note>,
    /// Notes that show this too, and are told in an area before.
    pub also: Vec<&'a Note>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaHeading<'a> {
    Rubric(&'a RubricCompetency),
    Competency(&'a Competency),
    /// Where nothing was said of competencies.
    Type(NoteType),
    /// What shows none of the competencies.
    Other,
}

/// What weighs most in a review comes first.
const TYPES: [NoteType; 7] = [
    NoteType::Design,
    NoteType::Solution,
    NoteType::Result,
    NoteType::Idea,
    NoteType::Challenge,
    NoteType::Insight,
    NoteType::Feedback,
];

/// Puts notes under what they show: the competencies of the rubric in its order; else those that the
/// notes name, the ones with the most first; else their types. Each note is told once. A competency of
/// the rubric without a note is an area without evidence.
pub fn areas<'a>(notes: &[&'a Note], rubric: Option<&'a Rubric>) -> Vec<Area<'a>> {
    let headings = match rubric.filter(|it| !it.competencies.is_empty()) {
        Some(rubric) => rubric.competencies.iter().map(AreaHeading::Rubric).collect(),
        None => own_headings(notes),
    };
    let mut told: BTreeSet<NoteId> = BTreeSet::new();
    let mut areas: Vec<Area<'a>> = Vec::new();
    for heading in headings.into_iter().chain([AreaHeading::Other]) {
        let shown = notes.iter().copied().filter(|it| heading.is_shown_by(it, &told));
        let (also, mut evidence): (Vec<&Note>, Vec<&Note>) =
            shown.partition(|it| told.contains(&it.id));
        told.extend(evidence.iter().map(|it| it.id));
        evidence.sort_by_key(|it| (rank(it.note_type), it.date, it.id));
        areas.push(Area { heading, evidence, also });
    }
    // Only a rubric asks for what is not there.
    areas.retain(|it| {
        let is_asked_for = matches!(it.heading, AreaHeading::Rubric(_));
        is_asked_for || !it.evidence.is_empty() || !it.also.is_empty()
    });
    areas
}

/// In the order in which types are told.
fn rank(note_type: NoteType) -> usize {
    TYPES.iter().position(|it| *it == note_type).unwrap_or(TYPES.len())
}

fn own_headings<'a>(notes: &[&'a Note]) -> Vec<AreaHeading<'a>> {
    let named: BTreeSet<&Competency> = notes.iter().flat_map(|it| &it.competencies).collect();
    if named.is_empty() {
        return TYPES.map(AreaHeading::Type).into();
    }
    let many = |competency: &Competency| {
        notes.iter().filter(|it| it.competencies.contains(competency)).count()
    };
    let mut named: Vec<(usize, &Competency)> = named.into_iter().map(|it| (many(it), it)).collect();
    named.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    named.into_iter().map(|(_, it)| AreaHeading::Competency(it)).collect()
}

impl AreaHeading<'_> {
    fn is_shown_by(&self, note: &Note, told: &BTreeSet<NoteId>) -> bool {
        match self {
            Self::Rubric(it) => it.is_shown_by(note),
            Self::Competency(it) => note.competencies.contains(*it),
            Self::Type(it) => note.note_type == *it,
            Self::Other => !told.contains(&note.id),
        }
    }
}

impl Area<'_> {
    pub fn is_empty(&self) -> bool {
        self.evidence.is_empty() && self.also.is_empty()
    }
}
