//! Feeds of our own writing.

use std::fmt::Write as _;

/// A post of a feed in a test.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) guid: String,
    pub(crate) link: String,
    pub(crate) title: String,
    pub(crate) html: String,
    pub(crate) published: String,
}

/// A post about something, with enough text to be told from others.
pub(crate) fn post(title: &str) -> Post {
    let slug = title.to_lowercase().replace(' ', "-");
    Post {
        guid: format!("tag:example.com,2026:{slug}"),
        link: format!("https://example.com/posts/{slug}"),
        title: title.to_owned(),
        html: essay(title),
        published: "Mon, 02 Feb 2026 08:00:00 +0000".to_owned(),
    }
}

/// Some eighty words that depend on the subject.
pub(crate) fn essay(subject: &str) -> String {
    let mut html = format!("<h2>{subject}</h2>");
    let seed = subject.bytes().fold(7_usize, |sum, it| sum * 31 % 10_007 + usize::from(it));
    for sentence in 0..8 {
        html.push_str("<p>");
        for word in 0..10 {
            let _ =
                write!(html, "{} ", WORDS[(seed + sentence * 37 + word * word * 11) % WORDS.len()]);
        }
        html.push_str("</p>");
    }
    html
}

const WORDS: [&str; 40] = [
    "cache",
    "latency",
    "orders",
    "queue",
    "shard",
    "index",
    "replica",
    "ranking",
    "pricing",
    "catalogue",
    "checkout",
    "feature",
    "store",
    "pipeline",
    "batch",
    "stream",
    "consumer",
    "offset",
    "partition",
    "deploy",
    "rollback",
    "canary",
    "metric",
    "alert",
    "timeout",
    "retry",
    "backoff",
    "budget",
    "traffic",
    "cluster",
    "node",
    "schema",
    "migration",
    "vector",
    "embedding",
    "recall",
    "precision",
    "experiment",
    "cohort",
    "uplift",
];

/// An RSS document with these posts.
pub(crate) fn rss(posts: &[Post]) -> String {
    let mut items = String::new();
    for post in posts {
        let Post { guid, link, title, html, published } = post;
        let _ = write!(
            items,
            "<item><guid isPermaLink=\"false\">{guid}</guid><title>{title}</title><link>{link}</link>\
             <pubDate>{published}</pubDate><description><![CDATA[{html}]]></description></item>"
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel>\
         <title>Example Engineering</title><link>https://example.com/</link>\
         <description>How we build</description>{items}</channel></rss>"
    )
}

/// An RSS document with posts of these titles.
pub(crate) fn rss_of(titles: &[&str]) -> String {
    rss(&titles.iter().map(|it| post(it)).collect::<Vec<_>>())
}

/// A post at this address, wherever its feed is.
pub(crate) fn post_at(link: &str, title: &str, html: &str) -> Post {
    Post {
        guid: link.to_owned(),
        link: link.to_owned(),
        title: title.to_owned(),
        html: html.to_owned(),
        published: "Mon, 02 Feb 2026 08:00:00 +0000".to_owned(),
    }
}
