//! Which pages are asked for at all.

use std::time::Duration;

use jiff::Timestamp;

use super::ArticleState;
use crate::domain::{
    Address, ArticleRule, EntryId, Gate, PageRules, SourceId, SourceType, filters_keep,
};

/// A page that is to be asked again for a newer edition of its entry is left alone for so long at
/// least: some feeds change with every visit.
const AGAIN_AFTER: Duration = Duration::from_hours(1);

/// An entry whose article is to be thought about: it is new, or its source or its rules changed.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryToPlan {
    pub entry: EntryId,
    pub source: SourceId,
    pub kind: SourceType,
    pub link: Option<Address>,
    pub keep: Vec<String>,
    pub drop: Vec<String>,
    pub pages: PageRules,
    /// Whether what the source carries is the whole article, as far as somebody has looked.
    pub is_whole: Option<bool>,
    /// What the source carries, sanitised, where it has still to be looked at.
    pub html: String,
    /// What the source says of the entry now, by which another edition is told.
    pub edition: String,
    /// As kept with the plan, to notice when they change.
    pub rules: String,
    pub known: Option<KnownArticle>,
}

/// What is known of an article before a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownArticle {
    pub state: ArticleState,
    pub rules: String,
    pub asked: Option<Timestamp>,
    /// Whether its text is in use.
    pub has_text: bool,
}

/// What to do about one article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub entry: EntryId,
    pub state: ArticleState,
    pub due: Option<Timestamp>,
    pub gate: Option<Gate>,
    pub edition: String,
    pub rules: String,
    /// Other rules read the page anew, whatever its server says.
    pub forgets_validators: bool,
    /// The text of the page goes, and that of the source counts again, which has so many words.
    pub drops_text: Option<u32>,
}

/// Decides what to do about an entry's article. `carries_whole` says whether what the source carries
/// is the whole article, and `words` how many that are.
pub fn plan_article(it: EntryToPlan, carries_whole: bool, words: u32, now: Timestamp) -> Plan {
    let has_text = it.known.as_ref().is_some_and(|known| known.has_text);
    let never = it.pages.article == ArticleRule::Never;
    let unwanted = if !filters_keep(&it.keep, &it.drop, it.link.as_ref()) {
        Some(ArticleState::LeftOut)
    } else if it.link.is_none() || never || carries_by_rule(&it, carries_whole && !has_text) {
        Some(ArticleState::NotNeeded)
    } else {
        None
    };
    let asked = it.known.as_ref().and_then(|known| known.asked);
    let due = asked.map_or(now, |asked| now.max(asked + AGAIN_AFTER));
    // Until it is asked again, what came of the last time is what is known.
    let last = it.known.as_ref().filter(|_| asked.is_some()).map(|known| known.state);
    Plan {
        entry: it.entry,
        state: unwanted.or(last).unwrap_or(ArticleState::Wanted),
        due: unwanted.is_none().then_some(due),
        gate: it.link.as_ref().map(Address::gate),
        forgets_validators: it.known.as_ref().is_some_and(|known| known.rules != it.rules),
        drops_text: (has_text && never).then_some(words),
        edition: it.edition,
        rules: it.rules,
    }
}

/// Whether the usual rule leaves the page alone. A paper's page is a form around the abstract that
/// its source carries.
fn carries_by_rule(it: &EntryToPlan, carries_whole: bool) -> bool {
    it.pages.article == ArticleRule::Auto && (carries_whole || it.kind == SourceType::Papers)
}
