//! HTTP clients by route: direct or through a proxy, keeping connections or closing them.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Certificate, Client, ClientBuilder, Proxy, redirect::Policy};
use url::Url;

use super::{
    error::{Cause, FetchError},
    guard::PublicOnly,
    no_proxy::NoProxy,
    settings::FetchSettings,
};
use crate::domain::Address;

/// How long an idle connection waits for a next request to its host.
pub(super) const KEPT_ALIVE: Duration = Duration::from_secs(30);

/// Some large sites send policies and cookies beyond the 16 KiB that are usual for HTTP/2.
const MOST_HEADER_BYTES: u32 = 64 * 1024;

pub(super) struct Clients {
    direct: Lane,
    for_http: Option<Arc<Lane>>,
    for_https: Option<Arc<Lane>>,
    no_proxy: NoProxy,
}

/// The client for one request.
pub(super) struct Route {
    pub(super) client: Client,
    pub(super) through_proxy: bool,
}

struct Lane {
    warm: Client,
    /// Made when the first host beyond those with kept connections is asked.
    closing: OnceLock<Client>,
    recipe: Recipe,
}

struct Recipe {
    connect_timeout: Duration,
    read_timeout: Duration,
    authorities: Vec<Certificate>,
    proxy: Option<Proxy>,
    allow_private: bool,
}

impl Clients {
    pub(super) fn new(settings: &FetchSettings) -> Result<Self, FetchError> {
        let lane = |text: &Option<String>, scheme| match text {
            Some(text) => Lane::new(settings, Some(proxy(text, scheme)?)).map(Arc::new).map(Some),
            None => Ok(None),
        };
        let for_http = lane(&settings.http_proxy, "http")?;
        let for_https = if settings.https_proxy == settings.http_proxy {
            for_http.clone()
        } else {
            lane(&settings.https_proxy, "https")?
        };
        let direct = Lane::new(settings, None)?;
        Ok(Self { direct, for_http, for_https, no_proxy: NoProxy::parse(&settings.no_proxy) })
    }

    pub(super) fn route(&self, address: &Address, keep: bool) -> Route {
        let proxy = if address.is_https() { &self.for_https } else { &self.for_http };
        match proxy {
            Some(lane) if !self.no_proxy.holds(address) => {
                Route { client: lane.client(keep), through_proxy: true }
            }
            _ => Route { client: self.direct.client(keep), through_proxy: false },
        }
    }
}

impl Lane {
    fn new(settings: &FetchSettings, proxy: Option<Proxy>) -> Result<Self, FetchError> {
        let recipe = Recipe {
            connect_timeout: settings.connect_timeout,
            read_timeout: settings.read_timeout,
            authorities: authorities(settings.extra_ca.as_deref())?,
            proxy,
            allow_private: settings.allow_private,
        };
        let warm = recipe.client(1);
        let warm = warm.map_err(|error| FetchError::NoClient { source: Cause::new(error) })?;
        Ok(Self { warm, closing: OnceLock::new(), recipe })
    }

    fn client(&self, keep: bool) -> Client {
        if keep {
            return self.warm.clone();
        }
        let closing = || self.recipe.client(0).unwrap_or_else(|_| self.warm.clone());
        self.closing.get_or_init(closing).clone()
    }
}

impl Recipe {
    /// A machine without any certificates of authorities still fetches what needs none.
    fn client(&self, idle_per_host: usize) -> reqwest::Result<Client> {
        let merged = self.builder(idle_per_host).tls_certs_merge(self.authorities.clone()).build();
        merged.or_else(|_| {
            self.builder(idle_per_host).tls_certs_only(self.authorities.clone()).build()
        })
    }

    fn builder(&self, idle_per_host: usize) -> ClientBuilder {
        let builder = Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(self.connect_timeout)
            .read_timeout(self.read_timeout)
            .pool_idle_timeout(KEPT_ALIVE)
            .pool_max_idle_per_host(idle_per_host)
            .http1_ignore_invalid_headers_in_responses(true)
            .http2_max_header_list_size(MOST_HEADER_BYTES);
        match &self.proxy {
            // Names are left to the proxy: all that is resolved here is the proxy's own.
            Some(proxy) => builder.proxy(proxy.clone()),
            None if self.allow_private => builder,
            None => builder.dns_resolver(PublicOnly),
        }
    }
}

fn authorities(pem: Option<&[u8]>) -> Result<Vec<Certificate>, FetchError> {
    let Some(pem) = pem else { return Ok(Vec::new()) };
    let refuse = |source| FetchError::BadAuthority { source };
    let found = Certificate::from_pem_bundle(pem).map_err(|it| refuse(Cause::new(it)))?;
    if found.is_empty() { Err(refuse(Cause::new("there is no certificate"))) } else { Ok(found) }
}

fn proxy(text: &str, scheme: &'static str) -> Result<Proxy, FetchError> {
    let refuse = |source| FetchError::BadProxy { scheme, source };
    let url = proxy_url(text).map_err(refuse)?;
    Proxy::all(url).map_err(|it| refuse(Cause::new(it.without_url())))
}

/// `host:port` means an HTTP proxy; SOCKS in the forms that leave names to the proxy.
fn proxy_url(text: &str) -> Result<Url, Cause> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => "http",
        "https" => "https",
        "socks4" | "socks4a" => "socks4a",
        "socks" | "socks5" | "socks5h" => "socks5h",
        _ => return Err(Cause::new("it is neither an http nor a socks address")),
    };
    let url = Url::parse(&format!("{scheme}://{rest}")).map_err(Cause::new)?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Cause::new("it names no host"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address_with_or_without_its_scheme() {
        for (text, url) in [
            ("127.0.0.1:8100", "http://127.0.0.1:8100/"),
            ("HTTP://me:secret@proxy.example:3128", "http://me:secret@proxy.example:3128/"),
            ("socks5://[::1]:1080", "socks5h://[::1]:1080"),
            ("socks4://proxy.example", "socks4a://proxy.example"),
        ] {
            assert_eq!(proxy_url(text).unwrap().as_str(), url);
        }
        for wrong in ["", "ftp://proxy.example", "http://", "a b:80"] {
            assert!(proxy_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_once() {
        let with_proxy =
            FetchSettings { http_proxy: Some("ftp://x".to_owned()), ..FetchSettings::default() };
        assert!(matches!(Clients::new(&with_proxy), Err(FetchError::BadProxy { .. })));
        let with_authority =
            FetchSettings { extra_ca: Some(b"no PEM".to_vec()), ..FetchSettings::default() };
        assert!(matches!(Clients::new(&with_authority), Err(FetchError::BadAuthority { .. })));
    }
}
