//! Tells literal private addresses, which no list from elsewhere may bring in.

use std::net::{IpAddr, Ipv4Addr};

use crate::domain::Address;

/// Host names that by convention never leave a machine or its network (RFC 6761, RFC 6762, RFC
/// 8375).
const PRIVATE_NAMES: [&str; 5] = ["localhost", "local", "internal", "home.arpa", "localdomain"];

/// Whether the address itself says that it is in a private network; what a name resolves to is
/// judged when it is fetched.
pub(super) fn is_private(address: &Address) -> bool {
    if let Some(ip) = address.literal_ip() {
        return is_private_ip(ip);
    }
    let host = address.host().trim_end_matches('.');
    PRIVATE_NAMES.iter().any(|name| {
        host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

fn is_private_ip(ip: IpAddr) -> bool {
    let ip = match ip {
        IpAddr::V4(ip) => return is_private_v4(ip),
        IpAddr::V6(ip) => ip,
    };
    if let Some(ip) = ip.to_ipv4() {
        return is_private_v4(ip);
    }
    let translated = match ip.segments() {
        // NAT64 (RFC 6052) carries the address at the end, 6to4 (RFC 3056) behind its prefix.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    };
    translated.is_some_and(is_private_v4)
        || ip.is_unique_local()
        || ip.is_unicast_link_local()
        || ip.is_multicast()
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || first == 0
        // Shared address space of providers (RFC 6598).
        || (first == 100 && second & 0b1100_0000 == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_address_is_told_in_every_notation() {
        for private in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://10.1.2.3:8080/feed",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[2002:0a00:0001::]/",
            "http://[fd00::1]/",
            "http://localhost:3000/",
            "http://wiki.internal/feed",
        ] {
            assert!(is_private(&private.parse().unwrap()), "{private}");
        }
        for public in ["http://8.8.8.8/", "https://internal.example.com/", "http://[2606::1]/"] {
            assert!(!is_private(&public.parse().unwrap()), "{public}");
        }
    }
}
