//! How readers are told apart, and whose word counts for it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use ipnet::IpNet;

/// How an installation tells its readers apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Not at all: there is one, at this machine.
    #[default]
    None,
    /// By name and password.
    Password,
    /// By a header in which a proxy names them.
    Proxy {
        /// In lower case.
        header: String,
    },
}

impl Auth {
    /// Whether there are several readers, each with a login.
    pub fn has_logins(&self) -> bool {
        *self != Self::None
    }
}

/// Addresses whose word about others counts: proxies before this service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address or network, like `10.0.0.5` or `10.1.0.0/16`")]
pub struct NetworksError(pub String);

impl Networks {
    pub fn have(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|it| it.contains(&ip))
    }
}

impl Default for Networks {
    /// This machine.
    fn default() -> Self {
        let v4 = IpNet::new_assert(IpAddr::V4(Ipv4Addr::LOCALHOST), 8);
        let v6 = IpNet::new_assert(IpAddr::V6(Ipv6Addr::LOCALHOST), 128);
        Self(vec![v4.trunc(), v6])
    }
}

impl FromStr for Networks {
    type Err = NetworksError;

    /// With commas or blanks between them.
    fn from_str(text: &str) -> Result<Self, NetworksError> {
        let parts = text.split([',', ' ']).map(str::trim).filter(|it| !it.is_empty());
        let read = |part: &str| {
            let one = part.parse::<IpAddr>().map(|it| IpNet::from(it.to_canonical()));
            one.or_else(|_| part.parse::<IpNet>().map(|it| it.trunc()))
                .map_err(|_| NetworksError(part.chars().take(80).collect()))
        };
        let networks: Vec<IpNet> = parts.map(read).collect::<Result<_, _>>()?;
        if networks.is_empty() { Err(NetworksError(text.into())) } else { Ok(Self(networks)) }
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_their_addresses_in_every_notation() {
        let networks: Networks = "10.1.2.3/16, 192.0.2.7 2001:db8::/32".parse().unwrap();
        for inside in ["10.1.255.1", "192.0.2.7", "::ffff:192.0.2.7", "2001:db8:1::1"] {
            assert!(networks.have(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["10.2.0.1", "192.0.2.8", "127.0.0.1", "2001:db9::1"] {
            assert!(!networks.have(outside.parse().unwrap()), "{outside}");
        }
        for wrong in ["", " , ", "10.0.0.0/33", "proxy.example", "10.0.0.1/", "10.0.0"] {
            assert!(wrong.parse::<Networks>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn this_machine_is_trusted_unless_something_else_is_said() {
        let usual = Networks::default();
        assert!(usual.have("127.0.0.1".parse().unwrap()) && usual.have("::1".parse().unwrap()));
        assert!(!usual.have("192.168.0.1".parse().unwrap()));
    }
}
