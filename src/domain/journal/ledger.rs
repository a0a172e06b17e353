//! The journal's ledger: all that notes ever said, chained by hash, so that its order can be shown
//! and nobody changes a word of it unseen. `docs/journal.md` says what that proves.

use std::{collections::BTreeMap, fmt, fmt::Write as _, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::NoteId;

/// SHA-256, in 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LedgerHash([u8; 32]);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a hash of the ledger: write its 64 hexadecimal digits")]
pub struct LedgerHashError(String);

impl LedgerHash {
    /// What the first line of every ledger follows.
    pub const BEGINNING: Self = Self([0; 32]);
    /// Digits that stand for a head where there is little room: 80 bits, which nobody hits by trying.
    pub const SHORT: usize = 20;

    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Its first digits, as issues of the digest print them.
    pub fn short(self) -> String {
        let mut digits = self.to_string();
        digits.truncate(Self::SHORT);
        digits
    }
}

impl fmt::Display for LedgerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LedgerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LedgerHash {
    type Err = LedgerHashError;

    fn from_str(text: &str) -> Result<Self, LedgerHashError> {
        let refused = || LedgerHashError(text.chars().take(80).collect());
        if text.len() != 64 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(refused());
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| refused())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for LedgerHash {
    type Error = LedgerHashError;

    fn try_from(text: String) -> Result<Self, LedgerHashError> {
        text.parse()
    }
}

impl From<LedgerHash> for String {
    fn from(hash: LedgerHash) -> Self {
        hash.to_string()
    }
}

/// What happened to a note. The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerEvent {
    Made,
    Changed,
    /// Its texts are gone, and these lines are what is left.
    Deleted,
    /// It was written where no ledger knew of it, in an older version or on another machine; the
    /// time is the one that it came with.
    Entered,
}

impl LedgerEvent {
    pub const ALL: [Self; 4] = [Self::Made, Self::Changed, Self::Deleted, Self::Entered];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Entered => "entered",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// One line of a reader's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerLine {
    /// From 1 on, without a gap.
    pub number: u64,
    pub note: NoteId,
    pub revision: u32,
    pub at: Timestamp,
    pub event: LedgerEvent,
    /// Of what the revision says; `None` for a deletion.
    pub content: Option<LedgerHash>,
    /// Of all that and of the line before.
    pub hash: LedgerHash,
}

/// What a line says of a note, before it has its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerFact {
    pub note: NoteId,
    pub revision: u32,
    pub at: Timestamp,
    pub event: LedgerEvent,
    pub content: Option<LedgerHash>,
}

/// Where a ledger ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHead {
    /// Lines up to there.
    pub number: u64,
    pub hash: LedgerHash,
}

impl LedgerHead {
    pub const BEGINNING: Self = Self { number: 0, hash: LedgerHash::BEGINNING };
}

impl LedgerLine {
    /// The line that says this behind the head.
    pub fn after(head: LedgerHead, fact: LedgerFact) -> Self {
        let LedgerFact { note, revision, at, event, content } = fact;
        let number = head.number + 1;
        let hash = LedgerHash::BEGINNING;
        let mut line = Self { number, note, revision, at, event, content, hash };
        line.hash = line.hash_after(head.hash);
        line
    }

    pub fn head(&self) -> LedgerHead {
        LedgerHead { number: self.number, hash: self.hash }
    }

    /// Of eight lines of text, so that it can be told again with `sha256sum`.
    fn hash_after(&self, before: LedgerHash) -> LedgerHash {
        let content = self.content.map_or_else(|| "-".to_owned(), |it| it.to_string());
        let mut text = String::from("peerscope journal ledger 1\n");
        let (note, revision, at) = (self.note, self.revision, self.at.as_millisecond());
        let event = self.event.as_str();
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "{before}\n{}\n{note}\n{revision}\n{at}\n{event}\n{content}\n",
            self.number
        );
        LedgerHash::of(text.as_bytes())
    }
}

/// What the notes say now and said before, by note and revision.
pub type PresentContents = BTreeMap<(NoteId, u32), LedgerHash>;

/// What came of walking a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerCheck {
    pub lines: u64,
    /// Revisions of notes that are there, the present ones among them.
    pub revisions: u64,
    /// Notes of which only hashes are left.
    pub deleted: u64,
    /// `None` where nothing was ever written.
    pub head: Option<LedgerHead>,
    /// The first place where it does not hold; `None` for a sound ledger.
    pub first_break: Option<LedgerBreak>,
}

