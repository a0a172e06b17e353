//! The part of `peerscope check` that says which text of an entry would be taken, and why.

use serde::Serialize;

use super::{articles::state_name, start::Start};
use crate::{
    crawl::{PageReader, PageReading, RobotsWatch},
    domain::{Address, ArticleState, EntryDraft, Finding, PageRules, Permission},
    extract,
    fetch::{Accept, Answer, Fetcher, Request},
    home::Clock,
};

/// What becomes of the page behind an entry.
#[derive(Debug, Serialize)]
pub(super) struct ArticleOutcome {
    state: ArticleState,
    reason: Option<String>,
}

impl ArticleOutcome {
    /// As far as it can be said without asking for the page.
    pub(super) fn of(entry: &EntryDraft) -> Self {
        match (&entry.link, extract::carries_less(&entry.html)) {
            (Some(_), Some(reason)) => {
                Self { state: ArticleState::Wanted, reason: Some(reason.to_owned()) }
            }
            (None, _) => Self {
                state: ArticleState::NotNeeded,
                reason: Some("there is no link to a page".to_owned()),
            },
            (_, None) => Self { state: ArticleState::NotNeeded, reason: None },
        }
    }

    pub(super) fn told(&self) -> String {
        let told = match self.state {
            ArticleState::Wanted => "its page is asked for".to_owned(),
            ArticleState::NotNeeded => "the feed's text is taken as it is".to_owned(),
            state => state_name(state),
        };
        match &self.reason {
            Some(reason) => format!("{told}: {reason}"),
            None => told,
        }
    }
}

/// Asks for pages as a crawl would, and keeps nothing.
pub(super) struct PageCheck {
    fetcher: Fetcher,
    robots: RobotsWatch,
    clock: Clock,
}

impl PageCheck {
    pub(super) fn new(start: &Start) -> anyhow::Result<Self> {
        let (fetcher, clock) = (start.fetcher()?, start.clock.clone());
        let robots = RobotsWatch::without_library(fetcher.clone(), clock.clone());
        Ok(Self { fetcher, robots, clock })
    }

    pub(super) async fn outcome(&mut self, entry: &EntryDraft) -> ArticleOutcome {
        let without_asking = ArticleOutcome::of(entry);
        let Some(link) = entry.link.clone() else { return without_asking };
        if without_asking.state == ArticleState::NotNeeded {
            return without_asking;
        }
        let (state, reason) = match self.robots.permission(&link).await {
            Permission::Forbidden { rule } => (ArticleState::Forbidden, Some(rule)),
            Permission::Unknown => {
                (ArticleState::Wanted, Some("its robots.txt cannot be reached".to_owned()))
            }
            Permission::Allowed => self.ask(link, entry).await,
        };
        ArticleOutcome { state, reason }
    }

    async fn ask(&self, link: Address, entry: &EntryDraft) -> (ArticleState, Option<String>) {
        let request =
            Request { accept: Accept::Page, ..Request::new(link.clone(), self.clock.now()) };
        let reply = match self.fetcher.fetch(&request).await {
            Ok(reply) => reply,
            Err(error) => return (ArticleState::Failed, Some(error.failure().detail)),
        };
        let Answer::Fresh(document) = reply.answer else { return (ArticleState::Failed, None) };
        let reader = PageReader {
            link,
            found: reply.address,
            keep: Vec::new(),
            drop: Vec::new(),
            pages: PageRules::default(),
            source_html: entry.html.clone(),
        };
        let read = tokio::task::spawn_blocking(move || reader.read(&document)).await;
        match read {
            Ok(PageReading { finding, .. }) => told(finding),
            Err(_) => (ArticleState::Failed, Some("the page made its reader fail".to_owned())),
        }
    }
}

fn told(finding: Finding) -> (ArticleState, Option<String>) {
    match finding {
        Finding::Read { is_better: true, reason } => (ArticleState::Taken, reason),
        Finding::Read { is_better: false, reason } => (ArticleState::SourceBetter, reason),
        Finding::Standing(standing) => (standing.into(), None),
        Finding::Elsewhere { reason } => (ArticleState::Elsewhere, Some(reason)),
        Finding::OtherType { content_type } => (ArticleState::OtherType, Some(content_type)),
        _ => (ArticleState::Failed, None),
    }
}
