//! What `feeds.toml` says is what is visited and listed.

use super::*;

#[tokio::test]
async fn a_forgotten_peer_leaves_nothing_and_comes_back_as_new() {
    let feeds = ["https://etsy.example/feed", "https://zalando.example/feed"];
    let peers = vec![peer("Etsy", &feeds[..1]), peer("Zalando", &feeds[1..])];
    let library = Library::following(peers.clone()).await;
    for source in library.store.sources_to_visit(&Pick::All).await.unwrap() {
        let visit = read(&source, now(), vec![post(1), post(2)]);
        library.store.record(vec![visit]).await.unwrap();
    }
    let last = library.store.last_change().await.unwrap();
    let slug = Slug::of("Etsy").unwrap();
    let etsy = EntriesAsk { peer: Some(slug.clone()), ..EntriesAsk::default() };
    let ids: Vec<_> =
        library.store.entries(&etsy).await.unwrap().rows.iter().map(|it| it.id).collect();
    library.store.delete_entry(ids[0], now()).await.unwrap();
    let preview = library.store.forget_preview(&slug).await.unwrap().unwrap();
    assert_eq!((preview.sources, preview.entries, preview.visits), (1, 1, 1));
    assert!(preview.bytes > 0 && preview.followed);
    assert_eq!(library.store.forget(&slug).await.unwrap(), Some(preview));
    assert_eq!(library.store.forget(&slug).await.unwrap(), None);
    assert_eq!(library.titles().await.len(), 2);
    assert_eq!(all_changes(&library.store, last).await, (vec![], ids));
    library.assert_sound().await;
    library.store.follow(&file(peers), now()).await.unwrap();
    let pick = Pick::Peer(slug);
    let source = library.store.sources_to_visit(&pick).await.unwrap().remove(0);
    let visit = read(&source, now(), vec![post(1), post(2)]);
    assert_eq!(library.store.record(vec![visit]).await.unwrap()[0].new, 2);
}

#[tokio::test]
async fn a_visit_to_a_source_that_was_forgotten_meanwhile_is_left_out() {
    let library = Library::of_one_feed().await;
    let source = library.source().await;
    library.store.forget(&Slug::of("Etsy").unwrap()).await.unwrap();
    let visit = read(&source, now(), vec![post(1)]);
    assert_eq!(library.store.record(vec![visit]).await.unwrap(), []);
    library.assert_sound().await;
}

#[tokio::test]
async fn a_restart_polls_nothing_early() {
    let library = Library::of_one_feed().await;
    assert_eq!(library.store.sources_due(now()).await.unwrap().len(), 1);
    let visit = visit(&library.source().await, now(), Outcome::Unchanged);
    library.store.record(vec![visit]).await.unwrap();
    let library = library.reopened().await;
    library
        .store
        .follow(&file(vec![peer("Etsy", &["https://etsy.example/feed"])]), now())
        .await
        .unwrap();
    assert_eq!(
        library.store.sources_due(now() + hours(1) - SignedDuration::from_secs(1)).await.unwrap(),
        []
    );
    assert_eq!(library.store.sources_due(now() + hours(1)).await.unwrap().len(), 1);
    assert_eq!(library.store.next_due().await.unwrap(), Some(now() + hours(1)));
}

#[tokio::test]
async fn nothing_is_due_before_its_server_allows_it_and_the_longest_due_comes_first() {
    let feeds = ["https://a.example/1", "https://a.example/2", "https://a.example/3"];
    let library = Library::following(vec![peer("A", &feeds)]).await;
    let sources = library.store.sources_to_visit(&Pick::All).await.unwrap();
    let mut visits: Vec<_> =
        sources.iter().map(|it| visit(it, now(), Outcome::Unchanged)).collect();
    visits[0].after.not_before = Some(now() + hours(5));
    visits[1].after.next_visit = now() + hours(3);
    visits[2].after.next_visit = now() + hours(2);
    library.store.record(visits).await.unwrap();
    let due = async |at| -> Vec<SourceId> {
        library.store.sources_due(at).await.unwrap().into_iter().map(|it| it.id).collect()
    };
    assert_eq!(due(now() + hours(4)).await, [sources[2].id, sources[1].id]);
    assert_eq!(due(now() + hours(5)).await[0], sources[0].id);
    assert_eq!(library.store.next_due().await.unwrap(), Some(now() + hours(2)));
}

