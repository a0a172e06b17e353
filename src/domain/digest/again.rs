//! Notes of one's own to look at again: what was written is worth most when it comes back in time.

use jiff::Timestamp;

use super::Week;
use crate::domain::{
    NoteId,
    entry::{hash_folded, mix},
};

/// Notes that an issue shows again.
pub const NOTES_AGAIN: usize = 2;

const DAY_HOURS: i64 = 24;
/// Days after which a note comes back, for as long as a week: a month and a quarter …
const AFTER: [i64; 2] = [30, 91];
/// … and every year.
const YEAR: i64 = 365;
const WEEK: i64 = 7;

/// Which notes to show in the issue of a week, by when each was made: those that are a month, a quarter
/// or some years old, the oldest first; then, of those that are older than a month, any, others each
/// week. The same for the same notes, in whatever order they come.
pub fn notes_again(notes: &[(NoteId, Timestamp)], week: Week, slot: Timestamp) -> Vec<NoteId> {
    let days = |made: Timestamp| slot.duration_since(made).as_hours().div_euclid(DAY_HOURS);
    let of_week = hash_folded(&week.to_string());
    let lot = |id: NoteId| mix(id.0.cast_unsigned() ^ of_week);
    let mut notes: Vec<(bool, u64, NoteId, i64)> = notes
        .iter()
        .map(|(id, made)| (!is_due(days(*made)), lot(*id), *id, days(*made)))
        .filter(|(.., days)| *days >= AFTER[0])
        .collect();
    notes.sort_by_key(|(is_other, lot, id, days)| {
        (*is_other, if *is_other { 0 } else { -days }, *lot, *id)
    });
    notes.into_iter().map(|(_, _, id, _)| id).take(NOTES_AGAIN).collect()
}

fn is_due(days: i64) -> bool {
    let is_in_week_from = |begin: i64| (begin..begin + WEEK).contains(&days);
    AFTER.into_iter().any(is_in_week_from) || days >= YEAR && days % YEAR < WEEK
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn slot() -> Timestamp {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    fn week() -> Week {
        "2026-W48".parse().unwrap()
    }

    fn note(id: i64, days: i64) -> (NoteId, Timestamp) {
        (NoteId(id), slot() - SignedDuration::from_hours(24 * days))
    }

    #[test]
    fn notes_come_back_after_a_month_a_quarter_and_each_year() {
        let notes = [note(1, 3), note(2, 33), note(3, 50), note(4, 92), note(5, 734), note(6, 200)];
        assert_eq!(notes_again(&notes, week(), slot()), [NoteId(5), NoteId(4)]);
        assert_eq!(notes_again(&notes[..1], week(), slot()), []);
        assert_eq!(notes_again(&notes[..3], week(), slot()), [NoteId(2), NoteId(3)]);
    }

    #[test]
    fn where_none_is_due_others_come_each_week_whatever_their_order() {
        let mut notes: Vec<_> = (1..40).map(|it| note(it, 100 + it)).collect();
        let first = notes_again(&notes, week(), slot());
        assert_eq!(first.len(), NOTES_AGAIN);
        notes.reverse();
        assert_eq!(notes_again(&notes, week(), slot()), first);
        let next = notes_again(&notes, week().next(), slot());
        assert_ne!(next, first);
    }
}
