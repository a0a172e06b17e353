//! Fetches documents over HTTP, politely: one request at a time per host gate, with a pause.
//!
//! A [`Fetcher`] is the only way out of this machine for everything that reads the web. Each hop of
//! a redirect passes the same doors: the guard against private networks, the gate of its host, and
//! only then one of the places for requests in flight, so that a slow host keeps no other waiting.

mod answers;
mod bot_wall;
mod causes;
mod clients;
mod error;
mod exchange;
mod freshness;
mod gates;
mod guard;
mod headers;
mod http_date;
mod no_proxy;
mod public_ip;
mod settings;
mod tallies;

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::{clients::Clients, exchange::Step, gates::Gates, tallies::Tallies};
pub use self::{
    error::{Cause, FetchError},
    gates::LONGEST_OWN_PAUSE,
    settings::{FetchSettings, PRODUCT, default_user_agent, user_agent_about},
};
use crate::domain::{Address, Gate, HostTally, Validators};

/// Fetches over shared connections, gates and limits. Clones are cheap and share all of them.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    settings: FetchSettings,
    clients: Clients,
    gates: Gates,
    tallies: Tallies,
    places: Arc<Semaphore>,
    requests: AtomicU64,
    bytes: AtomicU64,
}

/// What to ask for.
#[derive(Clone, Debug)]
pub struct Request {
    pub address: Address,
    /// Sent back byte for byte; empty ones make the request unconditional.
    pub validators: Validators,
    pub accept: Accept,
    /// Instead of the one in the settings.
    pub user_agent: Option<String>,
    /// Dates in answers count from here when the server does not say its own time.
    pub now: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    Feed,
    Page,
    /// A picture that a reader asked for.
    Picture,
    /// A `robots.txt`, of which only as much is read as counts.
    Robots,
}

#[derive(Debug)]
pub struct Reply {
    pub answer: Answer,
    pub status: u16,
    /// Where the answer came from, after all redirects.
    pub address: Address,
    /// Where the document lives now, if every redirect on the way said so for good (301, 308).
    pub permanent: Option<Address>,
    pub redirects: Vec<Hop>,
    /// Those that came with this answer; after [`Answer::Unchanged`] they refresh the known ones.
    pub validators: Validators,
    /// How long the answer stays fresh by `Cache-Control` or `Expires`; never zero.
    pub lifetime: Option<Duration>,
    /// What time the server says it is (`Date`).
    pub date: Option<Timestamp>,
    /// Bytes of the body, after decompression where the server compressed it: its size on the wire
    /// is not told by the client library.
    pub wire_bytes: u64,
    /// Time on the network, without waiting for gates and places.
    pub took: Duration,
    /// The place among the requests in flight. Whoever keeps it until the document is dealt with
    /// bounds how many documents are held at once.
    pub place: Place,
}

/// One of the places for requests in flight; free again when dropped. It is never held while waiting
/// for a gate, so that holding on to it keeps nobody from getting on.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "held, not read")] Option<OwnedSemaphorePermit>);

impl Place {
    /// No place at all: for a document that is kept while others are asked for.
    pub fn none() -> Self {
        Self(None)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Fresh(Document),
    /// 304, or a server that ignores conditions and sends the known validators again.
    Unchanged,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub body: Vec<u8>,
    /// Without parameters, lower-case: `application/rss+xml`.
    pub content_type: Option<String>,
    /// As the `Content-Type` header names it, lower-case.
    pub charset: Option<String>,
}

/// Whether a redirect to an address may be followed.
pub type MayFollow<'a> =
    dyn Fn(Address) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> + Send + Sync + 'a;

/// One redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    pub status: u16,
    pub from: Address,
    pub to: Address,
}

/// What went over the wire since the start, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    pub requests: u64,
    pub bytes: u64,
}

impl fmt::Debug for Fetcher {
    /// Without the settings: proxy addresses hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("traffic", &self.traffic()).finish_non_exhaustive()
    }
}

/// What an answer adds to the tally of its host.
fn tally_of(step: &Result<Step, FetchError>) -> HostTally {
    match step {
        Ok(step) => HostTally {
            unchanged: u64::from(step.is_unchanged()),
            bytes: step.body_bytes(),
            ..HostTally::default()
        },
        Err(error) => HostTally {
            waits_obeyed: u64::from(error.failure().retry_after.is_some()),
            ..HostTally::default()
        },
    }
}

impl Request {
    /// Asks for a feed unconditionally.
    pub fn new(address: Address, now: Timestamp) -> Self {
        let validators = Validators::default();
        Self { address, validators, accept: Accept::Feed, user_agent: None, now }
    }
}

