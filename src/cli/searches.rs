//! `peerscope searches`: searches that are kept under a name.

use anyhow::bail;
use clap::{Args, Subcommand};

use super::{
    Ending,
    output::{Output, count, harmless},
    start::{Start, slug_of},
};
use crate::{domain::SavedSearch, reading, web::api};

#[derive(Debug, Args)]
pub(super) struct Searches {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List them, by name
    List {
        /// JSON instead of lines
        #[arg(long)]
        json: bool,
    },
    /// Keep a search under a name, in place of one that has it
    Save {
        name: String,
        /// In the query language, quoted as a whole where the shell would take it apart
        #[arg(required = true, num_args = 1..)]
        query: Vec<String>,
    },
    /// Delete the one with this name
    Remove { name: String },
}

impl Searches {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        match &self.command {
            None => list(false, &start, output).await,
            Some(Command::List { json }) => list(*json, &start, output).await,
            Some(Command::Save { name, query }) => save(name, query, &start, output).await,
            Some(Command::Remove { name }) => remove(name, &start, output).await,
        }
    }
}

async fn list(json: bool, start: &Start, output: &Output) -> anyhow::Result<Ending> {
    let store = start.store().await?;
    let saved = store.saved_searches(start.reader(&store).await?).await?;
    if json {
        output.json(&api::SavedSearchList::from(saved))?;
        return Ok(Ending::Well);
    }
    output.note(&count(saved.len() as u64, "search", "searches"));
    for SavedSearch { slug, name, query, .. } in &saved {
        let name = output.strong(&harmless(name));
        output.line(&format!("{name}  {}", output.faint(slug.as_str())));
        output.line(&format!("  {}", harmless(query)));
    }
    Ok(Ending::Well)
}

async fn save(
    name: &str,
    query: &[String],
    start: &Start,
    output: &Output,
) -> anyhow::Result<Ending> {
    let search = SavedSearch::new(None, name, &query.join(" "), start.clock.now())?;
    let store = start.store().await?;
    let reader = start.reader(&store).await?;
    let saved = reading::save_search(&store, reader, &search).await?;
    output.line(&format!("saved as {}", saved.slug));
    Ok(Ending::Well)
}

async fn remove(name: &str, start: &Start, output: &Output) -> anyhow::Result<Ending> {
    let slug = slug_of(name)?;
    let store = start.store().await?;
    if !reading::remove_search(&store, start.reader(&store).await?, &slug).await? {
        bail!("no search is saved as {slug}; `peerscope searches` lists them");
    }
    output.line(&format!("{slug} is gone"));
    Ok(Ending::Well)
}
