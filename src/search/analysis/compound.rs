//! Finds where identifiers and words end, and where their parts begin.

use std::ops::Range;

use super::letters::{Class, class_of, is_dropped, is_paired, is_word_letter};

/// Parts after which an identifier ends, to bound what is held at once.
const MOST_PARTS: usize = 32;

/// The end of a run of ASCII letters and digits, and whether it has a hump as in `getUser`.
pub(super) fn ascii_run(bytes: &[u8], start: usize) -> (usize, bool) {
    let (mut has_upper, mut has_lower) = (false, class_of(bytes[start]) == Class::Lower);
    let mut end = start + 1;
    while let Some(byte) = bytes.get(end) {
        match class_of(*byte) {
            Class::Lower => has_lower = true,
            Class::Upper => has_upper = true,
            Class::Digit => {}
            Class::Blank | Class::Joiner | Class::Beyond => break,
        }
        end += 1;
    }
    (end, has_upper && has_lower)
}

pub(super) struct Cut {
    pub(super) end: usize,
    /// A dot stands before a digit.
    pub(super) is_version: bool,
}

/// Cuts what begins at `start` at joiners and humps.
pub(super) fn cut_compound(text: &str, start: usize, parts: &mut Vec<Range<usize>>) -> Cut {
    let mut part = start;
    let mut cut = Cut { end: start, is_version: false };
    let mut humps = Humps::default();
    let mut letters = text[start..].char_indices().map(|(at, it)| (start + at, it)).peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, it)| *it);
        if is_word_letter(letter) && !is_paired(letter) {
            if let Some(hump) = humps.meet(at, letter, next) {
                parts.push(part..hump);
                part = hump;
            }
            cut.end = at + letter.len_utf8();
        } else if matches!(letter, '_' | '-' | '.') && next.is_some_and(starts_part) {
            cut.is_version |= letter == '.' && next.is_some_and(|it| it.is_ascii_digit());
            parts.push(part..at);
            part = at + 1;
            humps = Humps::default();
        } else {
            break;
        }
        if parts.len() >= MOST_PARTS {
            break;
        }
    }
    if part < cut.end {
        parts.push(part..cut.end);
    }
    cut
}

fn starts_part(letter: char) -> bool {
    letter.is_alphanumeric() && !is_paired(letter)
}

/// Finds where a new word begins inside an identifier.
#[derive(Default)]
struct Humps {
    before_last: Option<Case>,
    last: Option<Case>,
    last_at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Upper,
    Lower,
    Other,
}

impl Humps {
    /// `userName` and `base64Name` have a hump at `N`, `HTTPServer` at `S`; `APIs` has none.
    fn meet(&mut self, at: usize, letter: char, next: Option<char>) -> Option<usize> {
        if is_dropped(letter) {
            return None;
        }
        let case = if letter.is_uppercase() {
            Case::Upper
        } else if letter.is_lowercase() {
            Case::Lower
        } else {
            Case::Other
        };
        let is_plural = letter == 's' && !next.is_some_and(char::is_alphanumeric);
        let hump = match (self.before_last, self.last, case) {
            (_, Some(Case::Lower | Case::Other), Case::Upper) => Some(at),
            (Some(Case::Upper), Some(Case::Upper), Case::Lower) if !is_plural => Some(self.last_at),
            _ => None,
        };
        (self.before_last, self.last, self.last_at) = (self.last, Some(case), at);
        hump
    }
}

/// Passes over `'s`.
pub(super) fn after_possessive(text: &str, end: usize) -> usize {
    let rest = text.as_bytes().get(end..end + 5.min(text.len() - end)).unwrap_or_default();
    let mark = match rest {
        [b'\'', ..] => 1,
        [0xe2, 0x80, 0x99, ..] => 3,
        _ => return end,
    };
    match rest.get(mark..) {
        Some([b's' | b'S', after, ..])
            if matches!(class_of(*after), Class::Blank | Class::Joiner) =>
        {
            end + mark + 1
        }
        Some([b's' | b'S']) => end + mark + 1,
        _ => end,
    }
}
