//! `peerscope queue`: puts stories on the reading list, and says how far one has come.

use clap::Args;

use super::{
    Ending, named,
    output::{Output, harmless},
    start::Start,
};
use crate::{
    domain::{Entry, ReadingChange, ReadingState, Tag, TagChange, tags_of},
    reading,
};

#[derive(Debug, Args)]
pub(super) struct Queue {
    /// Numbers or addresses of entries; their stories are put on the list
    #[arg(required = true)]
    entries: Vec<String>,
    /// queued, reading, studied, applied or dropped; else a story that is new on the list is queued,
    /// and another stays as it is
    #[arg(long, value_parser = state)]
    state: Option<ReadingState>,
    /// Give it this tag as well; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Take this tag away; may be repeated
    #[arg(long = "untag", value_name = "TAG", conflicts_with = "tags")]
    untag: Vec<String>,
    /// Short for --state dropped: not worth the time after all
    #[arg(long, conflicts_with = "state")]
    drop: bool,
    /// Take it off the list, as if it had never been there
    #[arg(long, conflicts_with_all = ["state", "tags", "untag", "drop"])]
    remove: bool,
}

pub(super) fn state(word: &str) -> Result<ReadingState, String> {
    let states = ReadingState::ALL.map(ReadingState::as_str).join(", ");
    ReadingState::from_word(word).ok_or_else(|| format!("it is one of {states}"))
}

impl Queue {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let tags = match self.untag.as_slice() {
            [] => TagChange::Add(tags_of(&self.tags)?),
            fewer => TagChange::Remove(tags_of(fewer)?),
        };
        let state = if self.drop { Some(ReadingState::Dropped) } else { self.state };
        let change = ReadingChange { state, tags, ..ReadingChange::default() };
        let library = start.store().await?;
        let reader = start.reader(&library).await?;
        for found in named::entries(&library, &self.entries).await? {
            let Entry { story, title, .. } = found.entry;
            let title = output.strong(&harmless(&title));
            if self.remove {
                let was_there = reading::take_off(&library, reader, story).await?;
                let told = if was_there { "off the list" } else { "not on the list" };
                output.line(&format!("{told}: {title}"));
                continue;
            }
            let now = start.clock.now();
            let put = reading::put(&library, reader, story, change.clone(), now).await?;
            output.line(&format!("{}: {title}", put.reading.state.as_str()));
        }
        library.close().await;
        Ok(Ending::Well)
    }
}

/// ` · #ads #ranking`, or nothing.
pub(super) fn tags_text<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> String {
    let tags: Vec<String> =
        tags.into_iter().map(|it| format!("#{}", harmless(it.as_str()))).collect();
    if tags.is_empty() { String::new() } else { format!(" · {}", tags.join(" ")) }
}
