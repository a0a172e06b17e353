//! `peerscope subscribers`: who receives the digest by mail.

mod change;
mod exchange;
mod list;

use anyhow::Context as _;
use clap::Subcommand;

use super::{Ending, output::Output, start::Start};
use crate::domain::{MailAddress, ReaderId, Subscriber};

#[derive(Debug, Subcommand)]
pub(super) enum Subscribers {
    /// List them, with their last issue and what came of sending it
    List(list::List),
    /// Have an address receive the digest, because you know that its reader wants it
    Add(Box<change::Add>),
    /// Erase a subscriber with all issues, after saying what that is
    Remove(change::Remove),
    /// Add subscribers from a file: lines of JSON as `export` writes them, or addresses
    Import(exchange::Import),
    /// Write all subscribers as lines of JSON
    Export(exchange::Export),
}

impl Subscribers {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        match self {
            Self::List(it) => it.run(start, output).await,
            Self::Add(it) => it.run(start, output).await,
            Self::Remove(it) => it.run(start, output).await,
            Self::Import(it) => it.run(start, output).await,
            Self::Export(it) => it.run(start, output).await,
        }
    }
}

fn address(written: &str) -> anyhow::Result<MailAddress> {
    Ok(written.parse::<MailAddress>()?)
}

/// Whose issues tell of a list and journal, where there are such.
fn name_of(subscriber: &Subscriber) -> String {
    let address = subscriber.address.as_ref().map(ToString::to_string);
    match (address, subscriber.reader) {
        (Some(address), _) => address,
        (None, Some(ReaderId::ONLY)) => "you".to_owned(),
        (None, Some(reader)) => format!("reader {reader}"),
        (None, None) => format!("number {}", subscriber.id),
    }
}

/// A file, or `-` for standard input and output.
fn read_text(file: &str) -> anyhow::Result<String> {
    if file == "-" {
        return std::io::read_to_string(std::io::stdin()).context("could not read standard input");
    }
    std::fs::read_to_string(file).with_context(|| format!("could not read {file}"))
}
