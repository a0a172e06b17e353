//! What recording a crawl and following it costs: 1,000 sources with 20 entries of 4 kB each.
//!
//! `cargo bench --bench store`. CPU time is that of all threads, in steps of 10 ms, on Linux only.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark tells or fails")]

use std::{
    fs,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use peerscope::{
    domain::{
        CrawlRhythm, Digest, DigestPlan, EntryDraft, EntryId, Fingerprint, Following, GuidPolicy,
        Insight, KeyPhrase, Kind, Measure, Outcome, Passage, Peer, Place, ReaderProfile, Role,
        Slug, Source, SourceToVisit, Verdict, Visit, Worth, keys_of,
    },
    store::{EntriesAsk, Location, Pick, Portion, ReadInsight, Store},
};

const SOURCES: usize = 1000;
const ENTRIES: usize = 20;
const GROUP: usize = 50;
const BODY_BYTES: usize = 4096;

type Outcomes = dyn Fn(usize) -> Outcome;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("library.db"));
    let store = Store::open(&location).await.expect("a library");
    let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
    println!("{:44} {:>9} {:>9}", "", "wall", "cpu");

    let file = file(SOURCES);
    measured("follow 1,000 new sources", store.follow(&file, now)).await.expect("followed");
    measured("follow them again", store.follow(&file, now)).await.expect("followed");
    let sources = measured("sources due", store.sources_due(now)).await.expect("due");
    assert_eq!(sources.len(), SOURCES);

    let drafts: Vec<Vec<EntryDraft>> = (0..SOURCES).map(drafts).collect();
    measured("  (keys of 20,000 entries alone)", async {
        drafts.iter().map(|it| keys_of(it, GuidPolicy::default()).0.len()).sum::<usize>()
    })
    .await;
    let listed = drafts.clone();
    let read = move |at: usize| Outcome::Read { entries: listed[at].clone() };
    round(&store, "record 1,000 × 20 new entries", now, &read).await;
    round(&store, "record the same again", now + SignedDuration::from_hours(1), &read).await;
    let later = now + SignedDuration::from_hours(2);
    round(&store, "record 1,000 unchanged visits", later, &|_| Outcome::Unchanged).await;
    let one_more = move |at: usize| {
        let mut entries = drafts[at].clone();
        entries.insert(0, draft(at, ENTRIES));
        entries[3].html.push_str("<p>edited</p>");
        Outcome::Read { entries }
    };
    let later = now + SignedDuration::from_hours(3);
    round(&store, "record one new and one edited of each", later, &one_more).await;

    let all = measured("follow the change sequence, 21,000 entries", follow_all(&store)).await;
    let read: Vec<ReadInsight> = all.iter().map(|it| insight_of(*it)).collect();
    measured("keep what was read of them", keep(&store, &read)).await;
    measured("keep it again", keep(&store, &read)).await;
    measured("follow the change sequence with it", follow_all(&store)).await;
    let counts = measured("count what was read", store.insight_counts(1)).await.expect("counts");
    assert_eq!(counts.waiting, 0);
    let ask = EntriesAsk::default();
    let page = measured("newest 50 entries", store.entries(&ask)).await.expect("a page");
    let ids: Vec<_> = page.rows.iter().take(20).map(|entry| entry.id).collect();
    measured("20 bodies", store.entries_by_id(&ids)).await.expect("bodies");
    measured("source health", store.sources()).await.expect("reports");
    measured("peers", store.peers()).await.expect("reports");
    measured("check", store.check()).await.expect("a sound library");
    let many = self::file(10_000);
    measured("follow 9,000 more sources", store.follow(&many, now)).await.expect("followed");
    measured("follow 10,000 again", store.follow(&many, now)).await.expect("followed");
    store.close().await;
}

async fn round(store: &Store, name: &str, now: Timestamp, outcome: &Outcomes) {
    let sources = store.sources_to_visit(&Pick::All).await.expect("sources");
    let visits: Vec<Visit> =
        sources.iter().enumerate().map(|(at, source)| visit(source, now, outcome(at))).collect();
    measured(name, async {
        let mut visits = visits.into_iter();
        loop {
            let group: Vec<Visit> = visits.by_ref().take(GROUP).collect();
            if group.is_empty() {
                break;
            }
            store.record(group).await.expect("recorded");
        }
    })
    .await;
}

