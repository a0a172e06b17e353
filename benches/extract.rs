//! How fast bodies are sanitised, on the short road and on the long one, and read for their text; and how
//! fast the list on a page is found.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start should stop")]

use divan::{Bencher, counter::BytesCount};
use peerscope::{
    domain::{Address, ListingRules, Markup},
    extract::{Page, clean_body, read_listing, text_of},
    insight::language_of,
};

fn main() {
    divan::main();
}

const WORDS: &[&str] = &[
    "latency", "the", "of", "queue", "to", "cluster", "and", "replica", "in", "shard", "we",
    "deploy", "with", "cache", "ranking", "a", "pipeline", "that", "checkout", "index",
];

/// About four kilobytes as engineering blogs write them: paragraphs, a heading, a list, code, a
/// picture, links.
fn post() -> String {
    let mut post = String::new();
    for part in 0..8 {
        let mut sentence = String::new();
        for at in 0..60 {
            sentence.push_str(WORDS[(at * 7 + part * 3) % WORDS.len()]);
            sentence.push_str(match at % 15 {
                14 => ". ",
                7 => ", ",
                _ => " ",
            });
        }
        post.push_str("<p>");
        post.push_str(&sentence);
        post.push_str("See <a href=\"https://docs.example.org/cache\">cache</a> &amp; <code>get_x</code>.</p>\n");
        match part % 4 {
            0 => post.push_str("<h2>shard of replica</h2>\n"),
            1 => post.push_str("<ul>\n<li>one thing</li>\n<li>another thing</li>\n</ul>\n"),
            2 => post.push_str("<pre><code class=\"language-rust\">let a = b(&amp;c, 1)?;\nlet d = e;\n</code></pre>\n"),
            _ => post.push_str("<figure><img src=\"https://example.org/1f.png\" alt=\"a graph\"></figure>\n"),
        }
    }
    post
}

fn base() -> Address {
    "https://example.org/posts/".parse().unwrap()
}

#[divan::bench]
fn short_road(bencher: Bencher<'_, '_>) {
    let markup = Markup::Html(post());
    let base = base();
    bencher.counter(BytesCount::of_str(markup.raw())).bench(|| clean_body(&markup, &base));
}

#[divan::bench]
fn long_road(bencher: Bencher<'_, '_>) {
    // An unquoted attribute is enough to need the whole parser.
    let markup = Markup::Html(format!("<p class=intro>Hello</p>{}", post()));
    let base = base();
    bencher.counter(BytesCount::of_str(markup.raw())).bench(|| clean_body(&markup, &base));
}

#[divan::bench]
fn text(bencher: Bencher<'_, '_>) {
    let html = clean_body(&Markup::Html(post()), &base()).html;
    bencher.counter(BytesCount::of_str(&html)).bench(|| text_of(&html));
}

#[divan::bench(args = ["english", "german", "code"])]
fn language(bencher: Bencher<'_, '_>, kind: &str) {
    let text = match kind {
        "english" => "We moved the ranking service to a new cluster, and this is how it went. ",
        "german" => "Wir haben unseren Suchdienst umgezogen, und so ist es uns dabei ergangen. ",
        _ => "let rank = shard.query(&terms)?; assert_eq!(rank.len(), 10); ",
    };
    let text = text.repeat(20);
    bencher.bench(|| language_of(&text));
}

#[divan::bench(args = [20, 500])]
fn listing(bencher: Bencher<'_, '_>, posts: usize) {
    let cards: String = (0..posts)
        .map(|at| {
            format!(
                "<article class=\"card\"><h2><a href=\"/blog/post-{at}\">What we learned from queue {at}</a></h2>\
                 <time datetime=\"2026-03-02\">2 March</time><p>In short: it was too long.</p></article>"
            )
        })
        .collect::<Vec<_>>().concat();
    let html = format!("<!doctype html><nav><a href=\"/\">Home</a></nav><main>{cards}</main>");
    let address = "https://example.com/blog".parse().unwrap();
    let page = Page { body: html.as_bytes(), charset: None, address: &address };
    let rules = ListingRules::default();
    bencher
        .counter(BytesCount::of_slice(html.as_bytes()))
        .bench(|| read_listing(&page, &rules).unwrap().len());
}
