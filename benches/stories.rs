//! What bringing stories together costs: 20,000 new entries, a twentieth of them cross-posts.
//!
//! `cargo bench --bench stories`. CPU time is that of all threads, in steps of 10 ms, on Linux only.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark tells or fails")]

use std::{
    fs,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use peerscope::{
    crawl,
    domain::{EntryDraft, Fingerprint, Following, Outcome, Peer, Slug, Source, Visit},
    store::{Location, Pick, Store},
};

const PEERS: usize = 500;
const ENTRIES: usize = 40;
const WORDS: usize = 600;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("library.db"));
    let store = Store::open(&location).await.expect("a library");
    let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
    let following = Following { peers: (0..PEERS).map(peer).collect(), ..Following::default() };
    store.follow(&following, now).await.expect("followed");
    let sources = store.sources_to_visit(&Pick::All).await.expect("sources");
    for (at, source) in sources.iter().enumerate() {
        let entries = (0..ENTRIES).map(|entry| draft(at, entry)).collect();
        let visit = Visit {
            source: source.id,
            at: now,
            took: Duration::from_millis(100),
            outcome: Outcome::Read { entries },
            conditional: false,
            wire_bytes: 20_000,
            status: Some(200),
            after: source.state.clone(),
        };
        store.record(vec![visit]).await.expect("recorded");
    }
    measured("20,000 new entries", &store).await;
    measured("nothing new", &store).await;
    store.close().await;
}

async fn measured(name: &str, store: &Store) {
    let (cpu, start) = (cpu_time(), Instant::now());
    let round = crawl::stories_follow(store).await.expect("stories");
    let (cpu, wall) = (cpu_time().saturating_sub(cpu), start.elapsed());
    println!(
        "{name:24} {:>6} compared {:>6} moved {:>8.1} ms {:>6} ms CPU",
        round.compared,
        round.moved,
        wall.as_secs_f64() * 1000.0,
        cpu.as_millis()
    );
}

/// Of this process so far.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn peer(at: usize) -> Peer {
    let feed = format!("https://peer{at}.example/feed.xml").parse().expect("an address");
    Peer {
        name: format!("Peer {at}"),
        slug: Slug::of(&format!("peer {at}")).expect("a slug"),
        domains: Vec::new(),
        sources: vec![Source::feed(feed)],
    }
}

/// Every tenth entry of every second peer is one of the peer before.
fn draft(source: usize, entry: usize) -> EntryDraft {
    let told_by = if entry.is_multiple_of(10) { source - source % 2 } else { source };
    let seed = told_by * 7919 + entry * 104_729;
    let words = (0..WORDS).map(|word| format!("word{}", (word * word * 31 + word * seed) % 10_007));
    let text = words.collect::<Vec<_>>().join(" ");
    EntryDraft {
        guid: Some(format!("urn:{source}:{entry}")),
        link: Some(
            format!("https://peer{source}.example/posts/{entry}").parse().expect("an address"),
        ),
        title: format!("Post {entry} of peer {told_by} about queues"),
        authors: vec!["Ada Lovelace".into()],
        categories: Vec::new(),
        language: Some("en".parse().expect("a language")),
        published: Some("2026-02-01T10:00:00Z".parse().expect("a time")),
        updated: None,
        summary: text[..280].to_owned(),
        fingerprint: Fingerprint::of(&text),
        is_whole: true,
        words: 600,
        html: format!("<p>{text}</p>"),
    }
}