#[tokio::test]
async fn a_muted_source_is_visited_only_when_asked_for() {
    let library = Library::of_one_feed().await;
    let mut gone = visit(&library.source().await, now(), Outcome::Unchanged);
    gone.after.muted = true;
    library.store.record(vec![gone.clone()]).await.unwrap();
    let picked = async |pick| library.store.sources_to_visit(&pick).await.unwrap().len();
    assert_eq!(library.store.sources_due(now() + hours(9)).await.unwrap().len(), 0);
    assert_eq!(library.store.next_due().await.unwrap(), None);
    assert_eq!(picked(Pick::All).await, 0);
    assert_eq!(picked(Pick::Peer(Slug::of("Etsy").unwrap())).await, 1);
    library.store.unmute(gone.source).await.unwrap();
    assert_eq!(picked(Pick::All).await, 1);
}

#[tokio::test]
async fn sources_of_every_type_are_reported_and_due() {
    let mut etsy = peer("Etsy", &["https://etsy.example/feed"]);
    etsy.sources.push(Source::new("https://etsy.example/".parse().unwrap(), SourceType::Site));
    let library = Library::following(vec![etsy]).await;
    assert_eq!(library.store.sources_due(now()).await.unwrap().len(), 2);
    let reports = library.store.sources().await.unwrap();
    let kinds: Vec<_> = reports.iter().map(|it| (it.source.kind, it.followed)).collect();
    assert_eq!(kinds, [(SourceType::Feed, true), (SourceType::Site, true)]);
}

#[tokio::test]
async fn a_peer_taken_out_of_the_file_is_not_visited_and_leaves_the_lists_by_default() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let last = library.store.last_change().await.unwrap();
    let report = library.store.follow(&file(vec![]), now()).await.unwrap();
    assert_eq!((report.peers_left, report.sources_left), (1, 1));
    assert_eq!(library.store.sources_due(now() + hours(9)).await.unwrap(), []);
    assert_eq!(library.store.entries(&EntriesAsk::default()).await.unwrap().rows, []);
    assert_eq!(library.titles().await, ["Post 1"]);
    let changes = library.store.changes_after(last, Portion::default()).await.unwrap();
    assert!(!changes.put[0].followed);
    let again = vec![peer("Etsy", &["https://etsy.example/feed"])];
    library.store.follow(&file(again), now()).await.unwrap();
    assert_eq!(library.store.entries(&EntriesAsk::default()).await.unwrap().rows.len(), 1);
    assert_eq!(library.read(now() + hours(1), vec![post(1)]).await.unchanged, 1);
}

