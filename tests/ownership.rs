//! Every route × everyone who may come: what is for whom, and that nobody reaches what is another's.

use std::collections::BTreeMap;

use peerscope::{
    domain::{HighlightDraft, Scope},
    web,
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

use crate::support::team::{As, Team};

/// For whom a route is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    Anyone,
    Readers,
    /// No token comes here.
    Persons,
    Admins,
}

use For::{Admins, Anyone, Persons, Readers};

/// Every route there is. Whoever adds one says here for whom it is.
const ROUTES: &[(For, &[&str])] = &[
    (
        Anyone,
        &[
            "/about-bot",
            "/assets/{name}",
            "/confirm-address/{token}",
            "/confirm/{token}",
            "/healthz",
            "/login",
            "/logout",
            "/manifest.webmanifest",
            "/preferences/{token}",
            "/preferences/{token}/address",
            "/preferences/{token}/erase",
            "/preferences/{token}/export",
            "/preferences/{token}/links",
            "/readyz",
            "/subscribe",
            "/unsubscribe/{token}",
            "/unsubscribe/{token}/undo",
        ],
    ),
    (
        Readers,
        &[
            "/",
            "/api/v1/account",
            "/api/v1/corrections",
            "/api/v1/corrections/{id}",
            "/api/v1/digests",
            "/api/v1/digests/{week}",
            "/api/v1/drafts",
            "/api/v1/drafts/{tab}",
            "/api/v1/entries",
            "/api/v1/entries/{id}",
            "/api/v1/entries/{id}/insight",
            "/api/v1/entries/{id}/kind",
            "/api/v1/entries/{id}/similar",
            "/api/v1/explain",
            "/api/v1/highlights",
            "/api/v1/highlights/{id}",
            "/api/v1/journal/ledger",
            "/api/v1/landscape",
            "/api/v1/landscape/{topic}",
            "/api/v1/limits",
            "/api/v1/notes",
            "/api/v1/notes/{id}",
            "/api/v1/notes/{id}/revisions",
            "/api/v1/peers",
            "/api/v1/readings",
            "/api/v1/readings/{story}",
            "/api/v1/readings/{story}/position",
            "/api/v1/search",
            "/api/v1/searches",
            "/api/v1/searches/{slug}",
            "/api/v1/seen/{story}",
            "/api/v1/shelf",
            "/api/v1/shelf/{id}",
            "/api/v1/sources",
            "/api/v1/suggest",
            "/api/v1/suggestions",
            "/api/v1/tags",
            "/api/v1/topics",
            "/api/v1/topics/{slug}",
            "/api/v1/trends",
            "/digests",
            "/digests.atom",
            "/digests.json",
            "/digests/{week}",
            "/entries/{id}",
            "/entries/{id}/continue",
            "/entries/{id}/highlights",
            "/entries/{id}/kind",
            "/entries/{id}/note",
            "/entries/{id}/queue",
            "/entries/{id}/shelf",
            "/events/crawl",
            "/explain",
            "/highlights/{id}/delete",
            "/ideas",
            "/ideas/{id}/move",
            "/images/{entry}/{name}",
            "/journal",
            "/journal/drafts/{tab}/discard",
            "/journal/export",
            "/journal/new",
            "/journal/pack",
            "/journal/{id}",
            "/journal/{id}/delete",
            "/journal/{id}/edit",
            "/journal/{id}/revisions",
            "/keys",
            "/landscape",
            "/landscape.json",
            "/landscape/{topic}",
            "/limits",
            "/limits.json",
            "/list",
            "/list/add",
            "/list/bulk",
            "/list/export.csv",
            "/list/export.json",
            "/list/import",
            "/list/undo",
            "/opensearch.xml",
            "/peers",
            "/peers/{slug}",
            "/politeness",
            "/search",
            "/search.atom",
            "/search.json",
            "/settings",
            "/setup/progress",
            "/shelf",
            "/shelf/{id}/remove",
            "/sources",
            "/stories/{story}/reading",
            "/topics",
            "/topics/{name}",
            "/trends",
            "/trends.json",
        ],
    ),
    (
        Persons,
        &[
            "/account",
            "/account/digest",
            "/account/interests",
            "/account/name",
            "/account/password",
            "/account/sessions",
            "/account/sessions/{id}",
            "/account/tokens",
            "/account/tokens/{id}",
        ],
    ),
    (
        Admins,
        &[
            "/metrics",
            "/peers/{slug}/follow",
            "/peers/{slug}/unfollow",
            "/settings/feeds",
            "/setup",
            "/sources/{id}/repair",
            "/sources/{id}/visit",
        ],
    ),
];

