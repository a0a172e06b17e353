//! What a request to the API sends and names, checked.

use axum::{
    Json,
    extract::{Path, rejection::JsonRejection},
    http::StatusCode,
};

use super::Named;
use crate::{
    store::KeptCursor,
    web::{
        params::{BadParameter, Params},
        problem::{Problem, Thing},
    },
};

/// The body of a request; it need not be readable.
pub(super) type Sent<T> = Result<Json<T>, JsonRejection>;

pub(super) const USUAL_ROWS: usize = 50;
const MOST_ROWS: usize = 200;

/// What a path names, shortened to what can be repeated in an answer.
pub(super) fn named(path: Named) -> String {
    path.map(|Path(name)| name.chars().take(80).collect()).unwrap_or_default()
}

/// The number that a path names; what is none names nothing that there is.
pub(in crate::web) fn number(thing: Thing, path: Named) -> Result<i64, Problem> {
    let name = named(path);
    name.parse().map_err(|_| Problem::Missing(thing, name))
}

/// Which part of a list is asked for.
pub(super) fn part(params: &Params) -> Result<(Option<KeptCursor>, u32), BadParameter> {
    let limit = params.number("limit", USUAL_ROWS, 1, MOST_ROWS)?;
    Ok((params.kept_cursor("cursor")?, u32::try_from(limit).unwrap_or(u32::MAX)))
}

/// The answer to a deletion.
pub(super) fn deleted(was_there: bool, thing: Thing, name: &str) -> Result<StatusCode, Problem> {
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::Missing(thing, name.into())) }
}
