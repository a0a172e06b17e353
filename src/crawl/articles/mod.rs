//! Asks for the pages behind entries whose sources carry less than the article: follows the library,
//! newest first, one page at a time for each host, and never more than a budget.

mod ask;
mod plan;
mod read;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};

use self::ask::{Answered, Asker};
pub use self::{
    ask::{Contact, PageVisit},
    read::{PageReader, PageReading},
};
use super::{RobotsWatch, round::CrawlError};
use crate::{
    domain::{ArticleState, Gate, HostTally, PageToAsk, Slug},
    home::Doors,
    store::PagesAsk,
};

/// Hosts that are asked at a time: half of the requests in flight stay for sources.
const HOSTS_AT_A_TIME: usize = 16;
/// Pages that one transaction records at most.
const GROUP_PAGES: usize = 16;
/// Pages that may wait for the writer.
const WAITING_PAGES: usize = 4;
/// Hosts that must fail, with none reached, before this counts as an outage of our own.
const FEWEST_GATES: usize = 3;

/// How much to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleBudget {
    /// Only the entries of one peer.
    pub peer: Option<Slug>,
    /// Pages of each host.
    pub per_host: u32,
    pub total: u32,
    /// No page is asked for after this.
    pub time: Duration,
}

impl Default for ArticleBudget {
    /// Of one crawl: about a minute at a host with the usual pause, and a few minutes in all.
    fn default() -> Self {
        let time = Duration::from_mins(10);
        Self { peer: None, per_host: 50, total: 2_000, time }
    }
}

/// What asking for pages came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleRound {
    /// Pages that were looked at, asked for or not.
    pub pages: u64,
    /// Pages by what became of them.
    pub states: BTreeMap<ArticleState, u64>,
    /// Of the pages asked for, those that had not changed.
    pub unchanged: u64,
    /// Pages not asked for because nobody knows what their sites' `robots.txt` say.
    pub rules_unknown: u64,
    /// Texts that came or changed.
    pub texts: u64,
    pub received_bytes: u64,
    /// Pages that could be asked for and are left for later.
    pub waiting: u64,
    /// Nobody at all was reached.
    pub outage: bool,
    /// Ended early because it was asked to.
    pub stopped: bool,
}

/// Asks for the pages that are due, as far as the budget goes. Stops early, with everything finished
/// recorded, when `stop` turns true. The index is to follow afterwards.
pub async fn articles(
    doors: &Doors,
    budget: &ArticleBudget,
    stop: watch::Receiver<bool>,
    tell: &(dyn Fn(&PageVisit) + Sync),
) -> Result<ArticleRound, CrawlError> {
    plan::plan_all(&doors.store, &doors.clock).await?;
    let PagesToAsk { hosts, .. } = pages_to_ask(doors, budget).await?;
    let mut round = ArticleRound::default();
    let asker = Asker {
        fetcher: doors.fetcher.clone(),
        store: doors.store.clone(),
        clock: doors.clock.clone(),
        robots: RobotsWatch::new(doors),
        readers: Arc::new(Semaphore::new(reading_at_once())),
    };
    let mut writer = Writer { doors, unreached: Unreached::default() };
    writer.take_all(asker, hosts, budget.time, stop, &mut round, tell).await?;
    round.waiting = doors.store.pages_due(budget.peer.as_ref(), doors.clock.now()).await?;
    Ok(round)
}

/// Pages to ask for, those of one host together and in their order.
struct PagesToAsk {
    hosts: Vec<Vec<PageToAsk>>,
}

async fn pages_to_ask(doors: &Doors, budget: &ArticleBudget) -> Result<PagesToAsk, CrawlError> {
    let ArticleBudget { peer, per_host, total, .. } = budget.clone();
    let ask = PagesAsk { peer, per_gate: per_host, total };
    let pages = doors.store.pages_to_ask(&ask, doors.clock.now()).await?;
    let mut places: HashMap<Gate, usize> = HashMap::new();
    let mut hosts: Vec<Vec<PageToAsk>> = Vec::new();
    for page in pages {
        let place = *places.entry(page.link.gate()).or_insert(hosts.len());
        if place == hosts.len() {
            hosts.push(Vec::new());
        }
        hosts[place].push(page);
    }
    Ok(PagesToAsk { hosts })
}

/// Reading pages is work: one processor stays for everything else.
fn reading_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |it| usize::from(it).saturating_sub(1).max(1))
}

