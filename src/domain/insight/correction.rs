//! What readers say against what was read: another kind, another role of a sentence.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Insight, Kind, Passage, Place, Role, Verdict, Worth};
use crate::domain::{Address, CorrectionId, EntryId};

/// What a person holds an entry, or a sentence of it, to be. The latest about the same counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    Kind {
        /// `None` where the model had nothing to say.
        said: Option<Kind>,
        should_be: Kind,
    },
    Role {
        /// The sentence, word for word.
        quote: String,
        /// `None` while the article does not hold the sentence.
        place: Option<Place>,
        said: Option<Role>,
        /// `None`: the sentence is no passage.
        should_be: Option<Role>,
    },
}

impl Judgement {
    /// What the judgement is about: a sentence, or (`None`) the entry as a whole.
    pub fn quote(&self) -> Option<&str> {
        match self {
            Self::Kind { .. } => None,
            Self::Role { quote, .. } => Some(quote),
        }
    }
}

/// A judgement as it is kept, with what its entry was called then: it outlives the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub id: CorrectionId,
    pub entry: EntryId,
    pub title: String,
    pub address: Option<Address>,
    pub peer_name: String,
    /// Whether the library holds the entry no more.
    pub is_gone: bool,
    pub judgement: Judgement,
    pub made: Timestamp,
}

/// Without those that a later one replaces; `corrections` in the order in which they were made.
pub fn counting(corrections: Vec<Correction>) -> Vec<Correction> {
    let mut last = BTreeMap::new();
    for (at, correction) in corrections.iter().enumerate() {
        let quote = correction.judgement.quote().map(str::to_owned);
        last.insert((correction.entry, quote), at);
    }
    let is_last = |(at, it): &(usize, Correction)| {
        last.get(&(it.entry, it.judgement.quote().map(str::to_owned))) == Some(at)
    };
    corrections.into_iter().enumerate().filter(is_last).map(|(_, it)| it).collect()
}

impl Insight {
    /// As it is to be shown: what persons said counts instead of what the model did.
    pub fn corrected<'a>(mut self, judgements: impl IntoIterator<Item = &'a Judgement>) -> Self {
        for judgement in judgements {
            match judgement {
                Judgement::Kind { should_be, .. } => {
                    // Of a post that the model cannot read nobody knows more than its kind.
                    let none = Verdict { kind: *should_be, worth: Worth::default(), expected: 0.0 };
                    self.verdict.get_or_insert(none).kind = *should_be;
                }
                Judgement::Role { quote, place, should_be, .. } => {
                    self.correct_passage(quote, *place, *should_be);
                }
            }
        }
        self
    }

    fn correct_passage(&mut self, quote: &str, place: Option<Place>, should_be: Option<Role>) {
        let Some(role) = should_be else { return self.passages.retain(|it| it.text != quote) };
        let mut is_there = false;
        for passage in self.passages.iter_mut().filter(|it| it.text == quote) {
            is_there = true;
            (passage.role, passage.confidence) = (role, 1.0);
        }
        let Some(place) = place.filter(|_| !is_there) else { return };
        self.passages.push(Passage { role, text: quote.to_owned(), place, confidence: 1.0 });
        self.passages.sort_by_key(|it| it.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(text: &str, role: Role, block: u32) -> Passage {
        let place = Place { block, start: 0 };
        Passage { role, text: text.into(), place, confidence: 0.6 }
    }

    fn role(quote: &str, place: Option<Place>, should_be: Option<Role>) -> Judgement {
        Judgement::Role { quote: quote.into(), place, said: None, should_be }
    }

    fn insight() -> Insight {
        let verdict = Verdict { kind: Kind::News, worth: Worth::MOST, expected: 2.5 };
        let passages =
            vec![passage("It was slow.", Role::Approach, 1), passage("Hi.", Role::Result, 3)];
        Insight { model: 1, verdict: Some(verdict), passages, ..Insight::default() }
    }

    #[test]
    fn what_a_person_says_last_counts() {
        let kinds = [Kind::Tutorial, Kind::CaseStudy]
            .map(|should_be| Judgement::Kind { said: None, should_be });
        let verdict = insight().corrected(&kinds).verdict.unwrap();
        assert_eq!((verdict.kind, verdict.worth), (Kind::CaseStudy, Worth::MOST));
        let unread = Insight::default().corrected(&kinds).verdict.unwrap();
        assert_eq!(unread.kind, Kind::CaseStudy);
    }

    #[test]
    fn a_sentence_gets_another_role_or_none_or_becomes_a_passage() {
        let place = Some(Place { block: 2, start: 7 });
        let judgements = [
            role("It was slow.", None, Some(Role::Challenge)),
            role("Hi.", None, None),
            role("It still drops events.", place, Some(Role::Limitation)),
            role("Not in the article any more.", None, Some(Role::Result)),
        ];
        let corrected = insight().corrected(&judgements).passages;
        let told: Vec<_> = corrected.iter().map(|it| (it.text.as_str(), it.role)).collect();
        let expected =
            [("It was slow.", Role::Challenge), ("It still drops events.", Role::Limitation)];
        assert_eq!(told, expected);
    }
}
