//! What a browser or a program holds to come in, and what is kept of it.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

/// 256 bits that nobody can guess. They are shown once, to whoever holds them from then on.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey([u8; AccessKey::BYTES]);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a key of ours")]
pub struct AccessKeyError;

/// The SHA-256 of a key, in hexadecimal. Of so many random bits a plain hash tells nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDigest(String);

/// Begins the tokens of programs, so that they are told from what else a request may carry, and
/// found where they leaked.
pub const TOKEN_PREFIX: &str = "ps_";

impl AccessKey {
    pub const BYTES: usize = 32;

    /// Of bytes that nobody can guess.
    pub fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// As a browser holds it.
    pub fn to_text(&self) -> String {
        hex(&self.0)
    }

    /// As a program holds it.
    pub fn to_token(&self) -> String {
        format!("{TOKEN_PREFIX}{}", hex(&self.0))
    }

    /// What a program sent, if it is a token at all.
    pub fn of_token(text: &str) -> Option<Self> {
        text.strip_prefix(TOKEN_PREFIX)?.parse().ok()
    }

    pub fn digest(&self) -> KeyDigest {
        KeyDigest(hex(&Sha256::digest(self.0)))
    }
}

impl KeyDigest {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccessKey {
    type Err = AccessKeyError;

    /// Exactly as it was given out: two texts for one key would be one too many.
    fn from_str(text: &str) -> Result<Self, AccessKeyError> {
        let is_hex = text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != Self::BYTES * 2 || !is_hex {
            return Err(AccessKeyError);
        }
        let mut bytes = [0; Self::BYTES];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = &text[at * 2..at * 2 + 2];
            *byte = u8::from_str_radix(pair, 16).map_err(|_| AccessKeyError)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(…)")
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_the_way_out_and_back_and_is_not_what_is_kept() {
        let key = AccessKey::new(std::array::from_fn(|it| u8::try_from(it * 7).unwrap()));
        assert_eq!(key.to_text().parse::<AccessKey>(), Ok(key.clone()));
        assert_eq!(AccessKey::of_token(&key.to_token()), Some(key.clone()));
        assert_eq!(key.digest().as_str().len(), 64);
        assert_ne!(key.digest().as_str(), key.to_text());
        assert_eq!(format!("{key:?}"), "AccessKey(…)");
    }

    #[test]
    fn anything_else_is_no_key() {
        let text = AccessKey::new([171; 32]).to_text();
        for wrong in
            ["", "ps_", &text[1..], &format!("{text}0"), &text.to_uppercase(), &"é".repeat(32)]
        {
            assert!(wrong.parse::<AccessKey>().is_err(), "{wrong}");
        }
        assert_eq!(AccessKey::of_token(&text), None);
    }
}
