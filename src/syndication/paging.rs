//! Where a feed goes on: RFC 5005, JSON Feed's `next_url`, and the pages of `WordPress`.

use quick_xml::{Reader, events::Event};

use super::{Hints, charset};
use crate::domain::Address;

/// The page of a feed after this one, as the feed names it: paged (RFC 5005 §3, `rel="next"`) or archived
/// (§4, `rel="prev-archive"`), or `next_url` of a JSON Feed.
pub fn next_page(bytes: &[u8], hints: &Hints<'_>) -> Option<Address> {
    let decoded = charset::decode(bytes, hints.charset);
    let text = decoded.text.trim_start_matches('\u{feff}').trim_start();
    let written = if text.starts_with('{') { in_json(text) } else { in_xml(text) }?;
    let next = hints.address.join(&written).ok()?;
    (next.key() != hints.address.key()).then_some(next)
}

fn in_json(text: &str) -> Option<String> {
    let feed: serde_json::Value = serde_json::from_str(text).ok()?;
    feed.get("next_url")?.as_str().map(str::to_owned)
}

fn in_xml(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let (mut inside, mut found) = (0_u32, None);
    loop {
        // What stands behind a break cannot be told apart any more.
        match reader.read_event().unwrap_or(Event::Eof) {
            Event::Start(tag) if is_entry(tag.local_name().as_ref()) => inside += 1,
            Event::End(tag) if is_entry(tag.local_name().as_ref()) => {
                inside = inside.saturating_sub(1);
            }
            Event::Start(tag) | Event::Empty(tag) if inside == 0 => {
                let attribute = |name: &str| {
                    let value = tag.try_get_attribute(name).ok().flatten()?;
                    Some(
                        value
                            .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                            .ok()?
                            .into_owned(),
                    )
                };
                if tag.local_name().as_ref() == "link" {
                    match attribute("rel").as_deref() {
                        Some("next") => return attribute("href"),
                        Some("prev-archive") => found = attribute("href"),
                        _ => {}
                    }
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn is_entry(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// The page after this one of a feed that `WordPress` makes (`/feed/`, then `/feed/?paged=2`), which does not
/// name it. Asked for, it may turn out not to be.
pub fn guessed_page(address: &Address) -> Option<Address> {
    let path = address.path().trim_end_matches('/');
    if !path.ends_with("/feed") {
        return None;
    }
    let (mut page, mut others) = (1_u32, Vec::new());
    for pair in address.url().query().unwrap_or_default().split('&').filter(|it| !it.is_empty()) {
        match pair.strip_prefix("paged=") {
            Some(number) => page = number.parse().ok()?,
            None => others.push(pair.to_owned()),
        }
    }
    others.push(format!("paged={}", page.checked_add(1)?));
    address.join(&format!("{}?{}", address.path(), others.join("&"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str) -> Option<String> {
        let address = "https://example.com/feed".parse().unwrap();
        let hints = Hints { address: &address, charset: None, content_type: None };
        next_page(text.as_bytes(), &hints).map(|it| it.to_string())
    }

    #[test]
    fn a_feed_names_its_next_page_in_several_ways() {
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='self' href='/feed'/>\
                    <link rel='next' href='/feed?page=2&amp;a=b'/><entry><link rel='next' href='/no'/></entry></feed>";
        assert_eq!(next(atom).as_deref(), Some("https://example.com/feed?page=2&a=b"));
        let rss = "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><item></item>\
                   <a:link rel='prev-archive' href='https://example.com/2025.xml'/></channel></rss>";
        assert_eq!(next(rss).as_deref(), Some("https://example.com/2025.xml"));
        let json =
            "{\"version\": \"https://jsonfeed.org/version/1.1\", \"next_url\": \"/feed.json?p=2\"}";
        assert_eq!(next(json).as_deref(), Some("https://example.com/feed.json?p=2"));
    }

    #[test]
    fn the_last_page_and_one_that_names_itself_lead_nowhere() {
        assert_eq!(next("<feed><link rel='next' href='/feed'/></feed>"), None);
        assert_eq!(next("<rss><channel><item><link rel='next' href='/x'/></item>"), None);
        assert_eq!(next("{}"), None);
        assert_eq!(next(""), None);
    }

    #[test]
    fn pages_of_wordpress_are_counted_on() {
        let page = |text: &str| guessed_page(&text.parse().unwrap()).map(|it| it.to_string());
        assert_eq!(
            page("https://example.com/blog/feed/").as_deref(),
            Some("https://example.com/blog/feed/?paged=2")
        );
        assert_eq!(
            page("https://example.com/feed?a=b&paged=4").as_deref(),
            Some("https://example.com/feed?a=b&paged=5")
        );
        assert_eq!(page("https://example.com/rss.xml"), None);
    }
}
