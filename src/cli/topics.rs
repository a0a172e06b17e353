//! `peerscope topics`: the searches that are kept in `feeds.toml`, and what each finds.

use clap::Args;

use super::{
    Ending,
    output::{Output, count, harmless},
    start::Start,
};
use crate::{
    reading::{self, Hit, TopicStand},
    web::api,
};

#[derive(Debug, Args)]
pub(super) struct Topics {
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

impl Topics {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let following = start.following(output)?.following;
        let library = start.library().await?;
        let asker = start.asker_of(&library.store, following).await?;
        let stands = reading::topics(&library, &asker, start.clock.now()).await?;
        if self.json {
            output.json(&api::TopicList::of(stands))?;
            return Ok(Ending::Well);
        }
        for stand in &stands {
            show(stand, output);
        }
        if stands.is_empty() {
            output.note("no topic is kept; write one below [topics] in feeds.toml");
        } else {
            output.note(&count(stands.len() as u64, "topic", "topics"));
        }
        Ok(Ending::Well)
    }
}

fn show(TopicStand { topic, total, newest }: &TopicStand, output: &Output) {
    let entries = count(*total as u64, "entry", "entries");
    let about = format!("{entries} · {}", topic.slug);
    let name = output.strong(&harmless(&topic.name));
    output.line(&format!("{name}  {}", output.faint(&harmless(&about))));
    output.line(&format!("  {}", harmless(&topic.query)));
    if let Some(Hit { entry, .. }) = newest {
        let day = entry.published.unwrap_or(entry.first_seen).strftime("%Y-%m-%d");
        let newest = format!("{day} {} ({}, {})", entry.title, entry.peer_name, entry.id);
        output.line(&format!("  newest: {}", harmless(&newest)));
    }
}
