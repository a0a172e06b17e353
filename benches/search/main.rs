//! Measures the index: how fast it is built, and how fast two-word queries with snippets are
//! answered, beside raw tantivy over the same texts.
//!
//! `cargo bench --bench search -- 20000 100000` takes the numbers of entries; 20,000 by default.
//! No result is kept from one query to the next. Texts of hits are made anew outside the measured
//! time, as the library would read them.

#![expect(clippy::expect_used, reason = "a benchmark may stop at the first thing that is wrong")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of generated entries are small"
)]

mod clock;
mod corpus;

use std::{
    fs, hint,
    path::Path,
    time::{Duration, Instant},
};

use peerscope::{
    domain::query::Query,
    search::{Ask, Index, IndexChange, IndexDocument, IndexSettings},
};
use tantivy::{
    IndexWriter, TantivyDocument, Term,
    collector::{Count, TopDocs},
    query::{BooleanQuery, TermQuery},
    schema::{Field, IndexRecordOption, STORED, STRING, Schema, TEXT},
};

use clock::{peak_memory_mb, process_time, thread_time};
use corpus::{Corpus, Mix};

/// Hits that a query is answered with.
const PAGE: usize = 10;
/// As a crawl groups them.
const ENTRIES_PER_COMMIT: usize = 1_000;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![20_000] } else { sizes } {
        measure(size);
    }
}

fn measure(entries: usize) {
    let corpus = Corpus::new(entries);
    let folder = tempfile::tempdir().expect("a folder");
    print(&format!("{entries} entries"));
    let index = build_ours(&corpus, &folder.path().join("ours"));
    print(&format!("  peak memory of the process so far: {} MB", peak_memory_mb()));
    let raw = build_raw(&corpus, &folder.path().join("raw"));
    for mix in [Mix::Middle, Mix::CommonAndMiddle, Mix::Common, Mix::All] {
        let queries = corpus.queries(mix);
        ask_raw(&raw, &queries, mix);
        ask_ours(&index, &corpus, &queries, mix);
    }
}

/// Generates the entries group by group and has each group indexed.
fn build(name: &str, corpus: &Corpus, folder: &Path, mut index: impl FnMut(&[IndexDocument])) {
    let before = process_time();
    let (mut wall, mut generating, mut bytes) = (Duration::ZERO, Duration::ZERO, 0);
    for start in (0..corpus.entries).step_by(ENTRIES_PER_COMMIT) {
        let begun = thread_time();
        let end = corpus.entries.min(start + ENTRIES_PER_COMMIT);
        let documents: Vec<IndexDocument> = (start..end).map(|at| corpus.document(at)).collect();
        bytes += documents.iter().map(|it| it.body.len() + it.title.len()).sum::<usize>();
        generating += thread_time().saturating_sub(begun);
        let begun = Instant::now();
        index(&documents);
        wall += begun.elapsed();
    }
    let begun = Instant::now();
    index(&[]);
    let merging = begun.elapsed();
    let processor = process_time().saturating_sub(before + generating).as_secs_f64();
    let files = fs::read_dir(folder).expect("files");
    let size: u64 = files.map(|it| it.expect("a file").metadata().expect("its size").len()).sum();
    let (megabytes, wall) = (bytes as f64 / 1e6, wall.as_secs_f64());
    print(&format!(
        "  build  {name:12} {megabytes:.0} MB of text in {wall:.2} s, then {:.2} s of merging; \
         {:.0} entries/s, {:.1} MB/s; {processor:.2} s of processor, {:.1} MB/s; \
         index {:.1} MB, {} bytes an entry",
        merging.as_secs_f64(),
        corpus.entries as f64 / wall,
        megabytes / wall,
        megabytes / processor,
        size as f64 / 1e6,
        size / corpus.entries as u64,
    ));
}

fn build_ours(corpus: &Corpus, folder: &Path) -> Index {
    let index = Index::open(folder, IndexSettings::default()).expect("an index").index;
    build("ours", corpus, &folder.join("v1"), |documents| {
        let changes = documents.iter().map(|it| IndexChange::Put(Box::new(it.clone())));
        match documents.last() {
            Some(last) => {
                index.apply(&changes.collect::<Vec<_>>()).expect("applied");
                index.commit(last.changed).expect("committed");
            }
            None => index.finish().expect("merged"),
        }
    });
    index
}

struct Raw {
    index: tantivy::Index,
    body: Field,
}

fn build_raw(corpus: &Corpus, folder: &Path) -> Raw {
    let mut schema = Schema::builder();
    let body = schema.add_text_field("body", TEXT);
    let address = schema.add_text_field("address", STRING | STORED);
    fs::create_dir_all(folder).expect("a folder");
    let index = tantivy::Index::create_in_dir(folder, schema.build()).expect("an index");
    let writer: IndexWriter = index.writer_with_num_threads(1, 30_000_000).expect("a writer");
    let mut writer = Some(writer);
    build("raw tantivy", corpus, folder, |documents| {
        let Some(open) = &mut writer else { return };
        for from in documents {
            let mut document = TantivyDocument::default();
            document.add_text(body, &from.title);
            document.add_text(body, &from.body);
            document.add_text(address, from.entry.to_string());
            open.add_document(document).expect("added");
        }
        open.commit().expect("committed");
        if documents.is_empty() {
            writer.take().map(IndexWriter::wait_merging_threads).expect("open").expect("merged");
        }
    });
    Raw { index, body }
}

fn ask_raw(raw: &Raw, queries: &[[String; 2]], mix: Mix) {
    let searcher = raw.index.reader().expect("a reader").searcher();
    let mut times = Vec::new();
    let mut hits = 0;
    for words in queries {
        let begun = Instant::now();
        let terms = words.iter().map(|word| {
            let term = Term::from_field_text(raw.body, word);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as _
        });
        let query = BooleanQuery::intersection(terms.collect());
        let top = (TopDocs::with_limit(PAGE).order_by_score(), Count);
        let (top, count) = searcher.search(&query, &top).expect("an answer");
        for (_, at) in top {
            hint::black_box(searcher.doc::<TantivyDocument>(at).expect("a document"));
        }
        times.push(begun.elapsed());
        hits += count;
    }
    report("raw tantivy, BM25", mix, &mut times, hits);
}

fn ask_ours(index: &Index, corpus: &Corpus, queries: &[[String; 2]], mix: Mix) {
    let now = Corpus::now();
    let (mut searching, mut with_snippets) = (Vec::new(), Vec::new());
    let mut hits = 0;
    for words in queries {
        let begun = Instant::now();
        let query = Query::parse(&words.join(" "));
        let found = index.search(&query, &Ask::best(PAGE, now)).expect("an answer");
        let searched = begun.elapsed();
        hits += found.total;
        let texts = found.hits.iter().map(|it| corpus.document(it.entry.0 as usize - 1).body);
        let texts: Vec<String> = texts.collect();
        let begun = Instant::now();
        let marker = index.marker(&query);
        for text in &texts {
            hint::black_box(marker.snippet(text, None));
        }
        searching.push(searched);
        with_snippets.push(searched + begun.elapsed());
    }
    report("ours, search only", mix, &mut searching, hits);
    report("ours with snippets", mix, &mut with_snippets, hits);
}

fn report(name: &str, mix: Mix, times: &mut [Duration], hits: usize) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    print(&format!(
        "  query  {name:18} {:15} p50 {:6.3} ms  p99 {:6.3} ms  {} hits on average",
        format!("{mix:?}"),
        at(0.5),
        at(0.99),
        hits / times.len(),
    ));
}

#[expect(clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]
fn print(line: &str) {
    println!("{line}");
}
