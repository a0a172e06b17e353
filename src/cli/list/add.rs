//! `peerscope list add`: puts a page from outside on the list.

use anyhow::Context as _;
use clap::Args;
use tokio::sync::watch;

use super::show::show;
use crate::{
    cli::{Ending, output::Output, start::Start},
    crawl::{self, ArticleBudget},
    domain::{Address, SAVED_PEER, Tag},
    home::{Doors, HomeError},
    reading,
};

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Address of a page; one that the library holds is put on the list as it is, another one is fetched
    address: String,
    /// Give it this tag as well; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<Tag>,
    /// What it is called until its page says so
    #[arg(long, default_value = "", hide_default_value = true)]
    title: String,
}

impl Add {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let address: Address = self.address.parse().context("a page has an address")?;
        let store = start.store().await?;
        let reader = start.reader(&store).await?;
        let named = (self.title.as_str(), self.tags.clone());
        let now = start.clock.now();
        let saved = reading::save_page(&store, reader, address, named, now).await?;
        let number = saved.report.reading.story;
        if saved.is_new_page && !fetch(&start).await? {
            output.note("the service that runs here fetches it now");
        }
        let report = store.reading(reader, number).await?;
        show(report.as_ref().unwrap_or(&saved.report), output);
        store.close().await;
        Ok(Ending::Well)
    }
}

/// Asks for the pages that readers saved, and lets the index follow. `false`: another program writes here, and
/// does so by itself.
async fn fetch(start: &Start) -> anyhow::Result<bool> {
    let opened = Doors::open(&start.places, start.fetching()?, start.clock.clone()).await;
    let doors = match opened {
        Err(HomeError::InUse(_)) => return Ok(false),
        opened => opened?,
    };
    let peer = Some(SAVED_PEER.parse()?);
    let budget = ArticleBudget { peer, ..ArticleBudget::default() };
    let (_running, stop) = watch::channel(false);
    crawl::articles(&doors, &budget, stop, &|_| {}).await?;
    crawl::index_follows(&doors.store, &doors.index).await?;
    doors.close().await;
    Ok(true)
}
