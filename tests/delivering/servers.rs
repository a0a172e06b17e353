//! Mail servers with moods: no issue is lost, none comes twice.

use std::time::Duration;

use peerscope::{
    domain::{DeliveryState, SubscriberState},
    mail::{Login, MailError, Mailer, Relay, Security, Smtp},
    store::NewLetter,
};

use super::*;
use crate::support::{fake_web::nobody_listens, smtp::Manner, tls::Authority};

#[tokio::test]
async fn everyone_gets_an_issue_once_over_one_connection() {
    let server = FakeSmtp::start().await;
    let addresses: Vec<String> = (0..7).map(|it| format!("reader{it}@example.com")).collect();
    let names: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let press = Press::of(&names).await;
    let post = post_to(&server);
    press.until(MONDAY);
    assert_eq!(press.compose(&post).await.composed.len(), 7);
    // Composed again by a restart, and sent by two passes.
    assert_eq!(press.compose(&post).await.composed, []);
    assert_eq!(press.send(&post).await.sent, 7);
    assert_eq!(press.send(&post).await.sent, 0);
    let received = server.received();
    let mut to: Vec<&str> = received.iter().map(|it| it.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, names);
    assert_eq!(counted(&received).values().sum::<usize>(), 7);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn whatever_mood_a_server_is_in_nothing_is_lost_and_nothing_comes_twice() {
    use Manner::{
        Busy, CloseAfterMail, CloseInMail, Later, RefuseContent, RefuseFull, RefuseUnknown, Stall,
        StallAfterMail,
    };
    let server = FakeSmtp::start().await;
    let moods: [(&str, &[Manner], DeliveryState); 12] = [
        ("fine@example.com", &[], DeliveryState::Sent),
        ("unknown@example.com", &[RefuseUnknown], DeliveryState::Refused),
        ("full@example.com", &[RefuseFull], DeliveryState::Refused),
        ("spam@example.com", &[RefuseContent], DeliveryState::Refused),
        ("grey@example.com", &[Later], DeliveryState::Sent),
        ("greyer@example.com", &[Later, Later, Later, Later], DeliveryState::Sent),
        ("cut@example.com", &[CloseInMail, CloseInMail], DeliveryState::Sent),
        ("silent@example.com", &[CloseAfterMail], DeliveryState::Sent),
        ("stalls@example.com", &[Stall], DeliveryState::Sent),
        ("mute@example.com", &[StallAfterMail], DeliveryState::Sent),
        ("busy@example.com", &[Busy, Later, CloseInMail], DeliveryState::Sent),
        ("last@example.com", &[], DeliveryState::Sent),
    ];
    let names: Vec<&str> = moods.iter().map(|it| it.0).collect();
    let press = Press::of(&names).await;
    for (address, manners, _) in &moods {
        server.plan(address, manners);
    }
    let post = post_to(&server);
    press.until(MONDAY);
    press.compose(&post).await;
    press.send_all(&post).await;
    let states = press.states().await;
    for (address, _, state) in moods {
        assert_eq!(states[&format!("2026-W11 {address}")], state, "{address}");
    }
    let counted = counted(&server.received());
    for (address, _, state) in moods {
        let came: Vec<usize> =
            counted.iter().filter(|(key, _)| key.0 == address).map(|it| *it.1).collect();
        // Where the server took a mail without a word it came again, under the same name.
        let expected: &[usize] = match address {
            _ if state != DeliveryState::Sent => &[],
            "silent@example.com" | "mute@example.com" => &[2],
            _ => &[1],
        };
        assert_eq!(came, expected, "{address}");
    }
}

#[tokio::test]
async fn a_mail_that_no_server_takes_is_given_up_after_three_days() {
    let server = FakeSmtp::start().await;
    server.always("grey@example.com", Manner::Later);
    let press = Press::of(&["grey@example.com"]).await;
    let post = post_to(&server);
    press.until(MONDAY);
    press.compose(&post).await;
    press.send_all(&post).await;
    assert_eq!(press.states().await["2026-W11 grey@example.com"], DeliveryState::GivenUp);
    let tried = press.library.now().duration_since(MONDAY.parse().unwrap());
    assert!((60..=72).contains(&tried.as_hours()), "{tried:?}");
    assert!((10..20).contains(&server.attempts().len()), "{}", server.attempts().len());
    let delivery = &press.library.doors.store.subscribers().await.unwrap()[0];
    let delivery = press.library.doors.store.deliveries(delivery.id).await.unwrap().remove(0);
    assert_eq!(delivery.answer.as_deref(), Some("451 4.7.1 Greylisted, come back"));
}

#[tokio::test]
async fn a_server_that_is_away_costs_one_pass_and_no_mail() {
    let addresses: Vec<String> = (0..20).map(|it| format!("reader{it}@example.com")).collect();
    let press = Press::of(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let gone = relay(nobody_listens().port());
    let post = post_with(Mailer::Smtp(Box::new(Smtp::new(gone).unwrap())));
    press.until(MONDAY);
    press.compose(&post).await;
    let sending = press.send(&post).await;
    assert!(matches!(sending.trouble, Some(MailError::Unreachable { .. })));
    // The other seventeen were left alone.
    assert_eq!((sending.sent, sending.later), (0, 3));
    let server = FakeSmtp::start().await;
    press.send_all(&post_to(&server)).await;
    assert_eq!(counted(&server.received()).len(), 20);
}

#[tokio::test]
async fn a_server_that_takes_nothing_from_us_stops_all_and_counts_no_attempt() {
    let press = Press::of(&["ada@example.com", "ben@example.com"]).await;
    let server = FakeSmtp::start().await;
    let post = post_to(&server);
    press.until(MONDAY);
    press.compose(&post).await;
    server.greet(Some("554 5.7.1 You are on a list"));
    let sending = press.send(&post).await;
    let trouble = sending.trouble.unwrap();
    assert!(matches!(trouble, MailError::Unusable { .. }), "{trouble:?}");
    assert!(trouble.to_string().contains("PEERSCOPE_SMTP_URL"), "{trouble}");
    for subscriber in press.library.doors.store.subscribers().await.unwrap() {
        let delivery = &press.library.doors.store.deliveries(subscriber.id).await.unwrap()[0];
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Waiting, 0));
    }
    server.greet(None);
    assert_eq!(press.send(&post).await.sent, 2);
}

