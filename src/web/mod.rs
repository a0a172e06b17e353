//! The web face: API, pages, health; every route says who may use it.

pub mod api;

mod assets;
mod base;
mod client;
mod cookies;
mod deeds;
mod digests;
mod done;
mod escape;
mod events;
mod feed;
mod file;
mod guard;
mod hands;
mod health;
mod here;
mod identity;
mod images;
mod local_path;
mod manifest;
mod metrics;
mod opensearch;
mod pages;
mod params;
mod problem;
mod routes;
mod say;
mod session_cookie;
mod shell;
mod standing;
mod tagged;
mod topics;
mod viewer;

use std::{
    fmt,
    future::Future,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use axum::Router;
use tokio::{net::TcpListener, sync::oneshot};

use self::{events::Listeners, guard::KnownHosts, metrics::Requests, problem::Problem};
use crate::{
    access::Doorkeeper,
    crawl::Status,
    domain::{
        Address, Admission, AskingLimits, Auth, Following, MailAddress, Networks, ReaderId, Topic,
    },
    home::{Clock, Followed, Library},
    reading::{self, Asker, KnownRising},
};

pub use self::{
    hands::Hands,
    pages::{journal_file, pack_file, pack_markdown},
    params::{BadParameter, since},
};

/// What the handlers of all routes share.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    library: Library,
    followed: Followed,
    clock: Clock,
    status: Status,
    hosts: KnownHosts,
    base_url: Option<Address>,
    crawler: Crawler,
    rubric: Option<PathBuf>,
    requests: Requests,
    asking: Mutex<AskingLimits>,
    hands: OnceLock<Hands>,
    listeners: Listeners,
    auth: Auth,
    proxies: Networks,
    doorkeeper: Doorkeeper,
    known_rising: KnownRising,
}

/// Where the service is reached.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// The address that is listened on.
    pub bound: SocketAddr,
    /// As readers reach it, if that is another.
    pub base_url: Option<Address>,
    pub crawler: Crawler,
    /// Where a rubric for evidence packs may be.
    pub rubric: Option<PathBuf>,
    /// How readers are told apart.
    pub auth: Auth,
    /// Proxies before the service, which are believed whom they speak for.
    pub proxies: Networks,
}

/// Who we are to the sites that are crawled.
#[derive(Clone, Debug, Default)]
pub struct Crawler {
    pub user_agent: String,
    /// What publishers can turn to.
    pub contact: Option<String>,
}

impl Web {
    pub fn new(
        library: Library,
        followed: Followed,
        clock: Clock,
        status: Status,
        settings: &WebSettings,
    ) -> Self {
        let hosts = KnownHosts::of(settings);
        let WebSettings { base_url, crawler, rubric, auth, proxies, .. } = settings.clone();
        let requests = Requests::default();
        Self(Arc::new(Inner {
            library,
            followed,
            clock,
            status,
            hosts,
            base_url,
            crawler,
            rubric,
            requests,
            asking: Mutex::default(),
            hands: OnceLock::new(),
            listeners: Listeners::default(),
            auth,
            proxies,
            doorkeeper: Doorkeeper::default(),
            known_rising: KnownRising::default(),
        }))
    }

    /// The same with hands: without them it only shows what the library holds.
    #[must_use]
    pub fn with_hands(self, hands: Hands) -> Self {
        self.0.hands.get_or_init(|| hands);
        self
    }

    fn hands(&self) -> Result<&Hands, Problem> {
        self.0.hands.get().ok_or(Problem::NoHands)
    }

    fn library(&self) -> &Library {
        &self.0.library
    }

    /// What `feeds.toml` says at present.
    fn following(&self) -> Arc<Following> {
        self.0.followed.at_present()
    }

    /// Who reads, with what they care about: as they say, else as `feeds.toml` says.
    fn asker(&self) -> Asker {
        let asker = Asker::new(self.reader(), self.following());
        match identity::current().and_then(|it| it.profile.clone()) {
            Some(profile) => asker.caring_for(profile),
            None => asker,
        }
    }

    /// A topic of `feeds.toml`, or a search that the reader saved.
    async fn topic(&self, slug: &str) -> Result<Topic, Problem> {
        let topics = reading::kept_topics(self.library(), &self.asker()).await?;
        let topic = topics.into_iter().find(|it| it.slug.as_str() == slug);
        topic.ok_or_else(|| Problem::NoTopic(slug.chars().take(80).collect()))
    }

    fn known_rising(&self) -> &KnownRising {
        &self.0.known_rising
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Who reads, as the request under way tells. Without logins there is one reader; with logins, work
    /// that belongs to no request is nobody's.
    fn reader(&self) -> ReaderId {
        match identity::current() {
            Some(identity) => identity.reader_id(),
            None if self.0.auth.has_logins() => ReaderId::NOBODY,
            None => ReaderId::ONLY,
        }
    }

    fn auth(&self) -> &Auth {
        &self.0.auth
    }

    /// What there is for several readers only.
    fn must_have_logins(&self) -> Result<(), Problem> {
        if self.0.auth.has_logins() { Ok(()) } else { Err(Problem::NoLogins) }
    }

    /// Whether readers reach the service by HTTPS alone.
    fn is_secure(&self) -> bool {
        self.base_url().is_some_and(|it| it.url().scheme() == "https")
    }

    fn crawler(&self) -> &Crawler {
        &self.0.crawler
    }

    /// Where a rubric for evidence packs may be.
    fn rubric(&self) -> Option<&Path> {
        self.0.rubric.as_deref()
    }

    /// As readers reach the service, where that was said.
    fn base_url(&self) -> Option<&Address> {
        self.0.base_url.as_ref()
    }

    /// Whether somebody who asks for a mail to an address gets one.
    fn admit(&self, client: &str, address: &MailAddress) -> Admission {
        let mut asking = self.0.asking.lock().unwrap_or_else(PoisonError::into_inner);
        asking.admit(client, &address.mailbox(), self.0.clock.now())
    }

    fn status(&self) -> &Status {
        &self.0.status
    }
}

/// The path of every route, for tests that none of them is forgotten.
#[doc(hidden)]
pub fn paths() -> impl Iterator<Item = &'static str> {
    routes::ROUTES.iter().map(|it| it.path)
}

/// Everything that is served, with all that guards it.
pub fn router(web: Web) -> Router {
    shell::around(routes::routes(&web), web)
}

/// Requests under way when the service stops are waited for so long at most.
const LONGEST_DRAIN: Duration = Duration::from_secs(10);

/// Serves until `stop` is ready, then takes nothing new and lets requests under way finish.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel::<()>();
    let listening = web.clone();
    let stop = async move {
        stop.await;
        listening.0.listeners.end();
        drop(stopping);
    };
    let overdue = async {
        // The other side only ever goes away, which is the sign.
        let _ = stopped.await;
        tokio::time::sleep(LONGEST_DRAIN).await;
    };
    let router = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop).into_future();
    tokio::select! {
        served = serving => served,
        () = overdue => Ok(()),
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").field("hosts", &self.0.hosts).finish_non_exhaustive()
    }
}
