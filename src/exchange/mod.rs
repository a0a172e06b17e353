//! Reading lists in and out: our own files, and those that Pocket, Instapaper, Wallabag, Readwise Reader and
//! browsers write. What a file is, is told by its content.

mod bookmarks;
mod fields;
mod json;
mod own;
mod tables;

use jiff::Timestamp;

pub use self::own::{csv, json};
use crate::domain::ListedReading;

/// What a file was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    OwnJson,
    OwnCsv,
    PocketHtml,
    PocketCsv,
    Instapaper,
    Wallabag,
    Readwise,
    Bookmarks,
}

impl ListFormat {
    pub const ALL: [Self; 8] = [
        Self::OwnJson,
        Self::OwnCsv,
        Self::PocketHtml,
        Self::PocketCsv,
        Self::Instapaper,
        Self::Wallabag,
        Self::Readwise,
        Self::Bookmarks,
    ];

    /// In the message catalogue: `list.format.WORD`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnJson => "own-json",
            Self::OwnCsv => "own-csv",
            Self::PocketHtml => "pocket-html",
            Self::PocketCsv => "pocket-csv",
            Self::Instapaper => "instapaper",
            Self::Wallabag => "wallabag",
            Self::Readwise => "readwise",
            Self::Bookmarks => "bookmarks",
        }
    }
}

/// A list as a file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    pub format: ListFormat,
    /// In the order in which they are to stand on a list: that of our own files, else what was added first
    /// stands first.
    pub readings: Vec<ListedReading>,
    /// What could not be read, in the order of the file.
    pub problems: Vec<LineProblem>,
}

/// Something in a file that could not be read; the rest of the file was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// Counted from 1.
    pub line: u64,
    pub reason: LineReason,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineReason {
    #[error("it has no address")]
    NoAddress,
    #[error("`{0}` is no address of a page on the web")]
    NotAnAddress(String),
    #[error("`{0}` is no time, so that it counts as added now")]
    NotATime(String),
    #[error("`{0}` is no tag, and was left out")]
    NotATag(String),
    /// Of a service that keeps feeds beside the list.
    #[error("it is a post of a feed, not of the list")]
    OnlyInAFeed,
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl LineReason {
    /// In the message catalogue: `list.problem.WORD`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NoAddress => "no-address",
            Self::NotAnAddress(_) => "not-an-address",
            Self::NotATime(_) => "not-a-time",
            Self::NotATag(_) => "not-a-tag",
            Self::OnlyInAFeed => "only-in-a-feed",
            Self::Unreadable(_) => "unreadable",
        }
    }

    /// What was found there.
    pub fn found(&self) -> &str {
        match self {
            Self::NoAddress | Self::OnlyInAFeed => "",
            Self::NotAnAddress(found)
            | Self::NotATime(found)
            | Self::NotATag(found)
            | Self::Unreadable(found) => found,
        }
    }
}

/// Nothing of the file can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListFileError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is an archive: unpack it, and import what is in it")]
    Archive,
    #[error(
        "the file is no list that is known: neither of Pocket, Instapaper, Wallabag or Readwise \
         Reader, nor bookmarks of a browser, nor a list exported from here"
    )]
    Unknown,
}

impl ListFileError {
    /// In the message catalogue: `list.file.WORD`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Archive => "archive",
            Self::Unknown => "unknown",
        }
    }
}

/// Reads a list, whatever wrote it. What has no time of its own counts as added now.
pub fn read_list(bytes: &[u8], now: Timestamp) -> Result<ListFile, ListFileError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(ListFileError::Archive);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let first = text.trim_start().chars().next().ok_or(ListFileError::Empty)?;
    let read = match first {
        '{' | '[' => json::read(&text, now),
        '<' => bookmarks::read(&text, now),
        _ => tables::read(&text, now),
    };
    let mut file = read.ok_or(ListFileError::Unknown)?;
    if !matches!(file.format, ListFormat::OwnJson | ListFormat::OwnCsv) {
        file.readings.sort_by_key(|it| it.added);
    }
    Ok(file)
}

impl ListFile {
    fn of(format: ListFormat) -> Self {
        Self { format, readings: Vec::new(), problems: Vec::new() }
    }

    fn complain(&mut self, line: u64, reason: LineReason) {
        self.problems.push(LineProblem { line, reason });
    }
}

/// The line of a place in a text, from 1 on; asked for from the beginning to the end.
struct Lines<'a> {
    text: &'a str,
    line: u64,
    at: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, line: 1, at: 0 }
    }

    fn line_at(&mut self, place: usize) -> u64 {
        let place = place.min(self.text.len());
        if place > self.at {
            let passed = &self.text.as_bytes()[self.at..place];
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.at = place;
        }
        self.line
    }
}

#[cfg(test)]
mod tests;
