//! What servers said of subscribers' addresses.

use sqlx::AnyConnection;

use crate::{
    domain::Subscriber,
    store::sql::{Sql, ms},
};

/// Keeps refusals and state; whoever left meanwhile has left.
pub(super) async fn keep(
    connection: &mut AnyConnection,
    before: &Subscriber,
    after: &Subscriber,
) -> Sql<()> {
    let sql = "UPDATE subscribers SET refusals = $2, refused = $3, \
               state = CASE WHEN state = $4 THEN $5 ELSE state END WHERE id = $1";
    sqlx::query(sql)
        .bind(after.id.0)
        .bind(i64::from(after.refusals))
        .bind(after.refused.map(ms))
        .bind(before.state.as_str())
        .bind(after.state.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
