//! `peerscope list import`: puts a list from elsewhere on this one.

use std::{
    io::{self, Read as _},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;

use crate::{
    cli::{
        Ending,
        output::{Output, count, harmless},
        start::Start,
    },
    exchange::read_list,
    messages, reading,
};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// A file of Pocket (HTML or CSV), Instapaper, Wallabag, Readwise Reader or a browser (bookmarks), or one that
    /// `list export` wrote; - for standard input
    file: PathBuf,
}

impl Import {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let bytes = self.read()?;
        let now = start.clock.now();
        let file = read_list(&bytes, now).with_context(|| self.file.display().to_string())?;
        for problem in &file.problems {
            let reason = harmless(&problem.reason.to_string());
            output.warning(&format!("line {}: {reason}", problem.line));
        }
        let store = start.store().await?;
        let reader = start.reader(&store).await?;
        let counts = reading::import_list(&store, reader, file.readings, now).await?;
        store.close().await;
        let key = format!("list.format.{}", file.format.as_str());
        let format = messages::text_in("en", &key);
        output.note(&format!("read as {format}"));
        output.line(&format!("added      {}", count(counts.added, "story", "stories")));
        output.line(&format!("changed    {}", count(counts.united, "story", "stories")));
        output.line(&format!("unchanged  {}", count(counts.same, "story", "stories")));
        if counts.new_pages > 0 {
            let pages = count(counts.new_pages, "page", "pages");
            output.note(&format!("the next crawl, or a running service, fetches {pages}"));
        }
        Ok(Ending::Well)
    }

    fn read(&self) -> anyhow::Result<Vec<u8>> {
        if self.file.as_os_str() != "-" {
            let failed = || format!("could not read {}", self.file.display());
            return std::fs::read(&self.file).with_context(failed);
        }
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).context("could not read standard input")?;
        Ok(bytes)
    }
}
