//! Stories: which entries are to be compared, what they are found by, and what came of it.

mod hand;
mod record;
mod shown;

use sqlx::{AnyConnection, AnyPool, any::AnyRow};

use crate::domain::{
    EntryId, Fingerprint, PeerId, SourceId,
    story::{Mark, StoryFacts, StoryLink},
};

pub use shown::{AlsoAt, AlsoIn, Elsewhere, StoryMember, StoryView};
pub(super) use {
    hand::{merge, split},
    record::record,
    shown::{also_at, also_in, entry_at, story},
};

use super::{
    Portion,
    sequence::{fitting, last},
    sql::{Cells, ManyRows, Sql, Statement},
};

/// Entries to compare with others, since they are new or changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntriesToMatch {
    pub entries: Vec<StoryFacts>,
    /// Where the mark stands now, to be handed back.
    pub from: i64,
    /// Where it goes to.
    pub upto: i64,
    /// Whether there is more after `upto`.
    pub more: bool,
}

/// What comparing entries came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matched {
    /// Entries that were compared with all that they may be one story with.
    pub entries: Vec<EntryId>,
    /// What was found of them.
    pub links: Vec<StoryLink>,
    pub translations: Vec<(EntryId, EntryId)>,
    pub from: i64,
    pub upto: i64,
}

/// Up to where entries have been compared.
pub(super) async fn position(connection: &mut AnyConnection) -> Sql<i64> {
    let sql = "SELECT value FROM meta WHERE name = 'stories'";
    let row = sqlx::query(sql).fetch_optional(connection).await?;
    row.map_or(Ok(0), |row| Cells::of(&row).parsed())
}

async fn move_position(connection: &mut AnyConnection, to: i64) -> Sql<()> {
    let sql = "INSERT INTO meta (name, value) VALUES ('stories', $1) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlx::query(sql).bind(to.to_string()).execute(connection).await.map(drop)
}

/// The columns of [`StoryFacts`] in their order, from `entries AS e`.
macro_rules! facts {
    () => {
        "e.id, e.source_id, e.peer_id, e.link, a.canonical, e.title, e.language, e.published, \
         e.first_seen, e.authors, e.summary, e.words, COALESCE(a.fingerprint, e.fingerprint), \
         COALESCE(a.translations, '[]')"
    };
}

fn read_facts(row: &AnyRow) -> Sql<StoryFacts> {
    let mut cells = Cells::of(row);
    Ok(StoryFacts {
        entry: EntryId(cells.number()?),
        source: SourceId(cells.number()?),
        peer: PeerId(cells.number()?),
        link: cells.maybe_parsed()?,
        canonical: cells.maybe_parsed()?,
        title: cells.text()?,
        language: cells.maybe_parsed()?,
        published: cells.maybe_time()?,
        first_seen: cells.time()?,
        authors: cells.json()?,
        summary: cells.text()?,
        words: cells.count()?,
        fingerprint: cells.maybe_number()?.map(Fingerprint),
        translations: cells.json()?,
    })
}

pub(super) async fn to_match(connection: &mut AnyConnection, rows: u32) -> Sql<EntriesToMatch> {
    let from = position(connection).await?;
    let last = last(connection).await?;
    if last <= from {
        return Ok(EntriesToMatch { from, upto: from, ..EntriesToMatch::default() });
    }
    let portion = Portion { rows, bytes: u64::MAX };
    let upto = fitting(connection, from, last, portion).await?;
    let sql = concat!(
        "SELECT ",
        facts!(),
        " FROM entries AS e LEFT JOIN articles AS a ON a.entry_id = e.id \
         WHERE e.changed > $1 AND e.changed <= $2 ORDER BY e.changed"
    );
    let rows = sqlx::query(sql).bind(from).bind(upto).fetch_all(connection).await?;
    let entries = rows.iter().map(read_facts).collect::<Sql<_>>()?;
    Ok(EntriesToMatch { entries, from, upto, more: upto < last })
}

static FACTS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    concat!(
        ") SELECT ",
        facts!(),
        " FROM v JOIN entries AS e ON e.id = v.id LEFT JOIN articles AS a ON a.entry_id = e.id"
    ),
);

fn bind_number(statement: Statement, number: i64) -> Statement {
    statement.bind(number)
}

async fn facts_of(connection: &mut AnyConnection, ids: Vec<i64>) -> Sql<Vec<StoryFacts>> {
    FACTS.fetch(connection, ids, bind_number).await?.iter().map(read_facts).collect()
}

/// Of the entries that exist.
pub(super) async fn facts(pool: &AnyPool, entries: &[EntryId]) -> Sql<Vec<StoryFacts>> {
    let mut connection = pool.acquire().await?;
    facts_of(&mut connection, entries.iter().map(|it| it.0).collect()).await
}

static BODIES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT b.entry_id, COALESCE(a.html, b.html) FROM v JOIN bodies AS b ON b.entry_id = v.id \
     LEFT JOIN articles AS a ON a.entry_id = v.id",
);

/// The text of each that is shown.
pub(super) async fn bodies(pool: &AnyPool, entries: &[EntryId]) -> Sql<Vec<(EntryId, String)>> {
    let mut connection = pool.acquire().await?;
    let ids = entries.iter().map(|it| it.0).collect();
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((EntryId(cells.number()?), cells.text()?))
    };
    BODIES.fetch(&mut connection, ids, bind_number).await?.iter().map(read).collect()
}

/// Ids of marks: those of one entry lie together.
const SLOTS: i64 = 32;

static DROP_MARKS: ManyRows = ManyRows::new(
    "DELETE FROM story_marks WHERE id IN (SELECT m.id FROM (VALUES ",
    2,
    ") AS v JOIN story_marks AS m ON m.id >= v.column1 AND m.id <= v.column2)",
);
static INSERT_MARKS: ManyRows = ManyRows::new("INSERT INTO story_marks (id, value) VALUES ", 2, "");

/// Lets entries be found by these marks, and by no others.
pub(super) async fn mark(
    connection: &mut AnyConnection,
    entries: Vec<(EntryId, Vec<Mark>)>,
) -> Sql<()> {
    let pair = |statement: Statement, (one, other): (i64, i64)| statement.bind(one).bind(other);
    let ranges = entries.iter().map(|(id, _)| (id.0 * SLOTS, id.0 * SLOTS + SLOTS - 1)).collect();
    DROP_MARKS.execute(connection, ranges, pair).await?;
    let rows = entries
        .into_iter()
        .flat_map(|(id, marks)| (id.0 * SLOTS..).zip(marks.into_iter().map(|it| it.value)));
    INSERT_MARKS.execute(connection, rows.collect(), pair).await
}

static FOUND_BY: ManyRows = ManyRows::new(
    "WITH v(value) AS (VALUES ",
    1,
    ") SELECT m.value, m.id FROM v JOIN story_marks AS m ON m.value = v.value",
);

/// Entries that have one of these marks.
pub(super) async fn found_by(pool: &AnyPool, values: Vec<i64>) -> Sql<Vec<(i64, EntryId)>> {
    let mut connection = pool.acquire().await?;
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((cells.number()?, EntryId(cells.number()? / SLOTS)))
    };
    FOUND_BY.fetch(&mut connection, values, bind_number).await?.iter().map(read).collect()
}
