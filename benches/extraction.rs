//! How many pages a core reads articles from in a second: small, usual and large ones.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start should stop")]

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use peerscope::{
    domain::{Address, PageRules},
    extract::{Page, read_article},
};

fn main() {
    divan::main();
}

/// The same page with its article's text repeated.
const SIZES: [usize; 3] = [1, 6, 60];
const FRAMES: [&str; 3] = ["jekyll", "wordpress", "bootstrap"];

fn fixture(name: &str) -> String {
    let file = format!("{}/tests/fixtures/pages/{name}.html", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap()
}

fn page(name: &str, times: usize) -> String {
    fixture(name).replace("<!--body-->", &fixture("body").repeat(times))
}

/// A page whose text is in an element named for it, one with the furniture of a big system, and one
/// without any names.
#[divan::bench(args = SIZES, consts = [0, 1, 2])]
fn read<const FRAME: usize>(bencher: Bencher<'_, '_>, times: usize) {
    let page = page(FRAMES[FRAME], times);
    let address: Address = "https://parcelworks.example/blog/queue".parse().unwrap();
    let rules = PageRules::default();
    bencher.counter(BytesCount::of_str(&page)).counter(ItemsCount::new(1_usize)).bench(|| {
        let page = Page { body: page.as_bytes(), charset: None, address: &address };
        read_article(&page, &rules).unwrap().words
    });
}
