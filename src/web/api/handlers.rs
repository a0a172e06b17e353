//! One handler a route of the API: parameters in, JSON out.

use axum::{
    Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
};

use super::{
    search::{ExplanationShape, SearchAnswer},
    shapes::{EntryList, EntryShape, PeerList, SourceList, SourceShape, WholeEntry},
};
use crate::{
    domain::{EntryId, query::Query},
    reading::{self, Wanted},
    store::{EntriesAsk, EntryWithBody, SourceReport},
    web::{
        Web,
        params::{BadParameter, Params, cursor_text},
        problem::Problem,
    },
};

pub(super) type Answer<T> = Result<Json<T>, Problem>;

pub(super) const USUAL_HITS: usize = 20;
pub(super) const MOST_HITS: usize = 100;
/// As far as anyone leafs.
pub(super) const DEEPEST_OFFSET: usize = 10_000;
const USUAL_ENTRIES: usize = 50;
const MOST_ENTRIES: usize = 200;

/// What narrows a search and puts it in order.
const NARROWING: [&str; 8] =
    ["q", "peer", "domain", "since", "sort", "strict", "verbatim", "counts"];

pub(crate) async fn search(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<SearchAnswer> {
    let params = read_with(query.as_deref(), &["limit", "offset"])?;
    let text = params.text("q").unwrap_or_default().to_owned();
    let wanted = Wanted {
        limit: params.number("limit", USUAL_HITS, 1, MOST_HITS)?,
        offset: params.number("offset", 0, 0, DEEPEST_OFFSET)?,
        ..narrowed(&web, &params)?
    };
    let found = reading::find(web.library(), &web.asker(), Query::parse(&text), &wanted).await?;
    Ok(Json(SearchAnswer::of(&text, &found)))
}

fn read_with(query: Option<&str>, others: &[&str]) -> Result<Params, BadParameter> {
    Params::read(query, &[&NARROWING, others].concat())
}

/// The best of what the parameters narrow a search to.
fn narrowed(web: &Web, params: &Params) -> Result<Wanted, BadParameter> {
    Ok(Wanted {
        peer: params.slug("peer")?,
        domain: params.slug("domain")?,
        since: params.since("since")?,
        sort: params.sort("sort")?,
        strict: params.yes("strict")?,
        verbatim: params.yes("verbatim")?,
        counts: params.yes("counts")?,
        ..Wanted::best(USUAL_HITS, web.clock().now())
    })
}

/// Why an entry stands where it stands in a search.
pub(crate) async fn explain(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer<ExplanationShape> {
    let params = read_with(query.as_deref(), &["entry"])?;
    let text = params.text("q").unwrap_or_default();
    let entry = one_named(&web, params.text("entry").unwrap_or_default()).await?.entry.id;
    let (query, wanted) = (Query::parse(text), narrowed(&web, &params)?);
    let explained = reading::explain(web.library(), &web.asker(), &query, &wanted, entry).await?;
    let explained = explained.ok_or(Problem::NoMatch(entry))?;
    Ok(Json(ExplanationShape::of(text, entry.0, &explained)))
}

/// Other stories about the same.
pub(crate) async fn similar(
    State(web): State<Web>,
    id: Named,
    RawQuery(query): RawQuery,
) -> Answer<SearchAnswer> {
    let params = Params::read(query.as_deref(), &["limit"])?;
    let limit = params.number("limit", USUAL_HITS, 1, MOST_HITS)?;
    let entry = one(&web, id).await?.entry.id;
    let now = web.clock().now();
    let found = reading::similar(web.library(), &web.asker(), entry, limit, now).await?;
    Ok(Json(SearchAnswer::of(&format!("similar:{entry}"), &found)))
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
        ..EntriesAsk::default()
    };
    let page = reading::entries(web.library(), &web.asker(), ask).await?;
    let next = page.next.as_ref().map(cursor_text);
    let ids: Vec<EntryId> = page.rows.iter().map(|it| it.id).collect();
    let mut asides = web.library().store.asides(&ids).await?;
    let shaped = page.rows.into_iter().map(|entry| {
        let aside = asides.remove(&entry.id).unwrap_or_default();
        EntryShape::from(entry).with(aside)
    });
    Ok(Json(EntryList { entries: shaped.collect(), next }))
}

pub(crate) async fn entry(State(web): State<Web>, id: Named) -> Answer<WholeEntry> {
    let found = one(&web, id).await?;
    let id = found.entry.id;
    let aside = web.library().store.asides(&[id]).await?.remove(&id).unwrap_or_default();
    Ok(Json(WholeEntry::of(found, aside)))
}

/// What a path names; it need not be readable.
pub(in crate::web) type Named = Result<Path<String>, PathRejection>;

pub(in crate::web) fn named(path: Named) -> String {
    path.map(|Path(name)| name).unwrap_or_default()
}

/// The entry that a path names.
pub(in crate::web) async fn one(web: &Web, id: Named) -> Result<EntryWithBody, Problem> {
    one_named(web, &named(id)).await
}

async fn one_named(web: &Web, id: &str) -> Result<EntryWithBody, Problem> {
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
    let ids: Vec<_> = sources.iter().map(|it| it.source.id).collect();
    let mut counts = web.library().store.source_counts(&ids).await?;
    let now = web.clock().now();
    let shape = |report: SourceReport| {
        let counts = counts.remove(&report.source.id).unwrap_or_default();
        SourceShape::of(report, counts, now)
    };
    let sources = sources.into_iter().map(shape).collect();
    Ok(Json(SourceList { sources }))
}
