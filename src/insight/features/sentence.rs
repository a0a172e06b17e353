//! Features of a sentence: its words, its skeleton, its place and its grammar.

use std::sync::LazyLock;

use crate::domain::BlockKind;

use super::{
    super::{
        linear::Features,
        tokens::{Form, Token, hash_of_word},
        words::{Words, scale_to_length},
    },
    Split, capped, named, push_runs,
};

/// The length of the vectors of sentences beside the sparse features.
const VECTOR: f32 = 3.0;

/// What the model looks at in a sentence of a post.
pub fn sentence_features(split: &Split<'_>, at: usize, vector: &[f32], words: &Words) -> Features {
    let tokens = &split.tokens[at];
    let mut sparse = Vec::with_capacity(tokens.len() * 6 + 24);
    let hashes: Vec<u64> = tokens.iter().map(|it| it.hash).collect();
    push_runs(&hashes, b'w', 2, 1.0, &mut sparse);
    let skeleton: Vec<u64> = tokens.iter().map(|it| bone(split, it, words)).collect();
    push_runs(&skeleton, b's', 3, 1.0, &mut sparse);
    push_place(split, at, &mut sparse);
    push_grammar(split, at, &hashes, &mut sparse);
    let mut dense = vector.to_vec();
    scale_to_length(&mut dense, VECTOR);
    Features { sparse, dense }
}

/// A word as it holds the sentence together: common words as they are, the authors' own names as
/// one, the others by their ending.
fn bone(split: &Split<'_>, token: &Token<'_>, words: &Words) -> u64 {
    const OWN: u64 = 10;
    if split.is_own(token.hash) {
        return OWN;
    }
    if token.form != Form::Word || words.is_common(token.hash) {
        return token.hash;
    }
    let endings = ["ed", "ing", "ly", "s"];
    let ends = |ending: &&str| {
        let (text, ending) = (token.text.as_bytes(), ending.as_bytes());
        text.len() >= ending.len() && text[text.len() - ending.len()..].eq_ignore_ascii_case(ending)
    };
    OWN + 1 + endings.iter().position(ends).map_or(0, |it| capped(it + 1, 9))
}

fn push_place(split: &Split<'_>, at: usize, sparse: &mut Vec<(u32, f32)>) {
    let (sentence, all) = (&split.sentences[at], split.sentences.len());
    let kind = match sentence.kind {
        BlockKind::ListItem => 1,
        BlockKind::Quote => 2,
        _ => 0,
    };
    let in_block = split.sentences[..at]
        .iter()
        .rev()
        .take_while(|it| it.place.block == sentence.place.block)
        .count();
    let is_last =
        split.sentences.get(at + 1).is_none_or(|it| it.place.block != sentence.place.block);
    let parts = [
        capped(at * 10 / all, 9),
        capped(at, 8),
        capped(all - 1 - at, 5),
        kind,
        capped(in_block, 3),
        u64::from(is_last),
        u64::from(sentence.is_alone),
        capped(split.tokens[at].len() / 5, 8),
        u64::from(!sentence.heading.is_empty()),
        capped(all / 15, 6),
    ];
    let parts = (0..).zip(parts).map(|(number, part)| (named(b'p', &[number, part]), 1.0));
    sparse.extend(parts);
}

/// Hashes of words that tell who speaks, of when, and whether something is denied.
static GRAMMAR: LazyLock<[Vec<u64>; 6]> = LazyLock::new(|| {
    let words: [&[&str]; 6] = [
        &["we", "our", "us", "we've", "we're", "we'd", "we'll"],
        &["you", "your", "you'll", "you're"],
        &["i", "my", "i've"],
        &["was", "were", "had", "did"],
        &["will", "we'll", "going", "plan", "future", "soon"],
        &["not", "no", "don't", "can't", "cannot", "doesn't", "didn't", "without"],
    ];
    words.map(|it| it.iter().map(|it| hash_of_word(it)).collect())
});

fn push_grammar(split: &Split<'_>, at: usize, hashes: &[u64], sparse: &mut Vec<(u32, f32)>) {
    let tokens = &split.tokens[at];
    let has = |of: usize| u64::from(GRAMMAR[of].iter().any(|it| hashes.contains(it)));
    let is_past = tokens.iter().any(|it| it.text.len() > 3 && it.text.ends_with("ed"));
    let numbers = tokens.iter().filter(|it| it.form == Form::Number).count();
    let begins = &hashes[..hashes.len().min(3)];
    let names =
        |of: &[u64], among: &[u64]| capped(among.iter().filter(|it| of.contains(it)).count(), 1);
    let own = &split.own;
    let last =
        split.sentences[at].text.chars().next_back().filter(|it| matches!(it, ':' | '?' | '!'));
    let parts = [
        capped(numbers, 3),
        last.map_or(0, u64::from),
        has(0),
        has(1),
        has(2),
        u64::from(is_past).max(has(3)),
        has(4),
        has(5),
        names(&own.peer, hashes),
        names(&own.title, hashes),
        names(&own.often, hashes),
        names(&own.peer, begins) + 2 * names(&own.title, begins) + 4 * names(&own.often, begins),
    ];
    let parts = (0..).zip(parts).map(|(number, part)| (named(b'g', &[number, part]), 1.0));
    sparse.extend(parts);
}
