//! Sessions: one login from one browser, until it ends or is not used any more.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{SessionId, cut_at_word};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub made: Timestamp,
    /// When it was used last, to the hour.
    pub seen: Timestamp,
    /// Where the login came from, as far as the network tells.
    pub client: String,
    /// As the browser called itself.
    pub agent: String,
}

impl Session {
    /// Without being used.
    pub const IDLE: SignedDuration = SignedDuration::from_hours(30 * 24);
    /// However much it is used.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(180 * 24);
    /// That it is used is written down this often.
    const NOTED_EVERY: SignedDuration = SignedDuration::from_hours(1);

    /// Whether it still counts.
    pub fn counts(&self, now: Timestamp) -> bool {
        let since = |then: Timestamp| now.duration_since(then);
        since(self.seen) < Self::IDLE && since(self.made) < Self::LONGEST
    }

    /// Whether it is time to write down that it is used.
    pub fn is_to_be_noted(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) >= Self::NOTED_EVERY
    }
}

/// In characters.
const LONGEST_AGENT: usize = 160;

/// How a browser calls itself, on one line.
pub fn agent_in_short(agent: &str) -> String {
    let plain: String = agent.chars().filter(|it| !it.is_control()).collect();
    cut_at_word(plain.trim(), LONGEST_AGENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_not_used_and_after_half_a_year_in_any_case() {
        let day = |day: i64| Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap();
        let session = |made, seen| Session {
            id: SessionId(1),
            made: day(made),
            seen: day(seen),
            client: String::new(),
            agent: String::new(),
        };
        assert!(session(0, 0).counts(day(29)) && !session(0, 0).counts(day(30)));
        assert!(session(0, 179).counts(day(179)) && !session(0, 179).counts(day(180)));
        assert!(session(5, 5).counts(day(0)), "a clock that was set back ends nothing");
        assert!(session(0, 0).is_to_be_noted(day(1)) && !session(0, 1).is_to_be_noted(day(1)));
    }
}
