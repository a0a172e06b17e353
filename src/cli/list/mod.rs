//! `peerscope list`: the reading list, in the order that is asked for, and what goes into it and out.

mod add;
mod export;
mod import;
mod show;
mod snooze;

use clap::{Args, Subcommand};

use super::{Ending, output::Output, queue, start::Start};
use crate::domain::{LONGEST_SITTING, ListOrder, ReadingState, Tag};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct List {
    #[command(subcommand)]
    command: Option<ListCommand>,
    #[command(flatten)]
    show: Show,
}

#[derive(Debug, Args)]
struct Show {
    /// Only what is queued, reading, studied, applied or dropped
    #[arg(long, value_parser = queue::state)]
    state: Option<ReadingState>,
    /// Only what is out of sight until later
    #[arg(long, conflicts_with_all = ["state", "minutes"])]
    snoozed: bool,
    /// Only what has this tag
    #[arg(long)]
    tag: Option<Tag>,
    /// Only what can be read in so many minutes: the best use of them, or with `--by hand` (newest, minutes)
    /// whatever comes first and fits
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(LONGEST_SITTING)))]
    minutes: Option<u32>,
    /// In the order of hand, fit, newest or minutes; without it by the time at which they were added
    #[arg(long, value_parser = order)]
    by: Option<ListOrder>,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
    /// Stories to show at most
    #[arg(short = 'n', long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Debug, Subcommand)]
enum ListCommand {
    /// Put a page from outside on the list, by its address
    Add(add::Add),
    /// Put stories out of sight until a day
    Snooze(snooze::Snooze),
    /// Put a list that another service or a browser exported on this one
    Import(import::Import),
    /// Write the whole list to standard output
    Export(export::Export),
}

fn order(word: &str) -> Result<ListOrder, String> {
    let orders = ListOrder::ALL.map(ListOrder::as_str).join(", ");
    ListOrder::from_word(word).ok_or_else(|| format!("it is one of {orders}"))
}

impl List {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        match &self.command {
            None => self.show.run(start, output).await,
            Some(ListCommand::Add(it)) => it.run(start, output).await,
            Some(ListCommand::Snooze(it)) => it.run(start, output).await,
            Some(ListCommand::Import(it)) => it.run(start, output).await,
            Some(ListCommand::Export(it)) => it.run(start, output).await,
        }
    }
}
