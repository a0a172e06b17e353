//! A TOML text with all of its syntax errors, and the lines that offsets in it stand on.

use std::path::Path;

use toml_edit::{Document, TomlError};

use super::{Mistake, Mistakes, Place, SelectorCheck, Warning};

/// A text that is damaged in more places is not a feeds file.
const MOST_SYNTAX_ERRORS: usize = 20;

/// What is found wrong while reading one file.
pub(super) struct Findings<'a> {
    pub(super) text: &'a str,
    file: &'a Path,
    line_starts: Vec<usize>,
    mistakes: Vec<Mistake>,
    warnings: Vec<Warning>,
    /// Lines had to be left out, so what is missing may stand on one of them.
    partial: bool,
    pub(super) selector_mistake: SelectorCheck,
}

impl<'a> Findings<'a> {
    pub(super) fn new(text: &'a str, file: &'a Path) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after).collect();
        Self {
            text,
            file,
            line_starts,
            mistakes: Vec::new(),
            warnings: Vec::new(),
            partial: false,
            selector_mistake: |_| None,
        }
    }

    /// Line of a byte offset, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).max(1)
    }

    pub(super) fn mistake(&mut self, offset: usize, key: String, found: String, expected: &str) {
        let place = Some(self.place(offset));
        self.mistakes.push(Mistake { place, key, found, expected: expected.to_owned() });
    }

    /// A key that has to be there and is not.
    pub(super) fn missing(&mut self, offset: usize, key: String, expected: &str) {
        if !self.partial {
            self.mistake(offset, key, "nothing".into(), expected);
        }
    }

    pub(super) fn warn(&mut self, offset: usize, key: String, message: String) {
        let place = Some(self.place(offset));
        self.warnings.push(Warning { place, key, message });
    }

    /// The warnings, unless there are mistakes.
    pub(super) fn into_result(mut self) -> Result<Vec<Warning>, Mistakes> {
        let line = |place: &Option<Place>| place.as_ref().map_or(0, |it| it.line);
        if self.mistakes.is_empty() {
            self.warnings.sort_by_key(|it| line(&it.place));
            return Ok(self.warnings);
        }
        self.mistakes.sort_by_key(|it| line(&it.place));
        Err(Mistakes(self.mistakes))
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.line(offset);
        let start = self.line_starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or_default();
        Place { file: self.file.to_owned(), line, column: before.chars().count() + 1 }
    }

    /// Start and end of the line that an offset stands on, without its line break.
    fn line_range(&self, offset: usize) -> std::ops::Range<usize> {
        let line = self.line(offset.min(self.text.len()));
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        self.line_starts[line - 1]..end
    }
}

/// Parses the text. A line with a syntax error is told and left out, so that one slip does not
/// hide the mistakes behind it; offsets in the document are those of the text. `None` when there
/// are too many of them.
pub(super) fn parse(findings: &mut Findings<'_>) -> Option<Document<String>> {
    let mut text = findings.text.to_owned();
    let mut told_line = 0;
    for _ in 0..MOST_SYNTAX_ERRORS {
        let error = match Document::parse(text.clone()) {
            Ok(document) => return Some(document),
            Err(error) => error,
        };
        let offset = error.span().map_or(text.len(), |span| span.start.min(text.len()));
        let line = findings.line(offset);
        let is_next = told_line > 0 && line <= told_line + 1;
        if error.message().starts_with("unclosed") {
            // What was told of the lines behind it came of that.
            findings.mistakes.retain(|it| it.place.as_ref().is_some_and(|it| it.line <= line));
        }
        let is_news = !is_next || !is_aftermath(&text[findings.line_range(offset)]);
        if is_news || findings.mistakes.is_empty() {
            tell(findings, offset, &error);
        }
        told_line = line;
        findings.partial = true;
        let range = findings.line_range(offset);
        if text[range.clone()].trim().is_empty() {
            break;
        }
        text.replace_range(range.clone(), &" ".repeat(range.len()));
    }
    None
}

/// Whether a line right behind a broken one is wrong only because of that: it is sound by itself,
/// or goes on with an array or a string that lost its beginning.
fn is_aftermath(line: &str) -> bool {
    line.trim_start().starts_with(['"', '\'', ']', '}']) || Document::parse(line).is_ok()
}

fn tell(findings: &mut Findings<'_>, offset: usize, error: &TomlError) {
    let written = findings.text[findings.line_range(offset)].trim();
    let found = if written.is_empty() { "the end".into() } else { shown(written) };
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    let (problem, expected) = message.split_once(", expected ").unwrap_or((&message, "valid TOML"));
    findings.mistake(offset, String::new(), found, &format!("{expected} ({problem})"));
}

/// A piece of a file as a message shows it: in backticks, one line, not too long.
pub(super) fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line.replace(|letter: char| letter.is_control(), "\u{fffd}");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", &line[..end]),
        None if line.len() < text.len() => format!("`{line} …`"),
        None => format!("`{line}`"),
    }
}
