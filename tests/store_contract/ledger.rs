//! The journal's ledger holds what notes said, and finds whatever was changed behind its back.

use peerscope::domain::{BreakKind, LedgerEvent, LedgerHash, NoteId, ReaderId};
use sqlx::{AnyConnection, any::AnyConnectOptions};

use super::{
    readers::{READER, at_hour, note_draft},
    *,
};

/// Changes the library as nobody should.
async fn behind_its_back(library: &Library, statement: &'static str) {
    sqlx::any::install_default_drivers();
    let url = match &library.location {
        Location::File(path) => format!("sqlite://{}", path.display()),
        Location::Url(url) => url.clone(),
    };
    let options: AnyConnectOptions = url.parse().unwrap();
    let mut connection = AnyConnection::connect_with(&options).await.unwrap();
    connection.execute(statement).await.unwrap();
    connection.close().await.unwrap();
}

/// Three notes: one changed, one deleted.
async fn written() -> Library {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let entry = library.entries().await[0].id;
    let first = library.write(&note_draft("Two towers", &[entry]), 1).await;
    library.write(&note_draft("Cron is gone", &[]), 2).await;
    let third = library.write(&note_draft("Wrong", &[]), 3).await;
    library.rewrite(first.id, 1, &note_draft("Three towers", &[entry])).await;
    assert!(library.store.delete_note(READER, third.id, at_hour(10)).await.unwrap());
    library
}

async fn first_break(library: &Library) -> Option<(Option<u64>, NoteId, BreakKind)> {
    let check = library.store.check_ledger(READER).await.unwrap();
    check.first_break.map(|it| (it.number, it.note, it.what))
}

#[tokio::test]
async fn each_revision_and_deletion_is_a_line_of_the_ledger() {
    use LedgerEvent::{Changed, Deleted, Made};
    let library = written().await;
    let lines = library.store.ledger(READER).await.unwrap();
    let told: Vec<_> = lines.iter().map(|it| (it.note.0, it.revision, it.event)).collect();
    let expected = [(1, 1, Made), (2, 1, Made), (3, 1, Made), (1, 2, Changed), (3, 1, Deleted)];
    assert_eq!(told, expected);
    assert_eq!(lines[4].content, None);
    assert_eq!(lines[3].at, at_hour(9));
    let check = library.store.check_ledger(READER).await.unwrap();
    assert_eq!((check.is_sound(), check.revisions, check.deleted), (true, 3, 1));
    assert_eq!(library.store.ledger_head(READER).await.unwrap(), check.head);
    library.assert_sound().await;
    let nobody = library.store.check_ledger(ReaderId::NOBODY).await.unwrap();
    assert!(nobody.is_sound() && nobody.head.is_none());
}

#[tokio::test]
async fn what_is_written_twice_is_one_line_and_what_fails_is_none() {
    let library = written().await;
    let head = library.store.ledger_head(READER).await.unwrap();
    library.rewrite(NoteId(1), 1, &note_draft("Three towers", &[EntryId(1)])).await;
    library.rewrite(NoteId(1), 1, &note_draft("From an old tab", &[])).await;
    library.store.fail_at(peerscope::store::Step::BeforeCommit);
    library.store.add_note(READER, &note_draft("Lost", &[]), now()).await.unwrap_err();
    assert_eq!(library.store.ledger_head(READER).await.unwrap(), head);
}

#[tokio::test]
async fn a_journal_that_was_changed_behind_its_back_is_told_by_its_first_line() {
    for (statement, number, note, what) in [
        ("UPDATE notes SET text = 'Four' WHERE id = 2", Some(2), 2, BreakKind::Text),
        ("UPDATE note_revisions SET text = 'Four' WHERE note_id = 1", Some(1), 1, BreakKind::Text),
        ("UPDATE note_citations SET title = 'x' WHERE note_id = 1", Some(4), 1, BreakKind::Text),
        ("DELETE FROM note_revisions WHERE note_id = 1", Some(1), 1, BreakKind::Lost),
        (
            "UPDATE ledger SET happened = happened - 1 WHERE number = 2",
            Some(2),
            2,
            BreakKind::Chain,
        ),
        ("DELETE FROM ledger WHERE number = 2", Some(3), 3, BreakKind::Gap),
        ("DELETE FROM ledger", None, 1, BreakKind::Unknown),
    ] {
        let library = written().await;
        assert_eq!(first_break(&library).await, None);
        behind_its_back(&library, statement).await;
        let found = first_break(&library).await;
        assert_eq!(found, Some((number, NoteId(note), what)), "{statement}");
    }
}

#[tokio::test]
async fn notes_from_before_there_was_a_ledger_are_entered_in_their_order() {
    let library = written().await;
    let hash = library.store.ledger(READER).await.unwrap()[3].content;
    // As the library was before: neither the table nor its counter.
    for statement in [
        "DROP TABLE ledger",
        "DELETE FROM counters WHERE name = 'ledger'",
        // What came after the ledger comes again with it.
        "DROP INDEX stories_arrived",
        "DROP TABLE sittings",
        "DELETE FROM counters WHERE name = 'roster'",
        "DROP INDEX seen_opened",
        "DELETE FROM migrations WHERE number >= 14",
    ] {
        behind_its_back(&library, statement).await;
    }
    let library = library.reopened().await;
    let lines = library.store.ledger(READER).await.unwrap();
    let told: Vec<_> = lines.iter().map(|it| (it.note.0, it.revision, it.at)).collect();
    assert_eq!(told, [(1, 1, at_hour(1)), (2, 1, at_hour(2)), (1, 2, at_hour(9))]);
    assert!(lines.iter().all(|it| it.event == LedgerEvent::Entered));
    assert_eq!(lines[2].content, hash, "it says the same");
    assert_ne!(lines[0].hash, LedgerHash::BEGINNING);
    assert_eq!(first_break(&library).await, None);
    library.assert_sound().await;
}
