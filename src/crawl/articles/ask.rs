//! Asks for one page after the other of a host, and says what each came to.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::{
    sync::{Semaphore, mpsc},
    time::Instant,
};
use tracing::warn;

use super::read::{PageReader, PageReading};
use crate::{
    crawl::RobotsWatch,
    domain::{
        Address, ArticleState, Failure, FailureKind, Finding, PageToAsk, Permission, Validators,
    },
    fetch::{Accept, Answer, Document, Fetcher, LONGEST_OWN_PAUSE, Reply, Request},
    home::Clock,
    report::chain,
    store::{AskedPage, Store},
};

/// What all that ask for pages share.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) fetcher: Fetcher,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) robots: RobotsWatch,
    /// Pages that are read at once.
    pub(super) readers: Arc<Semaphore>,
}

/// One page and what it came to, for whoever watches.
#[derive(Clone, Debug)]
pub struct PageVisit {
    pub page: PageToAsk,
    pub state: ArticleState,
    pub reason: Option<String>,
    pub contact: Contact,
    pub wire_bytes: u64,
}

/// How far asking for a page got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// `robots.txt` forbids it.
    Forbidden,
    /// Nobody knows what `robots.txt` says.
    RulesUnknown,
    /// No server was reached.
    Unreached,
    /// 304.
    Unchanged,
    Answered,
}

pub(super) struct Answered {
    pub(super) visit: PageVisit,
    pub(super) asked: AskedPage,
}

/// What came of a page, before it is decided what that means.
struct Came {
    reading: PageReading,
    validators: Option<Validators>,
    wire_bytes: u64,
    was_asked: bool,
}

impl Came {
    /// Without any answer.
    fn unasked(finding: Finding) -> Self {
        Self { reading: finding.into(), validators: None, wire_bytes: 0, was_asked: false }
    }
}

impl Asker {
    /// Asks for the pages of one host in turn. Where the host asks to be left alone, the rest waits.
    pub(super) async fn ask_host(
        &self,
        pages: Vec<PageToAsk>,
        until: Instant,
        finished: &mpsc::Sender<Answered>,
    ) {
        for page in pages {
            if Instant::now() >= until {
                return;
            }
            let answered = self.ask(page).await;
            let host_waits = answered.asked.after.host_waits_until.is_some();
            // Nobody listens any more when the work was stopped.
            if finished.send(answered).await.is_err() || host_waits {
                return;
            }
        }
    }

    async fn ask(&self, page: PageToAsk) -> Answered {
        let came = self.came(&page).await;
        let now = self.clock.now();
        let mut after = page.after(&came.reading.finding, now);
        if came.was_asked {
            after.host_waits_until = after.host_waits_until.max(self.next_turn(&page, now).await);
        }
        let visit = PageVisit {
            state: after.state,
            reason: after.reason.clone(),
            contact: contact(&came),
            wire_bytes: came.wire_bytes,
            page,
        };
        let asked = AskedPage {
            entry: visit.page.entry,
            at: now,
            gate: visit.page.link.gate(),
            after,
            validators: came.validators,
            text: came.reading.text,
        };
        Answered { visit, asked }
    }

    /// When the host may be asked again, if it wants a longer pause than anyone waits here.
    async fn next_turn(&self, page: &PageToAsk, now: Timestamp) -> Option<Timestamp> {
        let delay = self.robots.delay(&page.link).await?;
        (delay > LONGEST_OWN_PAUSE).then(|| now + delay)
    }

    async fn came(&self, page: &PageToAsk) -> Came {
        let permission = self.robots.permission_as(&page.link, page.user_agent.as_deref()).await;
        match permission {
            Permission::Allowed => self.fetch(page).await,
            Permission::Forbidden { rule } => Came::unasked(Finding::Forbidden { rule }),
            Permission::Unknown => Came::unasked(Finding::RulesUnknown),
        }
    }

    async fn fetch(&self, page: &PageToAsk) -> Came {
        let request = Request {
            address: page.link.clone(),
            validators: page.validators.clone(),
            accept: Accept::Page,
            user_agent: page.user_agent.clone(),
            now: self.clock.now(),
        };
        // What kept a redirect from being followed, if anything did.
        let refused = Mutex::new(None);
        let may_follow = |to: Address| {
            let (refused, user_agent) = (&refused, page.user_agent.as_deref());
            Box::pin(async move {
                let finding = match self.robots.permission_as(&to, user_agent).await {
                    Permission::Allowed => return true,
                    Permission::Forbidden { rule } => Finding::Forbidden { rule },
                    Permission::Unknown => Finding::RulesUnknown,
                };
                *refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(finding);
                false
            }) as std::pin::Pin<Box<dyn Future<Output = bool> + Send + '_>>
        };
        let fetched = self.fetcher.fetch_where(&request, &may_follow).await;
        let refused = refused.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (fetched, refused) {
            (Ok(reply), _) => self.judge(page, reply).await,
            (Err(_), Some(finding)) => Came { was_asked: true, ..Came::unasked(finding) },
            (Err(error), None) => {
                let finding = Finding::Failed(error.failure());
                Came { was_asked: true, ..Came::unasked(finding) }
            }
        }
    }

    /// Keeps the place among the requests in flight until the page is read, which bounds memory.
    async fn judge(&self, page: &PageToAsk, reply: Reply) -> Came {
        let (wire_bytes, was_asked) = (reply.wire_bytes, true);
        let (reading, validators) = match reply.answer {
            Answer::Unchanged => {
                let refreshed = page.validators.clone().refreshed_by(reply.validators);
                (Finding::Unchanged.into(), refreshed)
            }
            Answer::Fresh(document) => {
                (self.read(page, reply.address, document).await, reply.validators)
            }
        };
        // Only a page that was understood is worth a conditional request.
        let is_broken = matches!(reading.finding, Finding::Failed(_) | Finding::BadRules { .. });
        Came { reading, validators: (!is_broken).then_some(validators), wire_bytes, was_asked }
    }

    /// Reads a page on a thread of its own: a reader's panic ends there.
    async fn read(&self, page: &PageToAsk, found: Address, document: Document) -> PageReading {
        let source_html = match self.store.source_body(page.entry).await {
            Ok(html) => html.unwrap_or_default(),
            Err(error) => {
                warn!("what the source carries cannot be looked up: {}", chain(&error));
                return broken(format!("the library could not be read: {}", chain(&error)));
            }
        };
        let reader = PageReader {
            link: page.link.clone(),
            found,
            keep: page.keep.clone(),
            drop: page.drop.clone(),
            pages: page.pages.clone(),
            source_html,
        };
        let Ok(_turn) = self.readers.acquire().await else {
            return broken(format!("reading {} was interrupted", page.link));
        };
        let read = tokio::task::spawn_blocking(move || reader.read(&document)).await;
        read.unwrap_or_else(|_| broken(format!("the page at {} made its reader fail", page.link)))
    }
}

fn broken(detail: String) -> PageReading {
    let kind = FailureKind::Broken;
    Finding::Failed(Failure { kind, detail, status: None, retry_after: None }).into()
}

fn contact(came: &Came) -> Contact {
    match &came.reading.finding {
        Finding::Forbidden { .. } if !came.was_asked => Contact::Forbidden,
        Finding::RulesUnknown => Contact::RulesUnknown,
        Finding::Failed(failure) if failure.kind.is_unreached() => Contact::Unreached,
        Finding::Unchanged => Contact::Unchanged,
        _ => Contact::Answered,
    }
}
