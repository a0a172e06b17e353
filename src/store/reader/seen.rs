//! Which stories were shown to a reader, and which were opened.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{ReaderId, Seen, StoryId},
    store::sql::{Cells, ManyRows, Sql, ms},
};

static SHOW: ManyRows = ManyRows::new(
    "WITH v(reader, story, shown) AS (VALUES ",
    3,
    ") INSERT INTO seen (reader_id, story_id, shown) SELECT v.reader, v.story, v.shown FROM v \
     JOIN stories AS s ON s.id = v.story WHERE 1 = 1 ON CONFLICT (reader_id, story_id) DO NOTHING",
);

pub(super) async fn show(
    connection: &mut AnyConnection,
    reader: ReaderId,
    stories: &[StoryId],
    now: Timestamp,
) -> Sql<()> {
    let rows = stories.to_vec();
    SHOW.execute(connection, rows, |it, story| it.bind(reader.0).bind(story.0).bind(ms(now))).await
}

pub(super) async fn open(
    connection: &mut AnyConnection,
    reader: ReaderId,
    story: StoryId,
    now: Timestamp,
) -> Sql<Option<Seen>> {
    show(connection, reader, &[story], now).await?;
    let sql = "UPDATE seen SET opened = $1 \
               WHERE reader_id = $2 AND story_id = $3 AND opened IS NULL";
    let open = sqlx::query(sql).bind(ms(now)).bind(reader.0).bind(story.0);
    open.execute(&mut *connection).await?;
    seen(connection, reader, story).await
}

pub(super) async fn seen(
    connection: &mut AnyConnection,
    reader: ReaderId,
    story: StoryId,
) -> Sql<Option<Seen>> {
    let sql = "SELECT shown, opened FROM seen WHERE reader_id = $1 AND story_id = $2";
    let row = sqlx::query(sql).bind(reader.0).bind(story.0).fetch_optional(connection).await?;
    let read = |row| {
        let mut cells = Cells::of(row);
        Ok(Seen { shown: cells.time()?, opened: cells.maybe_time()? })
    };
    row.as_ref().map(read).transpose()
}