fn start_asking(
    asker: &Asker,
    hosts: Vec<Vec<PageToAsk>>,
    time: Duration,
    finished: &mpsc::Sender<Answered>,
) -> JoinSet<()> {
    let places = Arc::new(Semaphore::new(HOSTS_AT_A_TIME));
    let until = tokio::time::Instant::now() + time;
    let mut asking = JoinSet::new();
    for pages in hosts {
        let (asker, finished, places) = (asker.clone(), finished.clone(), places.clone());
        asking.spawn(async move {
            let Ok(_place) = places.acquire_owned().await else { return };
            asker.ask_host(pages, until, &finished).await;
        });
    }
    asking
}

/// Records groups of pages.
struct Writer<'a> {
    doors: &'a Doors,
    unreached: Unreached,
}

/// Pages whose servers were not reached, held back until one is: when nobody is, the fault is ours.
#[derive(Default)]
struct Unreached {
    held: Vec<Answered>,
    gates: HashSet<Gate>,
    someone_was_reached: bool,
}

impl Writer<'_> {
    async fn take_all(
        &mut self,
        asker: Asker,
        hosts: Vec<Vec<PageToAsk>>,
        time: Duration,
        mut stop: watch::Receiver<bool>,
        round: &mut ArticleRound,
        tell: &(dyn Fn(&PageVisit) + Sync),
    ) -> Result<(), CrawlError> {
        let (finished, mut arriving) = mpsc::channel(WAITING_PAGES);
        let mut asking = start_asking(&asker, hosts, time, &finished);
        drop(finished);
        loop {
            let mut group = Vec::with_capacity(GROUP_PAGES);
            tokio::select! {
                count = arriving.recv_many(&mut group, GROUP_PAGES) => if count == 0 { break },
                () = super::round::stopped(&mut stop), if !round.stopped => {
                    // What is finished is still taken; then the last sender is gone.
                    round.stopped = true;
                    asking.abort_all();
                }
            }
            let group = group.into_iter().flat_map(|it| self.unreached.let_through(it)).collect();
            self.record(group, round, tell).await?;
        }
        let (held, outage) = std::mem::take(&mut self.unreached).finish(self.doors.clock.now());
        round.outage = outage;
        self.record(held, round, if outage { &|_| {} } else { tell }).await
    }

    async fn record(
        &self,
        group: Vec<Answered>,
        round: &mut ArticleRound,
        tell: &(dyn Fn(&PageVisit) + Sync),
    ) -> Result<(), CrawlError> {
        if group.is_empty() {
            return Ok(());
        }
        let mut pages = Vec::with_capacity(group.len());
        for answered in group {
            round.count(&answered.visit);
            self.tally(&answered);
            tell(&answered.visit);
            pages.push(answered.asked);
        }
        round.texts += self.doors.store.record_pages(pages).await?;
        crate::crawl::politeness::write_down(self.doors).await?;
        Ok(())
    }

    /// Counts what the fetcher cannot know.
    fn tally(&self, answered: &Answered) {
        let PageVisit { page, contact, .. } = &answered.visit;
        let tally = HostTally {
            saved_bytes: if *contact == Contact::Unchanged { page.page_bytes } else { 0 },
            robots_obeyed: u64::from(*contact == Contact::Forbidden),
            ..HostTally::default()
        };
        self.doors.fetcher.tally(&answered.asked.gate, tally);
    }
}

impl Unreached {
    fn let_through(&mut self, answered: Answered) -> Vec<Answered> {
        let contact = answered.visit.contact;
        let was_asked = !matches!(contact, Contact::Forbidden | Contact::RulesUnknown);
        if self.someone_was_reached || !was_asked {
            return vec![answered];
        }
        if contact == Contact::Unreached {
            self.gates.insert(answered.asked.gate.clone());
            self.held.push(answered);
            return Vec::new();
        }
        self.someone_was_reached = true;
        self.held.drain(..).chain([answered]).collect()
    }

    fn finish(self, now: jiff::Timestamp) -> (Vec<Answered>, bool) {
        let outage = self.gates.len() >= FEWEST_GATES;
        let held = self.held.into_iter().map(|mut answered| {
            if outage {
                answered.asked.after = answered.visit.page.after_outage(now);
                answered.visit.state = answered.asked.after.state;
            }
            answered
        });
        (held.collect(), outage)
    }
}

impl ArticleRound {
    fn count(&mut self, visit: &PageVisit) {
        self.pages += 1;
        self.received_bytes += visit.wire_bytes;
        match visit.contact {
            Contact::Unchanged => self.unchanged += 1,
            Contact::RulesUnknown => self.rules_unknown += 1,
            _ => *self.states.entry(visit.state).or_default() += 1,
        }
    }

    /// Pages that ended in a state.
    pub fn of(&self, state: ArticleState) -> u64 {
        self.states.get(&state).copied().unwrap_or_default()
    }
}
