//! The shapes of what engineers ask, and distinct queries of each.

use std::{collections::HashSet, fmt, ops::Range};

use clap::ValueEnum;
use jiff::{Timestamp, civil::date, tz::TimeZone};

use super::{
    corpus::{Corpus, PEERS},
    words::Random,
};

/// Ranks of words: those of any sentence, those of a trade, and those of a subject.
const EVERYDAY: Range<usize> = 0..20;
const COMMON: Range<usize> = 20..300;
const MIDDLE: Range<usize> = 300..5_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    Word,
    MiddleWords,
    CommonAndMiddle,
    CommonWords,
    ThreeWords,
    Question,
    Phrase,
    Prefix,
    Filters,
    Either,
}

/// What is sought, in a form that any search engine can be asked for.
#[derive(Clone, Debug)]
pub(crate) enum Sought {
    All(Vec<String>),
    /// Of a long question few posts hold every word.
    Most(Vec<String>),
    Phrase(Vec<String>),
    Prefix(String),
    Filtered {
        word: String,
        peer: String,
        after_year: i16,
    },
    Either {
        any: [String; 2],
        without: String,
    },
}

/// In the language of the search box.
impl fmt::Display for Sought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(words) | Self::Most(words) => f.write_str(&words.join(" ")),
            Self::Phrase(words) => write!(f, "\"{}\"", words.join(" ")),
            Self::Prefix(letters) => write!(f, "{letters}*"),
            Self::Filtered { word, peer, after_year } => {
                write!(f, "{word} peer:{peer} after:{after_year}")
            }
            Self::Either { any: [one, other], without } => write!(f, "{one} OR {other} -{without}"),
        }
    }
}

impl Shape {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Word => "one word",
            Self::MiddleWords => "two middle words",
            Self::CommonAndMiddle => "common and middle",
            Self::CommonWords => "two common words",
            Self::ThreeWords => "three words",
            Self::Question => "question of six",
            Self::Phrase => "\"a phrase\"",
            Self::Prefix => "prefix*",
            Self::Filters => "peer: and after:",
            Self::Either => "a OR b -c",
        }
    }

    /// The same in each run, no two alike, in no order.
    pub(crate) fn queries(self, corpus: &Corpus, count: usize) -> Vec<Sought> {
        let mut random = Random(99 + self as u64);
        let mut written = HashSet::new();
        let mut queries = Vec::with_capacity(count);
        while queries.len() < count {
            let sought = self.query(corpus, &mut random);
            queries.extend(sought.filter(|it| written.insert(it.to_string())));
        }
        queries
    }

    /// `None` where chance led to no query of that shape.
    fn query(self, corpus: &Corpus, random: &mut Random) -> Option<Sought> {
        let mut of = |ranks: &[Range<usize>]| -> Vec<String> {
            ranks.iter().map(|it| corpus.words.among(it.clone(), random)).collect()
        };
        Some(match self {
            Self::Word => {
                let is_common = random.below(5) == 0;
                let ranks = if is_common { COMMON } else { MIDDLE };
                Sought::All(vec![corpus.words.among(ranks, random)])
            }
            Self::MiddleWords => Sought::All(of(&[MIDDLE, MIDDLE])),
            Self::CommonAndMiddle => Sought::All(of(&[COMMON, MIDDLE])),
            Self::CommonWords => Sought::All(of(&[COMMON, COMMON])),
            Self::ThreeWords => Sought::All(of(&[COMMON, COMMON, MIDDLE])),
            Self::Question => {
                Sought::Most(of(&[EVERYDAY, EVERYDAY, COMMON, MIDDLE, EVERYDAY, COMMON]))
            }
            Self::Phrase => Sought::Phrase(phrase(corpus, random)?),
            Self::Prefix => {
                let word = corpus.words.among(COMMON.start..MIDDLE.end, random);
                let length = 4 + random.below(3);
                Sought::Prefix(word.get(..length)?.to_owned())
            }
            Self::Filters => Sought::Filtered {
                word: corpus.words.among(COMMON, random),
                peer: format!("peer-{}", random.below(PEERS)),
                after_year: 2019 + random.below(6) as i16,
            },
            Self::Either => {
                let [one, other] = [MIDDLE, MIDDLE].map(|it| corpus.words.among(it, random));
                Sought::Either { any: [one, other], without: corpus.words.among(COMMON, random) }
            }
        })
    }
}

/// Two or three words that follow each other in a post, none of them one of any sentence.
pub(crate) fn phrase(corpus: &Corpus, random: &mut Random) -> Option<Vec<String>> {
    let body = corpus.document(random.below(corpus.entries)).body;
    let sentence = body.lines().nth(random.below(5))?.trim_end_matches('.').to_lowercase();
    let words: Vec<&str> = sentence.split(' ').collect();
    let length = 2 + random.below(3) / 2;
    let tells = |word: &&str| {
        let rank = corpus.words.rank(word);
        rank.is_some_and(|it| (COMMON.start..MIDDLE.end).contains(&it))
    };
    let found = words.windows(length).find(|it| it.iter().all(tells))?;
    Some(found.iter().map(|it| (*it).to_owned()).collect())
}

/// When a year begins.
pub(crate) fn start_of(year: i16) -> Timestamp {
    date(year, 1, 1).to_zoned(TimeZone::UTC).expect("a time").timestamp()
}
