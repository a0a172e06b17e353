//! Searches that a reader saves under a name, and which of those typed are remembered.

use jiff::Timestamp;

use super::DraftError;
use crate::domain::{Slug, query::LONGEST_QUERY};

/// In characters.
pub const LONGEST_SEARCH_NAME: usize = 80;
/// Longer texts that were searched for are nothing to be proposed again, in characters.
pub const LONGEST_REMEMBERED: usize = 200;

/// A search with a name; its slug is unique for a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    pub slug: Slug,
    pub name: String,
    /// In the query language, as written.
    pub query: String,
    pub made: Timestamp,
}

impl SavedSearch {
    /// Under a slug of its own, else under that of its name.
    pub fn new(
        slug: Option<Slug>,
        name: &str,
        query: &str,
        made: Timestamp,
    ) -> Result<Self, DraftError> {
        let (name, query) = (one_line(name), one_line(query));
        DraftError::if_longer("the name of the search", &name, LONGEST_SEARCH_NAME)?;
        let of_name = || Slug::of(&name).ok_or_else(|| DraftError::NotAName(name.clone()));
        let slug = slug.map_or_else(of_name, Ok)?;
        DraftError::if_longer("the short name of the search", slug.as_str(), LONGEST_SEARCH_NAME)?;
        let name = if name.is_empty() { slug.to_string() } else { name };
        DraftError::if_empty("the query", &query)?;
        DraftError::if_longer("the query", &query, LONGEST_QUERY)?;
        Ok(Self { slug, name, query, made })
    }
}

/// The text under which a search is remembered; `None` for what is not worth it.
pub fn remembered(text: &str) -> Option<String> {
    let text = one_line(text);
    let length = text.chars().count();
    (1..=LONGEST_REMEMBERED).contains(&length).then_some(text)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_saved_under_the_slug_of_its_name_or_one_of_its_own() {
        let save = |slug: Option<&str>, name: &str, query: &str| {
            let slug = slug.map(|it| it.parse().unwrap());
            SavedSearch::new(slug, name, query, Timestamp::UNIX_EPOCH)
        };
        let saved = save(None, " Dynamic  pricing ", "pricing OR surge").unwrap();
        assert_eq!(
            (saved.slug.as_str(), saved.name.as_str()),
            ("dynamic-pricing", "Dynamic pricing")
        );
        let saved = save(Some("pricing"), "", "surge").unwrap();
        assert_eq!((saved.slug.as_str(), saved.name.as_str()), ("pricing", "pricing"));
        assert_eq!(save(None, "!?", "x"), Err(DraftError::NotAName("!?".into())));
        assert_eq!(save(None, "x", "  "), Err(DraftError::Empty("the query")));
        assert!(save(None, &"x".repeat(81), "x").is_err());
        assert!(save(None, "x", &"x".repeat(LONGEST_QUERY + 1)).is_err());
    }

    #[test]
    fn a_search_is_remembered_as_one_line_unless_it_is_empty_or_endless() {
        assert_eq!(remembered("  surge \n pricing"), Some("surge pricing".into()));
        assert_eq!(remembered(" \t"), None);
        assert_eq!(remembered(&"x".repeat(LONGEST_REMEMBERED + 1)), None);
    }
}
