//! Answers that browsers save rather than show.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// A text to be saved under a name, which is of our making.
pub(super) fn as_file(name: &str, content_type: &'static str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let about = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (about, text).into_response()
}