#[test]
fn every_route_is_for_somebody() {
    let listed: Vec<&str> = ROUTES.iter().flat_map(|it| it.1).copied().collect();
    for path in web::paths() {
        let times = listed.iter().filter(|it| **it == path).count();
        assert_eq!(times, 1, "say in tests/ownership.rs for whom {path} is, once");
    }
    for path in &listed {
        assert!(web::paths().any(|it| it == *path), "{path} is no route any more");
    }
}

/// What a role may do, whatever it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// To the login, or told to log in.
    LogIn,
    Refused,
}

struct Role {
    name: &'static str,
    comes_as: As,
    may: fn(For, &Method) -> Outcome,
}

fn person(whom: For, is_admin: bool) -> Outcome {
    if whom == Admins && !is_admin { Outcome::Refused } else { Outcome::Done }
}

fn token(whom: For, method: &Method, scope: Scope, is_admin: bool) -> Outcome {
    let may = match whom {
        Anyone => true,
        Readers => scope == if method.is_safe() { Scope::Read } else { Scope::Write },
        Persons => false,
        Admins => scope == Scope::Admin && is_admin,
    };
    if may { Outcome::Done } else { Outcome::Refused }
}

async fn roles(team: &Team) -> Vec<Role> {
    let role = |name, comes_as, may| Role { name, comes_as, may };
    vec![
        role(
            "nobody",
            As::Nobody,
            |whom, _| {
                if whom == Anyone { Outcome::Done } else { Outcome::LogIn }
            },
        ),
        role("a reader", team.log_in("bob").await, |whom, _| person(whom, false)),
        role("another reader", team.log_in("eve").await, |whom, _| person(whom, false)),
        role("an admin", team.log_in("ada").await, |whom, _| person(whom, true)),
        role("a token to read", team.token("bob", "read").await, |whom, method| {
            token(whom, method, Scope::Read, false)
        }),
        role("a token to write", team.token("bob", "write").await, |whom, method| {
            token(whom, method, Scope::Write, false)
        }),
        role("a token of an admin", team.token("ada", "admin").await, |whom, method| {
            token(whom, method, Scope::Admin, true)
        }),
        role("an admin's token of a reader", team.token("bob", "admin").await, |whom, method| {
            token(whom, method, Scope::Admin, false)
        }),
        role("a token of nobody", As::Token(format!("ps_{}", "0".repeat(64))), |whom, _| {
            if whom == Anyone { Outcome::Done } else { Outcome::LogIn }
        }),
    ]
}

/// A path that leads to nothing that there is.
fn path_to_nothing(path: &str) -> String {
    path.replace("{id}", "999999")
        .replace("{story}", "999999")
        .replace("{week}", "1999-W01")
        .replace(['{', '}'], "")
}

