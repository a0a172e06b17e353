//! What stands in an editor and was not kept yet: saved while it is typed, so that nothing is lost.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::Timestamp;

use super::{DraftError, LONGEST_NOTE};
use crate::domain::NoteId;

/// Of one reader; the oldest beyond them go.
pub const MOST_TYPED: u32 = 100;
/// Characters of all fields together.
pub const LONGEST_TYPED: usize = 2 * LONGEST_NOTE;
const LONGEST_TAB: usize = 64;

/// A tab of a browser, by a word that nobody else has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TabId(String);

impl FromStr for TabId {
    type Err = DraftError;

    /// Letters, digits and `-`, 8 to 64 of them.
    fn from_str(text: &str) -> Result<Self, DraftError> {
        let is_plain = text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        if is_plain && (8..=LONGEST_TAB).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        Err(DraftError::NotATab(text.chars().take(LONGEST_TAB).collect()))
    }
}

impl fmt::Display for TabId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A note as it stands in a tab, field by field as typed: it may be empty, or what no note can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedNote {
    pub tab: TabId,
    /// That is being changed; none while it is new.
    pub note: Option<NoteId>,
    /// Of the note, that was opened for it.
    pub revision: u32,
    pub fields: BTreeMap<String, String>,
    pub typed: Timestamp,
}

impl TypedNote {
    /// Within all bounds.
    pub fn checked(self) -> Result<Self, DraftError> {
        let plain = |text: String| text.replace('\0', "");
        let fields: BTreeMap<String, String> =
            self.fields.into_iter().map(|(name, text)| (plain(name), plain(text))).collect();
        let all: String = fields.iter().flat_map(|(name, text)| [&**name, &**text]).collect();
        DraftError::if_longer("what is typed", &all, LONGEST_TYPED)?;
        Ok(Self { fields, ..self })
    }

    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_has_a_plain_name() {
        assert!("3f9a-22b1-77".parse::<TabId>().is_ok());
        for wrong in ["", "short", "with blank in it", "é-é-é-é-é", &"x".repeat(65)] {
            assert!(wrong.parse::<TabId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_typed_is_bounded_in_all() {
        let typed = |length: usize| TypedNote {
            tab: "12345678".parse().unwrap(),
            note: None,
            revision: 0,
            fields: BTreeMap::from([("text".to_owned(), "x".repeat(length))]),
            typed: Timestamp::UNIX_EPOCH,
        };
        assert!(typed(LONGEST_TYPED - 4).checked().is_ok());
        assert!(typed(LONGEST_TYPED - 3).checked().is_err());
    }
}
