//! The habits of a digest as people write them: day, time of day, zone, how much.

use jiff::tz::TimeZone;

/// Days as plans name them, Monday first.
pub const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Reads in an issue.
pub const MOST_READS: u32 = 100;
/// To read them.
pub const MOST_MINUTES: u32 = 600;
/// Languages of what stands around the posts.
pub const FRAME_LANGUAGES: [&str; 3] = ["en", "de", "zh"];

/// A day of the week in any letter case, as plans name it.
pub fn plan_day(written: &str) -> Option<&'static str> {
    DAYS.into_iter().find(|day| day.eq_ignore_ascii_case(written.trim()))
}

/// A time of day like `8:05`, as `08:05`.
pub fn plan_time(written: &str) -> Option<String> {
    let (hour, minute) = written.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if !digits(hour) || !digits(minute) || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// A time zone by its IANA name, as the database of zones writes it.
pub fn plan_zone(written: &str) -> Option<String> {
    let written = written.trim();
    let zone = TimeZone::get(written).ok()?;
    Some(zone.iana_name().unwrap_or(written).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_taken_as_people_write_them() {
        assert_eq!(plan_day(" friday"), Some("Friday"));
        assert_eq!(plan_day("Fri"), None);
        assert_eq!(plan_time("8:05").as_deref(), Some("08:05"));
        for wrong in ["", "8", "24:00", "08:60", "8:5", "+8:05", "08:05:00", "noon"] {
            assert_eq!(plan_time(wrong), None, "{wrong}");
        }
        assert_eq!(plan_zone("utc").as_deref(), Some("UTC"));
        assert_eq!(plan_zone("Middle/Earth"), None);
    }
}
