//! How a source is doing, in one word: for pages, API and metrics alike.

use jiff::Timestamp;

use crate::{domain::SourceState, store::SourceReport};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// The last visit failed for a reason that speaks against the source.
    Failing,
    /// 410: not visited any more.
    Gone,
    /// Its server asked to be left alone for a while.
    Paused,
    /// Not visited yet.
    New,
    Fine,
}

impl Standing {
    pub(super) const ALL: [Self; 5] =
        [Self::Failing, Self::Gone, Self::Paused, Self::New, Self::Fine];

    pub(super) fn of(report: &SourceReport) -> Self {
        let state = &report.source.state;
        match &state.failure {
            _ if state.muted => Self::Gone,
            Some(failure) if failure.kind.is_fault() => Self::Failing,
            Some(_) => Self::Paused,
            None if state.visited.is_none() => Self::New,
            None => Self::Fine,
        }
    }

    /// The word in JSON, metrics and the message catalogue.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Paused => "paused",
            Self::New => "new",
            Self::Fine => "fine",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// When the source is visited again; `None` if it is not, by itself.
    pub(super) fn next_visit(self, state: &SourceState) -> Option<Timestamp> {
        let is_visited = self != Self::Gone;
        let earliest = state.not_before.unwrap_or(state.next_visit);
        is_visited.then_some(state.next_visit.max(earliest))
    }

    /// Whether a person may have to do something.
    pub(super) fn is_broken(self) -> bool {
        matches!(self, Self::Failing | Self::Gone)
    }
}
