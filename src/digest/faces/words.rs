//! The words of an issue in its language: numbers with their nouns, days, names.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    domain::Issue,
    messages::{self, Piece},
};

/// What says things in the language of an issue, and tells its days in the issue's zone.
pub struct Words<'a> {
    language: &'a str,
    zone: TimeZone,
    /// In which the issue was due: it goes without saying.
    year: i16,
}

impl<'a> Words<'a> {
    pub(super) fn of(issue: &'a Issue) -> Self {
        let zone = TimeZone::get(&issue.zone).unwrap_or(TimeZone::UTC);
        let year = zone.to_datetime(issue.slot).year();
        Self { language: issue.language.as_str(), zone, year }
    }

    pub fn text<'k>(&self, key: &'k str) -> &'k str {
        messages::text_in(self.language, key)
    }

    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        messages::fill_in(self.language, key, values)
    }

    pub(super) fn pieces<'k>(&self, key: &'k str, values: &[(&'k str, &'k str)]) -> Vec<Piece<'k>> {
        messages::pieces_in(self.language, key, values)
    }

    pub(super) fn counted(&self, key: &str, count: u32) -> String {
        self.counted_with(key, count, &[])
    }

    /// The same with further places to be filled.
    pub(super) fn counted_with(&self, key: &str, count: u32, values: &[(&str, &str)]) -> String {
        let form = if count == 1 { "one" } else { "other" };
        let number = messages::grouped_in(self.language, u64::from(count));
        let values = [values, &[("n", number.as_str())]].concat();
        self.fill(&format!("{key}.{form}"), &values)
    }

    /// The same for what there may be none of.
    pub(super) fn counted_if_any(&self, key: &str, count: u32) -> Option<String> {
        (count > 0).then(|| self.counted(key, count))
    }

    pub(super) fn listed(&self, parts: &[String]) -> String {
        parts.join(self.text("issue.separator"))
    }

    /// `Monday, 23 November 2026`.
    pub(super) fn whole_day(&self, time: Timestamp) -> String {
        self.dated("issue.date.full", self.date(time))
    }

    /// `23 November`, with its year where that is another than the issue's.
    pub(super) fn day(&self, time: Timestamp) -> String {
        let date = self.date(time);
        let key = if date.year() == self.year { "issue.date.day" } else { "issue.date.day-year" };
        self.dated(key, date)
    }

    fn date(&self, time: Timestamp) -> Date {
        self.zone.to_datetime(time).date()
    }

    fn dated(&self, key: &str, date: Date) -> String {
        let weekday = format!("web.weekday.{}", date.weekday().to_monday_one_offset());
        let month = format!("web.month.{}", date.month());
        let (day, year) = (date.day().to_string(), date.year().to_string());
        let values = [
            ("weekday", self.text(&weekday)),
            ("day", day.as_str()),
            ("month", self.text(&month)),
            ("year", year.as_str()),
        ];
        self.fill(key, &values)
    }
}

/// Text from elsewhere as one line for any face: without control characters, and without those that
/// turn the direction of what follows (Unicode TR 36 §3.1).
pub fn plain(text: &str) -> String {
    let is_direction = |it: char| matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_unsound = |it: char| matches!(it, '\u{fffe}' | '\u{ffff}') || is_direction(it);
    let is_gap = |it: char| it.is_whitespace() || it.is_control();
    let words = text.split(is_gap).filter(|it| !it.is_empty());
    let words: Vec<&str> = words.collect();
    words.join(" ").chars().filter(|it| !is_unsound(*it)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_is_one_line_that_commands_nothing() {
        assert_eq!(plain(" a\r\nBcc: b\u{1b}[1m\u{202e} c\t "), "a Bcc: b [1m c");
        assert_eq!(plain("\u{2066}\u{2069}"), "");
    }
}
