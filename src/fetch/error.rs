//! Why a fetch brought nothing, by what a person can do about it.

use std::{error::Error, fmt, net::IpAddr, time::Duration};

use crate::domain::{Address, Failure, FailureKind};

/// Letters of a detail; addresses and certificates may bring many more.
const LONGEST_DETAIL: usize = 300;

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the proxy for `{scheme}` addresses cannot be used")]
    BadProxy { scheme: &'static str, source: Cause },
    #[error("the extra certificates are not readable as PEM")]
    BadAuthority { source: Cause },
    #[error("no HTTP client can be made with these settings")]
    NoClient { source: Cause },
    #[error("{address} is in a private network{}", of(*ip))]
    Forbidden { address: Address, ip: Option<IpAddr> },
    /// There was no whole answer; `what` tells what happened instead.
    #[error("{what}")]
    Unanswered { kind: FailureKind, what: String, source: Option<Cause> },
    /// The server answered, but not with the document.
    #[error("{address} answered {status}{}", told(note))]
    Refused {
        kind: FailureKind,
        address: Address,
        status: u16,
        note: &'static str,
        retry_after: Option<Duration>,
    },
    #[error("the redirect {status} of {address} {why}")]
    Redirects { address: Address, status: u16, why: &'static str },
    #[error("{address} is larger than {limit} bytes")]
    TooLarge { address: Address, status: u16, limit: u64 },
    #[error("{address} answered {status} with an empty document")]
    Empty { address: Address, status: u16 },
}

/// What lies behind an error; the library that said so stays inside.
#[derive(Debug)]
pub struct Cause(Box<dyn Error + Send + Sync>);

impl FetchError {
    /// The same as a value that can be stored and shown.
    pub fn failure(&self) -> Failure {
        Failure {
            kind: self.kind(),
            detail: self.detail(),
            status: self.status(),
            retry_after: match self {
                Self::Refused { retry_after, .. } => *retry_after,
                _ => None,
            },
        }
    }

    pub fn kind(&self) -> FailureKind {
        match self {
            Self::BadProxy { .. } => FailureKind::Proxy,
            Self::BadAuthority { .. } | Self::NoClient { .. } => FailureKind::Tls,
            Self::Forbidden { .. } => FailureKind::Forbidden,
            Self::Unanswered { kind, .. } | Self::Refused { kind, .. } => *kind,
            Self::Redirects { .. } => FailureKind::Redirects,
            Self::TooLarge { .. } => FailureKind::TooLarge,
            Self::Empty { .. } => FailureKind::Empty,
        }
    }

    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. }
            | Self::Redirects { status, .. }
            | Self::TooLarge { status, .. }
            | Self::Empty { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(super) fn too_slow(address: &Address, limit: Duration) -> Self {
        let what = format!("{address} took longer than {} s", limit.as_secs_f32());
        Self::Unanswered { kind: FailureKind::Timeout, what, source: None }
    }

    pub(super) fn redirects(address: &Address, status: u16, why: &'static str) -> Self {
        Self::Redirects { address: address.clone(), status, why }
    }

    /// The message and the innermost cause: what lies between only names layers of the client.
    fn detail(&self) -> String {
        let message = self.to_string();
        let mut root: &(dyn Error + 'static) = self;
        while let Some(cause) = root.source() {
            root = cause;
        }
        let cause = root.to_string();
        if message.contains(&cause) {
            return one_line(&message);
        }
        one_line(&format!("{message}: {cause}"))
    }
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_DETAIL) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn of(ip: Option<IpAddr>) -> String {
    ip.map(|ip| format!(" ({ip})")).unwrap_or_default()
}

fn told(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(" ({note})") }
}

impl Cause {
    pub(super) fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

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