/// Where a ledger and a journal part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerBreak {
    /// Of the line; `None` where a revision has none.
    pub number: Option<u64>,
    pub note: NoteId,
    pub revision: u32,
    /// When the line says that it happened.
    pub at: Option<Timestamp>,
    pub what: BreakKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BreakKind {
    /// A line before this one is missing.
    Gap,
    /// The line was changed, or the one before it.
    Chain,
    /// The note says something else than it did then.
    Text,
    /// The note is gone, and no line says that it was deleted.
    Lost,
    /// A revision is there of which no line knows.
    Unknown,
}

impl BreakKind {
    pub const ALL: [Self; 5] = [Self::Gap, Self::Chain, Self::Text, Self::Lost, Self::Unknown];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Chain => "chain",
            Self::Text => "text",
            Self::Lost => "lost",
            Self::Unknown => "unknown",
        }
    }
}

/// Walks the lines in their order, then sets them against what the notes say.
pub fn check_ledger(lines: &[LedgerLine], present: &PresentContents) -> LedgerCheck {
    let chain = first_break_of_chain(lines);
    let standing = standing(lines);
    let (kept, deleted) = standing;
    let texts = kept.values().copied().filter_map(|line| break_of_text(line, present));
    let texts = texts.min_by_key(|it| it.number);
    let unknown = present.keys().find(|it| !kept.contains_key(it));
    let unknown = unknown.map(|(note, revision)| LedgerBreak {
        number: None,
        note: *note,
        revision: *revision,
        at: None,
        what: BreakKind::Unknown,
    });
    let first = [chain, texts].into_iter().flatten().min_by_key(|it| it.number);
    LedgerCheck {
        lines: lines.len() as u64,
        revisions: present.len() as u64,
        deleted,
        head: lines.last().map(LedgerLine::head),
        first_break: first.or(unknown),
    }
}

/// Whether the lines follow each other from the beginning.
pub fn is_chained(lines: &[LedgerLine]) -> bool {
    first_break_of_chain(lines).is_none()
}

fn first_break_of_chain(lines: &[LedgerLine]) -> Option<LedgerBreak> {
    let mut head = LedgerHead::BEGINNING;
    for line in lines {
        if line.number != head.number + 1 {
            return Some(line.breaks(BreakKind::Gap));
        }
        if line.hash != line.hash_after(head.hash) {
            return Some(line.breaks(BreakKind::Chain));
        }
        head = line.head();
    }
    None
}

/// The line that counts for each revision that was not deleted, and how many notes were.
fn standing(lines: &[LedgerLine]) -> (BTreeMap<(NoteId, u32), &LedgerLine>, u64) {
    let mut kept: BTreeMap<(NoteId, u32), &LedgerLine> = BTreeMap::new();
    let mut deleted = std::collections::BTreeSet::new();
    for line in lines {
        if line.event == LedgerEvent::Deleted {
            kept.retain(|(note, _), _| *note != line.note);
            deleted.insert(line.note);
        } else {
            deleted.remove(&line.note);
            kept.insert((line.note, line.revision), line);
        }
    }
    (kept, deleted.len() as u64)
}

fn break_of_text(line: &LedgerLine, present: &PresentContents) -> Option<LedgerBreak> {
    match present.get(&(line.note, line.revision)) {
        None => Some(line.breaks(BreakKind::Lost)),
        Some(found) if Some(*found) != line.content => Some(line.breaks(BreakKind::Text)),
        Some(_) => None,
    }
}

impl LedgerLine {
    fn breaks(&self, what: BreakKind) -> LedgerBreak {
        let (note, revision) = (self.note, self.revision);
        LedgerBreak { number: Some(self.number), note, revision, at: Some(self.at), what }
    }
}

impl LedgerCheck {
    pub fn is_sound(&self) -> bool {
        self.first_break.is_none()
    }
}

/// Fewer digits are hit by chance.
pub const FEWEST_HEAD_DIGITS: usize = 16;

/// The digits of a head as someone copied it from an issue: in any case, with the ellipsis behind it.
pub fn head_digits(written: &str) -> Option<String> {
    let digits = written.trim().trim_end_matches(['…', '.']).to_ascii_lowercase();
    let is_one = (FEWEST_HEAD_DIGITS..=64).contains(&digits.len())
        && digits.bytes().all(|it| it.is_ascii_hexdigit());
    is_one.then_some(digits)
}

