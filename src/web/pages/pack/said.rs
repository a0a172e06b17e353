//! Words that packs and exported journals share: days, months, types, counts.

use jiff::civil::Date;

use crate::{
    domain::{IdeaState, NoteType, PackMonth},
    web::say,
};

pub(super) fn count(key: &str, number: usize) -> String {
    say::counted(key, number as u64)
}

/// `14 March 2026`.
pub(in crate::web::pages) fn dated(day: Date) -> String {
    let month = month_name(day.month());
    let (day, year) = (day.day().to_string(), day.year().to_string());
    say::fill("web.pack.day", &[("day", &day), ("month", &month), ("year", &year)])
}

/// `March`, or `March 2026`.
pub(super) fn month_text(month: PackMonth, with_year: bool) -> String {
    let name = month_name(month.number());
    if !with_year {
        return name;
    }
    say::fill("web.pack.month", &[("month", &name), ("year", &month.year().to_string())])
}

fn month_name(number: i8) -> String {
    say::text(&format!("web.month.{number}")).to_owned()
}

pub(in crate::web::pages) fn type_text(note_type: NoteType) -> String {
    say::text(&format!("issue.note-type.{}", note_type.as_str())).to_owned()
}

pub(in crate::web::pages) fn state_text(state: IdeaState) -> String {
    say::text(&format!("web.pack.state.{}", state.as_str())).to_owned()
}
