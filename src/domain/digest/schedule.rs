//! When issues are due: once a week, at a time of day in a zone, across changes of its clocks.

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{DateTime, Time, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

use super::Week;
use crate::domain::DigestPlan;

/// An issue that could not be composed for so long after it was due is left out: what it would have
/// told of stands in the next.
pub const OLDEST_SLOT: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A time of the week, in a zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    day: Weekday,
    at: Time,
    zone: TimeZone,
}

/// When the issue of a week is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub week: Week,
    pub at: Timestamp,
}

/// What is to be done for a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing before that time.
    At(Timestamp),
    Now(Slot),
    /// It was due longer ago than [`OLDEST_SLOT`].
    TooLate(Slot),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("`{0}` is not a day of the week: write one like Monday")]
    Day(String),
    #[error("`{0}` is not a time of day: write one like 08:00")]
    Time(String),
    #[error("`{0}` is not a time zone that this machine knows: write one like Europe/Berlin")]
    Zone(String),
}

impl Schedule {
    /// Of a plan as written.
    pub fn of(plan: &DigestPlan) -> Result<Self, ScheduleError> {
        let zone = TimeZone::get(&plan.zone).map_err(|_| ScheduleError::Zone(plan.zone.clone()))?;
        Self::new(plan, zone)
    }

    fn new(plan: &DigestPlan, zone: TimeZone) -> Result<Self, ScheduleError> {
        let day = day_called(&plan.day).ok_or_else(|| ScheduleError::Day(plan.day.clone()))?;
        let at = Time::strptime("%H:%M", plan.at.trim());
        let at = at.map_err(|_| ScheduleError::Time(plan.at.clone()))?;
        Ok(Self { day, at, zone })
    }

    /// The week that a time belongs to.
    pub fn week_of(&self, time: Timestamp) -> Week {
        Week::of(self.zone.to_datetime(time).date())
    }

    /// When the issue of a week is due. A time of day that the clocks leap over is at the first minute
    /// thereafter; of one that comes twice the first counts.
    pub fn slot_of(&self, week: Week) -> Slot {
        let day = week.monday().checked_add(i64::from(self.day.to_monday_zero_offset()).days());
        let at = day.ok().and_then(|day| instant(&self.zone, day.to_datetime(self.at)));
        // Nothing is due beyond the end of time.
        Slot { week, at: at.unwrap_or(Timestamp::MAX) }
    }

    /// At a time, or the last one before.
    pub fn latest(&self, now: Timestamp) -> Slot {
        let slot = self.slot_of(self.week_of(now));
        if slot.at <= now { slot } else { self.slot_of(slot.week.previous()) }
    }

    /// The first one after a time.
    pub fn next(&self, now: Timestamp) -> Slot {
        self.slot_of(self.latest(now).week.next())
    }

    /// What is due for someone who subscribed at a time, and whose last issue was due at another: one
    /// issue a week at most, and none of a time before the subscription.
    pub fn due(&self, subscribed: Timestamp, last: Option<Timestamp>, now: Timestamp) -> Due {
        let slot = self.latest(now);
        let is_told = last.is_some_and(|last| self.week_of(last) >= slot.week);
        if is_told || subscribed > slot.at {
            return Due::At(self.next(now).at);
        }
        if now.duration_since(slot.at) > OLDEST_SLOT { Due::TooLate(slot) } else { Due::Now(slot) }
    }
}

fn instant(zone: &TimeZone, time: DateTime) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(time);
    let is_gap = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    let compatible = ambiguous.compatible().ok()?;
    if !is_gap {
        return Some(compatible);
    }
    // As far behind the leap as the time of day is into the gap.
    let just_after = compatible.checked_add(1.nanosecond()).ok()?;
    zone.preceding(just_after).next().map(|leap| leap.timestamp())
}

fn day_called(name: &str) -> Option<Weekday> {
    Some(match name.trim().to_ascii_lowercase().as_str() {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
