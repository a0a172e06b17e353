//! `peerscope digest`: the weekly digest.

use clap::{Args, Subcommand};

use super::{Ending, digest_send::DigestSend, output::Output, start::Start};

#[derive(Debug, Args)]
pub(super) struct Digest {
    #[command(subcommand)]
    command: DigestCommand,
}

#[derive(Debug, Subcommand)]
enum DigestCommand {
    /// Send what is due and what waits, now
    Send(DigestSend),
}

impl Digest {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        match &self.command {
            DigestCommand::Send(it) => it.run(start, output).await,
        }
    }
}
