//! Subscribers: who receives issues, when, and of what.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{DigestPlan, Language, ReaderId, Slug, SubscriberId};

/// Someone who receives issues.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscriber {
    pub id: SubscriberId,
    /// Whose list and journal the issues tell of; `None` for whoever subscribed with an address alone.
    pub reader: Option<ReaderId>,
    /// `None` for whoever reads issues on pages only.
    pub address: Option<MailAddress>,
    pub state: SubscriberState,
    pub preferences: Preferences,
    /// A random word that signed links carry: when it is replaced, all of them are void.
    pub stamp: String,
    pub made: Timestamp,
    /// When the address was confirmed by whoever reads it.
    pub confirmed: Option<Timestamp>,
    /// The number of the change sequence up to which issues have told what arrived.
    pub mark: i64,
    /// When the last issue was due.
    pub slot: Option<Timestamp>,
    /// Permanent refusals since the last mail that was taken.
    pub refusals: u32,
    /// When the last of them was.
    pub refused: Option<Timestamp>,
}

/// The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubscriberState {
    /// Asked for, and not confirmed by whoever reads the address.
    Pending,
    Active,
    /// Its server refused mails for good.
    Suspended,
    /// Unsubscribed.
    Left,
}

impl SubscriberState {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Active, Self::Suspended, Self::Left];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Left => "left",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// What a subscriber wants to receive, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preferences {
    /// Of what stands around the posts: `en`, `de`, `zh`.
    pub language: Language,
    /// Slugs; none for all.
    pub domains: Vec<Slug>,
    /// Phrases, as written.
    pub interests: Vec<String>,
    /// Of the installation.
    pub topics: Vec<Slug>,
    /// Queries whose matches are left out, as written.
    pub mute: Vec<String>,
    pub plan: DigestPlan,
}

/// What was asked for in a subscriber's name, and counts once whoever reads the address confirms it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Another address than the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<MailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Preferences>,
}

/// An address that mail can be sent to, as written (RFC 5321 without quoted names and literal hosts).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a mail address: write one like ada@example.com")]
pub struct MailAddressError(String);

/// In bytes (RFC 5321, 4.5.3.1).
const LONGEST_NAME: usize = 64;
const LONGEST_ADDRESS: usize = 254;

impl MailAddress {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By which two ways to write an address are the same. Names are told apart by their case in
    /// theory only.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The mailbox that it leads to, as far as that can be told: what stands behind a `+` in its name is for
    /// the owner to sort by.
    pub fn mailbox(&self) -> String {
        let key = self.key();
        match key.rsplit_once('@').map(|(name, host)| (name.split_once('+'), host)) {
            Some((Some((name, _)), host)) if !name.is_empty() => format!("{name}@{host}"),
            _ => key,
        }
    }

    /// What stands behind the `@`, in lower case.
    pub fn host(&self) -> String {
        let host = self.0.rsplit_once('@').map_or("", |(_, host)| host);
        host.to_lowercase()
    }
}

impl FromStr for MailAddress {
    type Err = MailAddressError;

    fn from_str(text: &str) -> Result<Self, MailAddressError> {
        let text = text.trim();
        let is_address = || {
            let (name, host) = text.rsplit_once('@')?;
            let is_atom = |part: &str| !part.is_empty() && part.chars().all(is_atom_letter);
            let is_label = |label: &str| {
                let is_letter = |it: char| it.is_alphanumeric() || it == '-';
                !label.is_empty()
                    && label.len() <= 63
                    && label.chars().all(is_letter)
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            };
            let is_sound = name.split('.').all(is_atom)
                && name.len() <= LONGEST_NAME
                && host.contains('.')
                && host.split('.').all(is_label);
            (is_sound && text.len() <= LONGEST_ADDRESS).then_some(())
        };
        match is_address() {
            Some(()) => Ok(Self(text.to_owned())),
            None => Err(MailAddressError(text.chars().take(LONGEST_ADDRESS).collect())),
        }
    }
}

/// RFC 5322, `atext`, and letters beyond ASCII (RFC 6531).
fn is_atom_letter(letter: char) -> bool {
    letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter)
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MailAddress {
    type Error = MailAddressError;

    fn try_from(text: String) -> Result<Self, MailAddressError> {
        text.parse()
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_have_them() {
        for text in [
            "ada@example.com",
            "Ada.Lovelace+peers@mail.example.co.uk",
            "o'neil@example.com",
            "zoë@bücher.example",
            " ada@example.com ",
        ] {
            let address: MailAddress = text.parse().unwrap();
            assert_eq!(address.as_str(), text.trim());
        }
        let key = |text: &str| text.parse::<MailAddress>().unwrap().key();
        assert_eq!(key("Ada@Example.COM"), key("ada@example.com"));
        let mailbox = |text: &str| text.parse::<MailAddress>().unwrap().mailbox();
        assert_eq!(mailbox("Ada+peers+1@example.com"), "ada@example.com");
        assert_eq!(mailbox("+ada@example.com"), "+ada@example.com");
        assert_ne!(key("ada+peers@example.com"), key("ada@example.com"));
    }

    #[test]
    fn what_is_no_address_or_holds_more_than_one_is_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "ada@example..com",
            "ada@-example.com",
            ".ada@example.com",
            "ada..l@example.com",
            "ada@example.com, eve@example.com",
            "ada@example.com\r\nBcc: eve@example.com",
            "ada <ada@example.com>",
            "ada@exa mple.com",
        ] {
            assert!(text.parse::<MailAddress>().is_err(), "{text}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        assert!(long.parse::<MailAddress>().is_err());
    }
}
