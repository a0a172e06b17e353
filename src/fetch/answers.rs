//! What a status means: a document, nothing new, another place, or a refusal by name.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, LOCATION};

use super::{freshness, headers::text_of};
use crate::domain::{FailureKind, Validators};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Document,
    Unchanged,
    /// The `Location`, as written.
    Moved(String),
    Refused(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) kind: FailureKind,
    pub(super) note: &'static str,
    pub(super) retry_after: Option<Duration>,
}

/// Judges an answer by its status and headers alone. `known` are the validators that were sent,
/// `new` those that came back.
pub(super) fn judge(
    status: u16,
    headers: &HeaderMap,
    known: &Validators,
    new: &Validators,
    now: Timestamp,
) -> Verdict {
    match status {
        200 | 203 if repeats(known, new) => Verdict::Unchanged,
        304 if !known.is_empty() => Verdict::Unchanged,
        301 | 302 | 303 | 307 | 308 => match text_of(headers, &LOCATION) {
            Some(location) if !location.is_empty() => Verdict::Moved(location),
            _ => refused(FailureKind::Redirects, "a redirect without a target"),
        },
        206 => refused(FailureKind::Status, "a part that nobody asked for"),
        200..=299 => Verdict::Document,
        429 | 503 => {
            let retry_after = freshness::retry_after(headers, now);
            let (kind, note) = refusal(status);
            Verdict::Refused(Refusal { kind, note, retry_after })
        }
        _ => {
            let (kind, note) = refusal(status);
            refused(kind, note)
        }
    }
}

/// Some servers ignore conditions; the validators still tell. With an `ETag` nothing else counts:
/// the same `Last-Modified` beside a new `ETag` is a change.
fn repeats(known: &Validators, new: &Validators) -> bool {
    match (&known.etag, &new.etag) {
        (Some(known), Some(new)) => known == new,
        (None, None) => new.last_modified.is_some() && known.last_modified == new.last_modified,
        _ => false,
    }
}

fn refused(kind: FailureKind, note: &'static str) -> Verdict {
    Verdict::Refused(Refusal { kind, note, retry_after: None })
}

fn refusal(status: u16) -> (FailureKind, &'static str) {
    match status {
        304 => (FailureKind::Status, "though nothing was asked conditionally"),
        401 => (FailureKind::Unauthorized, "it wants a login"),
        403 => (FailureKind::Denied, "forbidden"),
        404 => (FailureKind::NotFound, "not found"),
        // 406 is how some firewalls answer programs; 451 is for legal reasons.
        402 | 405 | 406 | 451 => (FailureKind::Denied, "refused"),
        407 => (FailureKind::Proxy, "the proxy wants a login"),
        410 => (FailureKind::Gone, "gone for good"),
        429 => (FailureKind::TooManyRequests, "too many requests"),
        500..=599 => (FailureKind::Server, "an error of the server"),
        // LinkedIn's answer to all that is no browser.
        999 => (FailureKind::BotWall, "request denied"),
        _ => (FailureKind::Status, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16) -> Verdict {
        let none = Validators::default();
        judge(status, &HeaderMap::new(), &none, &none, Timestamp::UNIX_EPOCH)
    }

    fn validators(etag: Option<&str>, last_modified: Option<&str>) -> Validators {
        Validators {
            etag: etag.map(str::to_owned),
            last_modified: last_modified.map(str::to_owned),
        }
    }

    #[test]
    fn each_refusal_has_its_name() {
        for (status, expected) in [
            (304, FailureKind::Status),
            (301, FailureKind::Redirects),
            (400, FailureKind::Status),
            (401, FailureKind::Unauthorized),
            (403, FailureKind::Denied),
            (404, FailureKind::NotFound),
            (406, FailureKind::Denied),
            (407, FailureKind::Proxy),
            (410, FailureKind::Gone),
            (429, FailureKind::TooManyRequests),
            (500, FailureKind::Server),
            (522, FailureKind::Server),
            (999, FailureKind::BotWall),
        ] {
            match verdict(status) {
                Verdict::Refused(Refusal { kind, .. }) => assert_eq!(kind, expected, "{status}"),
                other => panic!("{status}: {other:?}"),
            }
        }
    }

    #[test]
    fn only_429_and_503_may_ask_to_wait() {
        let headers = HeaderMap::from_iter([(
            reqwest::header::RETRY_AFTER,
            reqwest::header::HeaderValue::from_static("60"),
        )]);
        let none = Validators::default();
        for (status, expected) in [(429, Some(60)), (503, Some(60)), (500, None), (403, None)] {
            match judge(status, &headers, &none, &none, Timestamp::UNIX_EPOCH) {
                Verdict::Refused(Refusal { retry_after, .. }) => {
                    assert_eq!(retry_after, expected.map(Duration::from_secs), "{status}");
                }
                other => panic!("{status}: {other:?}"),
            }
        }
    }

    #[test]
    fn known_validators_in_a_full_answer_mean_unchanged() {
        let (a, b) = (Some("\"a\""), Some("\"b\""));
        let (monday, friday) = (Some("Mon"), Some("Fri"));
        for (known, new, same) in [
            (validators(a, None), validators(a, friday), true),
            (validators(a, monday), validators(b, monday), false),
            (validators(None, monday), validators(None, monday), true),
            (validators(None, monday), validators(None, friday), false),
            (validators(None, monday), validators(a, monday), false),
            (validators(a, monday), validators(None, monday), false),
            (validators(None, None), validators(None, None), false),
        ] {
            assert_eq!(repeats(&known, &new), same, "{known:?} then {new:?}");
        }
    }
}
