//! Nothing is lost: failures, kills, backups, and libraries that are none.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sqlx::{Connection, Executor};

use peerscope::store::{EntriesAsk, Location, Pick, Step, Store, StoreError};

use super::{Library, hours, now, on_postgres, post, read};

#[tokio::test]
async fn a_failure_before_the_commit_keeps_nothing_and_one_after_it_keeps_all() {
    let library = Library::of_one_feed().await;
    let source = library.source().await;
    let visit = read(&source, now(), vec![post(1), post(2)]);
    library.store.fail_at(Step::BeforeCommit);
    assert!(library.store.record(vec![visit.clone()]).await.is_err());
    assert_eq!(library.titles().await, Vec::<String>::new());
    assert_eq!(library.source().await, source);
    assert_eq!(library.store.last_change().await.unwrap(), 0);
    library.store.fail_at(Step::AfterCommit);
    assert!(library.store.record(vec![visit.clone()]).await.is_err());
    assert_eq!(library.titles().await.len(), 2);
    let again = library.store.record(vec![visit]).await.unwrap();
    assert_eq!((again[0].new, again[0].unchanged), (0, 2));
    library.assert_sound().await;
}

#[tokio::test]
async fn readers_see_whole_groups_while_a_writer_works() {
    let library = Library::of_one_feed().await;
    let (store, source) = (library.store.clone(), library.source().await);
    let writer = tokio::spawn(async move {
        for round in 0..10 {
            let entries = (round * 10..(round + 1) * 10).map(post).collect();
            store.record(vec![read(&source, now(), entries)]).await.unwrap();
        }
    });
    while !writer.is_finished() {
        let ask = EntriesAsk { limit: 1000, once: false, ..EntriesAsk::default() };
        assert_eq!(library.store.entries(&ask).await.unwrap().rows.len() % 10, 0);
    }
    writer.await.unwrap();
    library.assert_sound().await;
}

#[tokio::test]
async fn a_backup_is_taken_while_running_and_brings_everything_back() {
    let library = Library::of_one_feed().await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy ?#%.db");
    if on_postgres() {
        assert!(matches!(library.store.backup(&copy).await, Err(StoreError::NotAFile)));
        return;
    }
    library.read(now(), vec![post(1)]).await;
    library.store.backup(&copy).await.unwrap();
    assert!(matches!(library.store.backup(&copy).await, Err(StoreError::Exists(_))));
    library.read(now() + hours(1), vec![post(2)]).await;
    let (path, lineage) = (path_of(&library), library.store.lineage().to_owned());
    library.store.clone().close().await;
    let restored = Store::restore(&copy, &path, now()).await.unwrap();
    let library = library.reopened().await;
    assert_eq!(library.titles().await, ["Post 1"]);
    assert_ne!(library.store.lineage(), lineage);
    library.assert_sound().await;
    let former = Store::open(&Location::File(restored.former.unwrap())).await.unwrap();
    assert_eq!(former.entries(&EntriesAsk::default()).await.unwrap().rows.len(), 2);
    let elsewhere = folder.path().join("library.db");
    assert_eq!(Store::restore(&copy, &elsewhere, now()).await.unwrap().former, None);
    Store::open(&Location::File(elsewhere)).await.unwrap();
}

