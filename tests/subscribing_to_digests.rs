//! Subscribing to the digest: asked for on a page, confirmed by mail, changed and left by signed links.

use std::{fmt::Write as _, time::Duration};

use peerscope::{
    digest::{self, Signer},
    domain::{MailAddress, Subscriber, SubscriberState},
    store::LetterReport,
};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use sqlx::{Connection as _, Row as _};
use tokio::net::TcpListener;

use crate::support::{
    fake_web::FakeWeb,
    library::TestLibrary,
    program::{Program, argument},
    service::{Service, Told},
};

const BASE: &str = "https://reading.example";
const FORM: &str = "application/x-www-form-urlencoded";
const DAY: Duration = Duration::from_hours(24);

/// What browsers say of a form of our own.
const OURS: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

async fn service() -> Service {
    over(library().await, Some(BASE)).await
}

async fn library() -> TestLibrary {
    let web = FakeWeb::start().await;
    let mut library = TestLibrary::following(&[web.address("/feed")]).await;
    library.keep_topics(&[("Ranking", "\"learning to rank\"")]).await;
    library
}

async fn over(library: TestLibrary, base: Option<&str>) -> Service {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bound = listener.local_addr().unwrap();
    Service::listening(library, listener, bound, base.map(|it| it.parse().unwrap()))
}

async fn post(service: &Service, path: &str, body: &str, headers: &[(&str, &str)]) -> Told {
    let request = service.client.post(format!("http://{}{path}", service.address));
    let request = request.header("content-type", FORM).body(body.to_owned());
    let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Told { status, headers, text: response.text().await.unwrap() }
}

/// From a line of its own, so that only the limits of the address count.
async fn ask(service: &Service, address: &str, from: &str) -> Told {
    let body = format!("address={address}&language=en&topic=ranking&interests=dynamic+pricing");
    post(service, "/subscribe", &body, &[OURS[0], ("x-forwarded-for", from)]).await
}

async fn subscriber(service: &Service, address: &str) -> Option<Subscriber> {
    let address: MailAddress = address.parse().unwrap();
    service.library.doors.store.subscriber_at(&address).await.unwrap()
}

async fn state(service: &Service, address: &str) -> Option<SubscriberState> {
    subscriber(service, address).await.map(|it| it.state)
}

async fn letters(service: &Service, address: &str) -> Vec<LetterReport> {
    match subscriber(service, address).await {
        Some(subscriber) => service.library.doors.store.letters(subscriber.id).await.unwrap(),
        None => Vec::new(),
    }
}

/// Where the link of the last letter leads, without the base URL.
async fn last_link(service: &Service, address: &str) -> String {
    let letters = letters(service, address).await;
    link_of(&letters.last().unwrap().text)
}

fn link_of(text: &str) -> String {
    let link = text.lines().find_map(|it| it.strip_prefix(BASE));
    link.unwrap_or_else(|| panic!("no link in {text}")).to_owned()
}

async fn signer(service: &Service) -> Signer {
    let base = Some(BASE.parse().unwrap());
    Signer::of(&service.library.doors.store, base).await.unwrap()
}

/// Somebody who confirmed.
async fn subscribed(service: &Service, address: &str) -> Subscriber {
    ask(service, address, "192.0.2.1").await;
    let link = last_link(service, address).await;
    assert_eq!(post(service, &link, "", &OURS).await.status, StatusCode::OK);
    subscriber(service, address).await.unwrap()
}

async fn preferences_path(service: &Service, address: &str) -> String {
    let subscriber = subscriber(service, address).await.unwrap();
    signer(service).await.preferences_path(&subscriber)
}

async fn unsubscribe_path(service: &Service, address: &str) -> String {
    let subscriber = subscriber(service, address).await.unwrap();
    signer(service).await.unsubscribe_path(&subscriber)
}

