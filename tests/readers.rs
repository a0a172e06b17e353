//! Several readers: coming in by name and password, staying, leaving; and what each has for themselves.

use std::time::Duration;

use peerscope::{digest, domain::ReaderRole};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::team::{As, PASSWORD, Team, cookie_of};

#[tokio::test]
async fn whoever_comes_to_a_page_logs_in_and_goes_on_from_there() {
    let team = Team::new().await;
    let told = team.get(&As::Nobody, "/search?q=queues&sort=newest").await;
    assert_eq!(told.status, StatusCode::SEE_OTHER);
    let login = told.header("location").to_owned();
    assert_eq!(login, "/login?next=%2Fsearch%3Fq%3Dqueues%26sort%3Dnewest");
    let page = team.page(&As::Nobody, &login).await;
    assert!(page.contains("value=\"/search?q=queues&#38;sort=newest\""), "{page}");
    assert!(!page.contains("Queues at scale"));
    let fields = [("name", " Bob "), ("password", PASSWORD), ("next", "/search?q=queues")];
    let told = team.form(&As::Nobody, "/login", &fields).await;
    assert_eq!(told.header("location"), "/search?q=queues");
    let cookie = told.header("set-cookie");
    for part in ["peerscope=", "; Path=/;", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "by HTTP it would not be sent back");
    let bob = As::Session(cookie_of(&told));
    assert!(team.page(&bob, "/search?q=queues").await.contains("Queues"));
    assert_eq!(team.get(&bob, &login).await.header("location"), "/search?q=queues&sort=newest");
}

#[tokio::test]
async fn nobody_is_led_elsewhere_by_logging_in() {
    let team = Team::new().await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "/logout", "/login"]
    {
        let fields = [("name", "bob"), ("password", PASSWORD), ("next", next)];
        let told = team.form(&As::Nobody, "/login", &fields).await;
        assert_eq!(told.header("location"), "/", "{next}");
    }
}

#[tokio::test]
async fn by_https_the_cookie_is_for_this_host_alone() {
    let team = Team::behind(Some("https://reading.example")).await;
    let told = team.try_to_log_in("bob", PASSWORD, &As::Nobody).await;
    let cookie = told.header("set-cookie");
    assert!(cookie.starts_with("__Host-peerscope=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn a_wrong_password_and_a_name_that_nobody_has_are_told_alike() {
    let team = Team::new().await;
    let wrong = team.try_to_log_in("bob", "correct horse battery!", &As::Nobody).await;
    let nobody = team.try_to_log_in("mallory", PASSWORD, &As::Nobody).await;
    let odd = team.try_to_log_in("no name/at all", PASSWORD, &As::Nobody).await;
    let without_name = |text: &str, name: &str| text.replace(name, "");
    for told in [&wrong, &nobody, &odd] {
        assert_eq!(told.status, StatusCode::BAD_REQUEST);
        assert!(told.text.contains("Name or password is wrong"), "{}", told.text);
        assert_eq!(told.header("set-cookie"), "");
        assert_eq!(told.header("cache-control"), "no-store");
        assert!(!told.text.contains(PASSWORD), "what was typed is not sent back");
    }
    assert_eq!(without_name(&wrong.text, "bob"), without_name(&nobody.text, "mallory"));
}

#[tokio::test]
async fn who_fails_often_has_to_wait_longer_and_longer() {
    let team = Team::new().await;
    for _ in 0..10 {
        let told = team.try_to_log_in("bob", "not the password", &As::Nobody).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST);
    }
    let told = team.try_to_log_in("bob", PASSWORD, &As::Nobody).await;
    assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS, "the right one comes too late as well");
    assert_eq!(told.header("retry-after"), "1");
    let unknown = team.try_to_log_in("mallory", PASSWORD, &As::Nobody).await;
    assert_eq!(unknown.status, StatusCode::TOO_MANY_REQUESTS, "of the same client");
    team.service.library.advance(Duration::from_secs(1));
    team.log_in("bob").await;
}

