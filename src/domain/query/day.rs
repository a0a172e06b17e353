//! Dates as queries write them: a year, a month or a day, in UTC.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// `2025`, `2025-03` or `2025-03-01`; kept as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    first: Date,
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Year,
    Month,
    Day,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a date like `2025`, `2025-03` or `2025-03-01`")]
pub struct DayError(String);

impl Day {
    /// The first instant of the year, month or day.
    pub fn start(self) -> Timestamp {
        // Only the last day of 9999 lies beyond the instants that can be told.
        self.first.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |it| it.timestamp())
    }

    /// The first instant behind the year, month or day.
    pub fn end(self) -> Timestamp {
        let span = match self.precision {
            Precision::Year => jiff::Span::new().years(1),
            Precision::Month => jiff::Span::new().months(1),
            Precision::Day => jiff::Span::new().days(1),
        };
        let next = self.first.checked_add(span);
        next.map_or(Timestamp::MAX, |first| Self { first, ..self }.start())
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let refuse = || DayError(text.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let lengths_fit = parts[0].len() == 4 && parts[1..].iter().all(|it| it.len() == 2);
        let digits_only = parts.iter().all(|it| it.bytes().all(|b| b.is_ascii_digit()));
        if !lengths_fit || !digits_only || parts.len() > 3 {
            return Err(refuse());
        }
        let number = |at: usize| parts.get(at).map_or(Ok(1), |it| it.parse::<i16>());
        let part = |at: usize| number(at).map_err(|_| refuse());
        let small = |at: usize| part(at).and_then(|it| i8::try_from(it).map_err(|_| refuse()));
        let year = part(0)?;
        let first = Date::new(year, small(1)?, small(2)?).map_err(|_| refuse())?;
        if year == 0 {
            return Err(refuse());
        }
        let precision = [Precision::Year, Precision::Month, Precision::Day][parts.len() - 1];
        Ok(Self { first, precision })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.first.year(), self.first.month(), self.first.day());
        match self.precision {
            Precision::Year => write!(f, "{year:04}"),
            Precision::Month => write!(f, "{year:04}-{month:02}"),
            Precision::Day => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_its_first_instant_in_utc_and_is_told_as_written() {
        for (written, start) in [
            ("2025", "2025-01-01T00:00:00Z"),
            ("2025-03", "2025-03-01T00:00:00Z"),
            ("2025-03-09", "2025-03-09T00:00:00Z"),
            ("0001", "0001-01-01T00:00:00Z"),
            ("9999-12", "9999-12-01T00:00:00Z"),
        ] {
            let day: Day = written.parse().unwrap();
            assert_eq!(day.to_string(), written);
            assert_eq!(day.start(), start.parse::<Timestamp>().unwrap());
        }
        assert_eq!("9999-12-31".parse::<Day>().unwrap().start(), Timestamp::MAX);
        for (written, end) in
            [("2025", "2026-01-01"), ("2024-02", "2024-03-01"), ("2024-02-29", "2024-03-01")]
        {
            let day: Day = written.parse().unwrap();
            assert_eq!(day.end(), end.parse::<Day>().unwrap().start());
        }
        assert_eq!("9999".parse::<Day>().unwrap().end(), Timestamp::MAX);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for wrong in [
            "",
            "25",
            "2025-3",
            "2025-13",
            "2025-02-30",
            "0000",
            "2025-03-01-02",
            "-025",
            "yesterday",
        ] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }
}
