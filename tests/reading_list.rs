//! The reading list on pages: one action with undo from everywhere, order, snooze, tags, import and export.

use peerscope::domain::{ReaderId, StoryId};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{
    fake_web::FakeWeb,
    library::TestLibrary,
    service::{Service, Told},
};

const TITLES: [&str; 4] = ["Queues at scale", "Moving off cron", "Sharding orders", "Ranking ads"];

/// A service with four posts, and their stories by title.
async fn service() -> (Service, Vec<i64>) {
    let service = Service::with_posts(&TITLES).await;
    let listed = service.json("/api/v1/entries").await;
    let entries = listed["entries"].as_array().unwrap();
    let story = |title: &&str| {
        let entry = entries.iter().find(|it| it["title"] == **title).unwrap();
        entry["story"].as_i64().unwrap()
    };
    let stories = TITLES.iter().map(story).collect();
    (service, stories)
}

/// Sends a form as a page does, and follows no redirect.
async fn post(service: &Service, path: &str, form: &[(&str, &str)]) -> Told {
    post_with(service, path, form, &[]).await
}

async fn post_with(
    service: &Service,
    path: &str,
    form: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Told {
    let policy = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(policy).build().unwrap();
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let request = client
        .post(format!("http://{}{path}", service.address))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.finish());
    let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Told { status, headers, text: response.text().await.unwrap() }
}

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(told: &Told) -> String {
    told.header(header::SET_COOKIE.as_str()).split(';').next().unwrap().to_owned()
}

