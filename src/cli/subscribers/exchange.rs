//! `peerscope subscribers import` and `export`.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use clap::Args;

use super::{change::usual, read_text};
use crate::{
    cli::{
        Ending,
        output::{Output, count},
        start::Start,
    },
    digest::fresh_stamp,
    domain::{SubscriberLine, subscriber_lines},
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// File to read, or `-`
    file: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// File to write, which must not exist; standard output unless it is named
    file: Option<String>,
}

impl Import {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let text = read_text(&self.file)?;
        let (now, usual) = (start.clock.now(), usual(&start.following_if_any(output))?);
        let lines = match subscriber_lines(&text, &usual, now) {
            Ok(lines) => lines,
            Err(wrong) => {
                let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
                bail!("nothing was imported from {}:\n  {}", self.file, told.join("\n  "));
            }
        };
        let all = lines.len();
        let stamped = lines.into_iter().map(|it| Ok((it, fresh_stamp()?)));
        let stamped = stamped.collect::<anyhow::Result<Vec<_>>>()?;
        let added = start.store().await?.import_subscribers(stamped, now).await?;
        output.line(&format!("{} imported", count(added as u64, "subscriber", "subscribers")));
        if added < all {
            let known = count((all - added) as u64, "was known and stays", "were known and stay");
            output.note(&format!("{known} as before"));
        }
        Ok(Ending::Well)
    }
}

impl Export {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let subscribers = start.store().await?.subscribers().await?;
        let lines: Vec<SubscriberLine> =
            subscribers.iter().filter_map(SubscriberLine::of).collect();
        let mut text = String::new();
        for line in &lines {
            let _ = writeln!(text, "{}", serde_json::to_string(line)?);
        }
        match &self.file {
            None => {
                for line in text.lines() {
                    output.line(line);
                }
            }
            Some(file) => {
                let written = std::fs::File::create_new(file)
                    .and_then(|mut it| std::io::Write::write_all(&mut it, text.as_bytes()));
                written.with_context(|| format!("could not write {file}"))?;
                let many = count(lines.len() as u64, "subscriber", "subscribers");
                output.line(&format!("{many} written to {file}"));
            }
        }
        Ok(Ending::Well)
    }
}
