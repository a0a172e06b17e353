//! What can go wrong with a mail, by what the caller can do about it.

use std::{error::Error, fmt, io, path::PathBuf};

use crate::domain::MailAddress;

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// For good, and this one mail only.
    #[error("{server} refused the mail to {to}: {answer}")]
    Refused { server: String, to: MailAddress, answer: String, unknown_address: bool },
    /// This one mail only; later it may be taken.
    #[error("{server} does not take the mail to {to} now: {answer}")]
    Later { server: String, to: MailAddress, answer: String },
    /// Nothing can be handed over at present; later it may be.
    #[error("could not hand a mail over to {server}, {step}")]
    Unreachable { server: String, step: &'static str, source: Cause },
    /// Nothing can be handed over until someone changes something.
    #[error(
        "{server} takes no mails from us, {step}: check PEERSCOPE_SMTP_URL and PEERSCOPE_MAIL_FROM"
    )]
    Unusable { server: String, step: &'static str, source: Cause },
    #[error("could not write {}: check that the folder can be written to", path.display())]
    Folder { path: PathBuf, source: io::Error },
}

/// An error of the library behind the door; what it is made of stays inside.
#[derive(Debug)]
pub struct Cause(pub(super) Box<dyn Error + Send + Sync>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
