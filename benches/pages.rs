//! What each page costs over HTTP, and how large it is, in a library of generated posts.
//!
//! `cargo bench --bench search -- --library DIR --queries FILE 100000` writes the library and its queries first; then
//! `cargo bench --bench pages -- DIR --queries FILE` serves it and asks for each page, one request after the other on one
//! connection, each time for another entry, peer or query where the page has one. No answer is kept from one to the next.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark tells, or stops at the first thing that is wrong"
)]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use clap::Parser;
use jiff::Timestamp;
use peerscope::{
    domain::{EntryId, NoteDraft, NoteType, ReaderId, ReadingChange, ReadingState},
    home::Places,
    reading,
    store::Store,
};

#[derive(Parser)]
struct Arguments {
    /// The library
    home: PathBuf,
    /// Paths of queries, one a line
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,
    /// Requests for each page
    #[arg(long, default_value_t = 300)]
    each: usize,
    /// Of the peers and entries in the library
    #[arg(long, default_value_t = 100_000)]
    entries: usize,
    /// So says cargo
    #[arg(long, hide = true)]
    bench: bool,
}

struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The service, and where it is reached.
fn serve(home: &PathBuf) -> (Service, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_peerscope"))
        .arg("--home")
        .arg(home)
        .args(["serve", "--no-crawl", "--bind", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let lines = BufReader::new(child.stderr.take().expect("what it tells")).lines();
    let mut lines = lines.map_while(Result::ok);
    let address = lines.find_map(|it| Some(it.split_once("serves on ")?.1.to_owned()));
    // It goes on telling, and must not wait for somebody to read it.
    std::thread::spawn(move || lines.for_each(drop));
    (Service(child), address.expect("an address"))
}

/// Any number below another one, the same each time.
fn below(seed: usize, end: usize) -> usize {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from((mixed ^ (mixed >> 32)) % end as u64).expect("a small number")
}

const PEERS: usize = 500;

/// Each page, with places for what varies.
const PAGES: &[&str] = &[
    "/",
    "/?by=peer",
    "/?peer={peer}",
    "/search?q={query}",
    "/entries/{entry}",
    "/topics",
    "/topics/pricing",
    "/landscape",
    "/limits",
    "/trends",
    "/digests",
    "/landscape?q=pricing",
    "/list",
    "/list?by=fit",
    "/list?minutes=25",
    "/journal",
    "/ideas",
    "/peers",
    "/peers/{peer}",
    "/sources",
    "/settings",
];

fn path(page: &str, at: usize, arguments: &Arguments, queries: &[String]) -> String {
    let peer = format!("peer-{}", below(at, PEERS));
    let entry = (1 + below(at, arguments.entries)).to_string();
    page.replace("{peer}", &peer)
        .replace("{entry}", &entry)
        .replace("{query}", &queries[at % queries.len()])
}

/// Stories on the list, and notes in the journal.
const KEPT: usize = 500;

/// A reader who has kept much: once for each library.
async fn keep(arguments: &Arguments) {
    let places = Places::new(arguments.home.clone(), None);
    let store = Store::open(places.library()).await.expect("a library");
    let now: Timestamp = "2026-06-01T08:00:00Z".parse().expect("a time");
    let reader = ReaderId::ONLY;
    let is_new = store.all_notes(reader).await.expect("the notes").is_empty();
    for at in (0..KEPT).filter(|_| is_new) {
        let entry = EntryId(1 + i64::try_from(below(at, arguments.entries)).expect("an id"));
        let found = store.entries_without_bodies(&[entry]).await.expect("entries");
        let queued =
            ReadingChange { state: Some(ReadingState::Queued), ..ReadingChange::default() };
        reading::put(&store, reader, found[0].story, queued, now).await.expect("queued");
        let title = format!("Title of note {at}");
        let text = "What was learned, in some words.";
        let note_type = NoteType::ALL[at % NoteType::ALL.len()];
        let draft =
            NoteDraft::new(note_type, &title, text, BTreeSet::new(), vec![entry]).expect("a note");
        reading::write_note(&store, reader, &draft, now).await.expect("written");
    }
    store.close().await;
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    keep(&arguments).await;
    let queries = fs::read_to_string(&arguments.queries).expect("the queries");
    let query = |line: &str| Some(line.split_once("q=")?.1.split('&').next()?.to_owned());
    let queries: Vec<String> = queries.lines().filter_map(query).collect();
    let (_service, address) = serve(&arguments.home);
    let client = reqwest::Client::builder().no_proxy().no_gzip().no_brotli().no_zstd().no_deflate();
    let client = client.build().expect("a client");
    println!("{:<24} {:>9} {:>9} {:>9} {:>9}", "page", "p50 ms", "p99 ms", "kB", "largest");
    for page in PAGES {
        let mut took: Vec<Duration> = Vec::new();
        let mut sizes: Vec<usize> = Vec::new();
        for at in 0..arguments.each {
            let address = format!("{address}{}", path(page, at, &arguments, &queries));
            let began = Instant::now();
            let answer = client.get(&address).send().await.expect("an answer");
            let status = answer.status();
            let size = answer.bytes().await.expect("the whole of it").len();
            took.push(began.elapsed());
            sizes.push(size);
            assert!(status.is_success(), "{address}: {status}");
        }
        took.sort();
        sizes.sort_unstable();
        let ms = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
        let kb = |share: usize| sizes[(sizes.len() - 1) * share / 100].div_ceil(1_000);
        println!("{page:<24} {:>9.2} {:>9.2} {:>9} {:>9}", ms(50), ms(99), kb(50), kb(100));
    }
}
