//! Who may ask: known hosts, same-origin changes, and the audience of a route.

use std::net::IpAddr;

use axum::http::{HeaderMap, Method, Uri, header};

use super::{WebSettings, routes::Audience};

/// The names by which this service is known. A request under any other name was sent by a page that
/// had its own name point here (DNS rebinding).
#[derive(Clone, Debug)]
pub(super) struct KnownHosts {
    bound: IpAddr,
    /// The host of the base URL, lower-case.
    base: Option<String>,
}

impl KnownHosts {
    pub(super) fn of(settings: &WebSettings) -> Self {
        let WebSettings { bound, base_url, .. } = settings;
        Self { bound: bound.ip(), base: base_url.as_ref().map(|it| it.host().to_owned()) }
    }

    /// Whether others than this machine can reach the service.
    fn is_exposed(&self) -> bool {
        !self.bound.to_canonical().is_loopback()
    }

    /// Whether a `Host` (or `:authority`) is one of ours. The port may be any, since a tunnel or a
    /// proxy may lead here from another one; a foreign page cannot choose it to its advantage.
    pub(super) fn know(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let name = without_port(&host).trim_end_matches('.');
        if self.base.as_deref() == Some(name) {
            return true;
        }
        let literal: Option<IpAddr> = name.trim_matches(['[', ']']).parse().ok();
        match literal {
            Some(ip) if !self.is_exposed() => ip.to_canonical().is_loopback(),
            // Nobody can have a literal address point elsewhere.
            Some(ip) => self.bound.is_unspecified() || ip == self.bound,
            None => name == "localhost" && (!self.is_exposed() || self.bound.is_unspecified()),
        }
    }
}

/// Whether a route may be used where there are no logins: readers are those at this machine (or behind the proxy
/// that its owner has put before it).
pub(super) fn may_use(hosts: &KnownHosts, audience: Audience) -> bool {
    audience == Audience::Public || !hosts.is_exposed()
}

/// The host that a request names: HTTP/2 has it in the address, HTTP/1.1 in a header.
pub(super) fn host_of<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let named = uri.authority().map(axum::http::uri::Authority::as_str);
    named.or_else(|| headers.get(header::HOST)?.to_str().ok())
}

/// Whether a request that changes something comes from our own pages. Browsers always say where it
/// comes from; what says nothing is no browser, and carries nobody's rights along.
pub(super) fn is_same_origin(method: &Method, host: Option<&str>, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let from = origin.split_once("://").map(|it| it.1);
            from.is_some() && from == host
        }
        (None, None) => true,
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(bound: &str, base_url: Option<&str>) -> KnownHosts {
        KnownHosts::of(&WebSettings {
            bound: bound.parse().unwrap(),
            base_url: base_url.map(|it| it.parse().unwrap()),
            crawler: crate::web::Crawler::default(),
            rubric: None,
            auth: crate::domain::Auth::None,
            proxies: crate::domain::Networks::default(),
        })
    }

    #[test]
    fn a_service_knows_its_own_names_only() {
        for bound in ["127.0.0.1:8787", "[::1]:8787"] {
            let local = hosts(bound, Some("https://reading.example/peers"));
            let known =
                ["127.0.0.1:8787", "LOCALHOST:9999", "localhost.", "[::1]:1", "reading.example"];
            for known in known {
                assert!(local.know(known), "{known}");
            }
            for unknown in
                ["evil.example:8787", "10.0.0.1:8787", "", ":8787", "localhost.evil.example"]
            {
                assert!(!local.know(unknown), "{unknown}");
            }
        }
        let everywhere = hosts("0.0.0.0:80", None);
        assert!(everywhere.know("192.168.1.5") && everywhere.know("[fe80::1]:80"));
        assert!(everywhere.know("localhost") && !everywhere.know("rebound.example"));
        let one = hosts("192.0.2.7:80", None);
        assert!(one.know("192.0.2.7") && !one.know("192.0.2.8") && !one.know("localhost"));
    }

    #[test]
    fn strangers_reach_public_routes_only() {
        assert!(may_use(&hosts("127.0.0.1:80", None), Audience::Reader));
        assert!(!may_use(&hosts("0.0.0.0:80", None), Audience::Owner));
        assert!(!may_use(&hosts("0.0.0.0:80", None), Audience::Reader));
        assert!(may_use(&hosts("0.0.0.0:80", None), Audience::Public));
    }

    #[test]
    fn a_change_must_come_from_our_own_pages() {
        let asks = |method: Method, pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            is_same_origin(&method, Some("localhost:8787"), &headers)
        };
        assert!(asks(Method::GET, &[("sec-fetch-site", "cross-site")]));
        assert!(!asks(Method::POST, &[("sec-fetch-site", "cross-site")]));
        assert!(!asks(Method::POST, &[("sec-fetch-site", "same-site")]));
        assert!(asks(Method::POST, &[("sec-fetch-site", "same-origin")]));
        assert!(asks(Method::POST, &[("origin", "http://localhost:8787")]));
        assert!(!asks(Method::POST, &[("origin", "http://evil.example")]));
        assert!(!asks(Method::POST, &[("origin", "null")]));
        assert!(asks(Method::DELETE, &[]));
    }
}
