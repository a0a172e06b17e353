//! `peerscope readers` and `PEERSCOPE_AUTH`, as whoever runs an installation uses them.

use crate::support::program::Program;

const PASSWORD: &str = "correct horse battery\n";

async fn add(program: &Program, arguments: &[&str]) -> crate::support::program::Ended {
    let mut all = vec!["readers", "add"];
    all.extend(arguments);
    all.extend(["--password-file", "-"]);
    program.run_with_input(&all, PASSWORD).await
}

#[tokio::test]
async fn the_first_reader_is_made_on_the_machine_and_is_an_admin() {
    let program = Program::following(&[]);
    let refused = add(&program, &["ada"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("--admin"), "{}", refused.err);
    assert!(add(&program, &["Ada", "--admin"]).await.well().contains("ada is admin"));
    assert!(
        add(&program, &["bob", "--display-name", "Bob B."]).await.well().contains("bob is reader")
    );
    let taken = add(&program, &["ADA"]).await;
    assert!(taken.err.contains("a reader called `ada` already"), "{}", taken.err);
    let listed = program.run(&["readers", "list", "--json"]).await.json();
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&"ada".into(), &"admin".into()));
    assert_eq!(
        (&listed[1]["display_name"], &listed[1]["has_password"]),
        (&"Bob B.".into(), &true.into())
    );
}

#[tokio::test]
async fn weak_passwords_and_odd_names_are_refused_with_what_to_do() {
    let program = Program::following(&[]);
    let add = async |name: &str, password: &str| {
        let all = ["readers", "add", name, "--admin", "--password-file", "-"];
        program.run_with_input(&all, password).await.err
    };
    assert!(add("ada", "short\n").await.contains("needs 10"));
    assert!(add("ada", "password123\n").await.contains("choose another"));
    assert!(add("ada b", PASSWORD).await.contains("no name for a reader"));
    let nobody = program.run(&["readers", "add", "ada", "--admin"]).await;
    assert!(nobody.err.contains("--password-file"), "{}", nobody.err);
}

#[tokio::test]
async fn the_last_admin_stays_while_there_are_others() {
    let program = Program::following(&[]);
    add(&program, &["ada", "--admin"]).await.well();
    add(&program, &["bob"]).await.well();
    let refused = program.run(&["readers", "remove", "ada", "--yes"]).await;
    assert!(refused.err.contains("the only admin"), "{}", refused.err);
    let refused = program.run(&["readers", "change", "ada", "--role", "reader"]).await;
    assert!(refused.err.contains("the only admin"), "{}", refused.err);
    program.run(&["readers", "change", "bob", "--role", "admin"]).await.well();
    let asked = program.run(&["readers", "remove", "ada"]).await;
    assert!(asked.err.contains("--yes") && asked.out.contains("0 notes"), "{}", asked.out);
    program.run(&["readers", "remove", "ada", "--yes"]).await.well();
    let listed = program.run(&["readers", "list"]).await.well();
    assert!(!listed.contains("ada") && listed.contains("bob"), "{listed}");
}

#[tokio::test]
async fn tokens_are_made_and_revoked_on_the_machine() {
    let program = Program::following(&[]);
    add(&program, &["ada", "--admin"]).await.well();
    let made = ["readers", "tokens", "ada", "--add", "backup", "--scopes", "read,admin"];
    let token = program.run(&made).await.well();
    assert!(token.starts_with("ps_") && token.trim().len() == 67, "{token}");
    let listed = program.run(&["readers", "tokens", "ada"]).await.well();
    assert!(listed.contains("read,admin") && !listed.contains(token.trim()), "{listed}");
    program.run(&["readers", "tokens", "ada", "--revoke", "1"]).await.well();
    assert_eq!(program.run(&["readers", "tokens", "ada", "--revoke", "1"]).await.code, Some(1));
    let odd = program.run(&["readers", "tokens", "ada", "--add", "x", "--scopes", "all"]).await;
    assert_eq!(odd.code, Some(2));
}

#[tokio::test]
async fn odd_settings_are_told_by_name() {
    for (name, value, expected) in [
        ("PEERSCOPE_AUTH", "basic", "`none`, `password` or `proxy`"),
        ("PEERSCOPE_AUTH_PROXIES", "10.0.0.0/33", "addresses or networks"),
        ("PEERSCOPE_AUTH_HEADER", "Remote User", "the name of a header"),
        ("PEERSCOPE_AUTH_HEADER", "Cookie", "the name of a header"),
    ] {
        let mut program = Program::following(&[]);
        program.set(name, value);
        let refused = program.run(&["readers", "list"]).await;
        assert_eq!(refused.code, Some(2), "{name}");
        assert!(refused.err.contains(name) && refused.err.contains(expected), "{}", refused.err);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_service_with_logins_says_so_and_lets_nobody_in_without() {
    let mut program = Program::following(&[]);
    program.set("PEERSCOPE_AUTH", "password");
    let service = program.serve(&["--no-crawl"]).await;
    assert_eq!(service.get("/").await.0, 303);
    assert_eq!(service.get("/api/v1/notes").await.0, 401);
    assert_eq!(service.get("/healthz").await.0, 200);
    service.wait_for_log(1, "nobody can log in yet").await;
    // Whoever is made now comes in at once.
    add(&program, &["ada", "--admin"]).await.well();
    assert!(!service.get("/login").await.1.contains("peerscope readers add"));
}

#[tokio::test]
async fn commands_act_for_the_reader_that_is_named() {
    let mut program = Program::following(&[]);
    add(&program, &["ada", "--admin"]).await.well();
    add(&program, &["bob"]).await.well();
    program.run(&["note", "Ranking was late again."]).await.well();
    program.run(&["--reader", "Bob", "note", "Queues are quicker."]).await.well();
    program.run(&["searches", "--reader", "bob", "save", "Queues", "queue"]).await.well();
    let of_ada = program.run(&["notes", "--reader", "ada"]).await.well();
    assert!(of_ada.contains("Ranking") && !of_ada.contains("Queues"), "{of_ada}");
    assert_eq!(of_ada, program.run(&["notes"]).await.well());
    program.set("PEERSCOPE_READER", "bob");
    let of_bob = program.run(&["notes"]).await.well();
    assert!(of_bob.contains("Queues") && !of_bob.contains("Ranking"), "{of_bob}");
    assert!(program.run(&["searches"]).await.well().contains("Queues"));
    let deleted = program.run(&["note", "--delete", "1"]).await;
    assert!(deleted.err.contains("no note 1"), "what is Ada's is not there: {}", deleted.err);
    assert!(
        program
            .run(&["journal", "export", "--format", "json", "--out", "-"])
            .await
            .well()
            .contains("Queues")
    );
    let nobody = program.run(&["--reader", "eve", "notes"]).await;
    assert!(nobody.err.contains("no reader is called `eve`"), "{}", nobody.err);
    let odd = program.run(&["--reader", "a b", "notes"]).await;
    assert_eq!(odd.code, Some(2));
    assert!(odd.err.contains("--reader"), "{}", odd.err);
}
