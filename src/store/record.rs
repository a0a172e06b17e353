//! Records finished visits: what the documents listed, and what the sources are like now.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use crate::domain::{
    Change, Digest, Edit, EntryDraft, EntryId, GuidPolicy, Keys, KnownEntry, Outcome, PeerId,
    SourceId, SourceToVisit, Visit, changes, keys_of, policy_after, touched,
};

use super::{
    articles,
    known::load_known,
    roster,
    sql::{Cells, ManyRows, Sql, duration_ms, ms, take_numbers},
    state::{UPDATE_STATES, bind_state},
    written::{EditedEntry, NewEntry, Rekeyed, insert_entries, rekey_entries, write_edits},
};

/// What one visit changed in the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub source: SourceId,
    pub new: u32,
    pub edited: u32,
    pub unchanged: u32,
    /// Listed twice by the document.
    pub repeated: u32,
    /// Deleted here before, and still listed.
    pub deleted: u32,
}

/// A publication date may lie so far ahead of the visit, for clocks that differ; one further ahead
/// is unknown.
const AHEAD_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

/// How long visits are kept.
const VISITS_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A visit with the keys of what its document listed, made before anyone has to wait for it.
pub(super) struct Prepared {
    visit: Visit,
    listing: Option<Listing>,
}

/// What a document listed, in its order.
pub(super) struct Listing {
    drafts: Vec<EntryDraft>,
    pub(super) keys: Vec<Keys>,
    policy: GuidPolicy,
}

/// A source before the visit is recorded.
struct Former {
    peer: PeerId,
    /// No visit has succeeded so far.
    first: bool,
    /// There may be entries to compare with.
    has_entries: bool,
}

pub(super) fn prepare(mut visit: Visit) -> Prepared {
    let listing = match &mut visit.outcome {
        Outcome::Read { entries } => {
            let drafts = std::mem::take(entries).into_iter();
            let drafts: Vec<_> =
                drafts.map(|draft| with_plausible_dates(draft, visit.at)).collect();
            let (keys, policy) = keys_of(&drafts, visit.after.guid_policy);
            Some(Listing { drafts, keys, policy })
        }
        Outcome::Unchanged | Outcome::Failed(_) => None,
    };
    Prepared { visit, listing }
}

/// Entries of a back-catalogue, which are no visit.
pub(super) fn prepare_backlog(
    source: &SourceToVisit,
    entries: Vec<EntryDraft>,
    now: Timestamp,
) -> Prepared {
    prepare(Visit {
        source: source.id,
        at: now,
        took: Duration::ZERO,
        outcome: Outcome::Read { entries },
        conditional: false,
        wire_bytes: 0,
        status: None,
        after: source.state.clone(),
    })
}

/// Records entries of a back-catalogue. Those that are known stay as they are: an old page may carry less
/// of them than was listed since.
pub(super) async fn record_backlog(
    connection: &mut AnyConnection,
    mut prepared: Prepared,
) -> Sql<Recorded> {
    let source = prepared.visit.source;
    let nothing = Recorded { source, new: 0, edited: 0, unchanged: 0, repeated: 0, deleted: 0 };
    let former = former_states(connection, std::slice::from_ref(&prepared)).await?;
    let (Some(former), Some(listing)) = (former.get(&source), &prepared.listing) else {
        return Ok(nothing);
    };
    let former = Former { first: true, ..*former };
    let known = load_known(connection, vec![(source, listing)]).await?;
    let known = known.into_iter().find(|(it, _)| *it == source).map(|(_, known)| known);
    let known = known.unwrap_or_default();
    let mut writes = Writes::default();
    let mut recorded = writes.decide(&mut prepared, &former, &known);
    let links: HashSet<&Digest> = known.iter().filter_map(|it| it.keys.link.as_ref()).collect();
    let mut new = writes.new;
    let count = new.len();
    new.retain(|it| {
        !is_only_named(&it.draft) || it.keys.link.as_ref().is_none_or(|it| !links.contains(it))
    });
    let met = u32::try_from(count - new.len()).unwrap_or(u32::MAX);
    recorded.new -= met;
    recorded.unchanged += met;
    Writes { new, ..Writes::default() }.apply(connection).await?;
    Ok(recorded)
}

/// A sitemap calls a page by its path, which says nothing against its being the post of that address.
fn is_only_named(draft: &EntryDraft) -> bool {
    draft.guid.is_none() && draft.html.is_empty()
}

