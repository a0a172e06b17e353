//! What posts are about: read once, read again by another model, corrected by a reader.

use std::collections::HashMap;

use peerscope::{
    crawl::{self, index_follows},
    domain::{Digest, EntryId, Insight, Judgement, Kind, ReaderId, Role, Verdict, Worth, counting},
    insight::MODEL,
    reading::{self, KeepError},
    store::{CorrectionsAsk, Location, ReadInsight, Rereading, Step, Store},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    fake_web::FakeWeb,
    feeds::{post_at, rss, rss_of},
    library::{TestLibrary, peer},
    program::Program,
    service::Service,
};

const RSS: &str = "application/rss+xml";
const QUEUES: &str = "https://example.com/posts/queues-at-scale";
const TEXT: &str = "<p>Our queues lost events at night. We moved them to another broker.</p>\
                    <p>It still drops events when a disk fails.</p>";

async fn of_posts(titles: &[&str]) -> (FakeWeb, TestLibrary) {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss_of(titles));
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    (web, library)
}

/// What a former version of the model would have left.
fn by_former_model(entry: EntryId) -> ReadInsight {
    let verdict = Verdict { kind: Kind::People, worth: Worth::default(), expected: 0.5 };
    let insight = Insight { model: MODEL + 1, verdict: Some(verdict), ..Insight::default() };
    ReadInsight { entry, from: Digest("former".into()), insight, places: Vec::new() }
}

impl TestLibrary {
    async fn insights(&self) -> HashMap<EntryId, Insight> {
        let ids: Vec<EntryId> = self.entries().await.iter().map(|it| it.id).collect();
        self.doors.store.insights(&ids).await.unwrap()
    }

    async fn follow_index(&self) -> u64 {
        index_follows(&self.doors.store, &self.doors.index).await.unwrap()
    }

    async fn correct_role(&self, quote: &str, role: Option<Role>) -> Result<(), KeepError> {
        let whose = (ReaderId::ONLY, self.entries().await[0].id);
        let kept = reading::correct_role(&self.doors.store, whose, quote, role, self.now()).await;
        kept.map(drop)
    }

    /// With their roles, of the only entry.
    async fn passages(&self) -> Vec<(String, Role)> {
        let insight = self.insights().await.into_values().next().unwrap();
        insight.passages.into_iter().map(|it| (it.text, it.role)).collect()
    }
}

#[tokio::test]
async fn a_post_is_read_once_and_again_when_it_says_something_else() {
    let (web, library) = of_posts(&["Queues at scale", "Moving off cron"]).await;
    assert_eq!(library.crawl().await.read, 2);
    assert_eq!(library.crawl().await.read, 0);
    assert!(library.insights().await.values().all(|it| it.model == MODEL));
    assert_eq!(library.insights().await.len(), 2);
    library.doors.index.clear().unwrap();
    assert_eq!(library.follow_index().await, 0, "an index made anew reads nothing anew");
    let mut posts = vec![post_at(QUEUES, "Queues at scale", TEXT)];
    web.serve_document("/feed", RSS, &rss(&posts));
    assert_eq!(library.crawl().await.read, 1);
    posts[0].html += "<p>Next year we will mend that.</p>";
    web.serve_document("/feed", RSS, &rss(&posts));
    let round = library.crawl().await;
    assert_eq!((round.edited, round.read), (1, 1));
    assert!(library.doors.store.check().await.unwrap().is_sound());
}

#[tokio::test]
async fn a_failure_between_reading_and_indexing_loses_nothing_and_reads_nothing_twice() {
    for (step, read_anew) in [(Step::BeforeCommit, 2), (Step::AfterCommit, 0)] {
        let (_web, library) = of_posts(&["Queues at scale", "Moving off cron"]).await;
        library.crawl().await;
        let ids: Vec<EntryId> = library.entries().await.iter().map(|it| it.id).collect();
        let former = ids.iter().map(|it| by_former_model(*it)).collect();
        library.doors.store.record_insights(former).await.unwrap();
        library.doors.store.reread(Rereading::NotBy(MODEL), None, 10).await.unwrap();
        crawl::stories_follow(&library.doors.store).await.unwrap();
        // The next to be written is what was read.
        library.doors.store.fail_at(step);
        assert!(index_follows(&library.doors.store, &library.doors.index).await.is_err());
        let library = library.restart().await;
        assert_eq!(library.follow_index().await, read_anew, "{step:?}");
        assert_eq!(library.insights().await.len(), 2);
        let last = library.doors.store.last_change().await.unwrap();
        assert_eq!(library.doors.index.position(), last);
    }
}

