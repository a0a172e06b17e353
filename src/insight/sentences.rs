//! Sentences of an article: of its prose only, and each with its place.

use crate::domain::{Block, BlockKind, Place};

/// A sentence, word for word, and what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence<'a> {
    pub text: &'a str,
    pub place: Place,
    pub kind: BlockKind,
    /// The last heading before it.
    pub heading: &'a str,
    /// The sentence is the whole block.
    pub is_alone: bool,
    /// The first one of its block.
    pub is_first: bool,
}

/// Words that end with a stop which ends no sentence, without it and in lower case.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "eg", "ie", "cf", "vs", "etc", "al", "approx", "resp", "incl", "excl", "fig",
    "figs", "eq", "eqs", "sec", "ch", "pp", "vol", "ed", "eds", "no", "nos", "mr", "mrs", "ms",
    "dr", "prof", "sr", "jr", "st", "inc", "ltd", "co", "corp", "dept", "est", "min", "max", "avg",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "u.s",
    "u.k", "e.u", "a.k.a", "p.s", "w.r.t", "viz", "ca", "a.m", "p.m",
];
/// Those of them that often end a sentence as well: a capital letter behind decides.
const MAY_END: &[&str] = &[
    "etc", "al", "inc", "ltd", "co", "corp", "jr", "sr", "no", "min", "max", "est", "a.m", "p.m",
    "u.s", "u.k", "e.u", "st", "ms", "ed", "sec",
];

/// The sentences of the paragraphs, list items and quotes, in reading order. Headings, code, tables
/// and captions hold none.
pub fn sentences_of(blocks: &[Block]) -> Vec<Sentence<'_>> {
    let mut sentences = Vec::new();
    let mut heading = "";
    for (number, block) in blocks.iter().enumerate() {
        match block.kind {
            BlockKind::Heading => heading = &block.text,
            BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quote => {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                push_sentences(block, number, heading, &mut sentences);
            }
            BlockKind::Row | BlockKind::Caption | BlockKind::Code => {}
        }
    }
    sentences
}

fn push_sentences<'a>(
    block: &'a Block,
    number: u32,
    heading: &'a str,
    sentences: &mut Vec<Sentence<'a>>,
) {
    let first = sentences.len();
    let mut start = 0;
    while start < block.text.len() {
        let end = start + end_of_sentence(&block.text[start..]);
        let untrimmed = &block.text[start..end];
        let text = untrimmed.trim();
        if text.chars().any(char::is_alphanumeric) {
            let begin = start + untrimmed.len() - untrimmed.trim_start().len();
            sentences.push(Sentence {
                text,
                place: Place { block: number, start: u32::try_from(begin).unwrap_or(u32::MAX) },
                kind: block.kind,
                heading,
                is_alone: false,
                is_first: sentences.len() == first,
            });
        }
        start = end;
    }
    if let [only] = &mut sentences[first..] {
        only.is_alone = true;
    }
}

/// In bytes: where the first sentence ends, closing quotes and brackets included.
fn end_of_sentence(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if !matches!(letter, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
            continue;
        }
        let mut end = at + letter.len_utf8();
        while let Some((at, next)) = letters.next_if(|(_, it)| is_ending(*it)) {
            end = at + next.len_utf8();
        }
        let is_wide = matches!(letter, '。' | '！' | '？');
        if is_wide || ends_here(&text[..at], letter, &text[end..]) {
            return end;
        }
    }
    text.len()
}

/// What may follow the sign that ends a sentence and still belongs to it.
fn is_ending(letter: char) -> bool {
    matches!(
        letter,
        '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）'
    )
}

/// Whether a sign ends a sentence, by what stands before and behind it.
fn ends_here(before: &str, sign: char, behind: &str) -> bool {
    if !behind.starts_with(char::is_whitespace) {
        return behind.is_empty();
    }
    let next = behind.trim_start();
    let Some(first) =
        next.chars().find(|it| !matches!(it, '"' | '“' | '‘' | '\'' | '(' | '[' | '«'))
    else {
        return true;
    };
    if first.is_lowercase() {
        // Names such as `gRPC` and `kubectl-debug` begin sentences; other small words do not.
        let word = next.split(char::is_whitespace).next().unwrap_or_default();
        let is_name = word.chars().any(|it| it.is_uppercase() || it.is_ascii_digit());
        return sign == '.' && is_name && !is_abbreviation(before);
    }
    sign != '.' || !is_abbreviation(before) || may_end(before, first)
}

fn last_word(before: &str) -> String {
    let start = before.rfind(|it: char| it.is_whitespace() || matches!(it, '(' | '[' | '"' | '“'));
    let word = start.map_or(before, |it| &before[it..]);
    word.trim_start_matches(|it: char| !it.is_alphanumeric()).to_lowercase()
}

fn is_abbreviation(before: &str) -> bool {
    let word = last_word(before);
    // An initial: `J. Doe`.
    let is_initial = word.len() == 1
        && before.ends_with(|it: char| it.is_ascii_uppercase())
        && !before.ends_with(" I");
    is_initial || ABBREVIATIONS.contains(&word.as_str())
}

fn may_end(before: &str, next: char) -> bool {
    next.is_uppercase() && MAY_END.contains(&last_word(before).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let block = Block { kind: BlockKind::Paragraph, text: text.to_owned() };
        sentences_of(&[block]).into_iter().map(|it| it.text.to_owned()).collect()
    }

    #[test]
    fn a_sentence_ends_where_a_reader_stops() {
        for (text, expected) in [
            (
                "We moved. It took a year! Why? Nobody knew…",
                &["We moved.", "It took a year!", "Why?", "Nobody knew…"][..],
            ),
            (
                "Version 2.4.1 is out. Use v1.2 (e.g. for tests), i.e. rarely.",
                &["Version 2.4.1 is out.", "Use v1.2 (e.g. for tests), i.e. rarely."],
            ),
            (
                "He said “it broke.” Then J. Doe fixed it. gRPC stayed.",
                &["He said “it broke.”", "Then J. Doe fixed it.", "gRPC stayed."],
            ),
            (
                "Queues, caches, etc. were slow, etc. We used Node.js and Yahoo! mail.",
                &["Queues, caches, etc. were slow, etc.", "We used Node.js and Yahoo! mail."],
            ),
            ("延迟下降了。成本也降低了！", &["延迟下降了。", "成本也降低了！"]),
            ("p99 fell from 0.9 s to 0.12 s", &["p99 fell from 0.9 s to 0.12 s"]),
            ("... and so on.", &["... and so on."]),
        ] {
            assert_eq!(sentences(text), expected, "{text}");
        }
    }

    #[test]
    fn only_prose_has_sentences_and_each_knows_its_place() {
        let block = |kind, text: &str| Block { kind, text: text.to_owned() };
        let blocks = [
            block(BlockKind::Heading, "The problem"),
            block(BlockKind::Paragraph, "It was slow. Very slow."),
            block(BlockKind::Code, "let a = 1. Next();"),
            block(BlockKind::ListItem, "no stop here"),
        ];
        let found = sentences_of(&blocks);
        let told: Vec<_> =
            found.iter().map(|it| (it.text, it.place.block, it.place.start, it.is_alone)).collect();
        assert_eq!(
            told,
            [
                ("It was slow.", 1, 0, false),
                ("Very slow.", 1, 13, false),
                ("no stop here", 3, 0, true)
            ]
        );
        assert!(found.iter().all(|it| it.heading == "The problem"));
    }
}
