//! What a person says of stories: it stays so, whatever is found later.

use std::collections::BTreeSet;

use sqlx::AnyConnection;

use super::{
    bind_number,
    record::{insert_links, regroup},
};
use crate::{
    domain::{
        EntryId,
        story::{Reason, StoryLink},
    },
    store::sql::{Cells, ManyRows, Sql, Statement},
};

static SPLIT: ManyRows =
    ManyRows::new("INSERT INTO story_splits (a, b) VALUES ", 2, " ON CONFLICT (a, b) DO NOTHING");
static UNLINK: ManyRows =
    ManyRows::new("DELETE FROM story_links WHERE by_hand = 1 AND (a, b) IN (VALUES ", 2, ")");
static UNSPLIT: ManyRows =
    ManyRows::new("DELETE FROM story_splits WHERE (a, b) IN (VALUES ", 2, ")");

fn pair(statement: Statement, (one, other): (i64, i64)) -> Statement {
    statement.bind(one.min(other)).bind(one.max(other))
}

static MEMBERS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT o.id FROM v JOIN entries AS e ON e.id = v.id \
     JOIN entries AS o ON o.story_id = e.story_id",
);

async fn members(connection: &mut AnyConnection, entry: EntryId) -> Sql<Vec<i64>> {
    let rows = MEMBERS.fetch(connection, vec![entry.0], bind_number).await?;
    rows.iter().map(|row| Cells::of(row).number()).collect()
}

/// Tells an entry apart from all that it is one story with now; says from how many.
pub(in crate::store) async fn split(connection: &mut AnyConnection, entry: EntryId) -> Sql<u64> {
    let others: Vec<i64> =
        members(connection, entry).await?.into_iter().filter(|it| *it != entry.0).collect();
    let pairs: Vec<(i64, i64)> = others.iter().map(|it| (entry.0, *it)).collect();
    UNLINK.execute(connection, pairs.clone(), pair).await?;
    SPLIT.execute(connection, pairs, pair).await?;
    let touched: BTreeSet<EntryId> = others.iter().map(|it| EntryId(*it)).chain([entry]).collect();
    regroup(connection, touched).await?;
    Ok(others.len() as u64)
}

/// Makes the stories of two entries one, also where they were told apart; says whether they exist
/// and were two.
pub(in crate::store) async fn merge(
    connection: &mut AnyConnection,
    one: EntryId,
    other: EntryId,
) -> Sql<bool> {
    let (first, second) = (members(connection, one).await?, members(connection, other).await?);
    if first.is_empty() || second.is_empty() || first.contains(&other.0) {
        return Ok(false);
    }
    let pairs = first.iter().flat_map(|a| second.iter().map(|b| (*a, *b))).collect();
    UNSPLIT.execute(connection, pairs, pair).await?;
    let link = StoryLink::new(one, other, Reason::ByHand, 1000);
    insert_links(connection, &[link], true).await?;
    regroup(connection, BTreeSet::from([one, other])).await?;
    Ok(true)
}