#[tokio::test]
async fn what_another_model_read_is_read_again_and_everything_if_that_is_wanted() {
    let (_web, library) = of_posts(&["Queues at scale", "Moving off cron", "Cold caches"]).await;
    library.crawl().await;
    let (store, index) = (&library.doors.store, &library.doors.index);
    let ours = library.insights().await;
    let one = library.entries().await[0].id;
    store.record_insights(vec![by_former_model(one)]).await.unwrap();
    assert_eq!(library.follow_index().await, 0, "of itself nothing comes back");
    let part = crawl::reread_portion(store, index, Rereading::NotBy(MODEL), None).await.unwrap();
    assert_eq!((part.entries, part.next), (1, None));
    assert_eq!(library.insights().await, ours);
    let part = crawl::reread_portion(store, index, Rereading::NotBy(MODEL), None).await.unwrap();
    assert_eq!(part.entries, 0);
    store.reread(Rereading::Everything, None, 10).await.unwrap();
    assert_eq!(library.follow_index().await, 3);
    assert_eq!(library.insights().await, ours);
}

#[tokio::test]
async fn who_is_not_followed_any_more_is_not_read_until_followed_again() {
    let (web, mut library) = of_posts(&["Queues at scale"]).await;
    let followed = vec![peer("Peer 1", web.address("/feed"))];
    library.crawl().await;
    let one = library.entries().await[0].id;
    library.doors.store.record_insights(vec![by_former_model(one)]).await.unwrap();
    library.follow_peers(Vec::new()).await;
    assert_eq!(library.follow_index().await, 0);
    library.follow_peers(followed).await;
    assert_eq!(library.follow_index().await, 1);
}

#[tokio::test]
async fn a_corrected_sentence_keeps_its_role_through_models_and_edits_and_comes_back_with_its_text()
{
    let web = FakeWeb::start().await;
    let serve = |html: &str| {
        web.serve_document("/feed", RSS, &rss(&[post_at(QUEUES, "Queues at scale", html)]));
    };
    serve(TEXT);
    let library = TestLibrary::following(&[web.address("/feed")]).await;
    library.crawl().await;
    let limit = ("It still drops events when a disk fails.".to_owned(), Role::Limitation);
    library.correct_role("still drops events", Some(Role::Limitation)).await.unwrap();
    library.correct_role("Our queues lost events at night.", None).await.unwrap();
    let of_queues = |it: &(String, Role)| it.0.starts_with("Our queues lost");
    assert!(library.passages().await.contains(&limit));
    assert!(!library.passages().await.iter().any(of_queues));
    library.doors.store.reread(Rereading::Everything, None, 10).await.unwrap();
    assert_eq!(library.follow_index().await, 1);
    assert!(library.passages().await.contains(&limit));
    serve("<p>Our queues lost events at night. All is well.</p>");
    library.crawl().await;
    assert!(!library.passages().await.contains(&limit), "the article does not say so any more");
    serve(&format!("<p>An update of last year.</p>{TEXT}"));
    library.crawl().await;
    assert!(library.passages().await.contains(&limit));
    assert!(!library.passages().await.iter().any(of_queues));
    for (quote, told) in [("It never was", "no sentence"), ("events", "several sentences")] {
        let refused = library.correct_role(quote, None).await.unwrap_err().to_string();
        assert!(refused.contains(told) && refused.contains(quote), "{refused}");
    }
    let kept = library.doors.store.corrections(ReaderId::ONLY, &CorrectionsAsk::default()).await;
    let mut kept = kept.unwrap().rows;
    kept.reverse();
    assert!(matches!(&counting(kept)[0].judgement, Judgement::Role { place: Some(_), .. }));
}

