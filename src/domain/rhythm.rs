//! How often a peer publishes: its posts by week.

use jiff::{ToSpan as _, civil::Date};

/// The Monday of a week, and the posts of that week.
pub type WeekOfPosts = (Date, usize);

/// The last `weeks` weeks up to `today`, the earliest first, each with how many of `days` are in it.
pub fn posts_by_week(days: &[Date], today: Date, weeks: usize) -> Vec<WeekOfPosts> {
    let this = monday_of(today);
    let ago = |weeks: usize| {
        let days = i64::try_from(weeks * 7).unwrap_or_default();
        this.checked_sub(days.days()).unwrap_or(this)
    };
    let mut counted: Vec<WeekOfPosts> = (0..weeks).rev().map(|it| (ago(it), 0)).collect();
    for day in days {
        let monday = monday_of(*day);
        if let Ok(at) = counted.binary_search_by_key(&monday, |it| it.0) {
            counted[at].1 += 1;
        }
    }
    counted
}

fn monday_of(day: Date) -> Date {
    let since = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(since.days()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_those_without_a_post_count_nothing() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let days = ["2026-02-15", "2026-02-16", "2026-03-01", "2026-03-02", "2026-03-02"].map(day);
        let weeks = posts_by_week(&days, day("2026-03-04"), 3);
        let expected = [("2026-02-16", 1), ("2026-02-23", 1), ("2026-03-02", 2)];
        assert_eq!(weeks, expected.map(|(monday, posts)| (day(monday), posts)));
        assert_eq!(posts_by_week(&[], day("2026-03-04"), 0), []);
    }
}
