//! Weeks, by which issues are called.

use std::{fmt, str::FromStr};

use jiff::{
    ToSpan as _,
    civil::{Date, ISOWeekDate, Weekday},
};
use serde::{Deserialize, Serialize};

/// A week from Monday to Sunday after ISO 8601: `2026-W48`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week {
    year: i16,
    week: i8,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a week: write one like 2026-W48")]
pub struct WeekError(String);

impl Week {
    /// The one that a day belongs to.
    pub fn of(day: Date) -> Self {
        let day = day.iso_week_date();
        Self { year: day.year(), week: day.week() }
    }

    /// Of its Thursday, to which the week belongs.
    pub fn year(self) -> i16 {
        self.year
    }

    /// From 1 to 53.
    pub fn number(self) -> i8 {
        self.week
    }

    pub fn monday(self) -> Date {
        let monday = ISOWeekDate::new(self.year, self.week, Weekday::Monday);
        // Only weeks that exist are made.
        monday.map_or(Date::MIN, ISOWeekDate::date)
    }

    /// Itself at the end of time.
    #[must_use]
    pub fn next(self) -> Self {
        self.monday().checked_add(7.days()).map_or(self, Self::of)
    }

    /// Itself at the beginning of time.
    #[must_use]
    pub fn previous(self) -> Self {
        self.monday().checked_sub(7.days()).map_or(self, Self::of)
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl FromStr for Week {
    type Err = WeekError;

    fn from_str(text: &str) -> Result<Self, WeekError> {
        let parsed = || {
            let (year, week) = text.split_once("-W").or_else(|| text.split_once("-w"))?;
            let is_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
            if year.len() != 4 || week.len() != 2 || !is_digits(year) || !is_digits(week) {
                return None;
            }
            let (year, week) = (year.parse().ok()?, week.parse().ok()?);
            ISOWeekDate::new(year, week, Weekday::Monday).ok()?;
            Some(Self { year, week })
        };
        parsed().ok_or_else(|| WeekError(text.to_owned()))
    }
}

impl TryFrom<String> for Week {
    type Error = WeekError;

    fn try_from(text: String) -> Result<Self, WeekError> {
        text.parse()
    }
}

impl From<Week> for String {
    fn from(week: Week) -> Self {
        week.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_at_the_turn_of_the_year_belongs_to_the_week_of_its_thursday() {
        let week = |day: &str| Week::of(day.parse().unwrap()).to_string();
        assert_eq!(week("2026-11-23"), "2026-W48");
        assert_eq!(week("2026-11-29"), "2026-W48");
        assert_eq!(week("2027-01-03"), "2026-W53");
        assert_eq!(week("2027-01-04"), "2027-W01");
        assert_eq!(week("2024-12-30"), "2025-W01");
    }

    #[test]
    fn weeks_follow_each_other_over_years_of_52_and_53_weeks() {
        let week = |text: &str| text.parse::<Week>().unwrap();
        assert_eq!(week("2026-W53").next(), week("2027-W01"));
        assert_eq!(week("2027-W52").next(), week("2028-W01"));
        assert_eq!(week("2027-W01").previous(), week("2026-W53"));
        assert!(week("2026-W53") < week("2027-W01"));
        assert_eq!(week("2026-W48").monday().to_string(), "2026-11-23");
    }

    #[test]
    fn what_is_no_week_is_refused_by_name() {
        for text in ["", "2026", "2026-W", "2026-W00", "2027-W53", "2026-W54", "26-W48", "2026-48"]
        {
            let error = text.parse::<Week>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
        assert_eq!("2026-w48".parse::<Week>().unwrap().to_string(), "2026-W48");
    }
}
