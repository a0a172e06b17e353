//! Rubrics: what is expected of someone, competency by competency, and which notes show it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::{Competency, Note, Query, Tag, fold, query::Clause};

/// In the order in which they are to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rubric {
    pub competencies: Vec<RubricCompetency>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RubricCompetency {
    pub name: String,
    /// What is expected, in the words of the rubric.
    pub expected: Option<String>,
    /// Notes with one of these show it …
    pub tags: BTreeSet<Tag>,
    /// … or with one of these words, or phrases.
    pub words: Vec<String>,
}

impl RubricCompetency {
    /// Whether a note is evidence of it: it names it, has one of its tags, or one of its words.
    pub fn is_shown_by(&self, note: &Note) -> bool {
        let own = self.name.parse::<Competency>().ok();
        let names_it = own.is_some_and(|it| note.competencies.contains(&it));
        names_it || !note.tags.is_disjoint(&self.tags) || self.has_word(note)
    }

    fn has_word(&self, note: &Note) -> bool {
        let text = format!("{}\n{}", note.title, note.text);
        self.words.iter().any(|it| is_said(it, &text))
    }

    /// What finds posts on it: its name or any of its words.
    pub fn query(&self) -> Query {
        let phrases = std::iter::once(&self.name).chain(&self.words);
        let clauses = phrases.map(|it| Clause::Phrase(it.clone())).collect();
        Clause::any(clauses).map_or_else(|| Query::parse(""), Query::of)
    }
}

/// Whether a text has a word or phrase, in whatever case and with whatever accents: as a whole, where
/// words stand apart.
pub fn is_said(phrase: &str, text: &str) -> bool {
    let phrase = spaced(phrase);
    if phrase.trim().is_empty() {
        return false;
    }
    let text = spaced(text);
    if phrase.is_ascii() { text.contains(&phrase) } else { text.contains(phrase.trim()) }
}

/// Words between single blanks, with one at each end.
fn spaced(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    let mut spaced = String::from(" ");
    for word in words {
        spaced.push_str(word);
        spaced.push(' ');
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_said_in_any_case_as_a_whole() {
        for (phrase, text, is_there) in [
            ("capacity planning", "On Capacity-Planning, again", true),
            ("plan", "capacity planning", false),
            ("Müller", "with MULLER", true),
            ("推荐", "我们的推荐系统", true),
            (" ", "x", false),
        ] {
            assert_eq!(is_said(phrase, text), is_there, "{phrase}");
        }
    }

    #[test]
    fn posts_on_a_competency_are_found_by_its_name_or_its_words() {
        let competency = RubricCompetency {
            name: "Capacity planning".into(),
            expected: None,
            tags: BTreeSet::new(),
            words: vec!["load forecast".into()],
        };
        let query = competency.query().to_string();
        assert_eq!(query, "\"Capacity planning\" OR \"load forecast\"");
    }
}
