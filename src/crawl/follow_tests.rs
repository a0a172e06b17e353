//! What a round stores is found soon, and queries wait for none of it.

use jiff::Timestamp;

use super::*;
use crate::{
    domain::{EntryDraft, Following, Outcome, Peer, Slug, Source, Visit, query::Query},
    search::Ask,
    store::{Location, Pick},
};

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// A library that follows one feed, and an index that holds nothing yet.
async fn run(folder: &tempfile::TempDir) -> Run {
    let store = Store::open(&Location::File(folder.path().join("library.db"))).await.unwrap();
    let peer = Peer {
        name: "Example".to_owned(),
        slug: Slug::of("Example").unwrap(),
        domains: Vec::new(),
        sources: vec![Source::feed("https://blog.example/feed.xml".parse().unwrap())],
    };
    let following = Following { peers: vec![peer], ..Following::default() };
    store.follow(&following, now()).await.unwrap();
    let index = Index::in_memory().unwrap();
    Run { store, index, position: 0, read: 0, uncommitted: 0, committed: Instant::now() }
}

impl Run {
    async fn publish(&self, title: &str) {
        let source = self.store.sources_to_visit(&Pick::All).await.unwrap().remove(0);
        let entry = EntryDraft {
            guid: Some(title.to_owned()),
            link: None,
            title: title.to_owned(),
            authors: Vec::new(),
            categories: Vec::new(),
            language: None,
            published: Some(now()),
            updated: None,
            summary: String::new(),
            html: String::new(),
            words: 0,
            fingerprint: None,
            is_whole: true,
        };
        let visit = Visit {
            source: source.id,
            at: now(),
            took: Duration::ZERO,
            outcome: Outcome::Read { entries: vec![entry] },
            conditional: false,
            wire_bytes: 0,
            status: Some(200),
            after: source.state,
        };
        self.store.record(vec![visit]).await.unwrap();
    }

    fn found(&self, word: &str) -> usize {
        self.index.search(&Query::parse(word), &Ask::best(10, now())).unwrap().total
    }

    /// As if its last commit were as long ago as a round may go on without one.
    fn grow_late(&mut self) {
        self.committed = Instant::now().checked_sub(COMMIT_AFTER).unwrap();
    }
}

#[tokio::test]
async fn what_is_stored_late_in_a_round_is_found_before_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = run(&folder).await;
    run.publish("Queues at scale").await;
    run.grow_late();
    run.catch_up().await.unwrap();
    assert_eq!(run.found("queues"), 1);
}

#[tokio::test]
async fn a_query_is_answered_while_what_is_new_waits_for_its_commit() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = run(&folder).await;
    run.publish("Queues at scale").await;
    run.grow_late();
    run.catch_up().await.unwrap();
    run.publish("Caches at scale").await;
    run.catch_up().await.unwrap();
    assert_eq!((run.found("queues"), run.found("caches")), (1, 0));
    run.grow_late();
    run.catch_up().await.unwrap();
    assert_eq!((run.found("queues"), run.found("caches")), (1, 1));
}
