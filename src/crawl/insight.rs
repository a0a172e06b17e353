//! Reads what has changed for what it is about: each text once by each version of the model.

use crate::{
    domain::{Block, BlockKind, CorrectionId, Digest, Entry, Judgement, Place},
    extract,
    insight::{self, MODEL, Post, sentences_of},
    store::{IndexRow, ReadInsight},
};

/// Reads the entries of followed peers that this model has not read as they are now, and has their
/// rows say what it found. Takes about a millisecond an entry.
pub(super) fn read_anew(rows: &mut [IndexRow]) -> Vec<ReadInsight> {
    rows.iter_mut().filter(|it| it.followed).filter_map(read_if_new).collect()
}

fn read_if_new(row: &mut IndexRow) -> Option<ReadInsight> {
    let from = text_of(&row.entry, &row.html);
    let is_by_this_model = row.insight.as_ref().is_some_and(|it| it.model == MODEL);
    if is_by_this_model && row.read_from.as_ref() == Some(&from) {
        return None;
    }
    let blocks = blocks_of(&row.entry, &row.html);
    let Entry { id, title, peer_name, categories, language, .. } = &row.entry;
    let language = language.as_ref();
    let post = Post { title, peer: peer_name, categories, language, blocks: &blocks };
    let insight = insight::read(&post);
    let mut places = Vec::new();
    if !row.judgements.is_empty() {
        let sentences = sentences_of(&blocks);
        let find = |quote: &str| sentences.iter().find(|it| it.text == quote).map(|it| it.place);
        places = find_again(&mut row.judgements, find);
    }
    let judgements = row.judgements.iter().map(|(_, it)| it);
    row.insight = Some(insight.clone().corrected(judgements));
    row.read_from = Some(from.clone());
    Some(ReadInsight { entry: *id, from, insight, places })
}

/// Of the body, or of the summary where there is no body.
fn blocks_of(entry: &Entry, html: &str) -> Vec<Block> {
    let blocks = extract::blocks_of(html);
    if !blocks.is_empty() || entry.summary.trim().is_empty() {
        return blocks;
    }
    vec![Block { kind: BlockKind::Paragraph, text: entry.summary.clone() }]
}

/// All that the model looks at.
fn text_of(entry: &Entry, html: &str) -> Digest {
    let language = entry.language.clone().map(String::from).unwrap_or_default();
    let categories = entry.categories.iter().map(String::as_bytes);
    let body = if html.is_empty() { &entry.summary } else { html };
    let parts = [&entry.title, body, language.as_str(), &entry.peer_name].map(str::as_bytes);
    Digest::of(parts.into_iter().chain(categories))
}

/// Where the sentences that readers corrected stand now.
fn find_again(
    judgements: &mut [(CorrectionId, Judgement)],
    find: impl Fn(&str) -> Option<Place>,
) -> Vec<(CorrectionId, Option<Place>)> {
    let mut places = Vec::new();
    for (id, judgement) in judgements {
        if let Judgement::Role { quote, place, .. } = judgement {
            *place = find(quote);
            places.push((*id, *place));
        }
    }
    places
}
