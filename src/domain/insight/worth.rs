//! How much a peer engineer can learn from a post.

use serde::{Deserialize, Serialize};

/// What a peer engineer could learn about real challenges and how they were solved, from 0 (nothing
/// technical) over 1 (facts only) and 2 (some reasons, or a useful technique) to 3 (a real challenge
/// analysed and solved, or a limit admitted).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "u8", into = "u8")]
pub struct Worth(u8);

impl Worth {
    pub const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];
    pub const MOST: Self = Self(3);

    /// `None` above 3.
    pub fn new(worth: u8) -> Option<Self> {
        (worth <= 3).then_some(Self(worth))
    }

    pub fn get(self) -> u8 {
        self.0
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0} is no worth: there are 0 to 3")]
pub struct WorthError(u8);

impl TryFrom<u8> for Worth {
    type Error = WorthError;

    fn try_from(worth: u8) -> Result<Self, WorthError> {
        Self::new(worth).ok_or(WorthError(worth))
    }
}

impl From<Worth> for u8 {
    fn from(worth: Worth) -> Self {
        worth.0
    }
}
