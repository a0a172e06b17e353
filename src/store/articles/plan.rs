//! What is to be decided about articles, by a mark of its own in the change sequence, and the decisions.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use crate::domain::{
    ArticleState, EntryId, EntryToPlan, KnownArticle, PageRules, Plan, SourceId, SourceType,
};

use crate::store::{
    Portion,
    sequence::{fitting, last},
    sql::{Cells, ManyRows, Sql, Statement, json, ms, take_numbers},
};

/// Entries whose articles are to be thought about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntriesToPlan {
    pub entries: Vec<EntryToPlan>,
    /// Where to go on; to be handed back with the plans.
    pub upto: i64,
    /// Whether there is more after `upto`.
    pub more: bool,
}

/// What a source says of an entry, in one text: another one is another edition.
macro_rules! edition {
    () => {
        "e.content || ':' || COALESCE(CAST(e.updated AS TEXT), '')"
    };
}

/// Up to where articles have been thought about.
async fn mark(connection: &mut AnyConnection) -> Sql<i64> {
    let sql = "SELECT value FROM meta WHERE name = 'articles'";
    let row = sqlx::query(sql).fetch_optional(connection).await?;
    row.map_or(Ok(0), |row| Cells::of(&row).parsed())
}

/// Takes over newer dates of entries, so that their pages are asked for again.
pub(in crate::store) async fn touch(
    connection: &mut AnyConnection,
    touched: Vec<(EntryId, Timestamp)>,
) -> Sql<()> {
    for (entry, updated) in touched {
        let changed = take_numbers(connection, "change", 1).await?;
        let sql = "UPDATE entries SET updated = $1, changed = $2 WHERE id = $3";
        let query = sqlx::query(sql).bind(ms(updated)).bind(changed).bind(entry.0);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes over dates that say nothing, so that the next ones can.
pub(in crate::store) async fn redate(
    connection: &mut AnyConnection,
    redated: Vec<(EntryId, Timestamp)>,
) -> Sql<()> {
    for (entry, updated) in redated {
        let sql = "UPDATE entries SET updated = $1 WHERE id = $2";
        sqlx::query(sql).bind(ms(updated)).bind(entry.0).execute(&mut *connection).await?;
        let sql = concat!(
            "UPDATE articles SET edition = ",
            edition!(),
            " FROM entries AS e WHERE e.id = articles.entry_id AND e.id = $1"
        );
        sqlx::query(sql).bind(entry.0).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Moves the mark back to the beginning, so that other rules find what they apply to.
pub(in crate::store) async fn think_again(connection: &mut AnyConnection) -> Sql<()> {
    let sql = "DELETE FROM meta WHERE name = 'articles'";
    sqlx::query(sql).execute(connection).await.map(drop)
}

/// Entries behind the mark that are new to it, or that say something else than when they were last
/// thought about. Those whose source carries the whole article, and whose page nobody asks for, stay
/// out: of most entries nothing is to be thought.
pub(in crate::store) async fn to_plan(
    connection: &mut AnyConnection,
    portion: Portion,
) -> Sql<EntriesToPlan> {
    let mark = mark(connection).await?;
    let last = last(connection).await?;
    if last <= mark {
        return Ok(EntriesToPlan { upto: mark, ..EntriesToPlan::default() });
    }
    let upto = fitting(connection, mark, last, portion).await?;
    let sql = concat!(
        "SELECT e.id, e.source_id, s.type, e.link, s.keep_paths, s.drop_paths, s.page_rules, \
         e.is_whole, CASE WHEN e.is_whole IS NULL OR a.html IS NOT NULL THEN \
         (SELECT b.html FROM bodies AS b WHERE b.entry_id = e.id) END, ",
        edition!(),
        ", s.page_rules, a.state, a.rules, a.asked, CASE WHEN a.html IS NULL THEN 0 ELSE 1 END \
         FROM entries AS e JOIN sources AS s ON s.id = e.source_id \
         LEFT JOIN articles AS a ON a.entry_id = e.id \
         WHERE e.changed > $1 AND e.changed <= $2 AND (a.entry_id IS NULL OR a.edition <> ",
        edition!(),
        " OR a.rules <> s.page_rules) AND NOT (a.entry_id IS NULL \
         AND COALESCE(e.is_whole, 0) = 1 AND s.page_rules IN ('{}', $3)) ORDER BY e.changed"
    );
    let query = sqlx::query(sql).bind(mark).bind(upto).bind(json(&PageRules::default()));
    let rows = query.fetch_all(connection).await?;
    let entries = rows.iter().map(read_entry).collect::<Sql<_>>()?;
    Ok(EntriesToPlan { entries, upto, more: upto < last })
}

fn read_entry(row: &AnyRow) -> Sql<EntryToPlan> {
    let mut cells = Cells::of(row);
    Ok(EntryToPlan {
        entry: EntryId(cells.number()?),
        source: SourceId(cells.number()?),
        kind: cells.word(SourceType::from_word)?,
        link: cells.maybe_parsed()?,
        keep: cells.json()?,
        drop: cells.json()?,
        pages: cells.json()?,
        is_whole: cells.maybe_number()?.map(|it| it != 0),
        html: cells.maybe_text()?.unwrap_or_default(),
        edition: cells.text()?,
        rules: cells.text()?,
        known: match cells.maybe_text()? {
            Some(state) => Some(KnownArticle {
                state: ArticleState::from_word(&state).unwrap_or(ArticleState::Wanted),
                rules: cells.text()?,
                asked: cells.maybe_time()?,
                has_text: cells.yes()?,
            }),
            None => None,
        },
    })
}

/// Writes plans and the mark they lead to. Plans for entries that are gone meanwhile are left out.
pub(in crate::store) async fn carry_out(
    connection: &mut AnyConnection,
    plans: Vec<Plan>,
    upto: i64,
) -> Sql<()> {
    let forgetting = plans.iter().filter(|it| it.forgets_validators).map(|it| it.entry).collect();
    let dropping: Vec<_> = plans.iter().filter_map(|it| Some((it.entry, it.drops_text?))).collect();
    PUT.execute(connection, plans, bind_plan).await?;
    FORGET_VALIDATORS.execute(connection, forgetting, |it, id: EntryId| it.bind(id.0)).await?;
    for (entry, words) in dropping {
        drop_text(connection, entry, words).await?;
    }
    let sql = "INSERT INTO meta (name, value) VALUES ('articles', $1) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlx::query(sql).bind(upto.to_string()).execute(connection).await.map(drop)
}

static PUT: ManyRows = ManyRows::new(
    "WITH v(id, state, due, gate, edition, rules) AS (VALUES ",
    6,
    ") INSERT INTO articles (entry_id, state, due, attempts, gate, edition, rules, page_bytes, \
     translations, html_bytes, words) \
     SELECT v.id, v.state, v.due, 0, v.gate, v.edition, v.rules, 0, '[]', 0, 0 \
     FROM v JOIN entries AS e ON e.id = v.id WHERE 1 = 1 \
     ON CONFLICT (entry_id) DO UPDATE SET state = excluded.state, due = excluded.due, \
     attempts = 0, gate = excluded.gate, edition = excluded.edition, rules = excluded.rules",
);

fn bind_plan(statement: Statement, plan: Plan) -> Statement {
    let Plan { entry, state, due, gate, edition, rules, .. } = plan;
    statement
        .bind(entry.0)
        .bind(state.as_str())
        .bind(due.map(ms))
        .bind(gate.map(|it| it.to_string()).unwrap_or_default())
        .bind(edition)
        .bind(rules)
}

static FORGET_VALIDATORS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") UPDATE articles SET etag = NULL, last_modified = NULL FROM v WHERE articles.entry_id = v.id",
);

/// The text of the source counts again.
pub(super) async fn drop_text(
    connection: &mut AnyConnection,
    entry: EntryId,
    words: u32,
) -> Sql<()> {
    let sql = "UPDATE articles SET html = NULL, html_bytes = 0, words = 0, fingerprint = NULL, \
               language = NULL WHERE entry_id = $1";
    sqlx::query(sql).bind(entry.0).execute(&mut *connection).await?;
    let changed = take_numbers(connection, "change", 1).await?;
    let sql = "UPDATE entries SET words = $1, changed = $2, html_bytes = \
               (SELECT LENGTH(b.html) FROM bodies AS b WHERE b.entry_id = entries.id) \
               WHERE id = $3";
    sqlx::query(sql)
        .bind(i64::from(words))
        .bind(changed)
        .bind(entry.0)
        .execute(connection)
        .await
        .map(drop)
}
