//! The door to feed-rs: the texts of a document that is sound enough for it.

use std::collections::VecDeque;

use super::outline::{Entry, Outline};

/// What feed-rs read in one entry.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) content: Option<String>,
}

/// Why feed-rs is of no help.
pub(super) enum Refusal {
    /// It found the document not well-formed, or against its format.
    Damaged(String),
    /// It found other entries than there are, as happens with unusual namespaces.
    Overlooked { seen: usize },
}

/// The texts of each entry, in document order. `text` begins with the root's tag: the declaration
/// is gone, since the text is decoded already.
pub(super) fn read_texts(text: &str, outline: &Outline<'_>) -> Result<VecDeque<Texts>, Refusal> {
    // Identities and times are read from the outline: feed-rs would make up the ones, and knows too
    // few forms of the others.
    let parser = feed_rs::parser::Builder::new()
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|_| None)
        .sanitize_content(false)
        .build();
    let feed =
        parser.parse(text.as_bytes()).map_err(|error| Refusal::Damaged(error.to_string()))?;
    if feed.entries.len() != outline.entries.len() {
        return Err(Refusal::Overlooked { seen: feed.entries.len() });
    }
    Ok(feed.entries.into_iter().map(texts_of).collect())
}

fn texts_of(entry: feed_rs::model::Entry) -> Texts {
    Texts {
        title: entry.title.map(|text| text.content),
        summary: entry.summary.map(|text| text.content),
        content: entry.content.and_then(|content| content.body),
    }
}

/// Whether an element stands in the entry exactly once, so that there is no doubt which one feed-rs
/// took.
pub(super) fn stands_once(entry: &Entry<'_>, name: &str) -> bool {
    entry.fields.iter().filter(|field| field.name == name).count() == 1
}