#[tokio::test]
async fn each_login_has_a_key_of_its_own_and_leaving_ends_it() {
    let team = Team::new().await;
    let first = team.log_in("bob").await;
    let told = team.try_to_log_in("bob", PASSWORD, &first).await;
    let second = As::Session(cookie_of(&told));
    assert_eq!(team.get(&first, "/").await.status, StatusCode::SEE_OTHER, "the former one is over");
    team.page(&second, "/").await;
    let told = team.form(&second, "/logout", &[]).await;
    assert_eq!(told.header("location"), "/login");
    assert!(told.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(told.header("clear-site-data"), "\"cache\"");
    assert_eq!(team.get(&second, "/").await.status, StatusCode::SEE_OTHER);
    let made_up = As::Session("0".repeat(64));
    assert_eq!(team.get(&made_up, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_not_while_it_is() {
    let team = Team::new().await;
    let (used, left) = (team.log_in("bob").await, team.log_in("bob").await);
    let store = team.service.library.doors.store.clone();
    let bob = team.reader("bob").await.id;
    for _ in 0..2 {
        team.service.library.advance(Duration::from_hours(20 * 24));
        team.page(&used, "/api/v1/tags").await;
        // It is noted beside the answer.
        let now = team.service.library.now();
        while store.sessions(bob).await.unwrap()[0].seen < now {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(team.get(&left, "/").await.status, StatusCode::SEE_OTHER);
    team.page(&used, "/").await;
}

#[tokio::test]
async fn another_password_ends_all_other_sessions() {
    let team = Team::new().await;
    let (here, elsewhere) = (team.log_in("bob").await, team.log_in("bob").await);
    let token = team.token("bob", "read").await;
    let change = async |present: &str, wanted: &str, again: &str| {
        let fields = [("present", present), ("wanted", wanted), ("again", again)];
        team.form(&here, "/account/password", &fields).await
    };
    let new = "a horse of another colour";
    for (present, wanted, again, why) in [
        ("not it", new, new, "The present password is wrong"),
        (PASSWORD, new, "else", "not the same twice"),
        (PASSWORD, "short", "short", "has 5 characters"),
        (PASSWORD, "password1234", "password1234", "tried first"),
    ] {
        let told = change(present, wanted, again).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST);
        assert!(told.text.contains(why), "{why}: {}", told.text);
    }
    let told = change(PASSWORD, new, new).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
    for ended in [&here, &elsewhere] {
        assert_eq!(team.get(ended, "/").await.status, StatusCode::SEE_OTHER);
    }
    team.page(&As::Session(cookie_of(&told)), "/account?done=password").await;
    team.page(&token, "/api/v1/tags").await;
    let old = team.try_to_log_in("bob", PASSWORD, &As::Nobody).await;
    assert_eq!(old.status, StatusCode::BAD_REQUEST);
    assert_eq!(team.try_to_log_in("bob", new, &As::Nobody).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_foreign_page_changes_nothing_whoever_looks_at_it() {
    let team = Team::new().await;
    let bob = team.log_in("bob").await;
    let As::Session(key) = &bob else { unreachable!() };
    for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = team.request(&As::Token("x".into()), Method::POST, "/entries/1/queue");
        let request = request.header("cookie", format!("peerscope={key}")).header(header, value);
        assert_eq!(team.send(request).await.status, StatusCode::FORBIDDEN, "{header}");
    }
    let login = team.request(&As::Token("x".into()), Method::POST, "/login");
    let login = login.header("sec-fetch-site", "cross-site").body("name=bob&password=x");
    assert_eq!(team.send(login).await.status, StatusCode::FORBIDDEN);
    // A cookie beside a token of ours counts for nothing, so that the token decides alone.
    let with_both = team.request(
        &As::Token(format!("ps_{}", "0".repeat(64))),
        Method::POST,
        "/entries/1/queue",
    );
    let with_both = with_both.header("cookie", format!("peerscope={key}"));
    let with_both = with_both.header("sec-fetch-site", "cross-site");
    assert_eq!(team.send(with_both).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_is_shown_once_and_counts_until_it_is_revoked() {
    let team = Team::new().await;
    let bob = team.log_in("bob").await;
    let fields = [("name", "Feed reader"), ("scope", "read"), ("days", "30")];
    let made = team.form(&bob, "/account/tokens", &fields).await;
    assert_eq!((made.status, made.header("cache-control")), (StatusCode::OK, "no-store"));
    let token = made
        .text
        .split("<code>")
        .find_map(|it| it.split('<').next().filter(|it| it.starts_with("ps_")));
    let token = token.expect("the token is shown").to_owned();
    let account = team.page(&bob, "/account").await;
    assert!(account.contains("Feed reader") && !account.contains(&token));
    let by_token = As::Token(token.clone());
    assert_eq!(team.get(&by_token, "/api/v1/account").await.json()["scopes"], json!(["read"]));
    // Feed readers know a name and a password.
    let basic = team.request(&As::Nobody, Method::GET, "/search.atom?q=queues");
    let told = team.send(basic.basic_auth("anything", Some(&token))).await;
    assert!(told.text.contains("<feed"), "{}", told.text);
    let challenge = team.get(&As::Nobody, "/search.atom?q=queues").await;
    assert_eq!(challenge.status, StatusCode::UNAUTHORIZED);
    let asked: Vec<_> = challenge.headers.get_all("www-authenticate").iter().collect();
    assert!(asked.iter().any(|it| it.to_str().unwrap().starts_with("Basic")), "{asked:?}");
    let api = team.get(&As::Nobody, "/api/v1/notes").await;
    assert_eq!(api.problem()["status"], 401);
    assert_eq!(api.header("www-authenticate"), "Bearer realm=\"peerscope\"");
    team.service.library.advance(Duration::from_hours(30 * 24));
    let late = team.get(&by_token, "/api/v1/account").await;
    assert!(late.header("www-authenticate").contains("invalid_token"));
    let revoked = team.token("bob", "read").await;
    let store = &team.service.library.doors.store;
    let number = store.api_tokens(team.reader("bob").await.id).await.unwrap()[0].id;
    let bob = team.log_in("bob").await;
    team.form(&bob, &format!("/account/tokens/{number}"), &[]).await;
    assert_eq!(team.get(&revoked, "/api/v1/account").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_from_elsewhere() {
    let team = Team::new().await;
    let (here, lost) = (team.log_in("bob").await, team.log_in("bob").await);
    let store = &team.service.library.doors.store;
    let sessions = store.sessions(team.reader("bob").await.id).await.unwrap();
    assert_eq!(sessions.len(), 2);
    assert!(team.page(&here, "/account").await.contains("this one"));
    team.form(&here, &format!("/account/sessions/{}", sessions[0].id), &[]).await;
    assert_eq!(team.get(&lost, "/").await.status, StatusCode::SEE_OTHER);
    let other = team.log_in("bob").await;
    team.form(&here, "/account/sessions", &[]).await;
    assert_eq!(team.get(&other, "/").await.status, StatusCode::SEE_OTHER);
    team.page(&here, "/account?done=sessions").await;
}

#[tokio::test]
async fn each_reader_cares_about_something_else() {
    let team = Team::new().await;
    let (bob, eve) = (team.log_in("bob").await, team.log_in("eve").await);
    let fields =
        [("interests", "load shedding\n"), ("mute", "title:cron"), ("domain", "ecommerce")];
    let told = team.form(&bob, "/account/interests", &fields).await;
    assert_eq!(told.header("location"), "/account?done=interests", "{}", told.text);
    let titles = async |who: &As| team.get(who, "/api/v1/entries").await.text;
    assert!(!titles(&bob).await.contains("Moving off cron"));
    assert!(titles(&eve).await.contains("Moving off cron"));
    let page = team.page(&bob, "/account/interests").await;
    assert!(
        page.contains("load shedding") && page.contains("value=\"ecommerce\" checked"),
        "{page}"
    );
    assert!(!team.page(&eve, "/account/interests").await.contains("load shedding"));
    let wrong = team.form(&bob, "/account/interests", &[("mute", "kind:nonsense")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("kind:nonsense"));
    team.form(&bob, "/account/interests", &[("usual", "1")]).await;
    assert!(titles(&bob).await.contains("Moving off cron"));
}

#[tokio::test]
async fn an_answer_that_one_reader_has_is_none_for_another() {
    let team = Team::new().await;
    let (bob, eve) = (team.log_in("bob").await, team.log_in("eve").await);
    let saved = json!({ "query": "queues", "name": "Bobs" });
    team.json(&bob, Method::PUT, "/api/v1/searches/bobs", &saved).await.json();
    let told = team.get(&bob, "/topics/bobs.json").await;
    assert_eq!(told.header("cache-control"), "private, no-cache");
    let tag = told.header("etag").to_owned();
    let again = team.request(&eve, Method::GET, "/topics/bobs.json").header("if-none-match", tag);
    assert_eq!(team.send(again).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn readers_recommend_to_each_other() {
    let team = Team::new().await;
    let (bob, eve) = (team.log_in("bob").await, team.log_in("eve").await);
    assert!(team.page(&bob, "/shelf").await.contains("Nothing is on the shelf yet"));
    let told = team.form(&bob, "/entries/1/shelf", &[("comment", "Read <this> first")]).await;
    assert_eq!(told.header("location"), "/entries/1#shelf");
    let shelf = team.page(&eve, "/shelf").await;
    assert!(shelf.contains("Read &#60;this&#62; first") && shelf.contains("BOB"), "{shelf}");
    assert!(!shelf.contains("Take off the shelf"));
    assert!(team.page(&eve, "/entries/1").await.contains("BOB"));
    team.form(&bob, "/entries/1/shelf", &[("comment", "Better words")]).await;
    let listed = team.get(&eve, "/api/v1/shelf").await.json();
    assert_eq!(listed["shelf"].as_array().unwrap().len(), 1, "said again, it is in the same place");
    assert_eq!(
        (&listed["shelf"][0]["by"], &listed["shelf"][0]["own"]),
        (&"BOB".into(), &false.into())
    );
    let path = format!("/shelf/{}/remove", listed["shelf"][0]["recommendation"]);
    assert_eq!(team.form(&eve, &path, &[]).await.status, StatusCode::NOT_FOUND);
    let ada = team.log_in("ada").await;
    assert!(team.page(&ada, "/shelf").await.contains("Take off the shelf"));
    assert_eq!(team.form(&ada, &path, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(team.get(&bob, "/api/v1/shelf").await.json()["shelf"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn an_address_receives_a_readers_digest_once_it_answers() {
    let team = Team::behind(Some("http://localhost")).await;
    let bob = team.log_in("bob").await;
    let told = team.form(&bob, "/account/digest", &[("address", "bob@example.com")]).await;
    assert_eq!(told.header("location"), "/account?done=mail", "{}", told.text);
    let store = &team.service.library.doors.store;
    let reader = team.reader("bob").await.id;
    let subscriber = store.subscriber_of(reader).await.unwrap().unwrap();
    assert_eq!(subscriber.address, None, "nobody has answered yet");
    assert!(team.page(&bob, "/account").await.contains("bob@example.com"));
    let record = store.subscriber_record(subscriber.id).await.unwrap().unwrap();
    assert_eq!(record.letters.len(), 1);
    let wrong = team.form(&bob, "/account/digest", &[("address", "no address")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn everyone_with_a_login_has_a_digest_of_what_they_care_about() {
    let team = Team::new().await;
    let bob = team.log_in("bob").await;
    let library = &team.service.library;
    let (store, now) = (&library.doors.store, library.now());
    for interest in ["load shedding", "query planning"] {
        team.form(&bob, "/account/interests", &[("interests", interest)]).await;
        digest::keep_readers(store, &library.followed.at_present(), now).await.unwrap();
        let subscriber = store.subscriber_of(team.reader("bob").await.id).await.unwrap().unwrap();
        assert_eq!(subscriber.preferences.interests, [interest]);
        let eve = store.subscriber_of(team.reader("eve").await.id).await.unwrap().unwrap();
        assert!(eve.preferences.interests.is_empty() && eve.id != subscriber.id);
    }
    assert!(team.page(&bob, "/account").await.contains("on the page Digests"));
}

#[tokio::test]
async fn where_nobody_has_a_login_a_stranger_cannot_make_one() {
    use peerscope::domain::{Auth, Networks};
    let team = Team::of_nobody(Auth::Password, Networks::default(), None).await;
    let page = team.page(&As::Nobody, "/login").await;
    assert!(page.contains("<code>peerscope readers add NAME --admin</code>"), "{page}");
    let told = team.try_to_log_in("reader", PASSWORD, &As::Nobody).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    // The first takes over what the reader without a login kept.
    let store = &team.service.library.doors.store;
    let first = team.service.library.entries().await[0].story;
    let now = team.service.library.now();
    store.open_story(peerscope::domain::ReaderId::ONLY, first, now).await.unwrap();
    let ada = team.add("ada", ReaderRole::Admin).await;
    assert!(store.seen(ada.id, first).await.unwrap().is_some());
}

#[tokio::test]
async fn one_reader_at_this_machine_needs_no_login() {
    let service = crate::support::service::Service::with_posts(&["Queues at scale"]).await;
    let page = service.page("/").await;
    assert!(!page.contains("/account") && !page.contains("/shelf"));
    for path in ["/login", "/account", "/account/interests", "/shelf", "/api/v1/shelf"] {
        let told = service.get(path).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{path}");
        assert!(told.text.contains("PEERSCOPE_AUTH"), "{path}: {}", told.text);
    }
    // A token opens nothing here, and closes nothing either.
    let told = service.ask(Method::GET, "/", &[("authorization", "Bearer ps_x")]).await;
    assert_eq!(told.status, StatusCode::OK);
    let bearer = [("authorization", "Bearer ps_x"), ("sec-fetch-site", "cross-site")];
    let told = service.ask(Method::POST, "/entries/1/queue", &bearer).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}
