//! The command line: one subcommand a file, each speaking through one `Output`.

mod articles;
mod backfill;
mod check;
mod check_page;
mod correct;
mod corrections;
mod crawl;
mod digest;
mod digest_explained;
mod digest_send;
mod doctor;
mod editor;
mod extract;
mod forget;
mod ideas;
mod init;
mod journal;
mod keep;
mod landscape;
mod limits;
mod list;
mod logging;
mod meant;
mod named;
mod note;
mod notes;
mod output;
mod peers;
mod peers_add;
mod politeness;
mod preview;
mod queue;
mod readers;
mod repair;
mod reread;
mod search;
mod search_told;
mod searches;
mod serve;
mod show;
mod sources;
mod start;
mod story;
mod subscribers;
mod topics;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::{output::Output, start::Start};
use crate::{
    config::{ConfigError, Flags},
    report::chain,
};

/// Follows the engineering blogs of your peer companies and makes them searchable.
#[derive(Debug, Parser)]
#[command(name = "peerscope", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Crawl in the background and serve search and pages
    Serve(serve::Serve),
    /// Visit every selected source now, and leave everything searchable
    Crawl(crawl::Crawl),
    /// Search the library
    Search(search::Search),
    /// List the topics of feeds.toml with what each finds
    Topics(topics::Topics),
    /// Show which peers wrote about which topics, or what each says on one
    Landscape(landscape::Landscape),
    /// Show what peers admit that their systems cannot do, or not yet
    Limits(limits::Limits),
    /// Show what peers write about more than in the year before
    Trends(limits::Trends),
    /// Show the digest: what it would say now, or an issue of a week
    Digest(digest::Digest),
    /// Put stories on the reading list, or say how far you have come with them
    Queue(queue::Queue),
    /// Show the reading list, add to it, import and export it
    List(list::List),
    /// Write a page of the journal, or change one
    Note(note::Note),
    /// Show the journal
    Notes(notes::Notes),
    /// Show ideas by how far they have come
    Ideas(ideas::Ideas),
    /// Check the journal against its ledger, export and import it, make an evidence pack of it
    #[command(subcommand)]
    Journal(journal::Journal),
    /// List, save and remove searches
    Searches(searches::Searches),
    /// Show what an entry is about: its kind, and its challenge, approach, result and limits
    Show(show::Show),
    /// Say that an entry is of another kind, or that a sentence of it has another role or none
    Correct(correct::Correct),
    /// List what you corrected, export it, or take some of it back
    Corrections(corrections::Corrections),
    /// Read entries again for what they are about, where another version of the model did
    Reread(reread::Reread),
    /// Show what would be stored of a feed, and what is wrong with it
    Check(check::Check),
    /// Show what would be kept of an article's page
    Extract(extract::Extract),
    /// Write a commented feeds.toml for a domain
    Init(init::Init),
    /// List, find, add, remove, import and export the peers you follow
    #[command(subcommand)]
    Peers(peers::Peers),
    /// Show how each source is doing
    Sources(sources::Sources),
    /// Show how each host was treated
    Politeness(politeness::Politeness),
    /// Show a story, split it or make two of them one
    #[command(subcommand)]
    Story(story::Story),
    /// List, add, remove, import and export who receives the digest by mail
    #[command(subcommand)]
    Subscribers(subscribers::Subscribers),
    /// List, add and remove those who have a login, their passwords and tokens
    #[command(subcommand)]
    Readers(readers::Readers),
    /// Delete what a peer left in the library, after saying what that is
    Forget(forget::Forget),
    /// Walk a peer's back-catalogue, further than the posts that it lists now
    Backfill(backfill::Backfill),
    /// Copy the library to a file, also while it is in use
    Backup(keep::Backup),
    /// Put a copy of the library in place of the present one
    Restore(keep::Restore),
    /// Build the index anew from the library
    Reindex(keep::Reindex),
    /// Check configuration, library, index, disk, clock and reachability
    Doctor(doctor::Doctor),
}

/// How the program ends: 0 all is well, 1 it could not be done, 2 the command line or `feeds.toml`
/// has mistakes, 3 some sources could not be read, 4 none could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Well,
    Failed,
    SomeSourcesFailed,
    AllSourcesFailed,
}

/// The whole program.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::standard();
    match start::begin(&cli.flags, &output) {
        Ok(start) => finish(execute(&cli.command, start, &output), &output),
        Err(mistakes) => {
            output.error(&mistakes.to_string());
            ExitCode::from(2)
        }
    }
}

fn execute(command: &Command, start: Start, output: &Output) -> anyhow::Result<Ending> {
    logging::begin(&start.settings);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve(it) => it.run(start, output).await,
            Command::Crawl(it) => it.run(start, output).await,
            Command::Search(it) => it.run(start, output).await,
            Command::Topics(it) => it.run(start, output).await,
            Command::Landscape(it) => it.run(start, output).await,
            Command::Limits(it) => it.run(start, output).await,
            Command::Trends(it) => it.run(start, output).await,
            Command::Queue(it) => it.run(start, output).await,
            Command::List(it) => it.run(start, output).await,
            Command::Note(it) => it.run(start, output).await,
            Command::Notes(it) => it.run(start, output).await,
            Command::Ideas(it) => it.run(start, output).await,
            Command::Journal(it) => Box::pin(it.run(start, output)).await,
            Command::Searches(it) => it.run(start, output).await,
            Command::Digest(it) => Box::pin(it.run(start, output)).await,
            Command::Show(it) => it.run(start, output).await,
            Command::Correct(it) => it.run(start, output).await,
            Command::Corrections(it) => it.run(start, output).await,
            Command::Reread(it) => it.run(start, output).await,
            Command::Check(it) => it.run(start, output).await,
            Command::Extract(it) => it.run(start, output).await,
            Command::Init(it) => it.run(&start, output),
            Command::Peers(it) => it.run(&start, output).await,
            Command::Sources(it) => it.run(start, output).await,
            Command::Politeness(it) => it.run(start, output).await,
            Command::Story(it) => it.run(start, output).await,
            Command::Subscribers(it) => it.run(&start, output).await,
            Command::Readers(it) => it.run(&start, output).await,
            Command::Forget(it) => it.run(start, output).await,
            Command::Backfill(it) => it.run(start, output).await,
            Command::Backup(it) => it.run(start, output).await,
            Command::Restore(it) => it.run(&start, output).await,
            Command::Reindex(it) => it.run(start, output).await,
            Command::Doctor(it) => it.run(start, output).await,
        }
    })
}

fn finish(ended: anyhow::Result<Ending>, output: &Output) -> ExitCode {
    match ended {
        Ok(Ending::Well) => ExitCode::SUCCESS,
        Ok(Ending::Failed) => ExitCode::FAILURE,
        Ok(Ending::SomeSourcesFailed) => ExitCode::from(3),
        Ok(Ending::AllSourcesFailed) => ExitCode::from(4),
        Err(error) => {
            output.error(&chain(error.as_ref()));
            let is_mistake = matches!(error.downcast_ref(), Some(ConfigError::Mistaken(_)));
            ExitCode::from(if is_mistake { 2 } else { 1 })
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }
}
