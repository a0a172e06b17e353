//! Words that only this installation knows.

use sqlx::AnyConnection;

use crate::store::sql::{Cells, Sql};

/// By which links are signed.
const SIGNING_KEY: &str = "signing-key";

pub(super) async fn signing_key(connection: &mut AnyConnection) -> Sql<Option<String>> {
    let row = sqlx::query("SELECT value FROM meta WHERE name = $1").bind(SIGNING_KEY);
    let row = row.fetch_optional(connection).await?;
    row.map(|row| Cells::of(&row).text()).transpose()
}

/// The key that is kept, which is `fresh` where there was none.
pub(super) async fn keep_signing_key(connection: &mut AnyConnection, fresh: &str) -> Sql<String> {
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    let keep = sqlx::query(sql).bind(SIGNING_KEY).bind(fresh.to_owned());
    keep.execute(&mut *connection).await?;
    Ok(signing_key(connection).await?.unwrap_or_else(|| fresh.to_owned()))
}
