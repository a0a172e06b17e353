//! Lists, single entries, and the change sequence.

use super::*;

#[tokio::test]
async fn lists_are_paged_without_gaps_and_filtered() {
    let mut zalando = peer("Zalando", &["https://zalando.example/feed"]);
    zalando.domains = vec!["fashion".parse().unwrap()];
    let library =
        Library::following(vec![peer("Etsy", &["https://etsy.example/feed"]), zalando]).await;
    for source in library.store.sources_to_visit(&Pick::All).await.unwrap() {
        let same_time = |number: usize| EntryDraft {
            published: Some(now() - hours(i64::try_from(number / 4).unwrap())),
            ..post(number)
        };
        let visit = read(&source, now(), (0..10).map(same_time).collect());
        library.store.record(vec![visit]).await.unwrap();
    }
    let mut ask = EntriesAsk { limit: 3, ..EntriesAsk::default() };
    let mut seen = Vec::new();
    loop {
        let page = library.store.entries(&ask).await.unwrap();
        seen.extend(page.rows);
        let Some(next) = page.next else { break };
        ask.before = Some(next);
    }
    assert_eq!(seen.len(), 20);
    assert!(seen.is_sorted_by(|one, next| (one.ordered, one.id) > (next.ordered, next.id)));
    let count = async |ask: EntriesAsk| library.store.entries(&ask).await.unwrap().rows.len();
    let all = EntriesAsk::default();
    assert_eq!(count(EntriesAsk { peer: Slug::of("Etsy"), ..all.clone() }).await, 10);
    assert_eq!(count(EntriesAsk { domain: Slug::of("fashion"), ..all.clone() }).await, 10);
    assert_eq!(count(EntriesAsk { domain: Slug::of("fash"), ..all.clone() }).await, 0);
    assert_eq!(count(EntriesAsk { since: Some(now()), ..all.clone() }).await, 8);
    assert_eq!(count(EntriesAsk { source: Some(seen[0].source), ..all }).await, 10);
}

#[tokio::test]
async fn entries_are_given_with_bodies_in_the_order_asked_for() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..90).map(post).collect()).await;
    let page = library.store.entries(&EntriesAsk { limit: 90, ..EntriesAsk::default() }).await;
    let mut ids: Vec<_> = page.unwrap().rows.iter().map(|it| it.id).collect();
    ids.reverse();
    ids.insert(5, EntryId(i64::MAX));
    let found = library.store.entries_by_id(&ids).await.unwrap();
    let titles = library.store.titles(&ids).await.unwrap();
    ids.remove(5);
    assert_eq!(titles.iter().map(|it| it.0).collect::<Vec<_>>(), ids);
    assert_eq!(titles[0].1, found[0].entry.title);
    assert_eq!(found.iter().map(|it| it.entry.id).collect::<Vec<_>>(), ids);
    assert_eq!(found[0].html, post(0).html);
}

#[tokio::test]
async fn the_change_sequence_is_read_in_portions_that_bound_memory() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..20).map(post).collect()).await;
    let body = u64::try_from(post(1).html.len()).unwrap();
    let mut position = 0;
    let mut portions = Vec::new();
    loop {
        let portion = Portion { rows: 100, bytes: body * 7 };
        let changes = library.store.changes_after(position, portion).await.unwrap();
        portions.push(changes.put.len());
        position = changes.upto;
        if !changes.more {
            break;
        }
    }
    assert_eq!(portions.iter().sum::<usize>(), 20);
    assert!(portions.iter().all(|count| *count <= 8), "{portions:?}");
    let one = library.store.changes_after(0, Portion { rows: 100, bytes: 0 }).await.unwrap();
    assert_eq!(one.put.len(), 1);
    let (put, removed) = all_changes(&library.store, 0).await;
    assert_eq!((put.len(), removed.len()), (20, 0));
}

#[tokio::test]
async fn texts_of_any_kind_are_kept() {
    let library = Library::of_one_feed().await;
    let mut odd = post(1);
    odd.title = "Null\0 and 🦀 and ' and \" and %".into();
    odd.html = "<p>美团 \0 \u{fffd} \u{feff}</p>".into();
    odd.guid = Some("\0".into());
    library.read(now(), vec![odd]).await;
    assert_eq!(library.titles().await, ["Null and 🦀 and ' and \" and %"]);
    let sizes = library.store.sizes().await.unwrap();
    let rows = |table| sizes.tables.iter().find(|it| it.table == table).unwrap().rows;
    assert_eq!((rows("entries"), rows("bodies"), rows("stories")), (1, 1, 1));
    assert!(sizes.bytes > 0);
}
