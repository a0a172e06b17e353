//! What composing costs: issues for 1,000 subscribers, each with a profile of its own, from 10,000 stories
//! that arrived in one week.
//!
//! `cargo bench --bench digest`. The library is made first; then a process of its own composes, so that its
//! peak of memory (`VmHWM`, on Linux only) is that of composing.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a benchmark tells or fails, and reads its arguments"
)]

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use peerscope::{
    crawl,
    digest::Edition,
    domain::{
        Digest, DigestPlan, EntryDraft, EntryId, Fingerprint, Following, Insight, KeyPhrase, Kind,
        Measure, Outcome, Passage, Peer, Place, Preferences, Role, Slug, Source, SourceToVisit,
        SubscriberState, Topic, Verdict, Visit, Worth,
    },
    home::{Library, Places, index_document},
    search::{Index, IndexChange, IndexSettings},
    store::{NewSubscriber, Pick, Portion, ReadInsight, Store},
};

const PEERS: usize = 400;
/// What each had published before its source was followed, and what of it arrives in the week.
const OLDER: usize = 25;
const ARRIVING: usize = 25;
const SUBSCRIBERS: usize = 1_000;
const DOMAINS: usize = 12;
/// Pairs of words that posts are about, and that subscribers care about.
const INTERESTS: usize = 300;
const TOPICS: usize = 30;
const WORDS: usize = 160;
/// As many as a sender takes at a time.
const AT_ONCE: usize = 50;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(2).enable_all().build().expect("a runtime");
    let mut arguments = std::env::args().skip_while(|it| it != "--compose").skip(1);
    if let Some(folder) = arguments.next() {
        return runtime.block_on(compose(Path::new(&folder)));
    }
    let folder = tempfile::tempdir().expect("a folder");
    runtime.block_on(make(folder.path()));
    let program = std::env::current_exe().expect("this program");
    let done = Command::new(program).arg("--compose").arg(folder.path()).status();
    assert!(done.expect("started").success());
}

fn begin() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().expect("a time")
}

fn slot() -> Timestamp {
    begin() + SignedDuration::from_hours(7 * 24)
}

/// Any number below another one, the same for the same seed.
fn below(seed: usize, end: usize) -> usize {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from((mixed ^ (mixed >> 32)) % end as u64).expect("a small number")
}

fn interest(number: usize) -> String {
    format!("subject{number} matter{}", number % 40)
}

fn following() -> Following {
    let peer = |at: usize| {
        let feed = format!("https://peer{at}.example/feed.xml").parse().expect("an address");
        Peer {
            name: format!("Peer {at}"),
            slug: Slug::of(&format!("peer {at}")).expect("a slug"),
            domains: vec![domain(at)],
            sources: vec![Source::feed(feed)],
        }
    };
    let topic = |at: usize| Topic {
        name: format!("Topic {at}"),
        slug: Slug::of(&format!("topic {at}")).expect("a slug"),
        query: format!("\"{}\" OR \"{}\" OR word{}", interest(at), interest(at + 100), at * 7),
    };
    let (peers, topics) = ((0..PEERS).map(peer).collect(), (0..TOPICS).map(topic).collect());
    Following { peers, topics, ..Following::default() }
}

fn domain(at: usize) -> Slug {
    Slug::of(&format!("domain {}", at % DOMAINS)).expect("a slug")
}

async fn make(folder: &Path) {
    let places = Places::new(folder.to_owned(), None);
    let store = Store::open(places.library()).await.expect("a library");
    store.follow(&following(), begin()).await.expect("followed");
    let sources = store.sources_to_visit(&Pick::All).await.expect("sources");
    for (peer, source) in sources.iter().enumerate() {
        let older = (0..OLDER).map(|it| draft(peer, it)).collect();
        store.record(vec![visit(source, begin(), older)]).await.expect("recorded");
    }
    for number in 0..SUBSCRIBERS {
        let added = store.add_subscriber(&subscriber(number), begin()).await;
        added.expect("added").expect("a new address");
    }
    for (peer, source) in sources.iter().enumerate() {
        let new = (OLDER..OLDER + ARRIVING).map(|it| draft(peer, it)).collect();
        let at = begin()
            + SignedDuration::from_hours(24 * i64::try_from(1 + peer % 6).expect("a small number"));
        store.record(vec![visit(source, at, new)]).await.expect("recorded");
    }
    crawl::stories_follow(&store).await.expect("stories");
    index(&store, &places).await;
    store.close().await;
}

/// Has every entry read as if by the model, and indexed.
async fn index(store: &Store, places: &Places) {
    let index = Index::open(&places.index(), IndexSettings::default()).expect("an index").index;
    let mut position = 0;
    loop {
        let portion = Portion { rows: 1_000, bytes: u64::MAX };
        let mut page = store.changes_after(position, portion).await.expect("changes");
        let read = page.put.iter_mut().map(|row| {
            let insight = insight(row.entry.id);
            row.insight = Some(insight.clone());
            let from = Digest(String::new());
            ReadInsight { entry: row.entry.id, from, insight, places: Vec::new() }
        });
        store.record_insights(read.collect()).await.expect("kept");
        let put = page.put.into_iter().map(|it| IndexChange::Put(Box::new(index_document(it))));
        index.apply(&put.collect::<Vec<_>>()).expect("applied");
        position = page.upto;
        if !page.more {
            break;
        }
    }
    index.commit(position).expect("committed");
    index.finish().expect("merged");
}

