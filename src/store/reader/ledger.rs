//! The journal's ledger: written in the same transaction as the notes that it speaks of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::{AnyConnection, any::AnyRow};

use super::notes;
use crate::{
    domain::{LedgerEvent, LedgerFact, LedgerHead, LedgerLine, NoteId, PresentContents, ReaderId},
    store::sql::{Cells, ManyRows, Sql, ms, take_numbers},
};

static WRITE: ManyRows = ManyRows::new(
    "INSERT INTO ledger (reader_id, number, note_id, revision, happened, event, content, hash) \
     VALUES ",
    8,
    "",
);

/// Chains facts to the end of a reader's ledger, in their order.
pub(super) async fn append(
    connection: &mut AnyConnection,
    reader: ReaderId,
    facts: &[LedgerFact],
) -> Sql<()> {
    // Other writers wait here until this one is done, so that no two lines follow the same one.
    take_numbers(connection, "ledger", facts.len()).await?;
    let mut head = head(connection, reader).await?.unwrap_or(LedgerHead::BEGINNING);
    let chained = facts.iter().map(|fact| {
        let line = LedgerLine::after(head, *fact);
        head = line.head();
        line
    });
    let lines = chained.collect();
    write(connection, reader, lines).await
}

/// Lines as they were chained elsewhere.
pub(super) async fn write(
    connection: &mut AnyConnection,
    reader: ReaderId,
    lines: Vec<LedgerLine>,
) -> Sql<()> {
    WRITE
        .execute(connection, lines, |statement, it| {
            statement
                .bind(reader.0)
                .bind(number_of(&it))
                .bind(it.note.0)
                .bind(i64::from(it.revision))
                .bind(ms(it.at))
                .bind(it.event.as_str())
                .bind(it.content.map(|it| it.to_string()))
                .bind(it.hash.to_string())
        })
        .await
}

fn number_of(line: &LedgerLine) -> i64 {
    i64::try_from(line.number).unwrap_or(i64::MAX)
}

pub(super) async fn head(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Option<LedgerHead>> {
    let sql = "SELECT number, hash FROM ledger WHERE reader_id = $1 ORDER BY number DESC LIMIT 1";
    let row = sqlx::query(sql).bind(reader.0).fetch_optional(connection).await?;
    let read = |row: &AnyRow| {
        let mut cells = Cells::of(row);
        Ok(LedgerHead { number: cells.count()?, hash: cells.parsed()? })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn lines(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<LedgerLine>> {
    let sql = "SELECT number, note_id, revision, happened, event, content, hash FROM ledger \
               WHERE reader_id = $1 ORDER BY number";
    let read = |row: &AnyRow| {
        let mut cells = Cells::of(row);
        Ok(LedgerLine {
            number: cells.count()?,
            note: NoteId(cells.number()?),
            revision: cells.count()?,
            at: cells.time()?,
            event: cells.word(LedgerEvent::from_word)?,
            content: cells.maybe_word(|it| it.parse().ok())?,
            hash: cells.parsed()?,
        })
    };
    sqlx::query(sql).bind(reader.0).fetch_all(connection).await?.iter().map(read).collect()
}

/// What every revision of a reader's notes says.
pub(super) async fn contents(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<PresentContents> {
    let entered = entered(connection, reader).await?;
    let content = |it: LedgerFact| Some(((it.note, it.revision), it.content?));
    Ok(entered.into_iter().filter_map(content).collect())
}

/// Begins the ledgers of all who wrote notes before there were any.
pub(in crate::store) async fn begin_all(connection: &mut AnyConnection) -> Sql<()> {
    let sql = "SELECT DISTINCT reader_id FROM notes ORDER BY reader_id";
    for row in &sqlx::query(sql).fetch_all(&mut *connection).await? {
        let reader = ReaderId(Cells::of(row).number()?);
        let facts = entered(connection, reader).await?;
        append(connection, reader, &facts).await?;
    }
    Ok(())
}

/// Every revision that there is, as if it came from elsewhere, in the order of their times.
async fn entered(connection: &mut AnyConnection, reader: ReaderId) -> Sql<Vec<LedgerFact>> {
    let mut facts = Vec::new();
    let event = LedgerEvent::Entered;
    let mut began: BTreeMap<NoteId, Timestamp> = BTreeMap::new();
    let notes = notes::all(connection, reader).await?;
    began.extend(notes.iter().map(|it| (it.id, it.made)));
    for (note, former) in notes::all_revisions(connection, reader).await? {
        let at = began.insert(note, former.until).unwrap_or(former.until);
        let content = Some(former.content().hash());
        facts.push(LedgerFact { note, revision: former.revision, at, event, content });
    }
    facts.extend(notes.iter().map(|it| LedgerFact {
        note: it.id,
        revision: it.revision,
        at: it.changed,
        event,
        content: Some(it.content().hash()),
    }));
    facts.sort_by_key(|it| (it.at, it.note, it.revision));
    Ok(facts)
}
