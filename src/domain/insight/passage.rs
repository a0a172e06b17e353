//! Passages: quotes of an article, each with its role and its place.

use serde::{Deserialize, Serialize};

/// What a passage does in its article. The word is the same in SQL, JSON and queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A problem, need, constraint or failure that the authors or their system faced.
    Challenge,
    /// What they did, built or chose, or how their solution works.
    Approach,
    /// An outcome: measured, observed or compared.
    Result,
    /// A limit, drawback, gap or work still to be done of their own solution.
    Limitation,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Challenge, Self::Approach, Self::Result, Self::Limitation];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Approach => "approach",
            Self::Result => "result",
            Self::Limitation => "limitation",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// Which roles there are among some sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    pub fn contains(self, role: Role) -> bool {
        self.0 & bit(role) != 0
    }

    /// A bit for each role, in the order of [`Role::ALL`].
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Undoes [`Roles::bits`]; other bits mean nothing.
    pub fn of_bits(bits: u8) -> Self {
        Role::ALL.into_iter().filter(|it| bits & bit(*it) != 0).collect()
    }
}

fn bit(role: Role) -> u8 {
    1 << role as u8
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().fold(0, |bits, it| bits | bit(it)))
    }
}

/// Where a quote begins in an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Number of the block in the article, from 0 on.
    pub block: u32,
    /// In bytes, within the text of the block.
    pub start: u32,
}

/// A sentence of an article, word for word, with its role.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    pub role: Role,
    pub text: String,
    pub place: Place,
    /// How sure the model is of the role, from 0 to 1.
    pub confidence: f32,
}
