//! Ideas: notes that have a path, from noted to adopted or rejected.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DraftError, draft::plain_lines};

/// In characters.
pub const LONGEST_OWNER: usize = 100;
/// In characters.
pub const LONGEST_HYPOTHESIS: usize = 2_000;
/// In characters.
pub const LONGEST_EFFORT: usize = 60;
/// In characters.
pub const LONGEST_OUTCOME: usize = 200;

/// How far an idea has come. Any may follow any other: what was rejected may be tried again. The word
/// is the same in SQL and JSON.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum IdeaState {
    #[default]
    Noted,
    Proposed,
    Tried,
    Adopted,
    Rejected,
}

impl IdeaState {
    pub const ALL: [Self; 5] =
        [Self::Noted, Self::Proposed, Self::Tried, Self::Adopted, Self::Rejected];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Noted => "noted",
            Self::Proposed => "proposed",
            Self::Tried => "tried",
            Self::Adopted => "adopted",
            Self::Rejected => "rejected",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// What a note says besides, as long as it is an idea. Lines of text, each of which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idea {
    pub state: IdeaState,
    /// Who takes it on, as people say it.
    pub owner: String,
    /// What is expected of it, in any number of lines.
    pub hypothesis: String,
    /// `S`, `M`, `L`, or as people say it: `two weeks`.
    pub effort: String,
    /// A number with its unit: `-18 % p99`.
    pub outcome: String,
}

/// A step of an idea's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdeaMove {
    /// That it came to.
    pub state: IdeaState,
    pub at: Timestamp,
}

impl Idea {
    /// On its way, with its texts tidied; refused where one is too long.
    pub fn checked(self) -> Result<Self, DraftError> {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let hypothesis = plain_lines(&self.hypothesis);
        let plain = |text: String| text.replace('\0', "");
        let idea = Self {
            state: self.state,
            owner: plain(line(&self.owner)),
            hypothesis: plain(hypothesis.trim().to_owned()),
            effort: plain(line(&self.effort)),
            outcome: plain(line(&self.outcome)),
        };
        DraftError::if_longer("the owner of the idea", &idea.owner, LONGEST_OWNER)?;
        DraftError::if_longer("the hypothesis", &idea.hypothesis, LONGEST_HYPOTHESIS)?;
        DraftError::if_longer("the effort", &idea.effort, LONGEST_EFFORT)?;
        DraftError::if_longer("the outcome", &idea.outcome, LONGEST_OUTCOME)?;
        Ok(idea)
    }

    /// All that was written of it.
    pub fn texts(&self) -> [&str; 4] {
        [&self.owner, &self.hypothesis, &self.effort, &self.outcome]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word() {
        for it in IdeaState::ALL {
            assert_eq!(IdeaState::from_word(it.as_str()), Some(it));
        }
    }

    #[test]
    fn an_idea_is_tidied_and_refused_beyond_its_bounds() {
        let idea = Idea {
            owner: " Ada\nLovelace ".into(),
            hypothesis: "\r\nfewer\r\nhops\n".into(),
            outcome: "-18 %  p99".into(),
            ..Idea::default()
        };
        let checked = idea.checked().unwrap();
        assert_eq!(checked.texts(), ["Ada Lovelace", "fewer\nhops", "", "-18 % p99"]);
        let long = |most: usize| "x".repeat(most + 1);
        for idea in [
            Idea { owner: long(LONGEST_OWNER), ..Idea::default() },
            Idea { hypothesis: long(LONGEST_HYPOTHESIS), ..Idea::default() },
            Idea { effort: long(LONGEST_EFFORT), ..Idea::default() },
            Idea { outcome: long(LONGEST_OUTCOME), ..Idea::default() },
        ] {
            assert!(matches!(idea.checked(), Err(DraftError::TooLong { .. })));
        }
    }
}
