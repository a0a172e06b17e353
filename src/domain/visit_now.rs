//! Whether a source may be visited because somebody asks, before it is due.

use std::time::Duration;

use jiff::Timestamp;

use super::SourceState;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitNow {
    May,
    /// Its server asked to be left alone until then, or keeps failing.
    NotBefore(Timestamp),
    /// It was visited just now: nothing can have changed.
    JustVisited(Timestamp),
}

/// Two visits that somebody asks for are so far apart at least.
pub const VISIT_NOW_EVERY: Duration = Duration::from_mins(2);

impl VisitNow {
    pub fn of(state: &SourceState, now: Timestamp) -> Self {
        if let Some(at) = state.not_before.filter(|it| *it > now) {
            return Self::NotBefore(at);
        }
        match state.visited.filter(|it| now < *it + VISIT_NOW_EVERY) {
            Some(at) => Self::JustVisited(at),
            None => Self::May,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_asked_before_they_said_or_twice_at_once() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let state = SourceState::new("https://a.example/feed".parse().unwrap(), at(0));
        assert_eq!(VisitNow::of(&state, at(0)), VisitNow::May);
        let visited = SourceState { visited: Some(at(10)), ..state.clone() };
        assert_eq!(VisitNow::of(&visited, at(11)), VisitNow::JustVisited(at(10)));
        assert_eq!(VisitNow::of(&visited, at(12)), VisitNow::May);
        let asked = SourceState { not_before: Some(at(60)), ..visited };
        assert_eq!(VisitNow::of(&asked, at(59)), VisitNow::NotBefore(at(60)));
        assert_eq!(VisitNow::of(&asked, at(60)), VisitNow::May);
    }
}
