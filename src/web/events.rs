//! `/events/crawl`: how the round under way is getting on, as server-sent events.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use futures_core::Stream;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::{Web, pages::progress_words, problem::Problem, say, viewer::Viewer};
use crate::crawl::SourceProgress;

/// Pages that may listen at the same time: each holds a connection.
const MOST_LISTENERS: usize = 32;
/// So that nobody on the way takes the connection for dead.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// A comment, which says nothing.
const HEARTBEAT: &str = ":\n\n";
/// Changes that come within so short a time are told together.
const TOLD_TOGETHER: Duration = Duration::from_millis(150);
/// Events that wait for a slow listener.
const WAITING: usize = 4;

/// Who listens, and how they are told that the service ends.
#[derive(Debug)]
pub(super) struct Listeners {
    places: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

impl Default for Listeners {
    fn default() -> Self {
        let places = Arc::new(Semaphore::new(MOST_LISTENERS));
        Self { places, stopping: watch::Sender::new(false) }
    }
}

impl Listeners {
    /// Ends every stream: an open one would keep the service from ending.
    pub(super) fn end(&self) {
        self.stopping.send_replace(true);
    }
}

#[derive(Serialize)]
struct Told<'a> {
    line: String,
    is_running: bool,
    /// Whether there is something to be found.
    is_ready: bool,
    done: usize,
    all: usize,
    sources: Vec<ToldSource<'a>>,
}

#[derive(Serialize)]
struct ToldSource<'a> {
    id: i64,
    step: &'static str,
    told: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

pub(super) async fn crawl(State(web): State<Web>) -> Result<Response, Problem> {
    let place = web.0.listeners.places.clone().try_acquire_owned();
    let place = place.map_err(|_| Problem::Busy(say::text("web.progress.crowded").to_owned()))?;
    let (lines, listener) = mpsc::channel(WAITING);
    let viewer = Viewer::present();
    tokio::spawn(viewer.scope(tell(web, lines, place)));
    let about = [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // Proxies that gather an answer before they pass it on are asked not to.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((about, Body::from_stream(Lines(listener))).into_response())
}

/// Tells of every change until nobody listens, or the service ends.
async fn tell(web: Web, lines: mpsc::Sender<String>, _place: OwnedSemaphorePermit) {
    let mut changes = web.status().progress().watch();
    let mut stop = web.0.listeners.stopping.subscribe();
    let mut seen = 0;
    let mut line = event(&web, &mut seen);
    while lines.send(line).await.is_ok() {
        let next = tokio::select! {
            () = stopped(&mut stop) => return,
            () = lines.closed() => return,
            () = changed(&mut changes) => true,
            () = tokio::time::sleep(HEARTBEAT_EVERY) => false,
        };
        line = if next { event(&web, &mut seen) } else { HEARTBEAT.to_owned() };
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Nobody left who could say so means the same.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Until something changed, and what comes with it.
async fn changed(changes: &mut watch::Receiver<u64>) {
    if changes.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(TOLD_TOGETHER).await;
    changes.mark_unchanged();
}

/// What changed since `seen`, which moves on.
fn event(web: &Web, seen: &mut u64) -> String {
    let report = &web.status().progress().since(*seen);
    *seen = report.number;
    let told = Told {
        line: progress_words::line(report),
        is_running: report.is_running,
        is_ready: web.library().index.document_count() > 0,
        done: report.done,
        all: report.all,
        sources: report.changed.iter().map(ToldSource::of).collect(),
    };
    format!("data: {}\n\n", serde_json::to_string(&told).unwrap_or_default())
}

impl<'a> ToldSource<'a> {
    fn of(source: &'a SourceProgress) -> Self {
        let (step, told, detail) = progress_words::step(&source.step);
        Self { id: source.id.0, step, told, detail }
    }
}

struct Lines(mpsc::Receiver<String>);

impl Stream for Lines {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|line| line.map(Ok))
    }
}
