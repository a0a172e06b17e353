//! Deletes what someone wants gone: one entry, or all that a peer left.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use crate::domain::{EntryId, PeerId, Slug};

use super::{
    reader::{LEAVING_READINGS, drop_forgotten, keep_names_of_entry, keep_names_of_peer},
    roster,
    sql::{Cells, Sql, ms, take_numbers},
};

/// What forgetting a peer deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgetting {
    pub peer: PeerId,
    pub name: String,
    /// Whether `feeds.toml` names it now: then it comes back, as new.
    pub followed: bool,
    pub sources: u64,
    pub entries: u64,
    pub revisions: u64,
    pub visits: u64,
    /// Of bodies and former bodies.
    pub bytes: u64,
    /// Of a story that goes with it. Those studied or applied stay, and those that a note or highlight
    /// cites; notes and highlights stay all.
    pub readings: u64,
}

pub(super) async fn preview(
    connection: &mut AnyConnection,
    slug: &Slug,
) -> Sql<Option<Forgetting>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT p.id, p.name, p.followed, \
         (SELECT COUNT(*) FROM sources AS s WHERE s.peer_id = p.id), \
         (SELECT COUNT(*) FROM entries AS e WHERE e.peer_id = p.id), \
         (SELECT COUNT(*) FROM revisions AS r JOIN entries AS e ON e.id = r.entry_id \
          WHERE e.peer_id = p.id), \
         (SELECT COUNT(*) FROM visits AS v JOIN sources AS s ON s.id = v.source_id \
          WHERE s.peer_id = p.id), \
         (SELECT CAST(COALESCE(SUM(e.html_bytes), 0) AS BIGINT) FROM entries AS e \
          WHERE e.peer_id = p.id), \
         (SELECT CAST(COALESCE(SUM(LENGTH(r.html)), 0) AS BIGINT) FROM revisions AS r \
          JOIN entries AS e ON e.id = r.entry_id WHERE e.peer_id = p.id), {LEAVING_READINGS} \
         FROM peers AS p WHERE p.slug = $1"
    ));
    let query = sqlx::query(sql).bind(slug.as_str().to_owned());
    let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
    let mut cells = Cells::of(&row);
    Ok(Some(Forgetting {
        peer: PeerId(cells.number()?),
        name: cells.text()?,
        followed: cells.yes()?,
        sources: cells.count()?,
        entries: cells.count()?,
        revisions: cells.count()?,
        visits: cells.count()?,
        bytes: cells.count::<u64>()? + cells.count::<u64>()?,
        readings: cells.count()?,
    }))
}

/// In this order nothing is deleted that another row still points to.
const FORGET: &[&str] = &[
    "DELETE FROM story_links WHERE a IN (SELECT id FROM entries WHERE peer_id = $1) \
     OR b IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM story_splits WHERE a IN (SELECT id FROM entries WHERE peer_id = $1) \
     OR b IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM translations WHERE a IN (SELECT id FROM entries WHERE peer_id = $1) \
     OR b IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM story_marks WHERE id / 32 IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM measures WHERE entry_id IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM phrases WHERE entry_id IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM passages WHERE entry_id IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM insights WHERE entry_id IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM revisions WHERE entry_id IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM articles WHERE entry_id IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM bodies WHERE entry_id IN (SELECT id FROM entries WHERE peer_id = $1)",
    "DELETE FROM entries WHERE peer_id = $1",
    "DELETE FROM tombstones WHERE source_id IN (SELECT id FROM sources WHERE peer_id = $1)",
    "DELETE FROM visits WHERE source_id IN (SELECT id FROM sources WHERE peer_id = $1)",
    "DELETE FROM backfills WHERE source_id IN (SELECT id FROM sources WHERE peer_id = $1)",
    "DELETE FROM sources WHERE peer_id = $1",
    "DELETE FROM peers WHERE id = $1",
];

