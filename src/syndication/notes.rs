//! Collects what is wrong with a document: one complaint for each kind of mistake, not for each
//! mistake.

use crate::domain::{Complaint, ComplaintKind};

#[derive(Debug, Default)]
pub(super) struct Notes {
    complaints: Vec<Complaint>,
    dates: Repeated,
    links: Repeated,
    pub(super) without_guid: usize,
    pub(super) repeated_guids: usize,
}

/// How often something happened, and the first time.
#[derive(Debug, Default)]
struct Repeated {
    times: usize,
    first: String,
}

/// Most characters of a document that are quoted in a complaint.
const LONGEST_QUOTE: usize = 80;

impl Repeated {
    fn note(&mut self, text: &str) {
        self.times += 1;
        if self.times == 1 {
            self.first = quoted(text);
        }
    }

    fn told(&self, one: &str, many: &str) -> Option<String> {
        match self.times {
            0 => None,
            1 => Some(format!("`{}` {one}", self.first)),
            times => Some(format!("`{}` and {} more {many}", self.first, times - 1)),
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quote: String = text.trim().chars().take(LONGEST_QUOTE).collect();
    if text.trim().chars().nth(LONGEST_QUOTE).is_some() {
        quote.push('…');
    }
    quote.replace(char::is_control, " ")
}

impl Notes {
    pub(super) fn add(&mut self, kind: ComplaintKind, detail: impl Into<String>) {
        self.complaints.push(Complaint { kind, detail: detail.into() });
    }

    pub(super) fn charset(&mut self, detail: String) {
        self.add(ComplaintKind::Charset, detail);
    }

    pub(super) fn date(&mut self, written: &str) {
        self.dates.note(written);
    }

    pub(super) fn link(&mut self, written: &str) {
        self.links.note(written);
    }

    /// Most serious first.
    pub(super) fn into_complaints(mut self, entries: usize) -> Vec<Complaint> {
        if let Some(detail) =
            self.dates.told("is no date that can be true", "are no dates that can be true")
        {
            self.add(ComplaintKind::Date, detail);
        }
        if let Some(detail) = self.links.told("is no address", "are no addresses") {
            self.add(ComplaintKind::Link, detail);
        }
        if self.without_guid > 0 {
            let detail = format!("{} of {entries} entries have no id", self.without_guid);
            self.add(ComplaintKind::Guid, detail);
        }
        if self.repeated_guids > 0 {
            let detail = format!("{} of {entries} entries repeat an id", self.repeated_guids);
            self.add(ComplaintKind::Guid, detail);
        }
        self.complaints.sort_by_key(|complaint| gravity(complaint.kind));
        self.complaints
    }
}

fn gravity(kind: ComplaintKind) -> u8 {
    match kind {
        ComplaintKind::CutOff => 0,
        ComplaintKind::EntriesLost => 1,
        ComplaintKind::Charset => 2,
        ComplaintKind::Malformed => 3,
        ComplaintKind::Date => 4,
        ComplaintKind::Link => 5,
        ComplaintKind::Guid => 6,
        ComplaintKind::Format => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_made_often_is_told_once_and_the_worst_comes_first() {
        let mut notes = Notes { without_guid: 2, ..Notes::default() };
        notes.date("tomorrow");
        notes.date("soon");
        notes.add(ComplaintKind::CutOff, "it ends in the middle");
        let told: Vec<_> = notes.into_complaints(3).into_iter().map(|it| it.detail).collect();
        assert_eq!(
            told,
            [
                "it ends in the middle",
                "`tomorrow` and 1 more are no dates that can be true",
                "2 of 3 entries have no id",
            ]
        );
    }
}
