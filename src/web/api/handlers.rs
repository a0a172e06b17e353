//! One handler a route of the API: parameters in, JSON out.

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
};

use super::shapes::{
    EntryList, EntryShape, PeerList, SearchAnswer, SourceList, SourceShape, WholeEntry,
};
use crate::{
    domain::{Entry, EntryId, query::Query},
    reading::{self, Wanted},
    store::{Cursor, EntriesAsk, EntryWithBody, Page},
    web::{
        Web,
        params::{Params, cursor_text},
        problem::Problem,
    },
};

pub(super) type Answer<T> = Result<Json<T>, Problem>;

const USUAL_HITS: usize = 20;
const MOST_HITS: usize = 100;
/// As far as anyone leafs.
const DEEPEST_OFFSET: usize = 10_000;
const USUAL_ENTRIES: usize = 50;
const MOST_ENTRIES: usize = 200;

pub(crate) async fn search(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<SearchAnswer> {
    let known = ["q", "peer", "domain", "since", "sort", "limit", "offset"];
    let params = Params::read(query.as_deref(), &known)?;
    let text = params.text("q").unwrap_or_default().to_owned();
    let wanted = Wanted {
        limit: params.number("limit", USUAL_HITS, 1, MOST_HITS)?,
        offset: params.number("offset", 0, 0, DEEPEST_OFFSET)?,
        peer: params.slug("peer")?,
        domain: params.slug("domain")?,
        since: params.since("since")?,
        sort: params.sort("sort")?,
        now: web.clock().now(),
    };
    let found = reading::find(web.library(), Query::parse(&text), &wanted).await?;
    Ok(Json(SearchAnswer::of(&text, &found)))
}

pub(crate) async fn entries(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<EntryList> {
    let known = ["peer", "domain", "source", "since", "limit", "cursor"];
    let params = Params::read(query.as_deref(), &known)?;
    let limit = params.number("limit", USUAL_ENTRIES, 1, MOST_ENTRIES)?;
    let ask = EntriesAsk {
        peer: params.slug("peer")?,
        domain: params.slug("domain")?,
        source: params.source("source")?,
        since: params.since("since")?,
        before: params.cursor("cursor")?,
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
        followed_only: true,
        once: true,
    };
    let page = page(&web, ask).await?;
    let next = page.next.as_ref().map(cursor_text);
    let ids: Vec<EntryId> = page.rows.iter().map(|it| it.id).collect();
    let mut elsewhere = web.library().store.elsewhere(&ids).await?;
    let shaped = page.rows.into_iter().map(|entry| {
        let elsewhere = elsewhere.remove(&entry.id);
        EntryShape::from(entry).with(elsewhere)
    });
    Ok(Json(EntryList { entries: shaped.collect(), next }))
}

/// A page of a list; it names a next one only where there is one.
pub(in crate::web) async fn page(web: &Web, ask: EntriesAsk) -> Result<Page<Entry>, Problem> {
    let limit = ask.limit as usize;
    let ask = EntriesAsk { limit: ask.limit + 1, ..ask };
    let mut rows = web.library().store.entries(&ask).await?.rows;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more);
    let next = last.map(|it| Cursor { ordered: it.ordered, id: it.id });
    Ok(Page { rows, next })
}

pub(crate) async fn entry(State(web): State<Web>, id: Named) -> Answer<WholeEntry> {
    let found = one(&web, id).await?;
    let id = found.entry.id;
    let elsewhere = web.library().store.elsewhere(&[id]).await?.remove(&id);
    Ok(Json(WholeEntry::of(found, elsewhere)))
}

/// What a path names; it need not be readable.
pub(in crate::web) type Named = Result<Path<String>, PathRejection>;

/// The entry that a path names.
pub(in crate::web) async fn one(web: &Web, id: Named) -> Result<EntryWithBody, Problem> {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let no_entry = || Problem::NoEntry(id.chars().take(80).collect());
    let number = id.parse().map_err(|_| no_entry())?;
    let found = web.library().store.entry(EntryId(number)).await?;
    found.ok_or_else(no_entry)
}

pub(crate) async fn peers(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<PeerList> {
    Params::read(query.as_deref(), &[])?;
    let peers = web.library().store.peers().await?;
    Ok(Json(PeerList { peers: peers.into_iter().map(Into::into).collect() }))
}

pub(crate) async fn sources(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<SourceList> {
    let params = Params::read(query.as_deref(), &["peer"])?;
    let peer = params.slug("peer")?;
    let mut sources = web.library().store.sources().await?;
    sources.retain(|it| peer.as_ref().is_none_or(|peer| peer.as_str() == it.peer));
    let now = web.clock().now();
    let sources = sources.into_iter().map(|it| SourceShape::of(it, now)).collect();
    Ok(Json(SourceList { sources }))
}
