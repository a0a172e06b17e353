//! The table of all routes: where, for whom, and which manner of answer.

use std::net::IpAddr;

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderMap, Method},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, post, put},
};

use super::{
    Web, api, assets, digests, events,
    feed::{self, Format},
    guard, health, here,
    identity::{self, Identity},
    images, manifest, metrics, opensearch, pages,
    problem::Problem,
    topics,
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

use Audience::{Owner, Person, Public, Reader};
use Face::{Json, Page, Text};

/// Every route there is. The router is made of this table and of nothing else.
pub(super) const ROUTES: &[Route] = &[
    Route { path: "/", audience: Reader, face: Page, serve: || get(pages::today) },
    Route { path: "/search", audience: Reader, face: Page, serve: || get(pages::search) },
    Route { path: "/search.atom", audience: Reader, face: Text, serve: || get(feed::search_atom) },
    Route { path: "/search.json", audience: Reader, face: Json, serve: || get(feed::search_json) },
    Route { path: "/explain", audience: Reader, face: Page, serve: || get(pages::explain) },
    Route { path: "/topics", audience: Reader, face: Page, serve: || get(pages::topics) },
    Route { path: "/topics/{name}", audience: Reader, face: Page, serve: || get(topics::topic) },
    Route { path: "/landscape", audience: Reader, face: Page, serve: || get(pages::landscape) },
    Route {
        path: "/landscape/{topic}",
        audience: Reader,
        face: Page,
        serve: || get(pages::landscape_of),
    },
    Route { path: "/landscape.json", audience: Reader, face: Json, serve: || get(api::landscape) },
    Route { path: "/limits", audience: Reader, face: Page, serve: || get(pages::limits) },
    Route { path: "/limits.json", audience: Reader, face: Json, serve: || get(api::limits) },
    Route {
        path: "/ideas",
        audience: Reader,
        face: Page,
        serve: || get(pages::ideas).post(pages::post_idea),
    },
    Route {
        path: "/ideas/{id}/move",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_move),
    },
    Route {
        path: "/journal",
        audience: Reader,
        face: Page,
        serve: || get(pages::journal).post(pages::post_new_note),
    },
    Route { path: "/journal/new", audience: Reader, face: Page, serve: || get(pages::new_note) },
    Route {
        path: "/journal/drafts/{tab}/discard",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_discard),
    },
    Route {
        path: "/journal/{id}",
        audience: Reader,
        face: Page,
        serve: || get(pages::note).post(pages::post_note_edit),
    },
    Route {
        path: "/journal/{id}/edit",
        audience: Reader,
        face: Page,
        serve: || get(pages::edit_note),
    },
    Route {
        path: "/journal/{id}/revisions",
        audience: Reader,
        face: Page,
        serve: || get(pages::revisions),
    },
    Route {
        path: "/journal/{id}/delete",
        audience: Reader,
        face: Page,
        serve: || get(pages::delete_note).post(pages::post_delete_note),
    },
    Route {
        path: "/entries/{id}/highlights",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_highlight),
    },
    Route {
        path: "/highlights/{id}/delete",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_delete_highlight),
    },
    Route { path: "/trends", audience: Reader, face: Page, serve: || get(pages::trends) },
    Route { path: "/trends.json", audience: Reader, face: Json, serve: || get(api::trends) },
    Route { path: "/digests", audience: Reader, face: Page, serve: || get(pages::digests) },
    Route { path: "/digests.atom", audience: Reader, face: Text, serve: || get(feed::issues_atom) },
    Route { path: "/digests.json", audience: Reader, face: Json, serve: || get(feed::issues_json) },
    Route { path: "/digests/{week}", audience: Reader, face: Page, serve: || get(digests::issue) },
    Route { path: "/entries/{id}", audience: Reader, face: Page, serve: || get(pages::entry) },
    Route {
        path: "/entries/{id}/kind",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_kind),
    },
    Route {
        path: "/entries/{id}/queue",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_queue),
    },
    Route {
        path: "/entries/{id}/note",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_note),
    },
    Route {
        path: "/stories/{story}/reading",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_reading),
    },
    Route {
        path: "/entries/{id}/continue",
        audience: Reader,
        face: Page,
        serve: || get(pages::go_on),
    },
    Route { path: "/list", audience: Reader, face: Page, serve: || get(pages::list) },
    Route { path: "/list/bulk", audience: Reader, face: Page, serve: || post(pages::post_bulk) },
    Route {
        path: "/list/undo",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_undo_list),
    },
    Route {
        path: "/list/add",
        audience: Reader,
        face: Page,
        serve: || get(pages::add).post(pages::post_add),
    },
    Route {
        path: "/list/import",
        audience: Reader,
        face: Page,
        serve: || {
            let largest = DefaultBodyLimit::max(pages::LARGEST_LIST);
            get(pages::import).merge(post(pages::post_import).layer(largest))
        },
    },
    Route {
        path: "/list/export.json",
        audience: Reader,
        face: Json,
        serve: || get(pages::export_json),
    },
    Route {
        path: "/list/export.csv",
        audience: Reader,
        face: Text,
        serve: || get(pages::export_csv),
    },
    Route { path: "/sources", audience: Reader, face: Page, serve: || get(pages::sources) },
    Route {
        path: "/sources/{id}/visit",
        audience: Owner,
        face: Page,
        serve: || post(pages::post_visit),
    },
    Route {
        path: "/sources/{id}/repair",
        audience: Owner,
        face: Page,
        serve: || post(pages::post_repair),
    },
    Route { path: "/peers", audience: Reader, face: Page, serve: || get(pages::peers) },
    Route { path: "/peers/{slug}", audience: Reader, face: Page, serve: || get(pages::peer) },
    Route {
        path: "/peers/{slug}/follow",
        audience: Owner,
        face: Page,
        serve: || post(pages::post_follow),
    },
    Route {
        path: "/peers/{slug}/unfollow",
        audience: Owner,
        face: Page,
        serve: || post(pages::post_unfollow),
    },
    Route {
        path: "/setup",
        audience: Owner,
        face: Page,
        serve: || get(pages::setup).post(pages::post_setup),
    },
    Route { path: "/setup/progress", audience: Reader, face: Page, serve: || get(pages::progress) },
    Route { path: "/events/crawl", audience: Reader, face: Text, serve: || get(events::crawl) },
    Route {
        path: "/settings",
        audience: Reader,
        face: Page,
        serve: || get(pages::settings).post(pages::post_settings),
    },
    Route {
        path: "/settings/feeds",
        audience: Owner,
        face: Page,
        serve: || post(pages::post_feeds),
    },
    Route { path: "/keys", audience: Reader, face: Page, serve: || get(pages::keys) },
    Route {
        path: "/images/{entry}/{name}",
        audience: Reader,
        face: Text,
        serve: || get(images::image),
    },
    Route {
        path: "/manifest.webmanifest",
        audience: Public,
        face: Text,
        serve: || get(manifest::manifest),
    },
    Route { path: "/politeness", audience: Reader, face: Page, serve: || get(pages::politeness) },
    Route { path: "/about-bot", audience: Public, face: Page, serve: || get(pages::about_bot) },
    Route {
        path: "/opensearch.xml",
        audience: Reader,
        face: Text,
        serve: || get(opensearch::description),
    },
    Route { path: "/assets/{name}", audience: Public, face: Page, serve: || get(assets::asset) },
    Route { path: "/api/v1/search", audience: Reader, face: Json, serve: || get(api::search) },
    Route { path: "/api/v1/explain", audience: Reader, face: Json, serve: || get(api::explain) },
    Route { path: "/api/v1/entries", audience: Reader, face: Json, serve: || get(api::entries) },
    Route { path: "/api/v1/entries/{id}", audience: Reader, face: Json, serve: || get(api::entry) },
    Route {
        path: "/api/v1/entries/{id}/similar",
        audience: Reader,
        face: Json,
        serve: || get(api::similar),
    },
    Route {
        path: "/api/v1/entries/{id}/insight",
        audience: Reader,
        face: Json,
        serve: || get(api::insight),
    },
    Route {
        path: "/api/v1/entries/{id}/kind",
        audience: Reader,
        face: Json,
        serve: || put(api::put_kind),
    },
    Route {
        path: "/api/v1/corrections",
        audience: Reader,
        face: Json,
        serve: || get(api::corrections).post(api::post_correction),
    },
    Route {
        path: "/api/v1/corrections/{id}",
        audience: Reader,
        face: Json,
        serve: || delete(api::delete_correction),
    },
    Route { path: "/api/v1/peers", audience: Reader, face: Json, serve: || get(api::peers) },
    Route { path: "/api/v1/sources", audience: Reader, face: Json, serve: || get(api::sources) },
    Route { path: "/api/v1/topics", audience: Reader, face: Json, serve: || get(api::topics) },
    Route {
        path: "/api/v1/topics/{slug}",
        audience: Reader,
        face: Json,
        serve: || get(api::topic),
    },
    Route {
        path: "/api/v1/landscape",
        audience: Reader,
        face: Json,
        serve: || get(api::landscape),
    },
    Route {
        path: "/api/v1/landscape/{topic}",
        audience: Reader,
        face: Json,
        serve: || get(api::landscape_of),
    },
    Route { path: "/api/v1/limits", audience: Reader, face: Json, serve: || get(api::limits) },
    Route { path: "/api/v1/trends", audience: Reader, face: Json, serve: || get(api::trends) },
    Route { path: "/api/v1/digests", audience: Reader, face: Json, serve: || get(api::digests) },
    Route {
        path: "/api/v1/digests/{week}",
        audience: Reader,
        face: Json,
        serve: || get(api::digest),
    },
    Route { path: "/api/v1/suggest", audience: Reader, face: Json, serve: || get(api::suggest) },
    Route {
        path: "/api/v1/suggestions",
        audience: Reader,
        face: Json,
        serve: || get(api::suggestions),
    },
    Route {
        path: "/api/v1/readings",
        audience: Reader,
        face: Json,
        serve: || get(api::readings).post(api::post_reading),
    },
    Route {
        path: "/api/v1/readings/{story}/position",
        audience: Reader,
        face: Json,
        serve: || put(api::put_position),
    },
    Route {
        path: "/api/v1/readings/{story}",
        audience: Reader,
        face: Json,
        serve: || get(api::reading).put(api::put_reading).delete(api::delete_reading),
    },
    Route {
        path: "/api/v1/seen/{story}",
        audience: Reader,
        face: Json,
        serve: || put(api::put_seen),
    },
    Route {
        path: "/api/v1/notes",
        audience: Reader,
        face: Json,
        serve: || get(api::notes).post(api::post_note),
    },
    Route {
        path: "/api/v1/notes/{id}",
        audience: Reader,
        face: Json,
        serve: || get(api::note).put(api::put_note).delete(api::delete_note),
    },
    Route {
        path: "/api/v1/notes/{id}/revisions",
        audience: Reader,
        face: Json,
        serve: || get(api::note_revisions),
    },
    Route { path: "/api/v1/drafts", audience: Reader, face: Json, serve: || get(api::drafts) },
    Route {
        path: "/api/v1/drafts/{tab}",
        audience: Reader,
        face: Json,
        serve: || put(api::put_draft).delete(api::delete_draft),
    },
    Route {
        path: "/api/v1/highlights",
        audience: Reader,
        face: Json,
        serve: || get(api::highlights).post(api::post_highlight),
    },
    Route {
        path: "/api/v1/highlights/{id}",
        audience: Reader,
        face: Json,
        serve: || delete(api::delete_highlight),
    },
    Route { path: "/journal/pack", audience: Reader, face: Page, serve: || get(pages::pack_page) },
    Route {
        path: "/journal/export",
        audience: Reader,
        face: Page,
        serve: || get(pages::journal_export),
    },
    Route {
        path: "/api/v1/journal/ledger",
        audience: Reader,
        face: Json,
        serve: || get(api::ledger),
    },
    Route {
        path: "/api/v1/searches",
        audience: Reader,
        face: Json,
        serve: || get(api::saved_searches),
    },
    Route {
        path: "/api/v1/searches/{slug}",
        audience: Reader,
        face: Json,
        serve: || put(api::put_search).delete(api::delete_search),
    },
    Route { path: "/api/v1/tags", audience: Reader, face: Json, serve: || get(api::tags) },
    Route {
        path: "/subscribe",
        audience: Public,
        face: Page,
        serve: || get(pages::subscribe).post(pages::post_subscribe),
    },
    Route {
        path: "/confirm/{token}",
        audience: Public,
        face: Page,
        serve: || get(pages::confirm).post(pages::post_confirm),
    },
    Route {
        path: "/confirm-address/{token}",
        audience: Public,
        face: Page,
        serve: || get(pages::confirm_address).post(pages::post_confirm_address),
    },
    Route {
        path: "/preferences/{token}",
        audience: Public,
        face: Page,
        serve: || get(pages::preferences).post(pages::post_preferences),
    },
    Route {
        path: "/preferences/{token}/address",
        audience: Public,
        face: Page,
        serve: || post(pages::post_address),
    },
    Route {
        path: "/preferences/{token}/links",
        audience: Public,
        face: Page,
        serve: || post(pages::post_links),
    },
    Route {
        path: "/preferences/{token}/export",
        audience: Public,
        face: Page,
        serve: || get(pages::export),
    },
    Route {
        path: "/preferences/{token}/erase",
        audience: Public,
        face: Page,
        serve: || get(pages::erase).post(pages::post_erase),
    },
    Route {
        path: UNSUBSCRIBE,
        audience: Public,
        face: Page,
        serve: || get(pages::unsubscribe).post(pages::post_unsubscribe),
    },
    Route {
        path: "/unsubscribe/{token}/undo",
        audience: Public,
        face: Page,
        serve: || post(pages::post_undo),
    },
    Route {
        path: "/login",
        audience: Public,
        face: Page,
        serve: || get(pages::login).post(pages::post_login),
    },
    Route { path: "/logout", audience: Public, face: Page, serve: || post(pages::post_logout) },
    Route { path: "/account", audience: Person, face: Page, serve: || get(pages::account) },
    Route { path: "/account/name", audience: Person, face: Page, serve: || post(pages::post_name) },
    Route {
        path: "/account/password",
        audience: Person,
        face: Page,
        serve: || post(pages::post_password),
    },
    Route {
        path: "/account/sessions",
        audience: Person,
        face: Page,
        serve: || post(pages::post_end_others),
    },
    Route {
        path: "/account/sessions/{id}",
        audience: Person,
        face: Page,
        serve: || post(pages::post_end_session),
    },
    Route {
        path: "/account/tokens",
        audience: Person,
        face: Page,
        serve: || post(pages::post_token),
    },
    Route {
        path: "/account/tokens/{id}",
        audience: Person,
        face: Page,
        serve: || post(pages::post_revoke),
    },
    Route {
        path: "/account/interests",
        audience: Person,
        face: Page,
        serve: || get(pages::interests).post(pages::post_interests),
    },
    Route {
        path: "/account/digest",
        audience: Person,
        face: Page,
        serve: || post(pages::post_digest_address),
    },
    Route { path: "/shelf", audience: Reader, face: Page, serve: || get(pages::shelf) },
    Route {
        path: "/shelf/{id}/remove",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_unshelve),
    },
    Route {
        path: "/entries/{id}/shelf",
        audience: Reader,
        face: Page,
        serve: || post(pages::post_shelf),
    },
    Route {
        path: "/api/v1/shelf",
        audience: Reader,
        face: Json,
        serve: || get(api::shelf).post(api::post_shelf),
    },
    Route {
        path: "/api/v1/shelf/{id}",
        audience: Reader,
        face: Json,
        serve: || delete(api::delete_shelf),
    },
    Route { path: "/api/v1/account", audience: Reader, face: Json, serve: || get(api::account) },
    Route { path: "/healthz", audience: Public, face: Text, serve: || get(health::alive) },
    Route { path: "/readyz", audience: Public, face: Text, serve: || get(health::ready) },
    Route { path: "/metrics", audience: Owner, face: Text, serve: || get(metrics::metrics) },
];

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
