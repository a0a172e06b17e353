//! Key phrases: what a post speaks of more than posts usually do.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use crate::domain::KeyPhrase;

use super::{
    features::Split,
    linear::{Identity, ln, number},
    tokens::{Form, Token, hash_of_word},
    words::Words,
};

/// Phrases of a post, at most.
const MOST_PHRASES: usize = 12;
/// Words of a phrase, at most.
const LONGEST: usize = 3;
/// A phrase that the title has, too, counts so much more.
const IN_TITLE: f32 = 2.0;
const IN_HEADING: f32 = 1.3;
/// More mentions than this tell nothing more.
const MOST_MENTIONS: usize = 12;
/// The share of posts in which a word is taken to occur that the model does not know.
const UNKNOWN_SPREAD: f32 = 2e-4;
/// Words that more posts have are no key words, but may stand within a phrase.
const WIDEST_SPREAD: f32 = 0.2;
/// Words of so wide a spread may not begin or end a phrase.
const WIDEST_EDGE: f32 = 0.35;

/// Rarities that count for nothing: of single words, and of several together.
const LEAST_OF_ONE: f32 = 1.5;
const LEAST_OF_SEVERAL: f32 = 0.5;

/// Verbs and the like, which begin and end no phrase, however rare.
const NO_EDGES: &[&str] = &[
    "keep",
    "keeps",
    "kept",
    "use",
    "uses",
    "used",
    "using",
    "make",
    "makes",
    "made",
    "making",
    "get",
    "gets",
    "getting",
    "run",
    "runs",
    "running",
    "need",
    "needs",
    "needed",
    "want",
    "wants",
    "allow",
    "allows",
    "let",
    "lets",
    "provide",
    "provides",
    "add",
    "adds",
    "added",
    "adding",
    "support",
    "supports",
    "supported",
    "help",
    "helps",
    "work",
    "works",
    "working",
    "see",
    "know",
    "take",
    "takes",
    "call",
    "calls",
    "called",
    "start",
    "starts",
    "started",
    "create",
    "creates",
    "created",
    "creating",
    "twice",
    "once",
    "instead",
    "rather",
    "actually",
    "currently",
    "simply",
    "however",
    "example",
    "following",
    "released",
    "release",
    "releases",
    "announcing",
    "introducing",
    "today",
    "year",
    "week",
    "month",
];

static NO_EDGE_HASHES: LazyLock<HashSet<u64, Identity>> =
    LazyLock::new(|| NO_EDGES.iter().map(|it| hash_of_word(it)).collect());

/// What is known of a phrase so far.
struct Mentions<'a> {
    /// The first of them.
    run: &'a [Token<'a>],
    count: usize,
    is_in_title: bool,
    is_in_heading: bool,
}

/// The phrases that tell most what a post is about, the most telling first.
pub(super) fn key_phrases(split: &Split<'_>, words: &Words) -> Vec<KeyPhrase> {
    let mut mentions: HashMap<u64, Mentions<'_>, Identity> = HashMap::default();
    for tokens in &split.tokens {
        each_phrase(tokens, words, |run| mention(run, &mut mentions).count += 1);
    }
    for tokens in &split.headings {
        each_phrase(tokens, words, |run| {
            let known = mention(run, &mut mentions);
            known.count += 1;
            known.is_in_heading = true;
        });
    }
    each_phrase(&split.title, words, |run| {
        let known = mention(run, &mut mentions);
        known.count += 1;
        known.is_in_title = true;
    });
    let phrases = mentions.values().filter(|it| it.count > 1 || it.is_in_title);
    let phrases = phrases.map(|it| KeyPhrase {
        weight: weight(it, words) * share_of_parts(it, &mentions),
        text: text_of(it.run),
    });
    let mut phrases: Vec<KeyPhrase> = phrases.filter(|it| it.weight > 0.0).collect();
    phrases.sort_by(|one, other| {
        other.weight.total_cmp(&one.weight).then_with(|| one.text.cmp(&other.text))
    });
    without_parts(phrases)
}

fn mention<'a, 'b>(
    run: &'a [Token<'a>],
    mentions: &'b mut HashMap<u64, Mentions<'a>, Identity>,
) -> &'b mut Mentions<'a> {
    mentions.entry(key(run)).or_insert(Mentions {
        run,
        count: 0,
        is_in_title: false,
        is_in_heading: false,
    })
}

