//! What notes and their drafts promise.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    DraftError, Idea, LONGEST_NOTE, LONGEST_NOTE_TITLE, Note, NoteDraft, NoteLink, NoteType,
    QuotedAt,
};
use crate::domain::{EntryId, NoteId};

fn draft(title: &str, text: &str) -> Result<NoteDraft, DraftError> {
    NoteDraft::new(NoteType::Insight, title, text, BTreeSet::new(), Vec::new())
}

fn note(title: &str, text: &str) -> Note {
    let (made, changed) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    Note {
        id: NoteId(1),
        note_type: NoteType::Insight,
        title: title.into(),
        text: text.into(),
        date: jiff::civil::date(2026, 3, 2),
        tags: BTreeSet::new(),
        competencies: BTreeSet::new(),
        cites: Vec::new(),
        links: Vec::new(),
        kept_idea: None,
        path: Vec::new(),
        revision: 1,
        made,
        changed,
    }
}

#[test]
fn a_note_is_refused_beyond_its_bounds_and_says_what_to_do() {
    assert_eq!(
        draft("", " \n").unwrap_err().to_string().split(':').next(),
        Some("the text of the note is empty")
    );
    assert!(draft("", &"é".repeat(LONGEST_NOTE)).is_ok());
    let long = draft("", &"é".repeat(LONGEST_NOTE + 1)).unwrap_err();
    let told = "the text of the note has 100001 characters, and may have 100000: shorten it";
    assert_eq!(long.to_string(), told);
    assert!(draft(&"t".repeat(LONGEST_NOTE_TITLE + 1), "x").is_err());
    let cites = |count| (0..count).map(EntryId).collect();
    let citing = |cites| NoteDraft::new(NoteType::Idea, "", "x", BTreeSet::new(), cites);
    assert!(citing(cites(50)).is_ok());
    assert!(matches!(citing(cites(51)), Err(DraftError::TooMany { found: 51, .. })));
    assert_eq!(citing(vec![EntryId(2), EntryId(1), EntryId(2)]).unwrap().cites().len(), 2);
}

#[test]
fn a_text_stays_as_it_is_written_save_the_ends_of_its_lines() {
    let kept = draft(" Two\ntowers ", "  code\r\n\r\n- one\t\n").unwrap();
    assert_eq!((kept.title(), kept.text()), ("Two towers", "  code\n\n- one\t\n"));
}

#[test]
fn a_note_without_a_title_is_called_by_its_first_line() {
    assert_eq!(note("Towers", "x").heading(), "Towers");
    assert_eq!(note("", "\n## Two towers\nx").heading(), "Two towers");
    assert_eq!(note("", "---").heading(), "---");
}

#[test]
fn a_note_knows_what_it_says_already() {
    let note = note("Towers", "x");
    assert!(note.says(&draft("Towers", "x").unwrap()));
    assert!(!note.says(&draft("Towers", "y").unwrap()));
    let other_day = jiff::civil::date(2026, 3, 3);
    assert!(!note.says(&draft("Towers", "x").unwrap().dated(other_day).unwrap()));
    let link = NoteLink::Note { note: NoteId(2) };
    assert!(!note.says(&draft("Towers", "x").unwrap().linked(vec![link]).unwrap()));
}

#[test]
fn what_a_draft_leaves_open_stays_as_it_is() {
    let competencies = BTreeSet::from(["ownership".parse().unwrap()]);
    let quoted = QuotedAt {
        entry: EntryId(4),
        quote: "q".into(),
        prefix: String::new(),
        suffix: String::new(),
        start: 0,
    };
    let links = vec![NoteLink::Quote(quoted)];
    let idea = Idea { owner: "Ada".into(), ..Idea::default() };
    let present =
        Note { competencies, links, kept_idea: Some(idea.clone()), ..note("Towers", "x") };
    let today = jiff::civil::date(2026, 11, 26);
    let whole = draft("Towers", "y").unwrap().completed(Some(&present), today);
    assert_eq!((whole.date(), whole.idea()), (Some(present.date), Some(&idea)));
    assert_eq!(whole.competencies(), Some(&present.competencies));
    assert_eq!(whole.links(), Some(present.links.as_slice()));
    assert_eq!(whole.cites(), [EntryId(4)], "what is quoted is cited");
    let new = draft("", "y").unwrap().completed(None, today);
    assert_eq!((new.date(), new.idea(), new.links()), (Some(today), None, Some(&[][..])));
}

#[test]
fn an_idea_keeps_its_path_while_it_is_something_else() {
    let idea = Idea { owner: "Ada".into(), ..Idea::default() };
    let present = Note { kept_idea: Some(idea.clone()), ..note("", "x") };
    assert_eq!(present.idea(), None);
    let draft = NoteDraft::new(NoteType::Idea, "", "x", BTreeSet::new(), Vec::new()).unwrap();
    let again = draft.clone().completed(Some(&present), present.date);
    assert_eq!(again.idea(), Some(&idea));
    let new = draft.completed(None, present.date);
    assert_eq!(new.idea(), Some(&Idea::default()));
}

#[test]
fn a_note_is_of_a_day_that_may_have_been() {
    let on = |year| draft("", "x").unwrap().dated(jiff::civil::date(year, 1, 1));
    assert!(on(1999).is_ok());
    assert!(matches!(on(20), Err(DraftError::NotADay(_))));
    assert!(on(9999).is_err());
}

#[test]
fn every_type_has_a_word() {
    for it in NoteType::ALL {
        assert_eq!(NoteType::from_word(it.as_str()), Some(it));
    }
}
