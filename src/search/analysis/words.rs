//! Walks through a text word by word and says which terms each word is indexed as.

use std::ops::Range;

use super::{
    StemPool, Tongue,
    compound::{after_possessive, ascii_run, cut_compound},
    letters::{Class, class_of, is_dropped, is_paired, is_word_letter},
    stems::Lent,
};

/// How a term came out of its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Form {
    /// The term by which the word is known everywhere.
    Common,
    /// The stem in the text's own language.
    Own,
    /// An identifier as a whole: `getusername`, `v1.2.3`.
    Whole,
    /// Findable by, but not what is asked for when the word is a query: `net` of `.NET`.
    Loose,
}

/// One term of the text.
#[derive(Clone, Debug)]
pub(in crate::search) struct Piece {
    pub(in crate::search) form: Form,
    /// Bytes of the text that the term stands for.
    pub(in crate::search) at: Range<usize>,
    pub(in crate::search) position: usize,
    /// Words that it spans.
    pub(in crate::search) span: usize,
    term: Range<usize>,
}

/// Terms are cut here, in bytes; longer ones are no words but encoded matter.
const LONGEST_TERM: usize = 64;
/// Identifiers of more parts are not indexed as a whole.
const MOST_PARTS_OF_WHOLE: usize = 8;

/// The terms of a text, in order of their positions.
pub(in crate::search) struct Words<'a> {
    text: &'a str,
    at: usize,
    position: usize,
    tongue: Tongue,
    lent: Lent,
    pieces: Vec<Piece>,
    told: usize,
    /// The terms of `pieces`, one after the other.
    terms: String,
    parts: Vec<Range<usize>>,
    lower: String,
    /// How the only terms begin that are wanted.
    wanted: Option<Beginnings>,
}

/// The first three bytes of some terms. A stem begins like its word as far as ASCII goes, so that a word that
/// begins otherwise need not be looked at.
#[derive(Clone)]
pub(in crate::search) struct Beginnings {
    of: [Beginning; 128],
    /// A bit for each hash of three bytes that begin a term.
    threes: [u64; 64],
}

/// What may follow a first byte, a bit for each letter and digit of ASCII.
#[derive(Clone, Copy, Default)]
struct Beginning {
    is_one: bool,
    seconds: u128,
    /// Seconds after which anything may follow.
    open: u128,
}

/// A stem of so many bytes has the first three of its word: that of `using` is `use`.
const SHORTEST_WITH_THREE: usize = 4;

impl Beginnings {
    /// Of terms, and of letters with which any term may go on.
    pub(in crate::search) fn of<'a>(
        terms: impl Iterator<Item = &'a str>,
        prefixes: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut beginnings = Self { of: [Beginning::default(); 128], threes: [0; 64] };
        terms.for_each(|it| beginnings.add(it.as_bytes(), 0));
        prefixes.for_each(|it| beginnings.add(it.as_bytes(), u128::MAX));
        beginnings
    }

    /// `alone` may follow where nothing does.
    fn add(&mut self, term: &[u8], alone: u128) {
        // A letter without its accent may stand for one with it.
        let Some(of) = term.first().and_then(|it| self.of.get_mut(usize::from(*it))) else {
            return;
        };
        of.is_one = true;
        let Some(second) = term.get(1) else {
            of.seconds |= alone;
            of.open |= alone;
            return;
        };
        of.seconds |= bit(*second);
        if *second == b'i' {
            // The stem of `dying` is `die`.
            of.seconds |= bit(b'y');
            of.open |= bit(b'y');
        }
        match term {
            [first, second, third, ..] if term.len() >= SHORTEST_WITH_THREE && third.is_ascii() => {
                let (at, bit) = place([*first, *second, *third]);
                self.threes[at] |= bit;
            }
            _ => of.open |= bit(*second),
        }
    }

    /// Whether one of the terms may be a word's. Only in English three letters stay as they are; in Dutch not even
    /// the first, as `ge-` is cut off.
    fn may_begin(&self, word: &[u8], tongue: Tongue) -> bool {
        let lower = |at: usize| word.get(at).map_or(b' ', u8::to_ascii_lowercase);
        if tongue == Tongue::DUTCH {
            return true;
        }
        let [first, second, third] = [lower(0), lower(1), lower(2)];
        let Some(of) = self.of.get(usize::from(first)) else { return true };
        if !of.is_one || tongue != Tongue::ENGLISH || !second.is_ascii_alphanumeric() {
            return of.is_one;
        }
        if of.seconds & bit(second) == 0 {
            return false;
        }
        let (at, bit_of_three) = place([first, second, third]);
        let is_told = third.is_ascii_alphanumeric() && of.open & bit(second) == 0;
        !is_told || self.threes[at] & bit_of_three != 0
    }
}

