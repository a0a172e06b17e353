//! Readers: who has a login, and what is said of them.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    domain::{Reader, ReaderId, ReaderName, ReaderProfile, ReaderRole},
    store::sql::{Cells, Sql, json, ms, take_numbers},
};

/// Somebody who is to get a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReader {
    pub name: ReaderName,
    pub display: String,
    /// The first is an admin whatever is said here.
    pub role: ReaderRole,
    /// The hash of the password; `None` for whoever comes in by a proxy.
    pub password: Option<String>,
}

/// A reader, and what they care about where that is not what `feeds.toml` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Who {
    pub reader: Reader,
    pub profile: Option<ReaderProfile>,
}

/// A reader as admins see them.
#[derive(Clone, Debug, PartialEq)]
pub struct ReaderReport {
    pub reader: Reader,
    pub profile: Option<ReaderProfile>,
    pub has_password: bool,
    pub made: Timestamp,
    pub sessions: u32,
    pub tokens: u32,
    /// When a session of theirs was used last, to the hour.
    pub seen: Option<Timestamp>,
}

/// Of `readers AS r`; [`read_who`] reads them.
macro_rules! who {
    () => {
        "r.id, r.login, r.name, r.role, r.profile"
    };
}
pub(super) use who;

pub(super) fn read_who(cells: &mut Cells<'_>) -> Sql<Who> {
    let reader = Reader {
        id: ReaderId(cells.number()?),
        name: cells.parsed()?,
        display: cells.text()?,
        role: cells.word(ReaderRole::from_word)?,
    };
    Ok(Who { reader, profile: cells.maybe_json()? })
}

pub(super) async fn reports(connection: &mut AnyConnection) -> Sql<Vec<ReaderReport>> {
    let sql = concat!(
        "SELECT ",
        who!(),
        ", CASE WHEN r.password IS NULL THEN 0 ELSE 1 END, r.created, \
         (SELECT COUNT(*) FROM sessions AS s WHERE s.reader_id = r.id), \
         (SELECT COUNT(*) FROM api_tokens AS t WHERE t.reader_id = r.id), \
         (SELECT MAX(s.seen) FROM sessions AS s WHERE s.reader_id = r.id) \
         FROM readers AS r WHERE r.login IS NOT NULL ORDER BY r.login"
    );
    let read = |row: &AnyRow| {
        let mut cells = Cells::of(row);
        let Who { reader, profile } = read_who(&mut cells)?;
        Ok(ReaderReport {
            reader,
            profile,
            has_password: cells.yes()?,
            made: cells.time()?,
            sessions: cells.count()?,
            tokens: cells.count()?,
            seen: cells.maybe_time()?,
        })
    };
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read).collect()
}

pub(super) async fn count(connection: &mut AnyConnection) -> Sql<u64> {
    let sql = "SELECT COUNT(*) FROM readers WHERE login IS NOT NULL";
    Cells::of(&sqlx::query(sql).fetch_one(connection).await?).count()
}

pub(super) async fn called(connection: &mut AnyConnection, name: &ReaderName) -> Sql<Option<Who>> {
    let sql = concat!("SELECT ", who!(), " FROM readers AS r WHERE r.login = $1");
    let row = sqlx::query(sql).bind(name.to_string()).fetch_optional(connection).await?;
    row.map(|row| read_who(&mut Cells::of(&row))).transpose()
}

pub(super) async fn by_id(connection: &mut AnyConnection, id: ReaderId) -> Sql<Option<Who>> {
    let sql =
        concat!("SELECT ", who!(), " FROM readers AS r WHERE r.id = $1 AND r.login IS NOT NULL");
    let row = sqlx::query(sql).bind(id.0).fetch_optional(connection).await?;
    row.map(|row| read_who(&mut Cells::of(&row))).transpose()
}

pub(super) async fn password(connection: &mut AnyConnection, id: ReaderId) -> Sql<Option<String>> {
    let sql = "SELECT password FROM readers WHERE id = $1 AND login IS NOT NULL";
    let row = sqlx::query(sql).bind(id.0).fetch_optional(connection).await?;
    Ok(row.map(|row| Cells::of(&row).maybe_text()).transpose()?.flatten())
}

/// The number is taken first: on PostgreSQL that lets two who come at once come one after the other.
pub(super) async fn add(
    connection: &mut AnyConnection,
    new: &NewReader,
    now: Timestamp,
) -> Sql<Option<Reader>> {
    let fresh = take_numbers(connection, "reader", 1).await?;
    if called(connection, &new.name).await?.is_some() {
        return Ok(None);
    }
    let is_first = count(connection).await? == 0;
    let (id, role) =
        if is_first { (ReaderId::ONLY.0, ReaderRole::Admin) } else { (fresh, new.role) };
    let sql = "INSERT INTO readers (id, login, name, role, password, created) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET \
               login = excluded.login, name = excluded.name, role = excluded.role, \
               password = excluded.password, created = excluded.created";
    sqlx::query(sql)
        .bind(id)
        .bind(new.name.to_string())
        .bind(new.display.clone())
        .bind(role.as_str())
        .bind(new.password.clone())
        .bind(ms(now))
        .execute(&mut *connection)
        .await?;
    Ok(by_id(connection, ReaderId(id)).await?.map(|it| it.reader))
}

pub(super) async fn set_password(
    connection: &mut AnyConnection,
    id: ReaderId,
    hash: &str,
) -> Sql<()> {
    let sql = "UPDATE readers SET password = $2 WHERE id = $1 AND login IS NOT NULL";
    sqlx::query(sql).bind(id.0).bind(hash.to_owned()).execute(connection).await.map(drop)
}

pub(super) async fn set_display(
    connection: &mut AnyConnection,
    id: ReaderId,
    name: &str,
) -> Sql<()> {
    let sql = "UPDATE readers SET name = $2 WHERE id = $1 AND login IS NOT NULL";
    sqlx::query(sql).bind(id.0).bind(name.to_owned()).execute(connection).await.map(drop)
}

pub(super) async fn set_role(
    connection: &mut AnyConnection,
    id: ReaderId,
    role: ReaderRole,
) -> Sql<bool> {
    if role != ReaderRole::Admin && is_last_admin(connection, id).await? {
        return Ok(false);
    }
    let sql = "UPDATE readers SET role = $2 WHERE id = $1 AND login IS NOT NULL";
    let set = sqlx::query(sql).bind(id.0).bind(role.as_str()).execute(connection).await?;
    Ok(set.rows_affected() > 0)
}

/// Whether nobody else is an admin.
pub(super) async fn is_last_admin(connection: &mut AnyConnection, id: ReaderId) -> Sql<bool> {
    let sql = "SELECT COUNT(*) FROM readers WHERE login IS NOT NULL AND role = 'admin' \
               AND id <> $1";
    let row = sqlx::query(sql).bind(id.0).fetch_one(&mut *connection).await?;
    let others: i64 = Cells::of(&row).number()?;
    let who = by_id(connection, id).await?;
    Ok(others == 0 && who.is_some_and(|it| it.reader.role == ReaderRole::Admin))
}

pub(super) async fn set_profile(
    connection: &mut AnyConnection,
    id: ReaderId,
    profile: Option<&ReaderProfile>,
) -> Sql<()> {
    let sql = "UPDATE readers SET profile = $2 WHERE id = $1 AND login IS NOT NULL";
    let set = sqlx::query(sql).bind(id.0).bind(profile.map(json));
    set.execute(connection).await.map(drop)
}
