//! Reading a feed of 20 entries of 4 kB, beside bare feed-rs on the same bytes; and a sitemap as long as
//! they may be.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to tell")]

use divan::{Bencher, counter::BytesCount};
use peerscope::{
    domain::{PostPages, Sitemap},
    syndication::{Hints, read_feed, read_sitemap},
};

fn main() {
    divan::main();
}

const ENTRIES: usize = 20;
const FORMATS: [&str; 2] = ["rss", "atom"];

#[divan::bench(args = FORMATS)]
fn peerscope(bencher: Bencher<'_, '_>, format: &str) {
    let feed = feed(format);
    let address = "https://example.com/feed.xml".parse().unwrap();
    let hints = Hints { address: &address, charset: None, content_type: None };
    bencher
        .counter(BytesCount::of_slice(feed.as_bytes()))
        .bench(|| read_feed(feed.as_bytes(), &hints).unwrap().entries.len());
}

#[divan::bench(args = FORMATS)]
fn bare_feed_rs(bencher: Bencher<'_, '_>, format: &str) {
    let feed = feed(format);
    bencher
        .counter(BytesCount::of_slice(feed.as_bytes()))
        .bench(|| feed_rs::parser::parse(feed.as_bytes()).unwrap().entries.len());
}

const ADDRESSES: usize = 50_000;

#[divan::bench(sample_count = 10)]
fn sitemap(bencher: Bencher<'_, '_>) {
    let text = longest_sitemap();
    let address = "https://example.com/sitemap.xml".parse().unwrap();
    let hints = Hints { address: &address, charset: None, content_type: None };
    bencher
        .counter(BytesCount::of_slice(text.as_bytes()))
        .bench(|| read_sitemap(text.as_bytes(), &hints).unwrap());
}

#[divan::bench(sample_count = 10)]
fn posts_of_sitemap(bencher: Bencher<'_, '_>) {
    let text = longest_sitemap();
    let address = "https://example.com/".parse().unwrap();
    let hints = Hints { address: &address, charset: None, content_type: None };
    let Ok(Sitemap::Pages(pages)) = read_sitemap(text.as_bytes(), &hints) else {
        panic!("the sitemap is none")
    };
    let posts = PostPages { blog: &address, keep: &[], drop: &[] };
    bencher.with_inputs(|| pages.clone()).bench_values(|pages| posts.choose(pages).len());
}

fn longest_sitemap() -> String {
    let mut urls = String::new();
    for at in 0..ADDRESSES {
        let (month, day) = (at % 12 + 1, at % 28 + 1);
        let url = format!(
            "<url><loc>https://example.com/blog/a-post-about-queues-{at}</loc>\
             <lastmod>2026-{month:02}-{day:02}T10:00:00Z</lastmod></url>\n"
        );
        urls.push_str(&url);
    }
    format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>")
}

fn feed(format: &str) -> String {
    let entries: String = (0..ENTRIES).map(|number| entry(format, number)).collect();
    match format {
        "rss" => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" \
             xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Notes</title>\
             <link>https://example.com/</link><language>en</language>{entries}</channel></rss>"
        ),
        _ => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" \
             xml:lang=\"en\"><title>Notes</title><link href=\"https://example.com/\"/>\
             <id>https://example.com/</id><updated>2026-03-02T10:00:00Z</updated>{entries}</feed>"
        ),
    }
}

fn entry(format: &str, number: usize) -> String {
    let paragraph = "<p>A queue that is never empty is a queue that is <em>too short</em>: see \
                     <a href=\"/posts/queues?page=2&amp;from=feed\">the first part</a>.</p>\n";
    let body = paragraph.repeat(4_000 / paragraph.len());
    let escaped = body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    match format {
        "rss" => format!(
            "<item><title>Queues, part {number}</title><link>https://example.com/{number}</link>\
             <guid isPermaLink=\"false\">{number}@example.com</guid><dc:creator>Ada</dc:creator>\
             <pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><category>Queues</category>\
             <description>How long a queue should be</description>\
             <content:encoded><![CDATA[{body}]]></content:encoded></item>"
        ),
        _ => format!(
            "<entry><title>Queues, part {number}</title><link href=\"https://example.com/{number}\"/>\
             <id>tag:example.com,2026:{number}</id><author><name>Ada</name></author>\
             <published>2026-03-02T10:00:00Z</published><updated>2026-03-02T10:00:00Z</updated>\
             <category term=\"queues\" label=\"Queues\"/><summary>How long a queue should be</summary>\
             <content type=\"html\">{escaped}</content></entry>"
        ),
    }
}
