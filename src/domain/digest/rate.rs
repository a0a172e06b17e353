//! How often something may happen: token buckets, one for each key, in bounded memory.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

/// So many at once, and one more after each `every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub at_once: u32,
    pub every: Duration,
}

/// Buckets of one rate. For each key it is only kept when its bucket will be full again; a bucket
/// that is full is forgotten.
#[derive(Clone, Debug)]
pub struct Buckets {
    rate: Rate,
    /// Keys at a time. Where there are more, newcomers wait.
    most: usize,
    full_at: HashMap<String, Timestamp>,
}

impl Buckets {
    pub fn new(rate: Rate, most: usize) -> Self {
        Self { rate, most, full_at: HashMap::new() }
    }

    /// How long to wait until there is room under a key; `None` where there is.
    pub fn wait(&self, key: &str, now: Timestamp) -> Option<Duration> {
        let Some(full_at) = self.full_at.get(key) else {
            let is_crowded = self.full_at.len() >= self.most;
            return is_crowded.then_some(self.rate.every);
        };
        // Room for one more stays while all but one of the tokens have to come back yet.
        let others = self.rate.every * self.rate.at_once.saturating_sub(1);
        let missing = full_at.duration_since(now).unsigned_abs();
        let is_ahead = *full_at > now && missing > others;
        is_ahead.then(|| missing.saturating_sub(others))
    }

    pub fn take(&mut self, key: &str, now: Timestamp) {
        if self.full_at.len() >= self.most {
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        let full_at = self.full_at.get(key).copied().unwrap_or(now).max(now);
        self.full_at.insert(key.to_owned(), full_at + self.rate.every);
    }

    /// Forgets buckets that are full again, so that newcomers find room.
    pub fn sweep(&mut self, now: Timestamp) {
        self.full_at.retain(|_, full_at| *full_at > now);
    }
}

/// Whether someone who asks for a mail gets one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted,
    /// The address was written to often enough; whoever asks is not told.
    Enough,
    /// Too much was asked for from there, or by all together.
    TooMany {
        wait: Duration,
    },
}

/// Who may ask for mails, and how often: an address is written to three times a day at most, and nobody
/// can have us write to many.
#[derive(Clone, Debug)]
pub struct AskingLimits {
    addresses: Buckets,
    clients: Buckets,
    all: Buckets,
}

const PER_ADDRESS: Rate = Rate { at_once: 3, every: Duration::from_hours(8) };
const PER_CLIENT: Rate = Rate { at_once: 10, every: Duration::from_mins(6) };
/// Of an installation: sixty an hour.
const IN_ALL: Rate = Rate { at_once: 60, every: Duration::from_mins(1) };
/// More than all can use up within the time in which a bucket of an address fills again.
const MOST_KEYS: usize = 4_096;

impl Default for AskingLimits {
    fn default() -> Self {
        Self {
            addresses: Buckets::new(PER_ADDRESS, MOST_KEYS),
            clients: Buckets::new(PER_CLIENT, MOST_KEYS),
            all: Buckets::new(IN_ALL, 1),
        }
    }
}

impl AskingLimits {
    /// `client` is whoever asks, as far as the network tells; `address` whom a mail would go to.
    pub fn admit(&mut self, client: &str, address: &str, now: Timestamp) -> Admission {
        self.addresses.sweep(now);
        self.clients.sweep(now);
        let waits = [self.clients.wait(client, now), self.all.wait("", now)];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Admission::TooMany { wait };
        }
        self.clients.take(client, now);
        if self.addresses.wait(address, now).is_some() {
            return Admission::Enough;
        }
        self.all.take("", now);
        self.addresses.take(address, now);
        Admission::Admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
    }

    #[test]
    fn a_bucket_gives_so_many_at_once_and_fills_one_by_one() {
        let rate = Rate { at_once: 2, every: Duration::from_mins(10) };
        let mut buckets = Buckets::new(rate, 10);
        for _ in 0..2 {
            assert_eq!(buckets.wait("a", at(0)), None);
            buckets.take("a", at(0));
        }
        assert_eq!(buckets.wait("a", at(0)), Some(Duration::from_mins(10)));
        assert_eq!(buckets.wait("a", at(9)), Some(Duration::from_mins(1)));
        assert_eq!(buckets.wait("b", at(9)), None, "each key has its own");
        assert_eq!(buckets.wait("a", at(10)), None);
        buckets.take("a", at(10));
        assert!(buckets.wait("a", at(10)).is_some());
        assert_eq!(buckets.wait("a", at(60)), None);
        assert_eq!(buckets.wait("a", at(-60)), Some(Duration::from_mins(80)), "a clock set back");
    }

    #[test]
    fn memory_is_bounded_and_full_buckets_make_room() {
        let rate = Rate { at_once: 1, every: Duration::from_mins(10) };
        let mut buckets = Buckets::new(rate, 2);
        buckets.take("a", at(0));
        buckets.take("b", at(5));
        assert!(buckets.wait("c", at(5)).is_some(), "no room for a third");
        buckets.sweep(at(10));
        assert_eq!(buckets.wait("c", at(10)), None);
        buckets.take("c", at(10));
        assert_eq!(buckets.full_at.len(), 2);
    }

    #[test]
    fn an_address_is_written_to_three_times_a_day() {
        let mut limits = AskingLimits::default();
        let mut admitted = 0;
        for minute in 0..24 * 60 {
            let client = format!("client {minute}");
            admitted += u32::from(limits.admit(&client, "ada", at(minute)) == Admission::Admitted);
        }
        assert_eq!(admitted, 3 + 2, "three at once, and one more every eight hours");
        assert_eq!(limits.admit("x", "eve", at(24 * 60)), Admission::Admitted);
    }

    #[test]
    fn nobody_has_us_write_to_many() {
        let mut limits = AskingLimits::default();
        let admitted = |limits: &mut AskingLimits, client: &str, many: u32| {
            let asks = (0..many).map(|it| limits.admit(client, &format!("{client}{it}"), at(0)));
            asks.filter(|it| *it == Admission::Admitted).count()
        };
        assert_eq!(admitted(&mut limits, "one", 100), 10);
        let all: usize = (0..100).map(|it| admitted(&mut limits, &format!("c{it}"), 9)).sum();
        assert_eq!(all, 50, "sixty an hour in all");
        let told = limits.admit("late", "late", at(0));
        assert!(matches!(told, Admission::TooMany { wait } if wait <= Duration::from_mins(1)));
    }
}
