//! The sitting of each reader.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{ReaderId, Sitting},
    store::sql::{Cells, Sql, ms},
};

pub(super) async fn load(connection: &mut AnyConnection, reader: ReaderId) -> Sql<Option<Sitting>> {
    let sql = "SELECT s.began, s.last, s.left_at, s.shown_before, s.shown FROM sittings AS s \
               WHERE s.reader_id = $1";
    let row = sqlx::query(sql).bind(reader.0).fetch_optional(connection).await?;
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(Sitting {
            began: cells.time()?,
            last: cells.time()?,
            before: cells.maybe_time()?,
            after: cells.maybe_number()?,
            shown: cells.maybe_number()?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// What was decided of a page is decided again of what is kept now: two pages may come at once.
pub(super) async fn sit(
    connection: &mut AnyConnection,
    reader: ReaderId,
    shown: Option<i64>,
    now: Timestamp,
) -> Sql<Sitting> {
    let known = load(connection, reader).await?;
    let at = Sitting::at(known, now);
    let sitting = shown.map_or(at, |upto| at.showing(upto));
    let sql = "INSERT INTO sittings (reader_id, began, last, left_at, shown_before, shown) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (reader_id) DO UPDATE SET \
               began = $2, last = $3, left_at = $4, shown_before = $5, shown = $6";
    let Sitting { began, last, before, after, shown } = sitting;
    let keep = sqlx::query(sql).bind(reader.0).bind(ms(began)).bind(ms(last));
    keep.bind(before.map(ms)).bind(after).bind(shown).execute(connection).await?;
    Ok(sitting)
}
