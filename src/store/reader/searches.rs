//! Searches: those saved under a name, and those that were typed.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{ReaderId, SavedSearch, Slug, remembered},
    store::sql::{Cells, Sql, ms},
};

/// A search saved anew under its slug was made when the first was.
pub(super) async fn save(
    connection: &mut AnyConnection,
    reader: ReaderId,
    search: &SavedSearch,
) -> Sql<SavedSearch> {
    let sql = "INSERT INTO saved_searches (reader_id, slug, name, query, made) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (reader_id, slug) DO UPDATE SET \
               name = excluded.name, query = excluded.query RETURNING made";
    let row = sqlx::query(sql)
        .bind(reader.0)
        .bind(search.slug.to_string())
        .bind(search.name.clone())
        .bind(search.query.clone())
        .bind(ms(search.made))
        .fetch_one(connection)
        .await?;
    Ok(SavedSearch { made: Cells::of(&row).time()?, ..search.clone() })
}

pub(super) async fn remove(
    connection: &mut AnyConnection,
    reader: ReaderId,
    slug: &Slug,
) -> Sql<bool> {
    let sql = "DELETE FROM saved_searches WHERE reader_id = $1 AND slug = $2";
    let removed = sqlx::query(sql).bind(reader.0).bind(slug.to_string()).execute(connection);
    Ok(removed.await?.rows_affected() > 0)
}

pub(super) async fn saved(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<SavedSearch>> {
    let sql = "SELECT slug, name, query, made FROM saved_searches WHERE reader_id = $1 \
               ORDER BY name, slug";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(SavedSearch {
            slug: cells.parsed()?,
            name: cells.text()?,
            query: cells.text()?,
            made: cells.time()?,
        })
    };
    sqlx::query(sql).bind(reader.0).fetch_all(connection).await?.iter().map(read).collect()
}

/// How many past searches are kept.
const MOST_REMEMBERED: i64 = 1_000;

pub(super) async fn remember(
    connection: &mut AnyConnection,
    reader: ReaderId,
    text: &str,
    now: Timestamp,
) -> Sql<()> {
    let Some(text) = remembered(text) else { return Ok(()) };
    let keep = "INSERT INTO searches (reader_id, text, times, last) VALUES ($1, $2, 1, $3) \
                ON CONFLICT (reader_id, text) DO UPDATE SET times = searches.times + 1, \
                last = excluded.last";
    let keep = sqlx::query(keep).bind(reader.0).bind(text).bind(ms(now));
    keep.execute(&mut *connection).await?;
    let prune = "DELETE FROM searches WHERE reader_id = $1 AND text IN (SELECT s.text \
                 FROM searches AS s WHERE s.reader_id = $1 ORDER BY s.last DESC, s.text \
                 LIMIT 1000 OFFSET $2)";
    let prune = sqlx::query(prune).bind(reader.0).bind(MOST_REMEMBERED);
    prune.execute(connection).await.map(drop)
}

pub(super) async fn past(
    connection: &mut AnyConnection,
    reader: ReaderId,
    limit: u32,
) -> Sql<Vec<String>> {
    let sql = "SELECT text FROM searches WHERE reader_id = $1 ORDER BY last DESC, text LIMIT $2";
    let rows = sqlx::query(sql).bind(reader.0).bind(i64::from(limit)).fetch_all(connection).await?;
    rows.iter().map(|row| Cells::of(row).text()).collect()
}
