//! What stays with a reader when a person has entries deleted: notes and highlights always; readings
//! if something was made of them.

use sqlx::AnyConnection;

use crate::store::sql::Sql;

/// Has readings keep what their stories are called, as their entries are about to go.
macro_rules! keep_names {
    ($entries:literal) => {
        concat!(
            "UPDATE readings SET title = (SELECT e.title FROM entries AS e \
             WHERE e.story_id = readings.story_id ORDER BY e.standing, e.id LIMIT 1), \
             address = (SELECT e.link FROM entries AS e \
             WHERE e.story_id = readings.story_id ORDER BY e.standing, e.id LIMIT 1), \
             peer_name = (SELECT p.name FROM entries AS e JOIN peers AS p ON p.id = e.peer_id \
             WHERE e.story_id = readings.story_id ORDER BY e.standing, e.id LIMIT 1) \
             WHERE story_id IN (SELECT story_id FROM entries WHERE ",
            $entries,
            " = $1)"
        )
    };
}

pub(in crate::store) async fn keep_names_of_peer(
    connection: &mut AnyConnection,
    peer: i64,
) -> Sql<()> {
    sqlx::query(keep_names!("peer_id")).bind(peer).execute(connection).await.map(drop)
}

pub(in crate::store) async fn keep_names_of_entry(
    connection: &mut AnyConnection,
    entry: i64,
) -> Sql<()> {
    sqlx::query(keep_names!("id")).bind(entry).execute(connection).await.map(drop)
}

/// Of `readings AS r`: those that go with their story. One that was studied or applied, or that a
/// note or highlight cites, belongs to the record of what a reader learned.
macro_rules! goes_with_its_story {
    () => {
        "r.state NOT IN ('studied', 'applied') \
         AND NOT EXISTS (SELECT 1 FROM note_citations AS c WHERE c.story_id = r.story_id) \
         AND NOT EXISTS (SELECT 1 FROM highlights AS h WHERE h.story_id = r.story_id)"
    };
}

/// How many readings go when `peers AS p` is forgotten, as a column.
pub(in crate::store) const LEAVING_READINGS: &str = concat!(
    "(SELECT COUNT(*) FROM readings AS r WHERE ",
    goes_with_its_story!(),
    " AND EXISTS (SELECT 1 FROM entries AS e WHERE e.story_id = r.story_id \
     AND e.peer_id = p.id) AND NOT EXISTS (SELECT 1 FROM entries AS e \
     WHERE e.story_id = r.story_id AND e.peer_id <> p.id))"
);

const DROP: [&str; 3] = [
    concat!(
        "DELETE FROM readings WHERE (reader_id, story_id) IN (SELECT r.reader_id, r.story_id \
         FROM readings AS r WHERE r.story_id NOT IN (SELECT id FROM stories) AND ",
        goes_with_its_story!(),
        ")"
    ),
    "DELETE FROM reading_tags WHERE NOT EXISTS (SELECT 1 FROM readings AS r \
     WHERE r.reader_id = reading_tags.reader_id AND r.story_id = reading_tags.story_id)",
    "DELETE FROM seen WHERE story_id NOT IN (SELECT id FROM stories)",
];

/// Deletes what goes with stories that are gone.
pub(in crate::store) async fn drop_forgotten(connection: &mut AnyConnection) -> Sql<()> {
    for statement in DROP {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}
