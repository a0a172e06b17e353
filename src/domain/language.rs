//! Language tags: what feeds declare and what texts are written in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A language tag after BCP 47 (RFC 5646), well-formed, in its usual letter case: `en`, `pt-BR`,
/// `zh-Hant`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a language tag like `en` or `pt-BR`")]
pub struct LanguageError(String);

impl Language {
    /// In which every text of ours exists.
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without script or region: `pt` of `pt-BR`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    /// Accepts what feeds write in practice: any case, `_` for `-`, blanks around.
    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let refuse = || LanguageError(text.to_owned());
        let tidy = text.trim().replace('_', "-").to_ascii_lowercase();
        let mut parts = tidy.split('-');
        let primary = parts.next().unwrap_or_default();
        let is_word = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase());
        if !(2..=3).contains(&primary.len()) || !is_word(primary) || primary == "und" {
            return Err(refuse());
        }
        let mut tag = primary.to_owned();
        for part in parts {
            if part.is_empty() || part.len() > 8 || !part.bytes().all(|b| b.is_ascii_alphanumeric())
            {
                return Err(refuse());
            }
            tag.push('-');
            match part.len() {
                2 if is_word(part) => tag.push_str(&part.to_ascii_uppercase()),
                4 if is_word(part) => {
                    tag.push_str(&part[..1].to_ascii_uppercase());
                    tag.push_str(&part[1..]);
                }
                _ => tag.push_str(part),
            }
        }
        Ok(Self(tag))
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;

    fn try_from(text: String) -> Result<Self, LanguageError> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_brought_to_their_usual_case() {
        for (written, tag) in
            [("EN_us", "en-US"), (" zh-hant ", "zh-Hant"), ("de", "de"), ("es-419", "es-419")]
        {
            assert_eq!(written.parse::<Language>().unwrap().as_str(), tag);
        }
        assert_eq!("pt-br".parse::<Language>().unwrap().primary(), "pt");
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for wrong in ["", "e", "english", "en-", "en--us", "und", "12", "en us"] {
            assert!(wrong.parse::<Language>().is_err(), "{wrong}");
        }
    }
}
