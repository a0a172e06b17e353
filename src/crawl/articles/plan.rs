//! Thinks about the articles of what changed in the library: which pages are to be asked for.

use jiff::Timestamp;

use crate::{
    crawl::round::CrawlError,
    domain::{EntryToPlan, Plan, plan_article},
    extract,
    home::Clock,
    store::{Portion, Store},
};

/// What is read at once: bounds memory.
const PORTION: Portion = Portion { rows: 1_000, bytes: 8 * 1024 * 1024 };

/// Follows the library to its end. A crash loses nothing: the mark moves with the plans.
pub(super) async fn plan_all(store: &Store, clock: &Clock) -> Result<(), CrawlError> {
    loop {
        let portion = store.articles_to_plan(PORTION).await?;
        let (entries, upto, more) = (portion.entries, portion.upto, portion.more);
        let now = clock.now();
        let plans = match entries.len() {
            0 => Vec::new(),
            _ => decide(entries, now).await?,
        };
        store.plan_articles(plans, upto).await?;
        if !more {
            return Ok(());
        }
    }
}

/// Reading what sources carry is work, and is done on a thread of its own.
async fn decide(entries: Vec<EntryToPlan>, now: Timestamp) -> Result<Vec<Plan>, CrawlError> {
    let decide = move || entries.into_iter().map(|it| plan(it, now)).collect();
    tokio::task::spawn_blocking(decide).await.map_err(|_| CrawlError::Thread)
}

fn plan(it: EntryToPlan, now: Timestamp) -> Plan {
    let look = || extract::carries_less(&it.html).is_none();
    let carries_whole = it.is_whole.unwrap_or_else(look);
    // Only where a text of the page is given up do the words of the source count again.
    let had_text = it.known.as_ref().is_some_and(|known| known.has_text);
    let words = if had_text { extract::text_of(&it.html).words } else { 0 };
    plan_article(it, carries_whole, words, now)
}
