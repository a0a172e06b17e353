//! Mails to subscribers that are no issues.

use super::SubscriberState;

/// Why somebody is written to. The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LetterPurpose {
    /// To learn whether whoever reads the address wants issues.
    Confirm,
    /// To say that the address receives issues already.
    Known,
    /// To learn whether a subscriber reads another address.
    Readdress,
}

impl LetterPurpose {
    pub const ALL: [Self; 3] = [Self::Confirm, Self::Known, Self::Readdress];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Known => "known",
            Self::Readdress => "readdress",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// What somebody is written who was subscribed by whoever typed the address.
    pub fn for_state(state: SubscriberState) -> Self {
        match state {
            SubscriberState::Active => Self::Known,
            SubscriberState::Pending | SubscriberState::Suspended | SubscriberState::Left => {
                Self::Confirm
            }
        }
    }
}
