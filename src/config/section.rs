//! Takes typed values out of one table and tells what is wrong with the others.

use std::time::Duration;

use toml_edit::{Item, TableLike, Value};

use super::{
    document::{Findings, shown},
    duration,
    error::suggestion,
    spelling::nearest,
};
use crate::domain::Slug;

/// One table of the file, with the path that leads to it.
pub(super) struct Section<'d> {
    table: &'d dyn TableLike,
    /// `peer[3].source[0]`; empty for the file itself.
    pub(super) path: String,
    /// Where the table begins in the text.
    pub(super) offset: usize,
}

/// A string with its place.
pub(super) struct Text<'d> {
    pub(super) text: &'d str,
    pub(super) offset: usize,
}

const A_DURATION: &str = "a duration like \"1h\" or \"30m\"";

impl<'d> Section<'d> {
    pub(super) fn new(table: &'d dyn TableLike, path: String, offset: usize) -> Self {
        Self { table, path, offset }
    }

    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn is_empty_array(&self, key: &str) -> bool {
        self.table.get(key).and_then(Item::as_array).is_some_and(toml_edit::Array::is_empty)
    }

    /// Where a key stands.
    pub(super) fn offset_of(&self, key: &str) -> usize {
        let key = self.table.key(key).and_then(toml_edit::Key::span);
        key.map_or(self.offset, |span| span.start)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&'d str, &'d Item)> {
        self.table.iter()
    }

    /// Warns of every key that nobody reads.
    pub(super) fn warn_of_unknown_keys(&self, known: &[&str], findings: &mut Findings<'_>) {
        for (key, _) in self.table.iter().filter(|(key, _)| !known.contains(key)) {
            let hint = suggestion(nearest(key, known.iter().copied()));
            let message = format!("nothing reads this key{hint}");
            findings.warn(self.offset_of(key), self.key(key), message);
        }
    }

    /// Tells that the value of a key is not what was expected.
    pub(super) fn refuse(&self, key: &str, expected: &str, findings: &mut Findings<'_>) {
        let Some(item) = self.table.get(key) else {
            return findings.missing(self.offset, self.key(key), expected);
        };
        let found = written(item, findings.text);
        findings.mistake(self.offset_of(key), self.key(key), found, expected);
    }

