//! Entries of the library as the index takes them.

use crate::{
    domain::{Markup, query::Feature},
    extract,
    search::IndexDocument,
    store::IndexRow,
};

/// What is searched of an entry.
pub fn index_document(row: IndexRow) -> IndexDocument {
    let text = extract::text_of(&row.html);
    let insight = row.insight.unwrap_or_default();
    let has_image = row.html.contains("<img ");
    let features = [(text.has_code, Feature::Code), (has_image, Feature::Image)];
    let features = features.into_iter().filter(|(has, _)| *has).map(|(_, it)| it).collect();
    let body = if text.text.is_empty() {
        extract::plain_line(&Markup::Text(row.entry.summary.clone()))
    } else {
        text.text
    };
    IndexDocument {
        entry: row.entry.id,
        story: row.entry.story,
        source: row.entry.source,
        peer: row.entry.peer,
        peer_name: row.entry.peer_name,
        domains: row.domains.into_iter().map(String::from).collect(),
        title: row.entry.title,
        headings: text.headings,
        body,
        authors: row.entry.authors,
        categories: row.entry.categories,
        language: row.entry.language,
        words: text.words,
        features,
        kind: insight.verdict.map(|it| it.kind),
        worth: insight.verdict.map(|it| it.worth),
        expected: insight.verdict.map_or(0.0, |it| it.expected),
        passages: insight.passages,
        ordered: row.entry.ordered,
        changed: row.entry.changed,
    }
}
