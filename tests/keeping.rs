//! What a reader keeps, over the API: a list, a journal, searches.

use peerscope::domain::{ReaderId, StoryId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{library::TestLibrary, service::Service};

/// A service with two posts, and their `(story, entry)`, the later listed one first.
async fn service() -> (Service, [(i64, i64); 2]) {
    let service = Service::with_posts(&["Queues at scale", "Moving off cron"]).await;
    let listed = service.json("/api/v1/entries").await;
    let numbers = |at: usize| {
        let entry = &listed["entries"][at];
        (entry["story"].as_i64().unwrap(), entry["entry"].as_i64().unwrap())
    };
    let posts = [numbers(0), numbers(1)];
    (service, posts)
}

fn note(text: &str, cites: &[i64]) -> Value {
    json!({ "type": "insight", "title": "Towers", "text": text, "tags": ["Two Towers"], "cites": cites })
}

#[tokio::test]
async fn a_story_is_put_on_the_list_changed_and_taken_off() {
    let (service, [(story, entry), (other, _)]) = service().await;
    let path = format!("/api/v1/readings/{story}");
    assert_eq!(service.get(&path).await.problem()["status"], 404);
    let sent = json!({ "state": "queued", "tags": ["Ranking", "ads"] });
    let put = service.send(Method::PUT, &path, &sent).await.json();
    assert_eq!((&put["state"], &put["tags"]), (&json!("queued"), &json!(["ads", "ranking"])));
    assert_eq!((&put["story"], &put["entry"]), (&json!(story), &json!(entry)));
    assert_eq!(service.send(Method::PUT, &path, &sent).await.json(), put);
    assert_eq!(service.json(&path).await, put);
    let moved = service.send(Method::PUT, &path, &json!({ "state": "studied" })).await.json();
    assert_eq!(moved["tags"], put["tags"], "what is not sent stays");
    assert!(moved["finished"].is_string());
    let path_of_other = format!("/api/v1/readings/{other}");
    service.send(Method::PUT, &path_of_other, &json!({})).await.json();
    let stories = async |query: &str| {
        let list = service.json(&format!("/api/v1/readings?{query}")).await;
        let rows = list["readings"].as_array().unwrap().clone();
        (
            rows.iter().map(|it| it["story"].as_i64().unwrap()).collect::<Vec<_>>(),
            list["next"].clone(),
        )
    };
    assert_eq!(stories("state=studied").await.0, [story]);
    assert_eq!(stories("tag=Ranking").await.0, [story]);
    assert_eq!(stories("state=queued").await.0, [other]);
    let (first, next) = stories("limit=1").await;
    let (rest, end) = stories(&format!("limit=1&cursor={}", next.as_str().unwrap())).await;
    assert_eq!((first.len(), rest.len(), end), (1, 1, Value::Null));
    assert_ne!(first, rest);
    assert_eq!(
        service.send(Method::DELETE, &path, &json!({})).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(service.send(Method::DELETE, &path, &json!({})).await.problem()["status"], 404);
    assert_eq!(stories("").await.0, [other]);
}

/// Each is refused with this status and these words, and nothing is written.
async fn assert_refused(service: &Service, attempts: &[(Method, &str, Value, u16, &str)]) {
    for (method, path, sent, status, told) in attempts {
        let answer = service.send(method.clone(), path, sent).await;
        let detail = answer.problem()["detail"].as_str().unwrap().to_owned();
        assert_eq!(answer.status.as_u16(), *status, "{method} {path}: {detail}");
        assert!(detail.contains(told), "{method} {path}: {detail}");
    }
    for list in ["readings", "notes", "highlights", "searches"] {
        assert_eq!(service.json(&format!("/api/v1/{list}")).await[list], json!([]));
    }
}

#[tokio::test]
async fn what_cannot_be_on_the_list_is_refused_with_what_to_do() {
    let (service, [(story, _), _]) = service().await;
    let reading = &*format!("/api/v1/readings/{story}");
    let unknown = json!({ "state": "queued", "tag": "x" });
    let attempts = [
        (Method::PUT, reading, json!({ "state": "read" }), 400, "unknown variant `read`"),
        (Method::PUT, reading, unknown, 400, "unknown field `tag`"),
        (Method::PUT, reading, json!({ "tags": ["a,b"] }), 400, "`a,b` is not a tag"),
        (Method::PUT, reading, json!({ "tags": vec!["a"; 21] }), 400, "there are 21 tags"),
        (Method::PUT, "/api/v1/readings/999", json!({ "state": "queued" }), 404, "no story 999"),
        (Method::PUT, "/api/v1/readings/x", json!({}), 404, "no story x"),
        (Method::PUT, "/api/v1/seen/999", json!({ "opened": true }), 404, "no story 999"),
        (Method::DELETE, reading, json!({}), 404, "on the reading list"),
    ];
    assert_refused(&service, &attempts).await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_with_what_to_do() {
    let (service, _) = service().await;
    let (notes, highlights) = ("/api/v1/notes", "/api/v1/highlights");
    let quote = |entry: i64, quote: &str| json!({ "entry": entry, "quote": quote, "start": 0 });
    let long = note(&"é".repeat(100_001), &[]);
    let search = |query: &str| json!({ "query": query });
    let attempts = [
        (Method::POST, notes, note(" ", &[]), 400, "the text of the note is empty"),
        (Method::POST, notes, long, 400, "100001 characters"),
        (Method::POST, notes, note("x", &[999]), 400, "no entry 999"),
        (Method::POST, notes, json!({ "type": "insight" }), 400, "missing field `text`"),
        (Method::POST, notes, note(&"x".repeat(2_000_000), &[]), 413, "one megabyte"),
        (Method::PUT, "/api/v1/notes/7", note("x", &[]), 400, "`revision`"),
        (Method::DELETE, "/api/v1/notes/7", json!({}), 404, "no note 7"),
        (Method::POST, highlights, quote(999, "x"), 400, "no entry 999"),
        (Method::POST, highlights, quote(1, ""), 400, "the quote is empty"),
        (Method::DELETE, "/api/v1/highlights/x", json!({}), 404, "no highlight x"),
        (Method::PUT, "/api/v1/searches/Bad Slug", search("x"), 400, "is not a slug"),
        (Method::PUT, "/api/v1/searches/pricing", search(" "), 400, "the query is empty"),
        (Method::DELETE, "/api/v1/searches/pricing", json!({}), 404, "`pricing`"),
    ];
    assert_refused(&service, &attempts).await;
    let plain = service.ask(Method::POST, notes, &[("content-type", "text/plain")]).await;
    assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    plain.problem();
}

#[tokio::test]
async fn a_note_is_written_found_and_changed_by_one_tab_at_a_time() {
    let (service, [(story, entry), _]) = service().await;
    let posted = service.send(Method::POST, "/api/v1/notes", &note("two of them", &[entry])).await;
    assert_eq!(posted.status, StatusCode::CREATED);
    let path = posted.header("location").to_owned();
    let written = posted.json();
    assert_eq!(service.json(&path).await, written);
    assert_eq!((&written["revision"], &written["tags"]), (&json!(1), &json!(["two-towers"])));
    let cited = &written["cites"][0];
    assert_eq!(
        (&cited["entry"], &cited["story"], &cited["gone"]),
        (&json!(entry), &json!(story), &json!(false))
    );
    assert_eq!(cited["peer_name"], "Peer 1");
    let change = |text: &str, revision: u32| {
        let mut sent = note(text, &[entry]);
        sent["revision"] = revision.into();
        sent
    };
    let changed = service.send(Method::PUT, &path, &change("three", 1)).await.json();
    assert_eq!((&changed["revision"], &changed["text"]), (&json!(2), &json!("three")));
    assert_eq!(service.send(Method::PUT, &path, &change("three", 1)).await.json(), changed);
    let refused = service.send(Method::PUT, &path, &change("four", 1)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.problem()["detail"].as_str().unwrap().contains("revision 2"));
    assert_eq!(service.json(&path).await, changed);
    let former = service.json(&format!("{path}/revisions")).await;
    assert_eq!(former["revisions"].as_array().unwrap().len(), 1);
    assert_eq!(former["revisions"][0]["text"], "two of them");
    for (query, found) in [
        ("q=TOWERS+three", 1),
        ("q=two", 0),
        ("type=insight&tag=two+towers", 1),
        ("type=idea", 0),
        (&format!("entry={entry}"), 1),
        ("entry=999", 0),
    ] {
        let list = service.json(&format!("/api/v1/notes?{query}")).await;
        assert_eq!(list["notes"].as_array().unwrap().len(), found, "{query}");
    }
    assert_eq!(
        service.send(Method::DELETE, &path, &json!({})).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(service.get(&path).await.problem()["status"], 404);
    assert_eq!(service.get(&format!("{path}/revisions")).await.problem()["status"], 404);
}

#[tokio::test]
async fn the_longest_note_is_taken_in_any_script_and_comes_back_whole() {
    let (service, _) = service().await;
    let text = "𝕏".repeat(100_000);
    let written = service.send(Method::POST, "/api/v1/notes", &note(&text, &[])).await.json();
    assert_eq!(written["text"], text);
}

#[tokio::test]
async fn highlights_searches_and_tags_are_kept() {
    let (service, [(story, entry), _]) = service().await;
    let sent =
        json!({ "entry": entry, "quote": "queue", "prefix": "a ", "suffix": " b", "start": 12 });
    let first = service.send(Method::POST, "/api/v1/highlights", &sent).await.json();
    let again = service.send(Method::POST, "/api/v1/highlights", &sent).await.json();
    assert_eq!(again, first);
    assert_eq!((&first["story"], &first["start"]), (&json!(story), &json!(12)));
    let listed = service.json(&format!("/api/v1/highlights?entry={entry}")).await;
    assert_eq!(listed["highlights"], json!([first]));
    let path = format!("/api/v1/highlights/{}", first["highlight"]);
    assert_eq!(
        service.send(Method::DELETE, &path, &json!({})).await.status,
        StatusCode::NO_CONTENT
    );

    let path = "/api/v1/searches/surge-pricing";
    let sent = json!({ "name": "Surge pricing", "query": "\"surge pricing\" -taxi" });
    let saved = service.send(Method::PUT, path, &sent).await.json();
    assert_eq!(service.send(Method::PUT, path, &sent).await.json(), saved);
    assert_eq!(service.json("/api/v1/searches").await["searches"], json!([saved]));
    assert_eq!(saved["search"], "surge-pricing");
    assert_eq!(service.send(Method::DELETE, path, &json!({})).await.status, StatusCode::NO_CONTENT);

    let reading = format!("/api/v1/readings/{story}");
    service.send(Method::PUT, &reading, &json!({ "tags": ["two towers", "ads"] })).await.json();
    service.send(Method::POST, "/api/v1/notes", &note("x", &[])).await.json();
    let tags = service.json("/api/v1/tags").await;
    let expected = json!([
        { "tag": "two-towers", "readings": 1, "notes": 1 },
        { "tag": "ads", "readings": 1, "notes": 0 },
    ]);
    assert_eq!(tags["tags"], expected);
}

#[tokio::test]
async fn opening_the_page_of_an_entry_records_its_story_as_opened() {
    let (service, [(story, entry), (other, _)]) = service().await;
    let library = service.library.doors.store.clone();
    let seen = async |story| library.seen(ReaderId::ONLY, StoryId(story)).await.unwrap();
    let page = format!("/entries/{entry}");
    service.ask(Method::HEAD, &page, &[]).await;
    service.ask(Method::GET, &page, &[("sec-purpose", "prefetch")]).await;
    service.json(&format!("/api/v1/entries/{entry}")).await;
    assert_eq!(seen(story).await, None);
    service.page(&page).await;
    // The page does not wait for it.
    let first = loop {
        if let Some(seen) = seen(story).await {
            break seen;
        }
    };
    assert_eq!(first.opened, Some(service.library.now()));
    service.library.advance(std::time::Duration::from_mins(1));
    service.page(&page).await;
    assert_eq!(seen(story).await, Some(first), "the first time counts");
    let path = format!("/api/v1/seen/{other}");
    let shown = service.send(Method::PUT, &path, &json!({ "opened": false })).await.json();
    assert_eq!(shown["opened"], Value::Null);
    let opened = service.send(Method::PUT, &path, &json!({ "opened": true })).await.json();
    assert_eq!((&opened["shown"], opened["opened"].is_string()), (&shown["shown"], true));
}

/// Every way to change something, each with what would be taken.
fn changes(story: i64, entry: i64) -> Vec<(Method, String, Value)> {
    let highlight = json!({ "entry": entry, "quote": "x", "start": 0 });
    vec![
        (Method::PUT, format!("/api/v1/readings/{story}"), json!({ "state": "queued" })),
        (Method::DELETE, format!("/api/v1/readings/{story}"), json!({})),
        (Method::PUT, format!("/api/v1/seen/{story}"), json!({ "opened": true })),
        (Method::POST, "/api/v1/notes".into(), note("x", &[entry])),
        (Method::PUT, "/api/v1/notes/1".into(), note("x", &[])),
        (Method::DELETE, "/api/v1/notes/1".into(), json!({})),
        (Method::POST, "/api/v1/highlights".into(), highlight),
        (Method::DELETE, "/api/v1/highlights/1".into(), json!({})),
        (Method::PUT, "/api/v1/searches/x".into(), json!({ "query": "x" })),
        (Method::DELETE, "/api/v1/searches/x".into(), json!({})),
    ]
}

#[tokio::test]
async fn no_other_site_and_no_foreign_name_changes_what_a_reader_keeps() {
    let (service, [(story, entry), _]) = service().await;
    for (method, path, sent) in changes(story, entry) {
        for foreign in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example")] {
            let told = service.send_with(method.clone(), &path, &sent, &[foreign]).await;
            assert_eq!(told.status, StatusCode::FORBIDDEN, "{method} {path} {foreign:?}");
            told.problem();
        }
        let named = [("host", "evil.example"), ("sec-fetch-site", "same-origin")];
        let told = service.send_with(method.clone(), &path, &sent, &named).await;
        assert_eq!(told.status, StatusCode::MISDIRECTED_REQUEST, "{method} {path}");
    }
    for list in ["readings", "notes", "highlights", "searches"] {
        let kept = service.json(&format!("/api/v1/{list}")).await;
        assert_eq!(kept[list], json!([]), "{list}");
    }
    let seen = service.library.doors.store.seen(ReaderId::ONLY, StoryId(story)).await.unwrap();
    assert_eq!(seen, None);
}

#[tokio::test]
async fn strangers_change_and_read_nothing_of_a_reader() {
    let library = TestLibrary::following(&[]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let service = Service::listening(library, listener, "0.0.0.0:8787".parse().unwrap(), None);
    for (method, path, sent) in changes(1, 1) {
        let told = service.send(method.clone(), &path, &sent).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
}