#[tokio::test]
async fn entries_stay_when_a_peers_only_source_has_another_address() {
    let library = Library::of_one_feed().await;
    let mut visited = read(&library.source().await, now(), vec![post(1)]);
    visited.after.validators.etag = Some("\"1\"".into());
    visited.after.failures = 2;
    library.store.record(vec![visited.clone()]).await.unwrap();
    let later = now() + hours(1);
    let moved = file(vec![peer("Etsy", &["https://etsy.example/atom"])]);
    library.store.follow(&moved, later).await.unwrap();
    let source = library.source().await;
    assert_eq!(source.id, visited.source);
    let address: Address = "https://etsy.example/atom".parse().unwrap();
    assert_eq!(source.state, SourceState::new(address, later));
    // A visit that was on its way meanwhile says nothing about the new address.
    library.store.record(vec![visited]).await.unwrap();
    assert_eq!(library.source().await.state, source.state);
    let recorded = library.read(later, vec![post(1), post(2)]).await;
    assert_eq!((recorded.new, recorded.unchanged), (1, 1));
    let back = file(vec![peer("Etsy", &["https://etsy.example/feed"])]);
    library.store.follow(&back, later).await.unwrap();
    assert_eq!(library.source().await.id, source.id);
    assert_eq!(library.store.sources().await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_several_sources_a_new_address_is_a_new_source() {
    let library =
        Library::following(vec![peer("A", &["https://a.example/1", "https://a.example/2"])]).await;
    let next = file(vec![peer("A", &["https://a.example/1", "https://a.example/3"])]);
    let report = library.store.follow(&next, now()).await.unwrap();
    assert_eq!((report.sources_added, report.sources_left), (1, 1));
    assert_eq!(library.store.sources().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_renamed_peer_keeps_its_entries() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let last = library.store.last_change().await.unwrap();
    let renamed = vec![peer("Etsy Engineering", &["https://etsy.example/feed"])];
    let report = library.store.follow(&file(renamed), now()).await.unwrap();
    assert_eq!((report.peers_added, report.peers_changed, report.peers_left), (0, 1, 0));
    let changes = library.store.changes_after(last, Portion::default()).await.unwrap();
    assert_eq!(changes.put[0].entry.peer, "etsy-engineering");
    assert_eq!(library.store.peers().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_source_that_goes_to_another_peer_takes_its_entries_along() {
    let library = Library::following(vec![
        peer("A", &["https://a.example/1", "https://a.example/2"]),
        peer("B", &["https://b.example/"]),
    ])
    .await;
    let source = library.source().await;
    library.store.record(vec![read(&source, now(), vec![post(1)])]).await.unwrap();
    let last = library.store.last_change().await.unwrap();
    let next = file(vec![
        peer("A", &["https://a.example/2"]),
        peer("B", &["https://b.example/", "https://a.example/1"]),
    ]);
    library.store.follow(&next, now()).await.unwrap();
    let changes = library.store.changes_after(last, Portion::default()).await.unwrap();
    assert_eq!(changes.put[0].entry.peer, "b");
    let peers = library.store.peers().await.unwrap();
    let counts: Vec<_> = peers.iter().map(|it| (it.sources, it.entries)).collect();
    assert_eq!(counts, [(1, 0), (2, 1)]);
}

#[tokio::test]
async fn following_the_same_file_again_changes_nothing() {
    let peers = vec![peer("A", &["https://a.example/1"]), peer("B", &["https://b.example/"])];
    let library = Library::following(peers.clone()).await;
    library.read(now(), vec![post(1)]).await;
    let before = library.store.sources().await.unwrap();
    let last = library.store.last_change().await.unwrap();
    let report = library.store.follow(&file(peers), now() + hours(1)).await.unwrap();
    assert_eq!(report, peerscope::store::FollowReport::default());
    assert_eq!(library.store.sources().await.unwrap(), before);
    assert_eq!(library.store.last_change().await.unwrap(), last);
}

#[tokio::test]
async fn changed_filters_have_the_document_read_again() {
    let library = Library::of_one_feed().await;
    let mut visited = visit(&library.source().await, now(), Outcome::Unchanged);
    visited.after.validators.etag = Some("\"1\"".into());
    library.store.record(vec![visited]).await.unwrap();
    let mut etsy = peer("Etsy", &["https://etsy.example/feed"]);
    etsy.sources[0].keep = vec!["/posts/".into()];
    etsy.sources[0].every = Some(Duration::from_mins(10));
    library.store.follow(&file(vec![etsy]), now()).await.unwrap();
    let source = library.source().await;
    assert_eq!(source.keep, ["/posts/"]);
    assert_eq!(source.every, Duration::from_mins(10));
    assert!(source.state.validators.is_empty());
    assert_eq!(source.state.next_visit, now());
}

#[tokio::test]
async fn a_shorter_interval_brings_the_next_visit_forward() {
    let library = Library::of_one_feed().await;
    let mut visited = visit(&library.source().await, now(), Outcome::Unchanged);
    visited.after.next_visit = now() + hours(20);
    library.store.record(vec![visited]).await.unwrap();
    let mut following = file(vec![peer("Etsy", &["https://etsy.example/feed"])]);
    following.crawl.every = Duration::from_mins(15);
    library.store.follow(&following, now()).await.unwrap();
    assert_eq!(
        library.store.next_due().await.unwrap(),
        Some(now() + SignedDuration::from_mins(15))
    );
}
