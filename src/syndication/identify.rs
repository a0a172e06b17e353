//! Tells feeds from everything else that servers answer with.

use super::{
    outline::is_container,
    tags::{Tag, Tags},
    text::{collapsed, unescape},
};

#[derive(Debug, PartialEq)]
pub(super) enum Document {
    /// The root's tag begins at that byte.
    Xml {
        root_at: usize,
    },
    Json,
    /// No feed, but this.
    Other(String),
}

/// How many tags before the root may be a server's chatter.
const MOST_TAGS_BEFORE_ROOT: usize = 40;
/// Longest page title that is quoted, in characters.
const LONGEST_TITLE: usize = 80;

pub(super) fn identify(text: &str, content_type: Option<&str>) -> Document {
    let start = text.trim_ascii_start();
    if start.starts_with(['{', '[']) {
        return identify_json(start);
    }
    let mut first = None;
    for found in Tags::new(text).take(MOST_TAGS_BEFORE_ROOT) {
        let (Tag::Open { name, .. } | Tag::Empty { name, .. }) = found.tag else { continue };
        let is_first = first.is_none();
        let bare = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        if is_container(name) || (is_first && matches!(bare.as_str(), "item" | "entry")) {
            return Document::Xml { root_at: found.start };
        }
        if is_first && matches!(bare.as_str(), "html" | "head" | "body") {
            return Document::Other(a_page(text));
        }
        first.get_or_insert(bare);
    }
    Document::Other(other(text, first.as_deref(), content_type))
}

fn identify_json(text: &str) -> Document {
    let has = |key: &str| text.contains(key);
    if text.starts_with('{') && (has("\"items\"") || has("jsonfeed.org/version")) {
        Document::Json
    } else {
        Document::Other("JSON of another kind".to_owned())
    }
}

fn other(text: &str, first_tag: Option<&str>, content_type: Option<&str>) -> String {
    match first_tag {
        Some("urlset" | "sitemapindex") => "a sitemap".to_owned(),
        Some("opml") => "an OPML list of feeds".to_owned(),
        Some("svg") => "an image".to_owned(),
        Some("error") => "an error message in XML".to_owned(),
        _ if has_html(text) => a_page(text),
        Some(name) => format!("an XML document of another kind (`{}`)", shortened(name, 40)),
        None => without_tags(text, content_type),
    }
}

fn without_tags(text: &str, content_type: Option<&str>) -> String {
    if text.starts_with("%PDF") {
        return "a PDF document".to_owned();
    }
    let strange = text.chars().take(200).filter(|letter| *letter == '\u{fffd}').count();
    if strange > 10 || content_type.is_some_and(|it| it.starts_with("image/")) {
        return "a binary file".to_owned();
    }
    match shortened(&collapsed(&text.chars().take(400).collect::<String>()), 60).as_str() {
        "" => "nothing readable".to_owned(),
        words => format!("a text that begins with `{words}`"),
    }
}

fn has_html(text: &str) -> bool {
    let end = text.char_indices().nth(2_000).map_or(text.len(), |(at, _)| at);
    let head = text[..end].to_ascii_lowercase();
    ["<!doctype html", "<html", "<body", "<title", "<div", "<script", "<p>", "<h1"]
        .iter()
        .any(|tag| head.contains(tag))
}

fn a_page(text: &str) -> String {
    let mut title = None;
    for found in Tags::new(text).take(200) {
        match found.tag {
            Tag::Open { name, .. } if name.eq_ignore_ascii_case("title") => title = Some(found.end),
            Tag::Close { name } if name.eq_ignore_ascii_case("title") => {
                let inside = title.map_or("", |start| &text[start..found.start]);
                return match shortened(&collapsed(&unescape(inside)), LONGEST_TITLE).as_str() {
                    "" => "an HTML page".to_owned(),
                    title => format!("an HTML page titled “{title}”"),
                };
            }
            _ => {}
        }
    }
    "an HTML page".to_owned()
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_feed_is_named() {
        for (text, name) in [
            ("<!doctype html><html><title> Sign  in </title>", "an HTML page titled “Sign in”"),
            ("<div>hello</div>", "an HTML page"),
            ("<urlset><url/></urlset>", "a sitemap"),
            ("<?xml version='1.0'?><opml><body/></opml>", "an OPML list of feeds"),
            ("{\"message\": \"no\"}", "JSON of another kind"),
            ("Not Found", "a text that begins with `Not Found`"),
            ("<soap:Envelope/>", "an XML document of another kind (`envelope`)"),
        ] {
            assert_eq!(identify(text, None), Document::Other(name.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_feed_is_found_behind_a_servers_chatter() {
        let text = "<br />\n<b>Warning</b>: deprecated<br />\n<rss version='2.0'>";
        assert_eq!(identify(text, None), Document::Xml { root_at: text.find("<rss").unwrap() });
    }
}
