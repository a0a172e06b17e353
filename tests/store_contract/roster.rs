//! Peers and sources are kept in memory, and still told as they are.

use peerscope::{domain::Search, store::Store};

use super::*;

/// What another program, which asked before, tells of names, entries, failures, muted sources and searches.
async fn told(store: &Store) -> (Vec<(String, bool, u64)>, Vec<(bool, bool, bool)>) {
    let peers = store.peers().await.unwrap().into_iter();
    let sources = store.sources().await.unwrap().into_iter().filter(|it| it.followed);
    let of_source = |state: SourceState| {
        (state.failure.is_some(), state.muted, state.discovery.search.is_some())
    };
    (
        peers.map(|it| (it.name, it.followed, it.entries)).collect(),
        sources.map(|it| of_source(it.source.state)).collect(),
    )
}

#[tokio::test]
async fn whatever_one_program_writes_the_other_tells_at_once() {
    let library = Library::of_one_feed().await;
    let other = Store::open(&library.location).await.unwrap();
    let etsy = |entries| vec![("Etsy".to_owned(), true, entries)];
    assert_eq!(told(&other).await, (etsy(0), vec![(false, false, false)]));
    library.read(now(), vec![post(1), post(2)]).await;
    assert_eq!(told(&other).await.0, etsy(2));
    let source = library.source().await;
    let failure = Failure {
        kind: FailureKind::Gone,
        detail: "gone".to_owned(),
        status: Some(410),
        retry_after: None,
    };
    let mut visit = read(&source, now() + SignedDuration::from_hours(1), Vec::new());
    visit.outcome = Outcome::Failed(failure.clone());
    visit.after = SourceState { failure: Some(failure), muted: true, ..source.state.clone() };
    library.store.record(vec![visit]).await.unwrap();
    assert_eq!(told(&other).await.1, [(true, true, false)]);
    library.store.unmute(source.id).await.unwrap();
    assert_eq!(told(&other).await.1, [(true, false, false)]);
    let search = Search { at: now(), found: None };
    library.store.keep_search(source.id, &search).await.unwrap();
    assert_eq!(told(&other).await.1, [(true, false, true)]);
    let entry = library.entries().await[0].id;
    library.store.delete_entry(entry, now()).await.unwrap();
    assert_eq!(told(&other).await.0, etsy(1));
    let renamed =
        Peer { name: "Etsy, Inc.".to_owned(), ..peer("Etsy", &["https://etsy.example/feed"]) };
    library.store.follow(&file(vec![renamed]), now()).await.unwrap();
    assert_eq!(told(&other).await.0, [("Etsy, Inc.".to_owned(), true, 1)]);
    library.store.follow(&file(Vec::new()), now()).await.unwrap();
    assert_eq!(told(&other).await, (vec![("Etsy, Inc.".to_owned(), false, 1)], Vec::new()));
    library.store.forget(&"etsy".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(told(&other).await.0, []);
    other.close().await;
}
