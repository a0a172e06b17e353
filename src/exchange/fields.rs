//! What the fields of lists say, in the manners of those who write them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{LineReason, ListFile};
use crate::domain::{Address, ListedReading, ReadingState, Tag, dates::read_date};

/// Characters of something odd that are repeated.
const LONGEST_REPEATED: usize = 80;

/// One reading as it stands in a file of somebody else's.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) address: String,
    pub(super) title: String,
    pub(super) state: Option<ReadingState>,
    /// Each a tag as written there.
    pub(super) tags: Vec<String>,
    /// As written.
    pub(super) added: String,
    pub(super) finished: String,
}

impl ListFile {
    /// Takes a row as far as it can be read.
    pub(super) fn take(&mut self, row: Row, now: Timestamp) {
        let Row { line, address, title, state, tags, added, finished } = row;
        let Some(address) = self.address(line, &address) else { return };
        let added = self.time(line, &added).unwrap_or(now);
        let finished = self.time(line, &finished);
        let state = state.unwrap_or(ReadingState::Queued);
        let finished = state.is_finished().then(|| finished.unwrap_or(added));
        let tags = self.tags(line, &tags);
        self.readings.push(ListedReading {
            tags,
            state,
            finished,
            changed: finished.unwrap_or(added),
            ..ListedReading::queued(address, title.trim(), added)
        });
    }

    fn address(&mut self, line: u64, written: &str) -> Option<Address> {
        let written = written.trim();
        if written.is_empty() {
            self.complain(line, LineReason::NoAddress);
            return None;
        }
        let address = written.parse().ok();
        if address.is_none() {
            self.complain(line, LineReason::NotAnAddress(shortened(written)));
        }
        address
    }

    fn time(&mut self, line: u64, written: &str) -> Option<Timestamp> {
        let written = written.trim();
        if written.is_empty() || written == "0" {
            return None;
        }
        let time = time_of(written);
        if time.is_none() {
            self.complain(line, LineReason::NotATime(shortened(written)));
        }
        time
    }

    fn tags(&mut self, line: u64, written: &[String]) -> BTreeSet<Tag> {
        let mut tags = BTreeSet::new();
        for tag in written.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
            match tag.parse() {
                Ok(tag) => {
                    tags.insert(tag);
                }
                Err(_) => self.complain(line, LineReason::NotATag(shortened(tag))),
            }
        }
        tags
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_REPEATED).collect()
}

/// Seconds or milliseconds since 1970, or a date as anybody writes it; to the millisecond, which is what a
/// library keeps.
pub(super) fn time_of(written: &str) -> Option<Timestamp> {
    if let Ok(number) = written.parse::<i64>() {
        let time = if number.abs() >= 100_000_000_000 {
            Timestamp::from_millisecond(number)
        } else {
            Timestamp::from_second(number)
        };
        return time.ok();
    }
    let time = written.parse().ok().or_else(|| read_date(written))?;
    Timestamp::from_millisecond(time.as_millisecond()).ok()
}

/// Tags in one field: a list as JSON or Python writes it, or words between separators.
pub(super) fn tags_in(written: &str, separators: &[char]) -> Vec<String> {
    let written = written.trim();
    let Some(list) = written.strip_prefix('[').and_then(|it| it.strip_suffix(']')) else {
        return written.split(separators).map(str::to_owned).collect();
    };
    if let Ok(tags) = serde_json::from_str::<Vec<String>>(written) {
        return tags;
    }
    let unquoted = |it: &str| it.trim().trim_matches(['\'', '"']).to_owned();
    list.split(',').map(unquoted).collect()
}

/// By how much of it was read, between 0 and 1 (or 100).
pub(super) fn state_by_progress(written: &str) -> Option<ReadingState> {
    let progress: f64 = written.trim().trim_end_matches('%').parse().ok()?;
    (progress > 0.0).then_some(ReadingState::Reading)
}
