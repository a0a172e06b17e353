//! Where a note leads: to other notes, to addresses of the reader's own, to words of an entry.

use std::{collections::BTreeSet, ops::Range};

use serde::{Deserialize, Serialize};

use super::{DraftError, LONGEST_CONTEXT, LONGEST_QUOTE, draft::plain_lines};
use crate::domain::{Address, EntryId, NoteId};

/// Of one note.
pub const MOST_LINKS: usize = 100;
/// In characters.
pub const LONGEST_LINK_TITLE: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "lowercase")]
pub enum NoteLink {
    /// Another note, which may be gone.
    Note { note: NoteId },
    /// A document of the reader's own: a design, a dashboard, a change.
    Address { title: String, address: Address },
    /// Words of an entry with their place, as a highlight has them. The note cites the entry.
    Quote(QuotedAt),
}

/// Words of an entry, and where they stand in its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedAt {
    pub entry: EntryId,
    pub quote: String,
    /// What stands right before it; may be empty.
    #[serde(default)]
    pub prefix: String,
    /// What stands right behind it; may be empty.
    #[serde(default)]
    pub suffix: String,
    /// Characters of the article's text before it, as far as it is known.
    #[serde(default)]
    pub start: u32,
}

impl NoteLink {
    /// As people write it: `[[12]]`, `note:12`, an address, or words and then an address.
    pub fn written(line: &str) -> Result<Self, DraftError> {
        let line = line.trim();
        if let Some(mention) = mentions(line).pop().filter(|it| it.range == (0..line.len())) {
            return Ok(Self::Note { note: mention.note });
        }
        let (title, address) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
        let refused = |_| DraftError::NotALink(line.chars().take(LONGEST_LINK_TITLE).collect());
        let address: Address = address.parse().map_err(refused)?;
        Self::Address { title: title.to_owned(), address }.checked()
    }

    /// The same way; `None` of a quote, which is more than a line.
    pub fn line(&self) -> Option<String> {
        match self {
            Self::Note { note } => Some(format!("[[{note}]]")),
            Self::Address { title, address } if title.is_empty() => Some(address.to_string()),
            Self::Address { title, address } => Some(format!("{title} {address}")),
            Self::Quote(_) => None,
        }
    }

    /// As it may be kept: within all bounds.
    pub fn checked(self) -> Result<Self, DraftError> {
        match self {
            Self::Note { .. } => Ok(self),
            Self::Address { title, address } => {
                let title =
                    title.split_whitespace().collect::<Vec<_>>().join(" ").replace('\0', "");
                DraftError::if_longer("the title of the link", &title, LONGEST_LINK_TITLE)?;
                Ok(Self::Address { title, address })
            }
            Self::Quote(it) => it.checked().map(Self::Quote),
        }
    }

    /// The entry that has to be cited with it.
    pub fn entry(&self) -> Option<EntryId> {
        match self {
            Self::Quote(it) => Some(it.entry),
            Self::Note { .. } | Self::Address { .. } => None,
        }
    }
}

impl QuotedAt {
    fn checked(self) -> Result<Self, DraftError> {
        let plain = |text: String| plain_lines(&text);
        let Self { entry, quote, prefix, suffix, start } = self;
        let (quote, prefix, suffix) = (plain(quote), plain(prefix), plain(suffix));
        DraftError::if_empty("the quote", &quote)?;
        DraftError::if_longer("the quote", &quote, LONGEST_QUOTE)?;
        DraftError::if_longer("the text before the quote", &prefix, LONGEST_CONTEXT)?;
        DraftError::if_longer("the text behind the quote", &suffix, LONGEST_CONTEXT)?;
        Ok(Self { entry, quote, prefix, suffix, start })
    }
}

/// A note that a text names: `[[12]]`, `[[12|the towers]]` or `note:12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub note: NoteId,
    /// Where in the text, in bytes.
    pub range: Range<usize>,
    /// What it is called there.
    pub label: Option<String>,
}

/// The notes that a text names, in their order.
pub fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = text[at..].find(['[', 'n']) {
        at += step;
        let mention = in_brackets(text, at).or_else(|| by_word(text, at));
        at = mention.as_ref().map_or(at + 1, |it| it.range.end);
        found.extend(mention);
    }
    found
}

