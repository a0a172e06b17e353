//! Looks for what could take the place of a source that is not fine, as a first visit to its site would.

use super::{RobotsWatch, visit::Visitor};
use crate::{
    domain::{Address, Diagnosis, Outcome, SourceState, SourceToVisit, SourceType, diagnose},
    home::Doors,
};

/// What a source could be replaced by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    pub kind: SourceType,
    pub address: Address,
}

/// A replacement that lists something newer than the source did; `None` for a source that is fine, or
/// whose site shows nothing better.
pub async fn replacement(doors: &Doors, source: &SourceToVisit) -> Option<Replacement> {
    match diagnose(source, doors.clock.now()) {
        Diagnosis::Fine => None,
        Diagnosis::Moved { to } => Some(Replacement { kind: source.kind, address: to }),
        Diagnosis::Dead { .. } | Diagnosis::Stale { .. } => look_over(doors, source).await,
    }
}

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
