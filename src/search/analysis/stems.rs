//! Words to stems, by language, remembered so that each distinct word is stemmed once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language as Snowball, RawTokenizer, Stemmer, TextAnalyzer, TokenStream as _,
};

use super::memory::{ShortWord, ShortWords};
use crate::domain::Language;

/// A language with a stemmer of ours. The first, English, also stands for all others and for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::search) struct Tongue(u8);

pub(super) const TONGUES: [(&str, Snowball); 20] = [
    ("en", Snowball::English),
    ("ar", Snowball::Arabic),
    ("da", Snowball::Danish),
    ("de", Snowball::German),
    ("el", Snowball::Greek),
    ("es", Snowball::Spanish),
    ("fi", Snowball::Finnish),
    ("fr", Snowball::French),
    ("hu", Snowball::Hungarian),
    ("it", Snowball::Italian),
    ("nb", Snowball::Norwegian),
    ("nl", Snowball::Dutch),
    ("nn", Snowball::Norwegian),
    ("no", Snowball::Norwegian),
    ("pt", Snowball::Portuguese),
    ("ro", Snowball::Romanian),
    ("ru", Snowball::Russian),
    ("sv", Snowball::Swedish),
    ("ta", Snowball::Tamil),
    ("tr", Snowball::Turkish),
];

/// The private-use letter before a text that tells the tokenizer its tongue.
const FIRST_MARK: u32 = 0xF_0000;

impl Tongue {
    pub(in crate::search) const ENGLISH: Self = Self(0);
    pub(super) const DUTCH: Self = Self(11);

    pub(in crate::search) fn of(language: Option<&Language>) -> Self {
        language.map_or(Self::ENGLISH, |language| Self::of_primary(language.primary()))
    }

    pub(in crate::search) fn of_primary(primary: &str) -> Self {
        let known = (0_u8..).zip(TONGUES).find(|(_, (name, _))| *name == primary);
        known.map_or(Self::ENGLISH, |(at, _)| Self(at))
    }

    pub(in crate::search) fn mark(self) -> char {
        char::from_u32(FIRST_MARK + u32::from(self.0)).unwrap_or('\u{f0000}')
    }

    /// The tongue that a text is marked with, and the text behind the mark.
    pub(in crate::search) fn unmarked(text: &str) -> (Self, &str) {
        let mut letters = text.chars();
        let tongue = letters
            .next()
            .and_then(|it| u32::from(it).checked_sub(FIRST_MARK))
            .and_then(|at| u8::try_from(at).ok())
            .filter(|at| usize::from(*at) < TONGUES.len());
        tongue.map_or((Self::ENGLISH, text), |at| (Self(at), letters.as_str()))
    }
}

/// What a word is indexed as.
struct Stem {
    /// The English stem, without accents.
    common: Box<str>,
    /// The stem in the text's own language, where it differs.
    own: Option<Box<str>>,
}

/// Stemmers with what they have seen.
pub(super) struct Stems {
    folding: TextAnalyzer,
    stemmers: Vec<Option<TextAnalyzer>>,
    /// English words, which nearly all are.
    short: ShortWords,
    /// Of each tongue, what is too long for that or not English.
    others: Vec<HashMap<Box<str>, Stem>>,
}

/// Words of a tongue that are remembered at most: about 2 MB.
const MOST_REMEMBERED: usize = 15_000;

