//! The tags that a reader uses, and the competencies that their notes show.

use sqlx::AnyConnection;

use crate::{
    domain::{Competency, ReaderId, Tag},
    store::sql::{Cells, Sql},
};

/// How often a tag is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagReport {
    pub tag: Tag,
    pub readings: u64,
    pub notes: u64,
}

/// How many notes are evidence of a competency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompetencyReport {
    pub competency: Competency,
    pub notes: u64,
}

pub(super) async fn competencies(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<CompetencyReport>> {
    let sql = "SELECT c.competency, COUNT(*) FROM note_competencies AS c JOIN notes AS n \
               ON n.id = c.note_id WHERE n.reader_id = $1 GROUP BY c.competency \
               ORDER BY COUNT(*) DESC, c.competency";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(CompetencyReport { competency: cells.parsed()?, notes: cells.count()? })
    };
    sqlx::query(sql).bind(reader.0).fetch_all(connection).await?.iter().map(read).collect()
}

pub(super) async fn reports(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<TagReport>> {
    let sql = "SELECT tag, CAST(SUM(readings) AS BIGINT), CAST(SUM(notes) AS BIGINT) FROM ( \
               SELECT tag, 1 AS readings, 0 AS notes FROM reading_tags WHERE reader_id = $1 \
               UNION ALL SELECT t.tag, 0, 1 FROM note_tags AS t JOIN notes AS n \
               ON n.id = t.note_id WHERE n.reader_id = $1) AS used \
               GROUP BY tag ORDER BY COUNT(*) DESC, tag";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(TagReport { tag: cells.parsed()?, readings: cells.count()?, notes: cells.count()? })
    };
    sqlx::query(sql).bind(reader.0).fetch_all(connection).await?.iter().map(read).collect()
}
