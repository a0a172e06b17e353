//! What stands in editors and was not kept yet, one row for each tab of a browser.

use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    domain::{MOST_TYPED, NoteId, ReaderId, TabId, TypedNote},
    store::sql::{Cells, Sql, json, ms},
};

/// In place of what the tab held before; the oldest go where there are too many.
pub(super) async fn keep(
    connection: &mut AnyConnection,
    reader: ReaderId,
    typed: &TypedNote,
) -> Sql<()> {
    let sql = "INSERT INTO note_drafts (reader_id, tab, note_id, revision, fields, typed) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (reader_id, tab) DO UPDATE SET \
               note_id = excluded.note_id, revision = excluded.revision, \
               fields = excluded.fields, typed = excluded.typed";
    sqlx::query(sql)
        .bind(reader.0)
        .bind(typed.tab.to_string())
        .bind(typed.note.map_or(0, |it| it.0))
        .bind(i64::from(typed.revision))
        .bind(json(&typed.fields))
        .bind(ms(typed.typed))
        .execute(&mut *connection)
        .await?;
    let prune = "DELETE FROM note_drafts WHERE reader_id = $1 AND tab IN (SELECT d.tab \
                 FROM note_drafts AS d WHERE d.reader_id = $1 ORDER BY d.typed DESC, d.tab \
                 LIMIT 1000 OFFSET $2)";
    let prune = sqlx::query(prune).bind(reader.0).bind(i64::from(MOST_TYPED));
    prune.execute(connection).await.map(drop)
}

/// Says whether there was something.
pub(super) async fn drop_tab(
    connection: &mut AnyConnection,
    reader: ReaderId,
    tab: &TabId,
) -> Sql<bool> {
    let sql = "DELETE FROM note_drafts WHERE reader_id = $1 AND tab = $2";
    let dropped = sqlx::query(sql).bind(reader.0).bind(tab.to_string()).execute(connection).await?;
    Ok(dropped.rows_affected() > 0)
}

/// Of a note, or of those that are new; what was typed last first.
pub(super) async fn of_note(
    connection: &mut AnyConnection,
    reader: ReaderId,
    note: Option<NoteId>,
) -> Sql<Vec<TypedNote>> {
    let sql = "SELECT tab, note_id, revision, fields, typed FROM note_drafts \
               WHERE reader_id = $1 AND note_id = $2 ORDER BY typed DESC, tab";
    let query = sqlx::query(sql).bind(reader.0).bind(note.map_or(0, |it| it.0));
    query.fetch_all(connection).await?.iter().map(read_typed).collect()
}

fn read_typed(row: &AnyRow) -> Sql<TypedNote> {
    let mut cells = Cells::of(row);
    Ok(TypedNote {
        tab: cells.parsed()?,
        note: Some(cells.number()?).filter(|it| *it > 0).map(NoteId),
        revision: cells.count()?,
        fields: cells.json()?,
        typed: cells.time()?,
    })
}
