//! Key phrases over posts, for landscapes and trends.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::EntryId,
    store::sql::{Cells, Sql, ms},
};

/// Key phrases that so many stories of followed peers have since then, or more, each with all entries that
/// have it since an earlier time.
pub(super) async fn frequent(
    connection: &mut AnyConnection,
    (since, from): (Timestamp, Timestamp),
    fewest_stories: usize,
) -> Sql<BTreeMap<String, Vec<EntryId>>> {
    let sql = "WITH often(phrase) AS (SELECT f.phrase FROM phrases AS f \
               JOIN entries AS e ON e.id = f.entry_id JOIN peers AS p ON p.id = e.peer_id \
               WHERE e.ordered >= $1 AND p.followed = 1 GROUP BY f.phrase \
               HAVING COUNT(DISTINCT e.story_id) >= $2) \
               SELECT f.phrase, f.entry_id FROM often AS o JOIN phrases AS f ON f.phrase = o.phrase \
               JOIN entries AS e ON e.id = f.entry_id WHERE e.ordered >= $3";
    let fewest = i64::try_from(fewest_stories).unwrap_or(i64::MAX);
    let query = sqlx::query(sql).bind(ms(since)).bind(fewest).bind(ms(from));
    let mut phrases: BTreeMap<String, Vec<EntryId>> = BTreeMap::new();
    for row in &query.fetch_all(connection).await? {
        let mut cells = Cells::of(row);
        phrases.entry(cells.text()?).or_default().push(EntryId(cells.number()?));
    }
    Ok(phrases)
}
