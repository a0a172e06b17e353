//! `peerscope subscribers add` and `remove`.

use anyhow::bail;
use clap::Args;

use super::{address, name_of};
use crate::{
    cli::{
        Ending,
        meant::is_meant,
        output::{Output, count, harmless},
        start::Start,
    },
    digest::{self, Signer},
    domain::{Choosable, Following, Preferences, ReaderId, Slug, Subscriber, Wishes},
    store::Store,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    address: String,
    #[command(flatten)]
    wishes: Wished,
    /// Send the mail that asks whether they want it, instead of vouching for it
    #[arg(long)]
    confirm: bool,
}

/// What they receive, and when; what is not said is as in feeds.toml.
#[derive(Debug, Args)]
pub(super) struct Wished {
    /// Only peers in this domain; may be repeated
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// A phrase that they care about; may be repeated
    #[arg(long = "interest", value_name = "PHRASE")]
    interests: Vec<String>,
    /// A topic of feeds.toml; may be repeated
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<String>,
    /// A search whose matches are left out; may be repeated
    #[arg(long, value_name = "QUERY")]
    mute: Vec<String>,
    /// Like Monday
    #[arg(long)]
    day: Option<String>,
    /// Like 08:00
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Like Europe/Berlin
    #[arg(long)]
    zone: Option<String>,
    /// en, de or zh
    #[arg(long)]
    language: Option<String>,
    /// Reads in an issue, at most
    #[arg(long, value_name = "N")]
    reads: Option<String>,
    /// To read them, at most
    #[arg(long, value_name = "N")]
    minutes: Option<String>,
}

impl Wished {
    /// Fields of the catalogue can be chosen before anybody in them is followed.
    fn checked(&self, following: &Following) -> anyhow::Result<Preferences> {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let wishes = Wishes {
            language: text(&self.language),
            domains: self.domains.clone(),
            interests: self.interests.clone(),
            topics: self.topics.clone(),
            mute: self.mute.clone(),
            day: text(&self.day),
            at: text(&self.at),
            zone: text(&self.zone),
            reads: text(&self.reads),
            minutes: text(&self.minutes),
        };
        match wishes.checked(&choosable(following)) {
            Ok(preferences) => Ok(preferences),
            Err(wrong) => {
                let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
                bail!("{}", wrong.join("; "))
            }
        }
    }
}

fn choosable(following: &Following) -> Choosable {
    let mut domains: Vec<Slug> = crate::catalogue::domain_slugs();
    domains.extend(following.peers.iter().flat_map(|it| it.domains.clone()));
    Choosable {
        domains,
        topics: following.topics.iter().map(|it| it.slug.clone()).collect(),
        usual: following.digest.clone(),
    }
}

/// What is usual here, for those of whom nothing else is said.
pub(super) fn usual(following: &Following) -> anyhow::Result<Preferences> {
    match Wishes::default().checked(&choosable(following)) {
        Ok(preferences) => Ok(preferences),
        Err(_) => bail!("the section [digest] of feeds.toml cannot be used"),
    }
}

impl Add {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let address = address(&self.address)?;
        let preferences = self.wishes.checked(&start.following_if_any(output))?;
        let (store, now) = (start.store().await?, start.clock.now());
        if self.confirm {
            let signer = Signer::of(&store, start.settings.base_url.clone()).await?;
            digest::ask(&store, &signer, address.clone(), preferences, now).await?;
            output.line(&format!("{address} is asked by mail"));
            return Ok(Ending::Well);
        }
        match digest::add(&store, address.clone(), preferences, now).await? {
            Some(_) => output.line(&format!("{address} receives the digest from now on")),
            None => bail!(known(&store, &self.address).await?),
        }
        Ok(Ending::Well)
    }
}

async fn known(store: &Store, written: &str) -> anyhow::Result<String> {
    let found = store.subscriber_at(&address(written)?).await?;
    let state = found.map_or("known", |it| it.state.as_str());
    Ok(format!(
        "{written} is {state} already, and stays so; `peerscope subscribers remove {written}` erases it first"
    ))
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Remove {
    address: String,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

impl Remove {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let Some(subscriber) = store.subscriber_at(&address(&self.address)?).await? else {
            bail!(
                "nobody subscribed as {}; `peerscope subscribers list` shows who did",
                self.address
            );
        };
        if subscriber.reader == Some(ReaderId::ONLY) {
            bail!("this is your own digest: without PEERSCOPE_DIGEST_TO no mail is sent to you");
        }
        tell(&store, &subscriber, output).await?;
        if !is_meant(self.yes, output) {
            return Ok(Ending::Failed);
        }
        store.erase_subscriber(subscriber.id).await?;
        output.line("erased");
        Ok(Ending::Well)
    }
}

/// Says what would be gone.
async fn tell(store: &Store, subscriber: &Subscriber, output: &Output) -> anyhow::Result<()> {
    let Some(record) = store.subscriber_record(subscriber.id).await? else { return Ok(()) };
    output.line(&format!(
        "{}: {}, {}, {}",
        harmless(&name_of(subscriber)),
        subscriber.state.as_str(),
        count(record.issues.len() as u64, "issue", "issues"),
        count(record.letters.len() as u64, "letter", "letters"),
    ));
    Ok(())
}
