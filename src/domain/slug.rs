//! Short names for addresses and the command line: `walmart-global-tech`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Lower-case letters and digits (of any script), in words joined by single hyphens; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a slug: use lower-case letters, digits and single hyphens, like `food-delivery`"
)]
pub struct SlugError(String);

impl Slug {
    /// The slug of a name as people write it; `None` when nothing of it is a letter or a digit.
    pub fn of(name: &str) -> Option<Self> {
        let mut slug = String::with_capacity(name.len());
        for letter in name.chars().flat_map(char::to_lowercase) {
            if letter.is_alphanumeric() {
                slug.push(letter);
            } else if !slug.is_empty() && !slug.ends_with('-') && letter != '\'' && letter != '’'
            {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        (!slug.is_empty()).then(|| Self(slug.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        match Self::of(text) {
            Some(slug) if slug.0 == text => Ok(slug),
            _ => Err(SlugError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_words_joined_by_hyphens() {
        assert_eq!(Slug::of("Walmart Global Tech").unwrap().as_str(), "walmart-global-tech");
        assert_eq!(Slug::of("  Etsy's: Code—as Craft! ").unwrap().as_str(), "etsys-code-as-craft");
        assert_eq!(Slug::of("美团技术团队").unwrap().as_str(), "美团技术团队");
        assert_eq!(Slug::of("!?"), None);
    }

    #[test]
    fn a_slug_is_refused_unless_it_is_written_as_one() {
        assert!("food-delivery".parse::<Slug>().is_ok());
        for wrong in ["Food", "food--delivery", "-food", "food-", "", "food delivery"] {
            assert_eq!(wrong.parse::<Slug>(), Err(SlugError(wrong.to_owned())));
        }
    }
}
