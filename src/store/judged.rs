//! What was read out of posts, in short: for landscapes, limits and trends.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    domain::{EntryId, JudgedPost, Kind, Role, StoryId},
    store::{
        insight::{kept, narrow},
        sql::{Cells, Sql, ms},
    },
};

/// Every post of a peer that is followed, as readers have it: a kind that was corrected is the right one.
pub(super) async fn posts(
    connection: &mut AnyConnection,
    since: Option<Timestamp>,
) -> Sql<Vec<JudgedPost>> {
    let since = since.map_or(i64::MIN, ms);
    let mut roles = roles(connection, since).await?;
    let sql = "SELECT e.id, e.story_id, p.slug, e.ordered, i.kind, i.expected \
               FROM entries AS e JOIN peers AS p ON p.id = e.peer_id \
               LEFT JOIN insights AS i ON i.entry_id = e.id \
               WHERE p.followed = 1 AND e.ordered >= $1";
    let rows = sqlx::query(sql).bind(since).fetch_all(&mut *connection).await?;
    let read = |row| {
        let mut cells = Cells::of(row);
        let entry = EntryId(cells.number()?);
        let (story, peer, ordered) = (StoryId(cells.number()?), cells.text()?, cells.time()?);
        let kind = cells.maybe_word(Kind::from_word)?;
        let expected = narrow(cells.maybe_real()?.unwrap_or_default());
        let roles = roles.remove(&entry).unwrap_or_default();
        Ok(JudgedPost { entry, story, peer, ordered, kind, expected, roles })
    };
    let mut posts: Vec<JudgedPost> = rows.iter().map(read).collect::<Sql<_>>()?;
    correct(connection, &mut posts).await?;
    Ok(posts)
}

async fn roles(
    connection: &mut AnyConnection,
    since: i64,
) -> Sql<HashMap<EntryId, BTreeSet<Role>>> {
    let sql = "SELECT g.entry_id, g.role FROM passages AS g JOIN entries AS e \
               ON e.id = g.entry_id WHERE e.ordered >= $1";
    let mut roles: HashMap<EntryId, BTreeSet<Role>> = HashMap::new();
    for row in &sqlx::query(sql).bind(since).fetch_all(connection).await? {
        let mut cells = Cells::of(row);
        roles.entry(EntryId(cells.number()?)).or_default().insert(cells.word(Role::from_word)?);
    }
    Ok(roles)
}

/// What readers say counts: of the few posts that they corrected all is loaded.
async fn correct(connection: &mut AnyConnection, posts: &mut [JudgedPost]) -> Sql<()> {
    let sql = "SELECT DISTINCT entry_id FROM corrections";
    let rows = sqlx::query(sql).fetch_all(&mut *connection).await?;
    let ids = rows.iter().map(|row| Ok(EntryId(Cells::of(row).number()?)));
    let kept = kept(connection, &ids.collect::<Sql<Vec<_>>>()?).await?;
    for post in posts.iter_mut().filter(|_| !kept.is_empty()) {
        if let Some(insight) = kept.get(&post.entry).and_then(|it| it.insight.as_ref()) {
            post.kind = insight.verdict.map(|it| it.kind);
            post.roles = insight.passages.iter().map(|it| it.role).collect();
        }
    }
    Ok(())
}

/// Key phrases that so many stories of followed peers have since then, or more, each with all entries that
/// have it since an earlier time.
pub(super) async fn phrases(
    connection: &mut AnyConnection,
    (since, from): (Timestamp, Timestamp),
    fewest_stories: usize,
) -> Sql<BTreeMap<String, Vec<EntryId>>> {
    let sql = "WITH often(phrase) AS (SELECT f.phrase FROM phrases AS f \
               JOIN entries AS e ON e.id = f.entry_id JOIN peers AS p ON p.id = e.peer_id \
               WHERE e.ordered >= $1 AND p.followed = 1 GROUP BY f.phrase \
               HAVING COUNT(DISTINCT e.story_id) >= $2) \
               SELECT f.phrase, f.entry_id FROM often AS o JOIN phrases AS f ON f.phrase = o.phrase \
               JOIN entries AS e ON e.id = f.entry_id WHERE e.ordered >= $3";
    let fewest = i64::try_from(fewest_stories).unwrap_or(i64::MAX);
    let query = sqlx::query(sql).bind(ms(since)).bind(fewest).bind(ms(from));
    let mut phrases: BTreeMap<String, Vec<EntryId>> = BTreeMap::new();
    for row in &query.fetch_all(connection).await? {
        let mut cells = Cells::of(row);
        phrases.entry(cells.text()?).or_default().push(EntryId(cells.number()?));
    }
    Ok(phrases)
}
