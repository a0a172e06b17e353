//! `peerscope journal pack`: the evidence of some months, for a review.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::export::write_new;
use crate::{
    cli::{Ending, output::Output, start::Start},
    config::{self, RubricRead},
    domain::{PackMonth, PackSpan, Rubric},
    reading::{self, PackAsk},
    web,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One file that needs nothing beside it, and prints well
    Html,
    Markdown,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Pack {
    /// The first month, like 2026-01; half a year unless it is named
    #[arg(long, value_name = "MONTH")]
    from: Option<PackMonth>,
    /// The last month; this one unless it is named
    #[arg(long, value_name = "MONTH")]
    to: Option<PackMonth>,
    /// What is expected, competency by competency; `rubric.toml` beside feeds.toml unless it is named
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "html")]
    format: Format,
    /// A file that is not there yet, or `-` for standard output; `evidence-FROM-TO` with the format's
    /// ending unless it is named
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Pack {
    pub(in crate::cli) async fn run(
        &self,
        start: Start,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        let now = start.clock.now();
        let rubric = self.rubric(&start, output)?;
        let zone = start.zone(output);
        let span = PackSpan::asked(self.from, self.to, zone.to_datetime(now).date())?;
        let library = start.library().await?;
        let asker = start.asker(&library.store, output).await?;
        let ask = PackAsk { span, rubric, zone: zone.clone() };
        let parts = reading::evidence(&library, &asker, ask, now).await?;
        let (text, ending) = match self.format {
            Format::Html => (web::pack_file(&parts, &zone)?, "html"),
            Format::Markdown => (web::pack_markdown(&parts, &zone), "md"),
        };
        let usual = || PathBuf::from(format!("evidence-{}-{}.{ending}", span.from(), span.to()));
        let place = self.out.clone().unwrap_or_else(usual);
        write_new(&place, &text, output)?;
        if place != Path::new("-") {
            output.line(&format!("written to {}", place.display()));
        }
        if !parts.ledger.is_sound() {
            output
                .warning("the journal is not what its ledger says: see `peerscope journal verify`");
        }
        Ok(Ending::Well)
    }

    fn rubric(&self, start: &Start, output: &Output) -> anyhow::Result<Option<Rubric>> {
        let read = match &self.rubric {
            Some(file) => Some(config::read_rubric_file(file)?),
            None => config::rubric_at(&start.places.folder().join(config::RUBRIC_FILE))?,
        };
        let Some(RubricRead { rubric, warnings }) = read else { return Ok(None) };
        for warning in &warnings {
            output.warning(&warning.to_string());
        }
        Ok(Some(rubric))
    }
}