fn bit(byte: u8) -> u128 {
    1_u128.checked_shl(u32::from(byte)).unwrap_or_default()
}

fn place(three: [u8; 3]) -> (usize, u64) {
    let [first, second, third] = three.map(usize::from);
    let hash = (first * 31 + second) * 31 + third;
    (hash / 64 % 64, 1 << (hash % 64))
}

impl<'a> Words<'a> {
    pub(in crate::search) fn new(text: &'a str, tongue: Tongue, pool: &StemPool) -> Self {
        Self {
            text,
            at: 0,
            position: 0,
            tongue,
            lent: pool.lend(),
            pieces: Vec::with_capacity(8),
            told: 0,
            terms: String::with_capacity(64),
            parts: Vec::new(),
            lower: String::with_capacity(64),
            wanted: None,
        }
    }

    /// Passes over words whose terms would begin otherwise.
    pub(in crate::search) fn only(mut self, wanted: &Beginnings) -> Self {
        self.wanted = Some(wanted.clone());
        self
    }

    pub(in crate::search) fn next(&mut self) -> Option<(&Piece, &str)> {
        while self.told == self.pieces.len() {
            self.pieces.clear();
            self.terms.clear();
            self.told = 0;
            if !self.next_word() {
                return None;
            }
        }
        let piece = &self.pieces[self.told];
        self.told += 1;
        Some((piece, &self.terms[piece.term.clone()]))
    }

    /// Cuts the next word; false at the end of the text.
    fn next_word(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let is_between = |byte: &u8| matches!(class_of(*byte), Class::Blank | Class::Joiner);
        let start = loop {
            let Some(skipped) = bytes[self.at..].iter().position(|byte| !is_between(byte)) else {
                self.at = bytes.len();
                return false;
            };
            let start = self.at + skipped;
            let Some(end) = self.end_of_unwanted(start) else { break start };
            self.position += 1;
            self.at = end;
        };
        if class_of(bytes[start]) == Class::Beyond {
            self.word_beyond_ascii(start);
            return true;
        }
        let (end, is_camel) = ascii_run(bytes, start);
        if is_camel || self.goes_on(start, end) {
            self.compound(start);
        } else {
            self.single(start..end);
        }
        true
    }

    /// The end of a plain word in which no term begins that is wanted: most words, where few are.
    fn end_of_unwanted(&self, start: usize) -> Option<usize> {
        let word = &self.text.as_bytes()[start..];
        if self.wanted.as_ref()?.may_begin(word, self.tongue) {
            return None;
        }
        let is_lower = |byte: &u8| class_of(*byte) == Class::Lower;
        let length = 1 + word[1..].iter().take_while(|it| is_lower(it)).count();
        let next = word.get(length).copied().unwrap_or(b' ');
        let ends = class_of(next) == Class::Blank && !matches!(next, b'+' | b'#' | b'\'');
        (ends && !self.has_leading_dot(start)).then_some(start + length)
    }

    /// Whether something around a run of ASCII letters makes it more than a plain word.
    fn goes_on(&self, start: usize, end: usize) -> bool {
        let bytes = self.text.as_bytes();
        let next = |ahead: usize| bytes.get(end + ahead).copied().unwrap_or(b' ');
        let after = match class_of(next(0)) {
            Class::Joiner => !matches!(class_of(next(1)), Class::Blank | Class::Joiner),
            Class::Beyond => {
                let letter = self.text[end..].chars().next().unwrap_or(' ');
                is_word_letter(letter) && !is_paired(letter)
            }
            _ => matches!(next(0), b'+' | b'#'),
        };
        after || self.has_leading_dot(start)
    }

