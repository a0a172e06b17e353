//! How often somebody may try to log in: some failures are free, then each makes the next wait longer.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

/// Failures of one key, and the last of them.
#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// How failures are counted.
#[derive(Clone, Copy, Debug)]
struct Rule {
    free: u32,
    longest_wait: Duration,
}

/// A reader's own slips, and those of someone behind the same address, cost nothing.
const PER_CLIENT: Rule = Rule { free: 10, longest_wait: Duration::from_mins(15) };
/// From whatever addresses: no wait is longer, so that nobody locks a reader out for good.
const PER_NAME: Rule = Rule { free: 10, longest_wait: Duration::from_mins(1) };
/// The first wait; it doubles with each further failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Failures are forgotten when none has come for so long.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);
/// Keys at a time: bounds memory. Beyond, the one that failed longest ago is forgotten.
const MOST_KEYS: usize = 10_000;

/// Failed logins by client and by name. In memory only: a restart forgets them.
#[derive(Clone, Debug, Default)]
pub struct LoginLimits {
    clients: HashMap<String, Failures>,
    names: HashMap<String, Failures>,
}

impl LoginLimits {
    /// Counts an attempt as failed until [`Self::succeeded`] says otherwise, so that many at once do
    /// not pass together. `Err` is how long to wait instead. Names that nobody has count alike.
    pub fn begin(&mut self, client: &str, name: &str, now: Timestamp) -> Result<(), Duration> {
        let waits =
            [wait(&self.clients, PER_CLIENT, client, now), wait(&self.names, PER_NAME, name, now)];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(wait);
        }
        count(&mut self.clients, client, now);
        count(&mut self.names, name, now);
        Ok(())
    }

    /// The failures of a name are forgotten. Those of a client are not: whoever has a login of their
    /// own could try others for ever.
    pub fn succeeded(&mut self, client: &str, name: &str) {
        self.names.remove(name);
        if let Some(failures) = self.clients.get_mut(client) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

fn wait(
    known: &HashMap<String, Failures>,
    rule: Rule,
    key: &str,
    now: Timestamp,
) -> Option<Duration> {
    let failures = known.get(key).filter(|it| !is_forgotten(it, now))?;
    let beyond = failures.count.checked_sub(rule.free)?;
    let wait = FIRST_WAIT.saturating_mul(1 << beyond.min(20)).min(rule.longest_wait);
    // A clock that was set back makes nobody wait longer than that.
    let since = Duration::try_from(now.duration_since(failures.last)).unwrap_or_default();
    wait.checked_sub(since).filter(|it| !it.is_zero())
}

fn is_forgotten(failures: &Failures, now: Timestamp) -> bool {
    let since = Duration::try_from(now.duration_since(failures.last)).unwrap_or_default();
    since >= FORGOTTEN_AFTER
}

fn count(known: &mut HashMap<String, Failures>, key: &str, now: Timestamp) {
    if !known.contains_key(key) && known.len() >= MOST_KEYS {
        known.retain(|_, it| !is_forgotten(it, now));
        let oldest = known.iter().min_by_key(|it| it.1.last).map(|it| it.0.clone());
        if known.len() >= MOST_KEYS
            && let Some(oldest) = oldest
        {
            known.remove(&oldest);
        }
    }
    let before = known.get(key).filter(|it| !is_forgotten(it, now)).map_or(0, |it| it.count);
    known.insert(key.to_owned(), Failures { count: before.saturating_add(1), last: now });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn after_some_failures_each_makes_the_next_wait_longer() {
        let mut limits = LoginLimits::default();
        for _ in 0..10 {
            assert_eq!(limits.begin("client", "ada", at(0)), Ok(()));
        }
        assert_eq!(limits.begin("client", "ada", at(0)), Err(Duration::from_secs(1)));
        assert_eq!(limits.begin("client", "ada", at(1)), Ok(()));
        assert_eq!(limits.begin("client", "ada", at(1)), Err(Duration::from_secs(2)));
        assert_eq!(limits.begin("client", "eve", at(1)), Err(Duration::from_secs(2)), "the client");
        assert_eq!(limits.begin("other", "ada", at(1)), Err(Duration::from_secs(2)), "the name");
        assert_eq!(limits.begin("other", "eve", at(1)), Ok(()));
        assert_eq!(limits.begin("client", "ada", at(3_601)), Ok(()), "an hour later");
    }

    #[test]
    fn a_name_is_never_closed_for_longer_than_a_minute() {
        let mut limits = LoginLimits::default();
        let mut tries = 0;
        for second in 0..3_600 {
            let client = format!("client {second}");
            tries += u32::from(limits.begin(&client, "ada", at(second)).is_ok());
            let wait = limits.clone().begin("ada at home", "ada", at(second)).err();
            assert!(wait.is_none_or(|it| it <= Duration::from_mins(1)));
        }
        assert!((60..90).contains(&tries), "{tries} tries in an hour, from 3,600 addresses");
    }

    #[test]
    fn a_success_clears_the_name_and_not_the_client() {
        let mut limits = LoginLimits::default();
        for turn in 0..20 {
            if limits.begin("client", &format!("victim {turn}"), at(0)).is_err() {
                assert_eq!(turn, 10);
                return;
            }
            // An own login between two guesses does not help.
            if limits.begin("client", "mallory", at(0)).is_ok() {
                limits.succeeded("client", "mallory");
            }
        }
        panic!("never had to wait");
    }

    #[test]
    fn memory_is_bounded() {
        let mut limits = LoginLimits::default();
        for number in 0..i64::try_from(MOST_KEYS).unwrap() + 50 {
            let _ = limits.begin(
                &format!("client {number}"),
                &format!("name {number}"),
                at(number / 100),
            );
        }
        assert_eq!((limits.clients.len(), limits.names.len()), (MOST_KEYS, MOST_KEYS));
    }
}
