//! `peerscope digest send`, as whoever owns an installation uses it.

use std::path::PathBuf;

use super::*;
use crate::support::program::Program;

/// A followed feed, a first crawl, and an owner since a Monday.
async fn installed(web: &FakeWeb, titles: &[&str]) -> Program {
    web.serve_document("/feed", "application/rss+xml", &rss_of(titles));
    let mut program = Program::following(&[web.address("/feed")]);
    program.set("PEERSCOPE_DIGEST_TO", "owner@example.com");
    program.set("PEERSCOPE_BASE_URL", "https://peers.example");
    program.run(&["--now", "2026-03-02T10:00:00Z", "crawl"]).await.well();
    program.run(&["--now", "2026-03-02T10:00:00Z", "digest", "send"]).await.well();
    program
}

fn outbox(program: &Program) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(program.path("outbox")) else { return Vec::new() };
    files.map(|it| it.unwrap().path()).collect()
}

#[tokio::test]
async fn an_issue_is_foreseen_sent_once_and_sent_again_on_demand() {
    let web = FakeWeb::start().await;
    let program = installed(&web, &["Example-post of old"]).await;
    let titles = ["Example-post about queues", "Example-post of old"];
    web.serve_document("/feed", "application/rss+xml", &rss_of(&titles));
    let monday = "2026-03-09T08:00:00Z";
    program.run(&["--now", monday, "crawl"]).await.well();
    let early = program.run(&["--now", "2026-03-09T07:00:00Z", "digest", "send", "--dry-run"]);
    let early = early.await.well();
    assert!(early.contains("owner@example.com: the next issue is due at 2026-03-09 08:00 UTC"));
    let foreseen = program.run(&["--now", monday, "digest", "send", "--dry-run"]).await.well();
    assert!(foreseen.contains("issue 2026-W11 would be composed now"), "{foreseen}");
    assert_eq!(outbox(&program), Vec::<PathBuf>::new());
    let sent = program.run(&["--now", monday, "digest", "send"]).await.well();
    assert!(sent.contains("composed 1 issue") && sent.contains("sent 1 mail to"), "{sent}");
    let again = program.run(&["--now", monday, "digest", "send"]).await.well();
    assert!(again.contains("composed 0 issues") && again.contains("sent 0 mails"), "{again}");
    let files = outbox(&program);
    let first = std::fs::read(&files[0]).unwrap();
    let mail = MessageParser::default().parse(&first).unwrap();
    assert!(mail.body_text(0).unwrap().contains("Example-post about queues"));
    let unsubscribe = mail.header_raw("List-Unsubscribe").unwrap().trim().to_owned();
    assert!(unsubscribe.starts_with("<https://peers.example/unsubscribe/"), "{unsubscribe}");
    // Once more to the owner is the same mail; to anybody else it is a trial without signed links.
    program.run(&["--now", monday, "digest", "send", "--to", "owner@example.com"]).await.well();
    assert_eq!(outbox(&program), files);
    assert_eq!(std::fs::read(&files[0]).unwrap(), first);
    program.run(&["--now", monday, "digest", "send", "--to", "eve@example.com"]).await.well();
    let trial = outbox(&program).into_iter().find(|it| !files.contains(it)).unwrap();
    let trial = std::fs::read(trial).unwrap();
    let trial = MessageParser::default().parse(&trial).unwrap();
    assert!(trial.header_raw("List-Unsubscribe").is_none());
    assert!(!trial.body_text(0).unwrap().contains("/preferences/"));
    assert!(!trial.body_html(0).unwrap().contains("/unsubscribe/"));
}

#[tokio::test]
async fn a_server_that_takes_nothing_is_told_with_what_to_do() {
    let web = FakeWeb::start().await;
    let mut program = installed(&web, &["Example-post of old"]).await;
    let server = FakeSmtp::start().await;
    server.greet(Some("554 5.7.1 You are on a list"));
    program.set("PEERSCOPE_SMTP_URL", &server.url());
    let missing = program.run(&["digest", "send"]).await;
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("PEERSCOPE_MAIL_FROM"), "{}", missing.err);
    program.set("PEERSCOPE_MAIL_FROM", "Peerscope <digest@peers.example>");
    let refused = program.run(&["--now", MONDAY, "digest", "send"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("check PEERSCOPE_SMTP_URL"), "{}", refused.err);
    assert!(refused.err.contains("You are on a list"), "{}", refused.err);
    server.greet(None);
    let later = "2026-03-09T08:10:00Z";
    let sent = program.run(&["--now", later, "digest", "send"]).await.well();
    assert!(sent.contains("composed 0 issues") && sent.contains("sent 1 mail"), "{sent}");
    assert_eq!(server.received()[0].to, "owner@example.com");
}
