//! A journal goes into files and comes back, and nothing of it is lost.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::Duration,
};

use peerscope::{
    domain::{
        Arrival, EntryId, HighlightDraft, Idea, IdeaState, JournalFile, JournalPick, NoteDraft,
        NoteId, NoteLink, NoteType, QuotedAt, ReaderId, ReadingChange, ReadingState, TagChange,
    },
    reading,
    store::{JournalImported, LedgerTaken, Store},
};
use proptest::prelude::*;

use crate::support::{
    fake_web::FakeWeb,
    feeds::rss_of,
    library::TestLibrary,
    program::{Program, argument},
};

const READER: ReaderId = ReaderId::ONLY;
const RSS: &str = "application/rss+xml";

async fn crawled() -> (FakeWeb, TestLibrary) {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Queues at scale", "Moving off cron"]));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    (web, library)
}

fn draft(note_type: NoteType, title: &str, text: &str, cites: &[EntryId]) -> NoteDraft {
    let tags = BTreeSet::from(["c++".parse().unwrap(), "two-towers".parse().unwrap()]);
    NoteDraft::new(note_type, title, text, tags, cites.to_vec()).unwrap()
}

async fn written(library: &TestLibrary, draft: &NoteDraft) -> NoteId {
    library.advance(Duration::from_secs(90));
    reading::write_note(&library.doors.store, READER, draft, library.now()).await.unwrap().id
}

/// Notes of all sorts: changed, deleted, moved, linked, citing what is gone.
async fn full(library: &TestLibrary) {
    let store = &library.doors.store;
    let ids: Vec<EntryId> = library.entries().await.iter().map(|it| it.id).collect();
    let first = written(library, &draft(NoteType::Insight, "Two towers", "one", &ids)).await;
    let quote = QuotedAt {
        entry: ids[1],
        quote: "queue".into(),
        prefix: "a ".into(),
        suffix: String::new(),
        start: 3,
    };
    let links = vec![NoteLink::Note { note: first }, NoteLink::Quote(quote)];
    let idea = Idea { owner: "Ada".into(), outcome: "-18 % p99".into(), ..Idea::default() };
    let idea = draft(NoteType::Idea, "", &format!("as in [[{first}]]\n\n---\n"), &ids[1..])
        .showing(BTreeSet::from(["system design".parse().unwrap()]))
        .and_then(|it| it.linked(links)?.on_its_way(idea))
        .unwrap();
    let idea = written(library, &idea).await;
    library.advance(Duration::from_hours(1));
    reading::move_idea(store, (READER, idea), IdeaState::Tried, library.now()).await.unwrap();
    let gone = written(library, &draft(NoteType::Result, "Wrong", "x", &[])).await;
    reading::delete_note(store, READER, gone, library.now()).await.unwrap();
    library.advance(Duration::from_mins(1));
    let changed = draft(NoteType::Design, "Three \"towers\": 100%", "two\n[[999]]", &ids[..1]);
    reading::rewrite_note(store, (READER, first), 1, &changed, library.now()).await.unwrap();
    let mark = HighlightDraft::new(ids[0], "a mark\nof two lines", ("b", "e"), 12).unwrap();
    reading::highlight(store, READER, &mark, library.now()).await.unwrap();
    let number = library.entries().await[0].story;
    let studied = ReadingChange {
        state: Some(ReadingState::Studied),
        tags: TagChange::Add(BTreeSet::from(["ads".parse().unwrap()])),
        ..ReadingChange::default()
    };
    reading::put(store, READER, number, studied, library.now()).await.unwrap();
}

async fn exported(store: &Store) -> JournalFile {
    reading::journal(store, READER, &JournalPick::default()).await.unwrap()
}

async fn imported(library: &TestLibrary, file: &JournalFile) -> JournalImported {
    let file = JournalFile::read(&file.write()).unwrap();
    let arrival = Arrival::of_file(file);
    let store = &library.doors.store;
    reading::import_journal(store, READER, &arrival, library.now()).await.unwrap()
}

async fn assert_sound(library: &TestLibrary) {
    let store = &library.doors.store;
    let check = store.check_ledger(READER).await.unwrap();
    assert_eq!(check.first_break, None);
    assert_eq!(store.check().await.unwrap().findings, [""; 0]);
}

