//! Highlights: kept once each, listed by entry.

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::{
    KeptCursor, KeptPage, before,
    cited::{citations, read_citation},
};
use crate::{
    domain::{
        Address, Citation, DraftError, EntryId, Highlight, HighlightDraft, HighlightId,
        HighlightRecord, ReaderId,
    },
    store::sql::{Cells, Sql, ms, take_numbers},
};

/// Which highlights to list, latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HighlightsAsk {
    pub entry: Option<EntryId>,
    /// Continue after the last highlight of an earlier page.
    pub before: Option<KeptCursor>,
    pub limit: u32,
}

impl Default for HighlightsAsk {
    fn default() -> Self {
        Self { entry: None, before: None, limit: 50 }
    }
}

macro_rules! highlights {
    () => {
        "SELECT h.id, h.quote, h.prefix, h.suffix, h.start, h.made, h.entry_id, h.story_id, \
         h.title, h.address, h.peer_name, h.published, CASE WHEN e.id IS NULL THEN 1 ELSE 0 END \
         FROM highlights AS h LEFT JOIN entries AS e ON e.id = h.entry_id WHERE h.reader_id = $1"
    };
}

fn read_highlight(row: &AnyRow) -> Sql<Highlight> {
    let mut cells = Cells::of(row);
    Ok(Highlight {
        id: HighlightId(cells.number()?),
        quote: cells.text()?,
        prefix: cells.text()?,
        suffix: cells.text()?,
        start: cells.count()?,
        made: cells.time()?,
        cites: read_citation(&mut cells)?,
    })
}

pub(super) async fn list(
    connection: &mut AnyConnection,
    reader: ReaderId,
    ask: &HighlightsAsk,
) -> Sql<KeptPage<Highlight>> {
    let sql = concat!(
        highlights!(),
        " AND ($2 = 0 OR h.entry_id = $2) AND (h.made, h.id) < ($3, $4) \
         ORDER BY h.made DESC, h.id DESC LIMIT $5"
    );
    let (made, id) = before(ask.before);
    let rows = sqlx::query(sql)
        .bind(reader.0)
        .bind(ask.entry.map_or(0, |it| it.0))
        .bind(made)
        .bind(id)
        .bind(i64::from(ask.limit) + 1)
        .fetch_all(connection)
        .await?;
    let rows = rows.iter().map(read_highlight).collect::<Sql<_>>()?;
    let cursor = |it: &Highlight| KeptCursor { at: it.made, id: it.id.0 };
    Ok(KeptPage::of(rows, ask.limit, cursor))
}

pub(super) async fn add(
    connection: &mut AnyConnection,
    reader: ReaderId,
    draft: &HighlightDraft,
    now: Timestamp,
) -> Sql<Option<Highlight>> {
    if let Some(present) = same(connection, reader, draft).await? {
        return Ok(Some(present));
    }
    let cites = citations(connection, &[draft.entry()]).await?.pop();
    let Some(cites) = cites else { return Ok(None) };
    let id = take_numbers(connection, "highlight", 1).await?;
    insert(connection, (reader, id), draft, cites, now).await?;
    same(connection, reader, draft).await
}

/// The highlight that marks the same place.
async fn same(
    connection: &mut AnyConnection,
    reader: ReaderId,
    draft: &HighlightDraft,
) -> Sql<Option<Highlight>> {
    let sql = concat!(highlights!(), " AND h.entry_id = $2 AND h.start = $3 AND h.quote = $4");
    let row = sqlx::query(sql)
        .bind(reader.0)
        .bind(draft.entry().0)
        .bind(i64::from(draft.start()))
        .bind(draft.quote().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read_highlight).transpose()
}

async fn insert(
    connection: &mut AnyConnection,
    (reader, id): (ReaderId, i64),
    draft: &HighlightDraft,
    cites: Citation,
    now: Timestamp,
) -> Sql<()> {
    let sql = "INSERT INTO highlights (id, reader_id, entry_id, story_id, title, address, \
               peer_name, quote, prefix, suffix, start, made, published) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    sqlx::query(sql)
        .bind(id)
        .bind(reader.0)
        .bind(cites.entry.0)
        .bind(cites.story.0)
        .bind(cites.title)
        .bind(cites.address.as_ref().map(Address::to_string))
        .bind(cites.peer_name)
        .bind(draft.quote().to_owned())
        .bind(draft.prefix().to_owned())
        .bind(draft.suffix().to_owned())
        .bind(i64::from(draft.start()))
        .bind(ms(now))
        .bind(cites.published.map(ms))
        .execute(connection)
        .await
        .map(drop)
}

/// All of a reader, in no order.
pub(super) async fn all(connection: &mut AnyConnection, reader: ReaderId) -> Sql<Vec<Highlight>> {
    let ask = HighlightsAsk { limit: u32::MAX - 1, ..HighlightsAsk::default() };
    Ok(list(connection, reader, &ask).await?.rows)
}

/// Keeps one that comes in from a file, unless the same place is marked already; says whether it was
/// new.
pub(super) async fn take_in(
    connection: &mut AnyConnection,
    reader: ReaderId,
    record: &HighlightRecord,
    cites: Citation,
) -> Sql<Result<bool, DraftError>> {
    let HighlightRecord { quote, prefix, suffix, start, made, .. } = record;
    let draft = match HighlightDraft::new(cites.entry, quote, (prefix, suffix), *start) {
        Ok(draft) => draft,
        Err(refused) => return Ok(Err(refused)),
    };
    if same(connection, reader, &draft).await?.is_some() {
        return Ok(Ok(false));
    }
    let id = take_numbers(connection, "highlight", 1).await?;
    insert(connection, (reader, id), &draft, cites, *made).await?;
    Ok(Ok(true))
}

pub(super) async fn delete(
    connection: &mut AnyConnection,
    reader: ReaderId,
    id: HighlightId,
) -> Sql<bool> {
    let sql = "DELETE FROM highlights WHERE reader_id = $1 AND id = $2";
    let deleted = sqlx::query(sql).bind(reader.0).bind(id.0).execute(connection).await?;
    Ok(deleted.rows_affected() > 0)
}
