//! The ledger of sending: claims that exclude each other, and results that are kept once.

use peerscope::{
    domain::{
        DeliveryState, HandOver, HandOverResult, Issue, Language, Numbers, Pace, Preferences, Slot,
        Subscriber, SubscriberState, Week,
    },
    store::{Claim, NewLetter, NewSubscriber},
};

use super::*;

fn week() -> Week {
    "2026-W10".parse().unwrap()
}

impl Library {
    async fn subscriber(&self, address: &str) -> Subscriber {
        let new = NewSubscriber {
            reader: None,
            address: Some(address.parse().unwrap()),
            state: SubscriberState::Active,
            preferences: Preferences {
                language: Language::english(),
                domains: Vec::new(),
                interests: Vec::new(),
                topics: Vec::new(),
                mute: Vec::new(),
                plan: DigestPlan::default(),
            },
            stamp: "stamp".to_owned(),
        };
        self.store.add_subscriber(&new, now()).await.unwrap().unwrap()
    }

    async fn issue_for(&self, subscriber: &Subscriber) {
        let issue = Issue {
            week: week(),
            slot: now(),
            made: now(),
            after: subscriber.mark,
            upto: subscriber.mark,
            language: Language::english(),
            zone: "UTC".to_owned(),
            pace: Pace::Quiet,
            numbers: Numbers::default(),
            rising: Vec::new(),
            reads: Vec::new(),
            papers: Vec::new(),
            rest: Vec::new(),
            archive: None,
            own: None,
            care: Vec::new(),
        };
        let id = format!("{}@example.com", subscriber.id);
        assert!(self.store.keep_issue(subscriber.id, &issue, Some(&id)).await.unwrap());
    }
}

fn claim(by: &str, at: Timestamp) -> Claim {
    Claim { by: by.to_owned(), until: at + hours(1) }
}

fn handed(result: HandOverResult) -> HandOver {
    HandOver { result, answer: "as the server\0 says".to_owned() }
}

#[tokio::test]
async fn what_one_sender_claims_no_other_gets_until_the_claim_runs_out() {
    let library = Library::empty().await;
    let subscriber = library.subscriber("ada@example.com").await;
    library.issue_for(&subscriber).await;
    let first = library.store.claim_issue(&claim("one", now()), now()).await.unwrap().unwrap();
    assert_eq!((first.delivery.state, first.delivery.attempts), (DeliveryState::Sending, 1));
    assert_eq!(first.made, now());
    let soon = now() + hours(1) - hours(1) / 60;
    assert_eq!(library.store.claim_issue(&claim("two", soon), soon).await.unwrap(), None);
    assert_eq!(library.store.next_attempt().await.unwrap(), Some(now() + hours(1)));
    let late = now() + hours(1);
    let second = library.store.claim_issue(&claim("two", late), late).await.unwrap().unwrap();
    assert_eq!(second.delivery.message_id, first.delivery.message_id);
    // The first one is too late with a failure …
    let later = handed(HandOverResult::Later);
    assert_eq!(library.store.record_issue(&first, "one", &later, late).await.unwrap(), None);
    // … but what a server took was sent.
    let taken = handed(HandOverResult::Taken);
    let state = library.store.record_issue(&first, "one", &taken, late).await.unwrap();
    assert_eq!(state, Some(DeliveryState::Sent));
    assert_eq!(library.store.record_issue(&second, "two", &later, late).await.unwrap(), None);
    let delivery = library.store.deliveries(subscriber.id).await.unwrap().remove(0);
    assert_eq!(delivery.state, DeliveryState::Sent);
    assert_eq!(delivery.answer.as_deref().map(|it| it.replace('\0', "")).as_deref(), {
        Some("as the server says")
    });
    assert_eq!(library.store.next_attempt().await.unwrap(), None);
    library.assert_sound().await;
}

#[tokio::test]
async fn many_senders_at_once_get_every_issue_once() {
    let library = Library::empty().await;
    for number in 0..24 {
        let subscriber = library.subscriber(&format!("reader{number}@example.com")).await;
        library.issue_for(&subscriber).await;
    }
    let senders = (0..4).map(|sender| {
        let store = library.store.clone();
        tokio::spawn(async move {
            let by = format!("sender {sender}");
            let mut claimed = Vec::new();
            while let Some(it) = store.claim_issue(&claim(&by, now()), now()).await.unwrap() {
                let taken = handed(HandOverResult::Taken);
                let state = store.record_issue(&it, &by, &taken, now()).await.unwrap();
                assert_eq!(state, Some(DeliveryState::Sent));
                claimed.push(it.delivery.subscriber);
            }
            claimed
        })
    });
    let mut all = Vec::new();
    for sender in senders.collect::<Vec<_>>() {
        all.extend(sender.await.unwrap());
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 24);
    let counts = library.store.delivery_counts().await.unwrap();
    assert_eq!(counts, [(DeliveryState::Sent, 24)]);
}

