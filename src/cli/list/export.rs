//! `peerscope list export`: the whole list, to be kept or taken elsewhere.

use clap::{Args, ValueEnum};

use crate::{
    cli::{Ending, output::Output, start::Start},
    exchange, reading,
};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Both are imported again as they are
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Json,
    Csv,
}

impl Export {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let list = reading::export_list(&store, start.reader(&store).await?).await?;
        let written = match self.format {
            Format::Json => exchange::json(&list),
            Format::Csv => exchange::csv(&list),
        };
        output.line(written.trim_end_matches('\n'));
        Ok(Ending::Well)
    }
}
