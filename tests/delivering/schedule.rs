//! Issues come at their hour; what was missed comes once, and what is too old not at all.

use peerscope::domain::{Following, MailAddress, ReaderId};

use super::*;

#[tokio::test]
async fn an_issue_goes_on_where_the_one_before_ended() {
    let (post, mailbox) = in_memory();
    let mut press = Press::of(&["ada@example.com"]).await;
    press.publish("Example-post about queues").await;
    assert_eq!(press.compose(&post).await.composed, []);
    let mut after = 0;
    for monday in ["2026-03-09T08:00:00Z", "2026-03-16T08:00:00Z", "2026-03-23T08:00:00Z"] {
        press.until(monday);
        press.publish(&format!("Example-post of {monday}")).await;
        let composition = press.compose(&post).await;
        assert_eq!(composition.composed.len(), 1);
        press.send(&post).await;
        let id = composition.composed[0].0;
        let issue = press.library.doors.store.issues(id, 1).await.unwrap().remove(0).content;
        assert!(issue.after == after || after == 0, "{issue:?}");
        assert!(issue.upto > issue.after);
        after = issue.upto;
        assert_eq!(press.subscriber(id).await.mark, after);
    }
    assert_eq!(mailbox.letters().len(), 3);
}

#[tokio::test]
async fn a_service_that_was_down_sends_once_and_leaves_out_what_is_too_old() {
    let (post, mailbox) = in_memory();
    let mut press = Press::of(&["ada@example.com"]).await;
    press.publish("Example-post about queues").await;
    // Down from before one Monday to the Thursday after the next one.
    press.until("2026-03-19T08:00:01Z");
    let composition = press.compose(&post).await;
    assert_eq!((composition.composed.len(), composition.skipped.len()), (0, 1));
    assert_eq!(press.states().await["2026-W12 ada@example.com"], DeliveryState::Skipped);
    let subscriber = press.subscriber(composition.skipped[0].0).await;
    let mark = subscriber.mark;
    assert_eq!(press.compose(&post).await.skipped, []);
    // What it would have told stands in the next one, which is sent a day late.
    press.until("2026-03-24T09:00:00Z");
    assert_eq!(press.compose(&post).await.composed.len(), 1);
    press.send(&post).await;
    press.send(&post).await;
    assert_eq!(mailbox.letters().len(), 1);
    let issue = press.library.doors.store.issues(subscriber.id, 9).await.unwrap().remove(0);
    assert_eq!((issue.week.to_string().as_str(), issue.content.after), ("2026-W13", mark));
}

#[tokio::test]
async fn subscribers_in_all_zones_get_theirs_at_their_own_hour() {
    let (post, mailbox) = in_memory();
    let press = Press::of(&["utc@example.com", "nz@example.com", "la@example.com"]).await;
    let store = &press.library.doors.store;
    for (at, zone) in [(1, "Pacific/Auckland"), (2, "America/Los_Angeles")] {
        let subscriber = store.subscribers().await.unwrap()[at].id;
        let plan = DigestPlan { zone: zone.to_owned(), ..DigestPlan::default() };
        store.set_preferences(subscriber, &preferences(&plan)).await.unwrap();
    }
    let mut order = Vec::new();
    for hour in ["2026-03-08T18:59:59Z", "2026-03-08T19:00:00Z", MONDAY, "2026-03-09T15:00:00Z"] {
        press.until(hour);
        press.compose(&post).await;
        press.send(&post).await;
        order.push(mailbox.letters().last().map(|it| it.to.to_string()).unwrap_or_default());
    }
    assert_eq!(order, ["", "nz@example.com", "utc@example.com", "la@example.com"]);
    assert_eq!(mailbox.letters().len(), 3);
}

#[tokio::test]
async fn the_owner_follows_the_file_and_the_settings() {
    let press = Press::of(&["ada@example.com"]).await;
    let store = &press.library.doors.store;
    let mut following = Following::default();
    let now = press.library.now();
    let address = |text: &str| Some(text.parse::<MailAddress>().unwrap());
    let keep = async |following: &Following, to: Option<MailAddress>| {
        digest::keep_owner(store, following, to.as_ref(), now).await.unwrap().unwrap()
    };
    let made = keep(&following, None).await;
    assert_eq!((made.reader, made.address), (Some(ReaderId::ONLY), None));
    following.digest.day = "Friday".to_owned();
    following.reader.interests = vec!["dynamic pricing".to_owned()];
    let kept = keep(&following, address("owner@example.com")).await;
    assert_eq!(kept.id, made.id);
    let stored = press.subscriber(made.id).await;
    assert_eq!(stored.preferences.plan.day, "Friday");
    assert_eq!(stored.preferences.interests, ["dynamic pricing"]);
    assert_eq!(stored.address, address("owner@example.com"));
    // Someone else's address stays theirs.
    let kept = keep(&following, address("ada@example.com")).await;
    assert_eq!(kept.address, address("owner@example.com"));
    assert_eq!(keep(&following, None).await.address, None);
    assert_eq!(store.subscribers().await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_issue_without_an_address_waits_on_pages_only() {
    let (post, mailbox) = in_memory();
    let press = Press::of(&[]).await;
    let store = &press.library.doors.store;
    let following = Following::default();
    let owner = digest::keep_owner(store, &following, None, press.library.now()).await;
    let owner = owner.unwrap().unwrap();
    press.until(MONDAY);
    assert_eq!(press.compose(&post).await.composed.len(), 1);
    assert_eq!(press.send(&post).await.sent, 0);
    assert_eq!(store.issues(owner.id, 9).await.unwrap().len(), 1);
    assert!(mailbox.letters().is_empty());
    assert_eq!(store.deliveries(owner.id).await.unwrap(), []);
}
