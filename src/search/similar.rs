//! What an entry is about, in the words by which it differs from others.

use std::collections::HashMap;

use tantivy::{Searcher, Term};

use super::{
    IndexDocument,
    analysis::{Form, StemPool, Tongue, Words},
    schema::Fields,
};
use crate::domain::StoryId;

/// The words that tell an entry from others, each with its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Gist {
    pub(super) story: StoryId,
    /// Terms of the index with their weights, of which the greatest, that of the first, is 1.
    pub(super) terms: Vec<(String, f32)>,
}

/// Words that are asked for: more cost time and hardly change who comes first.
const MOST_TERMS: usize = 25;
/// Bytes of a text that are read: what a post is about shows early.
const MOST_BYTES: usize = 100_000;
/// Words in more than this share of all posts tell nothing.
const MOST_COMMON: f64 = 0.1;
/// A word in the title counts like so many in the text.
const TITLE_COUNTS: f64 = 6.0;
const HEADING_COUNTS: f64 = 3.0;

impl Gist {
    /// Of these words a post has so many at least to be similar: a quarter.
    pub(super) fn least(&self) -> usize {
        self.terms.len().div_ceil(4).max(1)
    }

    pub(super) fn of(
        entry: &IndexDocument,
        searcher: &Searcher,
        fields: &Fields,
        pool: &StemPool,
    ) -> tantivy::Result<Self> {
        let mut counts = HashMap::new();
        let tongue = Tongue::of(entry.language.as_ref());
        let mut count = |text: &str, worth: f64| {
            let mut words = Words::new(text, tongue, pool);
            while let Some((piece, term)) = words.next() {
                if piece.form == Form::Common && tells_something(term) {
                    *counts.entry(term.to_owned()).or_insert(0.0) += worth;
                }
            }
        };
        count(&entry.title, TITLE_COUNTS);
        entry.headings.iter().for_each(|it| count(it, HEADING_COUNTS));
        count(&entry.body[..entry.body.floor_char_boundary(MOST_BYTES)], 1.0);
        let all = exact(searcher.num_docs().max(1));
        let mut terms = Vec::with_capacity(counts.len());
        for (text, count) in counts {
            let term = Term::from_field_text(fields.text, &text);
            let frequency = exact(searcher.doc_freq(&term)?);
            // What nobody else says finds nobody.
            if frequency >= 2.0 && (frequency / all <= MOST_COMMON || all < 50.0) {
                let worth = f64::ln_1p(count) * f64::ln(1.0 + all / frequency);
                terms.push((text, worth));
            }
        }
        terms.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        terms.truncate(MOST_TERMS);
        let best = terms.first().map_or(1.0, |(_, worth)| *worth);
        let terms = terms.into_iter().map(|(text, worth)| (text, rounded(worth / best))).collect();
        Ok(Self { story: entry.story, terms })
    }
}

/// Of fewer than four billion posts.
fn exact(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_possible_truncation, reason = "a weight up to 1 needs no more digits")]
fn rounded(weight: f64) -> f32 {
    weight as f32
}

/// Single letters and bare numbers tell nothing of a subject.
fn tells_something(term: &str) -> bool {
    term.chars().nth(1).is_some() && !term.chars().all(|it| it.is_ascii_digit())
}
