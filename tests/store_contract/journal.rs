//! What a note is evidence of, where it leads, the path of an idea, and what was typed and not kept.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use peerscope::{
    crawl,
    domain::{
        Competency, Idea, IdeaState, Note, NoteDraft, NoteId, NoteLink, NoteType, Query, QuotedAt,
        TabId, TypedNote,
    },
    store::{NoteWrite, NotesAsk, NotesOrder, Step},
};

use super::{
    readers::{READER, at_hour, note_draft, tags},
    *,
};

fn competencies(words: &[&str]) -> BTreeSet<Competency> {
    words.iter().map(|it| it.parse().unwrap()).collect()
}

fn idea(text: &str, state: IdeaState) -> NoteDraft {
    let draft = NoteDraft::new(NoteType::Idea, "", text, BTreeSet::new(), Vec::new()).unwrap();
    let idea = Idea { state, owner: "Ada".into(), outcome: "-18 % p99".into(), ..Idea::default() };
    draft.on_its_way(idea).unwrap()
}

fn quoted(entry: EntryId) -> NoteLink {
    let (quote, prefix, suffix) = ("word31".into(), String::new(), " word".into());
    NoteLink::Quote(QuotedAt { entry, quote, prefix, suffix, start: 3 })
}

fn states(note: &Note) -> Vec<(IdeaState, Timestamp)> {
    note.path.iter().map(|it| (it.state, it.at)).collect()
}

impl Library {
    async fn ids(&self, ask: NotesAsk) -> Vec<i64> {
        let page = self.store.notes(READER, &ask).await.unwrap();
        page.rows.into_iter().map(|it| it.id.0).collect()
    }

