//! The journal's ledger over the API: what came of walking it, and its lines.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::Serialize;

use super::handlers::Answer;
use crate::{
    domain::{LedgerCheck, LedgerLine},
    web::{Web, params::Params, problem::Problem},
};

#[derive(Debug, Serialize)]
pub struct LedgerShape {
    sound: bool,
    #[serde(flatten)]
    check: LedgerCheck,
    /// From the first line on; only where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<Vec<LedgerLine>>,
}

/// `GET /api/v1/journal/ledger`, with `lines=true` the lines too.
pub(crate) async fn ledger(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<LedgerShape> {
    let params = Params::read(query.as_deref(), &["lines"])?;
    let (store, reader) = (&web.library().store, web.reader());
    let check = store.check_ledger(reader).await.map_err(Problem::from)?;
    let ledger = if params.yes("lines")? { Some(store.ledger(reader).await?) } else { None };
    Ok(Json(LedgerShape { sound: check.is_sound(), check, ledger }))
}
