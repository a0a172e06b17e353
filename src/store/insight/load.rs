//! Loads what was read of entries, as readers corrected it.

use std::collections::HashMap;

use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    domain::{
        CorrectionId, Digest, EntryId, Insight, Judgement, KeyPhrase, Kind, Measure, Passage,
        Place, Role, Verdict, Worth,
    },
    store::sql::{Cells, ManyRows, Sql},
};

/// What is kept of what an entry is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::store) struct Kept {
    /// As it is to be shown. `None` where neither a model nor a person said anything.
    pub(in crate::store) insight: Option<Insight>,
    /// What the model read. `None` where it did not.
    pub(in crate::store) from: Option<Digest>,
    /// Oldest first.
    pub(in crate::store) judgements: Vec<(CorrectionId, Judgement)>,
}

/// What of an insight is loaded beside its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Details {
    Passages,
    All,
}

/// Of the entries of which there is anything.
pub(in crate::store) async fn kept(
    connection: &mut AnyConnection,
    entries: &[EntryId],
    what: Details,
) -> Sql<HashMap<EntryId, Kept>> {
    let mut kept = HashMap::new();
    let heads = heads(connection, entries).await?;
    let read: Vec<EntryId> = heads.iter().map(|it| it.entry).collect();
    for Head { entry, model, from, verdict } in heads {
        let insight = Some(Insight { model, verdict, ..Insight::default() });
        kept.insert(entry, Kept { insight, from: Some(from), judgements: Vec::new() });
    }
    add_passages(connection, &read, &mut kept).await?;
    if what == Details::All {
        add_details(connection, &read, &mut kept).await?;
    }
    for (entry, judgements) in judgements(connection, entries).await? {
        let of_entry = kept.entry(entry).or_default();
        let insight = of_entry.insight.take().unwrap_or_default();
        of_entry.insight = Some(insight.corrected(judgements.iter().map(|(_, it)| it)));
        of_entry.judgements = judgements;
    }
    Ok(kept)
}

struct Head {
    entry: EntryId,
    model: u32,
    from: Digest,
    verdict: Option<Verdict>,
}

static HEADS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT i.entry_id, i.model, i.fingerprint, i.kind, i.worth, i.expected FROM v \
     JOIN insights AS i ON i.entry_id = v.id",
);

async fn heads(connection: &mut AnyConnection, entries: &[EntryId]) -> Sql<Vec<Head>> {
    let read = |row| {
        let mut cells = Cells::of(row);
        let (entry, model) = (EntryId(cells.number()?), cells.count()?);
        let from = Digest(cells.text()?);
        Ok(Head { entry, model, from, verdict: read_verdict(&mut cells)? })
    };
    HEADS.fetch_by_id(connection, entries.iter().map(|it| it.0)).await?.iter().map(read).collect()
}

/// From the cells `kind, worth, expected`.
pub(in crate::store) fn read_verdict(cells: &mut Cells<'_>) -> Sql<Option<Verdict>> {
    let kind = cells.maybe_word(Kind::from_word)?;
    let worth = cells.maybe_number()?.and_then(|it| Worth::new(u8::try_from(it).ok()?));
    let expected = narrow(cells.maybe_real()?.unwrap_or_default());
    Ok(kind.zip(worth).map(|(kind, worth)| Verdict { kind, worth, expected }))
}

/// What was written as this kind of number.
#[expect(clippy::cast_possible_truncation, reason = "it was written from a number as narrow")]
pub(in crate::store) fn narrow(number: f64) -> f32 {
    number as f32
}

static PASSAGES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT t.entry_id, t.text, t.block, t.start, t.role, t.confidence FROM v \
     JOIN passages AS t ON t.entry_id = v.id ORDER BY t.entry_id, t.ordinal",
);
static MEASURES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT t.entry_id, t.text, t.block, t.start FROM v \
     JOIN measures AS t ON t.entry_id = v.id ORDER BY t.entry_id, t.ordinal",
);
static PHRASES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT t.entry_id, t.phrase, t.weight FROM v \
     JOIN phrases AS t ON t.entry_id = v.id ORDER BY t.entry_id, t.weight DESC, t.phrase",
);