    async fn note(&self, id: NoteId) -> Note {
        self.store.note(READER, id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_note_keeps_its_day_its_competencies_and_its_links_in_every_revision() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let entry = library.entry_called("Post 1").await;
    let links = vec![
        NoteLink::Note { note: NoteId(9) },
        NoteLink::Address {
            title: "Design".into(),
            address: "https://wiki.example/towers".parse().unwrap(),
        },
        quoted(entry.id),
    ];
    let draft = note_draft("Two towers", &[]).dated(date(2026, 1, 31)).unwrap();
    let draft = draft.showing(competencies(&["System Design", "ownership"])).unwrap();
    let draft = draft.linked(links.clone()).unwrap();
    let first = library.write(&draft, 1).await;
    assert_eq!((first.date, &first.links), (date(2026, 1, 31), &links));
    assert_eq!(first.competencies, competencies(&["ownership", "system design"]));
    assert_eq!(first.cites[0].entry, entry.id, "what is quoted is cited");
    assert_eq!(first.cites[0].published, entry.published);

    let next = note_draft("Three towers", &[]).linked(Vec::new()).unwrap();
    let NoteWrite::Written(second) = library.rewrite(first.id, 1, &next).await else { panic!() };
    assert_eq!((second.date, second.links), (date(2026, 1, 31), Vec::new()));
    assert_eq!(second.competencies, first.competencies, "what a draft leaves open stays");
    assert!(second.cites.is_empty());
    let former = library.store.note_revisions(READER, first.id).await.unwrap().unwrap().remove(0);
    assert_eq!((former.date, former.links), (first.date, first.links.clone()));
    assert_eq!((former.competencies, former.cites), (first.competencies.clone(), first.cites));

    let without = library.write(&note_draft("x", &[]), 1).await;
    assert_eq!(without.date, date(2026, 3, 2), "the day on which it was made");
    let reports = library.store.competencies(READER).await.unwrap();
    assert_eq!(reports.len(), 2);
    assert_eq!((reports[0].competency.as_str(), reports[0].notes), ("ownership", 1));
}

#[tokio::test]
async fn an_idea_goes_its_way_and_every_step_is_kept_with_its_time() {
    let library = Library::empty().await;
    let first = library.write(&idea("Shadow reads", IdeaState::Noted), 1).await;
    assert_eq!(states(&first), [(IdeaState::Noted, at_hour(1))]);
    let step = |state, hour| library.store.move_idea((READER, first.id), state, at_hour(hour));
    let NoteWrite::Written(tried) = step(IdeaState::Tried, 2).await.unwrap() else { panic!() };
    assert_eq!((tried.revision, tried.idea().unwrap().owner.as_str()), (2, "Ada"));
    let NoteWrite::Written(same) = step(IdeaState::Tried, 3).await.unwrap() else { panic!() };
    assert_eq!((same.revision, same.path.len()), (2, 1 + 1), "to stay is no step");
    step(IdeaState::Rejected, 4).await.unwrap();
    step(IdeaState::Tried, 5).await.unwrap();
    let walked = library.note(first.id).await;
    let expected = [
        (IdeaState::Noted, at_hour(1)),
        (IdeaState::Tried, at_hour(2)),
        (IdeaState::Rejected, at_hour(4)),
        (IdeaState::Tried, at_hour(5)),
    ];
    assert_eq!(states(&walked), expected);
    let former = library.store.note_revisions(READER, first.id).await.unwrap().unwrap();
    assert_eq!(former[0].kept_idea.as_ref().unwrap().state, IdeaState::Rejected);
    library.assert_sound().await;
}

#[tokio::test]
async fn a_path_rests_while_its_note_is_no_idea() {
    let library = Library::empty().await;
    let first = library.write(&idea("Shadow reads", IdeaState::Proposed), 1).await;
    let NoteWrite::Written(rested) = library.rewrite(first.id, 1, &note_draft("x", &[])).await
    else {
        panic!()
    };
    assert_eq!((rested.idea(), rested.path.len()), (None, 1));
    let moved = library.store.move_idea((READER, first.id), IdeaState::Tried, now()).await;
    assert_eq!(moved.unwrap(), NoteWrite::NotAnIdea(first.id));
    let again = NoteDraft::new(NoteType::Idea, "", "y", tags(&[]), Vec::new()).unwrap();
    let NoteWrite::Written(again) = library.rewrite(first.id, 2, &again).await else { panic!() };
    assert_eq!(again.idea(), first.idea());
    assert_eq!(again.path, first.path);
    let gone = library.store.move_idea((READER, NoteId(99)), IdeaState::Tried, now()).await;
    assert_eq!(gone.unwrap(), NoteWrite::NoSuchNote(NoteId(99)));
}

#[tokio::test]
async fn a_failure_while_an_idea_moves_leaves_it_where_it_was() {
    let library = Library::empty().await;
    let first = library.write(&idea("Shadow reads", IdeaState::Noted), 1).await;
    library.store.fail_at(Step::BeforeCommit);
    library.store.move_idea((READER, first.id), IdeaState::Tried, now()).await.unwrap_err();
    assert_eq!(library.note(first.id).await, first);
    library.assert_sound().await;
}

#[tokio::test]
async fn notes_are_found_by_what_stands_around_them() {
    let library = Library::empty().await;
    let on = |text: &str, month| note_draft(text, &[]).dated(date(2026, month, 1)).unwrap();
    let shown = on("older", 2).showing(competencies(&["ownership"])).unwrap();
    library.write(&on("newest", 12), 1).await;
    library.write(&shown, 2).await;
    library.write(&idea("Shadow reads", IdeaState::Adopted), 3).await;
    let by_date = || NotesAsk { order: NotesOrder::Date, ..NotesAsk::default() };
    assert_eq!(library.ids(NotesAsk::default()).await, [3, 2, 1]);
    assert_eq!(library.ids(by_date()).await, [1, 3, 2]);
    let page = library.store.notes(READER, &NotesAsk { limit: 1, ..by_date() }).await.unwrap();
    assert_eq!(library.ids(NotesAsk { before: page.next, ..by_date() }).await, [3, 2]);
    let asked = |ask: NotesAsk| library.ids(ask);
    let competency = Some("ownership".parse().unwrap());
    assert_eq!(asked(NotesAsk { competency, ..by_date() }).await, [2]);
    let adopted = Some(IdeaState::Adopted);
    assert_eq!(asked(NotesAsk { state: adopted, ..by_date() }).await, [3]);
    let (from, to) = (Some(date(2026, 2, 1)), Some(date(2026, 3, 2)));
    assert_eq!(asked(NotesAsk { from, to, ..by_date() }).await, [3, 2]);
    for word in ["ADA", "18 %", "shadow"] {
        let words = vec![word.to_owned()];
        assert_eq!(asked(NotesAsk { words, ..by_date() }).await, [3], "{word}");
    }
    for (query, found) in [
        ("note:idea", vec![3]),
        ("-note:idea", vec![1, 2]),
        ("older OR shadow", vec![3, 2]),
        ("\"shadow reads\" tag:towers", vec![]),
        ("tag:towers after:2026-03", vec![1]),
        ("before:2026-03-02", vec![2]),
        ("published:2026-02..2026-03", vec![3, 2]),
        ("lang:de older", vec![2]),
    ] {
        let query = Query::parse(query);
        assert_eq!(asked(NotesAsk { query: query.clone(), ..by_date() }).await, found, "{query}");
    }
    let by_day = library.store.notes_by_day(READER).await.unwrap();
    assert_eq!(by_day[0], (date(2026, 12, 1), 1));
}

#[tokio::test]
async fn notes_know_who_names_them_until_those_go() {
    let library = Library::empty().await;
    let first = library.write(&note_draft("towers", &[]), 1).await;
    let by_text = library.write(&note_draft("see [[1]] and [[7]]", &[]), 2).await;
    let link = vec![NoteLink::Note { note: first.id }];
    let by_link = library.write(&note_draft("linked", &[]).linked(link).unwrap(), 3).await;
    let naming = async || {
        let found = library.store.notes_naming(READER, first.id).await.unwrap();
        found.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(naming().await, [by_link.id, by_text.id]);
    library.rewrite(by_text.id, 1, &note_draft("see nothing", &[])).await;
    assert_eq!(naming().await, [by_link.id]);
    assert!(library.store.delete_note(READER, first.id, now()).await.unwrap());
    assert_eq!(library.note(by_link.id).await.links.len(), 1, "what a person wrote stays");
    library.assert_sound().await;
}

#[tokio::test]
async fn a_quote_outlives_its_entry() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    crawl::stories_follow(&library.store).await.unwrap();
    let entry = library.entry_called("Post 1").await;
    let draft = note_draft("Two towers", &[entry.id]).linked(vec![quoted(entry.id)]).unwrap();
    let note = library.write(&draft, 1).await;
    library.store.forget(&"etsy".parse().unwrap()).await.unwrap().unwrap();
    let left = library.note(note.id).await;
    assert_eq!((left.links, left.cites[0].is_gone), (note.links, true));
    assert_eq!(left.cites[0].published, entry.published);
    let changed = note_draft("Still said", &[entry.id]);
    let written = library.rewrite(note.id, 1, &changed).await;
    assert!(matches!(written, NoteWrite::Written(it) if it.links.len() == 1));
    library.assert_sound().await;
}

#[tokio::test]
async fn what_is_typed_is_kept_by_tab_until_it_is_dropped_or_its_note_goes() {
    let library = Library::empty().await;
    let note = library.write(&note_draft("towers", &[]), 1).await;
    let typed = |tab: &str, note: Option<NoteId>, text: &str, hour| TypedNote {
        tab: tab.parse().unwrap(),
        note,
        revision: 1,
        fields: BTreeMap::from([("text".to_owned(), text.to_owned())]),
        typed: at_hour(hour),
    };
    let tab: TabId = "tab-0001".parse().unwrap();
    for it in [
        typed("tab-0001", Some(note.id), "to", 1),
        typed("tab-0001", Some(note.id), "towers!", 2),
        typed("tab-0002", Some(note.id), "other", 3),
        typed("tab-0003", None, "", 4),
    ] {
        library.store.keep_typed(READER, &it).await.unwrap();
    }
    let of = async |note: Option<NoteId>| {
        let found = library.store.typed_of(READER, note).await.unwrap();
        found.iter().map(|it| it.field("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(Some(note.id)).await, ["other", "towers!"]);
    assert_eq!(of(None).await, [""]);
    assert!(library.store.drop_typed(READER, &tab).await.unwrap());
    assert!(!library.store.drop_typed(READER, &tab).await.unwrap());
    assert_eq!(of(Some(note.id)).await, ["other"]);
    library.store.delete_note(READER, note.id, now()).await.unwrap();
    assert_eq!(of(Some(note.id)).await, Vec::<String>::new());
    for number in 0..101 {
        let it = typed(&format!("tab-many-{number}"), None, "", 5 + number);
        library.store.keep_typed(READER, &it).await.unwrap();
    }
    assert_eq!(of(None).await.len(), 100, "the oldest go");
}
