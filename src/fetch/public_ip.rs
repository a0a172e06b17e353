//! Which addresses belong to the public internet, after the IANA special-purpose registries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are not the public internet, with the length of their prefix.
const SPECIAL_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),           // "this network" (RFC 791)
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private (RFC 1918)
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared behind carriers (RFC 6598)
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback (RFC 1122)
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, cloud metadata (RFC 3927)
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private (RFC 1918)
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments (RFC 6890)
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation (RFC 5737)
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // former 6to4 relays (RFC 7526)
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private (RFC 1918)
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarking (RFC 2544)
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation (RFC 5737)
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation (RFC 5737)
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast (RFC 5771)
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast (RFC 1112)
];

/// Networks inside `2000::/3` that are not the public internet. Everything outside it (loopback,
/// IPv4-compatible, unique local, link-local, site-local, multicast) is not either.
const SPECIAL_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols, Teredo, ORCHID (RFC 2928)
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation (RFC 3849)
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: any IPv4 address inside (RFC 3056)
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation (RFC 9637)
];

const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// NAT64 (RFC 6052): networks with IPv6 only reach the whole IPv4 internet through it.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether a request to this address stays out of private networks and of this machine. Mapped and
/// NAT64 addresses count as the IPv4 address they lead to; local NAT64 (RFC 8215) is private.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match embedded_v4(ip) {
            Some(ip) => is_public_v4(ip),
            None => holds_v6(GLOBAL_UNICAST, ip) && !SPECIAL_V6.iter().any(|it| holds_v6(*it, ip)),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|(network, bits)| {
        let mask = u32::MAX << (32 - bits);
        ip.to_bits() & mask == network.to_bits()
    })
}

fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = ip.octets();
    ip.to_ipv4_mapped().or_else(|| holds_v6(NAT64, ip).then(|| Ipv4Addr::new(a, b, c, d)))
}

fn holds_v6((network, bits): (Ipv6Addr, u32), ip: Ipv6Addr) -> bool {
    let mask = u128::MAX << (128 - bits);
    ip.to_bits() & mask == network.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(addresses: &str) -> Vec<(&str, bool)> {
        addresses.split_whitespace().map(|ip| (ip, is_public(ip.parse().unwrap()))).collect()
    }

    #[test]
    fn addresses_of_private_and_special_networks_are_not_public() {
        let v4 = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1
            127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.7 192.88.99.1
            192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1
            239.255.255.250 240.0.0.1 255.255.255.255";
        let v6 = ":: ::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1
            2001:20::1 2001:db8::1 3fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 febf::1
            fec0::1 ff02::1";
        let translated = "::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1
            ::ffff:169.254.169.254 64:ff9b::127.0.0.1 64:ff9b::10.1.2.3 64:ff9b:1::1
            64:ff9b:1::8.8.8.8 2002:7f00:1::1 2002:a00:1:: 2002:808:808::1";
        for (ip, public) in [v4, v6, translated].into_iter().flat_map(judged) {
            assert!(!public, "{ip}");
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        let v4 = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1
            126.255.255.255 128.0.0.1 172.15.255.255 172.32.0.1 192.167.1.1 192.169.0.1
            198.17.255.255 198.20.0.1 223.255.255.255";
        let v6 = "2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450::1 2001:200::1
            ::ffff:8.8.8.8 64:ff9b::8.8.8.8";
        for (ip, public) in [v4, v6].into_iter().flat_map(judged) {
            assert!(public, "{ip}");
        }
    }
}
