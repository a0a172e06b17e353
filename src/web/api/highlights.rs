//! A reader's highlights over the API.

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
    domain::{EntryId, Highlight, HighlightDraft, HighlightId},
    reading,
    store::HighlightsAsk,
    web::{
        Web,
        params::{Params, kept_cursor_text},
        problem::{Problem, Thing},
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct HighlightList {
    highlights: Vec<HighlightShape>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct HighlightShape {
    highlight: i64,
    #[serde(flatten)]
    cites: CitationShape,
    quote: String,
    prefix: String,
    suffix: String,
    /// Characters of the article's text before it.
    start: u32,
    made: Timestamp,
}

impl From<Highlight> for HighlightShape {
    fn from(it: Highlight) -> Self {
        let Highlight { id, cites, quote, prefix, suffix, start, made } = it;
        Self { highlight: id.0, cites: cites.into(), quote, prefix, suffix, start, made }
    }
}

pub(crate) async fn highlights(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<HighlightList> {
    let params = Params::read(query.as_deref(), &["entry", "limit", "cursor"])?;
    let (before, limit) = part(&params)?;
    let ask = HighlightsAsk { entry: params.entry("entry")?, before, limit };
    let page = web.library().store.highlights(web.reader(), &ask).await?;
    let next = page.next.as_ref().map(kept_cursor_text);
    let highlights = page.rows.into_iter().map(Into::into).collect();
    Ok(Json(HighlightList { highlights, next }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentHighlight {
    entry: i64,
    quote: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
    start: u32,
}

pub(crate) async fn post_highlight(
    State(web): State<Web>,
    sent: Sent<SentHighlight>,
) -> Result<(StatusCode, Json<HighlightShape>), Problem> {
    let Json(SentHighlight { entry, quote, prefix, suffix, start }) = sent?;
    let draft = HighlightDraft::new(EntryId(entry), &quote, (&prefix, &suffix), start)?;
    let (library, now) = (&web.library().store, web.clock().now());
    let kept = reading::highlight(library, web.reader(), &draft, now).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

pub(crate) async fn delete_highlight(
    State(web): State<Web>,
    id: Named,
) -> Result<StatusCode, Problem> {
    let id = number(Thing::Highlight, id)?;
    let library = &web.library().store;
    let was_there = reading::delete_highlight(library, web.reader(), HighlightId(id)).await?;
    deleted(was_there, Thing::Highlight, &id.to_string())
}