impl Stems {
    fn new() -> Self {
        let folding = TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter);
        Self {
            folding: folding.build(),
            stemmers: TONGUES.iter().map(|_| None).collect(),
            short: ShortWords::new(),
            others: TONGUES.iter().map(|_| HashMap::new()).collect(),
        }
    }

    /// Adds what a word in lower case, without dropped letters, is indexed as: its English stem and
    /// right behind it that of its own language. Gives where the first ends.
    pub(super) fn add(&mut self, word: &str, tongue: Tongue, terms: &mut String) -> usize {
        match ShortWord::of(word) {
            Some(short) if tongue == Tongue::ENGLISH => self.add_short(word, short, terms),
            _ => self.add_other(word, tongue, terms),
        }
    }

    fn add_short(&mut self, word: &str, short: ShortWord, terms: &mut String) -> usize {
        if let Some(stem) = self.short.get(short) {
            stem.push_to(terms);
            return terms.len();
        }
        let stem = self.find(word, Tongue::ENGLISH).common;
        if let Some(stem) = ShortWord::of(&stem) {
            self.short.insert(short, stem);
        }
        terms.push_str(&stem);
        terms.len()
    }

    fn add_other(&mut self, word: &str, tongue: Tongue, terms: &mut String) -> usize {
        let at = usize::from(tongue.0);
        if !self.others[at].contains_key(word) {
            let stem = self.find(word, tongue);
            if self.others[at].len() >= MOST_REMEMBERED {
                self.others[at].clear();
            }
            self.others[at].insert(word.into(), stem);
        }
        let stem = &self.others[at][word];
        terms.push_str(&stem.common);
        let middle = terms.len();
        terms.push_str(stem.own.as_deref().unwrap_or_default());
        middle
    }

    fn find(&mut self, word: &str, tongue: Tongue) -> Stem {
        let folded = if word.is_ascii() { word.to_owned() } else { first(&mut self.folding, word) };
        // Stemmers are for words: `k8s` and `p99` stay as they are.
        if folded.bytes().any(|byte| byte.is_ascii_digit()) {
            return Stem { common: folded.into(), own: None };
        }
        let common = match singular_of_acronym(&folded) {
            Some(singular) => singular.to_owned(),
            None => first(self.stemmer(Tongue::ENGLISH), &folded),
        };
        let own = (tongue != Tongue::ENGLISH)
            .then(|| first(self.stemmer(tongue), word))
            .map(|own| if own.is_ascii() { own } else { first(&mut self.folding, &own) })
            .filter(|own| *own != common && !own.is_empty());
        Stem { common: common.into(), own: own.map(Into::into) }
    }

    fn stemmer(&mut self, tongue: Tongue) -> &mut TextAnalyzer {
        let at = usize::from(tongue.0);
        self.stemmers[at].get_or_insert_with(|| {
            let stemmer = Stemmer::new(TONGUES[at].1);
            TextAnalyzer::builder(RawTokenizer::default()).filter(stemmer).build()
        })
    }
}

/// `llm` of `llms`: to a stemmer a word without a vowel has no ending.
fn singular_of_acronym(word: &str) -> Option<&str> {
    let singular = word.strip_suffix('s').filter(|it| it.len() >= 3 && *it != "http")?;
    let has_vowel = singular.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    (singular.is_ascii() && !has_vowel).then_some(singular)
}

fn first(analyzer: &mut TextAnalyzer, word: &str) -> String {
    let mut tokens = analyzer.token_stream(word);
    if tokens.advance() { tokens.token().text.clone() } else { word.to_owned() }
}

/// Stemmers that wait to be used again; one is out for each text that is being cut.
#[derive(Clone, Default)]
pub(in crate::search) struct StemPool(Arc<Mutex<Vec<Stems>>>);

/// Stemmers that wait at most, of about 1 MB each: as many as texts are cut at once in a busy hour. One that has
/// seen nothing is slow.
const MOST_WAITING: usize = 8;

impl StemPool {
    pub(super) fn lend(&self) -> Lent {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Lent { stems: waiting, pool: self.clone() }
    }
}

/// Goes back to its pool when dropped.
pub(super) struct Lent {
    stems: Option<Stems>,
    pool: StemPool,
}

impl Lent {
    pub(super) fn stems(&mut self) -> &mut Stems {
        self.stems.get_or_insert_with(Stems::new)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut waiting = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            waiting.extend(self.stems.take());
        }
    }
}