    /// As in `.NET`: a dot that no word and no other dot stands before.
    fn has_leading_dot(&self, start: usize) -> bool {
        let before = &self.text.as_bytes()[..start];
        let [rest @ .., b'.'] = before else { return false };
        self.text.as_bytes()[start].is_ascii_alphabetic()
            && rest.last().is_none_or(|byte| {
                matches!(class_of(*byte), Class::Blank) && !matches!(byte, b')' | b']' | b'"')
            })
    }

    fn single(&mut self, at: Range<usize>) {
        self.add_word(at.clone(), self.position);
        self.position += 1;
        self.at = after_possessive(self.text, at.end);
    }

    fn word_beyond_ascii(&mut self, start: usize) {
        let letter = self.text[start..].chars().next().unwrap_or(' ');
        if is_paired(letter) {
            self.pairs(start);
        } else if is_word_letter(letter) && !is_dropped(letter) {
            self.compound(start);
        } else {
            self.at = start + letter.len_utf8();
        }
    }

    /// A run of letters without blanks between words: each pair of neighbours, and the last letter
    /// alone, so that every single letter begins some term.
    fn pairs(&mut self, start: usize) {
        let mut letters = self.text[start..].char_indices().take_while(|(_, it)| is_paired(*it));
        let mut current = letters.next();
        while let Some((from, letter)) = current {
            let next = letters.next();
            let from = start + from;
            let end = from + letter.len_utf8();
            let (to, form) = match next {
                Some((_, second)) => (end + second.len_utf8(), Form::Common),
                None => (end, Form::Loose),
            };
            let term = self.terms.len();
            self.terms.push_str(&self.text[from..to]);
            self.add_piece(form, from..to, self.position, 1, term);
            self.position += 1;
            self.at = end;
            current = next;
        }
    }

    /// An identifier, a word with hyphens, a version, or a word beyond ASCII.
    fn compound(&mut self, start: usize) {
        let mut parts = std::mem::take(&mut self.parts);
        parts.clear();
        let cut = cut_compound(self.text, start, &mut parts);
        match parts.as_slice() {
            [only] => self.decorated(only.clone(), cut.end),
            _ => self.many(&parts, start..cut.end, cut.is_version),
        }
        self.parts = parts;
    }

    /// A single word, with the signs that belong to the names of languages: `C++`, `C#`, `.NET`.
    fn decorated(&mut self, word: Range<usize>, end: usize) {
        let bytes = self.text.as_bytes();
        let rest = &bytes[end..];
        let is_letter = |at: usize| rest.get(at).is_some_and(u8::is_ascii_alphabetic);
        let has_pluses = rest.starts_with(b"++") && !is_letter(2);
        let has_hash = word.len() == 1 && rest.starts_with(b"#") && !is_letter(1);
        let signs = if has_pluses { 2 } else { usize::from(has_hash) };
        let has_dot = self.has_leading_dot(word.start);
        if signs == 0 && !has_dot {
            self.single(word);
            return;
        }
        let named = word.start - usize::from(has_dot)..end + signs;
        let term = self.terms.len();
        push_lower(&mut self.terms, &self.text[named.clone()]);
        self.add_piece(Form::Common, named.clone(), self.position, 1, term);
        if word.len() > 1 {
            let first = self.pieces.len();
            self.add_word(word, self.position);
            self.pieces[first..].iter_mut().for_each(|it| it.form = Form::Loose);
        }
        self.position += 1;
        self.at = named.end;
    }

    fn many(&mut self, parts: &[Range<usize>], whole: Range<usize>, is_version: bool) {
        let is_short = parts.len() <= MOST_PARTS_OF_WHOLE && whole.len() <= LONGEST_TERM;
        if is_short && self.is_wanted(&whole) {
            self.add_whole(parts, whole.clone(), is_version);
        }
        for part in parts {
            self.add_word(part.clone(), self.position);
            self.position += 1;
        }
        self.at = after_possessive(self.text, whole.end);
    }

    /// `get_user_name`, `getUserName` and `get-user-name` are one identifier; a version keeps its
    /// dots, as 1.23 is not 12.3.
    fn add_whole(&mut self, parts: &[Range<usize>], whole: Range<usize>, is_version: bool) {
        let term = self.terms.len();
        self.lower.clear();
        if is_version {
            push_lower(&mut self.terms, &self.text[whole.clone()]);
        } else {
            for part in parts {
                push_lower(&mut self.lower, &self.text[part.clone()]);
            }
            self.lent.stems().add(&self.lower, Tongue::ENGLISH, &mut self.terms);
        }
        self.add_piece(Form::Whole, whole, self.position, parts.len(), term);
    }

