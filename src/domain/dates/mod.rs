//! Reads dates as feeds and pages write them: by the standards, near them, and in many languages.

use jiff::{Timestamp, civil, fmt::rfc2822, tz::Offset};

mod iso;
mod words;

/// Nothing that is followed today came out before; programs that know no date write 1970 or 0001.
const EARLIEST_YEAR: i16 = 1971;
const LATEST_YEAR: i16 = 2100;
/// Offsets from UTC that exist on Earth, in minutes.
const OFFSETS_MIN: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;
/// Longest text that is taken for a date, in bytes.
const LONGEST_DATE: usize = 100;

/// When it is, if the text says so and it can be true. Without a zone it is read as UTC.
pub fn read_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_DATE {
        return None;
    }
    usual(text)
        .or_else(|| unix(text))
        .or_else(|| iso::read(text))
        .or_else(|| words::read(text))
        .filter(is_credible)
}

/// The form of RSS (RFC 2822 §3.3), which most feeds keep to: read without much ado.
fn usual(text: &str) -> Option<Timestamp> {
    const RFC_2822: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    // Names of zones are left to our own table.
    let has_offset = text.ends_with("GMT") || text.ends_with(|it: char| it.is_ascii_digit());
    if !has_offset || !text.contains(',') {
        return None;
    }
    let time = RFC_2822.parse_zoned(text).ok()?;
    OFFSETS_MIN.contains(&(time.offset().seconds() / 60)).then(|| time.timestamp())
}

fn is_credible(time: &Timestamp) -> bool {
    let year = Offset::UTC.to_datetime(*time).year();
    (EARLIEST_YEAR..=LATEST_YEAR).contains(&year)
}

/// Seconds or milliseconds since 1970.
fn unix(text: &str) -> Option<Timestamp> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9 | 10 => Timestamp::from_second(number).ok(),
        12 | 13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// The parts of a moment, before anyone knows whether it exists.
#[derive(Clone, Copy, Debug, Default)]
struct Moment {
    year: i16,
    month: i8,
    day: i8,
    clock: Clock,
    offset_min: i32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
}

impl Moment {
    fn timestamp(self) -> Option<Timestamp> {
        if !OFFSETS_MIN.contains(&self.offset_min) {
            return None;
        }
        let Clock { hour, minute, second, nanosecond } = self.clock;
        // Midnight at the end of a day, and leap seconds.
        let (hour, days) = if hour == 24 && minute == 0 { (0, 1) } else { (hour, 0) };
        let date = civil::Date::new(self.year, self.month, self.day).ok()?;
        let time = civil::Time::new(hour, minute, second.min(59), nanosecond).ok()?;
        let offset = Offset::from_seconds(self.offset_min * 60).ok()?;
        let date = date.checked_add(jiff::Span::new().days(days)).ok()?;
        offset.to_timestamp(date.to_datetime(time)).ok()
    }
}

/// 49 and less are of this century (RFC 2822 §4.3).
fn whole_year(written: i16, digits: usize) -> i16 {
    match digits {
        1 | 2 if written < 50 => written + 2000,
        1..=3 => written + 1900,
        _ => written,
    }
}

