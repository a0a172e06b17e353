//! Entries in lists, one by one, and with what they said before.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{AnyPool, any::AnyRow};

use crate::domain::{ArticleState, Entry, EntryId, Slug, SourceId, StoryId};

use super::{
    articles::ArticleNote,
    sql::{Cells, ManyRows, Sql, ms},
};

/// Which entries to list, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntriesAsk {
    pub peer: Option<Slug>,
    pub domain: Option<Slug>,
    pub source: Option<SourceId>,
    /// Ordered at this time or later.
    pub since: Option<Timestamp>,
    /// Only what arrived since.
    pub arrived: Option<Arrived>,
    /// Continue after the last entry of an earlier page.
    pub before: Option<Cursor>,
    pub limit: u32,
    /// Only of peers that `feeds.toml` still names.
    pub followed_only: bool,
    /// Of each story only the entry that stands for it, among those that are asked for.
    pub once: bool,
}

impl Default for EntriesAsk {
    fn default() -> Self {
        Self {
            peer: None,
            domain: None,
            source: None,
            since: None,
            arrived: None,
            before: None,
            limit: 50,
            followed_only: true,
            once: true,
        }
    }
}

/// What arrived since a reader was here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// A number of the change sequence: stories that came later.
    pub after: i64,
    /// Of what a source listed when it was new, and of a back-catalogue, only what is dated since.
    pub since: Timestamp,
}

/// Where a page of a list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub ordered: Timestamp,
    pub id: EntryId,
}

/// Part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Cursor>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EntryWithBody {
    pub entry: Entry,
    /// Sanitised: the text of its page where that is the better one, else what the source carries.
    pub html: String,
    /// `None` until its article was thought about.
    pub article: Option<ArticleNote>,
    /// How many former texts are kept.
    pub revisions: u64,
}

/// What an entry said before an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// When it was replaced.
    pub until: Timestamp,
    pub title: String,
    pub html: String,
}

/// An entry in the order in which [`read_entry`] reads it, from `entries AS e JOIN peers AS p`.
macro_rules! entry_columns {
    () => {
        "e.id, e.story_id, e.source_id, p.slug, p.name, e.link, e.title, e.authors, e.categories, \
         e.language, e.published, e.updated, e.first_seen, e.ordered, e.backlog, e.summary, \
         e.words, e.arrived, e.changed"
    };
}
pub(super) use entry_columns;

pub(super) fn read_entry(row: &AnyRow) -> Sql<(Entry, Cells<'_>)> {
    let mut cells = Cells::of(row);
    let entry = Entry {
        id: EntryId(cells.number()?),
        story: StoryId(cells.number()?),
        source: SourceId(cells.number()?),
        peer: cells.text()?,
        peer_name: cells.text()?,
        link: cells.maybe_parsed()?,
        title: cells.text()?,
        authors: cells.json()?,
        categories: cells.json()?,
        language: cells.maybe_parsed()?,
        published: cells.maybe_time()?,
        updated: cells.maybe_time()?,
        first_seen: cells.time()?,
        ordered: cells.time()?,
        backlog: cells.yes()?,
        summary: cells.text()?,
        words: cells.count()?,
        arrived: cells.number()?,
        changed: cells.number()?,
    };
    Ok((entry, cells))
}

const LIST: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM entries AS e JOIN peers AS p ON p.id = e.peer_id WHERE 1 = 1"
);
/// From the few stories that arrived to their entries: SQLite keeps a cross join in the order in which it is
/// written, and would rather walk through all entries.
const ARRIVED: &str = " FROM stories AS t CROSS JOIN entries AS e";
const OF_STORY: &str = " WHERE e.story_id = t.id";

