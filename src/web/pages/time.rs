//! Times as people read them: how long ago, which day, and exactly when.

use jiff::{Timestamp, civil::Date};

use super::words::counted;
use crate::domain::UNDATED;
use crate::web::{say, viewer::Viewer};

/// A time on a page: exact for machines, relative for readers, whole when pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) datetime: String,
    pub(super) text: String,
    pub(super) exact: String,
}

impl Moment {
    /// `3 hours ago`; from four weeks on, the day.
    pub(super) fn past(then: Timestamp, now: Timestamp) -> Self {
        let seconds = now.duration_since(then).as_secs();
        let text = match seconds {
            ..0 => day_text(date_of(then)),
            0..60 => say::text("web.time.now").to_owned(),
            _ if seconds < DAY * 28 => say::fill("web.time.ago", &[("span", &span(seconds))]),
            _ => day_text(date_of(then)),
        };
        Self::with(then, text)
    }

    /// `in 3 hours`.
    pub(super) fn coming(then: Timestamp, now: Timestamp) -> Self {
        let seconds = then.duration_since(now).as_secs();
        let text = if seconds < 60 {
            say::text("web.time.soon").to_owned()
        } else {
            say::fill("web.time.in", &[("span", &span(seconds))])
        };
        Self::with(then, text)
    }

    /// The day: `2 March 2026`.
    pub(super) fn day(then: Timestamp) -> Self {
        Self::with(then, day_text(date_of(then)))
    }

    fn with(then: Timestamp, text: String) -> Self {
        let there = then.to_zoned(Viewer::present().zone);
        let clock = format!("{:02}:{:02}", there.hour(), there.minute());
        let zone = there.strftime("%Z").to_string();
        let values = [("day", day_text(there.date())), ("clock", clock), ("zone", zone)];
        let values: Vec<(&str, &str)> = values.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let whole_second = Timestamp::from_second(then.as_second()).unwrap_or(then);
        Self {
            datetime: whole_second.to_string(),
            text,
            exact: say::fill("web.time.exact", &values),
        }
    }
}

const DAY: i64 = 86_400;

/// The largest unit that fits, rounded down: `3 hours`.
fn span(seconds: i64) -> String {
    let (key, unit) = match seconds {
        ..3600 => ("web.time.minutes", 60),
        3600..172_800 => ("web.time.hours", 3600),
        _ => ("web.time.days", DAY),
    };
    counted(key, u64::try_from(seconds / unit).unwrap_or_default())
}

/// The day where the reader is.
pub(super) fn date_of(time: Timestamp) -> Date {
    Viewer::present().zone.to_datetime(time).date()
}

/// `Today`, `Yesterday`, `Monday, 2 March 2026`; `Undated` for where entries without a date stand.
pub(super) fn heading_of(date: Date, today: Date) -> String {
    if date == date_of(UNDATED) {
        return say::text("web.time.undated").to_owned();
    }
    if date == today {
        return say::text("web.time.today").to_owned();
    }
    if today.yesterday().is_ok_and(|it| it == date) {
        return say::text("web.time.yesterday").to_owned();
    }
    whole_day(date)
}

/// `Monday, 2 March 2026`.
pub(super) fn whole_day(date: Date) -> String {
    let key = format!("web.weekday.{}", date.weekday().to_monday_one_offset());
    let values = [("weekday", say::text(&key)), ("day", &day_text(date))];
    say::fill("web.time.heading", &values)
}

/// `March 2026`.
pub(super) fn month_of(date: Date) -> String {
    let key = format!("web.month.{}", date.month());
    let values = [("month", say::text(&key)), ("year", &date.year().to_string())];
    say::fill("web.time.month", &values)
}

/// `Tuesday, 24 November 2026, 09:12`, where the reader is.
pub(super) fn weekday_and_clock(then: Timestamp) -> String {
    let civil = Viewer::present().zone.to_datetime(then);
    let clock = format!("{:02}:{:02}", civil.hour(), civil.minute());
    let values = [("day", whole_day(civil.date())), ("clock", clock)];
    let values: Vec<(&str, &str)> = values.iter().map(|(a, b)| (*a, b.as_str())).collect();
    say::fill("web.time.day-and-clock", &values)
}

/// `2 March 2026`, of a day without a time.
pub(super) fn day_text(date: Date) -> String {
    let key = format!("web.month.{}", date.month());
    let month = say::text(&key);
    let (day, year) = (date.day().to_string(), date.year().to_string());
    say::fill("web.time.day", &[("day", &day), ("month", month), ("year", &year)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_near_past_is_told_as_a_span_and_the_far_one_as_a_day() {
        let now = at("2026-03-02T10:00:00Z");
        let text = |then: &str| Moment::past(at(then), now).text;
        assert_eq!(text("2026-03-02T09:59:30Z"), "just now");
        assert_eq!(text("2026-03-02T09:59:00Z"), "1 minute ago");
        assert_eq!(text("2026-03-01T22:00:00Z"), "12 hours ago");
        assert_eq!(text("2026-02-26T10:00:00Z"), "4 days ago");
        assert_eq!(text("2025-02-26T10:00:00Z"), "26 February 2025");
        assert_eq!(text("2026-05-26T10:00:00Z"), "26 May 2026");
        assert_eq!(Moment::coming(at("2026-03-02T13:10:00Z"), now).text, "in 3 hours");
        assert_eq!(Moment::coming(at("2026-03-02T09:10:00Z"), now).text, "now");
    }

    #[test]
    fn days_have_headings() {
        let today = date_of(at("2026-03-02T10:00:00Z"));
        let heading = |then: &str| heading_of(date_of(at(then)), today);
        assert_eq!(heading("2026-03-02T00:00:00Z"), "Today");
        assert_eq!(heading("1970-01-01T00:00:00Z"), "Undated");
        assert_eq!(heading("2026-03-01T23:59:59Z"), "Yesterday");
        assert_eq!(heading("2026-02-26T23:59:59Z"), "Thursday, 26 February 2026");
    }

    #[test]
    fn every_month_and_weekday_has_a_name() {
        for key in (1..=12).map(|it| format!("web.month.{it}")) {
            assert!(crate::messages::has(&key), "{key}");
        }
        for key in (1..=7).map(|it| format!("web.weekday.{it}")) {
            assert!(crate::messages::has(&key), "{key}");
        }
    }
}
