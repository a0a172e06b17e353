//! The journal's pages, as a browser without scripts meets them, and what a script saves.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::support::service::{Service, Told};

impl Service {
    /// Sends a form as a page of the service does, and follows where it leads.
    async fn fill_in(&self, path: &str, fields: &[(&str, &str)]) -> Told {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.request(Method::POST, format!("http://{}{path}", self.address));
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let response = request.body(body).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Told { status, headers, text: response.text().await.unwrap() }
    }

    async fn note_of(&self, id: i64) -> Value {
        self.json(&format!("/api/v1/notes/{id}")).await
    }
}

async fn service() -> (Service, i64) {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let listed = service.json("/api/v1/entries").await;
    let entry = listed["entries"][0]["entry"].as_i64().unwrap();
    (service, entry)
}

#[tokio::test]
async fn a_note_is_written_read_changed_and_deleted_without_a_script() {
    let (service, entry) = service().await;
    let empty = service.page("/journal").await;
    assert!(empty.contains("Nothing is written yet"), "{empty}");
    let page = service.page(&format!("/journal/new?entry={entry}&type=challenge")).await;
    assert!(page.contains("Queues at scale") && page.contains("value=\"challenge\" selected"));

    let number = entry.to_string();
    let told = service
        .fill_in(
            "/journal",
            &[
                ("revision", "0"),
                ("type", "challenge"),
                ("title", "Back pressure"),
                ("text", "Queues **fill** up.\n\n<script>alert(1)</script>"),
                ("date", "2026-01-31"),
                ("tags", "queues, Feature Store"),
                ("competencies", "System Design"),
                ("cites", &number),
                ("links", "Design https://wiki.example/d"),
            ],
        )
        .await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    assert!(told.text.contains("<strong>fill</strong>") && told.text.contains("Kept."));
    assert!(!told.text.contains("<script>alert"), "{}", told.text);
    assert!(told.text.contains("31 January 2026") && told.text.contains("#feature-store"));
    let list = service.page("/journal?competency=system+design").await;
    assert!(list.contains("Back pressure") && list.contains("January 2026"), "{list}");
    assert!(service.page(&format!("/entries/{entry}")).await.contains("/journal/1"));

    let changed =
        [("revision", "1"), ("type", "challenge"), ("text", "Queues drain."), ("date", "")];
    let told = service.fill_in("/journal/1", &changed).await;
    assert!(told.text.contains("Queues drain.") && told.text.contains("2 revisions"));
    assert!(told.text.contains("31 January 2026"), "an empty day leaves it as it is");
    let history = service.page("/journal/1/revisions").await;
    assert!(history.contains("<del>") && history.contains("<ins>"), "{history}");
    let first = service.page("/journal/1/revisions?to=1").await;
    assert!(first.contains("Revision 1, the first"), "{first}");

    let asks = service.page("/journal/1/delete").await;
    assert!(asks.contains("2 revisions"), "{asks}");
    let told = service.fill_in("/journal/1/delete", &[]).await;
    assert!(told.text.contains("Note 1 is deleted"), "{}", told.text);
    assert_eq!(service.get("/journal/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_kept_stays_in_the_form_with_the_reason() {
    let (service, _) = service().await;
    for (field, value, reason) in [
        ("date", "soon", "is not a day"),
        ("links", "nowhere", "is no link"),
        ("cite", "999", "holds no post"),
        ("tags", &"x".repeat(50), "is not a tag"),
    ] {
        let told =
            service.fill_in("/journal", &[("text", "My long thought"), (field, value)]).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{field}");
        assert!(told.text.contains("My long thought") && told.text.contains(reason), "{field}");
    }
    assert_eq!(service.json("/api/v1/notes").await["notes"], json!([]));
}

#[tokio::test]
async fn of_two_tabs_the_second_sees_both_texts_and_keeps_a_third() {
    let (service, _) = service().await;
    service.fill_in("/journal", &[("text", "as it began"), ("tags", "ads")]).await;
    let one = [("revision", "1"), ("text", "from the first tab"), ("tags", "ads")];
    assert_eq!(service.fill_in("/journal/1", &one).await.status, StatusCode::OK);
    let other = [("revision", "1"), ("text", "from the second tab"), ("tags", "ranking")];
    let told = service.fill_in("/journal/1", &other).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("from the first tab"), "{}", told.text);
    assert!(told.text.contains("from the second tab") && told.text.contains("ranking"));
    assert!(told.text.contains("name=\"revision\" value=\"2\""), "the third is saved over both");
    let both = [("revision", "2"), ("text", "from both tabs"), ("tags", "ads, ranking")];
    let told = service.fill_in("/journal/1", &both).await;
    assert!(told.text.contains("from both tabs") && told.text.contains("3 revisions"));
    let again = service.fill_in("/journal/1", &both).await;
    assert!(again.text.contains("3 revisions"), "sent twice is as sent once");
}

#[tokio::test]
async fn what_was_typed_and_not_kept_is_offered_until_it_is_kept_or_let_go() {
    let (service, _) = service().await;
    service.fill_in("/journal", &[("text", "as it began")]).await;
    let typed = |text: &str| json!({ "note": 1, "revision": 1, "fields": { "text": text } });
    let put = async |tab: &str, sent: Value| {
        service.send(Method::PUT, &format!("/api/v1/drafts/{tab}"), &sent).await.status
    };
    assert_eq!(put("tab-0001", typed("half a thou")).await, StatusCode::NO_CONTENT);
    assert_eq!(put("tab-0001", typed("half a thought")).await, StatusCode::NO_CONTENT);
    assert_eq!(put("tab-0002", typed("elsewhere")).await, StatusCode::NO_CONTENT);
    assert_eq!(put("x", typed("no tab")).await, StatusCode::BAD_REQUEST);
    let missing = json!({ "note": 9, "fields": {} });
    assert_eq!(put("tab-0003", missing).await, StatusCode::NOT_FOUND);
    let drafts = service.json("/api/v1/drafts?note=1").await;
    assert_eq!(drafts["drafts"].as_array().unwrap().len(), 2);

    let page = service.page("/journal/1/edit").await;
    assert!(page.contains("half a thought") && page.contains("elsewhere"), "{page}");
    let taken = service.page("/journal/1/edit?draft=tab-0001").await;
    assert!(taken.contains(">half a thought</textarea>"), "{taken}");
    let told = service
        .fill_in("/journal/1", &[("revision", "1"), ("tab", "tab-0001"), ("text", "a thought")])
        .await;
    assert!(told.text.contains("data-kept=\"tab-0001\""), "{}", told.text);
    assert!(!service.page("/journal/1/edit").await.contains("half a thought"));
    let told = service.fill_in("/journal/drafts/tab-0002/discard", &[("note", "1")]).await;
    assert!(!told.text.contains("elsewhere"), "{}", told.text);
}

#[tokio::test]
async fn an_idea_is_moved_on_the_board() {
    let (service, entry) = service().await;
    let number = entry.to_string();
    let quote = [("entry", number.as_str()), ("quote", "It drops events."), ("text", "Try a log.")];
    let told = service.fill_in("/ideas", &quote).await;
    assert!(told.text.contains("Try a log.") && told.text.contains("Path of the idea: Noted"));
    let board = service.page("/ideas").await;
    assert!(board.contains("id=\"idea-1\"") && board.contains("1 idea"), "{board}");
    let told =
        service.fill_in("/ideas/1/move", &[("state", "tried"), ("back", "/ideas?q=log")]).await;
    assert!(told.text.contains("Moved: Tried."), "{}", told.text);
    let note = service.note_of(1).await;
    assert_eq!((&note["idea"]["state"], &note["revision"]), (&json!("tried"), &json!(2)));
    assert_eq!(note["idea"]["moves"].as_array().unwrap().len(), 2);
    assert_eq!(
        service.fill_in("/ideas/1/move", &[("state", "shelved")]).await.status,
        StatusCode::BAD_REQUEST
    );
    assert!(!service.page("/ideas?q=nothing-like-it").await.contains("idea-1"));
}

#[tokio::test]
async fn notes_lead_to_each_other_both_ways() {
    let (service, _) = service().await;
    service.fill_in("/journal", &[("title", "Towers"), ("text", "two of them")]).await;
    service.fill_in("/journal", &[("title", "Later"), ("text", "See [[1]] and [[9]].")]).await;
    let later = service.page("/journal/2").await;
    assert!(later.contains("href=\"/journal/1\"") && later.contains("[[9]]"), "{later}");
    let towers = service.page("/journal/1").await;
    assert!(towers.contains("Mentioned in") && towers.contains("Later"), "{towers}");
    let asks = service.page("/journal/1/delete").await;
    assert!(asks.contains("Later"), "{asks}");
    service.fill_in("/journal/1/delete", &[]).await;
    assert!(service.page("/journal/2").await.contains("[[1]]"));
}

#[tokio::test]
async fn the_journal_is_searched_in_the_language_of_queries() {
    let (service, _) = service().await;
    let write = async |note_type: &str, text: &str| {
        service
            .fill_in("/journal", &[("type", note_type), ("text", text), ("tags", note_type)])
            .await
    };
    write("idea", "shadow reads").await;
    write("insight", "cache stampedes").await;
    for (query, found, other) in [
        ("note:idea", "shadow reads", "cache stampedes"),
        ("stampedes+-note:idea", "cache stampedes", "shadow reads"),
        ("tag:idea+OR+nothing", "shadow reads", "cache stampedes"),
    ] {
        let page = service.page(&format!("/journal?q={query}")).await;
        assert!(page.contains(found) && !page.contains(other), "{query}");
    }
    let page = service.page("/journal?q=lang:de").await;
    assert!(page.contains("was left out"), "{page}");
    assert!(service.page("/journal?q=nothing-like-it").await.contains("No note fits"));
}

#[tokio::test]
async fn words_of_an_article_are_highlighted_in_it() {
    let service = Service::with_posts(&["Queues at scale"]).await;
    let listed = service.json("/api/v1/entries").await;
    let entry = listed["entries"][0]["entry"].as_i64().unwrap();
    let whole = service.json(&format!("/api/v1/entries/{entry}")).await;
    let html = whole["html"].as_str().unwrap();
    let text = peerscope::extract::text_of(html).text;
    let words: Vec<&str> = text.lines().next().unwrap().split(' ').take(3).collect();
    let quote = words.join("  ");
    let told = service.fill_in(&format!("/entries/{entry}/highlights"), &[("quote", &quote)]).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    assert!(told.text.contains("<mark class=\"kept\" id=\"h1\">"), "{}", told.text);
    assert!(told.text.contains("/journal/new?type=idea&#38;entry="), "{}", told.text);
    let lost = json!({ "entry": entry, "quote": "what it never said", "start": 4 });
    service.send(Method::POST, "/api/v1/highlights", &lost).await.json();
    let page = service.page(&format!("/entries/{entry}")).await;
    assert!(page.contains("what it never said") && page.contains("does not say this any more"));
    let refused =
        service.fill_in(&format!("/entries/{entry}/highlights"), &[("quote", "never said")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let entry = entry.to_string();
    let told = service.fill_in("/highlights/1/delete", &[("entry", &entry)]).await;
    assert!(!told.text.contains("id=\"h1\""), "{}", told.text);
}

#[tokio::test]
async fn what_a_change_over_the_api_leaves_out_stays_as_it_is() {
    let (service, entry) = service().await;
    let quote = json!({ "to": "quote", "entry": entry, "quote": "It drops events." });
    let address =
        json!({ "to": "address", "title": "Design", "address": "https://wiki.example/d" });
    let sent = json!({
        "type": "idea", "text": "Shadow reads", "date": "2026-01-31",
        "competencies": ["System Design"], "links": [quote, address],
        "idea": { "owner": "Ada", "outcome": "-18 % p99" },
    });
    let made = service.send(Method::POST, "/api/v1/notes", &sent).await.json();
    assert_eq!((&made["date"], &made["idea"]["state"]), (&json!("2026-01-31"), &json!("noted")));
    assert_eq!(made["cites"][0]["entry"], entry, "what is quoted is cited");
    assert_eq!(made["links"][1], address);
    let change = json!({
        "revision": 1, "type": "idea", "text": "Shadow writes", "tags": [], "cites": [],
        "idea": { "state": "adopted", "owner": "Ada", "outcome": "-20 % p99" },
    });
    let changed = service.send(Method::PUT, "/api/v1/notes/1", &change).await.json();
    for part in ["date", "competencies", "links"] {
        assert_eq!(changed[part], made[part], "{part}");
    }
    assert_eq!(changed["idea"]["moves"].as_array().unwrap().len(), 2);
    let stale = json!({ "revision": 1, "type": "idea", "text": "x", "tags": [], "cites": [] });
    let told = service.send(Method::PUT, "/api/v1/notes/1", &stale).await;
    assert_eq!(told.problem()["status"], 409);
    let found = async |query: &str| {
        let list = service.json(&format!("/api/v1/notes?{query}")).await;
        list["notes"].as_array().unwrap().len()
    };
    assert_eq!(found("state=adopted&competency=system+design&order=date").await, 1);
    assert_eq!(found("from=2026-02-01").await + found("to=2026-01-30").await, 0);
    let former = service.json("/api/v1/notes/1/revisions").await;
    assert_eq!(former["revisions"][0]["idea"]["outcome"], "-18 % p99");
    let odd = json!({ "type": "insight", "text": "x", "date": "1815-12-10" });
    let told = service.send(Method::POST, "/api/v1/notes", &odd).await;
    assert!(told.problem()["detail"].as_str().unwrap().contains("1815-12-10"));
}

#[tokio::test]
async fn a_search_shows_what_the_reader_wrote_of_the_same() {
    let (service, _) = service().await;
    service.fill_in("/journal", &[("text", "queues fill up under load")]).await;
    let page = service.page("/search?q=queues").await;
    assert!(page.contains("From your journal") && page.contains("/journal/1"), "{page}");
    assert!(!service.page("/search?q=queues+kind:news").await.contains("From your journal"));
    assert!(!service.page("/search?q=towers").await.contains("From your journal"));
}
