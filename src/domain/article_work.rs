//! Decisions of the article work: which pages are asked for, what an answer means, when to ask again.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Address, ArticleRule, EntryId, Failure, FailureKind, Gate, Language, PageRules, PageStanding,
    SourceId, SourceType, Validators, filters_keep,
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

/// A page that is to be asked again for a newer edition of its entry is left alone for so long at
/// least: some feeds change with every visit.
const AGAIN_AFTER: Duration = Duration::from_hours(1);
/// A page that was not found may only be late.
const NOT_FOUND_AGAIN: Duration = Duration::from_hours(24);
const WALL_AGAIN: Duration = Duration::from_hours(14 * 24);
const PAYWALL_AGAIN: Duration = Duration::from_hours(28 * 24);
/// When the rules of a site that forbade a page are looked at again.
const RULES_AGAIN: Duration = Duration::from_hours(30 * 24);
/// When nobody knows what a site allows, or it asks to slow down without saying for how long.
const SOON_AGAIN: Duration = Duration::from_hours(1);
/// Tries at a page behind a wall, with weeks between them.
const MOST_TRIES_AT_WALLS: u32 = 3;
/// Tries at a page that fails for a reason that may pass: after 1, 4, 16 and 64 hours.
const MOST_TRIES: u32 = 5;
/// Longest `Retry-After` that is believed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(31 * 24);

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
    /// What the source carries, sanitised.
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

/// A page to ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct PageToAsk {
    pub entry: EntryId,
    pub source: SourceId,
    pub peer_name: String,
    pub link: Address,
    pub keep: Vec<String>,
    pub drop: Vec<String>,
    pub user_agent: Option<String>,
    pub pages: PageRules,
    pub state: ArticleState,
    pub attempts: u32,
    pub validators: Validators,
    /// What a conditional request may save.
    pub page_bytes: u64,
}

/// What asking for a page came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Read; whether its text is the better one, and why.
    Read {
        is_better: bool,
        reason: Option<String>,
    },
    /// The same as last time.
    Unchanged,
    /// Not an article, or not all of it.
    Standing(PageStanding),
    /// The link leads to a front page or a login.
    Elsewhere {
        reason: String,
    },
    OtherType {
        content_type: String,
    },
    LeftOut,
    /// By this line of `robots.txt`.
    Forbidden {
        rule: String,
    },
    /// Nobody knows what `robots.txt` says.
    RulesUnknown,
    /// No page came.
    Failed(Failure),
    /// What `feeds.toml` says of these pages makes no sense.
    BadRules {
        reason: String,
    },
}

/// What is kept of a page that was asked for, beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AfterAsking {
    pub state: ArticleState,
    pub reason: Option<String>,
    pub due: Option<Timestamp>,
    pub attempts: u32,
    /// The whole host asked to be left alone until then.
    pub host_waits_until: Option<Timestamp>,
}

impl PageToAsk {
    /// What a finding leaves behind: never asked all day, and not for ever.
    pub fn after(&self, finding: &Finding, now: Timestamp) -> AfterAsking {
        match finding {
            Finding::Read { is_better: true, reason } => self.ends(ArticleState::Taken, reason),
            Finding::Read { is_better: false, reason } => {
                self.ends(ArticleState::SourceBetter, reason)
            }
            Finding::Unchanged => self.ends(self.state, &None),
            Finding::LeftOut => self.ends(ArticleState::LeftOut, &None),
            Finding::BadRules { reason } => self.ends(ArticleState::Failed, &Some(reason.clone())),
            Finding::OtherType { content_type } => {
                self.ends(ArticleState::OtherType, &Some(content_type.clone()))
            }
            Finding::Standing(standing) => self.after_standing(*standing, now),
            Finding::Elsewhere { reason } => {
                let reason = Some(reason.clone());
                self.again(ArticleState::Elsewhere, reason, WALL_AGAIN, MOST_TRIES_AT_WALLS, now)
            }
            Finding::Forbidden { rule } => AfterAsking {
                due: Some(now + RULES_AGAIN),
                ..self.ends(ArticleState::Forbidden, &Some(rule.clone()))
            },
            Finding::RulesUnknown => self.waits(None, SOON_AGAIN, now),
            Finding::Failed(failure) => self.after_failure(failure, now),
        }
    }

    /// After a round in which nobody was reached: the fault is ours, and nothing is counted.
    pub fn after_outage(&self, now: Timestamp) -> AfterAsking {
        self.waits(None, super::AFTER_OUTAGE, now)
    }

    fn after_standing(&self, standing: PageStanding, now: Timestamp) -> AfterAsking {
        let (state, wait) = match standing {
            PageStanding::Whole => return self.ends(ArticleState::Taken, &None),
            PageStanding::NoArticle => return self.ends(ArticleState::NoArticle, &None),
            PageStanding::Paywall => (ArticleState::Paywall, PAYWALL_AGAIN),
            PageStanding::BotWall => (ArticleState::BotWall, WALL_AGAIN),
        };
        self.again(state, None, wait, MOST_TRIES_AT_WALLS, now)
    }

