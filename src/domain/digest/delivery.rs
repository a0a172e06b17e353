//! What comes of sending a mail: states of the ledger, when it is tried again, and when an address is
//! given up.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Subscriber, SubscriberState, Week};
use crate::domain::SubscriberId;

/// How far a mail has come. The word is the same in SQL and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// To be sent at its next attempt.
    Waiting,
    /// Someone has claimed it.
    Sending,
    /// A server took it.
    Sent,
    /// A server refused it for good.
    Refused,
    /// No server took it for days.
    GivenUp,
    /// Whoever was to receive it had left.
    Withdrawn,
    /// There is no issue: it was due too long ago.
    Skipped,
}

impl DeliveryState {
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Sending,
        Self::Sent,
        Self::Refused,
        Self::GivenUp,
        Self::Withdrawn,
        Self::Skipped,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "given-up",
            Self::Withdrawn => "withdrawn",
            Self::Skipped => "skipped",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// A row of the ledger: what became of one issue for one subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub subscriber: SubscriberId,
    pub week: Week,
    pub state: DeliveryState,
    /// Without angle brackets; the same however often it is sent.
    pub message_id: String,
    pub attempts: u32,
    pub next_attempt: Timestamp,
    /// What the server said last, or why there was no answer.
    pub answer: Option<String>,
    pub changed: Timestamp,
}

/// What came of one attempt to hand a mail over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    pub result: HandOverResult,
    /// What the server said, or why there was no answer.
    pub answer: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOverResult {
    Taken,
    /// For good; another attempt has no sense.
    Refused {
        unknown_address: bool,
    },
    /// A later attempt may succeed.
    Later,
    /// Not tried: whoever was to receive it has left meanwhile.
    Withdrawn,
}

/// Between two attempts; the last one counts for all that follow.
const WAITS: [SignedDuration; 5] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
];

/// RFC 5321, 4.5.4.1 asks for four to five days between mail servers. After so long a weekly issue is
/// old, and the next one is near.
pub const LONGEST_TRY: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A refusal so long after another is no passing trouble.
const FAR_APART: SignedDuration = SignedDuration::from_hours(6 * 24);

impl HandOver {
    /// State of the mail after its `attempts`th attempt, and when it is tried again. `made` is when it
    /// was first to be sent.
    pub fn standing(
        &self,
        attempts: u32,
        made: Timestamp,
        now: Timestamp,
    ) -> (DeliveryState, Timestamp) {
        let state = match self.result {
            HandOverResult::Taken => DeliveryState::Sent,
            HandOverResult::Refused { .. } => DeliveryState::Refused,
            HandOverResult::Withdrawn => DeliveryState::Withdrawn,
            HandOverResult::Later => {
                let last = WAITS.len() - 1;
                let wait = usize::try_from(attempts.saturating_sub(1)).unwrap_or(last).min(last);
                let next = now + WAITS[wait];
                let is_late = next.duration_since(made) > LONGEST_TRY;
                return if is_late {
                    (DeliveryState::GivenUp, now)
                } else {
                    (DeliveryState::Waiting, next)
                };
            }
        };
        (state, now)
    }
}

impl Subscriber {
    /// What a hand-over says about the address: one that was refused for good is suspended when it is
    /// refused again as unknown, or again after most of a week. A mail that is taken clears all. Whoever
    /// reads here (the owner) mends their address themselves, and keeps receiving issues on pages.
    #[must_use]
    pub fn after(&self, result: HandOverResult, now: Timestamp) -> Self {
        let mut after = self.clone();
        match result {
            HandOverResult::Taken => (after.refusals, after.refused) = (0, None),
            HandOverResult::Refused { unknown_address } => {
                let since = self.refused.map(|it| now.duration_since(it));
                let is_lasting = since.is_some_and(|it| unknown_address || it >= FAR_APART);
                after.refusals = self.refusals.saturating_add(1);
                after.refused = Some(now);
                let is_active = self.state == SubscriberState::Active && self.reader.is_none();
                if is_lasting && is_active {
                    after.state = SubscriberState::Suspended;
                }
            }
            HandOverResult::Later | HandOverResult::Withdrawn => {}
        }
        after
    }

    /// The `Message-ID` of an issue, without angle brackets: the same for the same subscriber, week and
    /// sender, also in a library that was put back from a copy, so that a repeat is known for one.
    pub fn message_id(&self, week: Week, host: &str) -> String {
        let text = format!("{}\n{}\n{week}", self.id, self.stamp);
        let digest = Sha256::digest(text.as_bytes());
        let mut id = format!("{week}.");
        for byte in digest.iter().take(10) {
            let _ = write!(id, "{byte:02x}");
        }
        id + "@" + host
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DigestPlan, Preferences, ReaderId};

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn later() -> HandOver {
        HandOver { result: HandOverResult::Later, answer: "451 later".into() }
    }

