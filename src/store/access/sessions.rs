//! Sessions: begun, looked up by the digest of their key, ended.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::readers::{Who, read_who, who};
use crate::{
    domain::{KeyDigest, ReaderId, Session, SessionId},
    store::sql::{Cells, Sql, ms, take_numbers},
};

/// Of `sessions AS s`; [`read_session`] reads them.
macro_rules! session {
    () => {
        "s.id, s.made, s.seen, s.client, s.agent"
    };
}

fn read_session(cells: &mut Cells<'_>) -> Sql<Session> {
    Ok(Session {
        id: SessionId(cells.number()?),
        made: cells.time()?,
        seen: cells.time()?,
        client: cells.text()?,
        agent: cells.text()?,
    })
}

pub(super) async fn add(
    connection: &mut AnyConnection,
    reader: ReaderId,
    digest: &KeyDigest,
    (client, agent): (&str, &str),
    now: Timestamp,
) -> Sql<SessionId> {
    let id = take_numbers(connection, "session", 1).await?;
    let forget = "DELETE FROM sessions WHERE seen < $1 OR made < $2";
    let since = |ago| ms(now.checked_sub(ago).unwrap_or(now));
    sqlx::query(forget)
        .bind(since(Session::IDLE))
        .bind(since(Session::LONGEST))
        .execute(&mut *connection)
        .await?;
    let sql = "INSERT INTO sessions (id, reader_id, digest, made, seen, client, agent) \
               VALUES ($1, $2, $3, $4, $4, $5, $6)";
    sqlx::query(sql)
        .bind(id)
        .bind(reader.0)
        .bind(digest.as_str().to_owned())
        .bind(ms(now))
        .bind(client.to_owned())
        .bind(agent.to_owned())
        .execute(connection)
        .await?;
    Ok(SessionId(id))
}

pub(super) async fn by_digest(
    connection: &mut AnyConnection,
    digest: &KeyDigest,
) -> Sql<Option<(Who, Session)>> {
    let sql = concat!(
        "SELECT ",
        who!(),
        ", ",
        session!(),
        " FROM sessions AS s JOIN readers AS r ON r.id = s.reader_id \
         WHERE s.digest = $1 AND r.login IS NOT NULL"
    );
    let read = |row: AnyRow| {
        let mut cells = Cells::of(&row);
        Ok((read_who(&mut cells)?, read_session(&mut cells)?))
    };
    let row = sqlx::query(sql).bind(digest.as_str().to_owned()).fetch_optional(connection).await?;
    row.map(read).transpose()
}

pub(super) async fn of_reader(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<Session>> {
    let sql = concat!(
        "SELECT ",
        session!(),
        " FROM sessions AS s WHERE s.reader_id = $1 ORDER BY s.seen DESC, s.id DESC"
    );
    let rows = sqlx::query(sql).bind(reader.0).fetch_all(connection).await?;
    rows.iter().map(|row| read_session(&mut Cells::of(row))).collect()
}

/// Never back: two requests may note it in either order.
pub(super) async fn note(connection: &mut AnyConnection, id: SessionId, now: Timestamp) -> Sql<()> {
    let sql = "UPDATE sessions SET seen = $2 WHERE id = $1 AND seen < $2";
    sqlx::query(sql).bind(id.0).bind(ms(now)).execute(connection).await.map(drop)
}

pub(super) async fn end(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: SessionId,
) -> Sql<bool> {
    let sql = "DELETE FROM sessions WHERE reader_id = $1 AND id = $2";
    let ended = sqlx::query(sql).bind(reader.0).bind(id.0).execute(connection).await?;
    Ok(ended.rows_affected() > 0)
}

pub(super) async fn end_all(
    connection: &mut AnyConnection,
    reader: ReaderId,
    save: Option<SessionId>,
) -> Sql<u64> {
    let sql = "DELETE FROM sessions WHERE reader_id = $1 AND id <> $2";
    let save = save.map_or(0, |it| it.0);
    let ended = sqlx::query(sql).bind(reader.0).bind(save).execute(connection).await?;
    Ok(ended.rows_affected())
}
