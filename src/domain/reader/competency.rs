//! Competencies: what a note is evidence of, in the words of a review.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::DraftError;

/// In characters.
pub const LONGEST_COMPETENCY: usize = 60;
/// Of one note.
pub const MOST_COMPETENCIES: usize = 20;
/// Characters of a refused one that are repeated.
const LONGEST_REPEATED: usize = 100;

/// A word or a short phrase: lower-case, single blanks, without a comma; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Competency(String);

impl Competency {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Competency {
    type Err = DraftError;

    /// Takes it as people write it: ` System  Design` is `system design`.
    fn from_str(text: &str) -> Result<Self, DraftError> {
        let lower = text.to_lowercase();
        let phrase = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = (1..=LONGEST_COMPETENCY).contains(&phrase.chars().count());
        let is_plain = !phrase.contains(|letter: char| letter == ',' || letter.is_control());
        if fits && is_plain {
            return Ok(Self(phrase));
        }
        Err(DraftError::NotACompetency(text.chars().take(LONGEST_REPEATED).collect()))
    }
}

/// Each of several competencies once.
pub fn competencies_of(written: &[String]) -> Result<BTreeSet<Competency>, DraftError> {
    DraftError::if_more("competencies", written.len(), MOST_COMPETENCIES)?;
    written.iter().map(|it| it.parse()).collect()
}

impl TryFrom<String> for Competency {
    type Error = DraftError;

    fn try_from(text: String) -> Result<Self, DraftError> {
        text.parse()
    }
}

impl From<Competency> for String {
    fn from(competency: Competency) -> Self {
        competency.0
    }
}

impl fmt::Display for Competency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_competency_is_taken_as_people_write_it() {
        for (written, phrase) in [
            ("Ownership", "ownership"),
            ("  System \t Design ", "system design"),
            ("技术 领导", "技术 领导"),
        ] {
            assert_eq!(written.parse::<Competency>().unwrap().as_str(), phrase);
        }
        let longest = "é".repeat(LONGEST_COMPETENCY);
        assert!(longest.parse::<Competency>().is_ok());
        for wrong in ["", " ", "a, b", "a\u{7}b", &format!("{longest}x")] {
            assert!(wrong.parse::<Competency>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn too_many_competencies_are_refused() {
        let many: Vec<String> = (0..=MOST_COMPETENCIES).map(|it| it.to_string()).collect();
        assert!(matches!(competencies_of(&many), Err(DraftError::TooMany { found: 21, .. })));
        assert_eq!(competencies_of(&["A".into(), "a ".into()]).unwrap().len(), 1);
    }
}
