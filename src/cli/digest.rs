//! `peerscope digest`: what the digest would say now, an issue that there is, and how its mail looks.

use std::fs;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use super::{
    Ending,
    digest_explained::explain,
    digest_send::DigestSend,
    output::{Output, harmless},
    preview,
    start::Start,
};
use crate::{
    digest::{
        self, Composed, Edition, Links, Signer,
        faces::{self, Spoken, Tone},
        preferences_with,
    },
    domain::{
        Following, Issue, Language, MailAddress, Subscriber, SubscriberId, SubscriberState, Week,
    },
    home::{Asker, Library},
    store::Store,
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Digest {
    #[command(subcommand)]
    command: Option<DigestCommand>,
    #[command(flatten)]
    show: Show,
}

#[derive(Debug, Subcommand)]
enum DigestCommand {
    /// Write the mail to a file, as HTML and as text
    Preview(Preview),
    /// Send what is due and what waits, now
    Send(DigestSend),
}

/// Of whom, and which issue.
#[derive(Debug, Args)]
struct Which {
    /// The issue of this week, like 2026-W48, instead of what would be composed now
    #[arg(long)]
    week: Option<Week>,
    /// A subscriber, by mail address, instead of a reader
    #[arg(long = "for", value_name = "ADDRESS")]
    whom: Option<MailAddress>,
}

#[derive(Debug, Args)]
struct Show {
    #[command(flatten)]
    which: Which,
    /// Also what each score is made of, and what was left out
    #[arg(long, conflicts_with_all = ["week", "json", "markdown"])]
    explain: bool,
    /// JSON instead of lines
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Markdown instead of lines
    #[arg(long)]
    markdown: bool,
}

#[derive(Debug, Args)]
struct Preview {
    #[command(flatten)]
    which: Which,
    /// Open it in a browser
    #[arg(long)]
    open: bool,
}

impl Digest {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        match &self.command {
            Some(DigestCommand::Preview(it)) => it.run(&start, output).await,
            Some(DigestCommand::Send(it)) => Box::pin(it.run(start, output)).await,
            None => self.show.run(&start, output).await,
        }
    }
}

impl Show {
    async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let (composed, links) = self.which.composed(start, output).await?;
        let issue = &composed.issue;
        if self.json {
            output.json(issue)?;
        } else if self.markdown {
            output.line(faces::markdown(issue, &|path| links.page(path)).trim_end());
        } else {
            tell(issue, output);
        }
        if self.explain {
            explain(&composed, output);
        }
        Ok(Ending::Well)
    }
}

/// As a mail tells it, with what stands out standing out.
fn tell(issue: &Issue, output: &Output) {
    // Links lead to the posts: they are opened from here without a service.
    let spoken = Spoken::of(issue, &|_| None);
    for line in faces::lines(&spoken, output.columns()) {
        let text = harmless(&line.text);
        output.line(&match line.tone {
            _ if text.is_empty() => text,
            Tone::Plain => text,
            Tone::Strong => output.strong(&text),
            Tone::Faint => output.faint(&text),
        });
    }
}

impl Which {
    /// The issue, and what a mail of it links to.
    async fn composed(&self, start: &Start, output: &Output) -> anyhow::Result<(Composed, Links)> {
        let following = match start.following(output) {
            Ok(read) => read.following,
            Err(_) if self.week.is_some() => Following::default(),
            Err(error) => return Err(error.into()),
        };
        let library = start.library().await?;
        let subscriber = self.subscriber(&library.store, &following, start).await?;
        let links = links(&library.store, &subscriber, start).await?;
        if let Some(week) = self.week {
            return Ok((kept(&library, &subscriber, week).await?, links));
        }
        let now = start.clock.now();
        let whom = std::slice::from_ref(&subscriber);
        let edition = Edition::prepare(&library, &following, whom, now).await?;
        Ok((edition.compose(&library, &subscriber, now, now).await?, links))
    }

    async fn subscriber(
        &self,
        store: &Store,
        following: &Following,
        start: &Start,
    ) -> anyhow::Result<Subscriber> {
        let Some(address) = &self.whom else {
            let asker = start.asker_of(store, following.clone()).await?;
            return Ok(match store.subscriber_of(asker.reader).await? {
                // What is wanted now counts, also before a service has noticed.
                Some(known) => {
                    let preferences = digest::wanted(&known, following, asker.profile());
                    Subscriber { preferences, ..known }
                }
                None => not_yet(&asker, start),
            });
        };
        let found = store.subscriber_at(address).await?;
        found.with_context(|| {
            format!("nobody subscribed with `{address}`: without --for it is the owner's issue")
        })
    }
}

/// As the mail has them. Whoever is no subscriber yet has nothing to change by a link.
async fn links(store: &Store, of: &Subscriber, start: &Start) -> anyhow::Result<Links> {
    let base = start.settings.base_url.clone();
    if base.is_none() || of.stamp.is_empty() {
        return Ok(Links { base, ..Links::default() });
    }
    Ok(Signer::of(store, base).await?.links(of))
}

async fn kept(library: &Library, of: &Subscriber, week: Week) -> anyhow::Result<Composed> {
    if let Some(issue) = library.store.issue(of.id, week).await? {
        return Ok(Composed { issue, chosen: Vec::new(), left_out: Vec::new() });
    }
    let latest = library.store.issues(of.id, 1).await?;
    match latest.first() {
        Some(latest) => bail!("there is no issue of {week}; the latest is of {}", latest.week),
        None => bail!(
            "there is no issue of {week}, and none at all yet: `peerscope serve` composes one a week"
        ),
    }
}

/// A reader before the first issue: all that the library holds is new.
fn not_yet(asker: &Asker, start: &Start) -> Subscriber {
    let Asker { reader, following, .. } = asker;
    let preferences = preferences_with(following, asker.profile(), Language::english());
    Subscriber {
        id: SubscriberId(0),
        reader: Some(*reader),
        address: None,
        state: SubscriberState::Active,
        preferences,
        stamp: String::new(),
        made: start.clock.now(),
        confirmed: None,
        mark: 0,
        slot: None,
        refusals: 0,
        refused: None,
    }
}

impl Preview {
    async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let (Composed { issue, .. }, links) = self.which.composed(start, output).await?;
        let folder = preview::new_folder().context("could not make a folder for the preview")?;
        let write = |ending: &str, text: String| {
            let file = folder.join(format!("{}.{ending}", issue.week));
            fs::write(&file, text)
                .with_context(|| format!("could not write {}", file.display()))?;
            anyhow::Ok(file)
        };
        let page = write("html", faces::html_mail(&issue, &links))?;
        let text = write("txt", faces::text_mail(&issue, &links))?;
        output.line(&page.display().to_string());
        output.line(&text.display().to_string());
        if self.open {
            preview::open(&page)?;
        }
        Ok(Ending::Well)
    }
}