    fn is_wanted(&self, at: &Range<usize>) -> bool {
        let word = &self.text.as_bytes()[at.clone()];
        self.wanted.as_ref().is_none_or(|it| it.may_begin(word, self.tongue))
    }

    fn add_word(&mut self, at: Range<usize>, position: usize) {
        if !self.is_wanted(&at) {
            return;
        }
        self.lower.clear();
        push_lower(&mut self.lower, &self.text[at.clone()]);
        truncate(&mut self.lower, LONGEST_TERM);
        let start = self.terms.len();
        let middle = self.lent.stems().add(&self.lower, self.tongue, &mut self.terms);
        let end = self.terms.len();
        let piece = |form, term| Piece { form, at: at.clone(), position, span: 1, term };
        self.pieces.push(piece(Form::Common, start..middle));
        if middle < end {
            self.pieces.push(piece(Form::Own, middle..end));
        }
    }

    fn add_piece(
        &mut self,
        form: Form,
        at: Range<usize>,
        position: usize,
        span: usize,
        term: usize,
    ) {
        self.pieces.push(Piece { form, at, position, span, term: term..self.terms.len() });
    }
}

fn push_lower(target: &mut String, word: &str) {
    if word.is_ascii() {
        let start = target.len();
        target.push_str(word);
        target[start..].make_ascii_lowercase();
    } else {
        target.extend(word.chars().filter(|it| !is_dropped(*it)).flat_map(char::to_lowercase));
    }
}

