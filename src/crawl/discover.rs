//! Looks a site over for someone who may follow it, and keeps nothing.

use std::time::Duration;

use super::{RobotsWatch, visit::Visitor};
use crate::{
    domain::{
        Address, Candidate, Failure, Lane, Outcome, PageRules, SourceId, SourceState,
        SourceToVisit, SourceType,
    },
    fetch::Fetcher,
    home::Clock,
};

/// What lists the posts of a site.
#[derive(Clone, Debug)]
pub struct Discovered {
    pub kind: SourceType,
    pub address: Address,
    /// As a feed calls itself.
    pub title: Option<String>,
    /// Posts that it lists now.
    pub entries: usize,
    /// All that was looked at, in that order.
    pub looked_at: Vec<Candidate>,
}

#[derive(Debug, thiserror::Error)]
#[error("nothing on {site} can be followed: {}", failure.detail)]
pub struct NothingFound {
    pub site: Address,
    pub failure: Failure,
    pub looked_at: Vec<Candidate>,
}

/// Finds what a crawl would find on a site: by the same steps, as politely, within `robots.txt`.
pub async fn discover(
    fetcher: &Fetcher,
    clock: &Clock,
    site: &Address,
) -> Result<Discovered, Box<NothingFound>> {
    let robots = RobotsWatch::without_library(fetcher.clone(), clock.clone());
    let visitor = Visitor::alone(fetcher, clock, robots);
    let (visit, _place) = visitor.visit_site(&stranger(site, clock)).await;
    let looked_at = visit.after.discovery.candidates;
    match (visit.outcome, visit.after.discovery.reads_as) {
        (Outcome::Read { entries }, Some(kind)) => Ok(Discovered {
            kind,
            address: visit.after.in_use,
            title: visit.after.title,
            entries: entries.len(),
            looked_at,
        }),
        (Outcome::Failed(failure), _) => {
            Err(Box::new(NothingFound { site: site.clone(), failure, looked_at }))
        }
        (Outcome::Read { .. } | Outcome::Unchanged, _) => {
            let failure = super::walk::no_posts(format!("{site} lists no posts"));
            Err(Box::new(NothingFound { site: site.clone(), failure, looked_at }))
        }
    }
}

/// A source that nobody follows yet.
fn stranger(site: &Address, clock: &Clock) -> SourceToVisit {
    SourceToVisit {
        id: SourceId(0),
        peer_name: String::new(),
        kind: SourceType::Site,
        lane: Lane::default(),
        keep: Vec::new(),
        drop: Vec::new(),
        every: Duration::ZERO,
        user_agent: None,
        pages: PageRules::default(),
        address: site.clone(),
        state: SourceState::new(site.clone(), clock.now()),
    }
}