#[tokio::test]
async fn a_mail_that_was_put_back_was_never_tried_and_one_that_failed_waits() {
    let library = Library::empty().await;
    let subscriber = library.subscriber("ada@example.com").await;
    library.issue_for(&subscriber).await;
    let claimed = library.store.claim_issue(&claim("one", now()), now()).await.unwrap().unwrap();
    assert!(!library.store.release_issue(&claimed, "two").await.unwrap());
    assert!(library.store.release_issue(&claimed, "one").await.unwrap());
    let again = library.store.claim_issue(&claim("one", now()), now()).await.unwrap().unwrap();
    assert_eq!(again.delivery.attempts, 1);
    let later = handed(HandOverResult::Later);
    let state = library.store.record_issue(&again, "one", &later, now()).await.unwrap();
    assert_eq!(state, Some(DeliveryState::Waiting));
    let next = library.store.next_attempt().await.unwrap().unwrap();
    assert!(next > now());
    assert_eq!(library.store.claim_issue(&claim("one", now()), now()).await.unwrap(), None);
    assert!(library.store.claim_issue(&claim("one", next), next).await.unwrap().is_some());
}

#[tokio::test]
async fn refusals_are_counted_with_the_result_and_suspend() {
    let library = Library::empty().await;
    let subscriber = library.subscriber("ada@example.com").await;
    library.issue_for(&subscriber).await;
    let refused = handed(HandOverResult::Refused { unknown_address: true });
    let claimed = library.store.claim_issue(&claim("one", now()), now()).await.unwrap().unwrap();
    library.store.record_issue(&claimed, "one", &refused, now()).await.unwrap();
    let after = library.store.subscriber(subscriber.id).await.unwrap().unwrap();
    assert_eq!((after.refusals, after.refused), (1, Some(now())));
    let letter = NewLetter {
        subscriber: subscriber.id,
        purpose: "known".to_owned(),
        to: "ada@example.com".parse().unwrap(),
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello".to_owned(),
        message_id: "letter@example.com".to_owned(),
    };
    // What is said of another address is not counted against this one.
    let elsewhere = NewLetter { to: "new@example.com".parse().unwrap(), ..letter.clone() };
    library.store.queue_letter(&elsewhere, now()).await.unwrap();
    let claimed = library.store.claim_letter(&claim("one", now()), now()).await.unwrap().unwrap();
    library.store.record_letter(&claimed, "one", &refused, now()).await.unwrap();
    let after = library.store.subscriber(subscriber.id).await.unwrap().unwrap();
    assert_eq!(after.refusals, 1);
    library.store.queue_letter(&letter, now()).await.unwrap();
    let claimed = library.store.claim_letter(&claim("one", now()), now()).await.unwrap().unwrap();
    assert_eq!(claimed.letter, letter);
    assert_eq!(library.store.claim_letter(&claim("two", now()), now()).await.unwrap(), None);
    let state = library.store.record_letter(&claimed, "one", &refused, now()).await.unwrap();
    assert_eq!(state, Some(DeliveryState::Refused));
    let after = library.store.subscriber(subscriber.id).await.unwrap().unwrap();
    assert_eq!((after.refusals, after.state), (2, SubscriberState::Suspended));
}

#[tokio::test]
async fn an_issue_that_was_left_out_can_be_made_after_all() {
    let library = Library::empty().await;
    let subscriber = library.subscriber("ada@example.com").await;
    let slot = Slot { week: week(), at: now() };
    assert!(library.store.skip_slot(subscriber.id, slot, now()).await.unwrap());
    assert!(!library.store.skip_slot(subscriber.id, slot, now()).await.unwrap());
    assert!(!library.store.pass_slot(subscriber.id, slot).await.unwrap());
    let after = library.store.subscriber(subscriber.id).await.unwrap().unwrap();
    assert_eq!((after.slot, after.mark), (Some(now()), subscriber.mark));
    let delivery = library.store.deliveries(subscriber.id).await.unwrap().remove(0);
    assert_eq!((delivery.state, delivery.week), (DeliveryState::Skipped, week()));
    assert_eq!(library.store.claim_issue(&claim("one", now()), now()).await.unwrap(), None);
    library.issue_for(&after).await;
    assert!(library.store.claim_issue(&claim("one", now()), now()).await.unwrap().is_some());
}
