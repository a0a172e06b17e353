//! What recorded visits leave: entries new, edited, the same, and the state of the source.

use super::*;

#[tokio::test]
async fn what_a_source_lists_is_stored_and_found_again() {
    let library = Library::of_one_feed().await;
    let recorded = library.read(now(), vec![post(2), post(1)]).await;
    assert_eq!((recorded.new, recorded.edited, recorded.unchanged), (2, 0, 0));
    let library = library.reopened().await;
    assert_eq!(library.titles().await, ["Post 2", "Post 1"]);
    let page = library.store.entries(&EntriesAsk::default()).await.unwrap();
    let stored = library.store.entry(page.rows[0].id).await.unwrap().unwrap();
    let draft = post(2);
    assert_eq!(stored.entry, page.rows[0]);
    assert_eq!(stored.html, draft.html);
    assert_eq!(stored.entry.link, draft.link);
    assert_eq!(stored.entry.authors, draft.authors);
    assert_eq!(stored.entry.categories, draft.categories);
    assert_eq!(stored.entry.language, draft.language);
    assert_eq!(stored.entry.published, draft.published);
    assert_eq!(stored.entry.summary, draft.summary);
    assert_eq!(stored.entry.words, draft.words);
    assert_eq!((stored.entry.peer.as_str(), stored.entry.peer_name.as_str()), ("etsy", "Etsy"));
    assert_eq!(stored.entry.first_seen, now());
    library.assert_sound().await;
}

#[tokio::test]
async fn listed_again_nothing_is_new_and_the_change_sequence_rests() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..70).map(post).collect()).await;
    let last = library.store.last_change().await.unwrap();
    let recorded = library.read(now() + hours(1), (0..70).map(post).collect()).await;
    assert_eq!((recorded.new, recorded.edited, recorded.unchanged), (0, 0, 70));
    assert_eq!(library.store.last_change().await.unwrap(), last);
}

#[tokio::test]
async fn new_entries_are_numbered_in_the_order_they_came_out() {
    let library = Library::of_one_feed().await;
    let undated = |number| EntryDraft { published: None, ..post(number) };
    library.read(now(), vec![undated(8), post(3), undated(9), post(1), post(2)]).await;
    let changes = library.store.changes_after(0, Portion::default()).await.unwrap();
    let titles: Vec<_> = changes.put.iter().map(|row| row.entry.title.as_str()).collect();
    assert_eq!(titles, ["Post 1", "Post 2", "Post 3", "Post 9", "Post 8"]);
    assert!(changes.put.iter().all(|row| row.entry.arrived == row.entry.changed));
    assert!(changes.put.is_sorted_by_key(|row| (row.entry.arrived, row.entry.id)));
}

#[tokio::test]
async fn a_first_visit_brings_a_backlog_and_later_ones_bring_news() {
    let library = Library::of_one_feed().await;
    let source = library.source().await;
    let failed = failed_visit(&source, now());
    library.store.record(vec![failed]).await.unwrap();
    library.read(now() + hours(1), vec![post(1)]).await;
    library.read(now() + hours(2), vec![post(1), post(50), post(2)]).await;
    let rows = library.store.entries(&EntriesAsk::default()).await.unwrap().rows;
    let told: Vec<_> = rows.iter().map(|it| (it.title.as_str(), it.backlog)).collect();
    assert_eq!(told, [("Post 50", false), ("Post 2", false), ("Post 1", true)]);
    assert_eq!(rows[2].ordered, post(1).published.unwrap());
    assert_eq!(rows[1].ordered, now() + hours(2));
}

#[tokio::test]
async fn an_edit_keeps_the_former_text_as_a_revision() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let last = library.store.last_change().await.unwrap();
    let mut edited = post(1);
    edited.title = "Post 1, corrected".into();
    edited.html.push_str("<p>And more</p>");
    edited.published = None;
    let recorded = library.read(now() + hours(1), vec![edited.clone(), post(2)]).await;
    assert_eq!((recorded.new, recorded.edited, recorded.unchanged), (0, 1, 1));
    let changes = library.store.changes_after(last, Portion::default()).await.unwrap();
    assert_eq!(changes.put.len(), 1);
    let row = &changes.put[0];
    assert_eq!((&row.html, &row.entry.title), (&edited.html, &edited.title));
    assert_eq!(row.entry.published, post(1).published);
    assert!(row.entry.arrived < row.entry.changed);
    let revisions = library.store.revisions(row.entry.id).await.unwrap();
    assert_eq!(revisions.len(), 1);
    assert_eq!((revisions[0].title.as_str(), &revisions[0].html), ("Post 1", &post(1).html));
    assert_eq!(revisions[0].until, now() + hours(1));
    assert_eq!(library.store.entry(row.entry.id).await.unwrap().unwrap().revisions, 1);
    library.assert_sound().await;
}

