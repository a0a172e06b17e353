//! Answers that are not sent a second time: each has a tag of its content, and whoever names it is
//! told that nothing has changed.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::domain::Digest;

pub(super) fn answer(headers: &HeaderMap, kind: &'static str, content: String) -> Response {
    let etag = format!("\"{}\"", &Digest::of([content.as_bytes()]).0[..32]);
    if is_known(headers, &etag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    ([(header::ETAG, etag), (header::CONTENT_TYPE, kind.to_owned())], content).into_response()
}

/// Whether `If-None-Match` names a tag, weakly compared (RFC 9110 §13.1.2).
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let named = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut named = named.filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(','));
    named.any(|it| matches!(it.trim().trim_start_matches("W/"), tag if tag == etag || tag == "*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_in_every_way_of_naming_it() {
        for (named, known) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, named.parse().unwrap())]);
            assert_eq!(is_known(&headers, "\"a\""), known, "{named}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"a\""));
    }
}
