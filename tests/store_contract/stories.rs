//! Stories and back-catalogues, whichever database is behind the library.

use peerscope::{crawl, store::BackfillProgress};

use super::*;

/// Two peers whose feeds list the same post, and each one of its own.
async fn cross_posted() -> (Library, EntryId, EntryId) {
    let peers = vec![
        peer("Etsy", &["https://etsy.example/feed"]),
        peer("Digest", &["https://digest.example/feed"]),
    ];
    let library = Library::following(peers).await;
    let sources = library.store.sources_to_visit(&Pick::All).await.unwrap();
    let listed = [vec![post(1), post(2)], vec![post(1), post(3)]];
    let visits = sources.iter().zip(listed).map(|(source, posts)| read(source, now(), posts));
    library.store.record(visits.collect()).await.unwrap();
    crawl::stories_follow(&library.store).await.unwrap();
    let entries = library.entries().await;
    let twins: Vec<EntryId> =
        entries.iter().filter(|it| it.title == post(1).title).map(|it| it.id).collect();
    assert_eq!(entries.len(), 4);
    (library, twins[0], twins[1])
}

#[tokio::test]
async fn a_post_listed_by_two_peers_is_one_story_until_someone_splits_it_for_good() {
    let (library, one, other) = cross_posted().await;
    let story = library.store.story(one).await.unwrap().unwrap();
    assert_eq!(story.members.len(), 2);
    let listed = library.store.entries(&EntriesAsk::default()).await.unwrap();
    assert_eq!(listed.rows.len(), 3, "lists show it once");
    let asides = library.store.asides(&[one]).await.unwrap();
    assert_eq!(asides[&one].elsewhere.also_at.len(), 1);
    assert_eq!(library.store.split_story(one).await.unwrap(), 1);
    crawl::stories_follow(&library.store).await.unwrap();
    assert_eq!(library.store.story(other).await.unwrap().unwrap().members.len(), 1);
    assert!(library.store.merge_stories(one, other).await.unwrap());
    crawl::stories_follow(&library.store).await.unwrap();
    assert_eq!(library.store.story(other).await.unwrap().unwrap().members.len(), 2);
    library.assert_sound().await;
}

#[tokio::test]
async fn what_is_deleted_or_forgotten_leaves_its_story() {
    let (library, one, other) = cross_posted().await;
    library.store.delete_entry(one, now()).await.unwrap();
    assert_eq!(library.store.story(other).await.unwrap().unwrap().members.len(), 1);
    for slug in ["etsy", "digest"] {
        library.store.forget(&slug.parse().unwrap()).await.unwrap().unwrap();
    }
    assert!(library.entries().await.is_empty());
    library.assert_sound().await;
}

#[tokio::test]
async fn how_far_a_back_catalogue_was_walked_is_kept_with_what_it_brought() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let source = library.source().await;
    assert_eq!(library.store.backfill_progress(source.id).await.unwrap(), None);
    let next = "https://etsy.example/feed?page=3".parse().ok();
    let halfway = BackfillProgress { next, pages: 2, ended: None };
    let record = async |posts, progress: &BackfillProgress| {
        library.store.record_backlog(&source, posts, progress, now()).await.unwrap()
    };
    let recorded = record(vec![post(1), post(2)], &halfway).await;
    assert_eq!((recorded.new, recorded.unchanged), (1, 1));
    assert_eq!(library.store.backfill_progress(source.id).await.unwrap(), Some(halfway));
    let ended = BackfillProgress { next: None, pages: 3, ended: Some(now()) };
    record(Vec::new(), &ended).await;
    assert_eq!(library.store.backfill_progress(source.id).await.unwrap(), Some(ended));
    assert!(library.entries().await.iter().any(|it| it.backlog));
    library.store.forget(&"etsy".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(library.store.backfill_progress(source.id).await.unwrap(), None);
}
