//! Decisions of the article work: which pages are asked for, what an answer means, when to ask again.

mod facts;
mod finding;
mod plan;
mod touched;

use serde::{Deserialize, Serialize};

use super::PageStanding;

pub use self::{
    facts::{FactsNow, Given, PageFacts},
    finding::{AfterAsking, Finding, PageToAsk, leads_elsewhere},
    plan::{EntryToPlan, KnownArticle, Plan, plan_article},
    touched::{Touched, touched},
};

/// What asking for the page behind an entry has come to. The word is the same in SQL, JSON, metrics
/// and the message catalogue (`article.WORD`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleState {
    /// Not asked for yet.
    Wanted,
    /// The source carries the whole article, or is set so that its pages are not asked for.
    NotNeeded,
    /// The text of the page is taken.
    Taken,
    /// The page was read, and what the source carries is the better text.
    SourceBetter,
    /// By the site's `robots.txt`.
    Forbidden,
    Paywall,
    BotWall,
    /// A page without an article.
    NoArticle,
    /// The link leads to a front page or a login.
    Elsewhere,
    /// A PDF, a video, anything but HTML.
    OtherType,
    /// The source's path filters leave out where the link leads.
    LeftOut,
    /// 404 or 410.
    Gone,
    Failed,
}

impl ArticleState {
    pub const ALL: [Self; 13] = [
        Self::Wanted,
        Self::NotNeeded,
        Self::Taken,
        Self::SourceBetter,
        Self::Forbidden,
        Self::Paywall,
        Self::BotWall,
        Self::NoArticle,
        Self::Elsewhere,
        Self::OtherType,
        Self::LeftOut,
        Self::Gone,
        Self::Failed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::NotNeeded => "not-needed",
            Self::Taken => "taken",
            Self::SourceBetter => "source-better",
            Self::Forbidden => "forbidden",
            Self::Paywall => "paywall",
            Self::BotWall => "bot-wall",
            Self::NoArticle => "no-article",
            Self::Elsewhere => "elsewhere",
            Self::OtherType => "other-type",
            Self::LeftOut => "left-out",
            Self::Gone => "gone",
            Self::Failed => "failed",
        }
    }

    /// Whether something keeps the whole article away, so that its reason is worth telling.
    pub fn has_news(self) -> bool {
        !matches!(self, Self::Wanted | Self::NotNeeded | Self::Taken | Self::SourceBetter)
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

impl From<PageStanding> for ArticleState {
    fn from(standing: PageStanding) -> Self {
        match standing {
            PageStanding::Whole => Self::Taken,
            PageStanding::Paywall => Self::Paywall,
            PageStanding::BotWall => Self::BotWall,
            PageStanding::NoArticle => Self::NoArticle,
        }
    }
}

#[cfg(test)]
mod tests;