/// To the millisecond, which is what the library keeps, and never far in the future.
fn with_plausible_dates(mut draft: EntryDraft, now: Timestamp) -> EntryDraft {
    let kept = |time: Timestamp| Timestamp::from_millisecond(ms(time)).unwrap_or(time);
    let latest = now.saturating_add(AHEAD_AT_MOST).unwrap_or(Timestamp::MAX);
    draft.published = draft.published.map(kept).filter(|it| *it <= latest);
    draft.updated = draft.updated.map(kept);
    draft
}

/// Records visits inside a transaction. Visits to sources that were forgotten in the meantime are
/// left out.
pub(super) async fn record(
    connection: &mut AnyConnection,
    visits: Vec<Prepared>,
) -> Sql<Vec<Recorded>> {
    let mut recorded = Vec::with_capacity(visits.len());
    let mut group = Vec::new();
    let mut sources = HashSet::new();
    for prepared in visits {
        if !sources.insert(prepared.visit.source) {
            recorded.extend(record_group(connection, std::mem::take(&mut group)).await?);
            sources = HashSet::from([prepared.visit.source]);
        }
        group.push(prepared);
    }
    recorded.extend(record_group(connection, group).await?);
    Ok(recorded)
}

/// Records one visit each to several sources.
async fn record_group(
    connection: &mut AnyConnection,
    mut visits: Vec<Prepared>,
) -> Sql<Vec<Recorded>> {
    let former = former_states(connection, &visits).await?;
    visits.retain(|it| former.contains_key(&it.visit.source));
    let asked = visits.iter().filter(|it| former[&it.visit.source].has_entries);
    let asked = asked.filter_map(|it| Some((it.visit.source, it.listing.as_ref()?)));
    let mut known = load_known(connection, asked.collect()).await?;
    let mut writes = Writes::default();
    let mut recorded = Vec::with_capacity(visits.len());
    for prepared in &mut visits {
        let source = prepared.visit.source;
        let known = known.remove(&source).unwrap_or_default();
        recorded.push(writes.decide(prepared, &former[&source], &known));
    }
    writes.apply(connection).await?;
    let rows: Vec<_> =
        visits.into_iter().map(|it| it.visit).zip(recorded.iter().copied()).collect();
    insert_visits(connection, &rows).await?;
    let states: Vec<Visit> = rows.into_iter().map(|(visit, _)| visit).collect();
    for (gate, until) in states.iter().filter_map(asked_wait) {
        articles::let_wait(connection, &gate, until).await?;
    }
    UPDATE_STATES.execute(connection, states, bind_state_after).await?;
    roster::changed(connection).await?;
    Ok(recorded)
}

fn bind_state_after(statement: super::sql::Statement, visit: Visit) -> super::sql::Statement {
    bind_state(statement.bind(visit.source.0).bind(ms(visit.at)), visit.after)
}

/// A host that asked a visit to wait wants none of its pages to be asked for meanwhile.
fn asked_wait(visit: &Visit) -> Option<(String, Timestamp)> {
    let Outcome::Failed(failure) = &visit.outcome else { return None };
    failure.retry_after?;
    Some((visit.after.in_use.gate().to_string(), visit.after.not_before?))
}

/// What a group of visits has to write about entries.
#[derive(Default)]
struct Writes {
    new: Vec<NewEntry>,
    edited: Vec<EditedEntry>,
    rekeyed: Vec<Rekeyed>,
    /// Said to have changed, though nothing that is listed of them did.
    touched: Vec<(EntryId, Timestamp)>,
    /// With other dates that say nothing.
    redated: Vec<(EntryId, Timestamp)>,
}

