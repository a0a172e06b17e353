//! Tokens of programs: made, looked up by the digest of their key, revoked.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::readers::{Who, read_who, who};
use crate::{
    domain::{ApiToken, ApiTokenDraft, ApiTokenId, KeyDigest, ReaderId},
    store::sql::{Cells, Sql, ms, take_numbers},
};

/// Of `api_tokens AS t`; [`read_token`] reads them.
macro_rules! token {
    () => {
        "t.id, t.name, t.scopes, t.made, t.used, t.until"
    };
}

fn read_token(cells: &mut Cells<'_>) -> Sql<ApiToken> {
    Ok(ApiToken {
        id: ApiTokenId(cells.number()?),
        name: cells.text()?,
        scopes: cells.parsed()?,
        made: cells.time()?,
        used: cells.maybe_time()?,
        until: cells.maybe_time()?,
    })
}

pub(super) async fn add(
    connection: &mut AnyConnection,
    reader: ReaderId,
    digest: &KeyDigest,
    draft: &ApiTokenDraft,
    now: Timestamp,
) -> Sql<ApiToken> {
    let id = take_numbers(connection, "api-token", 1).await?;
    let sql = "INSERT INTO api_tokens (id, reader_id, digest, name, scopes, made, until) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(sql)
        .bind(id)
        .bind(reader.0)
        .bind(digest.as_str().to_owned())
        .bind(draft.name().to_owned())
        .bind(draft.scopes().to_string())
        .bind(ms(now))
        .bind(draft.until().map(ms))
        .execute(&mut *connection)
        .await?;
    let sql = concat!("SELECT ", token!(), " FROM api_tokens AS t WHERE t.id = $1");
    let row = sqlx::query(sql).bind(id).fetch_one(connection).await?;
    read_token(&mut Cells::of(&row))
}

pub(super) async fn by_digest(
    connection: &mut AnyConnection,
    digest: &KeyDigest,
) -> Sql<Option<(Who, ApiToken)>> {
    let sql = concat!(
        "SELECT ",
        who!(),
        ", ",
        token!(),
        " FROM api_tokens AS t JOIN readers AS r ON r.id = t.reader_id \
         WHERE t.digest = $1 AND r.login IS NOT NULL"
    );
    let read = |row: AnyRow| {
        let mut cells = Cells::of(&row);
        Ok((read_who(&mut cells)?, read_token(&mut cells)?))
    };
    let row = sqlx::query(sql).bind(digest.as_str().to_owned()).fetch_optional(connection).await?;
    row.map(read).transpose()
}

pub(super) async fn of_reader(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<ApiToken>> {
    let sql = concat!(
        "SELECT ",
        token!(),
        " FROM api_tokens AS t WHERE t.reader_id = $1 ORDER BY t.id DESC"
    );
    let rows = sqlx::query(sql).bind(reader.0).fetch_all(connection).await?;
    rows.iter().map(|row| read_token(&mut Cells::of(row))).collect()
}

pub(super) async fn note(
    connection: &mut AnyConnection,
    id: ApiTokenId,
    now: Timestamp,
) -> Sql<()> {
    let sql = "UPDATE api_tokens SET used = $2 WHERE id = $1 AND (used IS NULL OR used < $2)";
    sqlx::query(sql).bind(id.0).bind(ms(now)).execute(connection).await.map(drop)
}

pub(super) async fn revoke(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: ApiTokenId,
) -> Sql<bool> {
    let sql = "DELETE FROM api_tokens WHERE reader_id = $1 AND id = $2";
    let revoked = sqlx::query(sql).bind(reader.0).bind(id.0).execute(connection).await?;
    Ok(revoked.rows_affected() > 0)
}
