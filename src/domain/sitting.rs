//! Sittings: the times at which a reader is here. What arrived after the last one is new.

use std::time::Duration;

use jiff::Timestamp;

/// One sitting of a reader, and where the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sitting {
    pub began: Timestamp,
    /// The last page that was read.
    pub last: Timestamp,
    /// When the sitting before ended; `None` for the first.
    pub before: Option<Timestamp>,
    /// The number of the change sequence up to which earlier sittings were shown what arrived: what
    /// came after it is new throughout this one.
    pub after: Option<i64>,
    /// The same of this sitting.
    pub shown: Option<i64>,
}

/// A longer pause ends a sitting: whoever reads one long article is still here.
pub const SITTING_ENDS_AFTER: Duration = Duration::from_mins(30);
/// The last page is noted this often at most.
const NOTED_EVERY: Duration = Duration::from_mins(2);

impl Sitting {
    fn first(now: Timestamp) -> Self {
        Self { began: now, last: now, before: None, after: None, shown: None }
    }

    /// The sitting in which a reader looks at a page.
    pub fn at(present: Option<Self>, now: Timestamp) -> Self {
        let Some(present) = present else { return Self::first(now) };
        if now < present.last + SITTING_ENDS_AFTER {
            return Self { last: now.max(present.last), ..present };
        }
        Self {
            began: now,
            last: now,
            before: Some(present.last),
            after: present.shown.or(present.after),
            shown: None,
        }
    }

    /// The same, when everything up to a number of the change sequence is shown there.
    #[must_use]
    pub fn showing(self, upto: i64) -> Self {
        Self { shown: Some(self.shown.map_or(upto, |it| it.max(upto))), ..self }
    }

    /// Whether it says so much more than what is known that it has to be written down.
    pub fn is_news_after(&self, known: Option<&Self>) -> bool {
        known.is_none_or(|known| {
            let noted = Self { last: known.last, ..*self };
            noted != *known || self.last >= known.last + NOTED_EVERY
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    #[test]
    fn what_is_new_stays_new_throughout_a_sitting() {
        let first = Sitting::at(None, at(0)).showing(10);
        assert_eq!((first.before, first.after), (None, None));
        let second = Sitting::at(Some(first), at(60)).showing(25);
        assert_eq!((second.before, second.after), (Some(at(0)), Some(10)));
        let later = Sitting::at(Some(second), at(89)).showing(30);
        assert_eq!((later.began, later.after, later.shown), (at(60), Some(10), Some(30)));
    }

    #[test]
    fn half_an_hour_without_a_page_ends_a_sitting_and_other_pages_prolong_it() {
        let sitting = Sitting::at(None, at(0)).showing(10);
        let reading = Sitting::at(Some(sitting), at(29));
        let back = Sitting::at(Some(reading), at(58));
        assert_eq!(back.began, at(0));
        assert_eq!(Sitting::at(Some(back), at(88)).began, at(88));
    }

    #[test]
    fn a_sitting_that_was_shown_nothing_leaves_what_is_new_to_the_next() {
        let first = Sitting::at(None, at(0)).showing(10);
        let elsewhere = Sitting::at(Some(first), at(100));
        let next = Sitting::at(Some(elsewhere), at(200));
        assert_eq!((next.before, next.after), (Some(at(100)), Some(10)));
    }

    #[test]
    fn not_every_page_is_written_down() {
        let sitting = Sitting::at(None, at(0)).showing(10);
        assert!(sitting.is_news_after(None));
        assert!(!Sitting::at(Some(sitting), at(1)).is_news_after(Some(&sitting)));
        assert!(Sitting::at(Some(sitting), at(2)).is_news_after(Some(&sitting)));
        assert!(sitting.showing(11).is_news_after(Some(&sitting)));
    }
}
