//! Dates after ISO 8601, in its whole and reduced forms.

use jiff::{Timestamp, civil};

use super::{Clock, Moment, offset, words::zone};

/// `2026-03-02T10:00:00+01:00`, `20260302`, `2026-061`, `2026-W10-1`, `2026/03/02 10:00` …
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let end = text.find(|it: char| it == 'T' || it == 't' || it.is_whitespace());
    let (date, rest) = text.split_at(end.unwrap_or(text.len()));
    let mut moment = day(date)?;
    let rest = rest.trim_start_matches(['T', 't']).trim_start();
    if !rest.is_empty() {
        let (clock, behind) = clock(rest)?;
        moment.clock = clock;
        moment.offset_min = written_zone(behind)?;
    }
    moment.timestamp()
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn day(text: &str) -> Option<Moment> {
    let text = text.trim_end_matches(['Z', 'z']);
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let from = |year, month, day| Some(Moment { year, month, day, ..Moment::default() });
    match (parts.as_slice(), lengths.as_slice()) {
        ([all], [8]) if text.is_ascii() => {
            from(number(&all[..4])?, number(&all[4..6])?, number(&all[6..])?)
        }
        ([all], [14]) if text.is_ascii() => Some(Moment {
            clock: compact_clock(&all[8..])?,
            ..from(number(&all[..4])?, number(&all[4..6])?, number(&all[6..8])?)?
        }),
        ([all], [7]) if text.is_ascii() => day_of_year(&all[..4], &all[4..]),
        ([year], [4]) => from(number(year)?, 1, 1),
        ([year, day], [4, 3]) if !day.starts_with('W') => day_of_year(year, day),
        ([year, week], [4, 3]) => day_of_week(year, week, "1"),
        ([year, week, day], [4, 3, 1]) if week.starts_with('W') => day_of_week(year, week, day),
        ([year, month], [4, 1 | 2]) => from(number(year)?, number(month)?, 1),
        ([year, month, day], [4, 1 | 2, 1 | 2]) => {
            from(number(year)?, number(month)?, number(day)?)
        }
        _ => None,
    }
}

fn day_of_year(year: &str, day: &str) -> Option<Moment> {
    let first = civil::Date::new(number(year)?, 1, 1).ok()?;
    let date = first.with().day_of_year(number(day)?).build().ok()?;
    Some(of_date(date))
}

fn day_of_week(year: &str, week: &str, day: &str) -> Option<Moment> {
    let weekday = civil::Weekday::from_monday_one_offset(number(day)?).ok()?;
    let week = number(week.strip_prefix('W')?)?;
    let date = civil::ISOWeekDate::new(number(year)?, week, weekday).ok()?;
    Some(of_date(date.date()))
}

fn of_date(date: civil::Date) -> Moment {
    Moment { year: date.year(), month: date.month(), day: date.day(), ..Moment::default() }
}

/// The time at the beginning of a text, and what is behind it.
pub(super) fn clock(text: &str) -> Option<(Clock, &str)> {
    let end = text.find(|it: char| !it.is_ascii_digit() && !matches!(it, ':' | '.' | ','));
    let (time, behind) = text.split_at(end.unwrap_or(text.len()));
    let time = time.trim_end_matches([',', '.', ':']);
    let (whole, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let mut clock =
        if whole.contains(':') { clock_with_colons(whole)? } else { compact_clock(whole)? };
    clock.nanosecond = nanoseconds(fraction)?;
    Some((clock, behind))
}

fn clock_with_colons(text: &str) -> Option<Clock> {
    let mut parts = text.split(':');
    let mut next = || -> Option<i8> {
        match parts.next() {
            None => Some(0),
            Some(part) if (1..=2).contains(&part.len()) => number(part),
            Some(_) => None,
        }
    };
    let clock = Clock { hour: next()?, minute: next()?, second: next()?, nanosecond: 0 };
    Some(clock)
}

fn compact_clock(digits: &str) -> Option<Clock> {
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), number);
    matches!(digits.len(), 1 | 2 | 4 | 6)
        .then(|| {
            let hour = if digits.len() == 1 { number(digits)? } else { part(0)? };
            Some(Clock { hour, minute: part(2)?, second: part(4)?, nanosecond: 0 })
        })
        .flatten()
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = &fraction[..fraction.len().min(9)];
    let scale = 10_i32.pow(u32::try_from(9 - digits.len()).ok()?);
    number::<i32>(digits).map(|number| number * scale)
}

/// Minutes east of UTC: an offset, a name, both (`+0000 UTC`), or nothing, which means UTC.
fn written_zone(text: &str) -> Option<i32> {
    let Some(first) = text.split_whitespace().next() else { return Some(0) };
    let bare = first.split('[').next().unwrap_or_default();
    if bare.is_empty() {
        return Some(0);
    }
    offset(bare).or_else(|| zone(&bare.to_lowercase()))
}
