//! `peerscope journal`: what a reader wrote, checked, taken along and shown.

mod export;
mod folder;
mod import;
mod pack;
mod verify;

use clap::Subcommand;

use super::{Ending, output::Output, start::Start};

#[derive(Debug, Subcommand)]
pub(super) enum Journal {
    /// Write the journal as plain files: Markdown for Obsidian, HTML, or JSON
    Export(export::Export),
    /// Take in what was exported, and pages that were written or changed elsewhere
    Import(import::Import),
    /// Put together what some months show, for a review
    Pack(pack::Pack),
    /// Walk the journal's ledger, and name the first place where a note says something else
    Verify(verify::Verify),
}

impl Journal {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        match self {
            Self::Export(it) => it.run(start, output).await,
            Self::Import(it) => it.run(start, output).await,
            Self::Pack(it) => it.run(start, output).await,
            Self::Verify(it) => it.run(start, output).await,
        }
    }
}