#[tokio::test]
async fn a_journal_comes_back_byte_for_byte_with_its_ledger() {
    let (_web, library) = crawled().await;
    full(&library).await;
    let file = exported(&library.doors.store).await;
    assert!(file.check().unwrap().is_sound());
    assert_eq!((file.notes.len(), file.highlights.len(), file.readings.len()), (2, 1, 1));
    let fresh = TestLibrary::following(&[]).await;
    let report = imported(&fresh, &file).await;
    assert_eq!((report.new, report.highlights, report.readings), (2, 1, 1));
    assert_eq!(report.ledger, LedgerTaken::Whole);
    assert_eq!(exported(&fresh.doors.store).await.write(), file.write());
    assert_sound(&fresh).await;
    let again = imported(&fresh, &file).await;
    assert_eq!((again.new, again.changed, again.known), (0, 0, 2));
    assert_eq!((again.highlights, again.readings, again.ledger), (0, 0, LedgerTaken::None));
    assert_eq!(exported(&fresh.doors.store).await.write(), file.write());
    let next = written(&fresh, &draft(NoteType::Insight, "", "next", &[])).await;
    assert!(next > NoteId(3), "no number is given twice, not even that of a deleted note: {next}");
    assert_sound(&fresh).await;
}

#[tokio::test]
async fn what_is_cited_is_found_again_where_its_peer_is_followed() {
    let (web, library) = crawled().await;
    full(&library).await;
    let file = exported(&library.doors.store).await;
    let other = TestLibrary::following(&[web.address("/feed")]).await;
    other.crawl().await;
    imported(&other, &file).await;
    let note = other.doors.store.note(READER, NoteId(1)).await.unwrap().unwrap();
    assert!(note.cites.iter().all(|it| !it.is_gone));
    assert_eq!(exported(&other.doors.store).await.write(), file.write());
    assert_sound(&other).await;
}

#[tokio::test]
async fn what_was_said_later_elsewhere_is_added_and_what_parts_is_named() {
    let (_web, library) = crawled().await;
    full(&library).await;
    let early = exported(&library.doors.store).await;
    let other = TestLibrary::following(&[]).await;
    imported(&other, &early).await;
    let store = &library.doors.store;
    library.advance(Duration::from_mins(1));
    let later = draft(NoteType::Design, "Four towers", "four", &[]);
    reading::rewrite_note(store, (READER, NoteId(1)), 2, &later, library.now()).await.unwrap();
    let late = exported(store).await;
    let report = imported(&other, &late).await;
    assert_eq!((report.new, report.changed, report.known), (0, 1, 1));
    assert_eq!(report.ledger, LedgerTaken::Entered);
    let note = other.doors.store.note(READER, NoteId(1)).await.unwrap().unwrap();
    assert_eq!((note.text.as_str(), note.revision), ("four", 3));
    assert_sound(&other).await;

    let apart = draft(NoteType::Design, "Five", "five", &[]);
    let at = other.now();
    reading::rewrite_note(&other.doors.store, (READER, NoteId(1)), 3, &apart, at).await.unwrap();
    reading::rewrite_note(
        store,
        (READER, NoteId(1)),
        3,
        &draft(NoteType::Design, "", "six", &[]),
        library.now(),
    )
    .await
    .unwrap();
    let report = imported(&other, &exported(store).await).await;
    assert_eq!(report.conflicts.len(), 1);
    assert_eq!(report.conflicts[0].note, Some(NoteId(1)));
    let note = other.doors.store.note(READER, NoteId(1)).await.unwrap().unwrap();
    assert_eq!(note.text, "five", "what is here stays");
    assert_sound(&other).await;
}