impl Writes {
    fn decide(
        &mut self,
        prepared: &mut Prepared,
        former: &Former,
        known: &[KnownEntry],
    ) -> Recorded {
        let visit = &mut prepared.visit;
        let source = visit.source;
        let mut recorded =
            Recorded { source, new: 0, edited: 0, unchanged: 0, repeated: 0, deleted: 0 };
        let Some(Listing { drafts, keys, policy }) = prepared.listing.take() else {
            return recorded;
        };
        let changes = changes(&drafts, &keys, known);
        visit.after.guid_policy = policy_after(policy, &changes);
        let touched = touched(&drafts, &changes, known);
        let into = if touched.is_rebuild { &mut self.redated } else { &mut self.touched };
        into.extend(touched.entries);
        let mut new = Vec::new();
        for ((draft, keys), change) in drafts.into_iter().zip(keys).zip(changes) {
            match change {
                Change::New => {
                    recorded.new += 1;
                    let (peer, backlog) = (former.peer, former.first);
                    new.push(NewEntry { source, peer, backlog, at: visit.at, draft, keys });
                }
                Change::Known { id, edit: Some(edit), .. } => {
                    recorded.edited += 1;
                    let quiet = edit == Edit::Quiet;
                    self.edited.push(EditedEntry { id, quiet, at: visit.at, draft, keys });
                }
                Change::Known { id, rekeyed, edit: None } => {
                    recorded.unchanged += 1;
                    if rekeyed {
                        self.rekeyed.push(Rekeyed { id, keys });
                    }
                }
                Change::Deleted => recorded.deleted += 1,
                Change::Repeated => recorded.repeated += 1,
            }
        }
        self.new.extend(oldest_first(new));
        recorded
    }

    async fn apply(self, connection: &mut AnyConnection) -> Sql<()> {
        articles::redate(connection, self.redated).await?;
        articles::touch(connection, self.touched).await?;
        let count = self.new.len() + self.edited.len();
        if count > 0 {
            let last = take_numbers(connection, "change", count).await?;
            let first = last + 1 - i64::try_from(count).unwrap_or(i64::MAX);
            let then = first + i64::try_from(self.new.len()).unwrap_or(i64::MAX);
            // Keys first, so that no edit or new entry meets a key that is just being given up.
            rekey_entries(connection, self.rekeyed).await?;
            write_edits(connection, self.edited, then).await?;
            return insert_entries(connection, self.new, first).await;
        }
        rekey_entries(connection, self.rekeyed).await
    }
}

/// In the order in which they came out; those without a date last, from the end of the document,
/// where the older ones usually stand.
fn oldest_first(mut new: Vec<NewEntry>) -> Vec<NewEntry> {
    new.reverse();
    new.sort_by_key(|it| it.draft.published.unwrap_or(Timestamp::MAX));
    new
}

static FORMER_STATES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT s.id, s.peer_id, s.succeeded, CASE WHEN EXISTS \
     (SELECT 1 FROM entries AS e WHERE e.source_id = s.id) OR EXISTS \
     (SELECT 1 FROM tombstones AS t WHERE t.source_id = s.id) THEN 1 ELSE 0 END \
     FROM v JOIN sources AS s ON s.id = v.id",
);

async fn former_states(
    connection: &mut AnyConnection,
    visits: &[Prepared],
) -> Sql<HashMap<SourceId, Former>> {
    let ids = visits.iter().map(|it| it.visit.source.0).collect();
    let rows =
        FORMER_STATES.fetch(connection, ids, |statement, id: i64| statement.bind(id)).await?;
    let read = |row| {
        let mut cells = Cells::of(row);
        let id = SourceId(cells.number()?);
        let peer = PeerId(cells.number()?);
        let first = cells.maybe_number()?.is_none();
        Ok((id, Former { peer, first, has_entries: cells.yes()? }))
    };
    rows.iter().map(read).collect()
}

static INSERT_VISITS: ManyRows = ManyRows::new(
    "INSERT INTO visits (source_id, at, outcome, status, conditional, wire_bytes, took_ms, new, \
     edited) VALUES ",
    9,
    "",
);

async fn insert_visits(connection: &mut AnyConnection, visits: &[(Visit, Recorded)]) -> Sql<()> {
    let rows = visits.iter().collect();
    INSERT_VISITS
        .execute(connection, rows, |statement, (visit, recorded): &(Visit, Recorded)| {
            statement
                .bind(visit.source.0)
                .bind(ms(visit.at))
                .bind(visit.outcome.as_str())
                .bind(visit.status.map(i64::from))
                .bind(i64::from(visit.conditional))
                .bind(i64::try_from(visit.wire_bytes).unwrap_or(i64::MAX))
                .bind(duration_ms(visit.took))
                .bind(i64::from(recorded.new))
                .bind(i64::from(recorded.edited))
        })
        .await
}

/// Deletes visits that nobody asks about any more.
pub(super) async fn prune_visits(connection: &mut AnyConnection, now: Timestamp) -> Sql<()> {
    let before = now.saturating_sub(VISITS_KEPT).unwrap_or(Timestamp::MIN);
    let sql = "DELETE FROM visits WHERE at < $1";
    sqlx::query(sql).bind(ms(before)).execute(connection).await.map(drop)
}
