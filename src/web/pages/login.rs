//! `/login` and `/logout`: coming in by name and password, and leaving.

use std::time::Duration;

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

use super::{
    Frame,
    private::{Told, frame, on_to, private},
    tongue::Tongue,
    words::{Markup, rich},
};
use crate::{
    access::{self, From, LoggedIn},
    domain::Auth,
    web::{
        Web, client::Client, local_path::local_path, params::Params, problem::Problem, say,
        viewer::Viewer,
    },
};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    words: Tongue,
    name: String,
    /// Where to go on to; empty for the beginning.
    next: String,
    problem: Option<String>,
    /// How to make the first login, where there is none.
    first: Option<Markup>,
}

/// Whoever goes to a page and is not logged in goes on from there afterwards.
pub(in crate::web) fn to_login(wanted: &Uri) -> Response {
    let wanted = wanted.path_and_query().map_or("/", |it| it.as_str());
    let path = match local_path(wanted).as_deref() {
        None | Some("/") => "/login".to_owned(),
        Some(next) => {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("/login?next={next}")
        }
    };
    on_to(&path)
}

/// Where a request wants to go on to: pages of ours, and not back to here.
fn next_of(asked: &Params) -> String {
    let next = asked.text("next").and_then(local_path).unwrap_or_default();
    let leads_back = ["/login", "/logout"].iter().any(|it| next.starts_with(it));
    if leads_back { String::new() } else { next }
}

fn go_on(next: &str) -> Response {
    on_to(if next.is_empty() { "/" } else { next })
}

pub(in crate::web) async fn login(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Told {
    web.must_have_logins()?;
    let next = next_of(&Params::lenient(query.as_deref()));
    if *web.auth() != Auth::Password {
        // The proxy has let them in.
        return Ok(go_on(&next));
    }
    let store = &web.library().store;
    if let Some(key) = web.key_in(&headers)
        && access::by_session(store, &key, web.clock().now()).await?.is_some()
    {
        return Ok(go_on(&next));
    }
    page(&web, StatusCode::OK, "", &next, None).await
}

async fn page(
    web: &Web,
    status: StatusCode,
    name: &str,
    next: &str,
    problem: Option<String>,
) -> Told {
    let is_new = web.library().store.count_readers().await? == 0;
    let login_page = LoginPage {
        frame: frame(say::text("web.login.heading")),
        words: Tongue::of(Viewer::language()),
        name: name.to_owned(),
        next: next.to_owned(),
        problem,
        first: is_new.then(|| rich(say::text("web.login.new"))),
    };
    private(status, &login_page)
}

pub(in crate::web) async fn post_login(
    State(web): State<Web>,
    client: Client,
    headers: HeaderMap,
    sent: Bytes,
) -> Told {
    if *web.auth() != Auth::Password {
        return Err(Problem::NoLogins);
    }
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let (name, password) = (form.text("name").unwrap_or_default(), form.as_typed("password"));
    let next = next_of(&form);
    let from = From { client: &client.0, agent: agent(&headers) };
    let (store, held, now) = (&web.library().store, web.key_in(&headers), web.clock().now());
    let doorkeeper = &web.0.doorkeeper;
    match doorkeeper.log_in(store, (name, password), from, held.as_ref(), now).await? {
        LoggedIn::In(_, key) => {
            let mut response = go_on(&next);
            let cookie = web.cookie_with(&key).ok_or(Problem::OurFault)?;
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        LoggedIn::Wrong => {
            let problem = say::text("web.login.wrong").to_owned();
            page(&web, StatusCode::BAD_REQUEST, name, &next, Some(problem)).await
        }
        LoggedIn::Wait(wait) => {
            let problem = wait_in_words(wait);
            let told = page(&web, StatusCode::TOO_MANY_REQUESTS, name, &next, Some(problem)).await;
            told.map(|it| retry_after(it, wait))
        }
    }
}

/// How the browser calls itself.
pub(super) fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

pub(super) fn wait_in_words(wait: Duration) -> String {
    say::counted("web.login.wait", whole_seconds(wait))
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

pub(super) fn retry_after(mut response: Response, wait: Duration) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(wait).into());
    response
}

/// What the browser kept of our pages goes too, where it heeds that.
pub(in crate::web) async fn post_logout(
    State(web): State<Web>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    web.must_have_logins()?;
    let store = &web.library().store;
    if let Some(key) = web.key_in(&headers)
        && let Some((who, session)) = store.session(&key.digest()).await?
    {
        store.end_session(who.reader.id, session.id).await?;
    }
    let mut response = Redirect::to("/login").into_response();
    let cookie = web.no_cookie().ok_or(Problem::OurFault)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}
