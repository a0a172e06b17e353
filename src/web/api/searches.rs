//! A reader's saved searches and tags over the API.

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
    domain::{SavedSearch, Slug, SlugError, Tag},
    reading,
    store::TagReport,
    web::{
        Web,
        params::Params,
        problem::{Problem, Thing},
    },
};

/// A reader's saved searches, by name.
#[derive(Debug, Serialize)]
pub struct SavedSearchList {
    searches: Vec<SavedSearchShape>,
}

#[derive(Debug, Serialize)]
pub(crate) struct SavedSearchShape {
    search: Slug,
    name: String,
    query: String,
    made: Timestamp,
}

impl From<Vec<SavedSearch>> for SavedSearchList {
    fn from(searches: Vec<SavedSearch>) -> Self {
        Self { searches: searches.into_iter().map(Into::into).collect() }
    }
}

impl From<SavedSearch> for SavedSearchShape {
    fn from(SavedSearch { slug, name, query, made }: SavedSearch) -> Self {
        Self { search: slug, name, query, made }
    }
}

pub(crate) async fn saved_searches(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<SavedSearchList> {
    Params::read(query.as_deref(), &[])?;
    Ok(Json(web.library().store.saved_searches(web.reader()).await?.into()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentSearch {
    #[serde(default)]
    name: String,
    query: String,
}

pub(crate) async fn put_search(
    State(web): State<Web>,
    slug: Named,
    sent: Sent<SentSearch>,
) -> Answer<SavedSearchShape> {
    let slug = named(slug).parse().map_err(|it: SlugError| Problem::Content(it.to_string()))?;
    let Json(SentSearch { name, query }) = sent?;
    let search = SavedSearch::new(Some(slug), &name, &query, web.clock().now())?;
    let library = &web.library().store;
    Ok(Json(reading::save_search(library, web.reader(), &search).await?.into()))
}

pub(crate) async fn delete_search(
    State(web): State<Web>,
    slug: Named,
) -> Result<StatusCode, Problem> {
    let name = named(slug);
    let no_search = |_| Problem::Missing(Thing::Search, name.clone());
    let slug: Slug = name.parse().map_err(no_search)?;
    let library = &web.library().store;
    let was_there = reading::remove_search(library, web.reader(), &slug).await?;
    deleted(was_there, Thing::Search, &name)
}

#[derive(Debug, Serialize)]
pub(crate) struct TagList {
    tags: Vec<TagShape>,
}

#[derive(Debug, Serialize)]
struct TagShape {
    tag: Tag,
    readings: u64,
    notes: u64,
}

pub(crate) async fn tags(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<TagList> {
    Params::read(query.as_deref(), &[])?;
    let reports = web.library().store.tags(web.reader()).await?;
    let shaped = reports.into_iter().map(|TagReport { tag, readings, notes }| TagShape {
        tag,
        readings,
        notes,
    });
    Ok(Json(TagList { tags: shaped.collect() }))
}
