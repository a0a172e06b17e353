//! How the pages of a source are read, as `feeds.toml` says it.

use serde::{Deserialize, Serialize};

/// What a reader sets for a stubborn site; usually nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct PageRules {
    pub article: ArticleRule,
    /// CSS selectors of what is removed from a page before it is read.
    pub remove: Vec<String>,
    pub listing: ListingRules,
}

/// Whether the page behind an entry is fetched, and where the article stands on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArticleRule {
    /// Fetched where the feed carries less than the article.
    #[default]
    Auto,
    Always,
    /// What the feed carries is all there is.
    Never,
    /// Fetched, and taken from what this CSS selector finds.
    Select(String),
}

/// Where a listing page has its posts, as CSS selectors; found without them where none are given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ListingRules {
    /// One post of the list.
    pub entry: Option<String>,
    /// Within a post: the link to its page. Else the first link that has text.
    pub link: Option<String>,
    /// Within a post. Else the text of the link.
    pub title: Option<String>,
    /// Within a post: an element with a date in its text, `datetime` or `title`.
    pub date: Option<String>,
}

impl ArticleRule {
    /// As written in `feeds.toml`: `"auto"`, `"always"`, `"never"` (no elements have these names), or
    /// a CSS selector.
    pub fn from_written(written: &str) -> Self {
        match written {
            "auto" => Self::Auto,
            "always" => Self::Always,
            "never" => Self::Never,
            selector => Self::Select(selector.to_owned()),
        }
    }

    pub fn as_written(&self) -> &str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
            Self::Select(selector) => selector,
        }
    }
}
