//! The JSON of suggestions: for browsers as OpenSearch wants it, and with all that is known of each.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderName, header},
};
use serde::Serialize;

use super::handlers::Answer;
use crate::{
    domain::{Suggested, Suggestion},
    reading,
    web::{Web, base::slug_in_address, params::Params, problem::Problem},
};

#[derive(Debug, Serialize)]
pub(crate) struct SuggestionList {
    query: String,
    suggestions: Vec<SuggestionShape>,
}

#[derive(Debug, Serialize)]
struct SuggestionShape {
    /// `kind`, `peer`, `topic`, `search` or `title`.
    kind: &'static str,
    text: String,
    /// What is searched for when it is chosen.
    query: String,
    /// Our page of it.
    href: Option<String>,
}

impl From<Suggestion> for SuggestionShape {
    fn from(Suggestion { text, query, of }: Suggestion) -> Self {
        let (kind, href) = match of {
            Suggested::Peer(slug) => {
                ("peer", Some(format!("/?peer={}", slug_in_address(slug.as_str()))))
            }
            Suggested::Topic(slug) => {
                ("topic", Some(format!("/topics/{}", slug_in_address(slug.as_str()))))
            }
            Suggested::Kind(_) => ("kind", None),
            Suggested::Search => ("search", None),
            Suggested::Title(entry) => ("title", Some(format!("/entries/{entry}"))),
        };
        Self { kind, text, query, href }
    }
}

pub(crate) async fn suggestions(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<SuggestionList> {
    let (query, found) = suggested(&web, query.as_deref()).await?;
    let suggestions = found.into_iter().map(SuggestionShape::from).collect();
    Ok(Json(SuggestionList { query, suggestions }))
}

/// What was asked, what it may go on to, and what each of these is.
type Completions = (String, Vec<String>, Vec<String>);

pub(crate) async fn suggest(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Result<([(HeaderName, &'static str); 1], Json<Completions>), Problem> {
    let (query, found) = suggested(&web, query.as_deref()).await?;
    let told = |it: Suggestion| {
        let description = if it.text == it.query { String::new() } else { it.text };
        (it.query, description)
    };
    let (completions, descriptions) = found.into_iter().map(told).unzip();
    let kind = [(header::CONTENT_TYPE, "application/x-suggestions+json")];
    Ok((kind, Json((query, completions, descriptions))))
}

async fn suggested(web: &Web, query: Option<&str>) -> Result<(String, Vec<Suggestion>), Problem> {
    let params = Params::read(query, &["q"])?;
    let typed = params.as_typed("q").to_owned();
    let found = reading::suggest(web.library(), &web.asker(), &typed).await?;
    Ok((typed, found))
}
