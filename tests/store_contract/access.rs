//! Readers with logins: the first takes a place that is there, and whoever goes leaves nothing.

use peerscope::{
    domain::{
        AccessKey, ApiTokenDraft, Comment, HighlightDraft, Kind, MailAddress, Preferences, Reader,
        ReaderId, ReaderProfile, ReaderRole, ReadingChange, ReadingState, SavedSearch,
        SubscriberState, TagChange,
    },
    store::{NewReader, NewSubscriber, ShelfAsk},
};

use super::{
    readers::{note_draft, tags},
    *,
};

fn named(name: &str, role: ReaderRole) -> NewReader {
    let name: peerscope::domain::ReaderName = name.parse().unwrap();
    NewReader { display: name.to_string(), name, role, password: Some("hash".into()) }
}

impl Library {
    async fn add_reader(&self, name: &str) -> Reader {
        let new = named(name, ReaderRole::Reader);
        self.store.add_reader(&new, now()).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn the_first_reader_takes_the_place_of_the_one_without_a_login() {
    let library = Library::empty().await;
    assert_eq!(library.store.count_readers().await.unwrap(), 0);
    assert_eq!(library.store.reader(ReaderId::ONLY).await.unwrap(), None);
    let ada = library.add_reader("ada").await;
    assert_eq!((ada.id, ada.role), (ReaderId::ONLY, ReaderRole::Admin));
    let bob = library.add_reader("bob").await;
    assert!(bob.id != ada.id && bob.role == ReaderRole::Reader);
    let again = library.store.add_reader(&named("bob", ReaderRole::Admin), now()).await.unwrap();
    assert_eq!(again, None);
    let found = library.store.reader_called(&"bob".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((found.reader, found.profile), (bob.clone(), None));
    let profile = ReaderProfile { interests: vec!["ranking".into()], ..ReaderProfile::default() };
    library.store.set_profile(bob.id, Some(&profile)).await.unwrap();
    assert_eq!(library.store.reader(bob.id).await.unwrap().unwrap().profile, Some(profile));
}

#[tokio::test]
async fn the_last_admin_stays_one_while_there_are_others() {
    let library = Library::empty().await;
    let (ada, bob) = (library.add_reader("ada").await, library.add_reader("bob").await);
    assert!(!library.store.set_role(ada.id, ReaderRole::Reader).await.unwrap());
    assert!(!library.store.remove_reader(ada.id).await.unwrap());
    assert!(library.store.set_role(bob.id, ReaderRole::Admin).await.unwrap());
    assert!(library.store.set_role(ada.id, ReaderRole::Reader).await.unwrap());
    assert!(library.store.remove_reader(ada.id).await.unwrap());
    assert!(library.store.remove_reader(bob.id).await.unwrap(), "nobody is left to be run");
    assert_eq!(library.store.count_readers().await.unwrap(), 0);
    assert_eq!(library.add_reader("eve").await.id, ReaderId::ONLY);
    library.assert_sound().await;
}

#[tokio::test]
async fn a_session_is_found_by_its_key_and_ended_by_its_reader_alone() {
    let library = Library::empty().await;
    let (ada, bob) = (library.add_reader("ada").await, library.add_reader("bob").await);
    let key = AccessKey::new([7; 32]);
    let from = ("192.0.2.7", "Browser");
    let id = library.store.add_session(bob.id, &key.digest(), from, now()).await.unwrap();
    let (who, session) = library.store.session(&key.digest()).await.unwrap().unwrap();
    assert_eq!((who.reader.id, session.id), (bob.id, id));
    assert_eq!((session.client.as_str(), session.agent.as_str()), from);
    library.store.note_session(id, now() + hours(2)).await.unwrap();
    library.store.note_session(id, now()).await.unwrap();
    assert_eq!(library.store.sessions(bob.id).await.unwrap()[0].seen, now() + hours(2));
    assert!(!library.store.end_session(ada.id, id).await.unwrap());
    assert!(library.store.end_session(bob.id, id).await.unwrap());
    assert_eq!(library.store.session(&key.digest()).await.unwrap(), None);
}

#[tokio::test]
async fn another_password_ends_sessions_and_old_ones_are_forgotten() {
    let library = Library::empty().await;
    let ada = library.add_reader("ada").await;
    let keys: Vec<AccessKey> = (0..3).map(|it| AccessKey::new([it; 32])).collect();
    let begin = async |key: &AccessKey, at| {
        library.store.add_session(ada.id, &key.digest(), ("", ""), at).await.unwrap()
    };
    begin(&keys[0], now()).await;
    let kept = begin(&keys[1], now() + hours(31 * 24)).await;
    assert_eq!(library.store.sessions(ada.id).await.unwrap().len(), 1, "a month unused");
    begin(&keys[2], now() + hours(31 * 24)).await;
    library.store.set_password(ada.id, "other", Some(kept)).await.unwrap();
    let left = library.store.sessions(ada.id).await.unwrap();
    assert_eq!(left.iter().map(|it| it.id).collect::<Vec<_>>(), [kept]);
    assert_eq!(library.store.password_hash(ada.id).await.unwrap().as_deref(), Some("other"));
}

/// Everything that can be kept of a reader.
async fn keep_everything(library: &Library, reader: ReaderId, entry: &Entry) {
    let (store, id, key) = (&library.store, entry.id, AccessKey::new([9; 32]));
    let change = ReadingChange {
        state: Some(ReadingState::Queued),
        tags: TagChange::Add(tags(&["x"])),
        ..ReadingChange::default()
    };
    store.change_reading(reader, entry.story, change, now()).await.unwrap();
    store.open_story(reader, entry.story, now()).await.unwrap();
    let peerscope::store::NoteWrite::Written(note) =
        store.add_note(reader, &note_draft("text", &[id]), now()).await.unwrap()
    else {
        panic!("not written")
    };
    store.change_note((reader, note.id), 1, &note_draft("other", &[id]), now()).await.unwrap();
    let quote = HighlightDraft::new(id, "quote", ("", ""), 0).unwrap();
    store.add_highlight(reader, &quote, now()).await.unwrap();
    let search = SavedSearch::new(None, "name", "query", now()).unwrap();
    store.save_search(reader, &search).await.unwrap();
    store.remember_search(reader, "what was typed", now()).await.unwrap();
    store.correct_kind(reader, id, Kind::Release, now()).await.unwrap();
    store.recommend(reader, id, &Comment::new("why").unwrap(), now()).await.unwrap();
    store.add_session(reader, &key.digest(), ("", ""), now()).await.unwrap();
    let token = ApiTokenDraft::new("script", "read".parse().unwrap(), None, now()).unwrap();
    store.add_api_token(reader, &key.digest(), &token, now()).await.unwrap();
    let new = NewSubscriber {
        reader: Some(reader),
        address: Some("bob@example.com".parse::<MailAddress>().unwrap()),
        state: SubscriberState::Active,
        preferences: Preferences {
            language: "en".parse().unwrap(),
            domains: Vec::new(),
            interests: Vec::new(),
            topics: Vec::new(),
            mute: Vec::new(),
            plan: DigestPlan::default(),
        },
        stamp: "stamp".into(),
    };
    store.add_subscriber(&new, now()).await.unwrap().unwrap();
}

#[tokio::test]
async fn whoever_is_removed_leaves_nothing_behind() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let entry = library.entries().await.remove(0);
    library.add_reader("ada").await;
    let bob = library.add_reader("bob").await;
    keep_everything(&library, bob.id, &entry).await;
    let kept = library.store.kept_by(bob.id).await.unwrap();
    assert_eq!((kept.readings, kept.notes, kept.corrections, kept.recommendations), (1, 1, 1, 1));
    assert!(library.store.remove_reader(bob.id).await.unwrap());
    assert_eq!(
        library.store.kept_by(bob.id).await.unwrap(),
        peerscope::store::KeptByReader::default()
    );
    library.assert_sound().await;
    if let Location::File(file) = &library.location {
        nothing_is_left(file, bob.id).await;
    }
}

/// Looks into every table that tells of a reader, also those that came after this test.
async fn nothing_is_left(file: &std::path::Path, reader: ReaderId) {
    let url = format!("sqlite://{}?mode=ro", file.display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let columns = "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c \
                   WHERE m.type = 'table' AND c.name IN ('reader_id', 'note_id', 'subscriber_id')";
    let columns: Vec<(String, String)> =
        sqlx::query_as(columns).fetch_all(&mut connection).await.unwrap();
    assert!(columns.len() > 12, "{columns:?}");
    for (table, column) in columns {
        let rows = match column.as_str() {
            "reader_id" => format!("SELECT COUNT(*) FROM {table} WHERE reader_id = {reader}"),
            "note_id" => {
                format!("SELECT COUNT(*) FROM {table} WHERE note_id NOT IN (SELECT id FROM notes)")
            }
            _ => format!(
                "SELECT COUNT(*) FROM {table} WHERE subscriber_id NOT IN (SELECT id FROM subscribers)"
            ),
        };
        let (rows,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(rows)).fetch_one(&mut connection).await.unwrap();
        assert_eq!(rows, 0, "{table} still holds something: add it to store/access/removal.rs");
    }
}

#[tokio::test]
async fn what_is_recommended_follows_its_entry_and_outlives_it() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let entries = library.entries().await;
    let ada = library.add_reader("ada").await;
    let comment = Comment::new("why").unwrap();
    for entry in &entries {
        library.store.recommend(ada.id, entry.id, &comment, now()).await.unwrap().unwrap();
    }
    let other = Comment::new("else").unwrap();
    let again = library.store.recommend(ada.id, entries[0].id, &other, now()).await;
    assert_eq!(again.unwrap().unwrap().comment, "else");
    assert!(library.store.merge_stories(entries[0].id, entries[1].id).await.unwrap());
    library.assert_sound().await;
    library.store.delete_entry(entries[0].id, now()).await.unwrap();
    let shelf = library.store.shelf(&ShelfAsk::default()).await.unwrap().rows;
    assert_eq!(shelf.len(), 2);
    let gone = shelf.iter().find(|it| it.cites.entry == entries[0].id).unwrap();
    assert!(gone.cites.is_gone && gone.cites.title == entries[0].title);
    library.assert_sound().await;
}
