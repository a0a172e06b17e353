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
    /// First letters of the only terms that are wanted.
    wanted: Option<FirstLetters>,
}

/// First bytes of some terms. A stem begins like its word as far as ASCII goes, so that a word that
/// begins with another letter need not be looked at.
#[derive(Clone)]
pub(in crate::search) struct FirstLetters([bool; 128]);

impl FirstLetters {
    pub(in crate::search) fn of<'a>(terms: impl Iterator<Item = &'a str>) -> Self {
        let mut letters = [false; 128];
        for byte in terms.filter_map(|it| it.bytes().next()) {
            // A letter without its accent may stand for one with it.
            if let Some(letter) = letters.get_mut(usize::from(byte)) {
                *letter = true;
            }
        }
        Self(letters)
    }

    fn may_begin(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte.to_ascii_lowercase())).is_none_or(|it| *it)
    }
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

    /// Passes over words whose terms would begin with other letters.
    pub(in crate::search) fn only(mut self, wanted: &FirstLetters) -> Self {
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
        let Some(skipped) = bytes[self.at..].iter().position(|byte| !is_between(byte)) else {
            self.at = bytes.len();
            return false;
        };
        let start = self.at + skipped;
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
        if is_short && self.is_wanted(whole.start) {
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

    fn is_wanted(&self, at: usize) -> bool {
        self.wanted.as_ref().is_none_or(|it| it.may_begin(self.text.as_bytes()[at]))
    }

    fn add_word(&mut self, at: Range<usize>, position: usize) {
        if !self.is_wanted(at.start) {
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

    use super::*;

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
    }
}
