//! The change sequence, by which the index and other followers catch up with the library.

use sqlx::{AnyConnection, AnyPool, any::AnyRow};

use crate::domain::{CorrectionId, Digest, Entry, EntryId, Insight, Judgement, Slug};

use super::{
    entries::{entry_columns, read_entry},
    insight::{Details, kept},
    sql::{Cells, ManyRows, Sql},
};

/// What changed after a position of the change sequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// New and changed entries, in the order of their changes.
    pub put: Vec<IndexRow>,
    /// Entries that are gone. One may be named that the follower never met.
    pub removed: Vec<EntryId>,
    /// Where to go on: everything up to here is in this part or was before.
    pub upto: i64,
    /// Whether there is more after `upto`.
    pub more: bool,
}

/// An entry with everything that a search may ask of it.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexRow {
    pub entry: Entry,
    /// Sanitised.
    pub html: String,
    /// Of the peer.
    pub domains: Vec<Slug>,
    /// Whether `feeds.toml` names the peer now, or a reader saved the page.
    pub followed: bool,
    /// As readers corrected it; `None` where neither a model nor a person said anything.
    pub insight: Option<Insight>,
    /// What the model read. `None` where it did not.
    pub read_from: Option<Digest>,
    /// What readers said against what was read, oldest first.
    pub judgements: Vec<(CorrectionId, Judgement)>,
}

/// How much of the change sequence to read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    pub rows: u32,
    /// Of bodies; one entry is read even if it is larger.
    pub bytes: u64,
}

impl Default for Portion {
    fn default() -> Self {
        Self { rows: 500, bytes: 2 * 1024 * 1024 }
    }
}

const REMOVALS_AT_ONCE: usize = 5000;

pub(super) async fn last(connection: &mut AnyConnection) -> Sql<i64> {
    let sql = "SELECT last FROM counters WHERE name = 'change'";
    Cells::of(&sqlx::query(sql).fetch_one(connection).await?).number()
}

/// The next part of the sequence after `position`. What changes while it is read has a number
/// after `upto`, so that nothing is missed although no transaction is held.
pub(super) async fn after(pool: &AnyPool, position: i64, portion: Portion) -> Sql<Changes> {
    let mut connection = pool.acquire().await?;
    let last = last(&mut connection).await?;
    if last <= position {
        return Ok(Changes { upto: last, ..Changes::default() });
    }
    let removals = removals(&mut connection, position, last).await?;
    let cut = removals.last().filter(|_| removals.len() == REMOVALS_AT_ONCE);
    let end = cut.map_or(last, |(changed, _)| *changed);
    let upto = fitting(&mut connection, position, end, portion).await?;
    let put = rows(&mut connection, position, upto).await?;
    let removed = removals.into_iter().filter(|(changed, _)| *changed <= upto);
    Ok(Changes { put, removed: removed.map(|(_, id)| id).collect(), upto, more: upto < last })
}

async fn removals(
    connection: &mut AnyConnection,
    position: i64,
    end: i64,
) -> Sql<Vec<(i64, EntryId)>> {
    let sql = format!(
        "SELECT changed, entry_id FROM removals WHERE changed > $1 AND changed <= $2 \
         ORDER BY changed LIMIT {REMOVALS_AT_ONCE}"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(position).bind(end);
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((cells.number()?, EntryId(cells.number()?)))
    };
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// The position up to which the changes fit into a portion; `end` if all do.
pub(super) async fn fitting(
    connection: &mut AnyConnection,
    position: i64,
    end: i64,
    portion: Portion,
) -> Sql<i64> {
    let rows = portion.rows.max(1);
    let sql = format!(
        "SELECT changed, html_bytes FROM entries WHERE changed > $1 AND changed <= $2 \
         ORDER BY changed LIMIT {}",
        rows.saturating_add(1)
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(position).bind(end);
    let mut bytes = 0;
    let mut fits = None;
    for (at, row) in query.fetch_all(connection).await?.iter().enumerate() {
        let mut cells = Cells::of(row);
        let changed = cells.number()?;
        bytes += cells.count::<u64>()?;
        let full = at >= usize::try_from(rows).unwrap_or(usize::MAX) || bytes > portion.bytes;
        if let Some(fits) = fits.filter(|_| full) {
            return Ok(fits);
        }
        fits = Some(changed);
    }
    Ok(end)
}

/// Of `peers AS p`: pages that readers saved are found, though nobody follows them.
macro_rules! is_indexed {
    () => {
        "CASE WHEN p.followed = 1 OR p.slug = 'saved' THEN 1 ELSE 0 END"
    };
}

static BY_ID: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    concat!(
        ") SELECT ",
        entry_columns!(),
        ", COALESCE(a.html, b.html), p.domains, ",
        is_indexed!(),
        " FROM v JOIN entries AS e ON e.id = v.id \
         JOIN peers AS p ON p.id = e.peer_id JOIN bodies AS b ON b.entry_id = e.id \
         LEFT JOIN articles AS a ON a.entry_id = e.id"
    ),
);

/// The rows of some entries, as far as they exist.
pub(super) async fn by_id(connection: &mut AnyConnection, ids: &[EntryId]) -> Sql<Vec<IndexRow>> {
    let ids = ids.iter().map(|it| it.0);
    let rows = BY_ID.fetch_by_id(connection, ids).await?;
    whole(connection, &rows).await
}

fn read(row: &AnyRow) -> Sql<IndexRow> {
    let (entry, mut cells) = read_entry(row)?;
    let (html, domains, followed) = (cells.text()?, cells.json()?, cells.yes()?);
    let (insight, read_from, judgements) = (None, None, Vec::new());
    Ok(IndexRow { entry, html, domains, followed, insight, read_from, judgements })
}

/// With what they are about.
async fn whole(connection: &mut AnyConnection, rows: &[AnyRow]) -> Sql<Vec<IndexRow>> {
    let mut rows: Vec<IndexRow> = rows.iter().map(read).collect::<Sql<_>>()?;
    let ids: Vec<EntryId> = rows.iter().map(|it| it.entry.id).collect();
    let mut known = kept(connection, &ids, Details::All).await?;
    for row in &mut rows {
        let known = known.remove(&row.entry.id).unwrap_or_default();
        (row.insight, row.read_from) = (known.insight, known.from);
        row.judgements = known.judgements;
    }
    Ok(rows)
}

async fn rows(connection: &mut AnyConnection, position: i64, upto: i64) -> Sql<Vec<IndexRow>> {
    let sql = concat!(
        "SELECT ",
        entry_columns!(),
        ", COALESCE(a.html, b.html), p.domains, ",
        is_indexed!(),
        " FROM entries AS e JOIN peers AS p ON p.id = e.peer_id JOIN bodies AS b ON b.entry_id = e.id \
         LEFT JOIN articles AS a ON a.entry_id = e.id WHERE e.changed > $1 AND e.changed <= $2 \
         ORDER BY e.changed"
    );
    let query = sqlx::query(sql).bind(position).bind(upto);
    let rows = query.fetch_all(&mut *connection).await?;
    whole(connection, &rows).await
}
