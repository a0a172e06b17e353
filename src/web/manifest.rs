//! `/manifest.webmanifest`: what a browser needs to put the application beside others.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{assets, say, viewer::Viewer};

pub(super) async fn manifest() -> Response {
    let name = say::text("web.name");
    let icon = |path: String, purpose: &str| json!({ "src": path, "sizes": "any", "type": "image/svg+xml", "purpose": purpose });
    let shortcut = |key: &str, path: &str| json!({ "name": say::text(key), "url": path });
    let manifest = json!({
        "id": "/",
        "name": name,
        "short_name": name,
        "description": say::text("web.app.description"),
        "lang": Viewer::language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fcfbf8",
        "theme_color": "#fcfbf8",
        "icons": [
            icon(assets::icon_path(), "any"),
            icon(assets::maskable_icon_path(), "maskable"),
        ],
        "shortcuts": [
            shortcut("web.nav.today", "/"),
            shortcut("web.nav.search", "/search"),
        ],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], manifest.to_string()).into_response()
}
