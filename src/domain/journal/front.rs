//! Front matter of a note's page: what stands around its text, as YAML that Obsidian shows and lets one
//! change. It is written in one plain form, and read in any that YAML allows.

use std::{fmt, fmt::Write as _};

use jiff::{Timestamp, civil::Date};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::domain::{Address, IdeaState, NoteType};

/// As read; whatever is not there is left open.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Front {
    pub(super) id: Option<i64>,
    pub(super) r#type: Option<NoteType>,
    pub(super) title: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) made: Option<Timestamp>,
    pub(super) changed: Option<Timestamp>,
    pub(super) revision: Option<u32>,
    #[serde(default, deserialize_with = "words")]
    pub(super) tags: Vec<String>,
    #[serde(default, deserialize_with = "words")]
    pub(super) competencies: Vec<String>,
    pub(super) state: Option<IdeaState>,
    pub(super) owner: Option<String>,
    pub(super) effort: Option<String>,
    pub(super) outcome: Option<String>,
    pub(super) hypothesis: Option<String>,
    pub(super) cites: Option<Vec<FrontCite>>,
    pub(super) links: Option<Vec<FrontLink>>,
    #[serde(default, deserialize_with = "words")]
    pub(super) path: Vec<String>,
}

/// Of all keys that a page may have.
const KEYS: [&str; 17] = [
    "id",
    "type",
    "title",
    "date",
    "made",
    "changed",
    "revision",
    "tags",
    "competencies",
    "state",
    "owner",
    "effort",
    "outcome",
    "hypothesis",
    "cites",
    "links",
    "path",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontCite {
    pub(super) title: Option<String>,
    pub(super) address: Option<Address>,
    pub(super) peer: Option<String>,
    pub(super) published: Option<Timestamp>,
}

/// Of a note, an address or a quote, by what it has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontLink {
    pub(super) note: Option<String>,
    pub(super) title: Option<String>,
    pub(super) address: Option<Address>,
    pub(super) quote: Option<String>,
    /// Which of the cites, from 1 on.
    pub(super) of: Option<usize>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) start: Option<u32>,
}

/// What is wrong with it, and in which of its lines, from 1 on.
pub(super) struct Mistake {
    pub(super) line: usize,
    pub(super) said: String,
}

impl Front {
    /// With the keys that it has besides, which nothing here keeps.
    pub(super) fn read(yaml: &str) -> Result<(Self, Vec<String>), Mistake> {
        if yaml.lines().all(|it| it.trim().is_empty()) {
            return Ok((Self::default(), Vec::new()));
        }
        let front: Self = serde_saphyr::from_str(yaml).map_err(|error| mistake(&error))?;
        let Keys(keys) = serde_saphyr::from_str(yaml).map_err(|error| mistake(&error))?;
        let foreign = keys.into_iter().filter(|it| !KEYS.contains(&it.as_str()));
        Ok((front, foreign.collect()))
    }
}

/// Of any map, its keys.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap;
        impl<'de> Visitor<'de> for OfMap {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("keys with values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(OfMap)
    }
}

fn mistake(error: &serde_saphyr::Error) -> Mistake {
    let line = error.location().map_or(1, |it| usize::try_from(it.line()).unwrap_or(1));
    let said = error.without_snippet().to_string();
    Mistake { line: line.max(1), said: said.lines().next().unwrap_or_default().to_owned() }
}

/// A list of words, also where it is one word.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Words;
    impl<'de> Visitor<'de> for Words {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of words")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_str<E>(self, word: &str) -> Result<Self::Value, E> {
            let words = word.split(',').map(|it| it.trim().to_owned());
            Ok(words.filter(|it| !it.is_empty()).collect())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut words = Vec::new();
            while let Some(word) = list.next_element::<Option<String>>()? {
                words.extend(word);
            }
            Ok(words)
        }
    }
    deserializer.deserialize_any(Words)
}

/// Lines of YAML in the plain form.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Of a value that is plain in itself: a number, a day, one of our words.
    pub(super) fn plain(&mut self, key: &str, value: impl fmt::Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{key}: {value}");
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.plain(key, quoted(value));
    }

    pub(super) fn text_if_any(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.text(key, value);
        }
    }

    pub(super) fn list<'a>(&mut self, key: &str, words: impl IntoIterator<Item = &'a str>) {
        let mut words = words.into_iter().peekable();
        if words.peek().is_some() {
            let _ = writeln!(self.0, "{key}:");
        }
        for word in words {
            let word = if is_plain(word) { word.to_owned() } else { quoted(word) };
            let _ = writeln!(self.0, "  - {word}");
        }
    }

    /// A list of things, each with keys and values that are YAML already.
    pub(super) fn things(&mut self, key: &str, things: &[Vec<(&str, String)>]) {
        if !things.is_empty() {
            let _ = writeln!(self.0, "{key}:");
        }
        for thing in things {
            for (at, (key, value)) in thing.iter().enumerate() {
                let begin = if at == 0 { "  - " } else { "    " };
                let _ = writeln!(self.0, "{begin}{key}: {value}");
            }
        }
    }
}

/// Between quotation marks, on one line: what JSON allows there YAML reads as the same, and what is no
/// printable letter of YAML (1.2.2 §5.1) or breaks a line in older versions of it is escaped.
pub(super) fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    let mut quoted = String::with_capacity(json.len());
    for letter in json.chars() {
        let is_odd = matches!(letter, '\u{7f}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
            || matches!(letter, '\u{fffe}' | '\u{ffff}');
        if is_odd {
            let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
        } else {
            quoted.push(letter);
        }
    }
    quoted
}

/// Whether a word means itself without quotation marks, to every reader of YAML.
fn is_plain(word: &str) -> bool {
    const OTHERWISE: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let begins = word.starts_with(|it: char| it.is_ascii_lowercase());
    let is_word = word
        .bytes()
        .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"- ".contains(&it));
    begins && is_word && !word.ends_with(' ') && !OTHERWISE.contains(&word)
}
