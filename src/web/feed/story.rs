//! A story as feeds tell it: who wrote it, where it stands, and the passage that fits.

use jiff::Timestamp;

use super::urn;
use crate::{
    domain::Address,
    reading::Hit,
    web::base::{Base, slug_in_address},
};

pub(super) struct Story {
    pub(super) id: String,
    pub(super) title: String,
    /// Where it was published.
    pub(super) original: Option<String>,
    /// Our page of it.
    pub(super) page: String,
    /// The people who wrote it, and the peer.
    pub(super) authors: Vec<Author>,
    pub(super) categories: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) published: Option<Timestamp>,
    pub(super) updated: Timestamp,
    /// The passage that fits, or how it begins.
    pub(super) summary: String,
    /// The whole, as HTML of our own making.
    pub(super) content: Option<String>,
}

pub(super) struct Author {
    pub(super) name: String,
    /// Our page of a peer.
    pub(super) page: Option<String>,
}

impl Story {
    pub(super) fn of(hit: Hit, lineage: &str, base: &Base) -> Self {
        let Hit { entry, snippet, .. } = hit;
        let mut authors: Vec<Author> = entry.authors.iter().map(|it| Author::person(it)).collect();
        let peer = Author::peer(&entry.peer_name, &entry.peer, base);
        authors.retain(|it| !it.name.is_empty() && it.name != peer.name);
        authors.push(peer);
        let summary = if snippet.text.is_empty() { &entry.summary } else { &snippet.text };
        Self {
            id: urn(lineage, ["story", &entry.story.to_string()].into_iter()),
            title: sound(&entry.title),
            original: entry.link.as_ref().map(Address::to_string),
            page: base.at(&format!("/entries/{}", entry.id)),
            authors,
            categories: entry.categories.iter().map(|it| sound(it)).collect(),
            language: entry.language.as_ref().map(ToString::to_string),
            published: entry.published,
            updated: entry.updated.max(entry.published).unwrap_or(entry.first_seen),
            summary: sound(summary),
            content: None,
        }
    }

    /// Where a reader is led.
    pub(super) fn address(&self) -> &str {
        self.original.as_deref().unwrap_or(&self.page)
    }
}

impl Author {
    pub(super) fn person(name: &str) -> Self {
        Self { name: sound(name.trim()), page: None }
    }

    fn peer(name: &str, slug: &str, base: &Base) -> Self {
        let page = base.at(&format!("/?peer={}", slug_in_address(slug)));
        Self { name: sound(name), page: Some(page) }
    }
}

/// A text without what XML 1.0 cannot hold (§2.2), however it is escaped.
pub(super) fn sound(text: &str) -> String {
    let is_sound = |letter: &char| !matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(is_sound).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_all_that_xml_can_hold() {
        assert_eq!(sound("a\0b\u{1b}[1m\tc\r\n\u{b}\u{fffe}é😀]]>"), "ab[1m\tc\r\né😀]]>");
    }
}
