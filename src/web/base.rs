//! Our own addresses in full, as feeds and browsers want them.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use url::form_urlencoded;

use super::{Web, guard};

/// Where readers reach the service, without a slash at its end: as it was started with, else as it
/// was asked.
#[derive(Clone, Debug)]
pub(super) struct Base(String);

impl Base {
    /// `path` begins with a slash.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// A slug as part of an address.
pub(super) fn slug_in_address(slug: &str) -> String {
    form_urlencoded::byte_serialize(slug.as_bytes()).collect()
}

impl FromRequestParts<Web> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        if let Some(base) = &web.0.base_url {
            return Ok(Self(base.as_str().trim_end_matches('/').to_owned()));
        }
        // The name was found to be one of ours before any handler is asked.
        let host = guard::host_of(&parts.uri, &parts.headers).unwrap_or("localhost");
        Ok(Self(format!("http://{host}")))
    }
}
