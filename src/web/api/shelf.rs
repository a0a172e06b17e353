//! The team's shelf over the API.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Named,
    handlers::Answer,
    notes::CitationShape,
    sent::{Sent, deleted, number, part},
};
use crate::{
    domain::{Comment, EntryId, Recommendation, RecommendationId},
    reading,
    store::ShelfAsk,
    web::{
        Web, identity,
        params::{Params, kept_cursor_text},
        problem::{Problem, Thing},
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct ShelfList {
    shelf: Vec<RecommendationShape>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct RecommendationShape {
    recommendation: i64,
    /// As others see the reader.
    by: String,
    /// Whether it is the asker's own.
    own: bool,
    #[serde(flatten)]
    cites: CitationShape,
    comment: String,
    made: Timestamp,
}

fn shape(web: &Web, it: Recommendation) -> RecommendationShape {
    let Recommendation { id, reader, reader_name, cites, comment, made } = it;
    let own = reader == web.reader();
    RecommendationShape {
        recommendation: id.0,
        by: reader_name,
        own,
        cites: cites.into(),
        comment,
        made,
    }
}

pub(crate) async fn shelf(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<ShelfList> {
    web.must_have_logins()?;
    let params = Params::read(query.as_deref(), &["entry", "limit", "cursor"])?;
    let (before, limit) = part(&params)?;
    let ask = ShelfAsk { entry: params.entry("entry")?, before, limit };
    let page = web.library().store.shelf(&ask).await?;
    let next = page.next.as_ref().map(kept_cursor_text);
    let shelf = page.rows.into_iter().map(|it| shape(&web, it)).collect();
    Ok(Json(ShelfList { shelf, next }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentRecommendation {
    entry: i64,
    #[serde(default)]
    comment: String,
}

/// Said again of an entry, it says something else in the same place.
pub(crate) async fn post_shelf(
    State(web): State<Web>,
    sent: Sent<SentRecommendation>,
) -> Result<(StatusCode, Json<RecommendationShape>), Problem> {
    web.must_have_logins()?;
    let Json(SentRecommendation { entry, comment }) = sent?;
    let comment = Comment::new(&comment)?;
    let (library, now) = (&web.library().store, web.clock().now());
    let kept = reading::recommend(library, web.reader(), EntryId(entry), &comment, now).await?;
    Ok((StatusCode::CREATED, Json(shape(&web, kept))))
}

pub(crate) async fn delete_shelf(State(web): State<Web>, id: Named) -> Result<StatusCode, Problem> {
    web.must_have_logins()?;
    let id = number(Thing::Recommendation, id)?;
    let (library, reader) = (&web.library().store, identity::person()?);
    let was_there = reading::take_off_shelf(library, &reader, RecommendationId(id)).await?;
    deleted(was_there, Thing::Recommendation, &id.to_string())
}
