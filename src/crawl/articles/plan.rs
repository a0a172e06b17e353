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
const PORTION: Portion = Portion { rows: 500, bytes: 2 * 1024 * 1024 };

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
    let text = extract::text_of(&it.html);
    let carries_whole = text.words >= WHOLE_FROM_WORDS && !is_cut_off(&text.text);
    plan_article(it, carries_whole, text.words, now)
}

/// Summaries in feeds are shorter.
const WHOLE_FROM_WORDS: u32 = 250;

/// Whether a text ends as excerpts do.
fn is_cut_off(text: &str) -> bool {
    let end = text.trim_end().trim_end_matches([']', ')', '>', '»', '→']).trim_end().to_lowercase();
    ["…", "...", "read more", "continue reading", "keep reading"].iter().any(|it| end.ends_with(it))
}
