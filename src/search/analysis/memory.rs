//! Remembers the stems of short words in one flat table, as nearly every word of a text is met again.

/// A word of at most 15 bytes, its length in the last byte, so that two are compared at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ShortWord(u128);

const LONGEST: usize = 15;

impl ShortWord {
    pub(super) fn of(word: &str) -> Option<Self> {
        let length = u8::try_from(word.len()).ok().filter(|it| usize::from(*it) <= LONGEST)?;
        let mut bytes = [0; LONGEST + 1];
        bytes[..word.len()].copy_from_slice(word.as_bytes());
        bytes[LONGEST] = length;
        Some(Self(u128::from_le_bytes(bytes)))
    }

    pub(super) fn push_to(self, target: &mut String) {
        let bytes = self.0.to_le_bytes();
        let word = std::str::from_utf8(&bytes[..usize::from(bytes[LONGEST])]);
        target.push_str(word.unwrap_or_default());
    }

    fn place(self) -> usize {
        let [low, high] = [self.0, self.0 >> 64].map(|it| it & u128::from(u64::MAX));
        let mixed = (low ^ (high << 23)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 64;
        usize::try_from(mixed & ((1 << BITS) - 1)).unwrap_or_default()
    }
}

pub(super) struct ShortWords(Vec<Places>);

/// Two words with their stems for each hash, the one used last in front; one line of the
/// processor's cache.
#[derive(Clone)]
#[repr(align(64))]
struct Places([(ShortWord, ShortWord); 2]);

/// The table holds `2^(BITS + 1)` words, in 1 MB.
const BITS: u32 = 14;

/// No word has this length.
const NOTHING: ShortWord = ShortWord(u128::MAX);

impl ShortWords {
    pub(super) fn new() -> Self {
        Self(vec![Places([(NOTHING, NOTHING); 2]); 1 << BITS])
    }

    pub(super) fn get(&mut self, word: ShortWord) -> Option<ShortWord> {
        let places = self.places(word);
        if places[1].0 == word {
            places.swap(0, 1);
        }
        (places[0].0 == word).then_some(places[0].1)
    }

    pub(super) fn insert(&mut self, word: ShortWord, stem: ShortWord) {
        let places = self.places(word);
        places.swap(0, 1);
        places[0] = (word, stem);
    }

    fn places(&mut self, word: ShortWord) -> &mut [(ShortWord, ShortWord); 2] {
        &mut self.0[word.place()].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_remembered_with_its_stem_until_others_need_its_place() {
        let word = |text: &str| ShortWord::of(text).unwrap();
        let mut words = ShortWords::new();
        assert!(words.get(word("pricing")).is_none());
        words.insert(word("pricing"), word("price"));
        words.insert(word(""), word(""));
        let mut stem = String::new();
        words.get(word("pricing")).unwrap().push_to(&mut stem);
        assert_eq!(stem, "price");
        for number in 0..200_000 {
            words.insert(word(&number.to_string()), word("n"));
        }
        assert!(words.get(word("pricing")).is_none());
        assert!(ShortWord::of("a word of sixteen").is_none());
        assert!(ShortWord::of("größenänderu").is_some());
    }
}