/// The methods that a route serves, as it says itself.
async fn methods(team: &Team, admin: &As, path: &str) -> Vec<Method> {
    let odd = Method::from_bytes(b"PROPFIND").unwrap();
    let mut told = team.send(team.request(admin, odd, path)).await;
    if told.status == StatusCode::FORBIDDEN || told.status == StatusCode::UNAUTHORIZED {
        told = team.get(&As::Nobody, path).await;
    }
    assert_eq!(told.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    let allowed = told.headers[header::ALLOW].to_str().unwrap();
    allowed.split(',').map(|it| it.trim().parse().unwrap()).collect()
}

#[tokio::test]
async fn every_route_lets_in_whom_it_is_for_and_nobody_else() {
    let team = Team::new().await;
    let roles = roles(&team).await;
    // The same session, as one that was made besides would be ended by it.
    let admin = roles.iter().find(|it| it.name == "an admin").unwrap().comes_as.clone();
    let mut tried = 0;
    for (whom, paths) in ROUTES {
        for path in *paths {
            let path = path_to_nothing(path);
            for method in methods(&team, &admin, &path).await {
                for role in &roles {
                    let expected = (role.may)(*whom, &method);
                    let found = outcome(&team, role, &method, &path).await;
                    assert_eq!(found, expected, "{method} {path} as {}", role.name);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 900, "{tried}");
}

/// The body may be one that never ends.
async fn outcome(team: &Team, role: &Role, method: &Method, path: &str) -> Outcome {
    let is_change = !method.is_safe();
    // Nobody's own session is to end here.
    let comes_as = if path == "/logout" { &As::Nobody } else { &role.comes_as };
    let request = team.request(comes_as, method.clone(), path);
    let request = if is_change { request.body("") } else { request };
    let response = request.send().await.unwrap();
    let location = response.headers().get(header::LOCATION).map(|it| it.to_str().unwrap());
    match response.status() {
        StatusCode::UNAUTHORIZED => {
            assert!(response.headers().contains_key(header::WWW_AUTHENTICATE), "{path}");
            Outcome::LogIn
        }
        StatusCode::SEE_OTHER
            if path != "/logout" && location.is_some_and(|it| it.starts_with("/login")) =>
        {
            assert!(!is_change, "{path}: what was sent would be lost");
            Outcome::LogIn
        }
        StatusCode::FORBIDDEN => Outcome::Refused,
        StatusCode::INTERNAL_SERVER_ERROR => panic!("{method} {path} as {} fails", role.name),
        _ => Outcome::Done,
    }
}

/// What bob keeps, by the place that it has in paths.
async fn kept_by_bob(team: &Team, bob: &As) -> BTreeMap<&'static str, String> {
    let number = |told: crate::support::service::Told, key: &str| told.json()[key].to_string();
    let note = json!({ "type": "idea", "text": "Shed load first.", "cites": [1] });
    let note = team.json(bob, Method::POST, "/api/v1/notes", &note).await;
    let correction = json!({ "kind": "release" });
    let correction = team.json(bob, Method::PUT, "/api/v1/entries/1/kind", &correction).await;
    let shelved = json!({ "entry": 1, "comment": "for all of us" });
    let shelved = team.json(bob, Method::POST, "/api/v1/shelf", &shelved).await;
    let (library, reader) = (&team.service.library.doors.store, team.reader("bob").await.id);
    let entry = peerscope::domain::EntryId(1);
    let quote = HighlightDraft::new(entry, "at scale", ("Queues ", ""), 7).unwrap();
    let now = team.service.library.now();
    let highlight = library.add_highlight(reader, &quote, now).await.unwrap().unwrap();
    let story = team.get(bob, "/api/v1/entries/1").await.json()["story"].to_string();
    let reading = json!({ "state": "reading", "tags": ["bobs"] });
    team.json(bob, Method::PUT, &format!("/api/v1/readings/{story}"), &reading).await.json();
    let search = json!({ "query": "queues", "name": "Bobs" });
    team.json(bob, Method::PUT, "/api/v1/searches/bobs", &search).await.json();
    let typed = json!({ "note": null, "fields": { "text": "half a thought" } });
    let typed = team.json(bob, Method::PUT, "/api/v1/drafts/bobs-own-tab", &typed).await;
    assert_eq!(typed.status, StatusCode::NO_CONTENT, "{}", typed.text);
    team.form(bob, "/account/tokens", &[("name", "Bobs script"), ("scope", "read")]).await;
    let sessions = library.sessions(reader).await.unwrap();
    let tokens = library.api_tokens(reader).await.unwrap();
    BTreeMap::from([
        ("{note}", number(note, "note")),
        ("{correction}", number(correction, "correction")),
        ("{shelved}", number(shelved, "recommendation")),
        ("{highlight}", highlight.id.to_string()),
        ("{story}", story),
        ("{search}", "bobs".to_owned()),
        ("{session}", sessions[0].id.to_string()),
        ("{token}", tokens[0].id.to_string()),
    ])
}

/// Every way to something that a reader keeps. Whoever adds one adds it here.
const OWN: &[(&str, &str)] = &[
    ("GET", "/api/v1/notes/{note}"),
    ("PUT", "/api/v1/notes/{note}"),
    ("DELETE", "/api/v1/notes/{note}"),
    ("GET", "/api/v1/notes/{note}/revisions"),
    ("GET", "/journal/{note}"),
    ("POST", "/journal/{note}"),
    ("GET", "/journal/{note}/edit"),
    ("GET", "/journal/{note}/revisions"),
    ("GET", "/journal/{note}/delete"),
    ("POST", "/journal/{note}/delete"),
    ("POST", "/ideas/{note}/move"),
    ("DELETE", "/api/v1/highlights/{highlight}"),
    ("POST", "/highlights/{highlight}/delete"),
    ("DELETE", "/api/v1/drafts/bobs-own-tab"),
    ("DELETE", "/api/v1/corrections/{correction}"),
    ("GET", "/api/v1/readings/{story}"),
    ("DELETE", "/api/v1/readings/{story}"),
    ("DELETE", "/api/v1/searches/{search}"),
    ("GET", "/api/v1/topics/{search}"),
    ("GET", "/topics/{search}"),
    ("GET", "/topics/{search}.atom"),
    ("DELETE", "/api/v1/shelf/{shelved}"),
    ("POST", "/shelf/{shelved}/remove"),
    ("POST", "/account/sessions/{session}"),
    ("POST", "/account/tokens/{token}"),
];

/// Lists of what a reader keeps, with what stands in them of bob's.
const LISTS: &[(&str, &str)] = &[
    ("/api/v1/notes", "Shed load"),
    ("/api/v1/highlights", "at scale"),
    ("/api/v1/corrections", "release"),
    ("/api/v1/readings", "bobs"),
    ("/list?state=reading", "bobs"),
    ("/list/export.json", "bobs"),
    ("/list/export.csv", "bobs"),
    ("/api/v1/searches", "bobs"),
    ("/api/v1/tags", "bobs"),
    ("/api/v1/topics", "bobs"),
    ("/topics", "Bobs"),
    ("/journal", "Shed load"),
    ("/ideas", "Shed load"),
    ("/entries/1", "Shed load"),
    ("/journal/export?format=json", "Shed load"),
    ("/api/v1/drafts", "bobs-own-tab"),
    ("/account", "Bobs script"),
];

#[tokio::test]
async fn what_a_reader_keeps_is_there_for_nobody_else() {
    let team = Team::new().await;
    let (bob, eve) = (team.log_in("bob").await, team.log_in("eve").await);
    let kept = kept_by_bob(&team, &bob).await;
    let path = |template: &str| {
        kept.iter().fold(template.to_owned(), |path, (place, value)| path.replace(place, value))
    };
    let eves_token = team.token("eve", "read,write").await;
    let note = json!({
        "type": "idea", "title": "", "text": "Mine now.", "tags": [], "cites": [], "revision": 1
    });
    let form = [("type", "idea"), ("text", "Mine now."), ("revision", "1"), ("state", "tried")];
    for (method, template) in OWN {
        let (method, path) = (method.parse::<Method>().unwrap(), path(template));
        for who in [&eve, &eves_token] {
            if path.starts_with("/account/") && matches!(who, As::Token(_)) {
                continue;
            }
            let told = if path.starts_with("/api/") || method == Method::GET {
                team.json(who, method.clone(), &path, &note).await
            } else {
                team.form(who, &path, &form).await
            };
            assert_eq!(told.status, StatusCode::NOT_FOUND, "{method} {path}: {}", told.text);
            assert!(!told.text.contains("Shed load"), "{path}");
        }
    }
    for (list, word) in LISTS {
        assert!(team.page(&bob, list).await.contains(word), "{list} lost what is bob's");
        assert!(!team.page(&eve, list).await.contains(word), "{list} shows what is bob's");
    }
    for (method, template) in OWN.iter().filter(|it| it.0 == "GET") {
        let told = team.send(team.request(&bob, method.parse().unwrap(), &path(template))).await;
        assert_eq!(told.status, StatusCode::OK, "{template}: {}", told.text);
    }
}

#[tokio::test]
async fn notes_lead_to_ones_own_notes_only() {
    let team = Team::new().await;
    let (bob, eve) = (team.log_in("bob").await, team.log_in("eve").await);
    let bobs = kept_by_bob(&team, &bob).await["{note}"].clone();
    let text = format!("Curious words: [[{bobs}]], note:{bobs}.");
    let note = json!({ "type": "insight", "text": text, "cites": [1] });
    let note = team.json(&eve, Method::POST, "/api/v1/notes", &note).await;
    let eves = note.json()["note"].to_string();
    for path in [
        format!("/journal/{eves}"),
        format!("/journal/{eves}/edit"),
        format!("/api/v1/notes/{eves}"),
        "/journal/pack?from=2026-01&to=2026-12".to_owned(),
        "/search?q=has:note".to_owned(),
        "/".to_owned(),
    ] {
        assert!(!team.page(&eve, &path).await.contains("Shed load"), "{path} shows what is bob's");
    }
    for path in [format!("/journal/{bobs}"), format!("/api/v1/notes/{bobs}")] {
        assert!(!team.page(&bob, &path).await.contains("Curious"), "{path} shows what is eve's");
    }
}

#[tokio::test]
async fn searches_ask_for_what_whoever_asks_keeps() {
    let team = Team::new().await;
    let (bob, eve) = (team.log_in("bob").await, team.log_in("eve").await);
    kept_by_bob(&team, &bob).await;
    for query in ["has:note", "note:idea", "tag:bobs", "is:reading", "topic:bobs"] {
        let path = format!("/api/v1/search?q={query}");
        let total = async |who: &As| team.get(who, &path).await.json()["total"].as_u64().unwrap();
        assert!(total(&bob).await > 0, "{query} finds nothing of bob's");
        assert_eq!(total(&eve).await, 0, "{query} finds what is bob's");
    }
    // What was searched for is offered again to whoever searched for it.
    team.page(&bob, "/search?q=bobs+secret+project").await;
    let offered = async |who: &As| team.get(who, "/api/v1/suggest?q=bobs+sec").await.text;
    assert!(!offered(&eve).await.contains("secret"));
}