#[tokio::test]
async fn what_is_no_sound_library_is_neither_opened_nor_brought_back() {
    if on_postgres() {
        return;
    }
    let library = Library::of_one_feed().await;
    library.read(now(), (0..200).map(post).collect()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = path_of(&library);
    let copy = folder.path().join("copy.db");
    library.store.backup(&copy).await.unwrap();
    let whole = std::fs::read(&copy).unwrap();
    let broken = folder.path().join("broken.db");
    let mut bytes = whole.clone();
    for byte in &mut bytes[20_000..200_000] {
        *byte = 0x5a;
    }
    std::fs::write(&broken, bytes).unwrap();
    let refused = Store::restore(&broken, &path, now()).await;
    assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
    let text = folder.path().join("text.db");
    std::fs::write(&text, "Dear diary, ".repeat(1000)).unwrap();
    let refused = Store::restore(&text, &path, now()).await;
    assert!(matches!(refused, Err(StoreError::Foreign { .. })), "{refused:?}");
    let refused = Store::open(&Location::File(text)).await.err();
    assert!(matches!(refused, Some(StoreError::Foreign { .. })), "{refused:?}");
    library.assert_sound().await;
}

#[tokio::test]
async fn a_newer_library_is_refused_with_a_sentence() {
    let library = Library::of_one_feed().await;
    let sql = "INSERT INTO migrations (number) VALUES (99)";
    match &library.location {
        Location::File(path) => {
            let url = format!("sqlite://{}", path.display());
            sqlx::SqliteConnection::connect(&url).await.unwrap().execute(sql).await.unwrap();
        }
        Location::Url(url) => {
            sqlx::PgConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
        }
    }
    let refused = Store::open(&library.location).await.err().unwrap();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }));
    assert!(refused.to_string().contains("update the program"), "{refused}");
}

#[tokio::test]
async fn a_library_that_cannot_be_reached_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Location::File(folder.path().join("no/such/folder/library.db"));
    let refused = Store::open(&missing).await.err().unwrap();
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused:?}");
    let url = Location::Url("postgres://me:secret@127.0.0.1:1/peers".into());
    let refused = Store::open(&url).await.err().unwrap();
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused:?}");
    assert!(!refused.to_string().contains("secret"));
}

fn path_of(library: &Library) -> PathBuf {
    match &library.location {
        Location::File(path) => path.clone(),
        Location::Url(url) => panic!("{url} is no file"),
    }
}

/// Where the program that will be killed finds its library.
const LIBRARY_TO_WRITE: &str = "PEERSCOPE_TEST_LIBRARY_TO_WRITE";
const GROUP: usize = 7;

#[tokio::test]
#[ignore = "runs inside the next test, as a program that is killed"]
async fn writes_until_it_is_killed() {
    let Some(path) = std::env::var_os(LIBRARY_TO_WRITE) else { return };
    let store = Store::open(&Location::File(PathBuf::from(path))).await.unwrap();
    let source = store.sources_to_visit(&Pick::All).await.unwrap().remove(0);
    for round in 0.. {
        let entries = (round * GROUP..(round + 1) * GROUP).map(post).collect();
        store.record(vec![read(&source, now(), entries)]).await.unwrap();
        writeln!(std::io::stdout(), "recorded {round}").unwrap();
    }
}

#[tokio::test]
async fn a_kill_at_any_instant_leaves_a_whole_library_with_all_that_was_recorded() {
    if on_postgres() {
        return;
    }
    let library = Library::of_one_feed().await;
    let path = path_of(&library);
    library.store.clone().close().await;
    for rounds in [1, 3, 8] {
        assert_eq!(kill_after(&path, rounds), rounds);
        let store = Store::open(&Location::File(path.clone())).await.unwrap();
        assert_eq!(store.check().await.unwrap().findings, Vec::<String>::new());
        let ask = EntriesAsk { limit: 10_000, once: false, ..EntriesAsk::default() };
        let count = store.entries(&ask).await.unwrap().rows.len();
        assert_eq!(count % GROUP, 0);
        assert!(count >= rounds * GROUP, "{count}");
        store.close().await;
    }
}

/// Runs the program above until it has said so many times that it recorded something; kills it
/// while it works on the next.
fn kill_after(library: &Path, rounds: usize) -> usize {
    let name = "store_contract::safety::writes_until_it_is_killed";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--ignored", "--nocapture"])
        .env(LIBRARY_TO_WRITE, library)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.filter(|line| line.contains("recorded")).take(rounds).count();
    child.kill().unwrap();
    child.wait().unwrap();
    told
}
