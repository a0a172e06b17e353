//! Addresses of our own pages, as mails carry them.

use crate::domain::Address;

/// Where the links of one subscriber's mails lead. All begin with the configured base URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Where readers reach the pages; `None` where that is not configured.
    pub base: Option<Address>,
    /// The page on which a subscriber changes everything.
    pub preferences: Option<String>,
    /// The page that asks whether to leave.
    pub unsubscribe: Option<String>,
    /// Where a mail program leaves with one click (RFC 8058).
    pub one_click: Option<String>,
}

impl Links {
    /// One of our pages; `path` begins with a slash. `None` where nobody could follow it.
    pub fn page(&self, path: &str) -> Option<String> {
        let base = self.base.as_ref()?.as_str().trim_end_matches('/');
        Some(format!("{base}{path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lie_below_the_base_url_and_nowhere_without_one() {
        let base = Some("https://reading.example/peers/".parse().unwrap());
        let links = Links { base, ..Links::default() };
        let page = links.page("/digests/2026-W48");
        assert_eq!(page.as_deref(), Some("https://reading.example/peers/digests/2026-W48"));
        assert_eq!(Links::default().page("/digests"), None);
    }
}
