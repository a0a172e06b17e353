//! Names of files for notes: they say what is inside, and stay as they are while the note's day and
//! title do.

use std::collections::BTreeMap;

use super::NoteRecord;
use crate::domain::{NoteId, Slug, mentions};

/// Of the part that comes from the title, in bytes: names of files end at 255.
const LONGEST_TITLE: usize = 80;

/// `2026-03-14-short-title-12`, without an ending; `2026-03-14-12` where nothing of the title is a
/// letter or a digit.
pub fn page_name(record: &NoteRecord) -> String {
    let Some(present) = record.present() else { return record.note.to_string() };
    let (day, note) = (present.content.date, record.note);
    match Slug::of(&present.content.title) {
        Some(title) => format!("{day}-{}-{note}", shortened(title.as_str())),
        None => format!("{day}-{note}"),
    }
}

/// Ends with a whole word where it can.
fn shortened(title: &str) -> &str {
    if title.len() <= LONGEST_TITLE {
        return title;
    }
    let end = (0..=LONGEST_TITLE).rev().find(|it| title.is_char_boundary(*it)).unwrap_or(0);
    let cut = &title[..end];
    let words = cut.rfind('-').filter(|at| *at > LONGEST_TITLE / 2).map_or(cut, |at| &cut[..at]);
    words.trim_end_matches('-')
}

/// Which note has which file, for links between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoteNames {
    names: BTreeMap<NoteId, String>,
    notes: BTreeMap<String, NoteId>,
}

impl NoteNames {
    pub fn of(names: impl IntoIterator<Item = (NoteId, String)>) -> Self {
        let names: BTreeMap<NoteId, String> = names.into_iter().collect();
        let notes = names.iter().map(|(note, name)| (name.clone(), *note)).collect();
        Self { names, notes }
    }

    pub fn of_records(records: &[NoteRecord]) -> Self {
        Self::of(records.iter().map(|it| (it.note, page_name(it))))
    }

    pub fn name(&self, note: NoteId) -> Option<&str> {
        self.names.get(&note).map(String::as_str)
    }

    /// By a name as a link has it: maybe with a folder, an ending or a heading.
    pub fn note(&self, link: &str) -> Option<NoteId> {
        let link = link.trim().rsplit('/').next().unwrap_or_default();
        let link = link.split('#').next().unwrap_or_default();
        let link = link.strip_suffix(".md").unwrap_or(link);
        self.notes.get(link.trim()).copied()
    }

    /// A text whose links name files in place of numbers: `[[12|so]]` is `[[2026-03-14-towers-12|so]]`.
    pub fn with_names(&self, text: &str) -> String {
        let mut named = String::with_capacity(text.len());
        let mut from = 0;
        for mention in mentions(text) {
            let inside = &text[mention.range.clone()];
            let Some(name) = self.name(mention.note).filter(|_| inside.starts_with("[[")) else {
                continue;
            };
            let target = inside.find('|').unwrap_or(inside.len() - 2);
            let number = inside[2..target].trim();
            let at = mention.range.start + 2 + inside[2..target].find(number).unwrap_or(0);
            named.push_str(&text[from..at]);
            named.push_str(name);
            from = at + number.len();
        }
        named.push_str(&text[from..]);
        named
    }

    /// The same the other way round.
    pub fn with_numbers(&self, text: &str) -> String {
        let mut numbered = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find("[[") {
            let (before, link) = rest.split_at(open + 2);
            let end = link.find("]]").unwrap_or(0);
            let target = &link[..link[..end].find('|').unwrap_or(end)];
            if let Some(note) = self.note(target) {
                let written = target.trim();
                let at = target.find(written).unwrap_or(0);
                numbered.push_str(before);
                numbered.push_str(&target[..at]);
                numbered.push_str(&note.to_string());
                rest = &link[at + written.len()..];
            } else {
                // The second bracket may begin a link.
                numbered.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
        numbered.push_str(rest);
        numbered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> NoteNames {
        NoteNames::of([
            (NoteId(12), "2026-03-14-two-towers-12".to_owned()),
            (NoteId(3), "2026-03-01-3".to_owned()),
        ])
    }

    #[test]
    fn links_name_files_and_come_back_as_numbers() {
        let names = names();
        for (text, named) in [
            ("see [[12]].", "see [[2026-03-14-two-towers-12]]."),
            (
                "[[3|the first]] [[ 12 ]]",
                "[[2026-03-01-3|the first]] [[ 2026-03-14-two-towers-12 ]]",
            ),
            ("[[99]] note:12 [x](y) [[ [[3]]", "[[99]] note:12 [x](y) [[ [[2026-03-01-3]]"),
        ] {
            assert_eq!(names.with_names(text), named);
            assert_eq!(names.with_numbers(named), text);
        }
        let from_obsidian = "[[notes/2026-03-14-two-towers-12.md#Why|so]]";
        assert_eq!(names.with_numbers(from_obsidian), "[[12|so]]");
        assert_eq!(names.with_numbers("[[My own page]]"), "[[My own page]]");
    }

    #[test]
    fn a_long_title_ends_with_a_word_and_stays_a_name() {
        let long = Slug::of(&"tower ".repeat(60)).unwrap();
        let cut = shortened(long.as_str());
        assert!(cut.len() <= LONGEST_TITLE && cut.ends_with("tower"), "{cut}");
        let cjk = Slug::of(&"推".repeat(100)).unwrap();
        assert_eq!(shortened(cjk.as_str()).chars().count(), 26);
    }

    proptest::proptest! {
        #[test]
        fn numbers_survive_their_way_into_names(text in "([\\[\\]|12 3é]|\\[\\[12\\]\\]|\\[\\[3\\|){0,24}") {
            let names = names();
            let back = names.with_numbers(&names.with_names(&text));
            proptest::prop_assert_eq!(mentions(&back), mentions(&text));
            proptest::prop_assert_eq!(back, text);
        }
    }
}