/// As much as there is of a long post.
fn insight_of(entry: EntryId) -> ReadInsight {
    let number = |at: u32| f32::from(u16::try_from(at).expect("a small number"));
    let place = |block| Place { block, start: 0 };
    let passage = |at: u32| Passage {
        role: Role::ALL[at as usize / 3],
        text: format!(
            "In step {at} of {entry} we moved the queue to another broker, as ours was slow."
        ),
        place: place(at),
        confidence: 0.5,
    };
    let phrase = |at: u32| {
        let text = format!("phrase {}", (entry.0 * 31 + i64::from(at) * 977) % 5_003);
        KeyPhrase { text, weight: 10.0 - number(at) }
    };
    let measure = |at| Measure { text: "from 900 ms to 120 ms".into(), place: place(at) };
    let verdict = Verdict { kind: Kind::CaseStudy, worth: Worth::MOST, expected: 2.5 };
    let insight = Insight {
        model: 1,
        verdict: Some(verdict),
        passages: (0..12).map(passage).collect(),
        phrases: (0..10).map(phrase).collect(),
        measures: (0..4).map(measure).collect(),
    };
    ReadInsight { entry, from: Digest("0123456789abcdef".into()), insight, places: Vec::new() }
}

async fn keep(store: &Store, read: &[ReadInsight]) {
    for portion in read.chunks(250) {
        store.record_insights(portion.to_vec()).await.expect("kept");
    }
}

async fn follow_all(store: &Store) -> Vec<EntryId> {
    let (mut position, mut followed) = (0, Vec::new());
    loop {
        let changes = store.changes_after(position, Portion::default()).await.expect("changes");
        followed.extend(changes.put.iter().map(|it| it.entry.id));
        position = changes.upto;
        if !changes.more {
            break;
        }
    }
    assert_eq!(followed.len(), SOURCES * (ENTRIES + 1));
    followed
}

async fn measured<T>(name: &str, work: impl Future<Output = T>) -> T {
    let (cpu, start) = (cpu_time(), Instant::now());
    let done = work.await;
    let (cpu, wall) = (cpu_time().saturating_sub(cpu), start.elapsed());
    println!("{name:44} {:>6.1} ms {:>6} ms", wall.as_secs_f64() * 1000.0, cpu.as_millis());
    done
}

/// Of this process so far.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn file(sources: usize) -> Following {
    let peer = |at: usize| Peer {
        name: format!("Peer {at}"),
        slug: Slug::of(&format!("peer {at}")).expect("a slug"),
        domains: vec!["ecommerce".parse().expect("a slug")],
        sources: vec![Source::feed(
            format!("https://peer{at}.example/feed.xml").parse().expect("an address"),
        )],
    };
    Following {
        reader: ReaderProfile::default(),
        crawl: CrawlRhythm::default(),
        digest: DigestPlan::default(),
        topics: Vec::new(),
        peers: (0..sources).map(peer).collect(),
    }
}

fn drafts(source: usize) -> Vec<EntryDraft> {
    (0..ENTRIES).map(|entry| draft(source, entry)).collect()
}

fn draft(source: usize, entry: usize) -> EntryDraft {
    let seed = source * 7919 + entry * 104_729;
    let mut html = String::with_capacity(BODY_BYTES + 16);
    for word in 0.. {
        if html.len() >= BODY_BYTES {
            break;
        }
        html.push_str("word");
        html.push_str(&((word * 31 + seed) % 10_007).to_string());
        html.push(' ');
    }
    let hours = i64::try_from(entry).expect("a small number");
    let published: Timestamp = "2026-02-01T10:00:00Z".parse().expect("a time");
    EntryDraft {
        guid: Some(format!("urn:{source}:{entry}")),
        link: Some(format!("https://peer{source}.example/{entry}").parse().expect("an address")),
        title: format!("Post {entry} of peer {source} about queues"),
        authors: vec!["Ada Lovelace".into()],
        categories: vec!["Search".into(), "Machine Learning".into()],
        language: Some("en".parse().expect("a language")),
        published: Some(published - SignedDuration::from_hours(hours)),
        updated: None,
        summary: html[..280].to_owned(),
        fingerprint: Fingerprint::of(&html),
        is_whole: true,
        words: 500,
        html,
    }
}

fn visit(source: &SourceToVisit, at: Timestamp, outcome: Outcome) -> Visit {
    let mut after = source.state.clone();
    after.visited = Some(at);
    after.succeeded = Some(at);
    after.next_visit = at + SignedDuration::from_hours(1);
    after.validators.etag = Some("\"0123456789abcdef\"".into());
    Visit {
        source: source.id,
        at,
        took: Duration::from_millis(100),
        outcome,
        conditional: true,
        wire_bytes: 20_000,
        status: Some(200),
        after,
    }
}
