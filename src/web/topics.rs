//! `/topics/{name}`: a topic as a page, or behind `.atom` and `.json` as a feed. A router cannot tell
//! the endings apart.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::{
    Web,
    api::{self, Named},
    base::Base,
    feed::{self, Format},
    pages,
    problem::Problem,
};

pub(super) async fn topic(
    State(web): State<Web>,
    name: Named,
    query: RawQuery,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = api::named(name);
    match Format::at_end_of(&name) {
        Some((slug, format)) => {
            feed::topic(&web, web.topic(slug).await?, format, &base, &headers).await
        }
        None => Ok(pages::topic(&web, web.topic(&name).await?, query).await?.into_response()),
    }
}
