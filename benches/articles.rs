//! What the article work costs beside fetching: rules of sites, and the library's part of it.
//!
//! `cargo bench --bench articles`.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark tells or fails")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use peerscope::{
    domain::{
        AfterAsking, ArticleState, CrawlRhythm, DigestPlan, EntryDraft, Following, Outcome,
        PageToAsk, Peer, Plan, ReaderProfile, Robots, Slug, Source, SourceToVisit, Visit,
        plan_article,
    },
    store::{AskedPage, Location, PageText, PagesAsk, Pick, Portion, Store},
};

const SOURCES: usize = 200;
const ENTRIES: usize = 100;
const PAGES: u32 = 2_000;
const GROUP: usize = 16;

#[tokio::main]
async fn main() {
    rules();
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::File(folder.path().join("library.db"));
    let store = Store::open(&location).await.expect("a library");
    let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
    store.follow(&file(), now).await.expect("followed");
    for source in store.sources_to_visit(&Pick::All).await.expect("sources") {
        store.record(vec![visit(&source, now)]).await.expect("recorded");
    }
    let began = Instant::now();
    plan_all(&store, now).await;
    told("think about 20,000 articles", began.elapsed());
    let ask = PagesAsk { peer: None, per_gate: 50, total: PAGES };
    let began = Instant::now();
    let pages = store.pages_to_ask(&ask, now).await.expect("pages");
    told("find 2,000 of 20,000 pages that are due", began.elapsed());
    assert_eq!(pages.len(), usize::try_from(PAGES).expect("a number"));
    let asked: Vec<AskedPage> = pages.iter().map(|it| asked(it, now)).collect();
    let began = Instant::now();
    for group in asked.chunks(GROUP) {
        store.record_pages(group.to_vec()).await.expect("recorded");
    }
    told("record 2,000 articles of 10 kB", began.elapsed());
    let began = Instant::now();
    plan_all(&store, now).await;
    told("notice that nothing is to be thought about", began.elapsed());
}

fn rules() {
    let rule = |at: usize| format!("Disallow: /section-{at}/*/print$\nAllow: /section-{at}/a\n");
    let text: String = (0..8_000).map(rule).collect();
    let text = format!("User-agent: *\n{text}");
    let began = Instant::now();
    let robots = Robots::parse(text.as_bytes());
    told("read 16,000 rules of robots.txt", began.elapsed());
    let began = Instant::now();
    for page in 0..100 {
        let path = format!("/section-{page}/posts/2026/how-we-scaled-the-queue/print");
        black_box(robots.permission("peerscope", &path));
    }
    told("compare 100 addresses with them", began.elapsed());
}

fn told(what: &str, took: Duration) {
    println!("{what:44} {:>9.1} ms", took.as_secs_f64() * 1000.0);
}

fn file() -> Following {
    let peer = |at: usize| {
        let name = format!("Peer {at}");
        let feed = format!("https://peer{at}.example/feed").parse().expect("an address");
        let slug = Slug::of(&name).expect("a slug");
        Peer { name, slug, domains: Vec::new(), sources: vec![Source::feed(feed)] }
    };
    Following {
        reader: ReaderProfile::default(),
        crawl: CrawlRhythm::default(),
        digest: DigestPlan::default(),
        topics: Vec::new(),
        peers: (0..SOURCES).map(peer).collect(),
    }
}

fn visit(source: &SourceToVisit, now: Timestamp) -> Visit {
    let host = source.address.host();
    let draft = |at: usize| EntryDraft {
        guid: Some(at.to_string()),
        link: format!("https://{host}/posts/{at}").parse().ok(),
        title: format!("Post {at}"),
        authors: Vec::new(),
        categories: Vec::new(),
        language: None,
        published: Some(now),
        updated: None,
        summary: "In short".into(),
        html: "<p>In short, and no more than that.</p>".into(),
        words: 7,
        fingerprint: None,
        is_whole: false,
    };
    Visit {
        source: source.id,
        at: now,
        took: Duration::from_millis(100),
        outcome: Outcome::Read { entries: (0..ENTRIES).map(draft).collect() },
        conditional: false,
        wire_bytes: 4096,
        status: Some(200),
        after: source.state.clone(),
    }
}

async fn plan_all(store: &Store, now: Timestamp) {
    loop {
        let found = store.articles_to_plan(Portion::default()).await.expect("entries");
        let plans: Vec<Plan> =
            found.entries.into_iter().map(|it| plan_article(it, false, 7, now)).collect();
        store.plan_articles(plans, found.upto).await.expect("planned");
        if !found.more {
            return;
        }
    }
}

fn asked(page: &PageToAsk, now: Timestamp) -> AskedPage {
    let html = format!("<p>{}</p>", "The whole article. ".repeat(540));
    let text = PageText { html: Some(html), words: 1_620, ..PageText::default() };
    let after = AfterAsking {
        state: ArticleState::Taken,
        reason: None,
        due: None,
        attempts: 1,
        host_waits_until: None,
    };
    AskedPage {
        entry: page.entry,
        at: now,
        gate: page.link.gate(),
        after,
        validators: None,
        text: Some(Box::new(text)),
    }
}
