//! Issues where a reader finds them: pages, feeds, the API and the command line.

use dom_query::Document;
use jiff::ToSpan as _;
use peerscope::{
    domain::{
        DigestPlan, Issue, Language, Preferences, ReaderId, Subscriber, SubscriberState, Week,
    },
    store::{NewSubscriber, Store},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    fake_web::FakeWeb,
    feeds::rss_of,
    issue::{quiet, rich},
    library::TestLibrary,
    program::Program,
    service::Service,
};

async fn owner(store: &Store, now: jiff::Timestamp) -> Subscriber {
    let preferences = Preferences {
        language: Language::english(),
        domains: Vec::new(),
        interests: Vec::new(),
        topics: Vec::new(),
        mute: Vec::new(),
        plan: DigestPlan::default(),
    };
    let new = NewSubscriber {
        reader: Some(ReaderId::ONLY),
        address: None,
        state: SubscriberState::Active,
        preferences,
        stamp: "stamp".to_owned(),
    };
    store.add_subscriber(&new, now).await.unwrap().unwrap()
}

/// Keeps these issues of the owner, one a week.
async fn keep(store: &Store, now: jiff::Timestamp, issues: &[Issue]) {
    let owner = owner(store, now).await;
    let mut week: Week = "2026-W47".parse().unwrap();
    for (mark, issue) in (owner.mark..).zip(issues) {
        week = week.next();
        let slot = issue.slot + (i64::from(week.number() - 48) * 168).hours();
        let issue = Issue { week, slot, after: mark, upto: mark + 1, ..issue.clone() };
        assert!(store.keep_issue(owner.id, &issue, None).await.unwrap());
    }
}

async fn with_issues(issues: &[Issue]) -> Service {
    let library = TestLibrary::following(&[]).await;
    keep(&library.doors.store, library.now(), issues).await;
    Service::over(library).await
}

#[tokio::test]
async fn issues_are_listed_newest_first_and_lead_to_each_other() {
    let service = with_issues(&[rich("en"), quiet("de")]).await;
    let page = service.page("/digests").await;
    let (newer, older) =
        (page.find("Woche 49/2026").unwrap(), page.find("Week 48 of 2026").unwrap());
    assert!(newer < older && page.contains("aria-current=\"page\">Digest"), "{page}");
    assert!(
        page.contains("The next issue comes on Monday, 9 March 2026 at 08:00 (UTC)."),
        "{page}"
    );
    let page = service.page("/digests/2026-W48").await;
    assert!(
        page.contains("rel=\"next\" href=\"/digests/2026-W49\"") && !page.contains("rel=\"prev\"")
    );
    assert!(
        service.page("/digests/2026-w49").await.contains("rel=\"prev\" href=\"/digests/2026-W48\"")
    );
}

#[tokio::test]
async fn an_issue_is_a_page_like_the_others() {
    let service = with_issues(&[rich("en")]).await;
    let page = service.page("/digests/2026-W48").await;
    let document = Document::from(page.as_str());
    assert_eq!(document.select("article.issue .read").length(), 7);
    assert_eq!(document.select("main script, main img, main [style], main iframe").length(), 0);
    for path in
        ["/entries/12", "/entries/12#queue", "/entries/12#note", "/topics/queues-logs", "/sources"]
    {
        assert!(document.select(&format!("main a[href='{path}']")).exists(), "{path}");
    }
    assert!(document.select("h3[lang=zh]").exists());
    let told = service.get("/digests/2026-W48.md").await;
    assert_eq!(told.header("content-type"), "text/markdown; charset=utf-8");
    assert!(told.text.starts_with("# Week 48 of 2026\n"), "{}", told.text);
    let entry = format!("(<http://{}/entries/12>)", service.address);
    assert!(told.text.contains(&entry), "{}", told.text);
}

