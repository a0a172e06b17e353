//! What an answer of a mail server means for whoever wants to hand over a mail.

use lettre::transport::smtp;

use super::{Cause, MailError};
use crate::domain::MailAddress;

/// Where in the talk with a server something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Connecting,
    Encrypting,
    LoggingIn,
    NamingSender,
    NamingRecipient,
    Beginning,
    Sending,
}

impl Step {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Encrypting => "beginning TLS",
            Self::LoggingIn => "logging in",
            Self::NamingSender => "naming the sender",
            Self::NamingRecipient => "naming the recipient",
            Self::Beginning => "beginning the mail",
            Self::Sending => "sending the mail",
        }
    }

    /// Whether an answer at this step is about one mail.
    fn is_about_the_mail(self) -> bool {
        matches!(self, Self::NamingRecipient | Self::Beginning | Self::Sending)
    }
}

/// A server that did not say a word in the time that it was given.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {0} seconds")]
pub(super) struct Silent(pub(super) u64);

pub(super) fn silent(server: &str, step: Step, seconds: u64) -> MailError {
    unreachable(server, step, Silent(seconds))
}

fn unreachable(
    server: &str,
    step: Step,
    error: impl std::error::Error + Send + Sync + 'static,
) -> MailError {
    let (server, step) = (server.to_owned(), step.as_str());
    MailError::Unreachable { server, step, source: Cause(Box::new(error)) }
}

/// By codes of RFC 5321, 4.2 and RFC 3463.
pub(super) fn judge(server: &str, to: &MailAddress, step: Step, error: smtp::Error) -> MailError {
    let code = error.status().map(u16::from);
    let answer = answer_of(&error, code);
    let (named, to_whom) = (server.to_owned(), to.clone());
    match code {
        Some(code @ 500..) if step.is_about_the_mail() && !is_about_us(code, &answer) => {
            let unknown_address = step == Step::NamingRecipient && is_unknown_address(&answer);
            MailError::Refused { server: named, to: to_whom, answer, unknown_address }
        }
        // The server is about to close the connection.
        Some(421) => unreachable(server, step, error),
        Some(400..500) if step.is_about_the_mail() || step == Step::NamingSender => {
            MailError::Later { server: named, to: to_whom, answer }
        }
        Some(400..500) => unreachable(server, step, error),
        Some(_) => unusable(named, step, error),
        None if error.is_client() || is_distrust(&error) => unusable(named, step, error),
        None => unreachable(server, step, error),
    }
}

fn unusable(server: String, step: Step, error: smtp::Error) -> MailError {
    MailError::Unusable { server, step: step.as_str(), source: Cause(Box::new(error)) }
}

/// Code and text, as the server said them.
fn answer_of(error: &smtp::Error, code: Option<u16>) -> String {
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match code {
        Some(code) => format!("{code} {text}").trim_end().to_owned(),
        None => text,
    }
}

/// The server wants a login or TLS first, or passes nothing on for us: it would say the same of every
/// mail.
fn is_about_us(code: u16, answer: &str) -> bool {
    let answer = answer.to_ascii_lowercase();
    matches!(code, 530 | 534 | 535 | 538) || answer.contains("relay") || answer.contains("authent")
}

/// RFC 3463, 3.2: the mailbox or its system does not exist, or has moved.
fn is_unknown_address(answer: &str) -> bool {
    ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"].iter().any(|code| {
        answer.split_whitespace().any(|word| word.trim_matches([':', '<', '>', '-']) == *code)
    })
}

/// A certificate that is not trusted gets no better by waiting.
fn is_distrust(error: &smtp::Error) -> bool {
    let mut cause = Some(error as &(dyn std::error::Error + 'static));
    while let Some(error) = cause {
        if error.to_string().to_ascii_lowercase().contains("certificate") {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_is_told_from_other_refusals() {
        assert!(is_unknown_address("550 5.1.1 <ada@example.com>: no such user"));
        assert!(is_unknown_address("550 5.1.10: Recipient not found"));
        assert!(!is_unknown_address("552 5.2.2 mailbox full"));
        assert!(!is_unknown_address("550 no such user"));
        assert!(is_about_us(554, "554 5.7.1 <ada@example.com>: Relay access denied"));
        assert!(is_about_us(530, "530 5.7.0 Must issue a STARTTLS command first"));
        assert!(!is_about_us(554, "554 5.7.1 looks like spam"));
    }
}
