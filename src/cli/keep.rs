//! `peerscope backup`, `restore`, `reindex`: looking after an installation.

use std::path::PathBuf;

use clap::Args;

use super::{
    Ending,
    output::{Output, bytes, count},
    start::Start,
};
use crate::{
    crawl,
    home::WritingLock,
    search::{Index, IndexSettings},
    store::Store,
};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// File to write; it must not exist
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// File that `peerscope backup` wrote
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Reindex {}

impl Backup {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = Store::open(start.places.library()).await?;
        store.backup(&self.file).await?;
        let size = std::fs::metadata(&self.file)?.len();
        output.line(&format!("wrote {} ({})", self.file.display(), bytes(size)));
        Ok(Ending::Well)
    }
}

impl Restore {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let Some(library) = start.places.library_file() else {
            anyhow::bail!(
                "a library in PostgreSQL is restored with its own tools, such as pg_restore"
            );
        };
        let _writing = WritingLock::take(start.places.folder())?;
        let restored = Store::restore(&self.file, library, start.clock.now()).await?;
        output.line(&format!("{} is in place", library.display()));
        if let Some(former) = restored.former {
            output.line(&format!("the former library is kept as {}", former.display()));
        }
        // What the index holds was made from the former library.
        let index = Index::open(&start.places.index(), IndexSettings::default())?.index;
        tokio::task::spawn_blocking(move || index.clear()).await??;
        output.note("the index is built anew at the next start; `peerscope reindex` does it now");
        Ok(Ending::Well)
    }
}

impl Reindex {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let doors = start.doors().await?;
        let index = doors.index.clone();
        tokio::task::spawn_blocking(move || index.clear()).await??;
        crawl::index_follows(&doors.store, &doors.index).await?;
        let entries = count(doors.index.document_count(), "entry", "entries");
        output.line(&format!("the index holds {entries} ({})", bytes(doors.index.size_bytes()?)));
        doors.close().await;
        Ok(Ending::Well)
    }
}