    fn after_failure(&self, failure: &Failure, now: Timestamp) -> AfterAsking {
        let reason = Some(failure.detail.clone());
        let walled =
            |state, wait| self.again(state, reason.clone(), wait, MOST_TRIES_AT_WALLS, now);
        match failure.kind {
            FailureKind::Gone => self.ends(ArticleState::Gone, &reason),
            FailureKind::NotFound => {
                self.again(ArticleState::Gone, reason, NOT_FOUND_AGAIN, 2, now)
            }
            FailureKind::Unauthorized => walled(ArticleState::Paywall, PAYWALL_AGAIN),
            FailureKind::Denied if failure.status == Some(402) => {
                walled(ArticleState::Paywall, PAYWALL_AGAIN)
            }
            FailureKind::Denied | FailureKind::BotWall => walled(ArticleState::BotWall, WALL_AGAIN),
            FailureKind::TooManyRequests => self.host_waits(failure, now),
            FailureKind::Server if failure.retry_after.is_some() => self.host_waits(failure, now),
            FailureKind::TooLarge
            | FailureKind::Forbidden
            | FailureKind::Redirects
            | FailureKind::Broken
            | FailureKind::NotAFeed => self.ends(ArticleState::Failed, &reason),
            _ => {
                let tries = self.tries(ArticleState::Failed);
                let wait = SOON_AGAIN * 4_u32.saturating_pow((tries - 1).min(MOST_TRIES));
                self.again(ArticleState::Failed, reason, wait, MOST_TRIES, now)
            }
        }
    }

    /// Asked to slow down: that speaks against nobody, and holds for all pages of the host.
    fn host_waits(&self, failure: &Failure, now: Timestamp) -> AfterAsking {
        let asked = failure.retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        let wait = asked.max(SOON_AGAIN);
        let after = self.waits(Some(failure.detail.clone()), wait, now);
        AfterAsking { host_waits_until: Some(now + wait), ..after }
    }

    fn waits(&self, reason: Option<String>, wait: Duration, now: Timestamp) -> AfterAsking {
        AfterAsking {
            state: self.state,
            reason,
            due: Some(now + wait),
            attempts: self.attempts,
            host_waits_until: None,
        }
    }

    fn again(
        &self,
        state: ArticleState,
        reason: Option<String>,
        wait: Duration,
        most_tries: u32,
        now: Timestamp,
    ) -> AfterAsking {
        let attempts = self.tries(state);
        let due = (attempts < most_tries).then(|| now + wait);
        AfterAsking { state, reason, due, attempts, host_waits_until: None }
    }

    fn ends(&self, state: ArticleState, reason: &Option<String>) -> AfterAsking {
        let (attempts, reason) = (self.tries(state), reason.clone());
        AfterAsking { state, reason, due: None, attempts, host_waits_until: None }
    }

    fn tries(&self, state: ArticleState) -> u32 {
        if state == self.state { self.attempts.saturating_add(1) } else { 1 }
    }
}

/// Path parts of pages that ask who one is.
const LOGINS: &[&str] =
    &["login", "log-in", "signin", "sign-in", "signup", "sign-up", "sso", "auth", "authwall"];

/// Whether a link that was redirected leads away from its page: to a front page, or to a login.
pub fn leads_elsewhere(link: &Address, found: &Address) -> Option<String> {
    if link == found {
        return None;
    }
    if found.is_home_page() && !link.is_home_page() {
        return Some(format!("it leads to the front page of {}", found.host()));
    }
    let is_login = |part: &str| LOGINS.iter().any(|it| part.eq_ignore_ascii_case(it));
    let asks_who = found.path().split('/').any(is_login) && !link.path().split('/').any(is_login);
    asks_who.then(|| format!("it leads to a login at {}", found.host()))
}

/// What the page of an entry said, as far as the library keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageFacts {
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    /// Of the text, decided with the help of what the page declares.
    pub language: Option<Language>,
    pub summary: String,
}

/// What an entry says of itself, and what of that its page gave it before.
#[derive(Clone, Debug, PartialEq)]
pub struct FactsNow {
    pub kind: SourceType,
    pub link: Option<Address>,
    pub title: String,
    pub authors: Vec<String>,
    pub published: Option<Timestamp>,
    pub summary: String,
    pub given: Given,
}

/// What a page gives to an entry whose source does not say it; stays although the source is read
/// again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    pub title: Option<String>,
    pub authors: Option<Vec<String>>,
    pub published: Option<Timestamp>,
    pub language: Option<Language>,
    pub summary: Option<String>,
}

impl FactsNow {
    /// What the page gives. `takes_text` says whether its text is taken, whose language then counts.
    pub fn given_by(&self, page: PageFacts, takes_text: bool) -> Given {
        let known = self.given.clone();
        let lacks_title = known.title.is_some() || self.has_guessed_title();
        let lacks_authors = known.authors.is_some() || self.authors.is_empty();
        let lacks_date = known.published.is_some() || self.published.is_none();
        let lacks_summary = known.summary.is_some() || self.summary.is_empty();
        let title = page.title.filter(|it| lacks_title && !it.trim().is_empty());
        let authors = Some(page.authors).filter(|it| lacks_authors && !it.is_empty());
        let summary = Some(page.summary).filter(|it| lacks_summary && !it.is_empty());
        Given {
            title: title.or(known.title),
            authors: authors.or(known.authors),
            published: page.published.filter(|_| lacks_date).or(known.published),
            language: page.language.filter(|_| takes_text).or(known.language),
            summary: summary.or(known.summary),
        }
    }

    /// Whether the title only says what the address says. A feed's own titles never do.
    fn has_guessed_title(&self) -> bool {
        let Some(link) = &self.link else { return false };
        if self.title == link.as_str() {
            return true;
        }
        let slug = link.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let slug = slug.rsplit_once('.').map_or(slug, |(name, _)| name);
        self.kind != SourceType::Feed && folded(slug).contains(&folded(&self.title))
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
#[path = "article_work_tests.rs"]
mod tests;
