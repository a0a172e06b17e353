//! The months of which a pack tells.

use std::{fmt, str::FromStr};

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

/// `2026-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackMonth {
    year: i16,
    month: i8,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MonthError {
    #[error("`{0}` is not a month: write one like 2026-03")]
    NotAMonth(String),
    #[error("the months end with {to} before they begin with {from}")]
    Turned { from: PackMonth, to: PackMonth },
    #[error("a pack tells of {most} months at most", most = PackSpan::MOST_MONTHS)]
    TooLong,
}

impl PackMonth {
    /// The one that a day is in.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    pub fn year(self) -> i16 {
        self.year
    }

    /// From 1 to 12.
    pub fn number(self) -> i8 {
        self.month
    }

    pub fn first_day(self) -> Date {
        // Only months that exist are made.
        Date::new(self.year, self.month, 1).unwrap_or(Date::MIN)
    }

    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    #[must_use]
    pub fn next(self) -> Self {
        self.last_day().tomorrow().map_or(self, Self::of)
    }

    /// So many months before.
    #[must_use]
    pub fn before(self, months: i64) -> Self {
        self.first_day().checked_sub(months.months()).map_or(self, Self::of)
    }
}

impl fmt::Display for PackMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for PackMonth {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let parsed = || {
            let (year, month) = text.trim().split_once('-')?;
            let is_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
            if year.len() != 4 || month.len() != 2 || !is_digits(year) || !is_digits(month) {
                return None;
            }
            let day = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
            (1900..2200).contains(&day.year()).then(|| Self::of(day))
        };
        parsed().ok_or_else(|| MonthError::NotAMonth(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for PackMonth {
    type Error = MonthError;

    fn try_from(text: String) -> Result<Self, MonthError> {
        text.parse()
    }
}

impl From<PackMonth> for String {
    fn from(month: PackMonth) -> Self {
        month.to_string()
    }
}

/// Whole months, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PackSpan {
    from: PackMonth,
    to: PackMonth,
}

impl PackSpan {
    pub const MOST_MONTHS: usize = 120;
    /// As many as a review usually looks at.
    const USUAL_MONTHS: i64 = 6;

    pub fn new(from: PackMonth, to: PackMonth) -> Result<Self, MonthError> {
        if from > to {
            return Err(MonthError::Turned { from, to });
        }
        let span = Self { from, to };
        if span.months().len() > Self::MOST_MONTHS {
            return Err(MonthError::TooLong);
        }
        Ok(span)
    }

    /// What is left open is as usual: up to this month, for half a year.
    pub fn asked(
        from: Option<PackMonth>,
        to: Option<PackMonth>,
        today: Date,
    ) -> Result<Self, MonthError> {
        let to =
            to.unwrap_or_else(|| PackMonth::of(today).max(from.unwrap_or(PackMonth::of(today))));
        Self::new(from.unwrap_or_else(|| to.before(Self::USUAL_MONTHS - 1)), to)
    }

    /// Half a year up to today.
    pub fn usual(today: Date) -> Self {
        let to = PackMonth::of(today);
        Self { from: to.before(Self::USUAL_MONTHS - 1), to }
    }

    pub fn from(self) -> PackMonth {
        self.from
    }

    pub fn to(self) -> PackMonth {
        self.to
    }

    pub fn months(self) -> Vec<PackMonth> {
        let after = |it: &PackMonth| Some(it.next()).filter(|next| *next <= self.to && next > it);
        std::iter::successors(Some(self.from), after).take(Self::MOST_MONTHS + 1).collect()
    }

    pub fn has(self, day: Date) -> bool {
        (self.from.first_day()..=self.to.last_day()).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> PackMonth {
        text.parse().unwrap()
    }

    #[test]
    fn a_span_has_all_days_of_its_months() {
        let span = PackSpan::new(month("2026-11"), month("2027-02")).unwrap();
        let months: Vec<String> = span.months().iter().map(ToString::to_string).collect();
        assert_eq!(months, ["2026-11", "2026-12", "2027-01", "2027-02"]);
        let has = |day: &str| span.has(day.parse().unwrap());
        assert!(has("2026-11-01") && has("2027-02-28"));
        assert!(!has("2026-10-31") && !has("2027-03-01"));
    }

    #[test]
    fn what_is_left_open_is_half_a_year_up_to_today() {
        let today = "2026-11-26".parse().unwrap();
        let asked = |from: Option<&str>, to: Option<&str>| {
            let span = PackSpan::asked(from.map(month), to.map(month), today).unwrap();
            format!("{} {}", span.from(), span.to())
        };
        assert_eq!(asked(None, None), "2026-06 2026-11");
        assert_eq!(asked(Some("2026-01"), None), "2026-01 2026-11");
        assert_eq!(asked(None, Some("2026-06")), "2026-01 2026-06");
        assert_eq!(asked(Some("2027-01"), None), "2027-01 2027-01");
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for wrong in ["", "2026", "2026-13", "2026-00", "26-01", "2026-1", "9999-12"] {
            assert!(wrong.parse::<PackMonth>().is_err(), "{wrong}");
        }
        let turned = PackSpan::new(month("2026-02"), month("2026-01")).unwrap_err();
        assert!(turned.to_string().contains("before they begin with 2026-02"));
        assert_eq!(PackSpan::new(month("1990-01"), month("2026-01")), Err(MonthError::TooLong));
    }
}