#[tokio::test]
async fn a_ledger_that_does_not_hold_is_not_gone_on_with() {
    let (_web, library) = crawled().await;
    full(&library).await;
    let mut file = exported(&library.doors.store).await;
    file.notes[0].revisions[0].content.text = "something else".into();
    let fresh = TestLibrary::following(&[]).await;
    let report = imported(&fresh, &file).await;
    assert_eq!(report.ledger, LedgerTaken::Broken);
    assert_sound(&fresh).await;
    let head = fresh.doors.store.ledger_head(READER).await.unwrap();
    assert_ne!(head, library.doors.store.ledger_head(READER).await.unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_notes_say_they_come_back_the_same(
        notes in prop::collection::vec(
            (
                "[^\\s\\p{C}]{0,3}([ -~é推\u{202e}\u{2028}:#'\"\\\\]|---|\\[\\[|👩‍💻|שלום){0,60}",
                "([ -~\n\té推\u{202e}\r]|---\n|\\[\\[[1-4]\\]\\]|note:2|👩‍💻|שלום|\r\n){1,80}x",
            ),
            1..5,
        ),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(async {
            let library = TestLibrary::following(&[]).await;
            for (title, text) in &notes {
                let title: String = title.chars().take(200).collect();
                written(&library, &draft(NoteType::Insight, &title, text, &[])).await;
            }
            let file = exported(&library.doors.store).await;
            let fresh = TestLibrary::following(&[]).await;
            imported(&fresh, &file).await;
            assert_eq!(exported(&fresh.doors.store).await.write(), file.write());
            assert_sound(&fresh).await;
        });
    }
}

/// All files below a folder, by their paths.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

async fn journal(program: &Program, arguments: &[&str]) -> String {
    program.run(&[&["journal"], arguments].concat()).await.well()
}

/// Two notes, the second naming the first.
async fn two_notes() -> Program {
    let program = Program::following(&[]);
    program.run(&["note", "--title", "Two towers", "They *rank*.\n\n---\n"]).await.well();
    program.run(&["note", "--title", "So", "As in [[1|towers]]."]).await.well();
    program
}

#[tokio::test]
async fn a_folder_of_pages_comes_back_byte_for_byte() {
    let program = two_notes().await;
    let folder = program.path("notes");
    let out = argument(&folder);
    let told = journal(&program, &["export", "--out", &out]).await;
    assert!(told.contains("2 notes written to"), "{told}");
    let pages = files(&folder);
    let names: Vec<&str> = pages.keys().map(String::as_str).collect();
    assert_eq!(names[0], ".peerscope/journal.json");
    assert!(names[1].ends_with("-so-2.md") && names[2].ends_with("-two-towers-1.md"), "{names:?}");
    let linked = names[2].trim_end_matches(".md");
    assert!(pages[names[1]].ends_with(&format!("As in [[{linked}|towers]].\n")), "{pages:?}");
    let other = Program::following(&[]);
    let told = journal(&other, &["import", &out]).await;
    assert!(told.starts_with("2 notes new"), "{told}");
    let copy = other.path("notes");
    journal(&other, &["export", "--out", &argument(&copy)]).await;
    assert_eq!(files(&copy), pages);
    journal(&other, &["export", "--out", &argument(&copy)]).await;
    assert_eq!(files(&copy), pages, "written again it is the same");
    let alone = Program::following(&[]);
    fs::remove_dir_all(copy.join(".peerscope")).unwrap();
    journal(&alone, &["import", &argument(&copy)]).await;
    let notes = alone.run(&["notes", "--json"]).await.json();
    assert_eq!(notes["notes"][0]["text"], "As in [[1|towers]].", "pages alone are enough");
}

#[tokio::test]
async fn pages_that_were_changed_and_begun_elsewhere_are_taken_in() {
    let program = two_notes().await;
    let folder = program.path("notes");
    let out = argument(&folder);
    journal(&program, &["export", "--out", &out]).await;
    let name = files(&folder).into_keys().find(|it| it.ends_with("-1.md")).unwrap();
    let page = fs::read_to_string(folder.join(&name)).unwrap();
    fs::write(folder.join(&name), page.replace("They *rank*.", "They retrieve.")).unwrap();
    fs::write(folder.join("Mine.md"), format!("See [[{}]].\n", name.trim_end_matches(".md")))
        .unwrap();
    let told = program.run(&["journal", "import", &out]).await;
    assert!(told.err.contains("Mine is note 3 now"), "{}", told.err);
    assert!(told.well().starts_with("1 note new, 1 changed"));
    let notes = program.run(&["notes", "--json"]).await.json();
    assert_eq!(notes["notes"][0]["text"], "See [[1]].");
    assert_eq!(notes["notes"][0]["title"], "Mine");
    assert_eq!(notes["notes"][2]["revision"], 2);
    let again = journal(&program, &["import", &out]).await;
    assert!(again.starts_with("0 notes new, 0 changed"), "{again}");
    journal(&program, &["export", "--out", &out]).await;
    assert!(folder.join("Mine.md").exists(), "what is not ours stays");
    assert!(journal(&program, &["verify"]).await.contains("4 lines"));

    program.run(&["note", "--edit", "1", "Changed here"]).await.well();
    let page = fs::read_to_string(folder.join(&name)).unwrap();
    fs::write(folder.join(&name), page.replace("They retrieve.", "Changed there")).unwrap();
    let ended = program.run(&["journal", "import", &out]).await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.err.contains("(note 1) was left out: it was changed here meanwhile"),
        "{}",
        ended.err
    );
    let ended = program.run(&["journal", "export", "--out", &out]).await;
    assert!(ended.err.contains("was changed since it was written"), "{}", ended.err);
    let page = fs::read_to_string(folder.join(&name)).unwrap();
    assert!(page.contains("Changed there"), "nothing of it is lost");
}