pub(super) async fn list(pool: &AnyPool, ask: &EntriesAsk) -> Sql<Page<Entry>> {
    let mut sql = match ask.arrived {
        None => LIST.to_owned(),
        Some(_) => LIST.replace(" FROM entries AS e", ARRIVED).replace(" WHERE 1 = 1", OF_STORY),
    };
    let conditions = conditions(ask);
    let mut place = 0;
    for (condition, _) in &conditions {
        let mut condition = condition.clone();
        while let Some(at) = condition.find('?') {
            place += 1;
            condition.replace_range(at..=at, &format!("${place}"));
        }
        sql = sql + " AND " + &condition;
    }
    let limit = ask.limit.max(1);
    // What arrived is little: it is put in order, rather than looked for among all that is in order.
    let ordered = if ask.arrived.is_some() { "e.ordered + 0" } else { "e.ordered" };
    sql = format!("{sql} ORDER BY {ordered} DESC, e.id DESC LIMIT {limit}");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for value in conditions.into_iter().flat_map(|(_, values)| values) {
        query = match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        };
    }
    let rows = query.fetch_all(pool).await?;
    let rows: Vec<Entry> = rows.iter().map(|row| Ok(read_entry(row)?.0)).collect::<Sql<_>>()?;
    let full = rows.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let last = rows.last().filter(|_| full);
    let next = last.map(|entry| Cursor { ordered: entry.ordered, id: entry.id });
    Ok(Page { rows, next })
}

enum Value {
    Number(i64),
    Text(String),
}

/// An entry of the same story that is asked for as well and stands before it.
const BETTER: &str = "SELECT 1 FROM entries AS o JOIN peers AS q ON q.id = o.peer_id \
                      WHERE o.story_id = e.story_id AND o.standing < e.standing";

/// Conditions with `?` where their values go.
fn conditions(ask: &EntriesAsk) -> Vec<(String, Vec<Value>)> {
    let mut conditions = narrowing(ask, "e", "p");
    if ask.once {
        let (mut better, mut values) = (BETTER.to_owned(), Vec::new());
        for (condition, more) in narrowing(ask, "o", "q") {
            better = better + " AND " + &condition;
            values.extend(more);
        }
        // Most stand for their stories: of those no other is looked for.
        conditions.push((format!("(e.standing = 0 OR NOT EXISTS ({better}))"), values));
    }
    if let Some(Arrived { after, since }) = ask.arrived {
        let condition = "t.arrived > ? AND (e.backlog = 0 OR e.ordered >= ?)".to_owned();
        conditions.push((condition, vec![Value::Number(after), Value::Number(ms(since))]));
    }
    if let Some(before) = ask.before {
        let values = vec![Value::Number(ms(before.ordered)), Value::Number(before.id.0)];
        conditions.push(("(e.ordered, e.id) < (?, ?)".to_owned(), values));
    }
    conditions
}

/// Which entries are asked for at all, by the names that tables have.
fn narrowing(ask: &EntriesAsk, entries: &str, peers: &str) -> Vec<(String, Vec<Value>)> {
    let mut conditions = Vec::new();
    if let Some(peer) = &ask.peer {
        // As a constant, so that the list is read from the index of this peer.
        let condition = format!("{entries}.peer_id = (SELECT id FROM peers WHERE slug = ?)");
        conditions.push((condition, vec![Value::Text(peer.as_str().to_owned())]));
    }
    if let Some(domain) = &ask.domain {
        // A slug holds no quotation mark and no wildcard.
        let pattern = format!("%\"{domain}\"%");
        conditions.push((format!("{peers}.domains LIKE ?"), vec![Value::Text(pattern)]));
    }
    if let Some(source) = ask.source {
        conditions.push((format!("{entries}.source_id = ?"), vec![Value::Number(source.0)]));
    }
    if let Some(since) = ask.since {
        conditions.push((format!("{entries}.ordered >= ?"), vec![Value::Number(ms(since))]));
    }
    if ask.followed_only {
        conditions.push((format!("{peers}.followed = 1"), Vec::new()));
    }
    conditions
}