#[tokio::test]
async fn refusals_that_last_suspend_an_address_and_a_taken_mail_clears_them() {
    let server = FakeSmtp::start().await;
    let press = Press::of(&["gone@example.com", "full@example.com"]).await;
    let post = post_to(&server);
    server.always("gone@example.com", Manner::RefuseUnknown);
    server.plan("full@example.com", &[Manner::RefuseFull]);
    for monday in [MONDAY, "2026-03-16T08:00:00Z", "2026-03-23T08:00:00Z"] {
        press.until(monday);
        press.compose(&post).await;
        press.send_all(&post).await;
    }
    let [gone, full] = press.library.doors.store.subscribers().await.unwrap().try_into().unwrap();
    assert_eq!((gone.state, gone.refusals), (SubscriberState::Suspended, 2));
    assert_eq!((full.state, full.refusals), (SubscriberState::Active, 0));
    // The third issue was composed for one of them only.
    let issues = press.library.doors.store.deliveries(gone.id).await.unwrap();
    assert_eq!(issues.len(), 2);
    assert_eq!(press.library.doors.store.deliveries(full.id).await.unwrap().len(), 3);
}

#[tokio::test]
async fn whoever_left_before_the_mail_went_out_gets_none() {
    let server = FakeSmtp::start().await;
    let press = Press::of(&["ada@example.com", "ben@example.com"]).await;
    let post = post_to(&server);
    press.until(MONDAY);
    press.compose(&post).await;
    let store = &press.library.doors.store;
    let ada = store.subscriber_at(&"ada@example.com".parse().unwrap()).await.unwrap().unwrap();
    store.set_subscriber_state(ada.id, SubscriberState::Left, press.library.now()).await.unwrap();
    assert_eq!(press.send(&post).await.withdrawn, 1);
    assert_eq!(press.states().await["2026-W11 ada@example.com"], DeliveryState::Withdrawn);
    assert_eq!(server.attempts(), ["ben@example.com"]);
}

