//! A source's row: what `feeds.toml` says of it, and what visits left.

use sqlx::{AnyConnection, any::AnyRow};

use crate::domain::{
    Digest, Discovery, GuidPolicy, Lane, Moving, Search, SourceId, SourceState, SourceToVisit,
    SourceType, Validators,
};

use super::{
    roster,
    sql::{Cells, ManyRows, Sql, Statement, duration_ms, json, ms, plain},
};

/// A source and all of its state, in the order in which [`read_source`] reads them, from
/// `sources AS s JOIN peers AS p`.
macro_rules! source_columns {
    () => {
        "s.id, p.name, s.type, s.lane, s.keep_paths, s.drop_paths, s.every_ms, s.user_agent, \
         s.page_rules, s.address, s.in_use, s.moving_to, s.moving_confirmations, s.etag, s.last_modified, \
         s.body, s.body_bytes, s.guid_policy, s.next_visit, s.not_before, s.visited, \
         s.succeeded, s.failures, s.failing_since, s.failure, s.muted, s.rhythm_ms, s.newest, \
         s.title, s.site, s.complaints, s.asked, s.discovery"
    };
}
pub(super) use source_columns;

pub(super) fn read_source(row: &AnyRow) -> Sql<(SourceToVisit, Cells<'_>)> {
    let mut cells = Cells::of(row);
    let source = SourceToVisit {
        id: SourceId(cells.number()?),
        peer_name: cells.text()?,
        kind: cells.word(SourceType::from_word)?,
        lane: cells.word(Lane::from_word)?,
        keep: cells.json()?,
        drop: cells.json()?,
        every: cells.duration()?,
        user_agent: cells.maybe_text()?,
        pages: cells.json()?,
        address: cells.parsed()?,
        state: read_state(&mut cells)?,
    };
    Ok((source, cells))
}

fn read_state(cells: &mut Cells<'_>) -> Sql<SourceState> {
    let in_use = cells.parsed()?;
    let (to, confirmations) = (cells.maybe_parsed()?, cells.count()?);
    Ok(SourceState {
        in_use,
        moving: to.map(|to| Moving { to, confirmations }),
        validators: Validators { etag: cells.maybe_text()?, last_modified: cells.maybe_text()? },
        body: cells.maybe_text()?.map(Digest),
        body_bytes: u64::try_from(cells.number()?).unwrap_or_default(),
        guid_policy: cells.word(GuidPolicy::from_word)?,
        next_visit: cells.time()?,
        not_before: cells.maybe_time()?,
        visited: cells.maybe_time()?,
        succeeded: cells.maybe_time()?,
        failures: cells.count()?,
        failing_since: cells.maybe_time()?,
        failure: cells.maybe_json()?,
        muted: cells.yes()?,
        rhythm: cells.maybe_duration()?,
        newest: cells.maybe_time()?,
        title: cells.maybe_text()?,
        site: cells.maybe_parsed()?,
        complaints: cells.json()?,
        asked: cells.json()?,
        discovery: cells.json()?,
    })
}

/// Cells that [`bind_state`] binds.
pub(super) const STATE_CELLS: usize = 23;

pub(super) fn bind_state(statement: Statement, state: SourceState) -> Statement {
    let (to, confirmations) = match state.moving {
        Some(moving) => (Some(String::from(moving.to)), moving.confirmations),
        None => (None, 0),
    };
    statement
        .bind(String::from(state.in_use))
        .bind(to)
        .bind(i64::from(confirmations))
        .bind(state.validators.etag.map(plain))
        .bind(state.validators.last_modified.map(plain))
        .bind(state.body.map(|digest| digest.0))
        .bind(i64::try_from(state.body_bytes).unwrap_or(i64::MAX))
        .bind(state.guid_policy.as_str())
        .bind(ms(state.next_visit))
        .bind(state.not_before.map(ms))
        .bind(state.visited.map(ms))
        .bind(state.succeeded.map(ms))
        .bind(i64::from(state.failures))
        .bind(state.failing_since.map(ms))
        .bind(state.failure.as_ref().map(json))
        .bind(i64::from(state.muted))
        .bind(state.rhythm.map(duration_ms))
        .bind(state.newest.map(ms))
        .bind(state.title.map(plain))
        .bind(state.site.map(String::from))
        .bind(json(&state.complaints))
        .bind(json(&state.asked))
        .bind(json(&state.discovery))
}

/// Cells: id, time of the visit, state. A visit from before the address was replaced leaves no
/// state at the new one.
pub(super) static UPDATE_STATES: ManyRows = ManyRows::new(
    "WITH v(id, at, in_use, moving_to, moving_confirmations, etag, last_modified, body, \
     body_bytes, guid_policy, next_visit, not_before, visited, succeeded, failures, \
     failing_since, failure, muted, rhythm_ms, newest, title, site, complaints, asked, \
     discovery) \
     AS (VALUES ",
    2 + STATE_CELLS,
    ") UPDATE sources SET in_use = v.in_use, moving_to = v.moving_to, \
     moving_confirmations = v.moving_confirmations, etag = v.etag, \
     last_modified = v.last_modified, body = v.body, body_bytes = v.body_bytes, \
     guid_policy = v.guid_policy, next_visit = v.next_visit, not_before = v.not_before, \
     visited = v.visited, \
     succeeded = v.succeeded, failures = v.failures, failing_since = v.failing_since, \
     failure = v.failure, muted = v.muted, rhythm_ms = v.rhythm_ms, newest = v.newest, \
     title = v.title, site = v.site, complaints = v.complaints, asked = v.asked, \
     discovery = v.discovery \
     FROM v WHERE sources.id = v.id AND sources.since <= v.at",
);

/// A visit that was under way meanwhile may undo this; then it is searched for once more.
pub(super) async fn keep_search(
    connection: &mut AnyConnection,
    source: SourceId,
    search: &Search,
) -> Sql<()> {
    let sql = "SELECT discovery FROM sources WHERE id = $1";
    let row = sqlx::query(sql).bind(source.0).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(()) };
    let discovery: Discovery = Cells::of(&row).json()?;
    let discovery = Discovery { search: Some(search.clone()), ..discovery };
    let sql = "UPDATE sources SET discovery = $1 WHERE id = $2";
    sqlx::query(sql).bind(json(&discovery)).bind(source.0).execute(&mut *connection).await?;
    roster::changed(connection).await
}

pub(super) async fn unmute(connection: &mut AnyConnection, source: SourceId) -> Sql<()> {
    let sql = "UPDATE sources SET muted = 0 WHERE id = $1";
    sqlx::query(sql).bind(source.0).execute(&mut *connection).await?;
    roster::changed(connection).await
}