static WITH_BODIES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    concat!(
        ") SELECT ",
        entry_columns!(),
        ", COALESCE(a.html, b.html), \
         (SELECT COUNT(*) FROM revisions AS r WHERE r.entry_id = e.id), a.state, a.reason, \
         a.asked, CASE WHEN a.html IS NULL THEN 0 ELSE 1 END \
         FROM v JOIN entries AS e ON e.id = v.id JOIN peers AS p ON p.id = e.peer_id \
         JOIN bodies AS b ON b.entry_id = e.id LEFT JOIN articles AS a ON a.entry_id = e.id"
    ),
);

/// The entries that exist, in the order asked for.
pub(super) async fn with_bodies(pool: &AnyPool, ids: &[EntryId]) -> Sql<Vec<EntryWithBody>> {
    let mut connection = pool.acquire().await?;
    let asked = ids.iter().map(|id| id.0);
    let rows = WITH_BODIES.fetch_by_id(&mut connection, asked).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let (entry, mut cells) = read_entry(&row)?;
        let (html, revisions) = (cells.text()?, cells.count()?);
        let article = read_note(&mut cells)?;
        found.insert(entry.id, EntryWithBody { entry, html, article, revisions });
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

static TEXTS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    concat!(
        ") SELECT ",
        entry_columns!(),
        ", COALESCE(a.html, b.html) \
         FROM v JOIN entries AS e ON e.id = v.id JOIN peers AS p ON p.id = e.peer_id \
         JOIN bodies AS b ON b.entry_id = e.id LEFT JOIN articles AS a ON a.entry_id = e.id"
    ),
);

/// Entries that exist, in no order.
pub(super) async fn texts(pool: &AnyPool, ids: &[EntryId]) -> Sql<Vec<(Entry, String)>> {
    let mut connection = pool.acquire().await?;
    let rows = TEXTS.fetch_by_id(&mut connection, ids.iter().map(|id| id.0)).await?;
    let read = |row| {
        let (entry, mut cells) = read_entry(row)?;
        Ok((entry, cells.text()?))
    };
    rows.iter().map(read).collect()
}

static WITHOUT_BODIES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    concat!(
        ") SELECT ",
        entry_columns!(),
        " FROM v JOIN entries AS e ON e.id = v.id JOIN peers AS p ON p.id = e.peer_id"
    ),
);

/// The entries that exist, in the order asked for.
pub(super) async fn without_bodies(pool: &AnyPool, ids: &[EntryId]) -> Sql<Vec<Entry>> {
    let mut connection = pool.acquire().await?;
    let asked = ids.iter().map(|id| id.0);
    let rows = WITHOUT_BODIES.fetch_by_id(&mut connection, asked).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let (entry, _) = read_entry(row)?;
        found.insert(entry.id, entry);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

static TITLES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT e.id, e.title FROM v JOIN entries AS e ON e.id = v.id",
);

/// The titles of the entries that exist, in the order asked for.
pub(super) async fn titles(pool: &AnyPool, ids: &[EntryId]) -> Sql<Vec<(EntryId, String)>> {
    let mut connection = pool.acquire().await?;
    let asked = ids.iter().map(|id| id.0);
    let rows = TITLES.fetch_by_id(&mut connection, asked).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let mut cells = Cells::of(row);
        found.insert(EntryId(cells.number()?), cells.text()?);
    }
    Ok(ids.iter().filter_map(|id| found.remove_entry(id)).collect())
}

fn read_note(cells: &mut Cells<'_>) -> Sql<Option<ArticleNote>> {
    let Some(state) = cells.maybe_text()? else { return Ok(None) };
    Ok(Some(ArticleNote {
        state: ArticleState::from_word(&state).unwrap_or(ArticleState::Wanted),
        reason: cells.maybe_text()?,
        asked: cells.maybe_time()?,
        is_shown: cells.yes()?,
    }))
}

/// Latest first.
pub(super) async fn revisions(pool: &AnyPool, id: EntryId) -> Sql<Vec<Revision>> {
    let sql = "SELECT at, title, html FROM revisions WHERE entry_id = $1 ORDER BY at DESC";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(Revision { until: cells.time()?, title: cells.text()?, html: cells.text()? })
    };
    sqlx::query(sql).bind(id.0).fetch_all(pool).await?.iter().map(read).collect()
}