/// The line whose hash begins so.
pub fn line_with_head<'a>(lines: &'a [LedgerLine], digits: &str) -> Option<&'a LedgerLine> {
    lines.iter().find(|it| it.hash.to_string().starts_with(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn fact(note: i64, revision: u32, event: LedgerEvent, text: &str) -> LedgerFact {
        let content = (event != LedgerEvent::Deleted).then(|| LedgerHash::of(text.as_bytes()));
        LedgerFact { note: NoteId(note), revision, at: at(i64::from(revision)), event, content }
    }

    fn ledger(facts: &[LedgerFact]) -> Vec<LedgerLine> {
        let mut head = LedgerHead::BEGINNING;
        let line = |fact: &LedgerFact| {
            let line = LedgerLine::after(head, *fact);
            head = line.head();
            line
        };
        facts.iter().map(line).collect()
    }

    /// Two notes; the first was changed, the second deleted.
    fn example() -> (Vec<LedgerLine>, PresentContents) {
        use LedgerEvent::{Changed, Deleted, Made};
        let lines = ledger(&[
            fact(1, 1, Made, "one"),
            fact(2, 1, Made, "two"),
            fact(1, 2, Changed, "one, again"),
            fact(2, 1, Deleted, ""),
        ]);
        let present = [((NoteId(1), 1), "one"), ((NoteId(1), 2), "one, again")];
        (lines, present.map(|(key, text)| (key, LedgerHash::of(text.as_bytes()))).into())
    }

    fn broken(lines: &[LedgerLine], present: &PresentContents) -> Option<(Option<u64>, BreakKind)> {
        check_ledger(lines, present).first_break.map(|it| (it.number, it.what))
    }

    #[test]
    fn a_ledger_holds_while_nothing_is_touched() {
        let (lines, present) = example();
        let check = check_ledger(&lines, &present);
        assert!(check.is_sound());
        assert_eq!((check.lines, check.revisions, check.deleted), (4, 2, 1));
        assert_eq!(check.head, Some(lines[3].head()));
        assert!(check_ledger(&[], &PresentContents::new()).is_sound());
    }

    #[test]
    fn the_first_line_is_hashed_as_the_manual_says() {
        let (lines, _) = example();
        let content = LedgerHash::of(b"one");
        let text = format!(
            "peerscope journal ledger 1\n{}\n1\n1\n1\n1000\nmade\n{content}\n",
            "0".repeat(64)
        );
        assert_eq!(lines[0].hash, LedgerHash::of(text.as_bytes()));
    }

    #[test]
    fn whatever_is_changed_behind_its_back_is_found_at_its_first_line() {
        let (lines, present) = example();
        for (at, line) in lines.iter().enumerate() {
            let number = line.number;
            let mut touched = lines.clone();
            touched[at].note = NoteId(9);
            // A note whose deletion is told of another one is missing from where it was made on.
            let found = broken(&touched, &present);
            assert!(found.is_some_and(|it| it.0 <= Some(number)), "{found:?}");
            let mut touched = lines.clone();
            touched[at].at = super::tests::at(77);
            assert_eq!(broken(&touched, &present), Some((Some(number), BreakKind::Chain)));
        }
        let mut cut = lines.clone();
        cut.remove(1);
        assert_eq!(broken(&cut, &present), Some((Some(3), BreakKind::Gap)));
        let mut said = present.clone();
        said.insert((NoteId(1), 1), LedgerHash::of(b"something else"));
        assert_eq!(broken(&lines, &said), Some((Some(1), BreakKind::Text)));
        let mut lost = present.clone();
        lost.remove(&(NoteId(1), 2));
        assert_eq!(broken(&lines, &lost), Some((Some(3), BreakKind::Lost)));
        let mut more = present.clone();
        more.insert((NoteId(2), 1), LedgerHash::of(b"two"));
        assert_eq!(broken(&lines, &more), Some((None, BreakKind::Unknown)), "it was deleted");
    }

    #[test]
    fn a_whole_ledger_made_anew_differs_in_its_head() {
        let (lines, _) = example();
        let mut facts = [fact(1, 1, LedgerEvent::Made, "one")];
        facts[0].at = at(2);
        let other = ledger(&facts);
        assert!(is_chained(&other));
        assert!(line_with_head(&other, &lines[0].hash.short()).is_none());
    }

    #[test]
    fn a_head_is_known_again_as_it_was_printed() {
        let (lines, _) = example();
        let printed = format!(" {}…", lines[2].hash.short().to_uppercase());
        let digits = head_digits(&printed).unwrap();
        assert_eq!(line_with_head(&lines, &digits).map(|it| it.number), Some(3));
        for wrong in ["", "3f9a", &"g".repeat(20), &"a".repeat(65)] {
            assert_eq!(head_digits(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = LedgerHash::of(b"x");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("abc".parse::<LedgerHash>().is_err());
        for it in LedgerEvent::ALL {
            assert_eq!(LedgerEvent::from_word(it.as_str()), Some(it));
        }
    }
}