#[tokio::test]
async fn a_site_migration_brings_no_duplicates_and_is_known_by_its_new_keys() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..5).map(post).collect()).await;
    let moved = |number: usize| EntryDraft {
        guid: Some(format!("https://new.example/?p={number}")),
        link: Some(format!("https://new.example/blog/{number}").parse().unwrap()),
        ..post(number)
    };
    let recorded = library.read(now() + hours(1), (0..5).map(moved).collect()).await;
    assert_eq!((recorded.new, recorded.edited), (0, 5));
    assert_eq!(library.source().await.state.guid_policy, GuidPolicy::Link);
    let recorded = library.read(now() + hours(2), (0..5).map(moved).collect()).await;
    assert_eq!((recorded.new, recorded.edited, recorded.unchanged), (0, 0, 5));
    let recorded = library.read(now() + hours(3), (0..5).map(moved).collect()).await;
    assert_eq!((recorded.new, recorded.edited, recorded.unchanged), (0, 0, 5));
    library.assert_sound().await;
}

#[tokio::test]
async fn a_date_far_ahead_counts_as_unknown() {
    let library = Library::of_one_feed().await;
    let at = |published| EntryDraft { published: Some(published), ..post(1) };
    let next_year =
        EntryDraft { guid: Some("2".into()), link: None, ..at(now() + hours(24 * 365)) };
    let tonight = now() + hours(12);
    library.read(now(), vec![at(tonight), next_year]).await;
    let rows = library.store.entries(&EntriesAsk::default()).await.unwrap().rows;
    let published: Vec<_> = rows.iter().map(|it| it.published).collect();
    assert!(published.contains(&Some(tonight)) && published.contains(&None), "{published:?}");
    assert!(rows.iter().all(|it| it.ordered <= now()));
}

#[tokio::test]
async fn what_was_deleted_stays_deleted_while_its_source_lists_it() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let last = library.store.last_change().await.unwrap();
    let id = library.store.entries(&EntriesAsk::default()).await.unwrap().rows[0].id;
    assert!(library.store.delete_entry(id, now()).await.unwrap());
    assert!(!library.store.delete_entry(id, now()).await.unwrap());
    let recorded = library.read(now() + hours(1), vec![post(1), post(2)]).await;
    assert_eq!((recorded.new, recorded.unchanged, recorded.deleted), (0, 1, 1));
    assert_eq!(library.titles().await, ["Post 1"]);
    assert_eq!(all_changes(&library.store, last).await, (vec![], vec![id]));
    let moved = EntryDraft { guid: Some("other".into()), ..post(2) };
    assert_eq!(library.read(now() + hours(2), vec![moved]).await.deleted, 1);
    library.assert_sound().await;
}

#[tokio::test]
async fn two_visits_to_one_source_in_one_group_are_recorded_one_after_the_other() {
    let library = Library::of_one_feed().await;
    let source = library.source().await;
    let visits = vec![
        read(&source, now(), vec![post(1)]),
        read(&source, now() + hours(1), vec![post(1), post(2)]),
    ];
    let recorded = library.store.record(visits).await.unwrap();
    assert_eq!((recorded[0].new, recorded[1].new, recorded[1].unchanged), (1, 1, 1));
}

fn failed_visit(source: &SourceToVisit, at: Timestamp) -> Visit {
    let failure = Failure {
        kind: FailureKind::TooManyRequests,
        detail: "etsy.example asked to slow down\0".into(),
        status: Some(429),
        retry_after: Some(Duration::from_millis(90_500)),
    };
    let mut visit = visit(source, at, Outcome::Failed(failure.clone()));
    visit.after.succeeded = source.state.succeeded;
    visit.after.failure = Some(failure);
    visit
}

#[tokio::test]
async fn all_that_a_visit_leaves_at_a_source_survives_a_restart() {
    let library = Library::of_one_feed().await;
    let source = library.source().await;
    let mut visit = failed_visit(&source, now());
    visit.after = SourceState {
        in_use: "https://etsy.example/new-feed".parse().unwrap(),
        moving: Some(Moving { to: "https://e.example/".parse().unwrap(), confirmations: 2 }),
        validators: Validators {
            etag: Some("W/\"é\"".into()),
            last_modified: Some("Mon, 02 Mar 2026 10:00:00 GMT".into()),
        },
        body: Some(peerscope::domain::Digest::of([&b"body"[..]])),
        body_bytes: 54_321,
        guid_policy: GuidPolicy::LinkAndTitle,
        not_before: Some(now() + hours(2)),
        failures: 3,
        failing_since: Some(now() - hours(3)),
        rhythm: Some(Duration::from_hours(70)),
        newest: Some(now() - hours(9)),
        title: Some("Code as Craft".into()),
        site: Some("https://etsy.example/".parse().unwrap()),
        complaints: vec![Complaint { kind: ComplaintKind::Date, detail: "no date".into() }],
        asked: PublisherRhythm {
            ttl: Some(Duration::from_mins(1)),
            skip_hours: vec![1, 2],
            skip_days: vec![7],
        },
        ..visit.after
    };
    library.store.record(vec![visit.clone()]).await.unwrap();
    let library = library.reopened().await;
    assert_eq!(library.source().await.state, visit.after);
}
