//! Measures search: how fast an index is built and how large it is, how fast ten shapes of queries are
//! answered and in how much memory, beside raw tantivy over the same posts.
//!
//! `cargo bench --bench search -- 20000 100000` takes the numbers of entries; 20,000 by default. From
//! 500,000 on texts are of 1–2 kB, else of 4–7 kB. `--only ours`, `--shapes phrase,prefix` and
//! `--each 100` are for quick runs; `--keep DIR` keeps our index there, and asks the one that is there
//! already instead of building it. No result is kept from one query to the next. Texts of hits are made
//! anew outside the measured time, as the library would read them.
//!
//! `cargo bench --bench search -- --library DIR --queries FILE 100000` measures nothing: it writes a
//! library of so many entries for `peerscope --home DIR serve --no-crawl`, and the paths of its
//! queries, one a line. `load.lua` has wrk ask for them.

#![expect(clippy::expect_used, reason = "a benchmark may stop at the first thing that is wrong")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of generated entries are small"
)]

mod building;
mod clock;
mod corpus;
mod library;
mod ours;
mod raw;
mod report;
mod shapes;
mod words;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use clap::{Parser, ValueEnum};

use clock::{forget_peak_memory, peak_memory_mb, private_memory_mb};
use corpus::Corpus;
use ours::Ours;
use raw::Raw;
use report::{Asked, print, print_table};
use shapes::{Shape, Sought};

/// Hits that a query is answered with.
const PAGE: usize = 10;

#[derive(Parser)]
struct Arguments {
    /// Numbers of entries, each measured by itself
    #[arg(default_value = "20000")]
    sizes: Vec<usize>,
    /// Leave the other one out
    #[arg(long)]
    only: Option<System>,
    /// Leave the other shapes out
    #[arg(long, value_delimiter = ',')]
    shapes: Vec<Shape>,
    /// Queries of each shape: the usual number makes more than 10,000 in all
    #[arg(long, default_value_t = 1_100)]
    each: usize,
    /// Keep our index in this folder, and take the one that is there
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Write a library to this folder, and measure nothing
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
    /// Write the paths of the queries to this file, and measure nothing
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// So says cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum System {
    Ours,
    Raw,
}

fn main() {
    let arguments = Arguments::parse();
    let shapes = match arguments.shapes.as_slice() {
        [] => Shape::value_variants(),
        some => some,
    };
    for size in &arguments.sizes {
        let corpus = Corpus::new(*size);
        let queries: Vec<Vec<Sought>> =
            shapes.iter().map(|it| it.queries(&corpus, arguments.each)).collect();
        match (&arguments.library, &arguments.queries) {
            (None, None) => {
                let asked = measure(&corpus, &queries, &arguments);
                print_table(shapes.iter().copied().zip(asked).collect());
            }
            (folder, file) => {
                if let Some(folder) = folder {
                    library::write(&corpus, folder);
                }
                if let Some(file) = file {
                    library::write_queries(queries.concat(), file);
                }
            }
        }
    }
}

/// What the queries of each shape took.
fn measure(corpus: &Corpus, queries: &[Vec<Sought>], arguments: &Arguments) -> Vec<Asked> {
    let distinct: HashSet<String> = queries.iter().flatten().map(Sought::to_string).collect();
    print(&format!("{} entries, {} distinct queries", corpus.entries, distinct.len()));
    let asked = |it: &Vec<Sought>| Asked { queries: it.len(), ..Asked::default() };
    let mut asked: Vec<Asked> = queries.iter().map(asked).collect();
    // One after the other, so that the memory is that of one.
    if arguments.only != Some(System::Raw) {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = arguments.keep.as_ref().map(|it| it.join(corpus.entries.to_string()));
        let folder = kept.as_deref().unwrap_or(folder.path());
        measure_ours(corpus, queries, folder, &mut asked);
    }
    if arguments.only != Some(System::Ours) {
        measure_raw(corpus, queries, &mut asked);
    }
    asked
}

fn measure_ours(corpus: &Corpus, queries: &[Vec<Sought>], folder: &Path, asked: &mut [Asked]) {
    forget_peak_memory();
    let ours = Ours::open(corpus, folder);
    print(&format!("peak of memory until it is there: {} MB", peak_memory_mb()));
    for (queries, asked) in queries.iter().zip(asked) {
        asked.ours = ours.ask(queries);
    }
    let memory = private_memory_mb();
    let (clean, dirty) = (memory.clean, memory.dirty);
    let sum = clean + dirty;
    print(&format!("private memory after the queries: {sum} MB, {clean} MB of them of files"));
}

fn measure_raw(corpus: &Corpus, queries: &[Vec<Sought>], asked: &mut [Asked]) {
    let folder = tempfile::tempdir().expect("a folder");
    let raw = Raw::build(corpus, folder.path());
    for (queries, asked) in queries.iter().zip(asked) {
        (asked.raw, asked.raw_hits) = raw.ask(queries);
    }
}
