//! Who asks, as far as the network tells.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use super::Web;
use crate::domain::Networks;

/// A name for everyone behind one address, for counting how often they ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Client(pub(super) String);

impl Client {
    /// The address of the connection, or the one that a trusted proxy was asked from: the last it
    /// names, since whoever asks can write any others.
    fn of(connected: Option<IpAddr>, headers: &HeaderMap, proxies: &Networks) -> Self {
        let is_beside = connected.is_none_or(|it| proxies.have(it));
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = forwarded.filter(|_| is_beside).and_then(|it| it.to_str().ok());
        let last = forwarded.and_then(|it| it.rsplit(',').next()?.trim().parse().ok());
        Self(last.or(connected).map_or_else(String::new, network))
    }
}

/// IPv6 gives each line 2^64 addresses: they count as one.
fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl FromRequestParts<Web> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        Ok(Self::of(connected, &parts.headers, &web.0.proxies))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(connected: &str, forwarded: Option<&str>) -> String {
        let mut headers = HeaderMap::new();
        if let Some(forwarded) = forwarded {
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        }
        Client::of(Some(connected.parse().unwrap()), &headers, &Networks::default()).0
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_nobody_else() {
        assert_eq!(client("192.0.2.7", None), "192.0.2.7");
        assert_eq!(client("192.0.2.7", Some("198.51.100.1")), "192.0.2.7");
        assert_eq!(client("127.0.0.1", Some("203.0.113.9, 198.51.100.1")), "198.51.100.1");
        assert_eq!(client("127.0.0.1", Some("unknown")), "127.0.0.1");
        assert_eq!(client("::ffff:127.0.0.1", Some("198.51.100.1")), "198.51.100.1");
    }

    #[test]
    fn the_addresses_of_one_line_are_one_client() {
        assert_eq!(client("2001:db8:1:2:3::4", None), "2001:db8:1:2::/64");
        assert_eq!(client("2001:db8:1:2::", None), client("2001:db8:1:2:ffff::1", None));
    }
}
