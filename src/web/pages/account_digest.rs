//! The digest of whoever has a login: where it goes, and moving it to an address that they read.

use axum::{body::Bytes, extract::State};

use super::{
    account::{done, refused},
    private::Told,
    subscribe::rhythm,
    tongue::Tongue,
};
use crate::{
    digest::{self, Signer},
    domain::{Admission, MailAddress, Reader, ReaderId, Subscriber, SubscriberState},
    web::{Web, client::Client, identity, params::Params, problem::Problem, say, viewer::Viewer},
};

/// What the account page says of it.
pub(super) struct OwnDigest {
    pub(super) standing: String,
    /// That an address is asked and has not answered.
    pub(super) waiting: Option<String>,
    pub(super) may_change: bool,
    /// The page that says when it comes.
    pub(super) preferences: Option<String>,
}

impl OwnDigest {
    pub(super) async fn of(web: &Web, reader: &Reader) -> Result<Self, Problem> {
        let store = &web.library().store;
        let Some(subscriber) = store.subscriber_of(reader.id).await? else {
            let standing = say::text("web.account.digest-none").to_owned();
            let may_change = is_free(web, reader);
            return Ok(Self { standing, waiting: None, may_change, preferences: None });
        };
        let waiting = store.asked(subscriber.id).await?.address;
        let signer = Signer::of(store, None).await?;
        Ok(Self {
            standing: standing(&subscriber),
            waiting: waiting
                .map(|it| say::fill("digest.preferences.waiting", &[("address", it.as_str())])),
            may_change: is_free(web, reader),
            preferences: Some(signer.preferences_path(&subscriber)),
        })
    }
}

/// Whether an address can be chosen here: mails need links, and the first reader's is a setting.
fn is_free(web: &Web, reader: &Reader) -> bool {
    web.base_url().is_some() && reader.id != ReaderId::ONLY
}

fn standing(subscriber: &Subscriber) -> String {
    let words = Tongue::of(Viewer::language());
    let rhythm = rhythm(&words, subscriber);
    let [day, at, zone] = rhythm.each();
    let Some(address) = &subscriber.address else {
        let is_active = subscriber.state == SubscriberState::Active;
        let key = if is_active { "web.account.digest-pages" } else { "web.account.digest-none" };
        return say::fill(key, &[day, at, zone]);
    };
    let key = format!("digest.standing.{}", subscriber.state.as_str());
    say::fill(&key, &[("address", address.as_str()), day, at, zone])
}

/// Issues go to the address once whoever reads it says so.
pub(in crate::web) async fn post_digest_address(
    State(web): State<Web>,
    client: Client,
    sent: Bytes,
) -> Told {
    let reader = identity::person()?;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let typed = form.as_typed("address").trim();
    let Some(base) = web.base_url().filter(|_| is_free(&web, &reader)) else {
        return refused(&web, say::text("web.account.wrong.digest").to_owned()).await;
    };
    let Ok(address) = typed.parse::<MailAddress>() else {
        return refused(&web, say::text("digest.wrong.address").to_owned()).await;
    };
    match web.admit(&client.0, &address) {
        Admission::TooMany { wait } => {
            return Err(Problem::TooOften { wait_seconds: wait.as_secs() + 1 });
        }
        Admission::Enough => {}
        Admission::Admitted => {
            let (store, now) = (&web.library().store, web.clock().now());
            let kept = digest::keep_reader(store, &web.following(), &reader, now).await?;
            let subscriber = kept.ok_or(Problem::OurFault)?;
            let signer = Signer::of(store, Some(base.clone())).await?;
            digest::ask_to_move(store, &signer, &subscriber, address, now).await?;
        }
    }
    Ok(done("mail"))
}