#[tokio::test]
async fn letters_that_somebody_waits_for_go_before_issues() {
    let server = FakeSmtp::start().await;
    let press = Press::of(&["ada@example.com"]).await;
    let post = post_to(&server);
    press.until(MONDAY);
    press.compose(&post).await;
    let store = &press.library.doors.store;
    let letter = NewLetter {
        subscriber: store.subscribers().await.unwrap()[0].id,
        purpose: "confirm".to_owned(),
        to: "new@example.com".parse().unwrap(),
        subject: "Please confirm".to_owned(),
        text: "Follow the link.".to_owned(),
        html: "<p>Follow the link.</p>".to_owned(),
        message_id: "letter.1@peers.example".to_owned(),
    };
    store.queue_letter(&letter, press.library.now()).await.unwrap();
    server.plan("new@example.com", &[Manner::Later]);
    press.send_all(&post).await;
    assert_eq!(server.attempts(), ["new@example.com", "ada@example.com", "new@example.com"]);
    let received = server.received();
    let confirm = MessageParser::default().parse(&received[1].bytes).unwrap();
    assert_eq!(confirm.subject(), Some("Please confirm"));
    assert_eq!(confirm.message_id(), Some("letter.1@peers.example"));
}

#[tokio::test]
async fn a_thousand_are_sent_at_a_pace_and_go_on_where_they_were_stopped() {
    let server = FakeSmtp::start().await;
    let addresses: Vec<String> = (0..60).map(|it| format!("reader{it}@example.com")).collect();
    let press = Press::of(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut post = post_to(&server);
    post.pause = Duration::from_millis(1);
    press.until(MONDAY);
    press.compose(&post).await;
    let (stopping, stop) = watch::channel(false);
    let doors = &press.library.doors;
    let first = async {
        server.wait_for(20).await;
        stopping.send_replace(true);
    };
    let sending = digest::send_waiting(&doors.store, &post, &doors.clock, &stop);
    let (sending, ()) = tokio::join!(sending, first);
    let before = sending.unwrap().sent;
    assert!((20..60).contains(&before), "{before}");
    // Several senders at once go on.
    let posts: Vec<PostOffice> =
        (0..3).map(|it| PostOffice { name: format!("sender {it}"), ..post_to(&server) }).collect();
    let sendings = posts.iter().map(|post| press.send(post));
    let [one, two, three] = sendings.collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!());
    let (one, two, three) = tokio::join!(one, two, three);
    assert_eq!(before + one.sent + two.sent + three.sent, 60);
    let counted = counted(&server.received());
    assert_eq!(counted.len(), 60);
    assert!(counted.values().all(|it| *it == 1));
}

fn login(password: &str) -> Login {
    Login { name: "digest".to_owned(), password: password.to_owned() }
}

#[tokio::test]
async fn mails_go_to_a_server_with_tls_and_a_login() {
    let authority = Authority::named("Mail authority");
    for (at_once, security) in [(true, Security::Tls), (false, Security::StartTls)] {
        let tls = authority.server_for(&["127.0.0.1"]);
        let server = FakeSmtp::secure(tls, at_once, ("digest", "se:cr/et")).await;
        let press = Press::of(&["ada@example.com"]).await;
        press.until(MONDAY);
        let trusting = Relay { security, extra_ca: Some(authority.pem()), ..relay(server.port()) };
        let post = |relay: Relay| post_with(Mailer::Smtp(Box::new(Smtp::new(relay).unwrap())));
        let good = post(Relay { login: Some(login("se:cr/et")), ..trusting.clone() });
        press.compose(&good).await;
        let wrong = [
            Relay { login: Some(login("wrong")), ..trusting.clone() },
            Relay { login: None, ..trusting.clone() },
            Relay { extra_ca: None, login: Some(login("se:cr/et")), ..trusting.clone() },
        ];
        for relay in wrong {
            let trouble = press.send(&post(relay.clone())).await.trouble;
            assert!(matches!(trouble, Some(MailError::Unusable { .. })), "{relay:?} {trouble:?}");
        }
        assert_eq!(press.send(&good).await.sent, 1);
        let received = server.received();
        assert!(received[0].encrypted);
        assert_eq!(received[0].user.as_deref(), Some("digest"));
    }
}

#[tokio::test]
async fn without_tls_neither_password_nor_mail_is_told_to_a_server_that_should_have_it() {
    let server = FakeSmtp::start().await;
    let press = Press::of(&["ada@example.com"]).await;
    press.until(MONDAY);
    let plain = Relay {
        security: Security::StartTls,
        login: Some(login("se:cr/et")),
        ..relay(server.port())
    };
    let post = post_with(Mailer::Smtp(Box::new(Smtp::new(plain).unwrap())));
    press.compose(&post).await;
    let trouble = press.send(&post).await.trouble;
    assert!(matches!(trouble, Some(MailError::Unusable { .. })), "{trouble:?}");
    assert!(server.attempts().is_empty());
}