fn insight(entry: EntryId) -> Insight {
    let seed = usize::try_from(entry.0).expect("a small number");
    let kind = Kind::ALL[below(seed, Kind::ALL.len())];
    let worth = below(seed + 7, 300);
    let expected = f32::from(u16::try_from(worth).expect("a small number")) / 100.0;
    let level = Worth::new(u8::try_from(worth / 75).expect("a small number")).expect("up to 3");
    let phrase = |at: usize| KeyPhrase {
        text: interest(below(seed * 8 + at, INTERESTS)),
        weight: 9.0 - f32::from(u8::try_from(at).expect("a small number")),
    };
    let place = |at: usize| Place { block: u32::try_from(at).expect("a small number"), start: 0 };
    let passage = |(at, role): (usize, Role)| Passage {
        role,
        text: format!(
            "Sentence {at} of {seed} says what it came to and what it took to get there."
        ),
        place: place(at),
        confidence: 0.5,
    };
    let measure = Measure { text: "from 900 ms to 120 ms".to_owned(), place: place(2) };
    Insight {
        model: peerscope::insight::MODEL,
        verdict: Some(Verdict { kind, worth: level, expected }),
        passages: Role::ALL.into_iter().enumerate().map(passage).collect(),
        phrases: (0..8).map(phrase).collect(),
        measures: if seed.is_multiple_of(3) { vec![measure] } else { Vec::new() },
    }
}

fn visit(source: &SourceToVisit, at: Timestamp, entries: Vec<EntryDraft>) -> Visit {
    let mut after = source.state.clone();
    (after.visited, after.succeeded) = (Some(at), Some(at));
    Visit {
        source: source.id,
        at,
        took: Duration::from_millis(100),
        outcome: Outcome::Read { entries },
        conditional: false,
        wire_bytes: 20_000,
        status: Some(200),
        after,
    }
}

fn draft(peer: usize, number: usize) -> EntryDraft {
    let seed = peer * 1_000 + number;
    let mut text = String::new();
    for word in 0..WORDS {
        let _ = match word % 20 {
            7 => write!(text, "{} ", interest(below(seed * 16 + word, INTERESTS))),
            _ => write!(text, "word{} ", below(seed * 977 + word, 8_000)),
        };
    }
    let age = if number < OLDER { 20 + 11 * number } else { 0 };
    let age = SignedDuration::from_hours(24 * i64::try_from(age).expect("a small number"));
    EntryDraft {
        guid: Some(format!("urn:{seed}")),
        link: Some(format!("https://peer{peer}.example/{number}").parse().expect("an address")),
        title: format!("How we met {} in week {number}", interest(below(seed, INTERESTS))),
        authors: vec!["Ada Lovelace".into()],
        categories: Vec::new(),
        language: Some("en".parse().expect("a language")),
        published: Some(begin() - age),
        updated: None,
        summary: text[..200].to_owned(),
        fingerprint: Fingerprint::of(&text),
        words: 300 + u32::try_from(below(seed, 2_500)).expect("a small number"),
        html: format!("<p>{text}</p>"),
        is_whole: true,
    }
}

/// Each has five interests, two topics and something muted; one of ten follows two domains, the others all.
fn subscriber(number: usize) -> NewSubscriber {
    let any = |salt: usize, end: usize| below(number * 31 + salt, end);
    let topic = |salt: usize| Slug::of(&format!("topic {}", any(salt, TOPICS))).expect("a slug");
    let two = || vec![domain(number), domain(any(1, DOMAINS))];
    let domains = if number.is_multiple_of(10) { two() } else { Vec::new() };
    let preferences = Preferences {
        language: "en".parse().expect("a language"),
        domains,
        interests: (10..15).map(|it| interest(any(it, INTERESTS))).collect(),
        topics: vec![topic(20), topic(21)],
        mute: vec!["kind:promotion".to_owned(), format!("peer:peer-{}", any(30, 20))],
        plan: DigestPlan::default(),
    };
    NewSubscriber {
        reader: None,
        address: Some(format!("reader{number}@mail.example").parse().expect("an address")),
        state: SubscriberState::Active,
        preferences,
        stamp: String::new(),
    }
}

async fn compose(folder: &Path) {
    let library = Library::open(&Places::new(folder.to_owned(), None)).await.expect("a library");
    let subscribers = library.store.subscribers().await.expect("subscribers");
    let before = peak_megabytes();
    let (start, cpu) = (Instant::now(), cpu_time());
    let following = following();
    let edition = Edition::prepare(&library, &following, &subscribers, slot()).await;
    let edition = edition.expect("prepared");
    let prepared = start.elapsed();
    let (mut stories, mut reads, mut titles, mut bytes) = (0, 0, 0, 0);
    for part in subscribers.chunks(AT_ONCE) {
        let due: Vec<_> = part.iter().map(|it| (it.clone(), slot())).collect();
        for composed in edition.compose_all(&library, &due, slot()).await.expect("composed") {
            stories += composed.issue.numbers.stories as usize;
            reads += composed.issue.reads.len();
            titles += composed.issue.rest.iter().map(|it| it.titles.len()).sum::<usize>();
            bytes += serde_json::to_string(&composed.issue).expect("as JSON").len();
        }
    }
    let took = start.elapsed();
    let each = |sum: usize| sum / subscribers.len();
    println!(
        "{} subscribers, {} stories told to each of them on average: {} reads, {} titles, {} kB of JSON",
        subscribers.len(),
        each(stories),
        each(reads),
        each(titles),
        each(bytes) / 1000,
    );
    println!(
        "prepared in {:.2} s, all composed in {:.2} s ({:.2} s of all cores); peak {} MB, {before} MB of them before",
        prepared.as_secs_f64(),
        took.as_secs_f64(),
        cpu_time().saturating_sub(cpu).as_secs_f64(),
        peak_megabytes(),
    );
}

/// Of this process so far, in steps of 10 ms.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Of this process so far.
fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
}
