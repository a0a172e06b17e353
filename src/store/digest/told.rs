//! What earlier issues told of, as far as that counts for the next one.

use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    domain::{StoryId, SubscriberId, Week},
    store::sql::{Cells, ManyRows, Sql},
};

fn read_pair(row: &AnyRow) -> Sql<(SubscriberId, StoryId)> {
    let mut cells = Cells::of(row);
    Ok((SubscriberId(cells.number()?), StoryId(cells.number()?)))
}

pub(super) async fn arrived(
    connection: &mut AnyConnection,
    (after, upto): (i64, i64),
) -> Sql<Vec<(SubscriberId, StoryId)>> {
    let sql = "SELECT i.subscriber_id, i.story_id FROM stories AS t \
               JOIN issue_stories AS i ON i.story_id = t.id \
               WHERE t.arrived > $1 AND t.arrived <= $2";
    let rows = sqlx::query(sql).bind(after).bind(upto).fetch_all(connection).await?;
    rows.iter().map(read_pair).collect()
}

pub(super) async fn phrases_of_reads(
    connection: &mut AnyConnection,
    from: Week,
) -> Sql<Vec<(SubscriberId, String)>> {
    let sql = "SELECT i.subscriber_id, f.phrase FROM issue_stories AS i \
               JOIN entries AS e ON e.story_id = i.story_id JOIN phrases AS f ON f.entry_id = e.id \
               WHERE i.week >= $1 AND i.part = 'read' AND e.standing = 0";
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok((SubscriberId(cells.number()?), cells.text()?))
    };
    let rows = sqlx::query(sql).bind(from.to_string()).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

static CHOSEN_BEFORE: ManyRows = ManyRows::new(
    "WITH v(subscriber, story) AS (VALUES ",
    2,
    ") SELECT DISTINCT v.subscriber, v.story FROM v JOIN issue_stories AS i \
     ON i.subscriber_id = v.subscriber AND i.story_id = v.story \
     WHERE i.part IN ('read', 'archive', 'paper')",
);

pub(super) async fn chosen_before(
    connection: &mut AnyConnection,
    stories: &[(SubscriberId, StoryId)],
) -> Sql<Vec<(SubscriberId, StoryId)>> {
    let asked = stories.to_vec();
    let bind = |it: crate::store::sql::Statement, (subscriber, story): (SubscriberId, StoryId)| {
        it.bind(subscriber.0).bind(story.0)
    };
    CHOSEN_BEFORE.fetch(connection, asked, bind).await?.iter().map(read_pair).collect()
}
