//! What a reader did since the last issue, and what they read lately.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{NoteId, ReaderId},
    store::sql::{Cells, Sql, ms},
};

/// What a reader did in some time, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnCounts {
    /// Put on the list.
    pub queued: u32,
    /// Studied or applied.
    pub read: u32,
    pub notes: u32,
    pub ideas: u32,
    /// On the list now, and not finished.
    pub waiting: u32,
}

pub(super) async fn counts(
    connection: &mut AnyConnection,
    reader: ReaderId,
    (from, until): (Timestamp, Timestamp),
) -> Sql<OwnCounts> {
    let sql = "SELECT \
               (SELECT COUNT(*) FROM readings WHERE reader_id = $1 AND added > $2 AND added <= $3), \
               (SELECT COUNT(*) FROM readings WHERE reader_id = $1 AND finished > $2 \
                AND finished <= $3 AND state IN ('studied', 'applied')), \
               (SELECT COUNT(*) FROM notes WHERE reader_id = $1 AND made > $2 AND made <= $3), \
               (SELECT COUNT(*) FROM notes WHERE reader_id = $1 AND made > $2 AND made <= $3 \
                AND type = 'idea'), \
               (SELECT COUNT(*) FROM readings WHERE reader_id = $1 AND state IN ('queued', 'reading'))";
    let query = sqlx::query(sql).bind(reader.0).bind(ms(from)).bind(ms(until));
    let row = query.fetch_one(connection).await?;
    let mut cells = Cells::of(&row);
    Ok(OwnCounts {
        queued: cells.count()?,
        read: cells.count()?,
        notes: cells.count()?,
        ideas: cells.count()?,
        waiting: cells.count()?,
    })
}

pub(super) async fn note_times(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<(NoteId, Timestamp)>> {
    let sql = "SELECT id, made FROM notes WHERE reader_id = $1 ORDER BY id";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((NoteId(cells.number()?), cells.time()?))
    };
    sqlx::query(sql).bind(reader.0).fetch_all(connection).await?.iter().map(read).collect()
}

pub(super) async fn phrases_read(
    connection: &mut AnyConnection,
    reader: ReaderId,
    from: Timestamp,
) -> Sql<Vec<String>> {
    let sql = "SELECT DISTINCT f.phrase FROM entries AS e JOIN phrases AS f ON f.entry_id = e.id \
               WHERE e.standing = 0 AND e.story_id IN (SELECT story_id FROM seen \
               WHERE reader_id = $1 AND opened > $2 UNION SELECT story_id FROM readings \
               WHERE reader_id = $1 AND changed > $2 AND state IN ('reading', 'studied', 'applied'))";
    let rows = sqlx::query(sql).bind(reader.0).bind(ms(from)).fetch_all(connection).await?;
    rows.iter().map(|row| Cells::of(row).text()).collect()
}
