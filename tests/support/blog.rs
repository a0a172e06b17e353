//! A blog of our own writing whose feed carries less than its pages.

use std::fmt::Write as _;

use peerscope::domain::Address;

use super::{
    fake_web::{Asked, FakeWeb, Response},
    feeds::{Post, rss},
};

/// A post whose feed entry is a line, and whose page is the article.
pub(crate) struct BlogPost {
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) summary: String,
}

impl BlogPost {
    pub(crate) fn new(title: &str) -> Self {
        let slug = title.to_lowercase().replace(' ', "-");
        Self {
            path: format!("/posts/{slug}"),
            title: title.to_owned(),
            summary: format!("<p>In short: {title} and what it took us to get there.</p>"),
        }
    }
}

/// Serves a feed of summaries, and a page for each post.
pub(crate) fn serve_blog(web: &FakeWeb, titles: &[&str]) {
    let posts: Vec<BlogPost> = titles.iter().map(|it| BlogPost::new(it)).collect();
    serve_feed(web, &posts);
    for post in &posts {
        web.serve_document(&post.path, "text/html; charset=utf-8", &page(&post.title, ""));
    }
}

pub(crate) fn serve_feed(web: &FakeWeb, posts: &[BlogPost]) {
    web.serve_document("/feed", "application/rss+xml", &feed(web, posts));
}

pub(crate) fn feed(web: &FakeWeb, posts: &[BlogPost]) -> String {
    let listed = posts.iter().enumerate().map(|(at, post)| Post {
        guid: format!("tag:{}", post.path),
        link: web.address(&post.path).to_string(),
        title: post.title.clone(),
        html: post.summary.clone(),
        // The first is the newest.
        published: format!("Mon, 02 Feb 2026 08:{:02}:00 +0000", 59 - at),
    });
    rss(&listed.collect::<Vec<_>>())
}

/// A page with an article in the middle of what blogs put around one.
pub(crate) fn page(title: &str, head: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{title} - Example Blog</title>{head}</head>\
         <body><header><nav><a href=\"/\">Home</a> <a href=\"/careers\">We are hiring</a></nav></header>\
         <main><article><h1>{title}</h1>{}</article></main>\
         <footer>Copyright, imprint and cookies</footer></body></html>",
        body(title)
    )
}

/// Some four hundred words, with code, that depend on the title.
pub(crate) fn body(title: &str) -> String {
    let mut html = String::new();
    for part in 0..8 {
        let _ = write!(
            html,
            "<p>Part {part} of {title} tells how the team found the slow path, measured it in \
             production for a week, and wrote down what every graph said before anyone changed a \
             line of code, since the last two attempts had fixed something that was not broken and \
             nobody wanted to go through that again.</p>"
        );
    }
    let marker = marker(title);
    let _ = write!(html, "<pre><code>fn {marker}() {{ measure(); }}</code></pre>");
    html
}

/// A word that stands only on the page of this title.
pub(crate) fn marker(title: &str) -> String {
    let letters =
        title.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect::<String>();
    format!("deep{letters}")
}

/// Address of a post's page.
pub(crate) fn page_of(web: &FakeWeb, title: &str) -> Address {
    web.address(&BlogPost::new(title).path)
}

/// Answers all requests to a post's page.
pub(crate) fn serve_page(
    web: &FakeWeb,
    title: &str,
    responder: impl Fn(&Asked) -> Response + Send + Sync + 'static,
) {
    web.serve(&BlogPost::new(title).path, responder);
}
