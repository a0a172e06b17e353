//! Routes: what each says of itself, who is let in and as whom. `table` has all of them.

mod table;

use std::net::IpAddr;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};

pub(super) use self::table::ROUTES;
use super::{
    Web, digests,
    feed::Format,
    guard, here,
    identity::{self, Identity},
    pages,
    problem::Problem,
};
use crate::{domain::Auth, reading, report::chain};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Anyone who can reach the service.
    Public,
    /// Readers of this installation. Without logins that is whoever sits at this machine.
    Reader,
    /// Readers in person, where there are logins: no program comes here in their name.
    Person,
    /// Whoever runs the installation. Without logins, the same.
    Owner,
}

/// In which form a route answers, errors included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Page,
    Json,
    /// Short text for programs that watch.
    Text,
}

pub(super) struct Route {
    pub(super) path: &'static str,
    pub(super) audience: Audience,
    pub(super) face: Face,
    serve: fn() -> MethodRouter<Web>,
}

/// Where mail programs post from their own servers (RFC 8058).
const UNSUBSCRIBE: &str = "/unsubscribe/{token}";

use Audience::{Public, Reader};
use Face::{Json, Page, Text};

pub(super) fn routes(web: &Web) -> Router<Web> {
    let admit = |audience: Audience| middleware::from_fn_with_state((web.clone(), audience), admit);
    // Which paths exist is for readers to know.
    let elsewhere = MethodRouter::new().fallback(async || Problem::NotFound);
    let router = Router::new().fallback_service(elsewhere.layer(admit(Reader)));
    ROUTES.iter().fold(router, |router, route| {
        let serve = (route.serve)().fallback(async || Problem::WrongMethod);
        let serve = match (route.face, route.audience) {
            (Page, Reader) => serve.layer(middleware::from_fn_with_state(web.clone(), sitting)),
            _ => serve,
        };
        // Inside of what lets somebody in, since it depends on who that is.
        let serve = match (route.face, route.audience) {
            (_, Public) | (Json | Text, _) => serve,
            (Page, _) => serve.layer(middleware::from_fn_with_state(web.clone(), here::filled)),
        };
        router.route(route.path, serve.layer(admit(route.audience)))
    })
}

/// Whether a path leads to a page.
pub(super) fn has_page(path: &str) -> bool {
    ROUTES.iter().any(|it| it.path == path && it.face == Page)
}

/// Whoever reads a page is here. The page does not wait for that to be written down.
async fn sitting(State(web): State<Web>, request: Request, next: Next) -> Response {
    if pages::is_read_by_someone(request.method(), request.headers()) {
        let (store, reader, now) = (web.library().store.clone(), web.reader(), web.clock().now());
        tokio::spawn(async move {
            if let Err(error) = reading::sit(&store, reader, None, now).await {
                tracing::warn!("could not record that a reader is here: {}", chain(&error));
            }
        });
    }
    next.run(request).await
}

/// Lets only those in whom the route is for, and has it answered as them.
async fn admit(
    State((web, audience)): State<(Web, Audience)>,
    request: Request,
    next: Next,
) -> Response {
    let (method, headers) = (request.method(), request.headers());
    let connected = identity::connected(request.extensions());
    match who_asks(&web, audience, method, (headers, connected)).await {
        Ok(identity) => identity::scoped(identity, next.run(request)).await,
        Err(Problem::LogIn) if *web.auth() == Auth::Password && is_visit(&request) => {
            pages::to_login(request.uri())
        }
        Err(problem) => problem.into_response(),
    }
}

async fn who_asks(
    web: &Web,
    audience: Audience,
    method: &Method,
    (headers, connected): (&HeaderMap, Option<IpAddr>),
) -> Result<Identity, Problem> {
    let identity = if audience == Audience::Public {
        Identity::nobody()
    } else if web.auth().has_logins() {
        identity::identify(web, headers, connected).await?
    } else if guard::may_use(&web.0.hosts, audience) {
        Identity::at_this_machine()
    } else {
        return Err(Problem::NotForYou);
    };
    identity.may_use(audience, method)?;
    Ok(identity)
}

/// Whether somebody goes to a page, and no script asks for a part of one.
fn is_visit(request: &Request) -> bool {
    let mode = request.headers().get("sec-fetch-mode").map(|it| it.to_str().unwrap_or_default());
    face_of(request) == Page && request.method().is_safe() && mode.is_none_or(|it| it == "navigate")
}

/// Whether a request may come from anywhere: what is signed in its address is all that it needs.
pub(super) fn is_signed(request: &Request) -> bool {
    let matched = request.extensions().get::<MatchedPath>();
    matched.is_some_and(|it| it.as_str() == UNSUBSCRIBE)
}

/// The form in which an answer is due, also at a path that leads nowhere.
pub(super) fn face_of(request: &Request) -> Face {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let route = ROUTES.iter().find(|it| Some(it.path) == matched);
    let path = request.uri().path();
    let face = || if path.starts_with("/api/") { Json } else { Page };
    match (route.map_or_else(face, |it| it.face), Format::at_end_of(path)) {
        // A page's neighbour is asked for by a program.
        (Page, Some((_, Format::Atom))) => Text,
        (Page, Some((_, Format::Json))) => Json,
        (Page, None) if path.ends_with(digests::MARKDOWN) => Text,
        (face, _) => face,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_tells_nothing_of_a_reader_is_public() {
        let public: Vec<&str> =
            ROUTES.iter().filter(|it| it.audience == Public).map(|it| it.path).collect();
        assert_eq!(
            public,
            [
                "/manifest.webmanifest",
                "/about-bot",
                "/assets/{name}",
                "/subscribe",
                "/confirm/{token}",
                "/confirm-address/{token}",
                "/preferences/{token}",
                "/preferences/{token}/address",
                "/preferences/{token}/links",
                "/preferences/{token}/export",
                "/preferences/{token}/erase",
                "/unsubscribe/{token}",
                "/unsubscribe/{token}/undo",
                "/login",
                "/logout",
                "/healthz",
                "/readyz"
            ]
        );
    }
}