    /// A string that is not blank.
    pub(super) fn text(&self, key: &str, findings: &mut Findings<'_>) -> Option<Text<'d>> {
        let item = self.table.get(key)?;
        let text = item.as_str().map(str::trim).filter(|it| !it.is_empty());
        if text.is_none() {
            self.refuse(key, "a text in quotes", findings);
        }
        text.map(|text| Text { text, offset: self.offset_of(key) })
    }

    /// Strings, from an array or from one text that lists them with commas.
    pub(super) fn list(&self, key: &str, findings: &mut Findings<'_>) -> Vec<Text<'d>> {
        let all = self.texts(key, findings);
        let parts = all.iter().flat_map(|it| {
            let array = self.table.get(key).is_some_and(Item::is_array);
            let parts: Vec<&'d str> =
                if array { vec![it.text] } else { it.text.split(',').map(str::trim).collect() };
            parts.into_iter().map(|text| Text { text, offset: it.offset })
        });
        parts.filter(|it| !it.text.is_empty()).collect()
    }

    /// Strings, from an array or from a single text taken as a whole.
    pub(super) fn texts(&self, key: &str, findings: &mut Findings<'_>) -> Vec<Text<'d>> {
        let Some(item) = self.table.get(key) else { return Vec::new() };
        let Some(array) = item.as_array() else {
            return self.text(key, findings).into_iter().collect();
        };
        let mut texts = Vec::with_capacity(array.len());
        for (at, value) in array.iter().enumerate() {
            let offset = value.span().map_or(self.offset, |span| span.start);
            match value.as_str().map(str::trim) {
                Some(text) if !text.is_empty() => texts.push(Text { text, offset }),
                _ => {
                    let found = written_value(value, findings.text);
                    let key = format!("{}[{at}]", self.key(key));
                    findings.mistake(offset, key, found, "a text in quotes");
                }
            }
        }
        texts
    }

    pub(super) fn slugs(&self, key: &str, findings: &mut Findings<'_>) -> Vec<(Slug, usize)> {
        let mut slugs: Vec<(Slug, usize)> = Vec::new();
        for Text { text, offset } in self.list(key, findings) {
            match text.parse::<Slug>() {
                Ok(slug) if slugs.iter().all(|(it, _)| *it != slug) => slugs.push((slug, offset)),
                Ok(_) => {}
                Err(_) => {
                    let hint = Slug::of(text).map_or("food-delivery".into(), String::from);
                    let expected = format!("a slug like \"{hint}\"");
                    findings.mistake(offset, self.key(key), format!("\"{text}\""), &expected);
                }
            }
        }
        slugs
    }

    pub(super) fn duration(&self, key: &str, findings: &mut Findings<'_>) -> Option<Duration> {
        let item = self.table.get(key)?;
        let duration = item.as_str().and_then(duration::parse);
        if duration.is_none() {
            self.refuse(key, A_DURATION, findings);
        }
        duration
    }

    /// A whole number between 1 and `most`.
    pub(super) fn count(&self, key: &str, most: u32, findings: &mut Findings<'_>) -> Option<u32> {
        let item = self.table.get(key)?;
        let count = item.as_integer().and_then(|it| u32::try_from(it).ok());
        let count = count.filter(|it| (1..=most).contains(it));
        if count.is_none() {
            self.refuse(key, &format!("a whole number from 1 to {most}"), findings);
        }
        count
    }

    /// A table by name; tells when something else stands there.
    pub(super) fn table(&self, key: &str, findings: &mut Findings<'_>) -> Option<Self> {
        let item = self.table.get(key)?;
        let table = item.as_table_like();
        if table.is_none() {
            self.refuse(key, &format!("a table `[{}]`", self.key(key)), findings);
        }
        let offset = item.span().map_or_else(|| self.offset_of(key), |span| span.start);
        table.map(|table| Self::new(table, self.key(key), offset))
    }

    /// The tables of `[[key]]`, or of an array of inline tables.
    pub(super) fn tables(&self, key: &str, findings: &mut Findings<'_>) -> Vec<Self> {
        let path = |at: usize| format!("{}[{at}]", self.key(key));
        let start = |span: Option<std::ops::Range<usize>>| span.map_or(self.offset, |it| it.start);
        match self.table.get(key) {
            None => Vec::new(),
            Some(Item::ArrayOfTables(tables)) => {
                let tables = tables.iter().enumerate();
                tables.map(|(at, it)| Self::new(it, path(at), start(it.span()))).collect()
            }
            Some(Item::Value(Value::Array(array))) => {
                let mut sections = Vec::with_capacity(array.len());
                for (at, value) in array.iter().enumerate() {
                    let offset = start(value.span());
                    if let Some(table) = value.as_inline_table() {
                        sections.push(Self::new(table, path(at), offset));
                    } else {
                        let found = written_value(value, findings.text);
                        findings.mistake(offset, path(at), found, "a table in braces");
                    }
                }
                sections
            }
            Some(_) => {
                self.refuse(key, &format!("tables `[[{}]]`", self.name_of(key)), findings);
                Vec::new()
            }
        }
    }

    /// The header's name of a key: `peer.source` for `peer[3].source`.
    fn name_of(&self, key: &str) -> String {
        let name = self.key(key);
        let mut depth = 0;
        name.chars()
            .filter(|letter| {
                depth += i32::from(*letter == '[');
                let kept = depth == 0;
                depth -= i32::from(*letter == ']');
                kept
            })
            .collect()
    }
}

/// How the file writes an item.
fn written(item: &Item, text: &str) -> String {
    match item {
        Item::Value(value) => written_value(value, text),
        Item::ArrayOfTables(_) => "an array of tables".into(),
        Item::Table(_) => "a table".into(),
        Item::None => "nothing".into(),
    }
}

fn written_value(value: &Value, text: &str) -> String {
    let written = value.span().and_then(|span| text.get(span)).unwrap_or_default();
    let shown = shown(written);
    // A text already stands in its own quotes.
    if written.starts_with('"') && !written.starts_with("\"\"\"") {
        return shown.trim_matches('`').to_owned();
    }
    shown
}