/// `+0200`, `-05:30`, `+2`, `Z`: minutes east of UTC.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'Z' | b'z' if text.len() == 1 => return Some(0),
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => text.strip_prefix('−').map(|digits| (-1, digits))?,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 && digits.is_char_boundary(digits.len() - 2) => {
            digits.split_at(digits.len() - 2)
        }
        None => (digits, "0"),
    };
    let minutes = minutes.split(':').next().unwrap_or_default();
    let number = |text: &str| -> Option<i32> {
        (1..=2).contains(&text.len()).then(|| text.parse().ok()).flatten()
    };
    let minutes = number(minutes).filter(|it| *it < 60)?;
    Some(sign * (number(hours)? * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(text: &str) -> String {
        read_date(text).map_or_else(|| "unknown".to_owned(), |time| time.to_string())
    }

    #[track_caller]
    fn all_mean(meant: &str, written: &[&str]) {
        for text in written {
            assert_eq!(told(text), meant, "{text}");
        }
    }

    #[test]
    fn dates_of_the_standards_are_read() {
        all_mean(
            "2026-03-02T09:30:00Z",
            &[
                "Mon, 02 Mar 2026 09:30:00 GMT",
                "Mon, 02 Mar 2026 10:30:00 +0100",
                "2 Mar 26 09:30 UT",
                "2026-03-02T09:30:00Z",
                "2026-03-02T10:30:00+01:00",
                "20260302T093000Z",
                "2026-061T09:30:00Z",
                "2026-W10-1T09:30Z",
                "Mon Mar  2 09:30:00 2026",
            ],
        );
    }

    #[test]
    fn dates_near_the_standards_are_read() {
        all_mean(
            "2026-03-02T09:30:00Z",
            &[
                "Monday, 2nd of March, 2026 at 9:30 AM",
                "2026-03-02 09:30:00",
                "2026-03-02T09:30",
                "2026-03-02 09:30:00.000 +0000 UTC",
                "2026/03/02 09:30",
                "02.03.2026 09:30",
                "03/02/2026 9:30 am",
                "Mon Mar 02 2026 10:30:00 GMT+0100 (Central European Standard Time)",
                "Mon, 02 Mar 2026 10:30:00 CET",
                "Mon, 02 Mar 2026 18:30:00 JST",
                "Mon, 02 Mar 2026 04:30:00 EST",
                "Mon, 02 Mar 2026 01:30:00 PST",
                "Mon, 02 Mar 2026 09:30:00 Z",
                "1772443800",
                "1772443800000",
                "Mon, 02 Mar 2026 09:30:00 +00:00",
                "2026-03-02T09:30:00 +0000",
            ],
        );
        all_mean(
            "2026-03-02T00:00:00Z",
            &["March 2, 2026", "2026-03-02", "2 March 2026", "20260302"],
        );
        all_mean("2026-03-01T00:00:00Z", &["2026-03", "March 2026"]);
        all_mean(
            "2026-03-03T00:00:00Z",
            &["2026-03-02T24:00:00Z", "Mon, 02 Mar 2026 24:00:00 GMT"],
        );
    }

    #[test]
    fn dates_in_other_languages_are_read() {
        all_mean(
            "2026-03-02T09:30:00Z",
            &[
                "Mo, 02 Mär 2026 09:30:00 +0000",
                "Montag, 2. März 2026 09:30",
                "lun., 02 mars 2026 09:30:00 +0000",
                "lunes, 2 de marzo de 2026 09:30",
                "lun, 02 mar 2026 09:30:00 +0000",
                "seg, 02 mar 2026 09:30:00 +0000",
                "ma, 2 mrt 2026 09:30",
                "pon, 2 marca 2026 09:30",
                "Пн, 02 мар 2026 09:30:00 +0000",
                "2 марта 2026 09:30",
                "2026年3月2日 09:30",
                "2026年3月2日 上午9:30",
                "2026년 3월 2일 오전 9:30",
                "Δευ, 02 Μαρ 2026 09:30:00 GMT",
                "2026-március-02T9:30",
            ],
        );
        all_mean("2026-03-03T00:00:00Z", &["mar, 3 mar 2026", "mardi 3 mars 2026"]);
    }

    #[test]
    fn what_cannot_be_true_is_unknown() {
        for text in [
            "",
            "soon",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "0",
            "2026-02-29",
            "2026-13-01",
            "2026-03-02T25:00:00Z",
            "2026-03-02T10:00:00+19:00",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(told(text), "unknown", "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_a_date_fail(text in "\\PC{0,60}|[0-9a-zA-Z:+ ,./-]{0,40}") {
            let _ = read_date(&text);
        }

        #[test]
        fn what_jiff_writes_is_read(second in 31_536_000_i64..4_000_000_000) {
            let time = Timestamp::from_second(second).unwrap();
            prop_assert_eq!(read_date(&time.to_string()), Some(time));
            let rfc = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            prop_assert_eq!(read_date(&rfc), Some(time));
        }
    }
}
