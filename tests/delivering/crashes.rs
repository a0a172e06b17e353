//! Crashes: between any two steps from composing to recording, nothing is lost and nothing comes twice.

use peerscope::store::Step;

use super::*;

/// Composes and sends, ending wherever a planned failure strikes. Says whether it went to the end.
async fn run(press: &Press, post: &PostOffice) -> bool {
    let doors = &press.library.doors;
    let (library, following) = (doors.library(), press.library.followed.at_present());
    let now = press.library.now();
    if digest::compose_due(&library, &following, post, now).await.is_err() {
        return false;
    }
    let (_running, stop) = watch::channel(false);
    digest::send_waiting(&doors.store, post, &doors.clock, &stop).await.is_ok()
}

#[tokio::test]
async fn a_failure_at_any_write_loses_no_issue_and_doubles_none() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        for writes_before in 0.. {
            let (post, mailbox) = in_memory();
            let mut press = Press::of(&["ada@example.com", "ben@example.com"]).await;
            press.publish("Example-post about queues").await;
            press.until(MONDAY);
            press.library.doors.store.fail_at_write(step, writes_before);
            let went_well = run(&press, &post).await;
            press.library = press.library.restart().await;
            // Another process, some of whose mails the first one has claimed.
            let post = PostOffice { name: "another".to_owned(), ..post };
            while !run(&press, &post).await {}
            press.send_all(&post).await;
            let states = press.states().await;
            assert_eq!(states.len(), 2, "{states:?}");
            assert!(states.values().all(|it| *it == DeliveryState::Sent), "{states:?}");
            let mut ids: Vec<String> =
                mailbox.letters().into_iter().map(|it| it.message_id).collect();
            let mails = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 2);
            // One mail at most went out again, under the same name.
            assert!(mails <= 3, "{mails} mails after {step:?} {writes_before}");
            if went_well {
                assert!(writes_before > 5, "only {writes_before} writes");
                break;
            }
        }
    }
}
