//! Readers of an installation that knows several.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::domain::{DraftError, ReaderId};

/// A person who reads here, under a name of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub id: ReaderId,
    /// What they log in with.
    pub name: ReaderName,
    /// What others see of them.
    pub display: String,
    pub role: ReaderRole,
}

/// What a reader may do beside reading. The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReaderRole {
    /// Keeps a list and a journal, and reads what all read.
    Reader,
    /// Also runs the installation: sources, settings for all, figures.
    Admin,
}

impl ReaderRole {
    pub const ALL: [Self; 2] = [Self::Reader, Self::Admin];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Admin => "admin",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// In characters; long enough for a mail address.
const LONGEST_NAME: usize = 64;

/// A login: Latin letters in lower case, digits and `. _ - @ + \`, so that no two names look alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ReaderName(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name for a reader: use 1 to 64 of a to z, 0 to 9 and . _ - @ +, and begin with a \
     letter or digit"
)]
pub struct ReaderNameError(pub String);

impl ReaderName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReaderName {
    type Err = ReaderNameError;

    /// In any case, as people write it.
    fn from_str(text: &str) -> Result<Self, ReaderNameError> {
        let name = text.trim().to_ascii_lowercase();
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"._-@+\\".contains(&it);
        let begins_well = name.bytes().next().is_some_and(|it| it.is_ascii_alphanumeric());
        if begins_well && name.len() <= LONGEST_NAME && name.bytes().all(is_plain) {
            return Ok(Self(name));
        }
        Err(ReaderNameError(text.chars().take(80).collect()))
    }
}

impl fmt::Display for ReaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In characters.
const LONGEST_DISPLAY_NAME: usize = 60;

/// The name that others see, on one line; the login where nothing is written.
pub fn display_name(written: &str, login: &ReaderName) -> Result<String, DraftError> {
    let turns = |it: &char| matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = written.chars().filter(|it| !turns(it));
    let name: String = plain.map(|it| if it.is_control() { ' ' } else { it }).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    DraftError::if_longer("the name", &name, LONGEST_DISPLAY_NAME)?;
    Ok(if name.is_empty() { login.to_string() } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_in_any_case_and_looks_like_no_other() {
        for (written, name) in [
            (" Ada ", "ada"),
            ("ada.lovelace@example.com", "ada.lovelace@example.com"),
            ("7of9", "7of9"),
        ] {
            assert_eq!(written.parse::<ReaderName>().unwrap().as_str(), name);
        }
        let long = "a".repeat(LONGEST_NAME + 1);
        for wrong in ["", " ", "аda", "ada lovelace", "ada\n", "-ada", "../x", "a/b", "a:b", &long]
        {
            assert!(wrong.trim() == "ada" || wrong.parse::<ReaderName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_name_that_others_see_is_one_line_and_never_empty() {
        let login: ReaderName = "ada".parse().unwrap();
        assert_eq!(display_name(" Ada \n Lovelace\u{202e} ", &login).unwrap(), "Ada Lovelace");
        assert_eq!(display_name(" \u{7} ", &login).unwrap(), "ada");
        assert!(display_name(&"é".repeat(LONGEST_DISPLAY_NAME + 1), &login).is_err());
    }

    #[test]
    fn every_role_has_a_word() {
        for it in ReaderRole::ALL {
            assert_eq!(ReaderRole::from_word(it.as_str()), Some(it));
        }
    }
}
