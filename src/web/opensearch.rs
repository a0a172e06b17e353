//! `/opensearch.xml`: how a browser or a program searches here (OpenSearch 1.1).

use askama::Template;
use axum::{http::HeaderMap, response::Response};

use super::{assets, base::Base, problem::Problem, tagged};
use crate::messages;

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct Description {
    /// Without a slash at its end.
    base: String,
    icon: String,
}

pub(super) async fn description(base: Base, headers: HeaderMap) -> Result<Response, Problem> {
    let (icon, base) = (base.at(&assets::icon_path()), base.at(""));
    let kind = "application/opensearchdescription+xml; charset=utf-8";
    Ok(tagged::answer(&headers, kind, Description { base, icon }.render()?))
}