#[tokio::test]
async fn what_an_entry_is_about_is_told_and_corrected_over_the_api() {
    let service = Service::with_feed(&rss(&[post_at(QUEUES, "Queues at scale", TEXT)])).await;
    let listed = service.json("/api/v1/entries").await["entries"][0].clone();
    let entry = listed["entry"].as_i64().unwrap();
    let path = format!("/api/v1/entries/{entry}/insight");
    let insight = service.json(&path).await;
    assert_eq!(insight["model"], MODEL);
    assert_eq!((&insight["kind"], &insight["worth"]), (&listed["kind"], &listed["worth"]));
    let put = format!("/api/v1/entries/{entry}/kind");
    let kept = service.send(Method::PUT, &put, &json!({ "kind": "case-study" })).await.json();
    assert_eq!((&kept["said"], &kept["should_be"]), (&listed["kind"], &json!("case-study")));
    let quote = "It still drops events when a disk fails.";
    let sent = json!({ "entry": entry, "quote": quote, "role": "limitation" });
    let posted = service.send(Method::POST, "/api/v1/corrections", &sent).await;
    assert_eq!(posted.status, StatusCode::CREATED);
    let insight = service.json(&path).await;
    assert_eq!(insight["kind"], "case-study");
    let passage = insight["passages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&passage["text"], &passage["role"]), (&json!(quote), &json!("limitation")));
    assert_eq!((&passage["block"], &passage["start"]), (&json!(1), &json!(0)));
    assert_eq!(service.json(&format!("/api/v1/entries/{entry}")).await["kind"], "case-study");
    let list = service.json(&format!("/api/v1/corrections?entry={entry}")).await;
    assert_eq!(list["corrections"], json!([posted.json(), kept]));
    let one = format!("/api/v1/corrections/{}", kept["correction"]);
    let gone = service.send(Method::DELETE, &one, &json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(service.json(&path).await["kind"], listed["kind"]);
}

#[tokio::test]
async fn corrections_that_mean_nothing_are_refused_with_what_to_do() {
    let service = Service::with_feed(&rss(&[post_at(QUEUES, "Queues at scale", TEXT)])).await;
    let entry = service.json("/api/v1/entries").await["entries"][0]["entry"].clone();
    let kind = format!("/api/v1/entries/{entry}/kind");
    let correction = |entry: &Value, quote: &str, role: &str| json!({ "entry": entry, "quote": quote, "role": role });
    let corrections = "/api/v1/corrections";
    for (method, path, sent, status, told) in [
        (Method::PUT, kind.as_str(), json!({ "kind": "novel" }), 400, "deep-dive"),
        (Method::PUT, "/api/v1/entries/999/kind", json!({ "kind": "news" }), 404, "999"),
        (Method::GET, "/api/v1/entries/999/insight", json!({}), 404, "999"),
        (Method::POST, corrections, correction(&entry, "nowhere", "none"), 400, "nowhere"),
        (Method::POST, corrections, correction(&entry, "events", "none"), 400, "several"),
        (Method::POST, corrections, correction(&entry, "events", "hero"), 400, "hero"),
        (Method::POST, corrections, correction(&json!(999), "events", "none"), 400, "999"),
        (Method::DELETE, "/api/v1/corrections/7", json!({}), 404, "7"),
    ] {
        let answer = service.send(method.clone(), path, &sent).await;
        let detail = answer.problem()["detail"].as_str().unwrap().to_owned();
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {detail}");
        assert!(detail.contains(told), "{method} {path}: {detail}");
    }
    assert_eq!(service.json(corrections).await["corrections"], json!([]));
}

async fn crawled() -> (FakeWeb, Program) {
    let web = FakeWeb::start().await;
    web.serve_document("/feed", RSS, &rss(&[post_at(QUEUES, "Queues at scale", TEXT)]));
    let program = Program::following(&[web.address("/feed")]);
    program.run(&["crawl"]).await.well();
    (web, program)
}

#[tokio::test]
async fn corrections_are_made_listed_exported_and_taken_back_by_command() {
    let (_web, program) = crawled().await;
    let told = program.run(&["correct", QUEUES, "--kind", "postmortem"]).await.well();
    assert!(told.contains("Queues at scale: postmortem, not "), "{told}");
    let found = program.run(&["search", "kind:postmortem"]).await.well();
    assert!(
        found.contains("Queues at scale"),
        "no service runs, so the command indexes it: {found}"
    );
    program.run(&["correct", QUEUES, "--kind", "case-study"]).await.well();
    let quote = ["correct", QUEUES, "--quote", "another broker", "--role", "approach"];
    let told = program.run(&quote).await.well();
    assert!(told.contains("“We moved them to another broker.”"), "{told}");
    let shown = program.run(&["show", QUEUES]).await.well();
    assert!(shown.contains("case-study") && shown.contains("approach"), "{shown}");
    assert!(shown.contains("“We moved them to another broker.”"), "{shown}");
    let shown = program.run(&["show", QUEUES, "--json"]).await.json();
    assert_eq!(shown["kind"], "case-study");
    let exported = program.run(&["corrections", "--export"]).await.well();
    let label: Value = serde_json::from_str(exported.trim()).unwrap();
    assert_eq!((&label["url"], &label["kind"]), (&json!(QUEUES), &json!("case-study")));
    let sentence =
        json!({ "index": 1, "text": "We moved them to another broker.", "role": "approach" });
    assert_eq!(label["sentences"], json!([sentence]));
    assert_eq!(label["id"].as_str().unwrap().len(), 16);
    let listed = program.run(&["corrections", "--json"]).await.json();
    assert_eq!(listed["corrections"].as_array().unwrap().len(), 3);
    let number = listed["corrections"][1]["correction"].to_string();
    program.run(&["corrections", "--undo", &number]).await.well();
    let shown = program.run(&["show", QUEUES, "--json"]).await.json();
    assert_eq!(shown["kind"], "postmortem", "what was said before counts again");
    let failed = program.run(&["corrections", "--undo", &number]).await;
    assert!(failed.code == Some(1) && failed.err.contains("there is no correction"));
    for mistake in [
        &["correct", QUEUES][..],
        &["correct", QUEUES, "--kind", "novel"],
        &["correct", QUEUES, "--quote", "another broker"],
        &["correct", QUEUES, "--role", "none"],
    ] {
        assert_eq!(program.run(mistake).await.code, Some(2), "{mistake:?}");
    }
    let failed = program.run(&["correct", "77", "--kind", "news"]).await;
    assert!(failed.code == Some(1) && failed.err.contains("no entry 77"), "{}", failed.err);
}

/// As if a former version had read the whole library of the program.
async fn set_back(program: &Program) {
    let store = Store::open(&Location::File(program.path("library.db"))).await.unwrap();
    let entries = store.entries(&peerscope::store::EntriesAsk::default()).await.unwrap().rows;
    let former = entries.iter().map(|it| by_former_model(it.id)).collect();
    store.record_insights(former).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_library_is_read_again_by_command_and_by_a_service_that_starts() {
    let (_web, program) = crawled().await;
    let told = program.run(&["reread"]).await.well();
    assert!(told.starts_with("read 0 entries in ") && told.contains("0 waiting"), "{told}");
    set_back(&program).await;
    let doctor = program.run(&["doctor", "--offline"]).await.out;
    assert!(doctor.contains("1 waiting"), "{doctor}");
    let told = program.run(&["reread"]).await.well();
    assert!(told.starts_with("read 1 entry in "), "{told}");
    let told = program.run(&["reread", "--all"]).await.well();
    assert!(told.starts_with("read 1 entry in "), "{told}");
    set_back(&program).await;
    let service = program.serve(&[]).await;
    service.wait_for_log(1, "read 1 entries anew").await;
    let (_, metrics) = service.get("/metrics").await;
    assert!(metrics.contains("peerscope_insights_waiting 0"), "{metrics}");
    let shown = program.run(&["show", QUEUES, "--json"]).await.json();
    assert_eq!(shown["model"], MODEL);
}

#[tokio::test]
async fn what_is_corrected_beside_a_running_service_is_found_without_a_round() {
    let (_web, program) = crawled().await;
    let _service = program.serve(&[]).await;
    program.run(&["correct", QUEUES, "--kind", "postmortem"]).await.well();
    // Whichever look comes first; without one, the next round is an hour away.
    for _ in 0..1_000 {
        let found = program.run(&["search", "kind:postmortem", "--json"]).await.json();
        if found["hits"].as_array().is_some_and(|it| it.len() == 1) {
            return;
        }
    }
    panic!("the correction is not found");
}
