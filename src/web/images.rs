//! `/images/{entry}/{name}`: a picture of a stored article, from our own copy. Only pixels leave here, and
//! nothing could run if they were more.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Web,
    problem::{Problem, Thing},
    tagged,
    viewer::{PictureChoice, Viewer},
};
use crate::domain::EntryId;

/// What stands at an address never changes, or is no concern of an article that is stored.
const CACHING: &str = "private, max-age=604800, immutable";
const POLICY: &str = "default-src 'none'; sandbox";

pub(super) async fn image(
    State(web): State<Web>,
    path: Result<Path<(i64, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::Missing(Thing::Picture, String::new());
    let Path((entry, name)) = path.map_err(|_| missing())?;
    // Who has not chosen to see pictures fetches none, wherever the address comes from.
    if Viewer::present().pictures != PictureChoice::Shown {
        return Err(missing());
    }
    let etag = format!("\"{name}\"");
    let about = [
        (header::CACHE_CONTROL, CACHING.to_owned()),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    let (entry, now) = (EntryId(entry), web.clock().now());
    let is_named_well = name.len() == 32 && name.bytes().all(|it| it.is_ascii_hexdigit());
    if !is_named_well {
        return Err(missing());
    }
    if tagged::is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, about, [(header::ETAG, etag)]).into_response());
    }
    let (store, pictures) = (&web.library().store, &web.hands()?.pictures);
    let picture = pictures.picture(store, (entry, &name), now).await?;
    let kind = [(header::CONTENT_TYPE, picture.kind.media_type())];
    Ok((about, [(header::ETAG, etag)], kind, picture.bytes).into_response())
}
