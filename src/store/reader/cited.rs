//! Entries as they are cited.

use sqlx::AnyConnection;

use crate::{
    domain::{Citation, EntryId, StoryId},
    store::sql::{Cells, ManyRows, Sql},
};

static CITED: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT e.id, e.story_id, e.title, e.link, p.name, e.published, 0 FROM v \
     JOIN entries AS e ON e.id = v.id JOIN peers AS p ON p.id = e.peer_id",
);

/// Of the entries that exist, as they are now.
pub(in crate::store) async fn citations(
    connection: &mut AnyConnection,
    entries: &[EntryId],
) -> Sql<Vec<Citation>> {
    let ids = entries.iter().map(|it| it.0);
    let rows = CITED.fetch_by_id(connection, ids).await?;
    rows.iter().map(|row| read_citation(&mut Cells::of(row))).collect()
}

pub(in crate::store) fn read_citation(cells: &mut Cells<'_>) -> Sql<Citation> {
    Ok(Citation {
        entry: EntryId(cells.number()?),
        story: StoryId(cells.number()?),
        title: cells.text()?,
        address: cells.maybe_parsed()?,
        peer_name: cells.text()?,
        published: cells.maybe_time()?,
        is_gone: cells.yes()?,
    })
}
