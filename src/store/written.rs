//! Writes entries: new ones, edited ones, and those that go by another key now.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::domain::{EntryDraft, EntryId, Keys, PeerId, SourceId, ordered_at};

use super::articles::reapply_given;
use super::sql::{ManyRows, Sql, Statement, json, ms, plain};

pub(super) struct NewEntry {
    pub(super) source: SourceId,
    pub(super) peer: PeerId,
    pub(super) backlog: bool,
    /// Time of the visit.
    pub(super) at: Timestamp,
    pub(super) draft: EntryDraft,
    pub(super) keys: Keys,
}

pub(super) struct EditedEntry {
    pub(super) id: EntryId,
    pub(super) quiet: bool,
    pub(super) at: Timestamp,
    pub(super) draft: EntryDraft,
    pub(super) keys: Keys,
}

pub(super) struct Rekeyed {
    pub(super) id: EntryId,
    pub(super) keys: Keys,
}

static INSERT_STORIES: ManyRows = ManyRows::new("INSERT INTO stories (id, arrived) VALUES ", 2, "");

static INSERT_ENTRIES: ManyRows = ManyRows::new(
    "INSERT INTO entries (id, story_id, source_id, peer_id, identity_key, link_key, title_key, \
     content, link, title, authors, categories, language, published, updated, first_seen, \
     ordered, backlog, summary, words, html_bytes, fingerprint, is_whole, quiet_edits, arrived, \
     changed) VALUES ",
    26,
    "",
);

static INSERT_BODIES: ManyRows =
    ManyRows::new("INSERT INTO bodies (entry_id, html) VALUES ", 2, "");

/// Inserts entries, each in a story of its own. An entry's number in the change sequence is also
/// its id and its story's, so that no number is ever given twice, not even after deletions.
pub(super) async fn insert_entries(
    connection: &mut AnyConnection,
    mut entries: Vec<NewEntry>,
    first: i64,
) -> Sql<()> {
    let bind_pair = |statement: Statement, id: i64| statement.bind(id).bind(id);
    let ids: Vec<i64> = (first..).take(entries.len()).collect();
    INSERT_STORIES.execute(connection, ids.clone(), bind_pair).await?;
    let bytes = |it: &NewEntry| i64::try_from(it.draft.html.len()).unwrap_or(i64::MAX);
    let sizes: Vec<i64> = entries.iter().map(bytes).collect();
    let take_html = |it: &mut NewEntry| plain(std::mem::take(&mut it.draft.html));
    let bodies = entries.iter_mut().map(take_html).zip(ids.iter().copied()).collect();
    let rows = entries.into_iter().zip(ids).zip(sizes).collect();
    INSERT_ENTRIES.execute(connection, rows, bind_entry).await?;
    let bind_body = |statement: Statement, (html, id): (String, i64)| statement.bind(id).bind(html);
    INSERT_BODIES.execute(connection, bodies, bind_body).await
}

fn bind_entry(statement: Statement, ((entry, id), bytes): ((NewEntry, i64), i64)) -> Statement {
    let NewEntry { source, peer, backlog, at, draft, keys } = entry;
    statement
        .bind(id)
        .bind(id)
        .bind(source.0)
        .bind(peer.0)
        .bind(keys.identity.0)
        .bind(keys.link.map(|key| key.0))
        .bind(keys.title.0)
        .bind(keys.content.0)
        .bind(draft.link.map(String::from))
        .bind(plain(draft.title))
        .bind(json(&draft.authors))
        .bind(json(&draft.categories))
        .bind(draft.language.map(String::from))
        .bind(draft.published.map(ms))
        .bind(draft.updated.map(ms))
        .bind(ms(at))
        .bind(ms(ordered_at(draft.published, at, backlog)))
        .bind(i64::from(backlog))
        .bind(plain(draft.summary))
        .bind(i64::from(draft.words))
        .bind(bytes)
        .bind(draft.fingerprint.map(|it| it.0))
        .bind(i64::from(draft.is_whole))
        .bind(0_i64)
        .bind(id)
        .bind(id)
}

