//! Words and signs of a text, as the model sees them.

/// A word, a number or a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// As written.
    pub text: &'a str,
    pub form: Form,
    /// Of its form in lower case; all numbers of one digit share one, all longer ones another.
    pub hash: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Word,
    Number,
    Sign,
}

/// Signs that say something about a sentence; the others are left out.
const SIGNS: &[char] =
    &['?', '!', ':', '%', '#', '@', '$', '(', ')', '"', '“', '”', '`', '—', '–', ';', ','];
/// Of the apostrophe inside words, however it is written.
const APOSTROPHES: &[char] = &['\'', '’'];

/// Splits a text into tokens. Words are runs of ASCII letters, with one apostrophe at most; letters
/// of other scripts belong to no word, since the model reads English only.
pub fn tokens_of(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match first {
            'a'..='z' | 'A'..='Z' => word_length(rest),
            '0'..='9' => number_length(rest),
            _ => first.len_utf8(),
        };
        let written = &rest[..length];
        let form = match first {
            'a'..='z' | 'A'..='Z' => Some(Form::Word),
            '0'..='9' => Some(Form::Number),
            _ => SIGNS.contains(&first).then_some(Form::Sign),
        };
        if let Some(form) = form {
            tokens.push(Token { text: written, form, hash: hash_of(written, form) });
        }
        at += length;
    }
    tokens
}

fn word_length(text: &str) -> usize {
    let letters = |text: &str| text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let stem = letters(text);
    let behind = &text[stem..];
    let Some(rest) = behind.strip_prefix(APOSTROPHES) else { return stem };
    match letters(rest) {
        0 => stem,
        ending => stem + (behind.len() - rest.len()) + ending,
    }
}

fn number_length(text: &str) -> usize {
    text.bytes().take_while(|it| it.is_ascii_digit() || matches!(it, b'.' | b',')).count()
}

fn hash_of(written: &str, form: Form) -> u64 {
    match form {
        Form::Number => hash_of_word(if written.len() < 2 { "0" } else { "00" }),
        Form::Word | Form::Sign => hash_of_word(written),
    }
}

/// FNV-1a (Fowler, Noll, Vo) over the word in lower case, with straight apostrophes.
pub fn hash_of_word(word: &str) -> u64 {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const FACTOR: u64 = 0x0100_0000_01b3;
    let push = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(FACTOR);
    word.chars().fold(START, |hash, letter| match letter {
        '’' => push(hash, b'\''),
        _ if letter.is_ascii() => push(hash, letter.to_ascii_lowercase() as u8),
        _ => letter.encode_utf8(&mut [0; 4]).bytes().fold(hash, push),
    })
}

/// A shorter hash.
pub(super) fn upper_half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_telling_signs_are_tokens() {
        let told: Vec<&str> = tokens_of("We didn’t cut p99 by 1,200 ms (40%)… OK?")
            .iter()
            .map(|it| it.text)
            .collect();
        assert_eq!(
            told,
            ["We", "didn’t", "cut", "p", "99", "by", "1,200", "ms", "(", "40", "%", ")", "OK", "?"]
        );
    }

    #[test]
    fn case_and_digits_make_no_difference() {
        let hash = |text| tokens_of(text)[0].hash;
        assert_eq!(hash("Don’t"), hash("don't"));
        assert_eq!(hash("2024"), hash("17"));
        assert_ne!(hash("7"), hash("17"));
        assert_ne!(hash("cache"), hash("caches"));
    }
}
