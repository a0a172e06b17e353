//! What stands in editors and was not kept yet, over the API: a script saves it while it is typed.

use std::collections::BTreeMap;

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
    sent::{Sent, deleted, named},
};
use crate::{
    domain::{NoteId, TabId, TypedNote},
    reading,
    web::{
        Web,
        params::Params,
        problem::{Problem, Thing},
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct TypedList {
    drafts: Vec<TypedShape>,
}

#[derive(Debug, Serialize)]
struct TypedShape {
    tab: String,
    /// `null` of a new note.
    note: Option<i64>,
    /// Of the note, that was opened.
    revision: u32,
    /// Of the form, as they stand; several values of one name on lines of their own.
    fields: BTreeMap<String, String>,
    typed: Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentTyped {
    note: Option<i64>,
    #[serde(default)]
    revision: u32,
    fields: BTreeMap<String, String>,
}

/// `GET /api/v1/drafts?note=12`; without a note those of new ones.
pub(crate) async fn drafts(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<TypedList> {
    let params = Params::read(query.as_deref(), &["note"])?;
    let note = params.word("note", |it| it.parse().ok(), "note")?.map(NoteId);
    let typed = web.library().store.typed_of(web.reader(), note).await?;
    Ok(Json(TypedList { drafts: typed.into_iter().map(Into::into).collect() }))
}

impl From<TypedNote> for TypedShape {
    fn from(it: TypedNote) -> Self {
        let TypedNote { tab, note, revision, fields, typed } = it;
        Self { tab: tab.to_string(), note: note.map(|it| it.0), revision, fields, typed }
    }
}

/// `PUT /api/v1/drafts/{tab}`: in place of what the tab held before.
pub(crate) async fn put_draft(
    State(web): State<Web>,
    tab: Named,
    sent: Sent<SentTyped>,
) -> Result<StatusCode, Problem> {
    let tab: TabId = named(tab).parse()?;
    let Json(SentTyped { note, revision, fields }) = sent?;
    let store = &web.library().store;
    let note = note.map(NoteId);
    if let Some(note) = note
        && store.note(web.reader(), note).await?.is_none()
    {
        return Err(Problem::Missing(Thing::Note, note.to_string()));
    }
    let typed = TypedNote { tab, note, revision, fields, typed: web.clock().now() };
    reading::keep_typed(store, web.reader(), typed).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn delete_draft(
    State(web): State<Web>,
    tab: Named,
) -> Result<StatusCode, Problem> {
    let name = named(tab);
    let was_there = match name.parse() {
        Ok(tab) => reading::drop_typed(&web.library().store, web.reader(), &tab).await?,
        Err(_) => false,
    };
    deleted(was_there, Thing::Draft, &name)
}
