//! Tags: a reader's own words for stories and notes.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::DraftError;

/// In characters.
pub const LONGEST_TAG: usize = 40;
/// That are given at once.
pub const MOST_TAGS: usize = 20;
/// Characters of a refused tag that are repeated.
const LONGEST_REPEATED: usize = 80;

/// Lower-case, with `-` for blanks, without a comma; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = DraftError;

    /// Takes a tag as people write it: ` Feature Store` is `feature-store`.
    fn from_str(text: &str) -> Result<Self, DraftError> {
        let lower = text.to_lowercase();
        let tag = lower.split_whitespace().collect::<Vec<_>>().join("-");
        let fits = (1..=LONGEST_TAG).contains(&tag.chars().count());
        let is_plain = !tag.contains(|letter: char| letter == ',' || letter.is_control());
        if fits && is_plain {
            return Ok(Self(tag));
        }
        Err(DraftError::NotATag(text.chars().take(LONGEST_REPEATED).collect()))
    }
}

/// Each of several tags once.
pub fn tags_of(written: &[String]) -> Result<BTreeSet<Tag>, DraftError> {
    DraftError::if_more("tags", written.len(), MOST_TAGS)?;
    written.iter().map(|it| it.parse()).collect()
}

impl TryFrom<String> for Tag {
    type Error = DraftError;

    fn try_from(text: String) -> Result<Self, DraftError> {
        text.parse()
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_taken_as_people_write_it() {
        for (written, tag) in [
            ("ranking", "ranking"),
            ("  Feature \t Store ", "feature-store"),
            ("C++", "c++"),
            ("検索 基盤", "検索-基盤"),
        ] {
            assert_eq!(written.parse::<Tag>().unwrap().as_str(), tag);
        }
        let longest = "é".repeat(LONGEST_TAG);
        assert!(longest.parse::<Tag>().is_ok());
        for wrong in ["", "  ", "a,b", "a\u{7}b", &format!("{longest}x")] {
            assert!(matches!(wrong.parse::<Tag>(), Err(DraftError::NotATag(_))), "{wrong}");
        }
    }

    #[test]
    fn of_tags_each_counts_once_and_too_many_are_refused() {
        let written = ["Ranking".to_owned(), "ranking ".to_owned(), "ads".to_owned()];
        let tags = tags_of(&written).unwrap();
        assert_eq!(tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["ads", "ranking"]);
        let many: Vec<String> = (0..=MOST_TAGS).map(|it| it.to_string()).collect();
        let refused = tags_of(&many).unwrap_err();
        assert_eq!(refused.to_string(), "there are 21 tags, and may be 20: leave some out");
    }
}