/// Everything that the library holds, as text, row by row.
async fn dump(service: &Service) -> String {
    let file = service.library.home().join("library.db");
    let url = format!("sqlite://{}", file.display());
    let mut library = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let tables = "SELECT m.name, p.name FROM sqlite_master AS m, pragma_table_info(m.name) AS p \
                  WHERE m.type = 'table' ORDER BY 1, p.cid";
    let mut all = String::new();
    for cell in sqlx::query(tables).fetch_all(&mut library).await.unwrap() {
        let (table, column): (String, String) = (cell.get(0), cell.get(1));
        let sql = format!("SELECT COALESCE(CAST(\"{column}\" AS TEXT), '') FROM \"{table}\"");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut library).await.unwrap();
        for row in rows {
            let _ = writeln!(all, "{table}.{column}: {}", row.get::<String, _>(0));
        }
    }
    all
}

#[tokio::test]
async fn who_asks_and_confirms_receives_the_digest() {
    let service = service().await;
    let page = service.page("/subscribe").await;
    assert!(page.contains("name=\"address\"") && page.contains("value=\"ranking\""), "{page}");
    assert!(!page.contains("<script"), "it works without scripts");
    let told = ask(&service, "ada@example.com", "192.0.2.1").await;
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(state(&service, "ada@example.com").await, Some(SubscriberState::Pending));
    let letters = letters(&service, "ada@example.com").await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!((letter.purpose.as_str(), letter.state.as_str()), ("confirm", "waiting"));
    assert_eq!(letter.to.as_str(), "ada@example.com");
    assert!(!letter.text.contains("pricing") && !letter.html.contains("pricing"));
    let link = link_of(&letter.text);
    assert!(letter.html.contains(&link), "{}", letter.html);

    let page = service.page(&link).await;
    assert!(page.contains("<form") && page.contains("ada@example.com"), "{page}");
    assert_eq!(state(&service, "ada@example.com").await, Some(SubscriberState::Pending));

    let told = post(&service, &link, "", &OURS).await;
    assert!(told.text.contains("You are subscribed"), "{}", told.text);
    let ada = subscriber(&service, "ada@example.com").await.unwrap();
    assert_eq!((ada.state, ada.confirmed), (SubscriberState::Active, Some(service.library.now())));
    assert_eq!(ada.preferences.interests, ["dynamic pricing"]);
    assert_eq!(ada.preferences.topics[0].as_str(), "ranking");
    let again = post(&service, &link, "", &OURS).await;
    assert_eq!(again.text, told.text, "once more does no harm");
}

