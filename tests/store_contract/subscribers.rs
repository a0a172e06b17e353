//! Subscribers: what strangers ask for counts once it is confirmed; nobody comes in twice.

use std::time::Duration;

use peerscope::{
    domain::{Asked, Choosable, MailAddress, Preferences, SubscriberLine, SubscriberState, Wishes},
    store::{NewLetter, NewSubscriber},
};

use super::{Library, now};

const DAY: Duration = Duration::from_hours(24);

fn address(text: &str) -> MailAddress {
    text.parse().unwrap()
}

fn preferences(interest: &str) -> Preferences {
    let wishes = Wishes { interests: vec![interest.to_owned()], ..Wishes::default() };
    wishes.checked(&Choosable::default()).unwrap()
}

fn pending(text: &str, interest: &str) -> NewSubscriber {
    NewSubscriber {
        reader: None,
        address: Some(address(text)),
        state: SubscriberState::Pending,
        preferences: preferences(interest),
        stamp: "aa".to_owned(),
    }
}

#[tokio::test]
async fn what_is_asked_in_the_name_of_who_confirmed_waits_until_it_is_confirmed() {
    let library = Library::empty().await;
    let store = &library.store;
    let ask = async |interest: &str| {
        let new = pending("Ada@example.com", interest);
        store.ask_to_subscribe(&new, now()).await.unwrap().unwrap()
    };
    let first = ask("one").await;
    assert_eq!((first.state, &first.preferences), (SubscriberState::Pending, &preferences("one")));
    assert_eq!(ask("two").await.preferences, preferences("two"), "nobody has confirmed yet");
    assert!(store.confirm_subscriber(first.id, now()).await.unwrap());
    let active = ask("three").await;
    assert_eq!((active.id, active.state), (first.id, SubscriberState::Active));
    assert_eq!(active.preferences, preferences("two"));
    store.set_subscriber_state(first.id, SubscriberState::Left, now()).await.unwrap();
    assert_eq!(ask("four").await.preferences, preferences("two"));
    assert_eq!(store.asked(first.id).await.unwrap().preferences, Some(preferences("four")));
    store.confirm_subscriber(first.id, now()).await.unwrap();
    let back = store.subscriber(first.id).await.unwrap().unwrap();
    assert_eq!((back.state, back.preferences), (SubscriberState::Active, preferences("four")));
    assert_eq!(store.asked(first.id).await.unwrap(), Asked::default());
}

#[tokio::test]
async fn an_address_that_is_not_confirmed_is_forgotten_with_its_letters() {
    let library = Library::empty().await;
    let store = &library.store;
    let asked = store.ask_to_subscribe(&pending("ada@example.com", "x"), now()).await.unwrap();
    let id = asked.unwrap().id;
    let letter = NewLetter {
        subscriber: id,
        purpose: "confirm".to_owned(),
        to: address("ada@example.com"),
        subject: "Is it you?".to_owned(),
        text: "A link".to_owned(),
        html: "<p>A link</p>".to_owned(),
        message_id: "letter.1@reading.example".to_owned(),
    };
    store.queue_letter(&letter, now()).await.unwrap();
    store.forget_unanswered(now() + DAY * 8).await.unwrap();
    assert_eq!(store.letters(id).await.unwrap()[0].subject, "Is it you?");
    store.forget_unanswered(now() + DAY * 8 + Duration::from_millis(1)).await.unwrap();
    assert_eq!(store.subscriber(id).await.unwrap(), None);
    assert!(store.letters(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_subscriber_moves_to_an_address_that_is_free() {
    let library = Library::empty().await;
    let store = &library.store;
    let add = async |text: &str| {
        let new = NewSubscriber { state: SubscriberState::Active, ..pending(text, "x") };
        store.add_subscriber(&new, now()).await.unwrap().unwrap()
    };
    let (ada, _eve) = (add("ada@example.com").await, add("eve@example.com").await);
    let asked = Asked { address: Some(address("new@example.com")), preferences: None };
    assert!(store.put_aside(ada.id, &asked).await.unwrap());
    assert!(!store.move_subscriber(ada.id, &address("EVE@example.com"), "bb").await.unwrap());
    let same = store.subscriber(ada.id).await.unwrap().unwrap();
    assert_eq!((same.stamp.as_str(), same.address), ("aa", Some(address("ada@example.com"))));
    assert!(store.move_subscriber(ada.id, &address("new@example.com"), "bb").await.unwrap());
    let moved = store.subscriber_at(&address("new@example.com")).await.unwrap().unwrap();
    assert_eq!((moved.id, moved.stamp.as_str()), (ada.id, "bb"));
    assert_eq!(store.asked(ada.id).await.unwrap(), Asked::default());
}

#[tokio::test]
async fn subscribers_are_imported_once_and_reported_in_their_order() {
    let library = Library::empty().await;
    let store = &library.store;
    let line = |text: &str, state| {
        let line = SubscriberLine {
            address: address(text),
            state,
            preferences: preferences("x"),
            made: now() - DAY,
            confirmed: Some(now()),
        };
        (line, "cc".to_owned())
    };
    let left = line("ada@example.com", SubscriberState::Left);
    assert_eq!(store.import_subscribers(vec![left.clone()], now()).await.unwrap(), 1);
    let lines = vec![
        line("ada@example.com", SubscriberState::Active),
        line("eve@example.com", SubscriberState::Active),
    ];
    assert_eq!(store.import_subscribers(lines, now() + DAY).await.unwrap(), 1);
    let reports = store.subscriber_reports().await.unwrap();
    assert!(reports.iter().all(|it| it.issues == 0 && it.last.is_none()));
    assert_eq!(SubscriberLine::of(&reports[0].subscriber), Some(left.0));
    let record = store.subscriber_record(reports[1].subscriber.id).await.unwrap().unwrap();
    assert_eq!(record.subscriber, reports[1].subscriber);
    assert!(record.issues.is_empty() && record.deliveries.is_empty());
}

#[tokio::test]
async fn the_key_that_signs_links_is_made_once() {
    let library = Library::empty().await;
    assert_eq!(library.store.signing_key().await.unwrap(), None);
    assert_eq!(library.store.keep_signing_key("one").await.unwrap(), "one");
    assert_eq!(library.store.keep_signing_key("two").await.unwrap(), "one");
    assert_eq!(library.store.signing_key().await.unwrap().as_deref(), Some("one"));
}
