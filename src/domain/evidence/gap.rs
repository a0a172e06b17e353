//! Gaps: what a reader meant to care about, and nothing was noted or read of for a while.

use jiff::civil::Date;
use serde::Serialize;

use super::PackSpan;
use crate::domain::{Address, EntryId, Kind};

/// Weeks of silence that make a gap.
pub const QUIET_WEEKS: i64 = 8;
/// That are told; whoever has more is told of the longest.
const MOST_GAPS: usize = 6;

/// What is watched: a competency of the rubric, a topic, an interest.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    pub name: String,
    /// The day of the last note on it, whenever that was.
    pub noted: Option<Date>,
    /// The day on which something on it was last read to its end.
    pub read: Option<Date>,
    /// Unread, the best first.
    pub reads: Vec<ProposedRead>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProposedRead {
    pub entry: EntryId,
    pub title: String,
    pub address: Option<Address>,
    pub peer_name: String,
    /// `None` for what nobody has dated.
    pub published: Option<Date>,
    pub kind: Option<Kind>,
    pub minutes: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    pub name: String,
    /// When something was last noted or read; `None` for never.
    pub since: Option<Date>,
    pub reads: Vec<ProposedRead>,
}

/// What was silent for [`QUIET_WEEKS`] at the end of the span, or up to today if that is earlier: what
/// never had anything first, then the longest silence.
pub fn gaps(watched: Vec<Watched>, span: PackSpan, today: Date) -> Vec<Gap> {
    let end = span.to().last_day().min(today);
    let last =
        |it: &Watched| [it.noted, it.read].into_iter().flatten().filter(|it| *it <= end).max();
    let is_quiet = |since: Option<Date>| {
        since.is_none_or(|it| {
            (end - it).get_days() >= i32::try_from(QUIET_WEEKS * 7).unwrap_or(i32::MAX)
        })
    };
    let mut gaps: Vec<Gap> = watched
        .into_iter()
        .map(|it| Gap { since: last(&it), name: it.name, reads: it.reads })
        .filter(|it| is_quiet(it.since))
        .collect();
    gaps.sort_by_key(|it| it.since);
    gaps.truncate(MOST_GAPS);
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(name: &str, noted: Option<&str>, read: Option<&str>) -> Watched {
        let day = |it: Option<&str>| it.map(|it| it.parse().unwrap());
        Watched { name: name.into(), noted: day(noted), read: day(read), reads: Vec::new() }
    }

    #[test]
    fn what_was_silent_for_eight_weeks_is_a_gap() {
        let span = PackSpan::new("2026-01".parse().unwrap(), "2026-06".parse().unwrap()).unwrap();
        let all = || {
            vec![
                watched("Queues", Some("2026-06-01"), None),
                watched("Capacity planning", Some("2026-03-02"), Some("2026-01-05")),
                watched("Caching", None, Some("2026-05-20")),
                watched("Never", None, None),
                watched("Later", Some("2026-11-01"), Some("2026-05-05")),
                watched("At the edge", Some("2026-05-05"), None),
            ]
        };
        let told = |today: &str| {
            let gaps = gaps(all(), span, today.parse().unwrap());
            gaps.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(told("2026-11-26"), ["Never", "Capacity planning", "Later", "At the edge"]);
        assert_eq!(told("2026-04-01"), ["Queues", "Caching", "Never", "Later", "At the edge"]);
    }
}
