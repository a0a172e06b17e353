//! Areas: the notes of a span in the order in which a review asks for them.

use std::collections::BTreeSet;

use super::{Rubric, RubricCompetency};
use crate::domain::{Competency, Note, NoteId, NoteType};

/// What one competency, or one type of note, has to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area<'a> {
    pub heading: AreaHeading<'a>,
    /// Told here, in the order of `TYPES`, the earliest first of each.
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
            // Ideas are told by themselves.
            Self::Other => !told.contains(&note.id) && note.idea().is_none(),
        }
    }
}

impl Area<'_> {
    pub fn is_empty(&self) -> bool {
        self.evidence.is_empty() && self.also.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;

    fn note(id: i64, note_type: NoteType, competencies: &[&str], text: &str) -> Note {
        Note {
            id: NoteId(id),
            note_type,
            title: String::new(),
            text: text.to_owned(),
            date: date(2026, 3, 2),
            tags: BTreeSet::new(),
            competencies: competencies.iter().map(|it| it.parse().unwrap()).collect(),
            cites: Vec::new(),
            links: Vec::new(),
            kept_idea: None,
            path: Vec::new(),
            revision: 1,
            made: Timestamp::UNIX_EPOCH,
            changed: Timestamp::UNIX_EPOCH,
        }
    }

    fn told(areas: &[Area<'_>]) -> Vec<(Vec<i64>, Vec<i64>)> {
        let ids = |notes: &[&Note]| notes.iter().map(|it| it.id.0).collect();
        areas.iter().map(|it| (ids(&it.evidence), ids(&it.also))).collect()
    }

    #[test]
    fn each_note_is_told_once_where_it_weighs_most() {
        let notes = [
            note(1, NoteType::Insight, &["design"], "x"),
            note(2, NoteType::Design, &["design", "mentoring"], "x"),
            note(3, NoteType::Feedback, &[], "queues"),
        ];
        let notes: Vec<&Note> = notes.iter().collect();
        let by_notes = areas(&notes, None);
        assert_eq!(told(&by_notes), [(vec![2, 1], vec![]), (vec![], vec![2]), (vec![3], vec![])]);
        let named = |name: &str, words: &[&str]| RubricCompetency {
            name: name.to_owned(),
            expected: None,
            tags: BTreeSet::new(),
            words: words.iter().map(|it| (*it).to_owned()).collect(),
        };
        let competencies =
            vec![named("Scale", &["queues"]), named("Mentoring", &[]), named("None", &[])];
        let rubric = Rubric { competencies };
        let by_rubric = areas(&notes, Some(&rubric));
        let expected = [(vec![3], vec![]), (vec![2], vec![]), (vec![], vec![]), (vec![1], vec![])];
        assert_eq!(told(&by_rubric), expected);
        assert!(by_rubric[2].is_empty());
    }

    #[test]
    fn where_nothing_names_a_competency_types_are_told() {
        let notes = [note(1, NoteType::Insight, &[], "x"), note(2, NoteType::Result, &[], "x")];
        let notes: Vec<&Note> = notes.iter().collect();
        let by_type = areas(&notes, None);
        assert_eq!(told(&by_type), [(vec![2], vec![]), (vec![1], vec![])]);
        assert!(areas(&[], None).is_empty());
    }
}
