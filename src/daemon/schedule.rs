//! Visits sources when they are due, for as long as the service runs.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::watch;
use tracing::{info, warn};

use super::Background;
use crate::{
    crawl::{self, CrawlError, Event, Round, Status},
    domain::{Outcome, SourceToVisit},
    home::Doors,
    report::chain,
    store::StoreError,
};

/// Longest sleep between two looks at what is due: the clock may be set meanwhile.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
/// Sources that come due within so short a time are visited in one round.
const SHORTEST_SLEEP: Duration = Duration::from_secs(2);
/// After a failure of our own (a full disk, say) the next try waits so long.
const AFTER_TROUBLE: Duration = Duration::from_secs(30);

/// Visits what is due until `stop` turns true; a round under way is ended in good order. `saved`
/// wakes it when there may be something new to visit.
pub async fn crawl_when_due(
    doors: Arc<Doors>,
    status: Status,
    background: Background,
    mut saved: watch::Receiver<()>,
    mut stop: watch::Receiver<bool>,
) {
    status.update(|it| it.crawls = true);
    let mut offline = false;
    while !*stop.borrow() {
        let pause = match visit_due(&doors, &status, &background, &stop).await {
            Ok(round) => {
                tell_outage(&mut offline, round.as_ref());
                status.update(|it| it.trouble = None);
                until_next(&doors).await
            }
            Err(error) => {
                warn!("could not crawl, trying again soon: {}", chain(&error));
                status.update(|it| it.trouble = Some(chain(&error)));
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Ok(()) = saved.changed() => {}
            () = status.progress().asked_for() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

async fn visit_due(
    doors: &Doors,
    status: &Status,
    background: &Background,
    stop: &watch::Receiver<bool>,
) -> Result<Option<Round>, CrawlError> {
    let now = doors.clock.now();
    let due = due_or_asked_for(doors, status, now).await?;
    let _turn = background.index.lock().await;
    if due.is_empty() {
        // A saved `feeds.toml` changes what is found, too.
        crawl::index_follows(&doors.store, &doors.index).await?;
        return Ok(None);
    }
    status.update(|it| it.running_since = Some(now));
    let progress = status.progress();
    progress.begin(&due, now);
    let tell = |event: Event<'_>| {
        tell(&event);
        progress.tell(&event);
    };
    let round = crawl::round(doors, due, stop.clone(), &tell).await;
    status.update(|it| it.running_since = None);
    progress.end(round.as_ref().ok());
    let round = round?;
    if round.new + round.edited > 0 {
        background.news.notify_one();
    }
    let ended = doors.clock.now();
    info!(
        "visited {} sources: {} new entries, {} edited; {} sources unchanged, {} failed",
        round.visited,
        round.new,
        round.edited,
        round.unchanged,
        round.failures(),
    );
    status.update(|it| {
        it.rounds += 1;
        it.last_round = Some((ended, round.clone()));
    });
    Ok(Some(round))
}

/// What is due, and what somebody wants to be visited now.
async fn due_or_asked_for(
    doors: &Doors,
    status: &Status,
    now: Timestamp,
) -> Result<Vec<SourceToVisit>, StoreError> {
    let mut due = doors.store.sources_due(now).await?;
    let mut asked = status.progress().take_asked();
    asked.retain(|id| due.iter().all(|it| it.id != *id));
    if !asked.is_empty() {
        let all = doors.store.sources().await?.into_iter();
        let all = all.filter(|it| it.followed && asked.contains(&it.source.id));
        due.extend(all.map(|it| it.source));
    }
    Ok(due)
}

fn tell(event: &Event<'_>) {
    let Event::Visited { source, visit } = event else { return };
    if let Outcome::Failed(failure) = &visit.outcome {
        warn!(
            source.address = %source.address,
            failure = failure.kind.as_str(),
            "could not read {}: {}",
            source.peer_name,
            failure.detail
        );
    }
}

/// Says once that nobody can be reached, and once that somebody can again.
fn tell_outage(offline: &mut bool, round: Option<&Round>) {
    let Some(round) = round.filter(|it| it.visited > 0) else { return };
    if round.outage && !*offline {
        warn!(
            "no host can be reached: taking this for an outage of our own; nothing is counted against a source"
        );
    }
    if !round.outage && *offline {
        info!("hosts can be reached again");
    }
    *offline = round.outage;
}

/// How long to sleep. A library that cannot say is asked again soon.
async fn until_next(doors: &Doors) -> Duration {
    match doors.store.next_due().await {
        Ok(Some(due)) => {
            let wait = due.duration_since(doors.clock.now());
            Duration::try_from(wait).unwrap_or_default().clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
        }
        Ok(None) => LONGEST_SLEEP,
        Err(_) => AFTER_TROUBLE,
    }
}
