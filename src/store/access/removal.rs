//! Removing a reader: all that they keep goes with them.

use sqlx::AnyConnection;

use super::readers::{by_id, is_last_admin};
use crate::{
    domain::ReaderId,
    store::{
        insight::take_back_all,
        sql::{Cells, Sql},
    },
};

/// What a reader keeps, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptByReader {
    pub readings: u32,
    pub notes: u32,
    pub highlights: u32,
    pub searches: u32,
    pub corrections: u32,
    pub recommendations: u32,
}

pub(super) async fn kept(connection: &mut AnyConnection, id: ReaderId) -> Sql<KeptByReader> {
    let sql = "SELECT (SELECT COUNT(*) FROM readings WHERE reader_id = $1), \
               (SELECT COUNT(*) FROM notes WHERE reader_id = $1), \
               (SELECT COUNT(*) FROM highlights WHERE reader_id = $1), \
               (SELECT COUNT(*) FROM saved_searches WHERE reader_id = $1), \
               (SELECT COUNT(*) FROM corrections WHERE reader_id = $1), \
               (SELECT COUNT(*) FROM shelf WHERE reader_id = $1)";
    let row = sqlx::query(sql).bind(id.0).fetch_one(connection).await?;
    let mut cells = Cells::of(&row);
    Ok(KeptByReader {
        readings: cells.count()?,
        notes: cells.count()?,
        highlights: cells.count()?,
        searches: cells.count()?,
        corrections: cells.count()?,
        recommendations: cells.count()?,
    })
}

macro_rules! of_notes {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE note_id IN (SELECT id FROM notes WHERE reader_id = $1)"
        )
    };
}
macro_rules! of_subscriber {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE subscriber_id IN (SELECT id FROM subscribers WHERE reader_id = $1)"
        )
    };
}

/// In this order nothing is deleted that another row still points to. A test looks for tables that
/// hold something of a reader and are not emptied.
const FORGET: &[&str] = &[
    "DELETE FROM sessions WHERE reader_id = $1",
    "DELETE FROM api_tokens WHERE reader_id = $1",
    "DELETE FROM shelf WHERE reader_id = $1",
    "DELETE FROM seen WHERE reader_id = $1",
    "DELETE FROM reading_undos WHERE reader_id = $1",
    "DELETE FROM reading_tags WHERE reader_id = $1",
    "DELETE FROM readings WHERE reader_id = $1",
    of_notes!("note_tags"),
    of_notes!("note_competencies"),
    of_notes!("note_links"),
    of_notes!("idea_moves"),
    of_notes!("ideas"),
    of_notes!("note_citations"),
    of_notes!("note_revisions"),
    "DELETE FROM note_drafts WHERE reader_id = $1",
    "DELETE FROM notes WHERE reader_id = $1",
    "DELETE FROM ledger WHERE reader_id = $1",
    "DELETE FROM sittings WHERE reader_id = $1",
    "DELETE FROM highlights WHERE reader_id = $1",
    "DELETE FROM saved_searches WHERE reader_id = $1",
    "DELETE FROM searches WHERE reader_id = $1",
    of_subscriber!("letters"),
    of_subscriber!("deliveries"),
    of_subscriber!("issue_stories"),
    of_subscriber!("issues"),
    "DELETE FROM subscribers WHERE reader_id = $1",
];

pub(super) async fn remove(connection: &mut AnyConnection, id: ReaderId) -> Sql<bool> {
    let others = "SELECT COUNT(*) FROM readers WHERE login IS NOT NULL AND id <> $1";
    let row = sqlx::query(others).bind(id.0).fetch_one(&mut *connection).await?;
    if Cells::of(&row).number()? > 0 && is_last_admin(connection, id).await? {
        return Ok(false);
    }
    if by_id(connection, id).await?.is_none() {
        return Ok(false);
    }
    take_back_all(connection, id).await?;
    for statement in FORGET {
        sqlx::query(*statement).bind(id.0).execute(&mut *connection).await?;
    }
    // An installation without logins has its reader, who has nothing then.
    let sql = if id == ReaderId::ONLY {
        "UPDATE readers SET login = NULL, name = 'reader', role = 'reader', password = NULL, \
         profile = NULL WHERE id = $1 AND login IS NOT NULL"
    } else {
        "DELETE FROM readers WHERE id = $1"
    };
    let removed = sqlx::query(sql).bind(id.0).execute(connection).await?;
    Ok(removed.rows_affected() > 0)
}