/// The number by which a page takes back what was done.
fn undo_on(page: &str) -> String {
    let form = page.split("action=\"/list/undo\"").nth(1).unwrap();
    form.split("name=\"undo\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn titles(service: &Service, query: &str) -> Vec<String> {
    let list = service.json(&format!("/api/v1/readings?{query}")).await;
    let rows = list["readings"].as_array().unwrap().clone();
    rows.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect()
}

async fn queue_all(service: &Service, stories: &[i64]) {
    for story in stories {
        let path = format!("/stories/{story}/reading");
        assert_eq!(
            post(service, &path, &[("state", "queued")]).await.status,
            StatusCode::SEE_OTHER
        );
    }
}

#[tokio::test]
async fn a_story_is_queued_from_any_card_by_one_button_and_that_is_taken_back_by_another() {
    let (service, stories) = service().await;
    let path = format!("/stories/{}/reading", stories[0]);
    for page in ["/", "/search?q=queues"] {
        let page = service.page(page).await;
        assert!(page.contains(&format!("formaction=\"{path}\" name=\"state\" value=\"queued\"")));
        assert!(!page.contains("<!--story:"));
    }
    let told = post(&service, &path, &[("state", "queued"), ("back", "/search?q=queues")]).await;
    assert_eq!((told.status.as_u16(), told.header("location")), (303, "/search?q=queues"));
    let sent = told.header("set-cookie").to_owned();
    assert!(sent.contains("HttpOnly") && sent.contains("SameSite=Strict"), "{sent}");
    let with = cookie(&told);
    let next = service.ask(Method::GET, "/search?q=queues", &[("cookie", &with)]).await;
    assert!(next.text.contains("It is on your list, to be read."), "{}", next.text);
    assert!(next.header("set-cookie").contains("Max-Age=0"), "it is told once");
    assert!(next.text.contains("<summary class=\"state queued\">"));
    let undo = undo_on(&next.text);
    let told = post(&service, "/list/undo", &[("undo", &undo), ("back", "/")]).await;
    assert_eq!(told.header("location"), "/");
    assert!(titles(&service, "").await.is_empty());
    let with = cookie(&told);
    let page = service.ask(Method::GET, "/", &[("cookie", &with)]).await.text;
    assert!(page.contains("As it was before.") && !page.contains("name=\"undo\""));
    let again = post(&service, "/list/undo", &[("undo", &undo)]).await;
    let with = cookie(&again);
    let page = service.ask(Method::GET, "/list", &[("cookie", &with)]).await.text;
    assert!(page.contains("That cannot be taken back any more."));
}

#[tokio::test]
async fn undo_brings_back_state_place_snooze_and_tags_exactly() {
    let (service, stories) = service().await;
    queue_all(&service, &stories).await;
    let path = format!("/stories/{}/reading", stories[1]);
    post(&service, &path, &[("tags", "Big-Data, ads")]).await;
    post(&service, &path, &[("snooze", "2026-04-01")]).await;
    post(&service, &path, &[("place", "top")]).await;
    let store = service.library.doors.store.clone();
    let reading = async || {
        let report = store.reading(ReaderId::ONLY, StoryId(stories[1])).await.unwrap();
        report.map(|it| it.reading)
    };
    let before = reading().await.unwrap();
    assert_eq!(before.tags.len(), 2);
    for form in [
        &[("state", "none")][..],
        &[("state", "studied")],
        &[("tags", "")],
        &[("snooze", "wake")],
        &[("place", "end")],
    ] {
        service.library.advance(std::time::Duration::from_mins(1));
        let told = post(&service, &path, form).await;
        assert_eq!(told.status.as_u16(), 303, "{form:?}: {}", told.text);
        assert_ne!(reading().await.as_ref(), Some(&before), "{form:?}");
        let with = cookie(&told);
        let page = service.ask(Method::GET, "/list", &[("cookie", &with)]).await.text;
        post(&service, "/list/undo", &[("undo", &undo_on(&page))]).await;
        assert_eq!(reading().await.as_ref(), Some(&before), "{form:?}");
    }
}

#[tokio::test]
async fn no_form_leads_away_and_no_cookie_is_believed() {
    let (service, stories) = service().await;
    let path = format!("/stories/{}/reading", stories[0]);
    for back in ["https://evil.example/", "//evil.example", "/\\evil.example", "list", "/a\tb"] {
        let told = post(&service, &path, &[("state", "queued"), ("back", back)]).await;
        assert_eq!(told.header("location"), "/list", "{back}");
    }
    for odd in ["queued.1.<script>", "x.1.1", "queued", "queued.1.1.1", "queued.-1.5"] {
        let with = format!("peerscope-done={odd}");
        let page = service.ask(Method::GET, "/list", &[("cookie", &with)]).await.text;
        assert!(!page.contains("name=\"undo\" value"), "{odd}");
    }
    for (form, status) in [
        (&[("state", "read")][..], 400),
        (&[("place", "somewhere")], 400),
        (&[("snooze", "2020-01-01")], 400),
        (&[("snooze", "soon")], 400),
    ] {
        assert_eq!(post(&service, &path, form).await.status.as_u16(), status, "{form:?}");
    }
    let told = post(&service, "/stories/999/reading", &[("state", "queued")]).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    let foreign = [("sec-fetch-site", "cross-site")];
    let sent = json!({});
    for path in [&*path, "/list/bulk", "/list/undo", "/list/add", "/list/import"] {
        let told = service.send_with(Method::POST, path, &sent, &foreign).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_script_gets_the_parts_of_the_page_that_change() {
    let (service, stories) = service().await;
    let path = format!("/stories/{}/reading", stories[0]);
    let form = [("state", "reading"), ("back", "/search")];
    let told = post_with(&service, &path, &form, &[("x-in-place", "1")]).await;
    let parts = told.json();
    let deeds = parts["deeds"].as_str().unwrap();
    assert!(deeds.starts_with("<div class=\"deeds\"") && deeds.contains("state reading"));
    let done = parts["done"].as_str().unwrap();
    assert!(done.contains("value=\"/search\"") && done.contains("name=\"undo\""));
    assert_eq!(told.header("set-cookie"), "");
}

#[tokio::test]
async fn a_list_keeps_the_order_that_the_reader_gives_it() {
    let (service, stories) = service().await;
    queue_all(&service, &stories).await;
    let order = async || titles(&service, "by=hand").await;
    assert_eq!(order().await, TITLES, "what is queued later stands later");
    let move_to = async |at: usize, place: &str| {
        let path = format!("/stories/{}/reading", stories[at]);
        let told = post(&service, &path, &[("place", place)]).await;
        assert_eq!(told.status.as_u16(), 303, "{}", told.text);
    };
    move_to(3, "top").await;
    assert_eq!(order().await, [TITLES[3], TITLES[0], TITLES[1], TITLES[2]]);
    move_to(1, "up").await;
    assert_eq!(order().await, [TITLES[3], TITLES[1], TITLES[0], TITLES[2]]);
    move_to(3, "down").await;
    assert_eq!(order().await, [TITLES[1], TITLES[3], TITLES[0], TITLES[2]]);
    move_to(1, "end").await;
    assert_eq!(order().await, [TITLES[3], TITLES[0], TITLES[2], TITLES[1]]);
    move_to(3, &format!("after:{}", stories[0])).await;
    assert_eq!(order().await, [TITLES[0], TITLES[3], TITLES[2], TITLES[1]]);
    move_to(1, &format!("before:{}", stories[2])).await;
    assert_eq!(order().await, [TITLES[0], TITLES[3], TITLES[1], TITLES[2]]);
    move_to(0, "up").await;
    move_to(2, "down").await;
    assert_eq!(order().await, [TITLES[0], TITLES[3], TITLES[1], TITLES[2]], "the ends are ends");
    // Beside one that is studied, up means before the next one in sight.
    let path = format!("/stories/{}/reading", stories[3]);
    post(&service, &path, &[("state", "studied")]).await;
    move_to(1, "up").await;
    assert_eq!(titles(&service, "by=hand&state=queued").await, [TITLES[1], TITLES[0], TITLES[2]]);
    let page = service.page("/list").await;
    let place = |title: &str| page.find(title).unwrap();
    assert!(place(TITLES[1]) < place(TITLES[0]) && place(TITLES[0]) < place(TITLES[2]));
    let path = format!("/api/v1/readings/{}", stories[2]);
    service.send(Method::PUT, &path, &json!({ "place": "top" })).await.json();
    assert_eq!(titles(&service, "by=hand&state=queued").await[0], TITLES[2]);
}

#[tokio::test]
async fn what_is_snoozed_is_out_of_sight_until_its_day_where_the_reader_is() {
    let (service, stories) = service().await;
    queue_all(&service, &stories[..2]).await;
    let path = format!("/stories/{}/reading", stories[0]);
    // Monday, 2 March 2026, 10:00 in UTC: in Auckland it is 23:00.
    let zone = [("cookie", "peerscope-zone=Pacific/Auckland")];
    post_with(&service, &path, &[("snooze", "tomorrow")], &zone).await;
    assert_eq!(titles(&service, "by=hand").await, [TITLES[1]]);
    assert_eq!(titles(&service, "snoozed=true").await, [TITLES[0]]);
    let page = service.page("/list").await;
    assert!(!page.contains(&format!("id=\"s{}\"", stories[0])));
    assert!(service.page("/list?tab=snoozed").await.contains(TITLES[0]));
    let reading = service.json(&format!("/api/v1/readings/{}", stories[0])).await;
    assert_eq!(reading["snoozed_until"], "2026-03-02T11:00:00Z");
    service.library.advance(std::time::Duration::from_hours(1));
    assert_eq!(titles(&service, "by=hand").await, [TITLES[0], TITLES[1]]);
    let api = format!("/api/v1/readings/{}", stories[1]);
    let put = service.send(Method::PUT, &api, &json!({ "snooze": "monday" })).await.json();
    assert_eq!(put["snoozed_until"], "2026-03-09T00:00:00Z");
    let put = service.send(Method::PUT, &api, &json!({ "state": "queued" })).await.json();
    assert_eq!(put["snoozed_until"], "2026-03-09T00:00:00Z", "what is not sent stays");
    let put = service.send(Method::PUT, &api, &json!({ "snooze": null })).await.json();
    assert_eq!(put["snoozed_until"], Value::Null);
}

#[tokio::test]
async fn several_are_changed_at_once_and_taken_back_at_once() {
    let (service, stories) = service().await;
    queue_all(&service, &stories).await;
    let chosen: Vec<String> = stories[..3].iter().map(ToString::to_string).collect();
    let mut form: Vec<(&str, &str)> = chosen.iter().map(|it| ("story", it.as_str())).collect();
    let untouched = titles(&service, "by=hand").await;
    for (what, field, value, query) in [
        ("tag", "tags", "later big-data", "by=hand&tag=big-data"),
        ("state", "state", "applied", "by=hand&state=applied"),
        ("snooze", "until", "2026-05-01", "snoozed=true"),
    ] {
        form.truncate(3);
        form.extend([("do", what), (field, value), ("back", "/list?tab=queued")]);
        let told = post(&service, "/list/bulk", &form).await;
        assert_eq!(told.header("location"), "/list?tab=queued");
        assert_eq!(titles(&service, query).await, TITLES[..3], "{what}");
        let with = cookie(&told);
        let page = service.ask(Method::GET, "/list", &[("cookie", &with)]).await.text;
        assert!(page.contains("3 stories"), "{what}");
        post(&service, "/list/undo", &[("undo", &undo_on(&page))]).await;
        assert_eq!(titles(&service, "by=hand").await, untouched, "{what}");
        assert!(titles(&service, query).await.is_empty(), "{what}");
    }
    form.truncate(3);
    form.push(("do", "remove"));
    post(&service, "/list/bulk", &form).await;
    assert_eq!(titles(&service, "").await, [TITLES[3]]);
    let many: Vec<String> = (1..=501).map(|it| it.to_string()).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|it| ("story", it.as_str())).collect();
    assert_eq!(post(&service, "/list/bulk", &many).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_list_says_what_is_left_and_that_it_is_read_to_its_end() {
    let (service, stories) = service().await;
    let page = service.page("/list").await;
    assert!(page.contains("Nothing is left to read.") && page.contains("read to its end"));
    queue_all(&service, &stories).await;
    let page = service.page("/list").await;
    assert!(page.contains("Left to read: 4 stories, 4 minutes."), "{page}");
    let page = service.page("/list?minutes=2").await;
    assert!(page.contains("For 2 minutes: 2 stories, 2 minutes in all."), "{page}");
    assert_eq!(page.matches("<li class=\"card\" id=\"s").count(), 2);
    for order in ["hand", "fit", "newest", "minutes"] {
        assert_eq!(titles(&service, &format!("by={order}&minutes=3")).await.len(), 3, "{order}");
        assert_eq!(
            service
                .page(&format!("/list?by={order}"))
                .await
                .matches("<li class=\"card\" id=\"s")
                .count(),
            4
        );
    }
    for wrong in ["minutes=0", "minutes=601", "minutes=x", "by=luck", "tab=read"] {
        assert_eq!(service.get(&format!("/list?{wrong}")).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn by_fit_what_the_reader_cares_about_stands_first_and_muting_hides_nothing() {
    let (mut service, stories) = service().await;
    queue_all(&service, &stories).await;
    service.library.care_for(&["sharding orders"]).await;
    assert_eq!(titles(&service, "by=fit").await[0], "Sharding orders");
    service.library.mute(&["title:ranking"]).await;
    assert_eq!(titles(&service, "by=fit").await.len(), 4);
    assert!(service.page("/list").await.contains("Ranking ads"));
    assert!(!service.page("/").await.contains("Ranking ads"));
}

#[tokio::test]
async fn how_far_an_article_is_read_is_remembered_and_found_again() {
    let (service, stories) = service().await;
    let story = stories[0];
    let listed = service.json("/api/v1/entries").await;
    let entries = listed["entries"].as_array().unwrap();
    let entry = entries.iter().find(|it| it["story"] == story).unwrap()["entry"].clone();
    let path = format!("/api/v1/readings/{story}/position");
    let sent = json!({ "entry": entry, "block": 4, "within": 500 });
    assert_eq!(service.send(Method::PUT, &path, &sent).await.status, StatusCode::NOT_FOUND);
    queue_all(&service, &[story]).await;
    assert_eq!(service.send(Method::PUT, &path, &sent).await.status, StatusCode::NO_CONTENT);
    let reading = service.json(&format!("/api/v1/readings/{story}")).await;
    assert_eq!((&reading["state"], &reading["position"]["block"]), (&json!("queued"), &json!(4)));
    let page = service.page("/list").await;
    let link = format!("/entries/{entry}/continue");
    assert!(page.contains(&link) && page.contains("50 % read"), "{page}");
    let page = service.page(&format!("/entries/{entry}")).await;
    assert!(page.contains(&link) && page.contains(&format!("data-story=\"{story}\"")));
    assert!(page.contains("id=\"b4\""));
    let policy = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(policy).build().unwrap();
    let asked = client.get(format!("http://{}{link}", service.address)).send().await.unwrap();
    assert_eq!(asked.headers()["location"], format!("/entries/{entry}#b4"));
    for wrong in [
        json!({ "entry": entry, "block": 99 }),
        json!({ "entry": entry, "block": 1, "within": 1001 }),
        json!({ "entry": 9999, "block": 1 }),
    ] {
        let told = service.send(Method::PUT, &path, &wrong).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{wrong}: {}", told.text);
    }
}

/// A list in a form, as a browser sends a file.
async fn import(service: &Service, file: &str) -> Told {
    let boundary = "----list";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{file}\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"text\"\r\n\r\n\r\n--{boundary}--\r\n"
    );
    let request = service
        .client
        .post(format!("http://{}/list/import", service.address))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .body(body);
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Told { status, headers, text: response.text().await.unwrap() }
}

#[tokio::test]
async fn a_list_from_elsewhere_is_taken_once_and_what_is_wrong_in_it_is_named() {
    let (service, _) = service().await;
    let file = "title,url,time_added,tags,status\n\
        Elsewhere,https://other.example/essay,1704067200,ads|Big Data,unread\n\
        Queues,http://www.example.com/posts/queues-at-scale/?utm_source=x,1704067300,,archive\n\
        Bad,not an address,1704067400,,unread\n";
    let told = import(&service, file).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    for text in [
        "Pocket, as CSV",
        "2 stories are new on your list.",
        "1 page is fetched",
        "Line 4",
        "“not an address” is no address",
    ] {
        assert!(told.text.contains(text), "{text}: {}", told.text);
    }
    let list = service.json("/api/v1/readings?by=hand").await;
    assert_eq!(list["readings"][0]["title"], "Elsewhere");
    assert_eq!(list["readings"][0]["tags"], json!(["ads", "big-data"]));
    assert_eq!(list["readings"][0]["peer"], "saved");
    let studied = service.json("/api/v1/readings?state=studied").await;
    assert_eq!(studied["readings"][0]["title"], "Queues at scale", "it is the post of the peer");
    let exported = service.page("/list/export.json").await;
    service.library.advance(std::time::Duration::from_hours(5));
    let again = import(&service, file).await.text;
    assert!(again.contains("2 stories were on it already."), "{again}");
    assert!(again.contains("0 stories are new on your list."), "{again}");
    assert_eq!(service.page("/list/export.json").await, exported);
    assert!(!service.page("/").await.contains("Elsewhere"), "no list of the newest holds it");
    assert!(service.page("/?peer=saved").await.contains("Elsewhere"), "unless it is asked for");
    let refused = import(&service, "a,b\n1,2\n").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("no list that is known here"));
    let large = format!("url\n{}", "x".repeat(2_000_000));
    assert_eq!(import(&service, &large).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_exported_is_the_same_after_it_was_imported_elsewhere() {
    let (service, stories) = service().await;
    queue_all(&service, &stories).await;
    let path = |at: usize| format!("/stories/{}/reading", stories[at]);
    post(&service, &path(0), &[("tags", "big-data ads")]).await;
    post(&service, &path(1), &[("snooze", "2026-07-01")]).await;
    post(&service, &path(2), &[("state", "applied")]).await;
    post(&service, &path(3), &[("place", "top")]).await;
    for format in ["json", "csv"] {
        let export = format!("/list/export.{format}");
        let told = service.get(&export).await;
        assert!(told.header("content-disposition").contains("reading-list."));
        let elsewhere = Service::with_nothing().await;
        let came = import(&elsewhere, &told.text).await;
        assert!(came.text.contains("4 stories are new on your list."), "{}", came.text);
        assert_eq!(elsewhere.page(&export).await, told.text, "{format}");
        import(&elsewhere, &told.text).await;
        assert_eq!(elsewhere.page(&export).await, told.text, "{format} twice");
        import(&service, &told.text).await;
        assert_eq!(service.page(&export).await, told.text, "{format} where it came from");
    }
}

const ARTICLE: &str = "<!doctype html><html><head><title>An essay | Site</title>\
    <meta property=\"og:title\" content=\"An essay from outside\"></head><body><article><h1>An essay from outside</h1>";

fn article() -> String {
    let paragraph = "<p>Periscopes of submarines rise above the surface, so that a captain sees \
        what floats there, and nobody who floats there sees the captain at all.</p>";
    format!("{ARTICLE}{}</article></body></html>", paragraph.repeat(12))
}

#[tokio::test]
async fn a_page_from_outside_is_fetched_politely_read_and_found() {
    let web = FakeWeb::start().await;
    web.serve_document("/essay", "text/html", &article());
    web.serve_document("/robots.txt", "text/plain", "User-agent: *\nDisallow: /private\n");
    web.serve_document("/private/essay", "text/html", &article());
    let library = TestLibrary::following(&[]).await;
    let service = Service::over(library).await;
    let form = service.page("/list/add?address=https%3A%2F%2Fx.example%2F%22%3E&title=T").await;
    assert!(
        form.contains("value=\"https://x.example/&#34;&#62;\"")
            || form.contains("x.example/&quot;")
    );
    assert_eq!(titles(&service, "").await, [""; 0], "only the form that is sent changes anything");
    let essay = web.address("/essay").to_string();
    let told = post(&service, "/list/add", &[("address", &essay), ("tags", "ads")]).await;
    assert_eq!((told.status.as_u16(), told.header("location")), (303, "/list"));
    assert_eq!(titles(&service, "").await, [essay.as_str()]);
    assert!(service.page("/list").await.contains("Its page has not been fetched yet."));
    let forbidden = web.address("/private/essay").to_string();
    let sent = json!({ "address": forbidden, "title": "Private" });
    let added = service.send(Method::POST, "/api/v1/readings", &sent).await;
    assert_eq!(added.status, StatusCode::CREATED);
    let missing = web.address("/nowhere").to_string();
    service.send(Method::POST, "/api/v1/readings", &json!({ "address": missing })).await.json();
    service.library.articles().await;
    assert!(web.asked().iter().all(|it| it.path != "/private/essay"));
    let saved = service.json("/api/v1/readings?by=hand").await;
    let saved = saved["readings"].as_array().unwrap().clone();
    assert_eq!(saved[0]["title"], "An essay from outside");
    assert!(saved[0]["minutes"].as_i64().unwrap() > 0);
    assert_eq!(
        (&saved[1]["title"], &saved[1]["article"]["state"]),
        (&json!("Private"), &json!("forbidden"))
    );
    assert_eq!(
        (&saved[2]["title"], &saved[2]["article"]["state"]),
        (&json!(missing), &json!("gone"))
    );
    assert!(service.page("/list").await.contains("Disallow: /private"), "the reason is told");
    assert_eq!(service.library.find("periscopes captain").await, ["An essay from outside"]);
    let again = json!({ "address": format!("{essay}?utm_source=mail") });
    let known = service.send(Method::POST, "/api/v1/readings", &again).await;
    assert_eq!(known.status, StatusCode::OK);
    assert_eq!(known.json()["story"], saved[0]["story"]);
    assert!(service.library.titles().await.is_empty(), "it belongs to no peer that is followed");
    assert_eq!(service.json("/api/v1/sources").await["sources"], json!([]));
    assert_eq!(service.json("/api/v1/entries").await["entries"], json!([]));
}

#[tokio::test]
async fn what_is_no_address_of_a_page_is_not_put_on_the_list() {
    let service = Service::with_nothing().await;
    for wrong in ["", "javascript:alert(1)", "two words"] {
        let sent = json!({ "address": wrong });
        let told = service.send(Method::POST, "/api/v1/readings", &sent).await;
        assert_eq!(told.problem()["status"], 400, "{wrong}");
    }
    assert_eq!(service.json("/api/v1/readings").await["readings"], json!([]));
}
