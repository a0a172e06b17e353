//! Keeps what was read of entries, in few statements.

use std::collections::HashMap;

use sqlx::AnyConnection;

use super::ReadInsight;
use crate::{
    domain::{CorrectionId, EntryId, KeyPhrase, Measure, Passage, Place},
    store::sql::{Cells, ManyRows, Sql, Statement, plain},
};

pub(super) async fn record(connection: &mut AnyConnection, read: Vec<ReadInsight>) -> Sql<()> {
    let present = present(connection, &read).await?;
    let before: Vec<i64> =
        present.iter().filter(|(_, was_read)| **was_read).map(|(id, _)| id.0).collect();
    for drop in [&DROP_PASSAGES, &DROP_PHRASES, &DROP_MEASURES] {
        drop.execute(connection, before.clone(), |it: Statement, id: i64| it.bind(id)).await?;
    }
    let mut rows = Rows::default();
    for read in read.into_iter().filter(|it| present.contains_key(&it.entry)) {
        rows.add(read);
    }
    rows.insert(connection).await
}

static PRESENT: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT e.id, CASE WHEN i.entry_id IS NULL THEN 0 ELSE 1 END FROM v \
     JOIN entries AS e ON e.id = v.id LEFT JOIN insights AS i ON i.entry_id = e.id",
);

/// The entries that exist, and whether they were read before.
async fn present(
    connection: &mut AnyConnection,
    read: &[ReadInsight],
) -> Sql<HashMap<EntryId, bool>> {
    let ids = read.iter().map(|it| it.entry.0).collect();
    let cells = |row| {
        let mut cells = Cells::of(row);
        Ok((EntryId(cells.number()?), cells.yes()?))
    };
    let rows = PRESENT.fetch(connection, ids, |it, id: i64| it.bind(id)).await?;
    rows.iter().map(cells).collect()
}

static DROP_PASSAGES: ManyRows =
    ManyRows::new("DELETE FROM passages WHERE entry_id IN (VALUES ", 1, ")");
static DROP_PHRASES: ManyRows =
    ManyRows::new("DELETE FROM phrases WHERE entry_id IN (VALUES ", 1, ")");
static DROP_MEASURES: ManyRows =
    ManyRows::new("DELETE FROM measures WHERE entry_id IN (VALUES ", 1, ")");
static INSERT_INSIGHTS: ManyRows = ManyRows::new(
    "INSERT INTO insights (entry_id, model, fingerprint, kind, worth, expected) VALUES ",
    6,
    " ON CONFLICT (entry_id) DO UPDATE SET model = excluded.model, \
     fingerprint = excluded.fingerprint, kind = excluded.kind, worth = excluded.worth, \
     expected = excluded.expected",
);
static INSERT_PASSAGES: ManyRows = ManyRows::new(
    "INSERT INTO passages (entry_id, ordinal, role, text, block, start, confidence) VALUES ",
    7,
    "",
);
static INSERT_PHRASES: ManyRows = ManyRows::new(
    "INSERT INTO phrases (entry_id, phrase, weight) VALUES ",
    3,
    " ON CONFLICT (entry_id, phrase) DO NOTHING",
);
static INSERT_MEASURES: ManyRows =
    ManyRows::new("INSERT INTO measures (entry_id, ordinal, text, block, start) VALUES ", 5, "");

/// What of many entries goes into each table.
#[derive(Default)]
struct Rows {
    /// Without what goes elsewhere.
    insights: Vec<ReadInsight>,
    passages: Vec<(EntryId, i64, Passage)>,
    phrases: Vec<(EntryId, KeyPhrase)>,
    measures: Vec<(EntryId, i64, Measure)>,
    places: Vec<(CorrectionId, Option<Place>)>,
}

impl Rows {
    fn add(&mut self, mut read: ReadInsight) {
        let entry = read.entry;
        let numbered = (0..).zip(std::mem::take(&mut read.insight.passages));
        self.passages.extend(numbered.map(|(ordinal, it)| (entry, ordinal, it)));
        let phrases = std::mem::take(&mut read.insight.phrases).into_iter();
        self.phrases.extend(phrases.map(|it| (entry, it)));
        let numbered = (0..).zip(std::mem::take(&mut read.insight.measures));
        self.measures.extend(numbered.map(|(ordinal, it)| (entry, ordinal, it)));
        self.places.append(&mut read.places);
        self.insights.push(read);
    }

    async fn insert(self, connection: &mut AnyConnection) -> Sql<()> {
        INSERT_INSIGHTS.execute(connection, self.insights, bind_insight).await?;
        let bind = |statement: Statement, (entry, ordinal, it): (EntryId, i64, Passage)| {
            let statement = statement.bind(entry.0).bind(ordinal).bind(it.role.as_str());
            bind_place(statement.bind(plain(it.text)), it.place).bind(f64::from(it.confidence))
        };
        INSERT_PASSAGES.execute(connection, self.passages, bind).await?;
        let bind = |statement: Statement, (entry, it): (EntryId, KeyPhrase)| {
            statement.bind(entry.0).bind(plain(it.text)).bind(f64::from(it.weight))
        };
        INSERT_PHRASES.execute(connection, self.phrases, bind).await?;
        let bind = |statement: Statement, (entry, ordinal, it): (EntryId, i64, Measure)| {
            bind_place(statement.bind(entry.0).bind(ordinal).bind(plain(it.text)), it.place)
        };
        INSERT_MEASURES.execute(connection, self.measures, bind).await?;
        for (id, place) in self.places {
            let sql = "UPDATE corrections SET block = $1, start = $2 WHERE id = $3";
            bind_maybe_place(sqlx::query(sql), place).bind(id.0).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

fn bind_insight(statement: Statement, read: ReadInsight) -> Statement {
    let verdict = read.insight.verdict;
    statement
        .bind(read.entry.0)
        .bind(i64::from(read.insight.model))
        .bind(read.from.0)
        .bind(verdict.map(|it| it.kind.as_str()))
        .bind(verdict.map(|it| i64::from(it.worth.get())))
        .bind(verdict.map(|it| f64::from(it.expected)))
}

fn bind_place(statement: Statement, place: Place) -> Statement {
    statement.bind(i64::from(place.block)).bind(i64::from(place.start))
}

pub(super) fn bind_maybe_place(statement: Statement, place: Option<Place>) -> Statement {
    let block = place.map(|it| i64::from(it.block));
    statement.bind(block).bind(place.map(|it| i64::from(it.start)))
}
