//! The shelf: entries that readers recommend, each with the entry as it was then.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    domain::{Address, Comment, EntryId, ReaderId, Recommendation, RecommendationId},
    store::{
        KeptCursor, KeptPage,
        reader::{before, citations, read_citation},
        sql::{Cells, ManyRows, Sql, ms, take_numbers},
    },
};

/// Which recommendations to list, latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfAsk {
    /// Of this entry alone.
    pub entry: Option<EntryId>,
    /// Continue after the last one of an earlier page.
    pub before: Option<KeptCursor>,
    pub limit: u32,
}

impl Default for ShelfAsk {
    fn default() -> Self {
        Self { entry: None, before: None, limit: 50 }
    }
}

macro_rules! recommendations {
    ($end:literal) => {
        concat!(
            "SELECT h.id, h.reader_id, r.name, h.comment, h.made, h.entry_id, h.story_id, h.title, \
             h.address, h.peer_name, h.published, CASE WHEN e.id IS NULL THEN 1 ELSE 0 END FROM shelf AS h \
             JOIN readers AS r ON r.id = h.reader_id LEFT JOIN entries AS e ON e.id = h.entry_id ",
            $end
        )
    };
}

fn read_recommendation(row: &AnyRow) -> Sql<Recommendation> {
    let mut cells = Cells::of(row);
    Ok(Recommendation {
        id: RecommendationId(cells.number()?),
        reader: ReaderId(cells.number()?),
        reader_name: cells.text()?,
        comment: cells.text()?,
        made: cells.time()?,
        cites: read_citation(&mut cells)?,
    })
}

pub(super) async fn list(
    connection: &mut AnyConnection,
    ask: &ShelfAsk,
) -> Sql<KeptPage<Recommendation>> {
    let sql = recommendations!(
        "WHERE ($1 = 0 OR h.entry_id = $1) AND (h.made, h.id) < ($2, $3) \
         ORDER BY h.made DESC, h.id DESC LIMIT $4"
    );
    let (made, id) = before(ask.before);
    let rows = sqlx::query(sql)
        .bind(ask.entry.map_or(0, |it| it.0))
        .bind(made)
        .bind(id)
        .bind(i64::from(ask.limit) + 1)
        .fetch_all(connection)
        .await?;
    let rows = rows.iter().map(read_recommendation).collect::<Sql<_>>()?;
    let cursor = |it: &Recommendation| KeptCursor { at: it.made, id: it.id.0 };
    Ok(KeptPage::of(rows, ask.limit, cursor))
}

/// Said again, it says something else in the same place.
pub(super) async fn put(
    connection: &mut AnyConnection,
    reader: ReaderId,
    entry: EntryId,
    comment: &Comment,
    now: Timestamp,
) -> Sql<Option<Recommendation>> {
    let Some(cites) = citations(connection, &[entry]).await?.pop() else { return Ok(None) };
    let id = take_numbers(connection, "recommendation", 1).await?;
    let sql = "INSERT INTO shelf (id, reader_id, entry_id, story_id, title, address, peer_name, \
               comment, made, published) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
               ON CONFLICT (reader_id, entry_id) DO UPDATE SET comment = excluded.comment";
    sqlx::query(sql)
        .bind(id)
        .bind(reader.0)
        .bind(entry.0)
        .bind(cites.story.0)
        .bind(cites.title)
        .bind(cites.address.as_ref().map(Address::to_string))
        .bind(cites.peer_name)
        .bind(comment.as_str().to_owned())
        .bind(ms(now))
        .bind(cites.published.map(ms))
        .execute(&mut *connection)
        .await?;
    let sql = recommendations!("WHERE h.reader_id = $1 AND h.entry_id = $2");
    let row = sqlx::query(sql).bind(reader.0).bind(entry.0).fetch_optional(connection).await?;
    row.as_ref().map(read_recommendation).transpose()
}

pub(super) async fn remove(
    connection: &mut AnyConnection,
    id: RecommendationId,
    of: Option<ReaderId>,
) -> Sql<bool> {
    let sql = "DELETE FROM shelf WHERE id = $1 AND ($2 = 0 OR reader_id = $2)";
    let of = of.map_or(0, |it| it.0);
    let removed = sqlx::query(sql).bind(id.0).bind(of).execute(connection).await?;
    Ok(removed.rows_affected() > 0)
}

/// Has recommendations follow entries that went to another story.
pub(in crate::store) static FOLLOW_SHELF: ManyRows = ManyRows::new(
    "WITH v(entry, story) AS (VALUES ",
    2,
    ") UPDATE shelf SET story_id = v.story FROM v WHERE shelf.entry_id = v.entry",
);

/// Those of entries that are gone from a story that is empty now.
pub(in crate::store) static FOLLOW_SHELF_ORPHANS: ManyRows = ManyRows::new(
    "WITH v(former, story) AS (VALUES ",
    2,
    ") UPDATE shelf SET story_id = v.story FROM v WHERE shelf.story_id = v.former \
     AND NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.story_id = v.former)",
);