#[tokio::test]
async fn without_an_issue_the_page_says_when_the_first_comes_and_how_to_get_it_by_mail() {
    let service = Service::with_nothing().await;
    let page = service.page("/digests").await;
    for words in [
        "No issue yet",
        "on Monday, 9 March 2026 at 08:00 (UTC)",
        "<code>PEERSCOPE_DIGEST_TO</code>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(service.json("/api/v1/digests").await["issues"], json!([]));
    assert!(feed_rs::parser::parse(service.page("/digests.atom").await.as_bytes()).is_ok());
}

#[tokio::test]
async fn an_issue_that_is_not_there_is_told_by_its_name() {
    let service = with_issues(&[rich("en")]).await;
    for (path, kind) in [
        ("/digests/2026-W51", "text/html"),
        ("/digests/soon", "text/html"),
        ("/digests/2026-W51.md", "text/plain"),
        ("/api/v1/digests/2026-W51", "application/problem+json"),
    ] {
        let told = service.get(path).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{path}");
        assert!(told.header("content-type").starts_with(kind), "{path}: {:?}", told.headers);
        assert!(told.text.contains("2026-W51") || told.text.contains("soon"), "{}", told.text);
    }
}

#[tokio::test]
async fn the_api_serves_the_value_that_was_kept() {
    let service = with_issues(&[rich("en"), quiet("de")]).await;
    let told = service.json("/api/v1/digests/2026-W48").await;
    let kept: Issue = serde_json::from_value(told).unwrap();
    let issue = rich("en");
    assert_eq!((&kept.reads, &kept.rest, &kept.own), (&issue.reads, &issue.rest, &issue.own));
    let list = service.json("/api/v1/digests").await;
    assert_eq!(list["issues"][0]["week"], "2026-W49");
    assert_eq!(list["issues"][1]["reads"].as_array().unwrap().len(), 6);
    assert_eq!(
        service.json("/api/v1/digests?limit=1").await["issues"].as_array().unwrap().len(),
        1
    );
    let told = service.get("/api/v1/digests?limt=1").await;
    assert!(told.problem()["detail"].as_str().unwrap().contains("`limt`"));
}

#[tokio::test]
async fn feeds_hold_whole_issues_under_names_that_stay() {
    let service = with_issues(&[rich("en"), quiet("de")]).await;
    let told = service.get("/digests.atom").await;
    assert_eq!(told.header("content-type"), "application/atom+xml; charset=utf-8");
    let feed = feed_rs::parser::parse(told.text.as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), 2);
    let issue = &feed.entries[1];
    assert_eq!(issue.links[0].href, format!("http://{}/digests/2026-W48", service.address));
    assert_eq!(issue.published.unwrap().to_rfc3339(), "2026-11-23T07:00:00+00:00");
    let content = issue.content.as_ref().unwrap().body.as_ref().unwrap();
    assert!(content.contains(&format!("href=\"http://{}/entries/12\"", service.address)));
    assert!(!content.contains("<script>") && content.contains("Pricing a whole basket"));
    let json: Value = service.json("/digests.json").await;
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(json["items"][1]["id"], issue.id);
    assert!(json["items"][1]["content_html"].as_str().unwrap().contains("<h2>"));
    assert!(json["items"][1].get("content_text").is_none());
    let known = [("if-none-match", told.header("etag"))];
    let again = service.ask(Method::GET, "/digests.atom", &known).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_mail_leads_to_forms_and_only_a_form_that_is_sent_changes_anything() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let id = service.library.entries().await[0].id;
    let path = format!("/entries/{id}");
    let page = service.page(&path).await;
    assert!(page.contains("id=\"queue\"") && page.contains("id=\"note\""));
    assert!(page.contains("/reading\" name=\"state\" value=\"queued\""));
    assert_eq!(service.get(&format!("{path}/queue")).await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(service.json("/api/v1/readings").await["readings"], json!([]));
    let send = async |path: &str, body: &str, site: &str| {
        let request = service.client.post(format!("http://{}{path}", service.address));
        let request = request.header("sec-fetch-site", site).body(body.to_owned());
        request.send().await.unwrap()
    };
    let told = send(&format!("{path}/queue"), "", "cross-site").await;
    assert_eq!(told.status(), StatusCode::FORBIDDEN);
    let told = send(&format!("{path}/queue"), "", "same-origin").await;
    assert!(told.text().await.unwrap().contains("It is on your list, to be read."));
    assert_eq!(service.json("/api/v1/readings").await["readings"][0]["state"], "queued");
    let told = send(&format!("{path}/note"), "type=idea&text=Try+a+log", "same-origin").await;
    assert!(told.text().await.unwrap().contains("Kept as note 1 of your journal."));
    let note = service.json("/api/v1/notes/1").await;
    assert_eq!((&note["type"], &note["text"]), (&json!("idea"), &json!("Try a log")));
    assert_eq!(note["cites"][0]["entry"], id.0);
    assert_eq!(send(&format!("{path}/note"), "text=", "same-origin").await.status(), 400);
}

async fn program() -> (FakeWeb, Program) {
    let web = FakeWeb::start().await;
    let titles = ["Queues at scale", "Moving off cron"];
    web.serve_document("/feed", "application/rss+xml", &rss_of(&titles));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    (web, program)
}

#[tokio::test]
async fn the_command_shows_what_the_digest_would_say_now_and_keeps_nothing() {
    let (_web, program) = program().await;
    let now = ["--now", "2026-02-04T09:00:00Z", "digest"];
    let told = program.run(&now).await.well();
    assert!(told.contains("Week 6 of 2026") && told.contains("Queues at scale"), "{told}");
    let explained = program.run(&[&now[..], &["--explain"]].concat()).await.well();
    assert!(explained.contains("Chosen") && explained.contains("Left out"), "{explained}");
    let issue = program.run(&[&now[..], &["--json"]].concat()).await.json();
    assert_eq!((&issue["week"], &issue["numbers"]["stories"]), (&json!("2026-W06"), &json!(2)));
    let file = program.run(&[&now[..], &["--markdown"]].concat()).await.well();
    assert!(file.starts_with("# Week 6 of 2026"), "{file}");
    let error = program.run(&["digest", "--week", "2026-W06"]).await;
    assert!(error.err.contains("no issue of 2026-W06, and none at all yet"), "{}", error.err);
}

#[tokio::test]
async fn the_command_shows_an_issue_of_a_week_and_how_its_mail_looks() {
    let (_web, program) = program().await;
    let store = Store::open(&peerscope::store::Location::File(program.path("library.db"))).await;
    let store = store.unwrap();
    keep(&store, "2026-11-23T07:00:00Z".parse().unwrap(), &[rich("zh")]).await;
    store.close().await;
    let told = program.run(&["digest", "--week", "2026-W48"]).await.well();
    assert!(told.contains("2026 年第 48 周") && !told.contains('\u{1b}'), "{told}");
    let told = program.run(&["digest", "--week", "2026-W48", "--json"]).await.json();
    assert_eq!(told["reads"].as_array().unwrap().len(), 5);
    let error = program.run(&["digest", "--week", "2026-W50"]).await;
    assert!(error.err.contains("the latest is of 2026-W48"), "{}", error.err);
    let told = program.run(&["digest", "preview", "--week", "2026-W48"]).await.well();
    let files: Vec<&str> = told.lines().collect();
    assert!(std::fs::read_to_string(files[0]).unwrap().starts_with("<!doctype html>"));
    assert!(std::fs::read_to_string(files[1]).unwrap().contains("每天有三千万次搜索"));
    std::fs::remove_dir_all(std::path::Path::new(files[0]).parent().unwrap()).unwrap();
}

#[tokio::test]
async fn bad_input_is_named() {
    let program = Program::following(&[]);
    for (arguments, words) in [
        (&["digest", "--week", "soon"][..], "`soon` is not a week: write one like 2026-W48"),
        (&["digest", "--for", "ada"], "`ada` is not a mail address"),
        (&["digest", "--for", "ada@example.com"], "nobody subscribed with `ada@example.com`"),
        (&["digest", "--json", "--markdown"], "cannot be used with"),
    ] {
        let ended = program.run(arguments).await;
        assert!(ended.code != Some(0) && ended.err.contains(words), "{words}: {}", ended.err);
    }
}