pub(super) async fn forget(connection: &mut AnyConnection, slug: &Slug) -> Sql<Option<Forgetting>> {
    let Some(forgetting) = preview(connection, slug).await? else { return Ok(None) };
    let peer = forgetting.peer.0;
    if forgetting.entries > 0 {
        let count = usize::try_from(forgetting.entries).unwrap_or(usize::MAX);
        let last = take_numbers(connection, "change", count).await?;
        let before = last - i64::try_from(count).unwrap_or(i64::MAX);
        let removals = "INSERT INTO removals (changed, entry_id) \
             SELECT $1 + ROW_NUMBER() OVER (ORDER BY id), id FROM entries WHERE peer_id = $2";
        sqlx::query(removals).bind(before).bind(peer).execute(&mut *connection).await?;
    }
    keep_names_of_peer(connection, peer).await?;
    for statement in FORGET {
        sqlx::query(*statement).bind(peer).execute(&mut *connection).await?;
    }
    let empty = "DELETE FROM stories WHERE NOT EXISTS \
                 (SELECT 1 FROM entries WHERE entries.story_id = stories.id)";
    sqlx::query(empty).execute(&mut *connection).await?;
    drop_forgotten(connection).await?;
    roster::changed(connection).await?;
    Ok(Some(forgetting))
}

const DELETE: &[&str] = &[
    "DELETE FROM story_links WHERE a = $1 OR b = $1",
    "DELETE FROM story_splits WHERE a = $1 OR b = $1",
    "DELETE FROM translations WHERE a = $1 OR b = $1",
    "DELETE FROM story_marks WHERE id >= $1 * 32 AND id < $1 * 32 + 32",
    "DELETE FROM measures WHERE entry_id = $1",
    "DELETE FROM phrases WHERE entry_id = $1",
    "DELETE FROM passages WHERE entry_id = $1",
    "DELETE FROM insights WHERE entry_id = $1",
    "DELETE FROM revisions WHERE entry_id = $1",
    "DELETE FROM articles WHERE entry_id = $1",
    "DELETE FROM bodies WHERE entry_id = $1",
    "DELETE FROM entries WHERE id = $1",
];

/// Whether there was such an entry. A tombstone stays, by which it is recognised when its source
/// lists it again.
pub(super) async fn delete_entry(
    connection: &mut AnyConnection,
    id: EntryId,
    now: Timestamp,
) -> Sql<bool> {
    let find = "SELECT story_id FROM entries WHERE id = $1";
    let Some(row) = sqlx::query(find).bind(id.0).fetch_optional(&mut *connection).await? else {
        return Ok(false);
    };
    let story: i64 = row.try_get(0)?;
    let keep = "INSERT INTO tombstones (source_id, identity_key, link_key, title_key, content, \
         published, updated, fingerprint, deleted) SELECT source_id, identity_key, link_key, \
         title_key, content, published, updated, fingerprint, $1 FROM entries WHERE id = $2 \
         ON CONFLICT (source_id, identity_key) DO UPDATE SET deleted = excluded.deleted";
    sqlx::query(keep).bind(ms(now)).bind(id.0).execute(&mut *connection).await?;
    let changed = take_numbers(connection, "change", 1).await?;
    let removal = "INSERT INTO removals (changed, entry_id) VALUES ($1, $2)";
    sqlx::query(removal).bind(changed).bind(id.0).execute(&mut *connection).await?;
    keep_names_of_entry(connection, id.0).await?;
    for statement in DELETE {
        sqlx::query(*statement).bind(id.0).execute(&mut *connection).await?;
    }
    let empty = "DELETE FROM stories WHERE id = $1 AND NOT EXISTS \
                 (SELECT 1 FROM entries WHERE entries.story_id = stories.id)";
    sqlx::query(empty).bind(story).execute(&mut *connection).await?;
    drop_forgotten(connection).await?;
    Ok(true)
}
