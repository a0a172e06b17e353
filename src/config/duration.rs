//! Durations as people write them: `30m`, `1h`, `1h 30m`, `2 days`.

use std::time::Duration;

/// Seconds in each unit, by every name it has.
const UNITS: &[(&[&str], u64)] = &[
    (&["s", "sec", "secs", "second", "seconds"], 1),
    (&["m", "min", "mins", "minute", "minutes"], 60),
    (&["h", "hour", "hours"], 60 * 60),
    (&["d", "day", "days"], 24 * 60 * 60),
    (&["w", "week", "weeks"], 7 * 24 * 60 * 60),
];

/// `None` when any part of the text is not a whole number with a unit; a bare `0` needs none.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        total = total.checked_add(times(count, &rest[..letters])?)?;
        rest = rest[letters..].trim_start();
    }
    Some(total)
}

fn times(count: u64, unit: &str) -> Option<Duration> {
    let unit = unit.to_ascii_lowercase();
    if unit == "ms" {
        return Some(Duration::from_millis(count));
    }
    let (_, seconds) = UNITS.iter().find(|(names, _)| names.contains(&unit.as_str()))?;
    count.checked_mul(*seconds).map(Duration::from_secs)
}

/// The shortest way to write a duration that [`parse`] reads back.
pub(super) fn text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration.subsec_millis() > 0 {
        return format!("{}ms", duration.as_millis());
    }
    for (unit, size) in [("d", 86_400), ("h", 3600), ("m", 60)] {
        if seconds > 0 && seconds.is_multiple_of(size) {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (written, seconds) in [
            ("90s", 90),
            ("30m", 1800),
            (" 1h ", 3600),
            ("1h30m", 5400),
            ("1h 30 min", 5400),
            ("2 days", 172_800),
            ("1w", 604_800),
            ("0", 0),
            ("0s", 0),
        ] {
            assert_eq!(parse(written), Some(Duration::from_secs(seconds)), "{written}");
        }
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for written in
            ["", "soon", "60", "1x", "h", "-1h", "1.5h", "1h and more", "99999999999999999999d"]
        {
            assert_eq!(parse(written), None, "{written}");
        }
        assert_eq!(parse("18446744073709551615w"), None);
    }

    #[test]
    fn a_written_duration_reads_back_the_same() {
        for seconds in [0, 1, 59, 60, 90, 3600, 5400, 86_400, 100_000] {
            let duration = Duration::from_secs(seconds);
            assert_eq!(parse(&text(duration)), Some(duration));
        }
        assert_eq!(text(Duration::from_mins(90)), "90m");
        assert_eq!(text(Duration::from_millis(1500)), "1500ms");
    }
}
