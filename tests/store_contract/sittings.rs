//! When a reader was here, what arrived since, and how often a peer publishes.

use peerscope::{
    domain::ReaderId,
    store::{Arrived, EntriesAsk},
};

use super::*;

const READER: ReaderId = ReaderId::ONLY;

#[tokio::test]
async fn a_sitting_is_kept_and_the_next_one_begins_where_it_ended() {
    let library = Library::empty().await;
    assert_eq!(library.store.sitting(READER).await.unwrap(), None);
    library.store.sit(READER, Some(7), now()).await.unwrap();
    library.store.sit(READER, None, now() + SignedDuration::from_mins(20)).await.unwrap();
    let library = library.reopened().await;
    let next = library.store.sit(READER, Some(9), now() + SignedDuration::from_hours(5)).await;
    let next = next.unwrap();
    assert_eq!(library.store.sitting(READER).await.unwrap(), Some(next));
    assert_eq!(next.before, Some(now() + SignedDuration::from_mins(20)));
    assert_eq!((next.after, next.shown), (Some(7), Some(9)));
    library.assert_sound().await;
}

#[tokio::test]
async fn what_arrived_after_a_number_is_listed_newest_first_page_by_page() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let seen = library.store.last_change().await.unwrap();
    library.read(now(), vec![post(3), post(4), post(5)]).await;
    let arrived = Some(Arrived { after: seen, since: now() + hours(1) });
    let ask = EntriesAsk { arrived, limit: 2, ..EntriesAsk::default() };
    let first = library.store.entries(&ask).await.unwrap();
    let rest = EntriesAsk { before: first.next, ..ask.clone() };
    let rest = library.store.entries(&rest).await.unwrap();
    let rows = first.rows.iter().chain(&rest.rows);
    let mut arrived: Vec<i64> = rows.map(|it| it.arrived).collect();
    arrived.sort_unstable();
    assert!(arrived.len() == 3 && arrived.iter().all(|it| *it > seen), "{arrived:?}");
    // What the source listed when it was new counts by its own dates.
    for (since, all) in [(now() - hours(1000), 5), (now() + hours(1), 3)] {
        let arrived = Some(Arrived { after: 0, since });
        let ask = EntriesAsk { arrived, ..EntriesAsk::default() };
        assert_eq!(library.store.entries(&ask).await.unwrap().rows.len(), all);
    }
}

#[tokio::test]
async fn a_peer_is_told_by_when_its_stories_were_published() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let slug = "etsy".parse().unwrap();
    let long_ago = "2000-01-01T00:00:00Z".parse().unwrap();
    let published = library.store.published_by(&slug, long_ago).await.unwrap();
    assert_eq!(published.len(), 2);
    assert!(published.is_sorted());
    let later = now() + SignedDuration::from_hours(24 * 400);
    assert_eq!(library.store.published_by(&slug, later).await.unwrap(), []);
    assert_eq!(library.store.best_of(&slug, 5).await.unwrap(), []);
}
