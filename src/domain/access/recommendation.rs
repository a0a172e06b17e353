//! The team's shelf: entries that readers recommend to each other, with a word why.

use jiff::Timestamp;

use crate::domain::{Citation, DraftError, ReaderId, RecommendationId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommendation {
    pub id: RecommendationId,
    pub reader: ReaderId,
    /// As others see the reader.
    pub reader_name: String,
    pub cites: Citation,
    /// Plain text; may be empty.
    pub comment: String,
    pub made: Timestamp,
}

/// In characters.
pub const LONGEST_COMMENT: usize = 2_000;

/// Why something is recommended, in plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment(String);

impl Comment {
    pub fn new(written: &str) -> Result<Self, DraftError> {
        let text = written.replace("\r\n", "\n").replace('\0', "");
        let text = text.trim().to_owned();
        DraftError::if_longer("the comment", &text, LONGEST_COMMENT)?;
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_short_and_may_be_missing() {
        assert_eq!(Comment::new(" two\r\nlines\0 ").unwrap().as_str(), "two\nlines");
        assert_eq!(Comment::new(" \n").unwrap(), Comment::default());
        assert!(Comment::new(&"é".repeat(LONGEST_COMMENT)).is_ok());
        assert!(Comment::new(&"é".repeat(LONGEST_COMMENT + 1)).is_err());
    }
}
