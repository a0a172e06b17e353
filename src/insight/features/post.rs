//! Features of a whole post: its title, headings, beginning, end and all of its words, its build and
//! its manner.

use std::collections::HashMap;

use crate::domain::BlockKind;

use super::{
    super::{
        linear::{Features, ln, number},
        tokens::{Form, Token, hash_of_word, tokens_of},
        words::{Words, scale_to_length},
    },
    Split, named, push_runs,
};

// How much a word counts, by where it stands. That it is said at all, and how often, carries over best
// to organisations that were never seen.
const TITLE: f32 = 1.0;
const HEADING: f32 = 0.35;
const CATEGORY: f32 = 0.5;
const BEGINNING: f32 = 0.25;
const ENDING: f32 = 0.2;
const BODY: f32 = 1.0;
/// In tokens.
const LONGEST_BEGINNING: usize = 250;
const LONGEST_ENDING: usize = 80;
const MOST_HEADINGS: usize = 25;
const MOST_CATEGORIES: usize = 8;
/// A word that is said so often counts in full.
const OFTEN: f32 = 20.0;
/// The lengths of the vectors of body, title, first sentences and headings.
const BODY_VECTOR: f32 = 2.0;
const TITLE_VECTOR: f32 = 1.5;
const FIRST_VECTOR: f32 = 1.5;
const HEADING_VECTOR: f32 = 1.0;
/// So many sentences say what a post sets out to do.
const FIRST: usize = 10;
/// Where a sentence ends.
const STOP: u64 = 3;

/// What the model looks at in a post. `roles` is what its sentences do, summed up.
pub fn post_features(split: &Split<'_>, roles: &[f32], words: &Words) -> Features {
    let mut sparse = Vec::with_capacity(2_000);
    push_runs(&title_words(split), b'T', 2, TITLE, &mut sparse);
    for heading in split.headings.iter().take(MOST_HEADINGS) {
        push_runs(&hashes(heading), b'H', 2, HEADING, &mut sparse);
    }
    for category in split.post.categories.iter().take(MOST_CATEGORIES) {
        let category = tokens_of(category);
        sparse.push((named(b'C', &hashes(&category)), CATEGORY));
        sparse.extend(category.iter().map(|it| (named(b'c', &[it.hash]), CATEGORY)));
    }
    let beginning = up_to(split.tokens.iter(), LONGEST_BEGINNING);
    push_runs(&beginning, b'B', 2, BEGINNING, &mut sparse);
    let ending = up_to(split.tokens.iter().rev(), LONGEST_ENDING);
    push_runs(&ending, b'E', 2, ENDING, &mut sparse);
    let counts = counts_of(split);
    let said = |count: usize| BODY * ((1.0 + ln(number(count))) / (1.0 + ln(OFTEN))).min(1.5);
    // In one order on every machine: sums of fractions depend on it.
    let mut in_order: Vec<(u64, usize)> = counts.iter().map(|it| (*it.0, *it.1)).collect();
    in_order.sort_unstable();
    sparse.extend(in_order.iter().map(|(hash, count)| (named(b'A', &[*hash]), said(*count))));
    let mut dense = numbers(split, &counts);
    dense.extend_from_slice(roles);
    dense.extend(vector(split.tokens.iter().flatten(), BODY_VECTOR, words));
    dense.extend(vector(&split.title, TITLE_VECTOR, words));
    dense.extend(vector(split.tokens.iter().take(FIRST).flatten(), FIRST_VECTOR, words));
    dense.extend(vector(split.headings.iter().flatten(), HEADING_VECTOR, words));
    Features { sparse, dense }
}

fn vector<'a>(
    tokens: impl IntoIterator<Item = &'a Token<'a>>,
    length: f32,
    words: &Words,
) -> Vec<f32> {
    let mut vector = words.vector_of(tokens);
    scale_to_length(&mut vector, length);
    vector
}

fn hashes(tokens: &[Token<'_>]) -> Vec<u64> {
    tokens.iter().map(|it| it.hash).collect()
}

/// The peer's own name is one word, whoever it is.
fn title_words(split: &Split<'_>) -> Vec<u64> {
    let own = hash_of_word("\u{1}own");
    split
        .title
        .iter()
        .map(|it| if split.own.peer.contains(&it.hash) { own } else { it.hash })
        .collect()
}

fn up_to<'a>(sentences: impl Iterator<Item = &'a Vec<Token<'a>>>, longest: usize) -> Vec<u64> {
    let mut words = Vec::with_capacity(longest * 2);
    for sentence in sentences {
        if words.len() > longest {
            break;
        }
        words.extend(sentence.iter().map(|it| it.hash));
        words.push(STOP);
    }
    words
}

fn counts_of(split: &Split<'_>) -> HashMap<u64, usize> {
    let mut counts = HashMap::new();
    for token in split.tokens.iter().flatten() {
        *counts.entry(token.hash).or_default() += 1;
    }
    counts
}

/// Of a hundred words, how many are one of these.
fn share(counts: &HashMap<u64, usize>, all: f32, words: &[&str]) -> f32 {
    let count: usize = words.iter().filter_map(|it| counts.get(&hash_of_word(it))).sum();
    100.0 * number(count) / all
}

/// How the post is built and in what manner it speaks, each number between about 0 and 4.
fn numbers(split: &Split<'_>, counts: &HashMap<u64, usize>) -> Vec<f32> {
    let all = number(split.tokens.iter().map(Vec::len).sum::<usize>() + 1);
    let blocks = split.post.blocks;
    let of = |kind: BlockKind| blocks.iter().filter(move |it| it.kind == kind);
    let log = |count: usize| ln(1.0 + number(count));
    let code: usize = of(BlockKind::Code).map(|it| it.text.len()).sum();
    let listed = split.sentences.iter().filter(|it| it.kind == BlockKind::ListItem).count();
    let sentences = number(split.sentences.len() + 1);
    let figures = split.tokens.iter().flatten().filter(|it| it.form == Form::Number).count();
    let title_has = |it: fn(char) -> bool| f32::from(u8::from(split.post.title.contains(it)));
    let share = |words: &[&str]| share(counts, all, words);
    let length = ln(all);
    let mut numbers = vec![
        length - 6.0,
        (length - 6.0) * (length - 6.0) / 2.0,
        log(of(BlockKind::Code).count()),
        log(code) / 3.0,
        log(of(BlockKind::Heading).count()),
        log(of(BlockKind::Row).count()),
        number(listed) / sentences * 2.0,
        all / sentences / 15.0,
        100.0 * number(figures) / all / 3.0,
        number(split.title.len()) / 8.0,
        title_has(|it| it.is_ascii_digit()),
        title_has(|it| it == '?'),
    ];
    numbers.extend([
        share(&["we", "our", "us"]) / 2.0,
        share(&["you", "your"]) / 2.0,
        share(&["i", "my"]) / 2.0,
        share(&["was", "were", "had", "did"]) / 2.0,
        share(&["because", "since", "so", "therefore", "however", "but", "although"]) / 2.0,
        share(&["problem", "problems", "issue", "issues", "challenge", "challenges", "bottleneck"]),
        share(&["release", "version", "changelog", "fix", "fixes", "fixed"]),
        share(&["why", "how", "instead", "rather"]),
        share(&["latency", "performance", "memory", "faster", "slow", "throughput", "cpu"]),
        share(&["@"]) / 2.0,
        share(&["#"]) / 2.0,
        share(&["!"]),
        share(&["?"]),
    ]);
    for it in &mut numbers {
        *it = it.clamp(-4.0, 4.0) * 0.5;
    }
    numbers
}