    #[test]
    fn a_mail_is_tried_again_less_and_less_often_for_three_days() {
        let made = time("2026-11-23T08:00:00Z");
        let (mut now, mut attempts, mut waits) = (made, 0, Vec::new());
        loop {
            attempts += 1;
            let (state, next) = later().standing(attempts, made, now);
            if state == DeliveryState::GivenUp {
                break;
            }
            waits.push(next.duration_since(now).as_mins());
            now = next;
        }
        assert_eq!(waits[..7], [1, 5, 30, 120, 360, 360, 360]);
        let tried = now.duration_since(made).as_hours();
        assert!((66..=72).contains(&tried), "{tried} hours");
    }

    #[test]
    fn what_was_taken_or_refused_is_tried_no_more() {
        let now = time("2026-11-23T08:00:00Z");
        for (result, state) in [
            (HandOverResult::Taken, DeliveryState::Sent),
            (HandOverResult::Refused { unknown_address: false }, DeliveryState::Refused),
            (HandOverResult::Withdrawn, DeliveryState::Withdrawn),
        ] {
            let hand_over = HandOver { result, answer: String::new() };
            assert_eq!(hand_over.standing(1, now, now).0, state);
        }
    }

    fn subscriber() -> Subscriber {
        Subscriber {
            id: SubscriberId(7),
            reader: None,
            address: Some("ada@example.com".parse().unwrap()),
            state: SubscriberState::Active,
            preferences: Preferences {
                language: "en".parse().unwrap(),
                domains: Vec::new(),
                interests: Vec::new(),
                topics: Vec::new(),
                mute: Vec::new(),
                plan: DigestPlan::default(),
            },
            stamp: "stamp".into(),
            made: time("2026-11-01T00:00:00Z"),
            confirmed: None,
            mark: 0,
            slot: None,
            refusals: 0,
            refused: None,
        }
    }

    const UNKNOWN: HandOverResult = HandOverResult::Refused { unknown_address: true };
    const OTHER: HandOverResult = HandOverResult::Refused { unknown_address: false };

    #[test]
    fn an_address_is_suspended_when_refusals_last() {
        let state = |results: &[(HandOverResult, &str)]| {
            let after =
                |it: Subscriber, (result, at): &(HandOverResult, &str)| it.after(*result, time(at));
            results.iter().fold(subscriber(), after).state
        };
        let (monday, tuesday) = ("2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z");
        let week_later = "2026-11-30T08:00:00Z";
        assert_eq!(state(&[(UNKNOWN, monday)]), SubscriberState::Active);
        assert_eq!(state(&[(UNKNOWN, monday), (UNKNOWN, tuesday)]), SubscriberState::Suspended);
        assert_eq!(state(&[(OTHER, monday), (OTHER, tuesday)]), SubscriberState::Active);
        assert_eq!(state(&[(OTHER, monday), (OTHER, week_later)]), SubscriberState::Suspended);
        let between = [(OTHER, monday), (HandOverResult::Taken, tuesday), (OTHER, week_later)];
        assert_eq!(state(&between), SubscriberState::Active);
        let later = [(OTHER, monday), (HandOverResult::Later, tuesday), (OTHER, week_later)];
        assert_eq!(state(&later), SubscriberState::Suspended);
    }

    #[test]
    fn the_owner_is_never_suspended_and_nobody_comes_back_by_a_refusal() {
        let now = time("2026-11-23T08:00:00Z");
        let owner = Subscriber { reader: Some(ReaderId::ONLY), ..subscriber() };
        assert_eq!(owner.after(UNKNOWN, now).after(UNKNOWN, now).state, SubscriberState::Active);
        let left = Subscriber { state: SubscriberState::Left, ..subscriber() };
        assert_eq!(left.after(UNKNOWN, now).after(UNKNOWN, now).state, SubscriberState::Left);
    }

    #[test]
    fn an_issue_has_one_message_id_and_no_two_share_it() {
        let week: Week = "2026-W48".parse().unwrap();
        let id = subscriber().message_id(week, "peers.example");
        assert_eq!(id, subscriber().message_id(week, "peers.example"));
        assert!(id.starts_with("2026-W48.") && id.ends_with("@peers.example"), "{id}");
        assert_ne!(id, subscriber().message_id(week.next(), "peers.example"));
        let other = Subscriber { stamp: "another".into(), ..subscriber() };
        assert_ne!(id, other.message_id(week, "peers.example"));
    }
}
