//! Entries: cleaned and ready to be compared, and as the library keeps them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Address, EntryId, Language, SourceId, StoryId};

/// An entry read from a source, cleaned, and not yet compared with the library.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryDraft {
    pub guid: Option<String>,
    /// Without tracking parameters.
    pub link: Option<Address>,
    /// One line of text, never empty (see [`title_or_else`]).
    pub title: String,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub language: Option<Language>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    /// One paragraph of text, at most [`LONGEST_SUMMARY`] characters.
    pub summary: String,
    /// Sanitised HTML of the longest form that the source carries; may be empty.
    pub html: String,
    /// Words in the text of `html`; CJK letters count as half a word each.
    pub words: u32,
    /// Of the text of `html`, for finding near-equal ones.
    pub fingerprint: Option<Fingerprint>,
    /// Whether `html` seems to be the whole article, not the beginning of one.
    pub is_whole: bool,
}

impl EntryDraft {
    /// Of a page whose text is not known yet.
    pub fn named(title: String, link: Address) -> Self {
        Self {
            guid: None,
            link: Some(link),
            title,
            authors: Vec::new(),
            categories: Vec::new(),
            language: None,
            published: None,
            updated: None,
            summary: String::new(),
            html: String::new(),
            words: 0,
            fingerprint: None,
            is_whole: false,
        }
    }
}

/// Words that a practised reader takes in per minute.
pub const WORDS_PER_MINUTE: u32 = 230;

/// How long a text of so many words takes to read: whole minutes, rounded up; none for no text.
pub fn reading_minutes(words: u32) -> u32 {
    words.div_ceil(WORDS_PER_MINUTE)
}

/// In characters.
pub const LONGEST_SUMMARY: usize = 300;
/// Characters of text that stand in for a missing title.
const TITLE_FROM_TEXT: usize = 100;

/// The title to show: the entry's own, else the beginning of its text, else its address.
pub fn title_or_else(title: &str, text: &str, link: Option<&Address>) -> String {
    let title = title.trim();
    if !title.is_empty() {
        return title.to_owned();
    }
    let text = text.trim();
    if !text.is_empty() {
        return cut_at_word(text, TITLE_FROM_TEXT);
    }
    link.map_or_else(|| "(untitled)".to_owned(), Address::to_string)
}

/// The first `longest` characters of a text at most, cut after a whole word, with an ellipsis where
/// something is missing.
pub fn cut_at_word(text: &str, longest: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(longest) else { return text.to_owned() };
    let head = &text[..end];
    let cut = head.rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", head[..cut].trim_end_matches([' ', ',', ';', ':', '.', '-']))
}

/// An entry as the library keeps it, without its body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub story: StoryId,
    pub source: SourceId,
    /// Slug of the peer.
    pub peer: String,
    pub peer_name: String,
    pub link: Option<Address>,
    pub title: String,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub language: Option<Language>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub first_seen: Timestamp,
    /// The time that lists are ordered by, see [`ordered_at`].
    pub ordered: Timestamp,
    /// Whether it was already there when its source was first visited.
    pub backlog: bool,
    pub summary: String,
    pub words: u32,
    pub arrived: i64,
    pub changed: i64,
}

/// Where the undated entries of a backlog stand in lists: nobody can say that they are new.
pub const UNDATED: Timestamp = Timestamp::UNIX_EPOCH;

/// Where an entry stands in lists of the newest: by its publication for what was there before us
/// (a new source's backlog), by first sight for all that comes later, so that a late post with an
/// old date is not buried and a post with a date to come does not stay on top. An undated entry of a
/// backlog stands behind all others, at [`UNDATED`].
pub fn ordered_at(published: Option<Timestamp>, first_seen: Timestamp, backlog: bool) -> Timestamp {
    match published {
        Some(published) if backlog => published.min(first_seen),
        None if backlog => UNDATED,
        _ => first_seen,
    }
}

/// SHA-256, shortened to 128 bits, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

impl Digest {
    /// Of several parts, each with its length, so that `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let hash = hasher.finalize();
        let mut text = String::with_capacity(32);
        for byte in &hash[..16] {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(half)]));
            }
        }
        Self(text)
    }
}

/// 64-bit SimHash over runs of three words (Charikar 2002; Manku et al. 2007).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub i64);

/// Fewer words than this say too little to be compared by fingerprint.
const FEWEST_WORDS: usize = 48;
/// Words that a fingerprint is taken of at most: enough to tell posts apart, bounded in time.
const MOST_WORDS: usize = 600;

