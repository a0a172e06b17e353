//! Corrections: kept with what was said before, listed, taken back.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::{
    CorrectionsAsk,
    load::{Details, kept, read_judgement},
    record::bind_maybe_place,
    reread::bring_back,
};
use crate::{
    domain::{Correction, CorrectionId, EntryId, Insight, Judgement, Kind, Place, ReaderId, Role},
    store::{
        KeptCursor, KeptPage,
        reader::before,
        sql::{Cells, Sql, ms, plain, take_numbers},
    },
};

pub(super) async fn kind(
    connection: &mut AnyConnection,
    (reader, entry): (ReaderId, EntryId),
    kind: Kind,
    now: Timestamp,
) -> Sql<Option<Correction>> {
    let shown = shown(connection, entry).await?;
    let said = shown.verdict.map(|it| it.kind);
    let judgement = Judgement::Kind { said, should_be: kind };
    keep(connection, (reader, entry), judgement, now).await
}

pub(super) async fn role(
    connection: &mut AnyConnection,
    (reader, entry): (ReaderId, EntryId),
    (quote, place): (&str, Place),
    role: Option<Role>,
    now: Timestamp,
) -> Sql<Option<Correction>> {
    let quote = plain(quote.to_owned());
    let shown = shown(connection, entry).await?;
    let said = shown.passages.iter().find(|it| it.text == quote).map(|it| it.role);
    let judgement = Judgement::Role { quote, place: Some(place), said, should_be: role };
    keep(connection, (reader, entry), judgement, now).await
}

/// What an entry is shown to be.
async fn shown(connection: &mut AnyConnection, entry: EntryId) -> Sql<Insight> {
    let kept = kept(connection, &[entry], Details::All).await?.remove(&entry);
    Ok(kept.and_then(|it| it.insight).unwrap_or_default())
}

/// Said again, it is as if said once.
async fn keep(
    connection: &mut AnyConnection,
    (reader, entry): (ReaderId, EntryId),
    judgement: Judgement,
    now: Timestamp,
) -> Sql<Option<Correction>> {
    let ask = CorrectionsAsk { entry: Some(entry), before: None, limit: u32::MAX };
    let present = list(connection, reader, &ask).await?.rows;
    let about_the_same = |it: &Correction| it.judgement.quote() == judgement.quote();
    if let Some(last) = present.into_iter().find(about_the_same)
        && last.judgement.words().1 == judgement.words().1
    {
        return Ok(Some(last));
    }
    let id = take_numbers(connection, "correction", 1).await?;
    if !insert(connection, (reader, entry, id), judgement, now).await? {
        return Ok(None);
    }
    bring_back(connection, vec![entry.0]).await?;
    let kept = list(connection, reader, &ask).await?.rows;
    Ok(kept.into_iter().find(|it| it.id.0 == id))
}

/// Says whether the entry is there.
async fn insert(
    connection: &mut AnyConnection,
    (reader, entry, id): (ReaderId, EntryId, i64),
    judgement: Judgement,
    now: Timestamp,
) -> Sql<bool> {
    let (said, should_be) = judgement.words();
    let (quote, place) = match judgement {
        Judgement::Kind { .. } => (None, None),
        Judgement::Role { quote, place, .. } => (Some(quote), place),
    };
    let sql = "INSERT INTO corrections (block, start, id, reader_id, quote, said, should_be, made, \
               entry_id, title, address, peer_name) \
               SELECT CAST($1 AS INTEGER), CAST($2 AS INTEGER), $3, $4, $5, $6, $7, $8, \
               e.id, e.title, e.link, p.name FROM entries AS e JOIN peers AS p \
               ON p.id = e.peer_id WHERE e.id = $9";
    let inserted = bind_maybe_place(sqlx::query(sql), place)
        .bind(id)
        .bind(reader.0)
        .bind(quote)
        .bind(said)
        .bind(should_be)
        .bind(ms(now))
        .bind(entry.0)
        .execute(connection)
        .await?;
    Ok(inserted.rows_affected() > 0)
}

pub(super) async fn list(
    connection: &mut AnyConnection,
    reader: ReaderId,
    ask: &CorrectionsAsk,
) -> Sql<KeptPage<Correction>> {
    let sql = "SELECT c.id, c.entry_id, c.title, c.address, c.peer_name, c.made, \
               CASE WHEN e.id IS NULL THEN 1 ELSE 0 END, c.quote, c.block, c.start, c.said, \
               c.should_be FROM corrections AS c LEFT JOIN entries AS e ON e.id = c.entry_id \
               WHERE c.reader_id = $1 AND ($2 = 0 OR c.entry_id = $2) AND (c.made, c.id) < ($3, $4) \
               ORDER BY c.made DESC, c.id DESC LIMIT $5";
    let (made, id) = before(ask.before);
    let rows = sqlx::query(sql)
        .bind(reader.0)
        .bind(ask.entry.map_or(0, |it| it.0))
        .bind(made)
        .bind(id)
        .bind(i64::from(ask.limit) + 1)
        .fetch_all(connection)
        .await?;
    let rows = rows.iter().map(read_correction).collect::<Sql<_>>()?;
    let cursor = |it: &Correction| KeptCursor { at: it.made, id: it.id.0 };
    Ok(KeptPage::of(rows, ask.limit, cursor))
}

fn read_correction(row: &AnyRow) -> Sql<Correction> {
    let mut cells = Cells::of(row);
    Ok(Correction {
        id: CorrectionId(cells.number()?),
        entry: EntryId(cells.number()?),
        title: cells.text()?,
        address: cells.maybe_parsed()?,
        peer_name: cells.text()?,
        made: cells.time()?,
        is_gone: cells.yes()?,
        judgement: read_judgement(&mut cells)?,
    })
}

pub(super) async fn remove(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: CorrectionId,
) -> Sql<bool> {
    let sql = "DELETE FROM corrections WHERE reader_id = $1 AND id = $2 RETURNING entry_id";
    let query = sqlx::query(sql).bind(reader.0).bind(id.0);
    let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(false) };
    bring_back(connection, vec![Cells::of(&row).number()?]).await?;
    Ok(true)
}

/// All of a reader: the entries are what a model read, or others say.
pub(in crate::store) async fn remove_all(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<()> {
    let sql = "DELETE FROM corrections WHERE reader_id = $1 RETURNING entry_id";
    let rows = sqlx::query(sql).bind(reader.0).fetch_all(&mut *connection).await?;
    let mut entries: Vec<i64> =
        rows.iter().map(|row| Cells::of(row).number()).collect::<Sql<_>>()?;
    entries.sort_unstable();
    entries.dedup();
    bring_back(connection, entries).await
}