fn truncate(word: &mut String, longest: usize) {
    if word.len() > longest {
        word.truncate(word.floor_char_boundary(longest));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::stems::TONGUES, *};

    fn cut(text: &str, tongue: &str) -> Vec<(Form, String, usize)> {
        let pool = StemPool::default();
        let mut words = Words::new(text, Tongue::of_primary(tongue), &pool);
        let mut cut = Vec::new();
        while let Some((piece, term)) = words.next() {
            cut.push((piece.form, term.to_owned(), piece.position));
        }
        cut
    }

    fn terms(text: &str) -> Vec<String> {
        cut(text, "en").into_iter().map(|(_, term, _)| term).collect()
    }

    #[test]
    fn a_word_is_known_by_its_stem_without_case_accents_and_possessive() {
        assert_eq!(
            terms("Pricing the café’s prices, Etsy's"),
            ["price", "the", "cafe", "price", "etsi"]
        );
        assert_eq!(terms("so\u{ad}ft e\u{301}t ﬁne"), ["soft", "et", "fine"]);
    }

    #[test]
    fn an_identifier_is_cut_at_joiners_and_humps_and_kept_whole() {
        assert_eq!(terms("getUserName"), ["getusernam", "get", "user", "name"]);
        assert_eq!(terms("HTTPServer"), ["httpserver", "http", "server"]);
        assert_eq!(terms("snake_case-kebab"), ["snakecasekebab", "snake", "case", "kebab"]);
        assert_eq!(terms("APIs URLs iOS"), ["api", "url", "io", "i", "os"]);
        assert_eq!(terms("v1.2.3"), ["v1.2.3", "v1", "2", "3"]);
        assert_eq!(terms("end. Next...and -flag_"), ["end", "next", "and", "flag"]);
    }

    #[test]
    fn signs_that_are_part_of_a_name_stay_with_it() {
        assert_eq!(terms("C++ C# C++17 g++."), ["c++", "c#", "c++", "17", "g++"]);
        assert_eq!(terms(".NET (.env) x.NET"), [".net", "net", ".env", "env", "xnet", "x", "net"]);
        assert_eq!(terms("C##x a++b"), ["c#", "x", "a", "b"]);
    }

    #[test]
    fn a_word_of_another_language_has_its_own_stem_besides_the_common_one() {
        let cut = cut("Häuser", "de");
        assert_eq!(cut[0], (Form::Common, "hauser".to_owned(), 0));
        assert_eq!(cut[1], (Form::Own, "haus".to_owned(), 0));
    }

    #[test]
    fn letters_without_blanks_between_words_are_paired() {
        assert_eq!(terms("東京都API"), ["東京", "京都", "都", "api"]);
    }

    /// Where a text has a term, if all of it is looked at and if only what begins like the term.
    fn places_of(
        wanted: &str,
        is_prefix: bool,
        text: &str,
        tongue: &str,
    ) -> [Vec<Range<usize>>; 2] {
        let pool = StemPool::default();
        let (term, prefix) = if is_prefix { (None, Some(wanted)) } else { (Some(wanted), None) };
        let beginnings = Beginnings::of(term.into_iter(), prefix.into_iter());
        let places = |mut words: Words<'_>| {
            let mut places = Vec::new();
            while let Some((piece, term)) = words.next() {
                if term == wanted || is_prefix && term.starts_with(wanted) {
                    places.push(piece.at.clone());
                }
            }
            places
        };
        let words = || Words::new(text, Tongue::of_primary(tongue), &pool);
        [places(words()), places(words().only(&beginnings))]
    }

    #[test]
    fn a_word_whose_stem_begins_otherwise_is_not_passed_over() {
        for (term, text) in [
            ("die", "dying"),
            ("lie", "Lying, lies"),
            ("use", "using, used"),
            ("fli", "flying, flies"),
            ("queri", "Query queries"),
            ("c++", "C++"),
            ("c#", "C#"),
            ("xray", "X-ray"),
            ("cafe", "Café"),
            ("et", "e\u{301}t"),
            ("soft", "s\u{ad}oft"),
            ("kind", "\u{212a}ind"),
            ("k", "K"),
        ] {
            let [all, told] = places_of(term, false, text, "en");
            assert!(!all.is_empty(), "{term} in {text}");
            assert_eq!(told, all, "{term} in {text}");
        }
        let [all, told] = places_of("k", true, "kubernetes K8s", "en");
        assert_eq!((all.len(), told.len()), (2, 2));
        // `ge-` is cut off in Dutch.
        assert_eq!(Tongue::of_primary("nl"), Tongue::DUTCH);
        let own = cut("gewerkt", "nl").into_iter().find(|it| it.0 == Form::Own).unwrap().1;
        assert!(own.starts_with('w'), "{own}");
        let [all, told] = places_of(&own, false, "gewerkt", "nl");
        assert_eq!((told.len(), told), (1, all));
    }

    proptest! {
        #[test]
        fn pieces_of_any_text_lie_within_it_at_letters_borders_and_in_order(
            text in "(\\PC|.|[-._+#'’]| |getUser|C\\+\\+|価|é|\u{301}|\u{ad}|ﬁ|İ|ǅ|กา){0,60}",
            tongue in prop::sample::select(vec!["en", "de", "tr", "ru", "ja"]),
        ) {
            let pool = StemPool::default();
            let mut words = Words::new(&text, Tongue::of_primary(tongue), &pool);
            let mut position = 0;
            while let Some((piece, term)) = words.next() {
                prop_assert!(text.get(piece.at.clone()).is_some_and(|it| !it.is_empty()));
                prop_assert!(!term.is_empty() && term.len() <= 4 * LONGEST_TERM);
                prop_assert!(piece.position >= position && piece.span > 0);
                position = piece.position;
            }
        }

        #[test]
        fn looking_only_at_what_begins_like_a_term_finds_it_everywhere(
            text in "(dying|Flying |sky-high|[A-Za-z]{1,6}(ing|ies|ed|s)?|[ .'_-]|\\PC|C#|é|\u{301}|\u{ad}|ﬁ|İ|ß){1,30}",
            tongue in prop::sample::select(TONGUES.map(|(tongue, _)| tongue).to_vec()),
            which in any::<prop::sample::Index>(),
            cut_off in 0_usize..4,
        ) {
            let terms: Vec<String> = cut(&text, tongue).into_iter().map(|(_, term, _)| term).collect();
            prop_assume!(!terms.is_empty());
            let term = which.get(&terms);
            let [all, told] = places_of(term, false, &text, tongue);
            prop_assert_eq!(told, all);
            let prefix = &term[..term.ceil_char_boundary(cut_off.max(1)).min(term.len())];
            let [all, told] = places_of(prefix, true, &text, tongue);
            prop_assert_eq!(told, all);
        }
    }
}
