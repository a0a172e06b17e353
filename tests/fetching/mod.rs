//! Fetching as servers and their owners meet it: conditions, pace, limits, guard, names of failures.

mod conditions;
mod documents;
mod failures;
mod guard;
mod limits;
mod pace;
mod redirects;
mod tls;

use std::time::{Duration, Instant};

use jiff::Timestamp;
use peerscope::{
    domain::{Address, Failure, FailureKind, Validators},
    fetch::{Accept, Answer, Document, FetchSettings, Fetcher, Reply, Request},
};

use crate::support::{
    fake_web::{self, FakeWeb, Response},
    tls::Authority,
};

const FEED: &str = r#"<rss version="2.0"><channel><title>Small</title></channel></rss>"#;

/// For servers on this machine, without waiting.
fn local() -> FetchSettings {
    FetchSettings { allow_private: true, pause: Duration::ZERO, ..FetchSettings::default() }
}

fn fetcher(settings: FetchSettings) -> Fetcher {
    Fetcher::new(settings).unwrap()
}

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn request(address: Address) -> Request {
    Request::new(address, now())
}

async fn fetched(fetcher: &Fetcher, request: &Request) -> Reply {
    match fetcher.fetch(request).await {
        Ok(reply) => reply,
        Err(error) => panic!("{}", error.failure().detail),
    }
}

async fn failure(fetcher: &Fetcher, address: Address) -> Failure {
    match fetcher.fetch(&request(address)).await {
        Ok(reply) => panic!("{:?}", reply.answer),
        Err(error) => error.failure(),
    }
}

fn document(reply: Reply) -> Document {
    match reply.answer {
        Answer::Fresh(document) => document,
        Answer::Unchanged => panic!("unchanged"),
    }
}
