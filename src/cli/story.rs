//! `peerscope story`: what a story is made of and why, and what a person decides instead.

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{
    Ending, named,
    output::{Output, count, harmless},
    start::Start,
};
use crate::{
    crawl,
    domain::{EntryId, story::StoryLink},
    messages,
    store::{StoryMember, StoryView},
    web::api,
};

#[derive(Debug, Subcommand)]
pub(super) enum Story {
    /// List the entries of a story, and what makes them one
    Show(Show),
    /// Tell an entry apart for good from the story that it is in
    Split(Split),
    /// Make two entries one story for good
    Merge(Merge),
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Number or address of an entry
    entry: String,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Split {
    /// Number or address of the entry that is told apart
    entry: String,
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Number or address of an entry
    entry: String,
    /// Number or address of the other one
    other: String,
}

impl Story {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        match self {
            Self::Show(it) => it.run(start, output).await,
            Self::Split(it) => it.run(start, output).await,
            Self::Merge(it) => it.run(start, output).await,
        }
    }
}

impl Show {
    async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let library = start.library().await?;
        let entry = named::entry(&library.store, &self.entry).await?.entry.id;
        let story = library.store.story(entry).await?.context("the story is gone")?;
        if self.json {
            output.json(&api::StoryShape::from(story))?;
        } else {
            show(&story, output);
        }
        Ok(Ending::Well)
    }
}

impl Split {
    async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let doors = start.doors().await?;
        let entry = named::entry(&doors.store, &self.entry).await?.entry.id;
        let others = doors.store.split_story(entry).await?;
        crawl::index_follows(&doors.store, &doors.index).await?;
        match others {
            0 => output.note(&format!("entry {entry} is a story of its own already")),
            _ => output.note(&format!(
                "entry {entry} is told apart from {}, and stays so; \
                 `peerscope story merge` takes it back",
                count(others, "other entry", "other entries")
            )),
        }
        Ok(Ending::Well)
    }
}

impl Merge {
    async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let doors = start.doors().await?;
        let one = named::entry(&doors.store, &self.entry).await?.entry.id;
        let other = named::entry(&doors.store, &self.other).await?.entry.id;
        if doors.store.merge_stories(one, other).await? {
            crawl::index_follows(&doors.store, &doors.index).await?;
            output.note(&format!("entries {one} and {other} are one story now, and stay so"));
        } else {
            output.note(&format!("entries {one} and {other} are one story already"));
        }
        Ok(Ending::Well)
    }
}

fn show(story: &StoryView, output: &Output) {
    output.note(&count(story.members.len() as u64, "entry", "entries"));
    for StoryMember { entry, links } in &story.members {
        output.line("");
        output.line(&output.strong(&harmless(&entry.title)));
        let day = entry.published.unwrap_or(entry.first_seen).strftime("%Y-%m-%d");
        let about = format!("{} · {day} · {}", harmless(&entry.peer_name), entry.id);
        output.line(&format!("  {}", output.faint(&about)));
        if let Some(link) = &entry.link {
            output.line(&format!("  {}", link.as_str()));
        }
        for link in links {
            output.line(&format!("  {}", reason(link, entry.id)));
        }
    }
}

fn reason(link: &StoryLink, of: EntryId) -> String {
    let other = if link.a == of { link.b } else { link.a };
    let key = format!("story.{}.meaning", link.reason.as_str());
    let reason = messages::text(&key);
    let similarity = match link.similarity {
        1000 => String::new(),
        thousandths => format!(" ({}.{} %)", thousandths / 10, thousandths % 10),
    };
    format!("as {other}: {reason}{similarity}")
}
