//! How a host was treated, in numbers that can be shown to it.

use std::ops::AddAssign;

use jiff::Timestamp;
use serde::Serialize;

/// What went between us and one host gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HostTally {
    pub requests: u64,
    /// Requests that the server could answer with "unchanged".
    pub conditional: u64,
    /// Those that it did.
    pub unchanged: u64,
    /// Of bodies, decompressed.
    pub bytes: u64,
    /// What the unchanged documents measured when they last came.
    pub saved_bytes: u64,
    /// Times the host asked to be left alone for a while (`Retry-After`), and was.
    pub waits_obeyed: u64,
    /// Pages that were not asked for because `robots.txt` forbids them.
    pub robots_obeyed: u64,
    /// Time that requests were held back for the pause between two of them.
    pub paused_ms: u64,
    /// Most requests under way at the same time.
    pub most_at_once: u64,
}

impl HostTally {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for HostTally {
    fn add_assign(&mut self, more: Self) {
        self.requests += more.requests;
        self.conditional += more.conditional;
        self.unchanged += more.unchanged;
        self.bytes += more.bytes;
        self.saved_bytes += more.saved_bytes;
        self.waits_obeyed += more.waits_obeyed;
        self.robots_obeyed += more.robots_obeyed;
        self.paused_ms += more.paused_ms;
        self.most_at_once = self.most_at_once.max(more.most_at_once);
    }
}

/// The day of a time, counted from 1970 in UTC.
pub fn day_of(time: Timestamp) -> i64 {
    time.as_second().div_euclid(24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_add_up_and_the_most_at_once_is_the_most() {
        let mut sum = HostTally { requests: 2, most_at_once: 1, ..HostTally::default() };
        sum += HostTally { requests: 3, most_at_once: 1, bytes: 7, ..HostTally::default() };
        assert_eq!((sum.requests, sum.bytes, sum.most_at_once), (5, 7, 1));
        assert!(!sum.is_empty() && HostTally::default().is_empty());
    }

    #[test]
    fn days_begin_at_midnight_also_before_1970() {
        for (second, day) in [(0, 0), (86_399, 0), (86_400, 1), (-1, -1)] {
            assert_eq!(day_of(Timestamp::from_second(second).unwrap()), day);
        }
    }
}