#[tokio::test]
async fn nobody_learns_who_has_subscribed() {
    let service = service().await;
    subscribed(&service, "active@example.com").await;
    subscribed(&service, "left@example.com").await;
    let leave = unsubscribe_path(&service, "left@example.com").await;
    post(&service, &leave, "", &[]).await;
    ask(&service, "asked@example.com", "192.0.2.9").await;
    let mut answers = Vec::new();
    for name in ["active", "left", "asked", "nobody"] {
        let address = format!("{name}@example.com");
        let told = ask(&service, &address, "192.0.2.2").await;
        answers.push((told.status, told.text.replace(name, "NAME")));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let purposes = |letters: Vec<LetterReport>| letters.last().unwrap().purpose.clone();
    assert_eq!(purposes(letters(&service, "active@example.com").await), "known");
    assert_eq!(purposes(letters(&service, "left@example.com").await), "confirm");
    let link = last_link(&service, "active@example.com").await;
    assert!(link.starts_with("/preferences/"), "{link}");
    service.page(&link).await;
}

#[tokio::test]
async fn what_a_stranger_asks_for_changes_nobody_who_confirmed() {
    let service = service().await;
    let ada = subscribed(&service, "ada@example.com").await;
    let stranger = "address=ADA@example.com&language=zh&interests=eve";
    post(&service, "/subscribe", stranger, &OURS).await;
    assert_eq!(subscriber(&service, "ada@example.com").await, Some(ada.clone()));
    let leave = unsubscribe_path(&service, "ada@example.com").await;
    post(&service, &leave, "", &[]).await;
    post(&service, "/subscribe", stranger, &OURS).await;
    let left = subscriber(&service, "ada@example.com").await.unwrap();
    assert_eq!((left.state, &left.preferences), (SubscriberState::Left, &ada.preferences));
    let link = last_link(&service, "ada@example.com").await;
    post(&service, &link, "", &OURS).await;
    let back = subscriber(&service, "ada@example.com").await.unwrap();
    assert_eq!(back.state, SubscriberState::Active);
    assert_eq!(back.preferences.interests, ["eve"], "now it was confirmed");
}

#[tokio::test]
async fn an_address_is_written_to_three_times_a_day() {
    let service = service().await;
    let first = ask(&service, "ada@example.com", "192.0.2.1").await;
    for line in 2..8 {
        let told = ask(&service, "ada@example.com", &format!("192.0.2.{line}")).await;
        assert_eq!((told.status, &told.text), (first.status, &first.text));
    }
    assert_eq!(letters(&service, "ada@example.com").await.len(), 3);
    let told = ask(&service, "ada%2Bmore@example.com", "192.0.2.9").await;
    assert_eq!(told.status, StatusCode::OK);
    assert!(subscriber(&service, "ada+more@example.com").await.is_none(), "the same mailbox");
    service.library.advance(DAY);
    ask(&service, "ada@example.com", "192.0.2.1").await;
    assert_eq!(letters(&service, "ada@example.com").await.len(), 4);
}

#[tokio::test]
async fn nobody_has_us_write_to_many() {
    let service = service().await;
    let mut refused = 0;
    for number in 0..12 {
        let told = ask(&service, &format!("a{number}@example.com"), "2001:db8::7").await;
        if told.status == StatusCode::TOO_MANY_REQUESTS {
            let wait: u64 = told.header("retry-after").parse().unwrap();
            assert!((1..=361).contains(&wait), "{wait}");
            refused += 1;
        }
    }
    assert_eq!(refused, 2);
    assert!(subscriber(&service, "a11@example.com").await.is_none());
    service.library.advance(Duration::from_mins(6));
    assert_eq!(ask(&service, "a11@example.com", "2001:db8::8").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_to_confirm_counts_for_a_week_and_its_address_is_forgotten_then() {
    let service = service().await;
    ask(&service, "ada@example.com", "192.0.2.1").await;
    let link = last_link(&service, "ada@example.com").await;
    service.library.advance(DAY * 7);
    assert_eq!(service.get(&link).await.status, StatusCode::OK);
    service.library.advance(Duration::from_secs(1));
    assert_eq!(service.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(post(&service, &link, "", &OURS).await.status, StatusCode::NOT_FOUND);
    service.library.advance(DAY);
    ask(&service, "eve@example.com", "192.0.2.1").await;
    assert!(!dump(&service).await.contains("ada@"));
}

#[tokio::test]
async fn no_page_changes_anything_by_being_looked_at() {
    let service = service().await;
    service.page("/subscribe").await;
    assert!(!dump(&service).await.contains("signing-key"));
    let ada = subscribed(&service, "ada@example.com").await;
    ask(&service, "eve@example.com", "192.0.2.2").await;
    let signer = signer(&service).await;
    let (preferences, leave) = (signer.preferences_path(&ada), signer.unsubscribe_path(&ada));
    post(&service, &format!("{preferences}/address"), "address=new%40example.com", &OURS).await;
    let paths = [
        "/subscribe".to_owned(),
        "/subscribe?language=de".to_owned(),
        last_link(&service, "eve@example.com").await,
        last_link(&service, "ada@example.com").await,
        preferences.clone(),
        format!("{preferences}?done=saved"),
        format!("{preferences}/export"),
        format!("{preferences}/erase"),
        leave,
    ];
    let before = dump(&service).await;
    for path in &paths {
        let told = service.get(path).await;
        assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.text);
        assert_eq!(told.header("cache-control"), "no-store", "{path}");
        service.ask(Method::HEAD, path, &[]).await;
    }
    for path in ["/address", "/links"] {
        let told = service.get(&format!("{preferences}{path}")).await;
        assert_eq!(told.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(dump(&service).await, before);
}

#[tokio::test]
async fn one_click_leaves_from_anywhere_and_as_often_as_one_likes() {
    let service = service().await;
    let ada = subscribed(&service, "ada@example.com").await;
    let links = signer(&service).await.links(&ada);
    let path = links.one_click.unwrap().strip_prefix(BASE).unwrap().to_owned();
    let page = service.page(&path).await;
    assert!(page.contains("<form") && page.contains("Unsubscribe?"), "{page}");
    assert_eq!(state(&service, "ada@example.com").await, Some(SubscriberState::Active));
    let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://mail.example")];
    let headers: [&[(&str, &str)]; 3] = [&[], &foreign, &[("origin", "null")]];
    for headers in headers {
        let told = post(&service, &path, "List-Unsubscribe=One-Click", headers).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text);
        assert_eq!(state(&service, "ada@example.com").await, Some(SubscriberState::Left));
    }
    let page = service.page(&path).await;
    assert!(page.contains("Subscribe again"), "{page}");
    let told = post(&service, &format!("{path}/undo"), "", &OURS).await;
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(state(&service, "ada@example.com").await, Some(SubscriberState::Active));
}

#[tokio::test]
async fn no_other_form_may_be_sent_from_elsewhere() {
    let service = service().await;
    let ada = subscribed(&service, "ada@example.com").await;
    let signer = signer(&service).await;
    let (preferences, leave) = (signer.preferences_path(&ada), signer.unsubscribe_path(&ada));
    let before = dump(&service).await;
    let paths = [
        "/subscribe".to_owned(),
        preferences.clone(),
        format!("{preferences}/address"),
        format!("{preferences}/links"),
        format!("{preferences}/erase"),
        format!("{leave}/undo"),
    ];
    for path in &paths {
        for header in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let told = post(&service, path, "address=eve%40example.com", &[header]).await;
            assert_eq!(told.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert_eq!(dump(&service).await, before);
}

#[tokio::test]
async fn everything_is_changed_on_one_page() {
    let service = service().await;
    subscribed(&service, "ada@example.com").await;
    let path = preferences_path(&service, "ada@example.com").await;
    let page = service.page(&path).await;
    assert!(page.contains("ada@example.com") && page.contains("dynamic pricing"), "{page}");
    let body = "language=de&interests=search%0A%0Aads&mute=kind%3Arelease&day=Friday&at=17:30\
                &zone=UTC&reads=5&minutes=30&domain=ecommerce";
    let told = post(&service, &path, body, &OURS).await;
    assert!(told.text.contains("class=\"done\""), "{}", told.text);
    assert!(told.text.contains("<html lang=\"de\">"));
    let saved = subscriber(&service, "ada@example.com").await.unwrap().preferences;
    assert_eq!((saved.language.as_str(), saved.plan.day.as_str()), ("de", "Friday"));
    assert_eq!(
        (saved.interests.join(","), saved.mute.join(",")),
        ("search,ads".into(), "kind:release".into())
    );
    assert!(saved.topics.is_empty() && saved.domains[0].as_str() == "ecommerce");
    let told = post(&service, &path, "day=Someday&at=25:00&topic=none", &OURS).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    for wrong in ["Someday", "25:00", "none"] {
        assert!(told.text.contains(&format!("<code>{wrong}</code>")), "{wrong}: {}", told.text);
    }
    let after = subscriber(&service, "ada@example.com").await.unwrap().preferences;
    assert_eq!(after, saved);
}

#[tokio::test]
async fn another_address_counts_once_it_is_confirmed_and_voids_earlier_links() {
    let service = service().await;
    subscribed(&service, "ada@example.com").await;
    let path = preferences_path(&service, "ada@example.com").await;
    let leave = unsubscribe_path(&service, "ada@example.com").await;
    let told = post(&service, &format!("{path}/address"), "address=new%40example.com", &OURS).await;
    assert!(told.text.contains("new@example.com"), "{}", told.text);
    let letters = letters(&service, "ada@example.com").await;
    let letter = letters.last().unwrap();
    assert_eq!((letter.purpose.as_str(), letter.to.as_str()), ("readdress", "new@example.com"));
    let export = service.page(&format!("{path}/export")).await;
    let link = link_of(&letter.text);
    assert!(!export.contains(link.rsplit('/').next().unwrap()), "who asks must read the mail");
    assert!(service.page(&link).await.contains("<form"));
    assert!(subscriber(&service, "new@example.com").await.is_none());
    let told = post(&service, &link, "", &OURS).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    assert!(subscriber(&service, "ada@example.com").await.is_none());
    assert_eq!(state(&service, "new@example.com").await, Some(SubscriberState::Active));
    for void in [&path, &link] {
        assert_eq!(service.get(void).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(post(&service, &leave, "", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(state(&service, "new@example.com").await, Some(SubscriberState::Active));
}

#[tokio::test]
async fn an_address_with_a_subscription_of_its_own_is_told_so_to_nobody_but_its_reader() {
    let service = service().await;
    subscribed(&service, "ada@example.com").await;
    subscribed(&service, "taken@example.com").await;
    let path = preferences_path(&service, "ada@example.com").await;
    let mut answers = Vec::new();
    for name in ["free", "taken"] {
        let body = format!("address={name}%40example.com");
        let told = post(&service, &format!("{path}/address"), &body, &OURS).await;
        answers.push((told.status, told.text.replace(name, "NAME")));
    }
    assert_eq!(answers[0], answers[1]);
    let link = last_link(&service, "ada@example.com").await;
    let told = post(&service, &link, "", &OURS).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert_eq!(state(&service, "ada@example.com").await, Some(SubscriberState::Active));
    assert_eq!(state(&service, "taken@example.com").await, Some(SubscriberState::Active));
}

#[tokio::test]
async fn all_links_can_be_made_void() {
    let service = service().await;
    let ada = subscribed(&service, "ada@example.com").await;
    let signer = signer(&service).await;
    let (old, leave) = (signer.preferences_path(&ada), signer.unsubscribe_path(&ada));
    let told = post(&service, &format!("{old}/links"), "", &OURS).await;
    assert!(told.text.contains("class=\"done\""), "{}", told.text);
    for void in [old.as_str(), leave.as_str(), "/preferences/x", "/unsubscribe/999-aa"] {
        let told = service.get(void).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{void}");
        assert!(!told.text.contains("example.com</"), "{}", told.text);
    }
    let bodies = [service.get(&old).await.text, service.get("/preferences/7-00").await.text];
    assert_eq!(bodies[0], bodies[1], "void and made-up links are told alike");
    service.page(&preferences_path(&service, "ada@example.com").await).await;
}

#[tokio::test]
async fn whoever_is_erased_leaves_nothing() {
    let service = service().await;
    // No key in hexadecimal digits holds such a name by chance.
    subscribed(&service, "olga@example.com").await;
    subscribed(&service, "eve@example.com").await;
    let path = preferences_path(&service, "olga@example.com").await;
    post(&service, &format!("{path}/address"), "address=olga2%40example.com", &OURS).await;
    let export: Value = service.json(&format!("{path}/export")).await;
    assert_eq!(export["address"], "olga@example.com");
    assert_eq!(export["letters"].as_array().unwrap().len(), 2);
    assert_eq!(export["asked"]["address"], "olga2@example.com");
    assert!(service.page(&format!("{path}/erase")).await.contains("<form"));
    assert!(dump(&service).await.contains("olga@example.com"));
    let told = post(&service, &format!("{path}/erase"), "", &OURS).await;
    assert_eq!(told.status, StatusCode::OK);
    let left = dump(&service).await;
    assert!(!left.contains("olga"), "{left}");
    assert!(left.contains("eve@example.com"));
    assert_eq!(service.get(&path).await.status, StatusCode::NOT_FOUND);
    let known = signer(&service).await;
    subscribed(&service, "olga@example.com").await;
    let olga = subscriber(&service, "olga@example.com").await.unwrap();
    assert_ne!(known.preferences_path(&olga), path, "a new subscription has new links");
}

#[tokio::test]
async fn without_a_base_url_nobody_can_subscribe() {
    let service = over(TestLibrary::following(&[]).await, None).await;
    assert!(service.page("/subscribe").await.contains("PEERSCOPE_BASE_URL"));
    let told = ask(&service, "ada@example.com", "192.0.2.1").await;
    assert!(told.text.contains("PEERSCOPE_BASE_URL"), "{}", told.text);
    assert!(!dump(&service).await.contains("ada@"));
}

#[tokio::test]
async fn pages_speak_the_language_of_whoever_reads_them() {
    let service = service().await;
    let told =
        service.ask(Method::GET, "/subscribe", &[("accept-language", "de-CH,de;q=0.9")]).await;
    assert!(told.text.contains("<html lang=\"de\">") && told.text.contains("Abonnieren"));
    let told = service.page("/subscribe?language=zh").await;
    assert!(told.contains("<html lang=\"zh\">") && told.contains("订阅"), "{told}");
    let body = "address=ada%40example.com&language=zh";
    post(&service, "/subscribe", body, &OURS).await;
    let letters = letters(&service, "ada@example.com").await;
    assert!(letters[0].subject.contains("周刊"), "{}", letters[0].subject);
    let told = post(&service, "/subscribe", "address=nobody&language=de", &OURS).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert!(told.text.contains("keine E-Mail-Adresse"), "{}", told.text);
}

#[tokio::test]
async fn tokens_are_not_counted_among_the_routes() {
    let service = service().await;
    subscribed(&service, "ada@example.com").await;
    let path = preferences_path(&service, "ada@example.com").await;
    service.page(&path).await;
    let metrics = service.page("/metrics").await;
    assert!(metrics.contains("/preferences/{token}"), "{metrics}");
    assert!(!metrics.contains(path.rsplit('/').next().unwrap()));
}

#[tokio::test]
async fn strangers_reach_an_exposed_service_to_subscribe_and_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bound = "0.0.0.0:80".parse().unwrap();
    let base = Some(BASE.parse().unwrap());
    let service = Service::listening(library().await, listener, bound, base);
    assert_eq!(service.get("/").await.status, StatusCode::FORBIDDEN);
    let page = service.page("/subscribe").await;
    assert!(!page.contains("href=\"/search\""), "nothing there leads where strangers may not go");
    subscribed(&service, "ada@example.com").await;
    service.page(&unsubscribe_path(&service, "ada@example.com").await).await;
}

#[tokio::test]
async fn the_owner_adds_lists_and_erases_subscribers() {
    let program = Program::following(&[]);
    let add = [
        "subscribers",
        "add",
        "ada@example.com",
        "--interest",
        "search ranking",
        "--day",
        "friday",
    ];
    let told = program.run(&add).await.well();
    assert!(told.contains("ada@example.com receives the digest"), "{told}");
    let again = program.run(&["subscribers", "add", "ADA@example.com"]).await;
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("is active already"), "{}", again.err);
    let wrong = program
        .run(&["subscribers", "add", "eve@example.com", "--day", "Someday", "--zone", "Mars"])
        .await;
    assert!(wrong.err.contains("`Someday`") && wrong.err.contains("`Mars`"), "{}", wrong.err);
    let asked = program.run(&["subscribers", "add", "eve@example.com", "--confirm"]).await;
    assert!(asked.err.contains("PEERSCOPE_BASE_URL"), "{}", asked.err);
    let asked = ["--base-url", BASE, "subscribers", "add", "eve@example.com", "--confirm"];
    program.run(&asked).await.well();
    let listed = program.run(&["subscribers", "list", "--json"]).await.json();
    assert_eq!((&listed[0]["state"], &listed[1]["state"]), (&"active".into(), &"pending".into()));
    assert_eq!(listed[0]["preferences"]["plan"]["day"], "Friday");
    let lines = program.run(&["subscribers", "list"]).await.well();
    assert!(lines.contains("ada@example.com  active"), "{lines}");
    assert!(lines.contains("next on Friday 20") && lines.contains("at 08:00 (UTC)"), "{lines}");
    let kept = program.run(&["subscribers", "remove", "ada@example.com"]).await;
    assert!(kept.code == Some(1) && kept.err.contains("--yes"), "{}", kept.err);
    let told = program.run(&["subscribers", "remove", "ada@example.com", "--yes"]).await.well();
    assert!(told.contains("0 issues") && told.contains("erased"), "{told}");
    let gone = program.run(&["subscribers", "remove", "ada@example.com", "--yes"]).await;
    assert!(gone.err.contains("nobody subscribed"), "{}", gone.err);
}

#[tokio::test]
async fn a_running_service_sends_the_mail_that_asks() {
    let program = Program::following(&[]);
    let service = program.serve(&["--base-url", BASE]).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = async |path: &str, body: &str| {
        let request = client.post(format!("http://{}{path}", service.address));
        request.header("content-type", FORM).body(body.to_owned()).send().await.unwrap()
    };
    let told = post("/subscribe", "address=ada%40example.com&language=de").await;
    assert_eq!(told.status(), StatusCode::OK);
    service.wait_for_log(1, "sent 1 mails to").await;
    let outbox: Vec<_> = std::fs::read_dir(program.path("outbox")).unwrap().collect();
    let raw = std::fs::read(outbox[0].as_ref().unwrap().path()).unwrap();
    let mail = mail_parser::MessageParser::default().parse(&raw).unwrap();
    assert!(mail.subject().unwrap().contains("Wochenschau"), "{:?}", mail.subject());
    let link = link_of(&mail.body_text(0).unwrap().replace('\r', ""));
    assert_eq!(post(&link, "").await.status(), StatusCode::OK);
    let listed = program.run(&["subscribers", "list", "--json"]).await.json();
    let ada = listed.as_array().unwrap().iter().find(|it| it["address"] == "ada@example.com");
    assert_eq!(ada.unwrap()["state"], "active", "{listed}");
}

#[tokio::test]
async fn subscribers_move_from_one_installation_to_another() {
    let (old, new) = (Program::following(&[]), Program::following(&[]));
    old.run(&["subscribers", "add", "ada@example.com", "--language", "de", "--mute", "kind:news"])
        .await
        .well();
    old.run(&["--base-url", BASE, "subscribers", "add", "eve@example.com", "--confirm"])
        .await
        .well();
    let exported = old.run(&["subscribers", "export"]).await.well();
    assert_eq!(exported.lines().count(), 2, "{exported}");
    let file = argument(&old.path("all.jsonl"));
    old.run(&["subscribers", "export", &file]).await.well();
    assert_eq!(old.read("all.jsonl"), exported);
    let told = new.run(&["subscribers", "import", &file]).await.well();
    assert!(told.contains("2 subscribers imported"), "{told}");
    assert_eq!(new.run(&["subscribers", "export"]).await.well(), exported);
    let again = new.run_with_input(&["subscribers", "import", "-"], &exported).await;
    assert!(again.err.contains("2 were known"), "{}", again.err);
    let mixed = "email\nzoe@example.com\nnobody\n{\"address\": 7}\n";
    let wrong = new.run_with_input(&["subscribers", "import", "-"], mixed).await;
    assert_eq!(wrong.code, Some(1));
    assert!(
        wrong.err.contains("line 3: `nobody`") && wrong.err.contains("line 4:"),
        "{}",
        wrong.err
    );
    assert_eq!(new.run(&["subscribers", "export"]).await.well(), exported, "all or nothing");
    new.run_with_input(&["subscribers", "import", "-"], "zoe@example.com\n").await.well();
    let listed = new.run(&["subscribers", "list", "--json"]).await.json();
    assert_eq!(
        (&listed[2]["address"], &listed[2]["state"]),
        (&"zoe@example.com".into(), &"active".into())
    );
}

#[tokio::test]
async fn who_left_does_not_come_back_by_a_file_or_a_link_for_another_purpose() {
    let service = service().await;
    let ada = subscribed(&service, "ada@example.com").await;
    let leave = unsubscribe_path(&service, "ada@example.com").await;
    let token = leave.rsplit('/').next().unwrap();
    for page in ["confirm", "confirm-address", "preferences"] {
        let told = post(&service, &format!("/{page}/{token}"), "", &OURS).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{page}");
    }
    post(&service, &leave, "", &[]).await;
    let store = &service.library.doors.store;
    let added = digest::add(store, ada.address.unwrap(), ada.preferences, service.library.now());
    assert_eq!(added.await.unwrap(), None);
    assert_eq!(state(&service, "ada@example.com").await, Some(SubscriberState::Left));
}
