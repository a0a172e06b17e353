//! Generated posts, each a function of its number, the same in each run.

use jiff::Timestamp;
use peerscope::{
    domain::{
        EntryId, Kind, Language, Passage, Place, Role, SourceId, StoryId, Worth, query::Feature,
    },
    search::IndexDocument,
};

use super::words::{Random, Words};

pub(crate) const PEERS: usize = 500;
pub(crate) const DOMAINS: [&str; 12] = [
    "ecommerce",
    "fintech",
    "streaming",
    "mobility",
    "travel",
    "social",
    "cloud",
    "devtools",
    "security",
    "gaming",
    "logistics",
    "search",
];
/// When the queries are asked; posts are up to eight years older.
const NOW_SECONDS: i64 = 1_780_000_000;
const HOURS: usize = 8 * 365 * 24;
/// From here on texts are short, so that a library of a million posts is one of summaries too.
const MANY_ENTRIES: usize = 500_000;
/// Sentences that are passages.
const QUOTED: usize = 8;
const WORDS_OF_A_SENTENCE: usize = 14;
/// Words of its own that each post has, so that words come in company.
const WORDS_OF_A_SUBJECT: usize = 40;

pub(crate) struct Corpus {
    pub(crate) entries: usize,
    pub(crate) words: Words,
}

impl Corpus {
    pub(crate) fn new(entries: usize) -> Self {
        Self { entries, words: Words::new() }
    }

    pub(crate) fn now() -> Timestamp {
        Timestamp::from_second(NOW_SECONDS).expect("a time")
    }

    pub(crate) fn document(&self, at: usize) -> IndexDocument {
        let mut random = Random(at as u64 * 2 + 1_000_003);
        let ranks = (0..WORDS_OF_A_SUBJECT).map(|_| 100 + random.below(20_000));
        let subject: Vec<&str> = ranks.map(|it| self.words.ranked(it)).collect();
        let (body, words) = self.body(&mut random, &subject);
        let title: Vec<&str> = (0..7).map(|_| self.word(&mut random, &subject)).collect();
        let headings = (0..4).map(|_| self.word(&mut random, &subject).to_owned()).collect();
        let passages = passages_of(&body);
        let author = format!("{} {}", self.words.ranked(at % 700), self.words.ranked(at % 900));
        let age = 3600 * random.below(HOURS) as i64;
        let entry = at as i64 + 1;
        let peer = at % PEERS;
        IndexDocument {
            entry: EntryId(entry),
            story: StoryId(entry),
            source: SourceId(peer as i64 + 1),
            peer: format!("peer-{peer}"),
            peer_name: format!("Peer {peer}"),
            domains: domains_of(peer),
            title: title.join(" "),
            headings,
            body,
            authors: vec![author],
            categories: vec![self.words.ranked(at % 300).to_owned()],
            language: language(&mut random),
            words,
            features: if at.is_multiple_of(3) { vec![Feature::Code] } else { Vec::new() },
            ordered: Timestamp::from_second(NOW_SECONDS - age).expect("a time"),
            // One of ten is of no kind, as what is in a language that nobody reads here.
            kind: Kind::ALL.get(at % 10).copied(),
            worth: Worth::new((at % 5) as u8),
            expected: (at % 31) as f32 / 10.0,
            passages,
            changed: entry,
        }
    }

    fn body(&self, random: &mut Random, subject: &[&str]) -> (String, u32) {
        let (least, spread) =
            if self.entries < MANY_ENTRIES { (4_000, 3_000) } else { (1_000, 1_000) };
        let length = least + random.below(spread);
        let mut body = String::with_capacity(length + 32);
        let mut words = 0;
        while body.len() < length {
            let word = self.word(random, subject);
            if words % WORDS_OF_A_SENTENCE == 0 {
                body.push_str(&word[..1].to_uppercase());
                body.push_str(&word[1..]);
            } else {
                body.push_str(word);
            }
            words += 1;
            body.push_str(if words % WORDS_OF_A_SENTENCE == 0 { ".\n" } else { " " });
        }
        (body, words as u32)
    }

    fn word<'a>(&'a self, random: &mut Random, subject: &[&'a str]) -> &'a str {
        if random.below(100) < 12 {
            subject[random.below(subject.len())]
        } else {
            self.words.of_text(random)
        }
    }
}

/// Of the peer with this number.
pub(crate) fn domains_of(peer: usize) -> Vec<String> {
    let second = (peer.is_multiple_of(4)).then_some((peer + 5) % DOMAINS.len());
    let domains = std::iter::once(peer % DOMAINS.len()).chain(second);
    domains.map(|it| DOMAINS[it].to_owned()).collect()
}

/// The first sentences, as many as a post is quoted with.
fn passages_of(body: &str) -> Vec<Passage> {
    let passage = |(at, text): (usize, &str)| Passage {
        role: Role::ALL[at % 4],
        text: text.to_owned(),
        place: Place { block: at as u32, start: 0 },
        confidence: 0.5,
    };
    body.split('\n').take(QUOTED).enumerate().map(passage).collect()
}

fn language(random: &mut Random) -> Option<Language> {
    let tag = match random.below(100) {
        0..50 => return None,
        50..92 => "en",
        _ => "de",
    };
    Some(tag.parse().expect("a language"))
}
