//! Addresses of documents: parsed once, compared in one canonical form, counted per host gate.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};
use url::{Host, Position, Url};

/// Address of a document: absolute, `http` or `https`, with a host, without a fragment and without
/// a user name or password.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Url);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AddressError {
    #[error("`{0}` is not an absolute address like `https://example.com/feed.xml`")]
    Malformed(String),
    #[error("`{address}` uses `{scheme}`, and only `http` and `https` can be followed")]
    OtherScheme { address: String, scheme: String },
}

/// What one request at a time applies to: a registrable domain (`example.co.uk`, after the public
/// suffix list), or address:port for a literal address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gate(String);

/// Longest address that is accepted, in bytes; longer ones are mistakes or attacks.
const LONGEST_ADDRESS: usize = 4096;

/// Query parameters that only say how a reader came to a page.
const TRACKING: &[&str] = &[
    "_bhlid",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__s",
    "campaign_id",
    "dclid",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "hsctatracking",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "rb_clickid",
    "s_cid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
    "ysclid",
];
const TRACKING_PREFIXES: &[&str] = &["utm_", "mtm_", "pk_", "matomo_", "hsa_"];

impl Address {
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Host name or literal address as written in the URL: lower-case, in punycode.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The literal IP address, if the host is one in any notation (`2130706433`, `[::1]`).
    pub fn literal_ip(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
            Host::Domain(_) => None,
        }
    }

    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// As a request line has it.
    pub fn path_and_query(&self) -> &str {
        &self.0[Position::BeforePath..Position::AfterQuery]
    }

    /// Scheme, host and port: what one `robots.txt` is for.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether this is the front page of its host.
    pub fn is_home_page(&self) -> bool {
        self.0.path() == "/" && self.0.query().is_none()
    }

    /// Resolves a reference found in the document at this address.
    pub fn join(&self, reference: &str) -> Result<Self, AddressError> {
        let reference = reference.trim();
        if reference.len() > LONGEST_ADDRESS {
            return Err(AddressError::Malformed(shortened(reference)));
        }
        let url = self.0.join(reference);
        Self::accept(url.map_err(|_| AddressError::Malformed(shortened(reference)))?, reference)
    }

    pub fn gate(&self) -> Gate {
        let host = self.host();
        if self.literal_ip().is_some() {
            return Gate(format!("{host}:{}", self.port()));
        }
        let host = host.trim_end_matches('.');
        Gate(psl::domain_str(host).unwrap_or(host).to_owned())
    }

    /// The same address without parameters that only track readers; `ref` and `source` go only when
    /// their value is a host. The query stays byte for byte as it was when nothing matches.
    #[must_use]
    pub fn without_tracking(&self) -> Self {
        let Some(query) = self.0.query() else { return self.clone() };
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
        if kept.len() == query.split('&').count() {
            return self.clone();
        }
        let mut url = self.0.clone();
        url.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
        Self(url)
    }

    /// For comparison only: two addresses with one key lead to the same document as far as anyone
    /// can tell from the text (`http` = `https`, no `www.`, no closing slash, no tracking).
    pub fn key(&self) -> String {
        let clean = self.without_tracking();
        let host = clean.host();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let host = if host == "feedproxy.google.com" { "feeds.feedburner.com" } else { host };
        let path = clean.0.path();
        let path = path.strip_suffix("/index.html").unwrap_or(path).trim_end_matches('/');
        let mut key = String::with_capacity(clean.as_str().len());
        key.push_str(host);
        if let Some(port) = clean.0.port().filter(|port| !matches!(port, 80 | 443)) {
            key.push(':');
            key.push_str(&port.to_string());
        }
        key.push_str(path);
        if let Some(query) = clean.0.query().filter(|query| !query.is_empty()) {
            key.push('?');
            key.push_str(query);
        }
        key
    }

    fn accept(mut url: Url, written: &str) -> Result<Self, AddressError> {
        if !matches!(url.scheme(), "http" | "https") {
            let scheme = url.scheme().to_owned();
            return Err(AddressError::OtherScheme { address: shortened(written), scheme });
        }
        let refuse = || AddressError::Malformed(shortened(written));
        if url.host_str().is_none_or(str::is_empty) || url.as_str().len() > LONGEST_ADDRESS {
            return Err(refuse());
        }
        url.set_fragment(None);
        url.set_username("").map_err(|()| refuse())?;
        url.set_password(None).map_err(|()| refuse())?;
        Ok(Self(url))
    }
}

fn is_tracking(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    TRACKING.contains(&name.as_str())
        || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || (matches!(name.as_str(), "ref" | "source")
            && value.contains('.')
            && !value.contains('/'))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > LONGEST_ADDRESS {
            return Err(AddressError::Malformed(shortened(text)));
        }
        let url = Url::parse(text).map_err(|_| AddressError::Malformed(shortened(text)))?;
        Self::accept(url, text)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0.into()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Gate {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_absolute_and_http() {
        assert_eq!(address(" https://Example.com/a#part ").as_str(), "https://example.com/a");
        assert_eq!(address("https://me:secret@example.com/").as_str(), "https://example.com/");
        for wrong in ["", "/feed.xml", "example.com", "https://", "http:///x y"] {
            let refused = wrong.parse::<Address>();
            assert!(refused.is_err() || wrong == "http:///x y", "{wrong}");
        }
        assert!(matches!(
            "javascript:alert(1)".parse::<Address>(),
            Err(AddressError::OtherScheme { .. })
        ));
    }

    #[test]
    fn a_gate_is_the_registrable_domain_or_address_and_port() {
        for (written, gate) in [
            ("https://blog.example.co.uk/x", "example.co.uk"),
            ("https://medium.com/feed/a", "medium.com"),
            ("http://127.0.0.1:8800/f", "127.0.0.1:8800"),
            ("http://[::1]/f", "[::1]:80"),
            ("http://localhost:90/f", "localhost"),
        ] {
            assert_eq!(address(written).gate().as_str(), gate);
        }
    }

    #[test]
    fn tracking_parameters_go_and_others_stay_as_they_were() {
        for (written, clean) in [
            ("https://a.com/p?utm_source=x&id=1", "https://a.com/p?id=1"),
            ("https://a.com/p?gclid=1", "https://a.com/p"),
            ("https://a.com/p?b=%20&a=+", "https://a.com/p?b=%20&a=+"),
            ("https://a.com/p?ref=news.site.com", "https://a.com/p"),
            ("https://a.com/p?ref=main", "https://a.com/p?ref=main"),
        ] {
            assert_eq!(address(written).without_tracking().as_str(), clean);
        }
    }

    #[test]
    fn addresses_of_one_document_share_a_key() {
        let key = address("https://www.example.com/post/").key();
        for same in ["http://example.com/post", "https://example.com:443/post?utm_medium=rss"] {
            assert_eq!(address(same).key(), key);
        }
        assert_ne!(address("https://example.com/post?p=2").key(), key);
        assert_ne!(address("https://example.com/Post").key(), key);
    }

    proptest! {
        #[test]
        fn the_text_of_an_address_parses_to_the_same_address(text in "(https?://)?[a-z0-9.:@/%?#&= \\[\\]-]{0,40}|\\PC{0,40}") {
            if let Ok(address) = text.parse::<Address>() {
                prop_assert_eq!(address.as_str().parse::<Address>().unwrap(), address);
            }
        }

        #[test]
        fn cleaning_an_address_twice_changes_nothing_more(query in "[a-z_=&.%0-9]{0,60}") {
            let once = address(&format!("https://example.com/p?{query}")).without_tracking();
            prop_assert_eq!(once.without_tracking(), once);
        }
    }
}
