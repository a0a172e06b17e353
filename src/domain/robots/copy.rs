//! The copy of a `robots.txt` that the library keeps, and how long it holds.

use std::time::Duration;

use jiff::Timestamp;

use super::Robots;
use crate::domain::Validators;

/// How long a copy holds (RFC 9309 §2.4).
const KEPT: Duration = Duration::from_hours(24);
/// After a server's error the file is asked for again after this.
const AFTER_ERROR: Duration = Duration::from_hours(1);
/// When no server was reached, the fault may be ours.
const AFTER_SILENCE: Duration = Duration::from_mins(10);
/// Longest `Retry-After` that is believed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(7 * 24);
/// After so long without an answer, a file that was never read counts as absent (RFC 9309 §2.3.1.4).
const GIVEN_UP_AFTER: Duration = Duration::from_hours(30 * 24);

/// What is kept of the `robots.txt` of one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RobotsCopy {
    /// As last read: empty where there is no file, `None` if none could ever be asked for.
    pub text: Option<String>,
    pub validators: Validators,
    pub asked: Timestamp,
    /// When to ask again.
    pub until: Timestamp,
    /// Since when nobody has answered.
    pub unreachable_since: Option<Timestamp>,
}

/// What asking for a `robots.txt` came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RobotsAnswer {
    Read {
        body: Vec<u8>,
        validators: Validators,
    },
    Unchanged {
        validators: Validators,
    },
    /// 4xx and more redirects than anyone follows: everything may be fetched (RFC 9309 §2.3.1.3).
    Absent,
    /// 5xx, 429 and network errors: nothing may be fetched (RFC 9309 §2.3.1.4).
    Unreachable {
        retry_after: Option<Duration>,
        was_server_reached: bool,
    },
}

impl RobotsCopy {
    /// What is kept after an answer.
    pub fn after(known: Option<Self>, answer: RobotsAnswer, now: Timestamp) -> Self {
        let holding = |text, validators| Self {
            text,
            validators,
            asked: now,
            until: now + KEPT,
            unreachable_since: None,
        };
        match answer {
            RobotsAnswer::Read { body, validators } => holding(Some(in_ascii(&body)), validators),
            RobotsAnswer::Absent => holding(Some(String::new()), Validators::default()),
            RobotsAnswer::Unchanged { validators } => {
                let (text, known) = known.map(|it| (it.text, it.validators)).unwrap_or_default();
                holding(text, known.refreshed_by(validators))
            }
            RobotsAnswer::Unreachable { retry_after, was_server_reached } => {
                let usual = if was_server_reached { AFTER_ERROR } else { AFTER_SILENCE };
                let wait = usual.max(retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER));
                let since = known.as_ref().and_then(|it| it.unreachable_since);
                let (text, validators) =
                    known.map(|it| (it.text, it.validators)).unwrap_or_default();
                let unreachable_since = Some(since.unwrap_or(now));
                Self { text, validators, asked: now, until: now + wait, unreachable_since }
            }
        }
    }

    /// Whether the copy holds without asking again.
    pub fn holds(&self, now: Timestamp) -> bool {
        // A clock that was set back asks again.
        self.asked <= now && now < self.until
    }

    /// The rules that hold now; `None` when nobody knows them. While a file cannot be reached, its
    /// last copy counts on.
    pub fn rules(&self, now: Timestamp) -> Option<Robots> {
        if let Some(text) = &self.text {
            return Some(Robots::parse(text.as_bytes()));
        }
        let given_up = self.unreachable_since.is_some_and(|since| since + GIVEN_UP_AFTER <= now);
        given_up.then(Robots::default)
    }
}

/// With escapes in place of all that is not ASCII, which compares the same: a library keeps text, and
/// these files are bytes.
fn in_ascii(body: &[u8]) -> String {
    use std::fmt::Write as _;
    let body = body.get(..super::MOST_ROBOTS_BYTES + 1).unwrap_or(body);
    let mut text = String::with_capacity(body.len());
    for byte in body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body) {
        if byte.is_ascii() && *byte != 0 {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
