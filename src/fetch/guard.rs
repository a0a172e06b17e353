//! Keeps requests out of private networks: literal addresses here, names when they are resolved.

use std::{io, net::SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{error::FetchError, public_ip::is_public};
use crate::domain::Address;

/// Refuses literal addresses of private networks and names of this machine. The client resolves
/// names only (and never asks for literals), and behind a proxy not even those: so this is asked
/// before each request, each hop of a redirect included.
pub(super) fn check(address: &Address) -> Result<(), FetchError> {
    let refused = match address.literal_ip() {
        Some(ip) => !is_public(ip),
        None => is_this_machine(address.host()),
    };
    if refused {
        let ip = address.literal_ip();
        return Err(FetchError::Forbidden { address: address.clone(), ip });
    }
    Ok(())
}

/// RFC 6761 §6.3: these never lead to another machine.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost")
}

/// Resolves names to their public addresses only. The connection goes to exactly what is returned
/// here, so a name that changes its answer between check and use gains nothing.
pub(super) struct PublicOnly;

/// All that the name has are private addresses, of which this is one.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to {0}")]
pub(super) struct LeadsToPrivate(pub(super) std::net::IpAddr);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(public_ones(found)?.into_iter()) as Addrs)
        })
    }
}

fn public_ones(
    found: Vec<SocketAddr>,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let Some(first) = found.first().map(SocketAddr::ip) else {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
    };
    let public: Vec<_> = found.into_iter().filter(|it| is_public(it.ip())).collect();
    if public.is_empty() { Err(LeadsToPrivate(first).into()) } else { Ok(public) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_private_addresses_are_refused_in_any_notation() {
        for address in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://[::1]:8080/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
            "http://localhost/",
            "http://blog.localhost./",
        ] {
            assert!(check(&address.parse().unwrap()).is_err(), "{address}");
        }
        for address in ["https://example.com/", "http://8.8.8.8/", "http://localhost.example.com/"]
        {
            assert!(check(&address.parse().unwrap()).is_ok(), "{address}");
        }
    }

    #[test]
    fn of_the_addresses_of_a_name_only_public_ones_are_used() {
        let mixed: Vec<SocketAddr> =
            ["10.0.0.1:0", "8.8.8.8:0", "[::1]:0"].map(|it| it.parse().unwrap()).to_vec();
        assert_eq!(public_ones(mixed.clone()).unwrap(), [mixed[1]]);
        let refused = public_ones(mixed[..1].to_vec()).unwrap_err();
        assert_eq!(refused.to_string(), "the name leads to 10.0.0.1");
    }
}
