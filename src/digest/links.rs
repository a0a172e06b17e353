//! Addresses of our own pages, as mails carry them.

use std::time::Duration;

use jiff::Timestamp;

use super::subscribe::{SubscribeError, random};
use crate::{
    domain::{Address, LinkPurpose, MailAddress, SigningKey, Subscriber, Token},
    store::Store,
};

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

/// So long the link counts by which somebody confirms an address.
pub const CONFIRM_WITHIN: Duration = Duration::from_hours(7 * 24);

/// Signs the links of one installation.
#[derive(Clone, Debug)]
pub struct Signer {
    key: SigningKey,
    base: Option<Address>,
}

impl Signer {
    /// With the key that the library keeps, which is made when it is first needed.
    pub async fn of(store: &Store, base: Option<Address>) -> Result<Self, SubscribeError> {
        let kept = match store.signing_key().await? {
            Some(kept) => kept,
            None => store.keep_signing_key(&SigningKey::new(random()?).to_text()).await?,
        };
        Ok(Self { key: kept.parse()?, base })
    }

    /// What the mails of a subscriber carry. Without a base URL that is nothing, since nobody could
    /// follow it.
    pub fn links(&self, subscriber: &Subscriber) -> Links {
        let links = Links { base: self.base.clone(), ..Links::default() };
        let unsubscribe = links.page(&self.unsubscribe_path(subscriber));
        Links {
            preferences: links.page(&self.preferences_path(subscriber)),
            unsubscribe: unsubscribe.clone(),
            // The same page: what a mail program posts there is no less signed.
            one_click: unsubscribe,
            ..links
        }
    }

    pub fn preferences_path(&self, subscriber: &Subscriber) -> String {
        format!("/preferences/{}", self.key.sign(LinkPurpose::Preferences, subscriber, "", None))
    }

    pub fn unsubscribe_path(&self, subscriber: &Subscriber) -> String {
        format!("/unsubscribe/{}", self.key.sign(LinkPurpose::Unsubscribe, subscriber, "", None))
    }

    /// Where whoever reads an address says that it may be written to.
    pub(super) fn confirm_path(
        &self,
        purpose: LinkPurpose,
        subscriber: &Subscriber,
        address: &MailAddress,
        now: Timestamp,
    ) -> String {
        let until = Some(now + CONFIRM_WITHIN);
        let token = self.key.sign(purpose, subscriber, &address.key(), until);
        let page = if purpose == LinkPurpose::Readdress { "confirm-address" } else { "confirm" };
        format!("/{page}/{token}")
    }

    pub(super) fn page(&self, path: &str) -> Option<String> {
        Links { base: self.base.clone(), ..Links::default() }.page(path)
    }

    /// The host that mails are from, where pages are reached.
    pub(super) fn base(&self) -> Option<&Address> {
        self.base.as_ref()
    }
}

/// Whoever a link was signed for, if it counts for this purpose. With an address that waits for being
/// confirmed where the link is about that.
pub async fn holder(
    store: &Store,
    purpose: LinkPurpose,
    token: &str,
    now: Timestamp,
) -> Result<Option<Holder>, SubscribeError> {
    let Ok(token) = token.parse::<Token>() else { return Ok(None) };
    // Where no key is kept, nothing was ever signed.
    let Some(key) = store.signing_key().await? else { return Ok(None) };
    let key: SigningKey = key.parse()?;
    let Some(subscriber) = store.subscriber(token.subscriber).await? else { return Ok(None) };
    let address = match purpose {
        LinkPurpose::Preferences | LinkPurpose::Unsubscribe => None,
        LinkPurpose::Confirm => subscriber.address.clone(),
        LinkPurpose::Readdress => store.asked(subscriber.id).await?.address,
    };
    let about = address.as_ref().map(MailAddress::key).unwrap_or_default();
    let is_genuine = key.is_genuine(&token, purpose, &subscriber, &about, now);
    Ok(is_genuine.then_some(Holder { subscriber, address }))
}

/// Whoever holds a signed link, which is all that is known of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    pub subscriber: Subscriber,
    /// What a link to confirm is about.
    pub address: Option<MailAddress>,
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