async fn add_passages(
    connection: &mut AnyConnection,
    entries: &[EntryId],
    kept: &mut HashMap<EntryId, Kept>,
) -> Sql<()> {
    for row in &PASSAGES.fetch_by_id(connection, entries.iter().map(|it| it.0)).await? {
        let (insight, mut cells) = insight_of(row, kept)?;
        let (text, place) = (cells.text()?, read_place(&mut cells)?);
        let (role, confidence) = (cells.word(Role::from_word)?, narrow(cells.real()?));
        insight.passages.push(Passage { role, text, place, confidence });
    }
    Ok(())
}

async fn add_details(
    connection: &mut AnyConnection,
    entries: &[EntryId],
    kept: &mut HashMap<EntryId, Kept>,
) -> Sql<()> {
    for row in &MEASURES.fetch_by_id(connection, entries.iter().map(|it| it.0)).await? {
        let (insight, mut cells) = insight_of(row, kept)?;
        insight.measures.push(Measure { text: cells.text()?, place: read_place(&mut cells)? });
    }
    for row in &PHRASES.fetch_by_id(connection, entries.iter().map(|it| it.0)).await? {
        let (insight, mut cells) = insight_of(row, kept)?;
        insight.phrases.push(KeyPhrase { text: cells.text()?, weight: narrow(cells.real()?) });
    }
    Ok(())
}

/// What the entry in the first cell of a row is about, and the cells behind it.
fn insight_of<'a, 'r>(
    row: &'r AnyRow,
    kept: &'a mut HashMap<EntryId, Kept>,
) -> Sql<(&'a mut Insight, Cells<'r>)> {
    let mut cells = Cells::of(row);
    let kept = kept.entry(EntryId(cells.number()?)).or_default();
    Ok((kept.insight.get_or_insert_default(), cells))
}

fn read_place(cells: &mut Cells<'_>) -> Sql<Place> {
    Ok(Place { block: cells.count()?, start: cells.count()? })
}

static JUDGEMENTS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT c.entry_id, c.id, c.quote, c.block, c.start, c.said, c.should_be FROM v \
     JOIN corrections AS c ON c.entry_id = v.id ORDER BY c.id",
);

/// Of the entries of which there are any, oldest first.
pub(in crate::store) async fn judgements(
    connection: &mut AnyConnection,
    entries: &[EntryId],
) -> Sql<HashMap<EntryId, Vec<(CorrectionId, Judgement)>>> {
    let mut judgements: HashMap<EntryId, Vec<_>> = HashMap::new();
    for row in &JUDGEMENTS.fetch_by_id(connection, entries.iter().map(|it| it.0)).await? {
        let mut cells = Cells::of(row);
        let (entry, id) = (EntryId(cells.number()?), CorrectionId(cells.number()?));
        judgements.entry(entry).or_default().push((id, read_judgement(&mut cells)?));
    }
    Ok(judgements)
}

/// From the cells `quote, block, start, said, should_be`.
pub(super) fn read_judgement(cells: &mut Cells<'_>) -> Sql<Judgement> {
    let quote = cells.maybe_text()?;
    let block = cells.maybe_number()?.and_then(|it| u32::try_from(it).ok());
    let start = cells.maybe_number()?.and_then(|it| u32::try_from(it).ok());
    let Some(quote) = quote else {
        let said = word_or_none(cells, Kind::from_word)?;
        return Ok(Judgement::Kind { said, should_be: cells.word(Kind::from_word)? });
    };
    let said = word_or_none(cells, Role::from_word)?;
    let should_be = word_or_none(cells, Role::from_word)?;
    let place = block.zip(start).map(|(block, start)| Place { block, start });
    Ok(Judgement::Role { quote, place, said, should_be })
}

/// A word, or `none` for nothing.
fn word_or_none<T>(cells: &mut Cells<'_>, from_word: impl Fn(&str) -> Option<T>) -> Sql<Option<T>> {
    cells.word(|it| if it == "none" { Some(None) } else { from_word(it).map(Some) })
}
