//! The style sheet and the script, each of one file an area, and the icon: part of the program, named by their content, kept for good by
//! browsers.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{problem::Problem, tagged};
use crate::domain::Digest;

struct Asset {
    /// With a digest of the content, so that a new content has a new name.
    name: String,
    content: &'static str,
    content_type: &'static str,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let content = concat!(
        include_str!("assets/base.css"),
        include_str!("assets/shell.css"),
        include_str!("assets/list.css"),
        include_str!("assets/journal.css"),
        include_str!("assets/pack.css"),
        include_str!("assets/account.css")
    );
    Asset::new("style", "css", content, "text/css; charset=utf-8")
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = concat!(
        include_str!("assets/zone.js"),
        include_str!("assets/suggest.js"),
        include_str!("assets/keys.js"),
        include_str!("assets/progress.js"),
        include_str!("assets/deeds.js"),
        include_str!("assets/sort.js"),
        include_str!("assets/position.js"),
        include_str!("assets/draft.js"),
        include_str!("assets/quote.js"),
        include_str!("assets/board.js"),
    );
    Asset::new("script", "js", content, "text/javascript; charset=utf-8")
});
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", include_str!("assets/icon.svg"), "image/svg+xml"));
static MASKABLE_ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("maskable", "svg", include_str!("assets/icon-maskable.svg"), "image/svg+xml")
});

impl Asset {
    fn new(stem: &str, ending: &str, content: &'static str, content_type: &'static str) -> Self {
        let digest = Digest::of([content.as_bytes()]).0;
        Self { name: format!("{stem}-{}.{ending}", &digest[..12]), content, content_type }
    }
}

pub(super) fn style_path() -> String {
    format!("/assets/{}", STYLE.name)
}

pub(super) fn script_path() -> String {
    format!("/assets/{}", SCRIPT.name)
}

pub(super) fn icon_path() -> String {
    format!("/assets/{}", ICON.name)
}

pub(super) fn maskable_icon_path() -> String {
    format!("/assets/{}", MASKABLE_ICON.name)
}

pub(super) async fn asset(name: Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let asset = [&STYLE, &SCRIPT, &ICON, &MASKABLE_ICON].into_iter().find(|it| it.name == *name);
    let asset = asset.ok_or(Problem::NotFound)?;
    let etag = format!("\"{}\"", asset.name);
    let is_known = tagged::is_known(&headers, &etag);
    let about = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let kind = [(header::CONTENT_TYPE, asset.content_type)];
    Ok((about, kind, asset.content).into_response())
}
