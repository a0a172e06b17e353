//! The readable text behind an entry's link, with what its page says about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, Language};

/// What one page yields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    pub standing: PageStanding,
    pub title: Option<String>,
    /// Names of persons, in order, each once.
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    /// As the page declares it, which is sometimes wrong: a text that is sure of itself decides.
    pub language: Option<Language>,
    /// The page's own word for its address (`rel=canonical`), if it is one that can be believed.
    pub canonical: Option<Address>,
    /// The lead image.
    pub image: Option<Address>,
    /// Addresses of the page in other languages (`rel=alternate hreflang`).
    pub translations: Vec<(Language, Address)>,
    /// Sanitised: allow-listed tags only, links absolute and without tracking.
    pub html: String,
    /// The text of `html`.
    pub text: String,
    pub headings: Vec<String>,
    /// CJK letters count as half a word each.
    pub words: u32,
    pub has_code: bool,
    /// What could not be kept, as one sentence without a stop.
    pub complaint: Option<String>,
    /// How the text was found and which rules took what, each as a sentence without a stop.
    pub notes: Vec<String>,
}

/// What sort of answer a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageStanding {
    /// The article, whole.
    #[default]
    Whole,
    /// The beginning of one, and then an invitation to subscribe or to log in.
    Paywall,
    /// A question whether the visitor is human, or a script that shows the page to browsers only.
    BotWall,
    /// A page without an article: a list, a home page, an error told with status 200.
    NoArticle,
}

impl PageStanding {
    pub const ALL: [Self; 4] = [Self::Whole, Self::Paywall, Self::BotWall, Self::NoArticle];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Paywall => "paywall",
            Self::BotWall => "bot-wall",
            Self::NoArticle => "no-article",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}
