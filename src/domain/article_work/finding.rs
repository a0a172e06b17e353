//! What an answer to asking for a page means, and when to ask again.

use std::time::Duration;

use jiff::Timestamp;

use super::ArticleState;
use crate::domain::{
    AFTER_OUTAGE, Address, EntryId, Failure, FailureKind, PageRules, PageStanding, SourceId,
    Validators,
};

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
            Finding::Read { is_better: true, reason } => {
                self.ends(ArticleState::Taken, reason.clone())
            }
            Finding::Read { is_better: false, reason } => {
                self.ends(ArticleState::SourceBetter, reason.clone())
            }
            Finding::Unchanged => self.ends(self.state, None),
            Finding::LeftOut => self.ends(ArticleState::LeftOut, None),
            Finding::BadRules { reason } => self.ends(ArticleState::Failed, Some(reason.clone())),
            Finding::OtherType { content_type } => {
                self.ends(ArticleState::OtherType, Some(content_type.clone()))
            }
            Finding::Standing(standing) => self.after_standing(*standing, now),
            Finding::Elsewhere { reason } => {
                let reason = Some(reason.clone());
                self.again(ArticleState::Elsewhere, reason, WALL_AGAIN, MOST_TRIES_AT_WALLS, now)
            }
            Finding::Forbidden { rule } => AfterAsking {
                due: Some(now + RULES_AGAIN),
                ..self.ends(ArticleState::Forbidden, Some(rule.clone()))
            },
            Finding::RulesUnknown => self.waits(None, SOON_AGAIN, now),
            Finding::Failed(failure) => self.after_failure(failure, now),
        }
    }

    /// After a round in which nobody was reached: the fault is ours, and nothing is counted.
    pub fn after_outage(&self, now: Timestamp) -> AfterAsking {
        self.waits(None, AFTER_OUTAGE, now)
    }

    fn after_standing(&self, standing: PageStanding, now: Timestamp) -> AfterAsking {
        let wait = match standing {
            PageStanding::Whole | PageStanding::NoArticle => {
                return self.ends(standing.into(), None);
            }
            PageStanding::Paywall => PAYWALL_AGAIN,
            PageStanding::BotWall => WALL_AGAIN,
        };
        self.again(standing.into(), None, wait, MOST_TRIES_AT_WALLS, now)
    }

    fn after_failure(&self, failure: &Failure, now: Timestamp) -> AfterAsking {
        let reason = Some(failure.detail.clone());
        let walled =
            |state, wait| self.again(state, reason.clone(), wait, MOST_TRIES_AT_WALLS, now);
        match failure.kind {
            FailureKind::Gone => self.ends(ArticleState::Gone, reason),
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
            | FailureKind::NotAFeed => self.ends(ArticleState::Failed, reason),
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

    fn ends(&self, state: ArticleState, reason: Option<String>) -> AfterAsking {
        let attempts = self.tries(state);
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
