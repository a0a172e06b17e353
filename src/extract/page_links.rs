//! The links of a page, and the feeds that it declares.

use dom_query::Document;

use super::{Page, article::decode::decode, bounds};
use crate::domain::{Address, PageLinks};

/// Links that are looked at; a page with more is a list of lists.
const MOST_LINKS: usize = 2_000;
const FEED_TYPES: [&str; 5] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
];

/// What a page says about feeds of its site; nothing for a page that cannot be parsed in bounded time.
pub fn page_links(page: &Page<'_>) -> PageLinks {
    let html = decode(page.body, page.charset);
    if !bounds::can_be_looked_through(&html) {
        return PageLinks::default();
    }
    let document = Document::from(html.as_ref());
    let base = base_of(&document, page.address);
    let alternate = document.select("link[rel~=alternate][href]");
    let declared = alternate.iter().filter_map(|link| {
        let kind =
            link.attr("type")?.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !FEED_TYPES.contains(&kind.as_str()) {
            return None;
        }
        let title = link.attr("title").unwrap_or_default().to_string();
        Some((base.join(&link.attr("href")?).ok()?, title))
    });
    let links = document.select("a[href]");
    let linked = links.iter().take(MOST_LINKS).filter_map(|it| base.join(&it.attr("href")?).ok());
    PageLinks { declared: declared.collect(), linked: linked.collect() }
}

/// What the page resolves its references against (HTML, "The base element").
pub(super) fn base_of(document: &Document, address: &Address) -> Address {
    let written = document.select_single("base[href]").attr("href");
    written.and_then(|it| address.join(&it).ok()).unwrap_or_else(|| address.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_feeds_and_links_are_resolved_as_browsers_do() {
        let address = "https://example.com/blog/".parse().unwrap();
        let html = br#"<!doctype html><base href="/news/"><link rel="alternate" type="application/rss+xml; charset=utf-8" href="rss.xml" title="News">
            <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" type="text/css" href="x.css">
            <p><a href="atom.xml">Feed</a> <a href="mailto:x@example.com">Mail</a> <a>None</a>"#;
        let links = page_links(&Page { body: html, charset: None, address: &address });
        let feed = "https://example.com/news/rss.xml".parse().unwrap();
        assert_eq!(links.declared, [(feed, "News".to_owned())]);
        assert_eq!(links.linked, ["https://example.com/news/atom.xml".parse().unwrap()]);
    }

    #[test]
    fn a_page_nested_without_end_has_no_links() {
        let address = "https://example.com/".parse().unwrap();
        let html = format!("{}<a href=/feed>f</a>", "<div>".repeat(50_000));
        let links = page_links(&Page { body: html.as_bytes(), charset: None, address: &address });
        assert_eq!(links, PageLinks::default());
    }
}