/// Keeps the former text of each entry as a revision, then writes the new one. Where an edit takes
/// a date away, the known one stays, and so does what an entry's page gave it. While the text of a
/// page is shown, an edit of what the source carries changes what is read by its title only.
pub(super) async fn write_edits(
    connection: &mut AnyConnection,
    edits: Vec<EditedEntry>,
    first: i64,
) -> Sql<()> {
    for (edit, number) in edits.into_iter().zip(first..) {
        let (id, html) = (edit.id.0, plain(edit.draft.html.clone()));
        let keep = "INSERT INTO revisions (entry_id, at, title, html) SELECT e.id, $1, e.title, \
                    COALESCE(a.html, b.html) FROM entries AS e \
                    JOIN bodies AS b ON b.entry_id = e.id \
                    LEFT JOIN articles AS a ON a.entry_id = e.id WHERE e.id = $2 \
                    AND (a.html IS NULL OR COALESCE(a.title, $3) <> e.title)";
        let title = plain(edit.draft.title.clone());
        let keep = sqlx::query(keep).bind(ms(edit.at)).bind(id).bind(title);
        keep.execute(&mut *connection).await?;
        let body = "UPDATE bodies SET html = $1 WHERE entry_id = $2";
        sqlx::query(body).bind(html).bind(id).execute(&mut *connection).await?;
        bind_edit(edit, number).execute(&mut *connection).await?;
        reapply_given(connection, EntryId(id)).await?;
    }
    Ok(())
}

fn bind_edit(edit: EditedEntry, number: i64) -> Statement {
    let EditedEntry { id, quiet, at: _, draft, keys } = edit;
    sqlx::query(
        "UPDATE entries SET identity_key = $1, link_key = $2, title_key = $3, content = $4, \
         link = COALESCE($5, link), title = $6, authors = $7, categories = $8, \
         language = COALESCE($9, language), published = COALESCE($10, published), \
         updated = COALESCE($11, updated), summary = $12, words = $13, html_bytes = $14, \
         fingerprint = $15, is_whole = $16, quiet_edits = quiet_edits + $17, changed = $18 \
         WHERE id = $19",
    )
    .bind(keys.identity.0)
    .bind(keys.link.map(|key| key.0))
    .bind(keys.title.0)
    .bind(keys.content.0)
    .bind(draft.link.map(String::from))
    .bind(plain(draft.title))
    .bind(json(&draft.authors))
    .bind(json(&draft.categories))
    .bind(draft.language.map(String::from))
    .bind(draft.published.map(ms))
    .bind(draft.updated.map(ms))
    .bind(plain(draft.summary))
    .bind(i64::from(draft.words))
    .bind(i64::try_from(draft.html.len()).unwrap_or(i64::MAX))
    .bind(draft.fingerprint.map(|it| it.0))
    .bind(i64::from(draft.is_whole))
    .bind(i64::from(quiet))
    .bind(number)
    .bind(id.0)
}

static REKEY_ENTRIES: ManyRows = ManyRows::new(
    "WITH v(id, identity_key, link_key, title_key) AS (VALUES ",
    4,
    ") UPDATE entries SET identity_key = v.identity_key, link_key = v.link_key, \
     title_key = v.title_key FROM v WHERE entries.id = v.id",
);

/// The keys only: what the entry says is the same.
pub(super) async fn rekey_entries(
    connection: &mut AnyConnection,
    rekeyed: Vec<Rekeyed>,
) -> Sql<()> {
    REKEY_ENTRIES
        .execute(connection, rekeyed, |statement, Rekeyed { id, keys }| {
            statement
                .bind(id.0)
                .bind(keys.identity.0)
                .bind(keys.link.map(|key| key.0))
                .bind(keys.title.0)
        })
        .await
}
