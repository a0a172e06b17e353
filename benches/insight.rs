//! How fast posts are read for what they are about, with and without finding their blocks first, and how
//! long the model takes to load.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start should stop")]

use divan::{Bencher, counter::ItemsCount};
use peerscope::{
    extract::blocks_of,
    insight::{self, Post, training::Model},
};

fn main() {
    divan::main();
}

/// Sentences as engineering blogs write them, of our own.
const SENTENCES: &[&str] = &[
    "Every write had to wait for the slowest of three replicas, which hurt most during sales.",
    "We decided to move the counters out of the request and to batch them per shard.",
    "The new queue keeps messages on disk and tells the producer when it falls behind.",
    "After the change p99 latency fell from 900 ms to 120 ms, and the bill by a third.",
    "It does not work across regions yet, and we plan to look into that next quarter.",
    "If you want to try it, have a look at the repository and its README.",
    "A feature store is a database for the inputs of models, used in training and serving alike.",
    "However, the old client retried without any pause, so a short outage became a long one.",
];

/// About so many words, under headings, with a list and some code.
fn post(words: usize) -> String {
    let mut html = String::new();
    let mut written = 0;
    for at in 0.. {
        if written >= words {
            break;
        }
        let (one, other) = (SENTENCES[at * 3 % 8], SENTENCES[at * 5 % 8]);
        let part = match at % 5 {
            0 => format!("<h2>Part {at} of the story</h2>\n<p>{one} {other}</p>\n"),
            3 => format!("<ul><li>{one}</li><li>{other}</li></ul>\n<pre>let a = {at};</pre>\n"),
            _ => format!("<p>{one} {other}</p>\n"),
        };
        html.push_str(&part);
        written += one.split(' ').count() + other.split(' ').count();
    }
    html
}

#[divan::bench(args = [300, 900, 3_000])]
fn posts_of_words(bencher: Bencher<'_, '_>, words: usize) {
    let html = post(words);
    insight::model();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let blocks = blocks_of(&html);
        let title = "How we moved the counters out of the request";
        insight::read(&Post {
            title,
            peer: "Example",
            categories: &[],
            language: None,
            blocks: &blocks,
        })
    });
}

#[divan::bench]
fn loading_the_model(bencher: Bencher<'_, '_>) {
    let bytes = insight::model().to_bytes();
    bencher.bench(|| Model::from_bytes(&bytes).unwrap());
}
