//! Asks for whole articles in the background of a service, between and beside visits.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Mutex, Notify, watch};
use tracing::{info, warn};

use crate::{
    crawl::{self, ArticleBudget, ArticleRound, CrawlError, PageVisit, Status},
    domain::ArticleState,
    home::Doors,
    report::chain,
};

/// What the work in the background shares.
#[derive(Clone, Debug, Default)]
pub struct Background {
    /// Held by whoever lets the index follow: it has one writer.
    pub index: Arc<Mutex<()>>,
    /// A round of visits brought something.
    pub news: Arc<Notify>,
}

/// Longest sleep between two looks at what is due.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
/// So that what a round of visits brings is taken together.
const SHORTEST_SLEEP: Duration = Duration::from_secs(5);
/// After a failure of our own the next try waits so long.
const AFTER_TROUBLE: Duration = Duration::from_mins(1);

/// One turn: short, so that its texts are soon found, and a newer post is soon next.
fn turn() -> ArticleBudget {
    let time = Duration::from_mins(1);
    ArticleBudget { peer: None, per_host: 20, total: 300, time }
}

/// Asks for the pages that are due until `stop` turns true. A source that is due never waits for this:
/// at each host one page at most stands before it.
pub async fn ask_for_articles(
    doors: Arc<Doors>,
    status: Status,
    background: Background,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let pause = match ask(&doors, &status, &background, &stop).await {
            Ok(round) if round.waiting > 0 && round.pages > 0 => SHORTEST_SLEEP,
            Ok(_) => until_next(&doors).await,
            Err(error) => {
                warn!("could not ask for articles, trying again soon: {}", chain(&error));
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = background.news.notified() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

async fn ask(
    doors: &Doors,
    status: &Status,
    background: &Background,
    stop: &watch::Receiver<bool>,
) -> Result<ArticleRound, CrawlError> {
    let round = crawl::articles(doors, &turn(), stop.clone(), &tell).await?;
    if round.pages == 0 {
        return Ok(round);
    }
    info!(
        "looked for {} articles: {} taken, {} waiting",
        round.pages,
        round.of(ArticleState::Taken),
        round.waiting
    );
    let ended = doors.clock.now();
    status.update(|it| it.last_articles = Some((ended, round.clone())));
    if round.texts > 0 {
        let _turn = background.index.lock().await;
        crawl::index_follows(&doors.store, &doors.index).await?;
    }
    Ok(round)
}

fn tell(visit: &PageVisit) {
    if visit.state == ArticleState::Failed {
        warn!(
            page.address = %visit.page.link,
            "could not read an article of {}: {}",
            visit.page.peer_name,
            visit.reason.as_deref().unwrap_or_default()
        );
    }
}

/// How long to sleep: new entries come at any time.
async fn until_next(doors: &Doors) -> Duration {
    match doors.store.next_page_due().await {
        Ok(Some(due)) => {
            let wait = due.duration_since(doors.clock.now());
            Duration::try_from(wait).unwrap_or_default().clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
        }
        Ok(None) => LONGEST_SLEEP,
        Err(_) => AFTER_TROUBLE,
    }
}