/// All notes to which a text and its links lead, each once.
pub fn notes_named(text: &str, links: &[NoteLink]) -> BTreeSet<NoteId> {
    let linked = links.iter().filter_map(|it| match it {
        NoteLink::Note { note } => Some(*note),
        NoteLink::Address { .. } | NoteLink::Quote(_) => None,
    });
    mentions(text).into_iter().map(|it| it.note).chain(linked).collect()
}

fn in_brackets(text: &str, at: usize) -> Option<Mention> {
    let inner = text[at..].strip_prefix("[[")?;
    let end = inner.find("]]")?;
    let (number, label) = match inner[..end].split_once('|') {
        Some((number, label)) => (number, Some(label)),
        None => (&inner[..end], None),
    };
    let label = label.map(str::trim).filter(|it| !it.is_empty() && !it.contains(['[', ']', '\n']));
    let (note, range) = (numbered(number.trim())?, at..at + end + 4);
    Some(Mention { note, range, label: label.map(str::to_owned) })
}

fn by_word(text: &str, at: usize) -> Option<Mention> {
    const WORD: &str = "note:";
    let before = text[..at].chars().next_back();
    let is_apart = before.is_none_or(|it| !it.is_alphanumeric() && !"/:_-.#?=&".contains(it));
    let digits = text[at..].strip_prefix(WORD).filter(|_| is_apart)?;
    let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
    let is_whole = !digits[end..].starts_with(|it: char| it.is_alphanumeric() || it == '_');
    let note = numbered(&digits[..end]).filter(|_| is_whole)?;
    Some(Mention { note, range: at..at + WORD.len() + end, label: None })
}

fn numbered(digits: &str) -> Option<NoteId> {
    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    digits.parse().ok().filter(|it| is_number && *it > 0).map(NoteId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_named_in_two_ways() {
        let text = "See [[12]], [[ 3 | the towers ]] and note:7. Not footnote:8, [[x]], [[0]], \
                    note:9a, https://x.example/note:4 or [12]; [[5";
        let found: Vec<(i64, Option<String>)> =
            mentions(text).into_iter().map(|it| (it.note.0, it.label)).collect();
        assert_eq!(found, [(12, None), (3, Some("the towers".into())), (7, None)]);
        for it in mentions(text) {
            assert!(text[it.range].contains(&it.note.0.to_string()));
        }
    }

    #[test]
    fn a_note_names_each_other_note_once() {
        let links = [NoteLink::Note { note: NoteId(12) }, NoteLink::Note { note: NoteId(2) }];
        let named = notes_named("[[12]] note:12", &links);
        assert_eq!(named, BTreeSet::from([NoteId(2), NoteId(12)]));
    }

    #[test]
    fn links_are_written_as_what_they_lead_to() {
        let links = vec![
            NoteLink::Note { note: NoteId(2) },
            NoteLink::Address {
                title: "Design".into(),
                address: "https://wiki.example/d".parse().unwrap(),
            },
            NoteLink::Quote(QuotedAt {
                entry: EntryId(4),
                quote: "q".into(),
                prefix: String::new(),
                suffix: "s".into(),
                start: 9,
            }),
        ];
        let written = serde_json::to_string(&links).unwrap();
        assert!(written.starts_with(r#"[{"to":"note","note":2},{"to":"address","title":"Design""#));
        assert_eq!(serde_json::from_str::<Vec<NoteLink>>(&written).unwrap(), links);
        let short = r#"{"to":"quote","entry":4,"quote":" "}"#;
        let short: NoteLink = serde_json::from_str(short).unwrap();
        assert_eq!(short.checked(), Err(DraftError::Empty("the quote")));
    }

    #[test]
    fn a_link_is_read_as_people_write_it() {
        for line in ["[[12]]", "https://wiki.example/d", "Design of towers https://wiki.example/d"]
        {
            assert_eq!(NoteLink::written(line).unwrap().line().as_deref(), Some(line));
        }
        assert_eq!(NoteLink::written("note:7"), Ok(NoteLink::Note { note: NoteId(7) }));
        for wrong in ["", "nowhere", "12", "see [[12]]", "javascript:x"] {
            assert!(matches!(NoteLink::written(wrong), Err(DraftError::NotALink(_))), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_through(text in "([\\[\\]|n0-9é ]|note:){0,40}") {
            for it in mentions(&text) {
                assert!(text.get(it.range).is_some());
            }
        }
    }
}
