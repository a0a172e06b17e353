//! Which letters belong to a word, and which scripts are written without blanks.

/// Whether a letter is part of a word: a letter, a digit, an accent on its own, or one of the
/// invisible marks inside words.
pub(super) fn is_word_letter(letter: char) -> bool {
    letter.is_alphanumeric() || is_dropped(letter)
}

/// Accents that follow their letter, soft hyphens and joiners: they make no difference.
pub(super) fn is_dropped(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}')
}

/// Scripts that put no blanks between words, or whose words are too long to be terms: they are
/// indexed by pairs of letters.
pub(in crate::search) fn is_paired(letter: char) -> bool {
    let in_range = matches!(letter,
        '\u{0e00}'..='\u{0eff}'        // Thai, Lao
        | '\u{1000}'..='\u{109f}'      // Myanmar
        | '\u{1100}'..='\u{11ff}'      // Hangul jamo
        | '\u{1780}'..='\u{17ff}'      // Khmer
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}'      // kana
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'      // han
        | '\u{ac00}'..='\u{d7af}'      // Hangul
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'      // half-width kana
        | '\u{20000}'..='\u{3ffff}');
    in_range && letter.is_alphanumeric()
}

/// Classes of single bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Blank,
    Lower,
    Upper,
    Digit,
    /// Joins the parts of an identifier: `_`, `-`, `.`.
    Joiner,
    /// Part of a letter beyond ASCII.
    Beyond,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Blank; 256];
    let mut byte = u8::MAX;
    loop {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => Class::Lower,
            b'A'..=b'Z' => Class::Upper,
            b'0'..=b'9' => Class::Digit,
            b'_' | b'-' | b'.' => Class::Joiner,
            128..=255 => Class::Beyond,
            _ => Class::Blank,
        };
        if byte == 0 {
            break classes;
        }
        byte -= 1;
    }
};

pub(super) fn class_of(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}
