//! Copies of `robots.txt` files, one for each origin.

use sqlx::{AnyConnection, AnyPool};

use crate::domain::{RobotsCopy, Validators};

use super::sql::{Cells, Sql, ms, plain};

pub(super) async fn load(pool: &AnyPool, origin: &str) -> Sql<Option<RobotsCopy>> {
    let sql = "SELECT text, etag, last_modified, asked, until, unreachable_since FROM robots \
               WHERE origin = $1";
    let row = sqlx::query(sql).bind(origin.to_owned()).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let mut cells = Cells::of(&row);
    Ok(Some(RobotsCopy {
        text: cells.maybe_text()?,
        validators: Validators { etag: cells.maybe_text()?, last_modified: cells.maybe_text()? },
        asked: cells.time()?,
        until: cells.time()?,
        unreachable_since: cells.maybe_time()?,
    }))
}

pub(super) async fn keep(
    connection: &mut AnyConnection,
    origin: &str,
    copy: &RobotsCopy,
) -> Sql<()> {
    let RobotsCopy { text, validators, asked, until, unreachable_since } = copy.clone();
    sqlx::query(
        "INSERT INTO robots (origin, text, etag, last_modified, asked, until, unreachable_since) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (origin) DO UPDATE SET \
         text = excluded.text, etag = excluded.etag, last_modified = excluded.last_modified, \
         asked = excluded.asked, until = excluded.until, \
         unreachable_since = excluded.unreachable_since",
    )
    .bind(origin.to_owned())
    .bind(text.map(plain))
    .bind(validators.etag.map(plain))
    .bind(validators.last_modified.map(plain))
    .bind(ms(asked))
    .bind(ms(until))
    .bind(unreachable_since.map(ms))
    .execute(connection)
    .await
    .map(drop)
}