#[tokio::test]
async fn what_is_not_ours_is_neither_overwritten_nor_followed() {
    let program = two_notes().await;
    program.write("precious.txt", "mine");
    let home = argument(&program.path(""));
    let ended = program.run(&["journal", "export", "--out", &home]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("was not written by `peerscope journal export`"), "{}", ended.err);
    let file = argument(&program.path("precious.txt"));
    for format in ["json", "html", "markdown"] {
        let ended = program.run(&["journal", "export", "--format", format, "--out", &file]).await;
        assert_eq!(ended.code, Some(1), "{format}");
    }
    assert_eq!(program.read("precious.txt"), "mine");
    #[cfg(unix)]
    {
        let folder = program.path("notes");
        journal(&program, &["export", "--out", &argument(&folder)]).await;
        let name = files(&folder).into_keys().find(|it| it.ends_with("-1.md")).unwrap();
        fs::remove_file(folder.join(&name)).unwrap();
        std::os::unix::fs::symlink(program.path("precious.txt"), folder.join(&name)).unwrap();
        let ended = program.run(&["journal", "export", "--out", &argument(&folder)]).await;
        assert!(ended.err.contains("is a link that leads elsewhere"), "{}", ended.err);
        assert_eq!(program.read("precious.txt"), "mine");
    }
    program.write("broken.md", "---\ntitle: x\ntype: thought\n---\n\nx\n");
    let ended = program.run(&["journal", "import", &argument(&program.path("broken.md"))]).await;
    assert!(ended.err.contains("broken.md, line 3: "), "{}", ended.err);
    program.write("broken.json", "{}");
    let ended = program.run(&["journal", "import", &argument(&program.path("broken.json"))]).await;
    assert!(
        ended.err.contains("it is no journal: ") && ended.err.contains("line 1"),
        "{}",
        ended.err
    );
}

#[tokio::test]
async fn a_journal_is_verified_and_a_printed_head_found() {
    let program = two_notes().await;
    let told = journal(&program, &["verify"]).await;
    assert!(
        told.starts_with("the journal is what its ledger says: 2 lines, 2 revisions"),
        "{told}"
    );
    let head = told.lines().find_map(|it| it.strip_prefix("head ")).unwrap().to_owned();
    program.run(&["note", "--delete", "1"]).await.well();
    let told = journal(&program, &["verify", "--head", &format!("{}…", &head[..20])]).await;
    assert!(
        told.contains("of 1 deleted note") && told.contains("that head is line 2, of"),
        "{told}"
    );
    let ended = program.run(&["journal", "verify", "--head", &"0".repeat(20)]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("no line has the head"), "{}", ended.err);
    let ended = program.run(&["journal", "verify", "--head", "soon"]).await;
    assert!(ended.err.contains("`soon` is no head"), "{}", ended.err);
    let json = program.run(&["journal", "verify", "--json"]).await.json();
    assert_eq!((&json["lines"], &json["deleted"]), (&serde_json::json!(3), &serde_json::json!(1)));
}
