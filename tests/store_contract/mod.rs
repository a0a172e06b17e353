//! What the library promises, whichever database is behind it.
//!
//! SQLite in a temporary file by default; PostgreSQL, in a schema of each test's own, where
//! `PEERSCOPE_TEST_DATABASE_URL` names a database.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use peerscope::{
    domain::{
        Address, Complaint, ComplaintKind, CrawlRhythm, DigestPlan, Entry, EntryDraft, EntryId,
        Failure, FailureKind, Fingerprint, Following, GuidPolicy, Moving, Outcome, Peer,
        PublisherRhythm, ReaderProfile, Slug, Source, SourceId, SourceState, SourceToVisit,
        SourceType, Validators, Visit,
    },
    store::{EntriesAsk, Location, Pick, Portion, Recorded, Store},
};
use sqlx::{Connection, Executor};

mod access;
mod articles;
mod deliveries;
mod discovery;
mod following;
mod insights;
mod journal;
mod ledger;
mod lists;
mod readers;
mod readers_lists;
mod readers_order;
mod roster;
mod safety;
mod sittings;
mod stories;
mod subscribers;
mod visits;

/// A library that goes with the test.
struct Library {
    store: Store,
    location: Location,
    /// Kept until the test ends.
    folder: Option<tempfile::TempDir>,
}

impl Library {
    async fn empty() -> Self {
        let (location, folder) = fresh_location().await;
        let store = Store::open(&location).await.unwrap();
        Self { store, location, folder }
    }

    async fn following(peers: Vec<Peer>) -> Self {
        let library = Self::empty().await;
        library.store.follow(&file(peers), now()).await.unwrap();
        library
    }

    /// Follows one feed.
    async fn of_one_feed() -> Self {
        Self::following(vec![peer("Etsy", &["https://etsy.example/feed"])]).await
    }

    async fn source(&self) -> SourceToVisit {
        self.store.sources_to_visit(&Pick::All).await.unwrap().remove(0)
    }

    /// Records that the only source listed these entries.
    async fn read(&self, at: Timestamp, entries: Vec<EntryDraft>) -> Recorded {
        let visit = read(&self.source().await, at, entries);
        self.store.record(vec![visit]).await.unwrap().remove(0)
    }

    /// All of them, each member of a story.
    async fn entries(&self) -> Vec<Entry> {
        let ask = EntriesAsk { followed_only: false, once: false, ..EntriesAsk::default() };
        self.store.entries(&ask).await.unwrap().rows
    }

    async fn titles(&self) -> Vec<String> {
        self.entries().await.into_iter().map(|entry| entry.title).collect()
    }

    async fn reopened(self) -> Self {
        let Self { store, location, folder } = self;
        store.close().await;
        let store = Store::open(&location).await.unwrap();
        Self { store, location, folder }
    }

    /// Nothing is broken, neither in the database nor between our tables.
    async fn assert_sound(&self) {
        assert_eq!(self.store.check().await.unwrap().findings, Vec::<String>::new());
    }
}

async fn fresh_location() -> (Location, Option<tempfile::TempDir>) {
    static SCHEMAS: AtomicU32 = AtomicU32::new(0);
    let Some(url) = std::env::var_os("PEERSCOPE_TEST_DATABASE_URL") else {
        let folder = tempfile::tempdir().unwrap();
        return (Location::File(folder.path().join("library.db")), Some(folder));
    };
    let url = url.into_string().unwrap();
    let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
    let schema = format!("peerscope_test_{}_{number}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    for statement in
        [format!("DROP SCHEMA IF EXISTS {schema} CASCADE"), format!("CREATE SCHEMA {schema}")]
    {
        connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    }
    connection.close().await.unwrap();
    let sign = if url.contains('?') { '&' } else { '?' };
    (Location::Url(format!("{url}{sign}options[search_path]={schema}")), None)
}

fn on_postgres() -> bool {
    std::env::var_os("PEERSCOPE_TEST_DATABASE_URL").is_some()
}

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

fn file(peers: Vec<Peer>) -> Following {
    Following {
        reader: ReaderProfile::default(),
        crawl: CrawlRhythm::default(),
        digest: DigestPlan::default(),
        topics: Vec::new(),
        peers,
    }
}

fn peer(name: &str, feeds: &[&str]) -> Peer {
    Peer {
        name: name.into(),
        slug: Slug::of(name).unwrap(),
        domains: vec!["ecommerce".parse().unwrap()],
        sources: feeds.iter().map(|feed| Source::feed(feed.parse().unwrap())).collect(),
    }
}

fn post(number: usize) -> EntryDraft {
    let words = (0..120).map(|it| format!("word{}", (it * 31 + number * 977) % 1009));
    let text = words.collect::<Vec<_>>().join(" ");
    EntryDraft {
        guid: Some(format!("id-{number}")),
        link: Some(format!("https://etsy.example/posts/{number}").parse().unwrap()),
        title: format!("Post {number}"),
        authors: vec!["Ada".into()],
        categories: vec!["Search".into(), "\"Quoted\"".into()],
        language: Some("en".parse().unwrap()),
        published: Some(now() - hours(100) + hours(i64::try_from(number).unwrap())),
        updated: None,
        summary: "In short".into(),
        fingerprint: Fingerprint::of(&text),
        is_whole: false,
        html: format!("<p>{text}</p>"),
        words: 120,
    }
}

fn visit(source: &SourceToVisit, at: Timestamp, outcome: Outcome) -> Visit {
    let mut after = source.state.clone();
    after.visited = Some(at);
    after.succeeded = Some(at);
    after.next_visit = at + hours(1);
    Visit {
        source: source.id,
        at,
        took: Duration::from_millis(120),
        outcome,
        conditional: true,
        wire_bytes: 4096,
        status: Some(200),
        after,
    }
}

fn read(source: &SourceToVisit, at: Timestamp, entries: Vec<EntryDraft>) -> Visit {
    visit(source, at, Outcome::Read { entries })
}

async fn all_changes(store: &Store, mut position: i64) -> (Vec<EntryId>, Vec<EntryId>) {
    let (mut put, mut removed) = (Vec::new(), Vec::new());
    loop {
        let portion = Portion { rows: 3, bytes: 1 << 20 };
        let changes = store.changes_after(position, portion).await.unwrap();
        put.extend(changes.put.iter().map(|row| row.entry.id));
        removed.extend(changes.removed);
        position = changes.upto;
        if !changes.more {
            assert_eq!(position, store.last_change().await.unwrap());
            return (put, removed);
        }
    }
}
