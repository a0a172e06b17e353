//! Asks each site for its `robots.txt` once a day, and says what of the site may be fetched.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Mutex as Turns;
use tracing::warn;

use crate::{
    domain::{
        Address, FailureKind, Gate, Permission, Robots, RobotsAnswer, RobotsCopy, Validators,
        product_token,
    },
    fetch::{Accept, Answer, FetchError, Fetcher, PRODUCT, Reply, Request},
    home::{Clock, Doors},
    report::chain,
    store::Store,
};

/// Knows what may be fetched. Clones are cheap and share all that was learned, so that each origin is
/// asked once, whoever wants to know.
#[derive(Clone)]
pub struct RobotsWatch(Arc<Inner>);

struct Inner {
    fetcher: Fetcher,
    /// Where copies are kept, if anywhere.
    store: Option<Store>,
    clock: Clock,
    origins: Mutex<HashMap<String, Origin>>,
    /// What each origin behind a gate asks to wait between two requests.
    delays: Mutex<HashMap<Gate, HashMap<String, Duration>>>,
}

/// Locked while its `robots.txt` is asked for, so that nobody else asks meanwhile.
type Origin = Arc<Turns<Option<Known>>>;

#[derive(Clone)]
struct Known {
    copy: RobotsCopy,
    /// `None` when nobody knows.
    rules: Option<Arc<Robots>>,
}

impl RobotsWatch {
    pub fn new(doors: &Doors) -> Self {
        let Doors { fetcher, store, clock, .. } = doors;
        Self::of(fetcher.clone(), Some(store.clone()), clock.clone())
    }

    /// Without a library: nothing is known before, and nothing is kept.
    pub fn without_library(fetcher: Fetcher, clock: Clock) -> Self {
        Self::of(fetcher, None, clock)
    }

    fn of(fetcher: Fetcher, store: Option<Store>, clock: Clock) -> Self {
        let (origins, delays) = (Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { fetcher, store, clock, origins, delays }))
    }

    /// Whether a page may be fetched now.
    pub async fn permission(&self, address: &Address) -> Permission {
        self.permission_as(address, None).await
    }

    /// The same for a source with a user agent of its own: what the site says to either name counts.
    pub async fn permission_as(&self, address: &Address, user_agent: Option<&str>) -> Permission {
        let Some(rules) = self.rules(address).await else { return Permission::Unknown };
        let said_to = |product: &str| rules.permission(product, address.path_and_query());
        match user_agent.map(product_token) {
            Some(own) if !own.eq_ignore_ascii_case(PRODUCT) => said_to(PRODUCT).and(said_to(own)),
            _ => said_to(PRODUCT),
        }
    }

    /// The sitemaps that the site of this address names.
    pub async fn sitemaps(&self, address: &Address) -> Vec<Address> {
        let Some(rules) = self.rules(address).await else { return Vec::new() };
        rules.sitemaps().iter().filter_map(|it| address.join(it).ok()).collect()
    }

    /// How long the site of this address asks to wait between two requests.
    pub async fn delay(&self, address: &Address) -> Option<Duration> {
        self.rules(address).await?.delay(PRODUCT)
    }

    async fn rules(&self, address: &Address) -> Option<Arc<Robots>> {
        let origin = self.origin(address);
        let mut known = origin.lock().await;
        let now = self.0.clock.now();
        if let Some(known) = known.as_ref().filter(|it| it.copy.holds(now)) {
            return known.rules.clone();
        }
        let copy = self.copy(address, known.take().map(|it| it.copy), now).await;
        let rules = copy.rules(now).map(Arc::new);
        self.take_delay(address, rules.as_deref());
        *known = Some(Known { copy, rules: rules.clone() });
        rules
    }

    fn origin(&self, address: &Address) -> Origin {
        let mut origins = self.0.origins.lock().unwrap_or_else(PoisonError::into_inner);
        origins.entry(address.origin()).or_default().clone()
    }

    /// The copy that holds now: from memory, else from the library, else asked for and kept.
    async fn copy(
        &self,
        address: &Address,
        in_memory: Option<RobotsCopy>,
        now: Timestamp,
    ) -> RobotsCopy {
        let origin = address.origin();
        let known = match in_memory {
            Some(copy) => Some(copy),
            None => self.kept(&origin).await,
        };
        if let Some(copy) = known.as_ref().filter(|it| it.holds(now)) {
            return copy.clone();
        }
        let answer = self.ask(address, known.as_ref(), now).await;
        let copy = RobotsCopy::after(known, answer, self.0.clock.now());
        self.keep(&origin, &copy).await;
        copy
    }

    async fn kept(&self, origin: &str) -> Option<RobotsCopy> {
        self.0.store.as_ref()?.robots(origin).await.unwrap_or_else(|error| {
            warn!("the robots.txt of {origin} cannot be looked up: {}", chain(&error));
            None
        })
    }

    async fn keep(&self, origin: &str, copy: &RobotsCopy) {
        let Some(store) = &self.0.store else { return };
        if let Err(error) = store.keep_robots(origin, copy).await {
            warn!("the robots.txt of {origin} cannot be kept: {}", chain(&error));
        }
    }

    async fn ask(
        &self,
        address: &Address,
        known: Option<&RobotsCopy>,
        now: Timestamp,
    ) -> RobotsAnswer {
        let Ok(file) = address.join("/robots.txt") else { return RobotsAnswer::Absent };
        let validators = known.map(|it| it.validators.clone()).unwrap_or_default();
        let request = Request { accept: Accept::Robots, validators, ..Request::new(file, now) };
        match self.0.fetcher.fetch(&request).await {
            Ok(Reply { answer: Answer::Fresh(document), validators, .. }) => {
                RobotsAnswer::Read { body: document.body, validators }
            }
            Ok(Reply { validators, .. }) => RobotsAnswer::Unchanged { validators },
            Err(error) => answer_of(&error),
        }
    }

    /// Where several origins share a gate, the one that asks for most time gets it.
    fn take_delay(&self, address: &Address, rules: Option<&Robots>) {
        let delay = rules.and_then(|it| it.delay(PRODUCT)).unwrap_or_default();
        let gate = address.gate();
        let mut delays = self.0.delays.lock().unwrap_or_else(PoisonError::into_inner);
        let of_gate = delays.entry(gate.clone()).or_default();
        of_gate.insert(address.origin(), delay);
        let longest = of_gate.values().max().copied().unwrap_or_default();
        self.0.fetcher.set_pause_of(&gate, longest);
    }
}

/// What a failure to fetch the file says about it (RFC 9309 §2.3.1). 429 asks for patience, as 503
/// does, and says nothing about rules.
fn answer_of(error: &FetchError) -> RobotsAnswer {
    let failure = error.failure();
    match (failure.kind, failure.status) {
        (FailureKind::TooManyRequests, _) => {}
        (FailureKind::Redirects, _) | (_, Some(200..=299 | 400..=499)) => {
            return match failure.kind {
                FailureKind::Empty => {
                    RobotsAnswer::Read { body: Vec::new(), validators: Validators::default() }
                }
                _ => RobotsAnswer::Absent,
            };
        }
        _ => {}
    }
    RobotsAnswer::Unreachable {
        retry_after: failure.retry_after,
        was_server_reached: !failure.kind.is_unreached(),
    }
}

impl fmt::Debug for RobotsWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RobotsWatch").finish_non_exhaustive()
    }
}
