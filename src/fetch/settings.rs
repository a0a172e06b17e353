//! How to fetch: limits, pauses, proxies, and who we say we are.

use std::time::Duration;

/// The lead time and limits of every fetch. There is no `Debug`: proxy addresses hold passwords.
#[derive(Clone)]
pub struct FetchSettings {
    pub user_agent: String,
    /// For `http` addresses: `http`, `https`, `socks5` … URL, or `host:port`.
    pub http_proxy: Option<String>,
    /// For `https` addresses, in the same forms.
    pub https_proxy: Option<String>,
    /// Hosts that are reached without a proxy, as in the `NO_PROXY` variable: names with their
    /// subdomains, addresses, networks (`10.0.0.0/8`), `*`.
    pub no_proxy: String,
    /// Certificates in PEM of authorities to trust beside those of the machine.
    pub extra_ca: Option<Vec<u8>>,
    /// Whether addresses in private networks may be fetched.
    pub allow_private: bool,
    /// Requests in flight, over all hosts.
    pub concurrency: usize,
    /// Between the end of one request to a host gate and the start of the next.
    pub pause: Duration,
    /// Until a connection stands, TLS included.
    pub connect_timeout: Duration,
    /// Longest silence of a server.
    pub read_timeout: Duration,
    /// For a whole fetch with its redirects; waiting for gates does not count.
    pub total_timeout: Duration,
    /// Largest body, after decompression.
    pub max_body_bytes: u64,
    pub max_redirects: usize,
}

/// Largest body that is read, decompressed: feeds with years of full articles stay below it.
const MAX_BODY_BYTES: u64 = 8 * 1024 * 1024;

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            user_agent: default_user_agent(),
            http_proxy: None,
            https_proxy: None,
            no_proxy: String::new(),
            extra_ca: None,
            allow_private: false,
            concurrency: 32,
            pause: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_mins(1),
            max_body_bytes: MAX_BODY_BYTES,
            max_redirects: 5,
        }
    }
}

/// What this crawler is called in a `robots.txt`: the beginning of its user agent.
pub const PRODUCT: &str = "Peerscope";

/// Name, version and address of the program, so that a server's owner can learn who asks.
pub fn default_user_agent() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match env!("CARGO_PKG_REPOSITORY") {
        "" => format!("{PRODUCT}/{version} (feed reader)"),
        repository => format!("{PRODUCT}/{version} (+{repository})"),
    }
}
