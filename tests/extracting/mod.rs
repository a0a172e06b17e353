//! Articles read from pages: as publishing systems build them, as walls hide them, as attackers send
//! them.

mod command;
mod hostile;
mod platforms;
mod rules;
mod standing;

use peerscope::{
    domain::{Address, Article, PageRules},
    extract::{Page, read_article},
};

pub(crate) fn address() -> Address {
    "https://parcelworks.example/blog/the-queue-that-lied".parse().unwrap()
}

pub(crate) fn article(page: &str) -> Article {
    article_by(page, &PageRules::default())
}

pub(crate) fn article_by(page: &str, rules: &PageRules) -> Article {
    let page = Page { body: page.as_bytes(), charset: None, address: &address() };
    read_article(&page, rules).unwrap()
}

/// A page of the folder `tests/fixtures/pages`, with the article that all of them show.
pub(crate) fn page(name: &str) -> String {
    let read = |name: &str| {
        let file = format!("{}/tests/fixtures/pages/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(file).unwrap()
    };
    read(&format!("{name}.html")).replace("<!--body-->", &read("body.html"))
}
