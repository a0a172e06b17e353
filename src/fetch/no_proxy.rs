//! Which hosts are reached without the proxy, as the `NO_PROXY` variable is usually read.

use std::net::IpAddr;

use crate::domain::Address;

/// Hosts, networks and ports that are reached directly.
pub(super) struct NoProxy(Vec<Exception>);

enum Exception {
    All,
    /// A name and everything below it, optionally at one port only.
    Host {
        name: String,
        port: Option<u16>,
    },
    Network {
        ip: IpAddr,
        bits: u32,
    },
}

impl NoProxy {
    /// Entries are separated by commas or blanks; what cannot be read as a network is a name.
    pub(super) fn parse(list: &str) -> Self {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace());
        Self(entries.filter(|it| !it.is_empty()).map(Exception::parse).collect())
    }

    pub(super) fn holds(&self, address: &Address) -> bool {
        self.0.iter().any(|it| it.holds(address))
    }
}

impl Exception {
    fn parse(entry: &str) -> Self {
        if entry == "*" {
            return Self::All;
        }
        let (network, bits) = entry.split_once('/').unwrap_or((entry, ""));
        if let Ok(ip) = network.trim_matches(['[', ']']).parse::<IpAddr>() {
            let whole = if ip.is_ipv4() { 32 } else { 128 };
            return Self::Network { ip, bits: bits.parse().unwrap_or(whole).min(whole) };
        }
        let (name, port) = match entry.rsplit_once(':') {
            Some((name, port)) if port.parse::<u16>().is_ok() => (name, port.parse().ok()),
            _ => (entry, None),
        };
        let name = name.trim_start_matches("*.").trim_matches(['.', '[', ']']);
        Self::Host { name: name.to_ascii_lowercase(), port }
    }

    fn holds(&self, address: &Address) -> bool {
        match self {
            Self::All => true,
            Self::Host { name, port } => {
                port.is_none_or(|it| it == address.port()) && is_below(address.host(), name)
            }
            Self::Network { ip, bits } => {
                address.literal_ip().is_some_and(|it| share_prefix(it, *ip, *bits))
            }
        }
    }
}

fn is_below(host: &str, name: &str) -> bool {
    let host = host.trim_matches(['.', '[', ']']);
    match host.strip_suffix(name) {
        Some(rest) => rest.is_empty() || rest.ends_with('.'),
        None => false,
    }
}

fn share_prefix(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_from_the_proxy_are_names_networks_ports_or_everything() {
        for (list, address, direct) in [
            ("", "http://example.com/", false),
            ("*", "http://example.com/", true),
            ("example.com", "http://example.com/", true),
            ("example.com", "http://blog.example.com/", true),
            (".example.com, other.org", "http://blog.example.com/", true),
            ("*.example.com", "http://blog.example.com/", true),
            ("example.com", "http://badexample.com/", false),
            ("example.com:8080", "http://example.com/", false),
            ("example.com:8080", "http://example.com:8080/", true),
            ("10.0.0.0/8", "http://10.2.3.4/", true),
            ("10.0.0.0/8", "http://11.2.3.4/", false),
            ("127.0.0.1", "http://127.0.0.1:90/", true),
            ("127.0.0.1:90", "http://127.0.0.1:90/", true),
            ("::1 LOCALHOST", "http://[::1]/", true),
            ("::1 LOCALHOST", "http://localhost/", true),
            ("fd00::/8", "http://[fd12::1]/", true),
            ("0.0.0.0/0", "http://8.8.8.8/", true),
        ] {
            let holds = NoProxy::parse(list).holds(&address.parse().unwrap());
            assert_eq!(holds, direct, "{list} and {address}");
        }
    }
}
