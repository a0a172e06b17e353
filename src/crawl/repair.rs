//! Searches the sites of sources that are not fine for what could take their place, as a first visit
//! would.

use jiff::Timestamp;
use tokio::sync::watch;

use super::{RobotsWatch, round::CrawlError, visit::Visitor};
use crate::{
    domain::{
        Address, Diagnosis, Outcome, Replacement, Search, SourceState, SourceToVisit, SourceType,
        wants_search,
    },
    home::Doors,
    messages,
    store::SourceReport,
};

/// Searches in one go: each may take a dozen requests, one after another.
const MOST_SEARCHES: usize = 4;

/// Searches for some of the sources that are dead or stale, and have not been searched for lately;
/// what comes of it is kept with them. Says for how many.
pub async fn search_for_lost(
    doors: &Doors,
    stop: &watch::Receiver<bool>,
) -> Result<usize, CrawlError> {
    let now = doors.clock.now();
    let reports = doors.store.sources().await?;
    let is_lost = |it: &&SourceReport| it.followed && wants_search(&it.source, now);
    let mut searched = 0;
    for report in reports.iter().filter(is_lost).take(MOST_SEARCHES) {
        if *stop.borrow() {
            break;
        }
        search_for(doors, &report.source).await?;
        searched += 1;
    }
    Ok(searched)
}

/// Searches the site of one source, and keeps what came of it.
pub async fn search_for(doors: &Doors, source: &SourceToVisit) -> Result<Search, CrawlError> {
    let search = Search { at: doors.clock.now(), found: look_over(doors, source).await };
    doors.store.keep_search(source.id, &search).await?;
    Ok(search)
}

/// What lists something newer than the source did.
async fn look_over(doors: &Doors, source: &SourceToVisit) -> Option<Replacement> {
    let now = doors.clock.now();
    let here = |it: &&Address| **it != source.address;
    let site = source.state.site.as_ref().filter(here).cloned();
    let site = site.or_else(|| source.address.join("/").ok())?;
    let visitor = Visitor::alone(&doors.fetcher, &doors.clock, RobotsWatch::new(doors));
    let state = SourceState::new(site.clone(), now);
    let looked = SourceToVisit { kind: SourceType::Site, address: site, state, ..source.clone() };
    let (visit, _place) = visitor.visit_site(&looked).await;
    let Outcome::Read { entries } = visit.outcome else { return None };
    let newest = entries.iter().filter_map(|it| it.published.or(it.updated)).max();
    let is_newer = source.state.newest.is_none_or(|old| newest.is_some_and(|it| it > old));
    let (kind, address) = (visit.after.discovery.reads_as?, visit.after.in_use);
    let is_other = address.key() != source.address.key();
    (is_other && is_newer && !entries.is_empty()).then_some(Replacement { kind, address })
}

/// A diagnosis in words, as what a sentence says of a source; nothing for one that is fine.
pub fn told(diagnosis: &Diagnosis) -> Option<String> {
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
    Some(messages::fill(&format!("diagnosis.{}", diagnosis.as_str()), &values))
}
