//! Sorts of posts.

use serde::{Deserialize, Serialize};

/// What sort of post it is. The word is the same in SQL, JSON and queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// How something hard works or was built, with its reasons.
    DeepDive,
    /// A problem that a team had, what it did, and how it went.
    CaseStudy,
    /// An incident or a vulnerability, and its analysis.
    Postmortem,
    /// How to do something with a tool.
    Tutorial,
    /// A version or a feature, and what changed.
    Release,
    /// Events, roundups, surveys, governance.
    News,
    /// Hiring, culture, careers.
    People,
    /// Marketing.
    Promotion,
    /// An essay without a system of its own.
    Opinion,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::DeepDive,
        Self::CaseStudy,
        Self::Postmortem,
        Self::Tutorial,
        Self::Release,
        Self::News,
        Self::People,
        Self::Promotion,
        Self::Opinion,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeepDive => "deep-dive",
            Self::CaseStudy => "case-study",
            Self::Postmortem => "postmortem",
            Self::Tutorial => "tutorial",
            Self::Release => "release",
            Self::News => "news",
            Self::People => "people",
            Self::Promotion => "promotion",
            Self::Opinion => "opinion",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// Whether posts of this kind tell of real challenges and how they were met.
    pub fn is_of_substance(self) -> bool {
        matches!(self, Self::DeepDive | Self::CaseStudy | Self::Postmortem)
    }
}
