//! Until when a reading is out of sight.

use std::str::FromStr;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use super::DraftError;

/// A day on which a reading comes back, as people say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snooze {
    Tomorrow,
    /// The next one after today.
    NextMonday,
    On(Date),
}

/// In years: what is put off for longer is not meant to come back.
const LONGEST_SNOOZE: i8 = 10;

impl Snooze {
    /// The beginning of that day in the reader's zone. Where clocks skip midnight, the day begins with its
    /// first moment.
    pub fn until(self, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, DraftError> {
        let today = zone.to_datetime(now).date();
        let unreachable = || DraftError::NotLater(today.to_string());
        let day = match self {
            Self::Tomorrow => today.tomorrow().map_err(|_| unreachable())?,
            Self::NextMonday => today.nth_weekday(1, Weekday::Monday).map_err(|_| unreachable())?,
            Self::On(day) => day,
        };
        let latest = today.checked_add(i32::from(LONGEST_SNOOZE).years()).unwrap_or(Date::MAX);
        if day <= today || day > latest {
            return Err(DraftError::NotLater(day.to_string()));
        }
        let start = day.to_zoned(zone.clone()).and_then(|it| it.start_of_day());
        let start = start.map_err(|_| DraftError::NotLater(day.to_string()))?;
        Ok(start.timestamp())
    }
}

impl FromStr for Snooze {
    type Err = DraftError;

    fn from_str(text: &str) -> Result<Self, DraftError> {
        match text.trim() {
            "tomorrow" => Ok(Self::Tomorrow),
            "monday" => Ok(Self::NextMonday),
            day => {
                let not_a_day = || DraftError::NoSuchDay(day.chars().take(80).collect());
                day.parse().map(Self::On).map_err(|_| not_a_day())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(snooze: &str, now: &str, zone: &str) -> Result<String, DraftError> {
        let snooze: Snooze = snooze.parse()?;
        let zone = TimeZone::get(zone).unwrap();
        Ok(snooze.until(now.parse().unwrap(), &zone)?.to_string())
    }

    #[test]
    fn a_snooze_ends_when_the_day_begins_where_the_reader_is() {
        let monday = "2026-03-02T23:30:00Z";
        assert_eq!(until("tomorrow", monday, "UTC").unwrap(), "2026-03-03T00:00:00Z");
        assert_eq!(until("tomorrow", monday, "Europe/Berlin").unwrap(), "2026-03-03T23:00:00Z");
        assert_eq!(until("monday", monday, "UTC").unwrap(), "2026-03-09T00:00:00Z");
        assert_eq!(until("monday", monday, "America/New_York").unwrap(), "2026-03-09T04:00:00Z");
        assert_eq!(until("2026-04-01", monday, "Asia/Tokyo").unwrap(), "2026-03-31T15:00:00Z");
    }

    #[test]
    fn a_day_keeps_its_beginning_when_clocks_change() {
        // In the night before, clocks in Berlin went forward; in Beirut midnight itself was skipped.
        let saturday = "2026-03-28T12:00:00Z";
        assert_eq!(until("2026-03-30", saturday, "Europe/Berlin").unwrap(), "2026-03-29T22:00:00Z");
        assert_eq!(until("tomorrow", saturday, "Europe/Berlin").unwrap(), "2026-03-28T23:00:00Z");
        assert_eq!(until("tomorrow", saturday, "Asia/Beirut").unwrap(), "2026-03-28T22:00:00Z");
        let october = "2026-10-24T12:00:00Z";
        assert_eq!(until("tomorrow", october, "Europe/Berlin").unwrap(), "2026-10-24T22:00:00Z");
        assert_eq!(until("monday", october, "Europe/Berlin").unwrap(), "2026-10-25T23:00:00Z");
    }

    #[test]
    fn what_is_no_later_day_is_refused() {
        let now = "2026-03-02T10:00:00Z";
        for wrong in ["2026-03-02", "2026-03-01", "2036-03-03", "9999-12-31"] {
            let refused = until(wrong, now, "UTC").unwrap_err();
            assert_eq!(refused, DraftError::NotLater(wrong.to_owned()));
        }
        for wrong in ["", "soon", "2026-02-30", "2026-3-4"] {
            assert!(matches!(until(wrong, now, "UTC"), Err(DraftError::NoSuchDay(_))), "{wrong}");
        }
    }
}
