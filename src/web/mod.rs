//! The web face: API, pages, health; every route says who may use it.

pub mod api;

mod assets;
mod escape;
mod guard;
mod health;
mod metrics;
mod pages;
mod params;
mod problem;
mod routes;
mod shell;
mod standing;

use std::{fmt, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::oneshot};

use self::{guard::KnownHosts, metrics::Requests};
use crate::{
    crawl::Status,
    domain::{Address, ReaderId},
    home::{Clock, Library},
};

pub use self::params::{BadParameter, since};

/// What the handlers of all routes share.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    library: Library,
    clock: Clock,
    status: Status,
    hosts: KnownHosts,
    crawler: Crawler,
    requests: Requests,
}

/// Where the service is reached.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// The address that is listened on.
    pub bound: SocketAddr,
    /// As readers reach it, if that is another.
    pub base_url: Option<Address>,
    pub crawler: Crawler,
}

/// Who we are to the sites that are crawled.
#[derive(Clone, Debug, Default)]
pub struct Crawler {
    pub user_agent: String,
    /// What publishers can turn to.
    pub contact: Option<String>,
}

impl Web {
    pub fn new(library: Library, clock: Clock, status: Status, settings: &WebSettings) -> Self {
        let (hosts, crawler) = (KnownHosts::of(settings), settings.crawler.clone());
        let requests = Requests::default();
        Self(Arc::new(Inner { library, clock, status, hosts, crawler, requests }))
    }

    fn library(&self) -> &Library {
        &self.0.library
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Who reads. Without logins there is one reader.
    #[expect(clippy::unused_self, reason = "logins will tell")]
    fn reader(&self) -> ReaderId {
        ReaderId::ONLY
    }

    fn crawler(&self) -> &Crawler {
        &self.0.crawler
    }

    fn status(&self) -> &Status {
        &self.0.status
    }
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
    let stop = async move {
        stop.await;
        drop(stopping);
    };
    let overdue = async {
        // The other side only ever goes away, which is the sign.
        let _ = stopped.await;
        tokio::time::sleep(LONGEST_DRAIN).await;
    };
    let serving = axum::serve(listener, router(web)).with_graceful_shutdown(stop).into_future();
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
