//! How fast an index is built, and how large it is.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use peerscope::search::IndexDocument;

use super::{
    clock::{process_time, thread_time},
    corpus::Corpus,
    report::print,
};

/// Entries that are generated, and handed over, at once.
const PORTION: usize = 1_000;
/// As an index commits that follows a library.
const ENTRIES_PER_COMMIT: usize = 20_000;

/// What an index is told while it is built.
pub(crate) enum Step<'a> {
    Take(&'a [IndexDocument]),
    /// The number of the last entry.
    Commit(i64),
    Finish,
}

/// Generates the entries portion by portion and has each portion indexed.
pub(crate) fn build(name: &str, corpus: &Corpus, folder: &Path, mut index: impl FnMut(Step<'_>)) {
    let before = process_time();
    let (mut wall, mut generating, mut bytes) = (Duration::ZERO, Duration::ZERO, 0);
    for start in (0..corpus.entries).step_by(PORTION) {
        let begun = thread_time();
        let end = corpus.entries.min(start + PORTION);
        let documents: Vec<IndexDocument> = (start..end).map(|at| corpus.document(at)).collect();
        bytes += documents.iter().map(|it| it.body.len() + it.title.len()).sum::<usize>();
        generating += thread_time().saturating_sub(begun);
        let begun = Instant::now();
        index(Step::Take(&documents));
        if end.is_multiple_of(ENTRIES_PER_COMMIT) || end == corpus.entries {
            index(Step::Commit(end as i64));
        }
        wall += begun.elapsed();
    }
    let begun = Instant::now();
    index(Step::Finish);
    let merging = begun.elapsed().as_secs_f64();
    let processor = process_time().saturating_sub(before + generating).as_secs_f64();
    let (megabytes, wall, entries) =
        (bytes as f64 / 1e6, wall.as_secs_f64(), corpus.entries as f64);
    let (size, segments) = measure(folder);
    print(&format!(
        "build {name:12} {megabytes:.0} MB of text in {wall:.2} s, then {merging:.2} s of merging: \
         {:.0} entries/s, {:.1} MB/s; {processor:.2} s of processor, {:.0} entries/s, {:.1} MB/s; \
         index {:.1} MB in {segments} segments, {:.0} bytes an entry",
        entries / wall,
        megabytes / wall,
        entries / processor,
        megabytes / processor,
        size as f64 / 1e6,
        size as f64 / entries,
    ));
}

/// The bytes and the segments of the index in a folder: tantivy writes one `.idx` for each.
fn measure(folder: &Path) -> (u64, usize) {
    let (mut bytes, mut segments) = (0, 0);
    for file in fs::read_dir(folder).expect("files") {
        let file = file.expect("a file");
        bytes += file.metadata().expect("its size").len();
        segments += usize::from(file.path().extension().is_some_and(|it| it == "idx"));
    }
    (bytes, segments)
}
