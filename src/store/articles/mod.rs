//! The articles behind entries: which are to be asked for, and what came of it.

mod plan;
mod record;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sqlx::{AnyConnection, AnyPool, any::AnyRow};

use crate::domain::{ArticleState, EntryId, PageToAsk, Slug, SourceId, Validators};

pub use self::{
    plan::EntriesToPlan,
    record::{AskedPage, PageText},
};
pub(super) use self::{
    plan::{carry_out, redate, think_again, to_plan, touch},
    record::{reapply_given, record},
};

use super::sql::{Cells, ManyRows, Sql, ms};

/// How many pages to ask for at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagesAsk {
    /// Only those of one peer.
    pub peer: Option<Slug>,
    /// Of each host gate.
    pub per_gate: u32,
    pub total: u32,
}

/// What is known of the article behind an entry, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleNote {
    pub state: ArticleState,
    pub reason: Option<String>,
    /// When its page was last asked for.
    pub asked: Option<Timestamp>,
    /// Whether its text is the one that is shown.
    pub is_shown: bool,
}

/// Pages that are due, of sources that are followed or that readers saved, at hosts that did not ask to be left alone.
macro_rules! due_pages {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM articles AS a JOIN entries AS e ON e.id = a.entry_id \
             JOIN sources AS s ON s.id = e.source_id JOIN peers AS p ON p.id = e.peer_id \
             WHERE a.due <= $1 AND (s.followed = 1 OR p.slug = 'saved') AND ($2 = '' OR p.slug = $2) AND NOT EXISTS \
             (SELECT 1 FROM waits AS w WHERE w.gate = a.gate AND w.until > $1)"
        )
    };
}

/// Newest first, and of each host only so many. Entries without a date of their own go by the last
/// change that their sitemap tells.
pub(super) async fn to_ask(pool: &AnyPool, ask: &PagesAsk, now: Timestamp) -> Sql<Vec<PageToAsk>> {
    let sql = concat!(
        "WITH n AS (",
        due_pages!(
            "a.entry_id AS id, ROW_NUMBER() OVER \
             (PARTITION BY a.gate ORDER BY e.ordered DESC, COALESCE(e.updated, 0) DESC, \
             e.id DESC) AS place"
        ),
        ") SELECT e.id, e.source_id, p.name, e.link, s.keep_paths, s.drop_paths, s.user_agent, \
         s.page_rules, a.state, a.attempts, a.etag, a.last_modified, a.page_bytes \
         FROM n JOIN entries AS e ON e.id = n.id JOIN articles AS a ON a.entry_id = n.id \
         JOIN sources AS s ON s.id = e.source_id JOIN peers AS p ON p.id = e.peer_id \
         WHERE n.place <= $3 AND e.link IS NOT NULL \
         ORDER BY e.ordered DESC, COALESCE(e.updated, 0) DESC, e.id DESC LIMIT $4"
    );
    let query = sqlx::query(sql)
        .bind(ms(now))
        .bind(ask.peer.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default())
        .bind(i64::from(ask.per_gate))
        .bind(i64::from(ask.total));
    query.fetch_all(pool).await?.iter().map(read_page).collect()
}

fn read_page(row: &AnyRow) -> Sql<PageToAsk> {
    let mut cells = Cells::of(row);
    Ok(PageToAsk {
        entry: EntryId(cells.number()?),
        source: SourceId(cells.number()?),
        peer_name: cells.text()?,
        link: cells.parsed()?,
        keep: cells.json()?,
        drop: cells.json()?,
        user_agent: cells.maybe_text()?,
        pages: cells.json()?,
        state: cells.word(ArticleState::from_word)?,
        attempts: cells.count()?,
        validators: Validators { etag: cells.maybe_text()?, last_modified: cells.maybe_text()? },
        page_bytes: cells.count()?,
    })
}

/// How many pages could be asked for now.
pub(super) async fn due(pool: &AnyPool, peer: Option<&Slug>, now: Timestamp) -> Sql<u64> {
    let query = sqlx::query(due_pages!("COUNT(*)")).bind(ms(now));
    let peer = peer.map(|it| it.as_str().to_owned()).unwrap_or_default();
    Cells::of(&query.bind(peer).fetch_one(pool).await?).count()
}

/// When the next page may be asked for, if any ever is.
pub(super) async fn next_due(pool: &AnyPool) -> Sql<Option<Timestamp>> {
    let sql = "SELECT MIN(CASE WHEN w.until > a.due THEN w.until ELSE a.due END) \
               FROM articles AS a JOIN entries AS e ON e.id = a.entry_id \
               JOIN sources AS s ON s.id = e.source_id JOIN peers AS p ON p.id = e.peer_id \
               LEFT JOIN waits AS w ON w.gate = a.gate \
               WHERE a.due IS NOT NULL AND (s.followed = 1 OR p.slug = 'saved')";
    Cells::of(&sqlx::query(sql).fetch_one(pool).await?).maybe_time()
}

static COUNTS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT v.id, COALESCE(a.state, 'not-needed') AS state, COUNT(*) \
     FROM v JOIN entries AS e ON e.source_id = v.id LEFT JOIN articles AS a ON a.entry_id = e.id \
     WHERE a.entry_id IS NOT NULL OR e.is_whole = 1 \
     GROUP BY v.id, COALESCE(a.state, 'not-needed')",
);

/// How many articles of some sources are in each state.
pub(super) async fn counts(
    connection: &mut AnyConnection,
    sources: &[SourceId],
) -> Sql<HashMap<SourceId, BTreeMap<ArticleState, u64>>> {
    let ids = sources.iter().map(|it| it.0).collect();
    let mut counts: HashMap<SourceId, BTreeMap<ArticleState, u64>> = HashMap::new();
    for row in COUNTS.fetch(connection, ids, |it, id: i64| it.bind(id)).await? {
        let mut cells = Cells::of(&row);
        let (source, state) = (SourceId(cells.number()?), cells.word(ArticleState::from_word)?);
        counts.entry(source).or_default().insert(state, cells.count()?);
    }
    Ok(counts)
}

/// What the source carries of an entry.
pub(super) async fn source_body(pool: &AnyPool, entry: EntryId) -> Sql<Option<String>> {
    let sql = "SELECT html FROM bodies WHERE entry_id = $1";
    let row = sqlx::query(sql).bind(entry.0).fetch_optional(pool).await?;
    row.map(|row| Cells::of(&row).text()).transpose()
}

/// Lets all pages behind a gate wait, and those longer that wait longer already.
pub(super) async fn let_wait(
    connection: &mut AnyConnection,
    gate: &str,
    until: Timestamp,
) -> Sql<()> {
    let sql = "INSERT INTO waits (gate, until) VALUES ($1, $2) ON CONFLICT (gate) DO UPDATE SET \
               until = CASE WHEN waits.until > excluded.until THEN waits.until \
               ELSE excluded.until END";
    let query = sqlx::query(sql).bind(gate.to_owned()).bind(ms(until));
    query.execute(connection).await.map(drop)
}
