//! Issues reach their subscribers once: mails, a mail server with moods, crashes, hours of the week.

mod command;
mod crashes;
mod kills;
mod letters;
mod real_server;
mod schedule;
mod servers;

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use mail_parser::MessageParser;
use peerscope::{
    digest::{self, Composition, PostOffice, Sending},
    domain::{
        DeliveryState, DigestPlan, Language, Preferences, Subscriber, SubscriberId, SubscriberState,
    },
    mail::{Mailbox, Mailer, Patience, Relay, Security, Smtp},
    store::NewSubscriber,
};
use tokio::sync::watch;

use crate::support::{
    fake_web::FakeWeb,
    feeds::rss_of,
    library::TestLibrary,
    smtp::{FakeSmtp, Received},
};

/// Servers in tests answer at once or not at all.
const PATIENCE: Patience = Patience {
    connecting: Duration::from_secs(2),
    answering: Duration::from_millis(300),
    taking: Duration::from_millis(300),
};

/// An installation with subscribers, on the Sunday before an issue is due.
struct Press {
    library: TestLibrary,
    web: FakeWeb,
    titles: Vec<String>,
}

impl Press {
    async fn of(addresses: &[&str]) -> Self {
        let web = FakeWeb::start().await;
        web.serve_document("/feed", "application/rss+xml", &rss_of(&["Example-post of old"]));
        let library = TestLibrary::following(&[web.address("/feed")]).await;
        let press = Self { library, web, titles: Vec::new() };
        for address in addresses {
            press.subscribe(address).await;
        }
        press
    }

    async fn subscribe(&self, address: &str) -> Subscriber {
        let new = NewSubscriber {
            reader: None,
            address: Some(address.parse().unwrap()),
            state: SubscriberState::Active,
            preferences: preferences(&DigestPlan::default()),
            stamp: format!("stamp of {address}"),
        };
        let now = self.library.now();
        self.library.doors.store.add_subscriber(&new, now).await.unwrap().unwrap()
    }

    /// A post appears, and is found by the next visit.
    async fn publish(&mut self, title: &str) {
        self.titles.push(title.to_owned());
        let titles: Vec<&str> = self.titles.iter().map(String::as_str).collect();
        self.web.serve_document("/feed", "application/rss+xml", &rss_of(&titles));
        self.library.crawl().await;
    }

    /// Lets time pass until this moment.
    fn until(&self, time: &str) {
        let time: Timestamp = time.parse().unwrap();
        let wait = time.duration_since(self.library.now());
        self.library.advance(Duration::try_from(wait).unwrap());
    }

    async fn compose(&self, post: &PostOffice) -> Composition {
        let library = self.library.doors.library();
        let following = self.library.followed.at_present();
        digest::compose_due(&library, &following, post, self.library.now()).await.unwrap()
    }

    async fn send(&self, post: &PostOffice) -> Sending {
        let (_running, stop) = watch::channel(false);
        let doors = &self.library.doors;
        digest::send_waiting(&doors.store, post, &doors.clock, &stop).await.unwrap()
    }

    /// Goes on until nothing waits any more, as a service does in days.
    async fn send_all(&self, post: &PostOffice) {
        while let Some(next) = self.library.doors.store.next_attempt().await.unwrap() {
            let wait = next.duration_since(self.library.now());
            self.library.advance(Duration::try_from(wait).unwrap_or_default());
            self.send(post).await;
        }
    }

    async fn states(&self) -> BTreeMap<String, DeliveryState> {
        let mut states = BTreeMap::new();
        for subscriber in self.library.doors.store.subscribers().await.unwrap() {
            let address = subscriber.address.map(|it| it.to_string()).unwrap_or_default();
            for delivery in self.library.doors.store.deliveries(subscriber.id).await.unwrap() {
                states.insert(format!("{} {address}", delivery.week), delivery.state);
            }
        }
        states
    }

    async fn subscriber(&self, id: SubscriberId) -> Subscriber {
        self.library.doors.store.subscriber(id).await.unwrap().unwrap()
    }
}

fn preferences(plan: &DigestPlan) -> Preferences {
    Preferences {
        language: Language::english(),
        domains: Vec::new(),
        interests: Vec::new(),
        topics: Vec::new(),
        mute: Vec::new(),
        plan: plan.clone(),
    }
}

/// Monday, 08:00 UTC, a week after tests begin.
const MONDAY: &str = "2026-03-09T08:00:00Z";

fn post_with(mailer: Mailer) -> PostOffice {
    PostOffice {
        mailer,
        from: "Peerscope <digest@peers.example>".parse().unwrap(),
        base: None,
        name: "sender".to_owned(),
        pause: Duration::ZERO,
    }
}

fn post_to(server: &FakeSmtp) -> PostOffice {
    post_with(Mailer::Smtp(Box::new(Smtp::new(relay(server.port())).unwrap())))
}

fn relay(port: u16) -> Relay {
    Relay {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        login: None,
        extra_ca: None,
        hello: "peers.example".to_owned(),
        patience: PATIENCE,
    }
}

fn in_memory() -> (PostOffice, Mailbox) {
    let mailbox = Mailbox::default();
    (post_with(Mailer::Memory(mailbox.clone())), mailbox)
}

/// How often each mail came, by recipient and `Message-ID`.
fn counted(received: &[Received]) -> BTreeMap<(String, String), usize> {
    let mut counted = BTreeMap::new();
    for mail in received {
        let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
        let id = parsed.message_id().unwrap().to_owned();
        *counted.entry((mail.to.clone(), id)).or_default() += 1;
    }
    counted
}
