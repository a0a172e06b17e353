//! Readers whom a proxy before the service names.

use peerscope::domain::{Auth, Networks, ReaderRole};
use reqwest::{Method, StatusCode};

use crate::support::team::{As, Team};

async fn behind_a_proxy(trusted: &str) -> Team {
    let auth = Auth::Proxy { header: "remote-user".to_owned() };
    Team::of_nobody(auth, trusted.parse::<Networks>().unwrap(), None).await
}

async fn as_named(team: &Team, path: &str, names: &[&str]) -> (StatusCode, String) {
    let request = team.request(&As::Nobody, Method::GET, path);
    let request = names.iter().fold(request, |it, name| it.header("Remote-User", *name));
    let told = team.send(request).await;
    (told.status, told.text)
}

#[tokio::test]
async fn whom_the_proxy_names_becomes_a_reader_and_the_first_an_admin() {
    let team = behind_a_proxy("127.0.0.1").await;
    let (status, text) = as_named(&team, "/api/v1/account", &["Ada"]).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    assert_eq!(team.reader("ada").await.role, ReaderRole::Admin);
    assert_eq!(as_named(&team, "/metrics", &["ada"]).await.0, StatusCode::OK);
    assert_eq!(as_named(&team, "/metrics", &["bob@example.com"]).await.0, StatusCode::FORBIDDEN);
    assert_eq!(team.reader("bob@example.com").await.role, ReaderRole::Reader);
    let account = as_named(&team, "/account", &["bob@example.com"]).await.1;
    assert!(!account.contains("/account/password") && !account.contains("/logout"), "{account}");
}

#[tokio::test]
async fn a_name_that_nobody_or_two_give_lets_nobody_in() {
    let team = behind_a_proxy("127.0.0.1").await;
    assert_eq!(as_named(&team, "/", &[]).await.0, StatusCode::UNAUTHORIZED);
    for names in [&["ada", "bob"][..], &[""], &["ada\u{e9}"], &["../ada"]] {
        assert_eq!(as_named(&team, "/", names).await.0, StatusCode::FORBIDDEN, "{names:?}");
    }
    assert_eq!(team.service.library.doors.store.count_readers().await.unwrap(), 0);
    assert_eq!(as_named(&team, "/healthz", &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_header_is_believed_from_the_proxy_alone() {
    let team = behind_a_proxy("192.0.2.1, 10.0.0.0/8").await;
    for names in [&["ada"][..], &[]] {
        let (status, text) = as_named(&team, "/", names).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(text.contains("PEERSCOPE_AUTH_PROXIES"), "{text}");
    }
    let forwarded = team.request(&As::Nobody, Method::GET, "/");
    let forwarded = forwarded.header("remote-user", "ada").header("x-forwarded-for", "10.0.0.1");
    assert_eq!(team.send(forwarded).await.status, StatusCode::FORBIDDEN);
    assert_eq!(team.service.library.doors.store.count_readers().await.unwrap(), 0);
}

#[tokio::test]
async fn a_token_counts_in_place_of_the_header_and_what_is_the_proxys_own_does_not() {
    let team = behind_a_proxy("127.0.0.1").await;
    as_named(&team, "/", &["ada"]).await;
    as_named(&team, "/", &["bob"]).await;
    let token = team.token("bob", "read").await;
    let request = team.request(&token, Method::GET, "/api/v1/account").header("remote-user", "ada");
    assert_eq!(team.send(request).await.json()["name"], "bob");
    let request = team.request(&As::Token("eyJhbGciOi".into()), Method::GET, "/api/v1/account");
    assert_eq!(team.send(request.header("remote-user", "ada")).await.json()["name"], "ada");
}
