//! Searches the sites of sources that are not fine for what could take their place, as a first visit
//! would.

use std::collections::HashSet;

use jiff::Timestamp;
use tokio::sync::watch;

use super::{RobotsWatch, round::CrawlError, visit::Visitor};
use crate::{
    domain::{
        Address, Diagnosis, EntryDraft, Outcome, Replacement, Search, SourceState, SourceToVisit,
        SourceType, wants_search,
    },
    home::Doors,
    messages,
    store::SourceReport,
};

/// Searches in one go: each may take a dozen requests, one after another.
const MOST_SEARCHES: usize = 4;
/// Pages that are looked up in the library.
const MOST_COMPARED: usize = 20;

/// Searches for some of the sources that are dead or stale, and have not been searched for lately;
/// what comes of it is kept with them. Says for how many.
pub async fn search_for_lost(
    doors: &Doors,
    mut stop: watch::Receiver<bool>,
) -> Result<usize, CrawlError> {
    let now = doors.clock.now();
    let reports = doors.store.sources().await?;
    let is_lost = |it: &&SourceReport| it.followed && wants_search(&it.source, now);
    let mut searched = 0;
    for report in reports.iter().filter(is_lost).take(MOST_SEARCHES) {
        // A search that is cut short is as if it had not begun.
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            search = search_for(doors, &report.source) => search?,
        };
        searched += 1;
    }
    Ok(searched)
}

/// Searches the site of one source, and keeps what came of it.
pub async fn search_for(doors: &Doors, source: &SourceToVisit) -> Result<Search, CrawlError> {
    let search = Search { at: doors.clock.now(), found: look_over(doors, source).await? };
    doors.store.keep_search(source.id, &search).await?;
    Ok(search)
}

/// What lists something newer than the source did.
async fn look_over(
    doors: &Doors,
    source: &SourceToVisit,
) -> Result<Option<Replacement>, CrawlError> {
    let now = doors.clock.now();
    let here = |it: &&Address| **it != source.address;
    let site = source.state.site.as_ref().filter(here).cloned();
    let Some(site) = site.or_else(|| source.address.join("/").ok()) else { return Ok(None) };
    let visitor = Visitor::alone(&doors.fetcher, &doors.clock, RobotsWatch::new(doors));
    let state = SourceState::new(site.clone(), now);
    let looked = SourceToVisit { kind: SourceType::Site, address: site, state, ..source.clone() };
    let known = addresses_in_use(doors).await?;
    let (visit, _place) = visitor.look_over(&looked, &known).await;
    let Outcome::Read { entries } = visit.outcome else { return Ok(None) };
    let (Some(kind), address) = (visit.after.discovery.reads_as, visit.after.in_use) else {
        return Ok(None);
    };
    let is_better = !known.contains(&address.key()) && lists_newer(doors, source, &entries).await?;
    Ok(is_better.then_some(Replacement { kind, address }))
}

/// Keys of all addresses that are followed: what they list comes anyway.
async fn addresses_in_use(doors: &Doors) -> Result<HashSet<String>, CrawlError> {
    let reports = doors.store.sources().await?;
    let followed = reports.iter().filter(|it| it.followed).map(|it| &it.source);
    Ok(followed.flat_map(|it| [it.address.key(), it.state.in_use.key()]).collect())
}

/// Whether posts are listed that came after the newest of the source. A site that was built anew dates
/// all of its pages by that day, so that a date of change alone says it of a few unknown pages only.
async fn lists_newer(
    doors: &Doors,
    source: &SourceToVisit,
    entries: &[EntryDraft],
) -> Result<bool, CrawlError> {
    let Some(newest) = source.state.newest else { return Ok(!entries.is_empty()) };
    if entries.iter().any(|it| it.published.is_some_and(|it| it > newest)) {
        return Ok(true);
    }
    let changed =
        |it: &&EntryDraft| it.published.is_none() && it.updated.is_some_and(|it| it > newest);
    let changed: Vec<&EntryDraft> = entries.iter().filter(changed).collect();
    if changed.len() * 2 > entries.len() {
        return Ok(false);
    }
    for link in changed.iter().filter_map(|it| it.link.as_ref()).take(MOST_COMPARED) {
        if doors.store.entry_at(link).await?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A diagnosis in words of a language, as what a sentence says of a source; nothing for one that is fine.
pub fn told(language: &str, diagnosis: &Diagnosis) -> Option<String> {
    let day = |time: &Timestamp| time.strftime("%Y-%m-%d").to_string();
    let (since, to, days) = match diagnosis {
        Diagnosis::Fine => return None,
        Diagnosis::Moved { to } => (String::new(), to.to_string(), 0),
        Diagnosis::Dropped { since, lives_on } => (day(since), lives_on.address.to_string(), 0),
        Diagnosis::Dead { since } => (day(since), String::new(), 0),
        Diagnosis::Stale { newest, usual } => {
            (day(newest), String::new(), usual.as_secs() / 86_400)
        }
    };
    let days = days.max(1).to_string();
    let values = [("since", since.as_str()), ("to", to.as_str()), ("days", days.as_str())];
    Some(messages::fill_in(language, &format!("diagnosis.{}", diagnosis.as_str()), &values))
}