/// Alike for the same words, however they are written.
fn key(run: &[Token<'_>]) -> u64 {
    run.iter().fold(0, |hash: u64, token| {
        (hash.rotate_left(23) ^ token.hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

fn text_of(run: &[Token<'_>]) -> String {
    run.iter().map(|it| it.text.to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// Runs of words within a sentence that may be a phrase.
fn each_phrase<'a>(tokens: &'a [Token<'a>], words: &Words, mut found: impl FnMut(&'a [Token<'a>])) {
    let spread = |token: &Token<'_>| {
        words.place(token.hash).map_or(UNKNOWN_SPREAD, |it| words.words[it].spread)
    };
    let is_edge = |token: &Token<'_>| !NO_EDGE_HASHES.contains(&token.hash);
    for (start, first) in tokens.iter().enumerate() {
        if first.form != Form::Word
            || !is_edge(first)
            || spread(first) > WIDEST_EDGE
            || first.text.len() < 2
        {
            continue;
        }
        for length in 1..=LONGEST.min(tokens.len() - start) {
            let run = &tokens[start..start + length];
            let last = &run[length - 1];
            if last.form != Form::Word || !is_joined(run) {
                break;
            }
            let is_telling = run.iter().any(|it| spread(it) <= WIDEST_SPREAD);
            if spread(last) > WIDEST_EDGE || !is_edge(last) || !is_telling || last.text.len() < 2 {
                continue;
            }
            if length == 1 && (first.text.len() < 3 || first.text.contains(['\'', '’'])) {
                continue;
            }
            found(run);
        }
    }
}

/// Whether nothing but a blank or a hyphen stands between the words, as far as can be seen.
fn is_joined(run: &[Token<'_>]) -> bool {
    run.windows(2).all(|pair| {
        let end = pair[0].text.as_ptr().addr() + pair[0].text.len();
        pair[1].text.as_ptr().addr().checked_sub(end) == Some(1)
    })
}

/// Mentions times rarity (Spärck Jones, 1972), longer phrases being rarer than their words say.
fn weight(mentions: &Mentions<'_>, words: &Words) -> f32 {
    let spreads = mentions.run.iter().map(|it| {
        let spread = words.place(it.hash).map(|it| words.words[it].spread);
        spread.unwrap_or_default().max(UNKNOWN_SPREAD)
    });
    let rarities: Vec<f32> = spreads.map(|it| ln(1.0 / it)).collect();
    let (count, length) = (number(mentions.count.min(MOST_MENTIONS)), number(rarities.len()));
    let rarity = rarities.iter().sum::<f32>() / length * (1.0 + 0.35 * (length - 1.0));
    let place = match (mentions.is_in_title, mentions.is_in_heading) {
        (true, _) => IN_TITLE,
        (false, true) => IN_HEADING,
        _ => 1.0,
    };
    let often = count.sqrt() * (1.0 + count / 12.0);
    let least = if length > 1.0 { LEAST_OF_SEVERAL } else { LEAST_OF_ONE };
    often * (rarity - least) * place
}

/// How much of the mentions of its own parts of two words and more a phrase makes up: what is mostly said
/// without its last word is better named without it.
fn share_of_parts(whole: &Mentions<'_>, mentions: &HashMap<u64, Mentions<'_>, Identity>) -> f32 {
    let (run, count) = (whole.run, whole.count);
    let parts = [&run[1..], &run[..run.len() - 1]].into_iter().filter(|it| it.len() > 1);
    let most = parts.filter_map(|it| mentions.get(&key(it))).map(|it| it.count).max();
    most.map_or(1.0, |most| number(count) / number(most.max(count)))
}

/// Leaves out phrases that a better one contains, or that contain a better one.
fn without_parts(phrases: Vec<KeyPhrase>) -> Vec<KeyPhrase> {
    let mut kept: Vec<KeyPhrase> = Vec::new();
    for phrase in phrases {
        let padded = format!(" {} ", phrase.text);
        let overlaps = kept.iter().any(|it| {
            let other = format!(" {} ", it.text);
            other.contains(&padded) || padded.contains(&other)
        });
        if !overlaps {
            kept.push(phrase);
        }
        if kept.len() == MOST_PHRASES {
            break;
        }
    }
    kept
}
