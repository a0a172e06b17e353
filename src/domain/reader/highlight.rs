//! Highlights: quotes of an article with their place, found again when the article changes.

use jiff::Timestamp;

use super::{Citation, DraftError};
use crate::domain::{EntryId, HighlightId};

/// In characters.
pub const LONGEST_QUOTE: usize = 5_000;
/// Of what stands before a quote, and of what stands behind it, in characters.
pub const LONGEST_CONTEXT: usize = 200;

/// A quote after the text quote and text position selectors of the W3C Web Annotation Data Model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    pub id: HighlightId,
    pub cites: Citation,
    pub quote: String,
    /// What stands right before it.
    pub prefix: String,
    /// What stands right behind it.
    pub suffix: String,
    /// Characters of the article's text before it.
    pub start: u32,
    pub made: Timestamp,
}

/// A highlight as someone wants it kept; within all bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HighlightDraft {
    entry: EntryId,
    quote: String,
    prefix: String,
    suffix: String,
    start: u32,
}

impl HighlightDraft {
    pub fn new(
        entry: EntryId,
        quote: &str,
        (prefix, suffix): (&str, &str),
        start: u32,
    ) -> Result<Self, DraftError> {
        let [quote, prefix, suffix] = [quote, prefix, suffix].map(|it| it.replace('\0', ""));
        DraftError::if_empty("the quote", &quote)?;
        DraftError::if_longer("the quote", &quote, LONGEST_QUOTE)?;
        DraftError::if_longer("the text before the quote", &prefix, LONGEST_CONTEXT)?;
        DraftError::if_longer("the text behind the quote", &suffix, LONGEST_CONTEXT)?;
        Ok(Self { entry, quote, prefix, suffix, start })
    }

    pub fn entry(&self) -> EntryId {
        self.entry
    }

    pub fn quote(&self) -> &str {
        &self.quote
    }

    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    pub fn start(&self) -> u32 {
        self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_highlight_is_refused_beyond_its_bounds() {
        let draft = |quote: &str, prefix: &str, suffix: &str| {
            HighlightDraft::new(EntryId(1), quote, (prefix, suffix), 0)
        };
        let context = "c".repeat(LONGEST_CONTEXT);
        assert!(draft(&"q".repeat(LONGEST_QUOTE), &context, &context).is_ok());
        assert_eq!(draft(" ", "", ""), Err(DraftError::Empty("the quote")));
        assert!(draft(&"q".repeat(LONGEST_QUOTE + 1), "", "").is_err());
        assert!(draft("q", &format!("{context}c"), "").is_err());
        assert!(draft("q", "", &format!("{context}c")).is_err());
    }
}
