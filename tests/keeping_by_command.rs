//! What a reader keeps, on the command line.

use serde_json::json;

use crate::support::{
    fake_web::FakeWeb,
    feeds::rss_of,
    program::{Ended, Program, argument},
};

const RSS: &str = "application/rss+xml";
const QUEUES: &str = "https://example.com/posts/queues-at-scale";
const CRON: &str = "https://example.com/posts/moving-off-cron";

async fn crawled() -> (FakeWeb, Program) {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(&["Queues at scale", "Moving off cron"]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    (web, program)
}

/// Runs the program with an editor that is a shell command; `$1` is the file.
async fn edit(program: &Program, command: &str, arguments: &[&str]) -> Ended {
    program.write("editor.sh", &format!("#!/bin/sh\n{command}\n"));
    let mut run = program.command(arguments);
    run.env("EDITOR", format!("sh {}", argument(&program.path("editor.sh")))).env_remove("VISUAL");
    let output = tokio::task::spawn_blocking(move || run.output().unwrap()).await.unwrap();
    Ended::of(output)
}

fn drafts(program: &Program) -> usize {
    let files = std::fs::read_dir(program.path("")).unwrap();
    let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
    names.filter(|it| it.starts_with("note-draft-")).count()
}

#[tokio::test]
async fn stories_are_queued_listed_and_taken_off_also_while_a_service_runs() {
    let (_web, program) = crawled().await;
    let service = program.serve(&[]).await;
    let told = program.run(&["queue", QUEUES, CRON, "--tag", "Ranking"]).await.well();
    assert!(told.contains("queued: Queues at scale") && told.contains("queued: Moving"), "{told}");
    let told = program.run(&["queue", QUEUES, "--state", "studied", "--tag", "ads"]).await.well();
    assert!(told.contains("studied: Queues at scale"), "{told}");
    let told = program.run(&["queue", QUEUES]).await.well();
    assert!(told.contains("studied: Queues"), "it stays as far as it is: {told}");
    program.run(&["note", QUEUES, "Two towers"]).await.well();
    let listed = program.run(&["list", "--json", "--state", "studied"]).await.json();
    let reading = &listed["readings"][0];
    assert_eq!(
        (&reading["title"], &reading["tags"]),
        (&json!("Queues at scale"), &json!(["ads", "ranking"]))
    );
    let (status, served) = service.get("/api/v1/readings?tag=ranking").await;
    assert_eq!((status, served.matches("\"story\"").count()), (200, 2), "{served}");
    let lines = program.run(&["list", "--tag", "ads"]).await.well();
    assert!(lines.contains("studied · 20") && lines.contains("#ads #ranking"), "{lines}");
    assert!(lines.contains(QUEUES) && !lines.contains(CRON), "{lines}");
    program.run(&["queue", QUEUES, "--untag", "ADS"]).await.well();
    let listed = program.run(&["list", "--json", "--state", "studied"]).await.json();
    assert_eq!(listed["readings"][0]["tags"], json!(["ranking"]));
    assert!(program.run(&["note", "--delete", "1"]).await.well().contains("deleted note 1"));
    let ended = program.run(&["note", "--delete", "1"]).await;
    assert!(ended.code == Some(1) && ended.err.contains("there is no note 1"), "{}", ended.err);
    let told = program.run(&["queue", CRON, "--drop"]).await.well();
    assert!(told.contains("dropped: Moving off cron"), "{told}");
    let told = program.run(&["queue", CRON, "--remove"]).await.well();
    assert!(told.contains("off the list: Moving off cron"), "{told}");
    assert_eq!(
        program.run(&["list", "--json"]).await.json()["readings"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn nothing_is_queued_where_one_of_several_names_is_wrong() {
    let (_web, program) = crawled().await;
    for wrong in ["999", "https://example.com/nowhere", "towers"] {
        let ended = program.run(&["queue", QUEUES, wrong]).await;
        assert_eq!(ended.code, Some(1), "{wrong}");
        assert!(ended.err.contains("entry"), "{}", ended.err);
    }
    let ended = program.run(&["queue", QUEUES, "--tag", "a,b"]).await;
    assert!(ended.err.contains("`a,b` is not a tag"), "{}", ended.err);
    let ended = program.run(&["queue", QUEUES, "--state", "read"]).await;
    assert!(ended.err.contains("queued, reading, studied, applied, dropped"), "{}", ended.err);
    assert_eq!(program.run(&["list", "--json"]).await.json()["readings"], json!([]));
}

#[tokio::test]
async fn notes_are_written_from_arguments_and_standard_input_and_found() {
    let (_web, program) = crawled().await;
    let told = program
        .run(&[
            "note",
            QUEUES,
            "Two towers rank",
            "--title",
            "Towers",
            "--type",
            "design",
            "--tag",
            "ml",
        ])
        .await
        .well();
    assert_eq!(told.trim(), "note 1");
    let told =
        program.run_with_input(&["note", "-"], "# What if\n\nwe *queued* it?\n").await.well();
    assert_eq!(told.trim(), "note 2");
    let found = program.run(&["notes", "TOWERS", "--type", "design", "--json"]).await.json();
    assert_eq!(found["notes"].as_array().unwrap().len(), 1);
    assert_eq!(found["notes"][0]["cites"][0]["url"], QUEUES);
    let lines = program.run(&["notes"]).await.well();
    assert!(lines.contains("What if\n") && lines.contains("insight · 20"), "{lines}");
    assert!(lines.contains("  cites Peer 1: Queues at scale\n    https://"), "{lines}");
    let lines = program.run(&["notes", "--entry", QUEUES]).await.well();
    assert!(lines.contains("#ml") && !lines.contains("What if"), "{lines}");
    let told = program.run(&["note", CRON, "--edit", "1", "--tag", "ads"]).await;
    assert!(told.err.contains("revision 1 is kept"), "{}", told.err);
    let note = program.run(&["notes", "towers", "--json"]).await.json()["notes"][0].clone();
    assert_eq!((&note["text"], &note["type"]), (&json!("Two towers rank"), &json!("design")));
    assert_eq!(
        (&note["tags"], note["cites"].as_array().unwrap().len()),
        (&json!(["ads", "ml"]), 2)
    );
    for (arguments, told) in [
        (&["note", "12", "3", "ways", "to"][..], "quotation marks"),
        (&["note", "999", "text"], "no entry 999"),
        (&["note", "--edit", "9", "text"], "no note 9"),
        (&["note", " "], "text of the note is empty"),
    ] {
        let ended = program.run(arguments).await;
        assert_eq!(ended.code, Some(1), "{arguments:?}");
        assert!(ended.err.contains(told), "{}", ended.err);
    }
}

#[tokio::test]
async fn an_idea_is_noted_with_all_that_stands_around_it_and_moved() {
    let (_web, program) = crawled().await;
    let told = program
        .run(&[
            "note",
            QUEUES,
            "Shadow reads",
            "--type",
            "idea",
            "--competency",
            "System Design",
            "--date",
            "2026-01-31",
            "--link",
            "Design https://wiki.example/d",
            "--owner",
            "Ada",
        ])
        .await
        .well();
    assert_eq!(told.trim(), "note 1");
    let moved = ["note", "--edit", "1", "--state", "tried", "--outcome", "-18 % p99"];
    program.run(&moved).await.well();
    let lines = program.run(&["ideas"]).await.well();
    assert!(lines.contains("tried (1)") && lines.contains("idea · 2026-01-31 · 1"), "{lines}");
    assert!(lines.contains("tried · owner Ada · outcome -18 % p99"), "{lines}");
    assert!(lines.contains("  links Design https://wiki.example/d"), "{lines}");
    let ideas =
        program.run(&["ideas", "--state", "tried", "--owner", "ada", "--json"]).await.json();
    assert_eq!(ideas["notes"][0]["idea"]["moves"].as_array().unwrap().len(), 2);
    let lines = program.run(&["notes", "note:idea", "--competency", "system design"]).await.well();
    assert!(lines.contains("shows system design"), "{lines}");
    for (arguments, told) in [
        (&["note", "x", "--state", "tried"][..], "only an idea has a path"),
        (&["note", "x", "--date", "1815-12-10"], "not a day"),
    ] {
        let ended = program.run(arguments).await;
        assert_eq!(ended.code, Some(1), "{arguments:?}");
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    let ended = program.run(&["note", "x", "--link", "nowhere"]).await;
    assert!(ended.err.contains("is no link"), "{}", ended.err);
}

#[cfg(unix)]
#[tokio::test]
async fn a_note_is_written_in_an_editor_and_never_lost() {
    let (_web, program) = crawled().await;
    edit(&program, "echo 'Two towers' > \"$1\"", &["note", QUEUES]).await.well();
    edit(&program, "echo 'and more' >> \"$1\"", &["note", "--edit", "1"]).await.well();
    let note = program.run(&["notes", "--json"]).await.json()["notes"][0].clone();
    assert_eq!((&note["text"], &note["revision"]), (&json!("Two towers\nand more\n"), &json!(2)));
    let told = edit(&program, "true", &["note", "--edit", "1"]).await;
    assert!(told.err.contains("as it was"), "{}", told.err);
    let ended = edit(&program, "true", &["note"]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("nothing was written"), "{}", ended.err);
    assert_eq!(drafts(&program), 0);

    let ended = edit(&program, "echo 'long thoughts' > \"$1\"; exit 3", &["note"]).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(program.read("note-draft-1.md"), "long thoughts\n");
    assert!(ended.err.contains("what you wrote is kept in"), "{}", ended.err);
    let peerscope = env!("CARGO_BIN_EXE_peerscope");
    let home = argument(&program.path(""));
    let meanwhile =
        format!("{peerscope} --home {home} note --edit 1 'Three' && echo 'Four' > \"$1\"");
    let ended = edit(&program, &meanwhile, &["note", "--edit", "1"]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("says something else by now, at revision 3"), "{}", ended.err);
    assert_eq!(program.read("note-draft-2.md"), "Four\n");
    assert_eq!(program.run(&["notes", "--json"]).await.json()["notes"][0]["text"], "Three");

    let mut without = program.command(&["note"]);
    without.env_remove("EDITOR").env_remove("VISUAL");
    let ended = tokio::task::spawn_blocking(move || without.output().unwrap()).await.unwrap();
    assert!(String::from_utf8_lossy(&ended.stderr).contains("neither VISUAL nor EDITOR"));
}

#[tokio::test]
async fn searches_are_saved_listed_and_removed() {
    let program = Program::following(&[]);
    let told = program.run(&["searches", "save", "Surge pricing", "surge", "\"dynamic pricing\""]);
    assert_eq!(told.await.well().trim(), "saved as surge-pricing");
    let listed = program.run(&["searches"]).await.well();
    assert!(
        listed.contains("Surge pricing  surge-pricing\n  surge \"dynamic pricing\""),
        "{listed}"
    );
    let listed = program.run(&["searches", "list", "--json"]).await.json();
    assert_eq!(listed["searches"][0]["query"], "surge \"dynamic pricing\"");
    program.run(&["searches", "remove", "Surge Pricing"]).await.well();
    let ended = program.run(&["searches", "remove", "surge-pricing"]).await;
    assert!(ended.err.contains("no search is saved as surge-pricing"), "{}", ended.err);
}

#[tokio::test]
async fn forgetting_a_peer_says_what_becomes_of_the_list_and_keeps_the_notes() {
    let (_web, program) = crawled().await;
    program.run(&["queue", QUEUES, CRON]).await.well();
    program.run(&["note", QUEUES, "Two towers"]).await.well();
    let told = program.run(&["forget", "peer-1", "--yes"]).await.well();
    assert!(told.contains("1 story on the reading list"), "{told}");
    let lines = program.run(&["list"]).await.well();
    assert!(lines.contains("queued · 20") && lines.contains("Peer 1 · forgotten"), "{lines}");
    let lines = program.run(&["notes"]).await.well();
    assert!(lines.contains("cites Peer 1: Queues at scale"), "{lines}");
}
