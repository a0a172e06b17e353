//! What stands around every route: known hosts, headers, limits, panics, counting, compression.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use super::{
    Web, guard, identity,
    problem::{self, Problem},
    routes, viewer,
};

/// Longest address of a request, in bytes: the longest query fits, in percent-encoded CJK letters.
const LONGEST_ADDRESS: usize = 16 * 1024;
/// Longest body of a request, in bytes: the longest note fits in any script.
const LONGEST_BODY: usize = 1024 * 1024;
/// No answer takes longer; the work behind it may go on.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// Nothing of a page comes from elsewhere, and nothing of it runs that is not a file of ours.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), interest-cohort=()"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

pub(super) fn around(router: Router<Web>, web: Web) -> Router {
    router
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn(limited))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(web.clone(), known))
        .layer(middleware::from_fn(problem::told))
        .layer(middleware::from_fn_with_state(web.clone(), viewer::viewed))
        .layer(middleware::from_fn_with_state(web.clone(), counted))
        .layer(middleware::map_response(with_headers))
        .layer(CompressionLayer::new())
        .with_state(web)
}

async fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    // What a library holds changes, and is nobody else's to keep.
    let caching = response.headers_mut().entry(header::CACHE_CONTROL);
    caching.or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

/// Turns away requests under a foreign name, and changes that a foreign page asks for.
async fn known(State(web): State<Web>, request: Request, next: Next) -> Response {
    let host = guard::host_of(request.uri(), request.headers());
    if !host.is_some_and(|it| web.0.hosts.know(it)) {
        return Problem::UnknownHost.into_response();
    }
    let is_ours = guard::is_same_origin(request.method(), host, request.headers());
    // A token is sent by a program, never by a browser for a foreign page.
    let by_token = web.auth().has_logins() && identity::carries_bearer(request.headers());
    if !is_ours && !by_token && !routes::is_signed(&request) {
        return Problem::ForeignChange.into_response();
    }
    next.run(request).await
}

async fn limited(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |it| it.as_str().len());
    if length > LONGEST_ADDRESS {
        return Problem::TooLong.into_response();
    }
    let answer = tokio::time::timeout(LONGEST_ANSWER, next.run(request)).await;
    answer.unwrap_or_else(|_| Problem::TooSlow.into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!("a request ended in a fault of peerscope: {said}");
    Problem::OurFault.into_response()
}

async fn counted(State(web): State<Web>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|it| it.as_str().to_owned());
    let method = request.method().clone();
    let began = tokio::time::Instant::now();
    let response = next.run(request).await;
    let status: StatusCode = response.status();
    let route = route.unwrap_or_else(|| "none".to_owned());
    web.0.requests.count(&route, &method, status, began.elapsed());
    response
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;
    use crate::{
        crawl::Status,
        domain::{Auth, Networks},
        home::{Clock, Followed, Library},
        search::Index,
        store::{Location, Store},
        web::{Crawler, WebSettings},
    };

    async fn web(folder: &std::path::Path, bound: SocketAddr) -> Web {
        let store = Store::open(&Location::File(folder.join("library.db"))).await.unwrap();
        let library = Library { store, index: Index::in_memory().unwrap() };
        let clock = Clock::new(|| jiff::Timestamp::UNIX_EPOCH);
        Web::new(
            library,
            Followed::default(),
            clock,
            Status::default(),
            &WebSettings {
                bound,
                base_url: None,
                crawler: Crawler::default(),
                rubric: None,
                auth: Auth::None,
                proxies: Networks::default(),
            },
        )
    }

    #[tokio::test]
    async fn a_panic_is_told_as_our_fault_and_ends_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bound = listener.local_addr().unwrap();
        let broken: Router<Web> = Router::new()
            .route("/api/v1/broken", get(async || -> &'static str { panic!("on purpose") }))
            .route("/api/v1/sound", get(async || "sound"));
        let router = around(broken, web(folder.path(), bound).await);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let ask =
            async |path: &str| client.get(format!("http://{bound}{path}")).send().await.unwrap();
        let told = ask("/api/v1/broken").await;
        assert_eq!(told.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(told.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert!(told.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        assert!(!told.text().await.unwrap().contains("on purpose"));
        assert_eq!(ask("/api/v1/sound").await.status(), StatusCode::OK);
        serving.abort();
    }
}