impl Fingerprint {
    /// `None` for a text of fewer than 48 words.
    pub fn of(text: &str) -> Option<Self> {
        let words: Vec<u64> = words_in(text).take(MOST_WORDS).map(hash_folded).collect();
        if words.len() < FEWEST_WORDS {
            return None;
        }
        let runs: Vec<u64> =
            words.windows(3).map(|run| mix(run[0] ^ mix(run[1] ^ mix(run[2])))).collect();
        let mut ones = [0_usize; 64];
        for hashes in runs.chunks(usize::from(u8::MAX)) {
            count_ones(hashes, &mut ones);
        }
        let half = runs.len() / 2;
        let bits = ones
            .iter()
            .enumerate()
            .fold(0_u64, |bits, (bit, count)| bits | (u64::from(*count > half) << bit));
        Some(Self(bits.cast_signed()))
    }

    /// Bits in which the two differ, 0–64. Of one text with small edits: a few; of two texts: about
    /// 32.
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

/// The bits of each byte, spread over the eight bytes of a word.
const SPREAD: [u64; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            spread[byte] |= ((byte as u64 >> bit) & 1) << (8 * bit);
            bit += 1;
        }
        byte += 1;
    }
    spread
};

/// Counts for each of the 64 places how many hashes have a one there, eight places at a time; at most
/// 255 hashes, so that no byte overflows.
fn count_ones(hashes: &[u64], ones: &mut [usize; 64]) {
    let mut lanes = [0_u64; 8];
    for hash in hashes {
        for (lane, byte) in lanes.iter_mut().zip(hash.to_le_bytes()) {
            *lane += SPREAD[usize::from(byte)];
        }
    }
    for (count, ones) in lanes.iter().flat_map(|lane| lane.to_le_bytes()).zip(ones) {
        *ones += usize::from(count);
    }
}

/// The words of a text; each letter of Chinese and Japanese is one, for they are not divided by spaces.
pub(super) fn words_in(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = &rest[run(rest, |byte| !byte.is_ascii_alphanumeric(), |it| !it.is_alphanumeric())..];
        let first = rest.chars().next()?;
        let is_inside = |letter: char| letter.is_alphanumeric() && !is_undivided(letter);
        let end = if is_undivided(first) {
            first.len_utf8()
        } else {
            run(rest, |byte| byte.is_ascii_alphanumeric(), is_inside)
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Length of the longest beginning of a text whose letters all pass; those of ASCII, which nearly
/// all are, are not decoded.
fn run(text: &str, ascii: impl Fn(u8) -> bool, other: impl Fn(char) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = if byte.is_ascii() {
            usize::from(ascii(byte))
        } else {
            text[at..].chars().next().filter(|it| other(*it)).map_or(0, char::len_utf8)
        };
        if length == 0 {
            return at;
        }
        at += length;
    }
    at
}

/// Of a script that is written without spaces: kana and Han.
fn is_undivided(letter: char) -> bool {
    letter >= '\u{3040}'
        && matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}')
}

/// FNV-1a over the lower-case letters.
pub(super) fn hash_folded(word: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in word.bytes() {
        hash = (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// The finaliser of MurmurHash3: every input bit reaches every output bit.
pub(super) fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(count: usize, seed: usize) -> String {
        let word = |it| format!("word{}", (it * 7 + seed * 131) % 997);
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_missing_title_is_taken_from_the_text_then_the_address() {
        let link = "https://example.com/p".parse().unwrap();
        assert_eq!(title_or_else(" Queues ", "text", None), "Queues");
        assert_eq!(title_or_else("", "Short text", None), "Short text");
        assert_eq!(title_or_else(" ", "", Some(&link)), "https://example.com/p");
        let long = "word ".repeat(60);
        let title = title_or_else("", &long, None);
        assert!(title.chars().count() <= TITLE_FROM_TEXT + 1 && title.ends_with("word…"));
    }

    #[test]
    fn small_edits_keep_fingerprints_close_and_other_texts_do_not() {
        let text = words(400, 1);
        let edited = text.replace("word50 ", "changed ");
        let of = |text: &str| Fingerprint::of(text).unwrap();
        assert!(of(&text).distance(of(&edited)) <= 8);
        assert!(of(&text).distance(of(&words(400, 2))) > 16);
        assert_eq!(Fingerprint::of("too short"), None);
    }

    #[test]
    fn a_backlog_is_ordered_by_publication_and_later_entries_by_first_sight() {
        let (old, now) =
            (Timestamp::from_second(1_000).unwrap(), Timestamp::from_second(9_000).unwrap());
        assert_eq!(ordered_at(Some(old), now, true), old);
        assert_eq!(ordered_at(Some(old), now, false), now);
        assert_eq!(ordered_at(None, now, true), UNDATED);
        assert_eq!(ordered_at(None, now, false), now);
        assert_eq!(ordered_at(Some(now), old, true), old);
    }

    #[test]
    fn digests_tell_where_parts_begin() {
        assert_ne!(Digest::of([&b"ab"[..], b"c"]), Digest::of([&b"a"[..], b"bc"]));
        assert_eq!(Digest::of([&b""[..]]).0.len(), 32);
    }
}
