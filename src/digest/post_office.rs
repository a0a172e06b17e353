//! What mails of one installation are sent with.

use std::time::Duration;

use super::{Signer, SubscribeError};
use crate::{
    domain::{Address, Sender},
    mail::Mailer,
    store::Store,
};

/// Between two mails, so that a server takes us for no flood.
pub const USUAL_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub struct PostOffice {
    pub mailer: Mailer,
    pub from: Sender,
    /// Where readers reach the pages; `None` where that is not configured.
    pub base: Option<Address>,
    /// Tells this sender from others at the same library.
    pub name: String,
    pub pause: Duration,
}

impl PostOffice {
    /// The host that names our mails and our list: of the pages where they have a name, else of the sender.
    pub fn host(&self) -> String {
        let is_name = |host: &&str| host.contains('.') && host.parse::<std::net::IpAddr>().is_err();
        let host = self.base.as_ref().map(Address::host).filter(is_name);
        host.map_or_else(|| self.from.address.host(), str::to_lowercase)
    }

    /// What signs the links of mails.
    pub(super) async fn signer(&self, store: &Store) -> Result<Signer, SubscribeError> {
        Signer::of(store, self.base.clone()).await
    }
}
