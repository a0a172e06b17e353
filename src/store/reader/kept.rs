//! Which stories a reader keeps something of, for searches that ask for it.

use sqlx::AnyConnection;

use crate::{
    domain::{Kept, ReaderId, StoryId},
    store::sql::{Cells, Sql},
};

/// Each once, in the order of their numbers.
pub(super) async fn stories(
    connection: &mut AnyConnection,
    reader: ReaderId,
    kept: &Kept,
) -> Sql<Vec<StoryId>> {
    let query = sqlx::query(statement(kept)).bind(reader.0);
    let query = match kept {
        Kept::Reading(state) => query.bind(state.as_str()),
        Kept::Noted(Some(note_type)) => query.bind(note_type.as_str()),
        Kept::Tagged(tag) => query.bind(tag.as_str().to_owned()),
        Kept::Shown | Kept::Opened | Kept::AnyReading | Kept::Noted(None) | Kept::Highlighted => {
            query
        }
    };
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Cells::of(row).number().map(StoryId)).collect()
}

fn statement(kept: &Kept) -> &'static str {
    match kept {
        Kept::Shown => "SELECT story_id FROM seen WHERE reader_id = $1 ORDER BY story_id",
        Kept::Opened => {
            "SELECT story_id FROM seen WHERE reader_id = $1 AND opened IS NOT NULL \
             ORDER BY story_id"
        }
        Kept::Reading(_) => {
            "SELECT story_id FROM readings WHERE reader_id = $1 AND state = $2 ORDER BY story_id"
        }
        Kept::AnyReading => "SELECT story_id FROM readings WHERE reader_id = $1 ORDER BY story_id",
        Kept::Noted(None) => {
            "SELECT DISTINCT c.story_id FROM notes AS n JOIN note_citations AS c \
             ON c.note_id = n.id WHERE n.reader_id = $1 ORDER BY c.story_id"
        }
        Kept::Noted(Some(_)) => {
            "SELECT DISTINCT c.story_id FROM notes AS n JOIN note_citations AS c \
             ON c.note_id = n.id WHERE n.reader_id = $1 AND n.type = $2 ORDER BY c.story_id"
        }
        Kept::Highlighted => {
            "SELECT DISTINCT story_id FROM highlights WHERE reader_id = $1 ORDER BY story_id"
        }
        Kept::Tagged(_) => {
            "SELECT story_id FROM reading_tags WHERE reader_id = $1 AND tag = $2 \
             UNION SELECT c.story_id FROM notes AS n JOIN note_tags AS t ON t.note_id = n.id \
             JOIN note_citations AS c ON c.note_id = n.id WHERE n.reader_id = $1 AND t.tag = $2 \
             ORDER BY 1"
        }
    }
}
