//! What each key costs in a search box over a library of 100,000 entries with generated titles: the
//! index, the titles from the library, and the choice among them and 500 peers and 40 topics.
//!
//! `cargo bench --bench suggestions -- 20000` takes another number of entries.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark tells or fails")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of generated entries are small"
)]

use std::{
    hint,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use peerscope::{
    crawl,
    domain::{
        EntryDraft, Fingerprint, Following, Outcome, Peer, Slug, Source, SourceToVisit, Topic,
        Visit, suggestions,
    },
    home::Library,
    reading::{self, Asker},
    search::{Index, IndexSettings},
    store::{Location, Pick, Store},
};

const ENTRIES: usize = 100_000;
const PEERS: usize = 500;
const TOPICS: usize = 40;
const VOCABULARY: usize = 40_000;
/// Titles that are typed, letter by letter.
const TYPED: usize = 400;

#[tokio::main]
async fn main() {
    let entries = std::env::args().find_map(|it| it.parse().ok()).unwrap_or(ENTRIES);
    let words = Words::new();
    let following = following(&words);
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path(), &words, &following, entries).await;
    let asker = Asker::only(Arc::new(following.clone()));
    println!("{entries} entries, {PEERS} peers, {TOPICS} topics; index of {} B", size(&library));
    let mut keys = [const { Vec::new() }; 5];
    for at in 0..TYPED {
        let title = words.title(at * entries / TYPED);
        for (end, letter) in title.char_indices().take(24) {
            let typed = &title[..end + letter.len_utf8()];
            keys[end.min(4)].push(suggested(&library, &asker, typed).await);
        }
    }
    for (at, mut times) in keys.into_iter().enumerate() {
        let name = if at < 4 { format!("{} letters", at + 1) } else { "5 letters and more".into() };
        report(&name, &mut times);
    }
    let mut unknown = Vec::new();
    let mut choosing = Vec::new();
    for at in 0..TYPED {
        unknown.push(suggested(&library, &asker, &format!("qx{at}")).await);
        let typed = &words.title(at)[..2];
        let begun = Instant::now();
        hint::black_box(suggestions(typed, &following, &[], &[]));
        choosing.push(begun.elapsed());
    }
    report("what nobody wrote", &mut unknown);
    report("the choice without titles", &mut choosing);
}

/// The fastest of three: a key takes no longer than a turn of a processor that others use, too.
async fn suggested(library: &Library, asker: &Asker, typed: &str) -> Duration {
    let mut fastest = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        hint::black_box(reading::suggest(library, asker, typed).await.expect("offers"));
        fastest = fastest.min(begun.elapsed());
    }
    fastest
}

fn report(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{name:26} p50 {:6.3} ms  p99 {:6.3} ms  slowest {:6.3} ms",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn size(library: &Library) -> u64 {
    library.index.size_bytes().expect("a size")
}

async fn library(
    folder: &std::path::Path,
    words: &Words,
    following: &Following,
    entries: usize,
) -> Library {
    let store = Store::open(&Location::File(folder.join("library.db"))).await.expect("a library");
    let index = Index::open(&folder.join("index"), IndexSettings::default()).expect("an index");
    let library = Library { store, index: index.index };
    let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
    library.store.follow(following, now).await.expect("followed");
    let sources = library.store.sources_to_visit(&Pick::All).await.expect("sources");
    for (at, source) in sources.iter().enumerate() {
        let numbers = (at..entries).step_by(sources.len());
        let visit = visit(source, now, numbers.map(|it| draft(words, it)).collect());
        library.store.record(vec![visit]).await.expect("recorded");
        // As rounds of a crawl leave it: in several segments.
        if at % 50 == 49 {
            crawl::index_follows(&library.store, &library.index).await.expect("followed");
        }
    }
    crawl::index_follows(&library.store, &library.index).await.expect("followed");
    library
}

fn following(words: &Words) -> Following {
    let peer = |at: usize| {
        let name = format!("{} {} {at}", words.0[at * 7 % 900], words.0[at * 13 % 900]);
        let feed = format!("https://peer{at}.example/feed.xml").parse().expect("an address");
        let slug = Slug::of(&name).expect("a slug");
        Peer { name, slug, domains: Vec::new(), sources: vec![Source::feed(feed)] }
    };
    let topic = |at: usize| {
        let name = format!("{} {at}", words.0[at * 17 % 900]);
        let slug = Slug::of(&name).expect("a slug");
        Topic { query: format!("\"{}\" OR {}", words.title(at), words.0[at]), name, slug }
    };
    Following {
        topics: (0..TOPICS).map(topic).collect(),
        peers: (0..PEERS).map(peer).collect(),
        ..Following::default()
    }
}

fn draft(words: &Words, number: usize) -> EntryDraft {
    let title = words.title(number);
    let html = format!("<p>{title} {}</p>", words.title(number + 1));
    let published: Timestamp = "2026-02-01T10:00:00Z".parse().expect("a time");
    EntryDraft {
        guid: Some(format!("urn:{number}")),
        link: Some(format!("https://example.com/{number}").parse().expect("an address")),
        title,
        authors: Vec::new(),
        categories: Vec::new(),
        language: Some("en".parse().expect("a language")),
        published: Some(published - SignedDuration::from_mins(20 * number as i64)),
        updated: None,
        summary: String::new(),
        fingerprint: Fingerprint::of(&html),
        is_whole: true,
        words: 16,
        html,
    }
}

fn visit(source: &SourceToVisit, at: Timestamp, entries: Vec<EntryDraft>) -> Visit {
    let mut after = source.state.clone();
    after.visited = Some(at);
    Visit {
        source: source.id,
        at,
        took: Duration::from_millis(100),
        outcome: Outcome::Read { entries },
        conditional: true,
        wire_bytes: 20_000,
        status: Some(200),
        after,
    }
}

/// Made-up words, the frequent ones first; each title is a function of its number.
struct Words(Vec<String>);

impl Words {
    fn new() -> Self {
        let starts = ["b", "c", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "st", "tr"];
        let middles = ["a", "e", "i", "o", "u", "ai", "or", "en", "an", "er"];
        let ends = ["", "", "s", "ed", "ing", "er", "ment", "ization"];
        let word = |at: usize| {
            let mut seed = mixed(at);
            let mut pick = |from: &[&'static str]| {
                seed = mixed(seed);
                from[seed % from.len()]
            };
            let mut word = String::new();
            for _ in 0..2 + at % 2 {
                word = word + pick(&starts) + pick(&middles);
            }
            word + pick(&ends)
        };
        Self((0..VOCABULARY).map(word).collect())
    }

    /// Four to nine words after Zipf's law.
    fn title(&self, number: usize) -> String {
        let word = |at: usize| {
            let share = (mixed(number * 16 + at) % 1_000_000) as f64 / 1e6;
            self.0[((VOCABULARY as f64).powf(share) - 1.0) as usize].as_str()
        };
        (0..4 + number % 6).map(word).collect::<Vec<_>>().join(" ")
    }
}

/// The finaliser of `SplitMix64`.
fn mixed(number: usize) -> usize {
    let mut bits = (number as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)) as usize >> 1
}
