//! Tokens: what a program comes in with, in the name of a reader, for what it was made for.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::domain::{ApiTokenId, DraftError};

/// What a token is good for. Each stands alone: a program that adds to the list need not read the
/// journal. The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Ask for anything that its reader can see.
    Read,
    /// Change what its reader keeps: list, journal, searches, shelf.
    Write,
    /// What admins may do, as long as its reader is one.
    Admin,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// Some of them; never none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Option<Self> {
        let scopes: BTreeSet<Scope> = scopes.into_iter().collect();
        (!scopes.is_empty()).then_some(Self(scopes))
    }

    pub fn have(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

/// `read,write`
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Scope::as_str).collect();
        f.write_str(&words.join(","))
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no list of scopes: use read, write and admin, with commas")]
pub struct ScopesError(String);

impl FromStr for Scopes {
    type Err = ScopesError;

    fn from_str(text: &str) -> Result<Self, ScopesError> {
        let scopes: Option<Vec<Scope>> =
            text.split(',').map(|it| Scope::from_word(it.trim())).collect();
        scopes.and_then(Self::new).ok_or_else(|| ScopesError(text.chars().take(80).collect()))
    }
}

/// A token as its reader sees it; what the program holds is kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub name: String,
    pub scopes: Scopes,
    pub made: Timestamp,
    /// Last, to the hour.
    pub used: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl ApiToken {
    const NOTED_EVERY: SignedDuration = SignedDuration::from_hours(1);

    pub fn counts(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|it| now < it)
    }

    /// Whether it is time to write down that it is used.
    pub fn is_to_be_noted(&self, now: Timestamp) -> bool {
        self.used.is_none_or(|it| now.duration_since(it) >= Self::NOTED_EVERY)
    }
}

/// In characters.
pub const LONGEST_TOKEN_NAME: usize = 60;
/// Ten years.
pub const MOST_TOKEN_DAYS: u32 = 3_650;

/// A token as somebody wants it; within all bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenDraft {
    name: String,
    scopes: Scopes,
    until: Option<Timestamp>,
}

impl ApiTokenDraft {
    /// `days` is how long it counts; none, until it is revoked.
    pub fn new(
        name: &str,
        scopes: Scopes,
        days: Option<u32>,
        now: Timestamp,
    ) -> Result<Self, DraftError> {
        let name: String = name.chars().filter(|it| !it.is_control()).collect();
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        DraftError::if_empty("the name of the token", &name)?;
        DraftError::if_longer("the name of the token", &name, LONGEST_TOKEN_NAME)?;
        let days = days.map(|it| it.clamp(1, MOST_TOKEN_DAYS));
        let until = days.map(|it| now + SignedDuration::from_hours(i64::from(it) * 24));
        Ok(Self { name, scopes, until })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_as_they_are_read() {
        let scopes: Scopes = " write, read,read".parse().unwrap();
        assert_eq!(scopes.to_string(), "read,write");
        assert!(scopes.have(Scope::Read) && !scopes.have(Scope::Admin));
        for wrong in ["", "all", "read,", "read;write"] {
            assert!(wrong.parse::<Scopes>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_token_counts_until_its_day() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let draft = |days| ApiTokenDraft::new(" a\n script ", "read".parse().unwrap(), days, now);
        assert_eq!(draft(None).unwrap().name, "a script");
        let until = draft(Some(2)).unwrap().until;
        let token = ApiToken {
            id: ApiTokenId(1),
            name: String::new(),
            scopes: "read".parse().unwrap(),
            made: now,
            used: None,
            until,
        };
        let hours = |it| now + SignedDuration::from_hours(it);
        assert!(token.counts(hours(47)) && !token.counts(hours(48)));
        assert!(ApiTokenDraft::new(" ", "read".parse().unwrap(), None, now).is_err());
    }
}
