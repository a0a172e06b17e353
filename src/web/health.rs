//! Whether the service is alive, and whether it can answer.

use std::time::Duration;

use axum::extract::State;

use super::{Web, problem::Problem};

/// A library that takes longer to say where it stands is not ready.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// The process runs and answers.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// The library answers, too.
pub(super) async fn ready(State(web): State<Web>) -> Result<&'static str, Problem> {
    let look = tokio::time::timeout(LONGEST_LOOK, web.library().store.last_change());
    match look.await {
        Ok(Ok(_)) => Ok("ready\n"),
        Ok(Err(failure)) => Err(Problem::Busy(Problem::from(failure).detail())),
        Err(_) => Err(Problem::TooSlow),
    }
}