impl Hop {
    /// RFC 9110 §15.4.2 and §15.4.9.
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}

impl Fetcher {
    pub fn new(settings: FetchSettings) -> Result<Self, FetchError> {
        Ok(Self(Arc::new(Inner {
            clients: Clients::new(&settings)?,
            gates: Gates::new(settings.pause),
            tallies: Tallies::default(),
            places: Arc::new(Semaphore::new(settings.concurrency.clamp(1, Semaphore::MAX_PERMITS))),
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            settings,
        })))
    }

    /// How long hosts are left alone between two requests, from the next one on.
    pub fn set_pause(&self, pause: Duration) {
        self.0.gates.set_pause(pause);
    }

    /// How long this gate is left alone between two requests, where that is longer than for others;
    /// at most [`LONGEST_OWN_PAUSE`]. Zero takes it back.
    pub fn set_pause_of(&self, gate: &Gate, pause: Duration) {
        self.0.gates.set_pause_of(gate, pause.min(LONGEST_OWN_PAUSE));
    }

    /// Fetches the document, following redirects. Dropping the future frees gate and place at once.
    pub async fn fetch(&self, request: &Request) -> Result<Reply, FetchError> {
        self.fetch_where(request, &|_| Box::pin(async { true })).await
    }

    /// The same, and asks before each redirect whether it may be followed.
    pub async fn fetch_where(
        &self,
        request: &Request,
        may_follow: &MayFollow<'_>,
    ) -> Result<Reply, FetchError> {
        let mut redirects: Vec<Hop> = Vec::new();
        let mut address = request.address.clone();
        let mut took = Duration::ZERO;
        loop {
            let (step, place) = self.ask(request, &address, &mut took).await?;
            match step {
                Step::Answered(answered) => {
                    return Ok(answered.into_reply(address, redirects, took, place));
                }
                Step::Moved { status, to } => {
                    drop(place);
                    let hop = Hop { status, from: address, to };
                    self.accept_hop(&redirects, &hop)?;
                    if !may_follow(hop.to.clone()).await {
                        let why = "leads where we may not go";
                        return Err(FetchError::redirects(&hop.from, status, why));
                    }
                    address = hop.to.clone();
                    redirects.push(hop);
                }
            }
        }
    }

    /// How hosts were treated since this was last asked.
    pub fn take_tallies(&self) -> Vec<(Gate, HostTally)> {
        self.0.tallies.take()
    }

    /// Counts what only those know who asked.
    pub fn tally(&self, gate: &Gate, more: HostTally) {
        self.0.tallies.add(gate, more);
    }

    pub fn traffic(&self) -> Traffic {
        Traffic { requests: self.0.requests.load(Relaxed), bytes: self.0.bytes.load(Relaxed) }
    }

    /// One request to one address: guard, gate, place, exchange.
    async fn ask(
        &self,
        request: &Request,
        address: &Address,
        took: &mut Duration,
    ) -> Result<(Step, Place), FetchError> {
        let Inner { settings, clients, gates, tallies, places, .. } = &*self.0;
        if !settings.allow_private {
            guard::check(address)?;
        }
        let turn = gates.enter(address.gate()).await;
        let place = Place(places.clone().acquire_owned().await.ok());
        let route = clients.route(address, turn.is_warm());
        let left = settings.total_timeout.saturating_sub(*took);
        self.0.requests.fetch_add(1, Relaxed);
        let is_conditional = !request.validators.is_empty();
        let under_way = tallies.begin(address.gate(), is_conditional, turn.paused());
        let started = Instant::now();
        let exchange = exchange::exchange(&route, settings, request, address);
        let step = tokio::time::timeout(left, exchange).await;
        *took += started.elapsed();
        let step = step.map_err(|_| FetchError::too_slow(address, settings.total_timeout));
        let step = step.flatten();
        under_way.add(tally_of(&step));
        let step = step?;
        self.0.bytes.fetch_add(step.body_bytes(), Relaxed);
        Ok((step, place))
    }

    fn accept_hop(&self, before: &[Hop], hop: &Hop) -> Result<(), FetchError> {
        if hop.to == hop.from || before.iter().any(|it| it.from == hop.to) {
            return Err(FetchError::redirects(&hop.from, hop.status, "leads back to itself"));
        }
        if before.len() >= self.0.settings.max_redirects {
            return Err(FetchError::redirects(&hop.from, hop.status, "is one redirect too many"));
        }
        Ok(())
    }
}
