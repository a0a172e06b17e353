//! What lists show of entries besides themselves. Most stories are told once and most verdicts stand, so that one
//! statement mostly tells all of it.

use std::collections::HashMap;

use sqlx::AnyConnection;

use super::{
    insight,
    sql::{Cells, ManyRows, Sql},
    stories,
};
use crate::domain::{EntryId, Insight, Verdict};

/// What is known of an entry besides itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aside {
    pub elsewhere: stories::Elsewhere,
    /// As readers corrected it. `None` where the entry was not read, or could not be.
    pub verdict: Option<Verdict>,
}

static ASIDES: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT e.id, i.kind, i.worth, i.expected, \
     CASE WHEN EXISTS (SELECT 1 FROM corrections AS c WHERE c.entry_id = e.id) \
     THEN 1 ELSE 0 END, \
     CASE WHEN EXISTS (SELECT 1 FROM entries AS o WHERE o.story_id = e.story_id AND o.id <> e.id) \
     THEN 1 ELSE 0 END, \
     CASE WHEN EXISTS (SELECT 1 FROM entries AS o JOIN translations AS t ON t.a = o.id OR t.b = o.id \
     WHERE o.story_id = e.story_id) THEN 1 ELSE 0 END \
     FROM v JOIN entries AS e ON e.id = v.id LEFT JOIN insights AS i ON i.entry_id = e.id",
);

/// Of the entries that exist.
pub(super) async fn asides(
    connection: &mut AnyConnection,
    entries: &[EntryId],
) -> Sql<HashMap<EntryId, Aside>> {
    let mut asides: HashMap<EntryId, Aside> = HashMap::new();
    let (mut corrected, mut shared, mut translated) = (Vec::new(), Vec::new(), Vec::new());
    for row in &ASIDES.fetch_by_id(connection, entries.iter().map(|it| it.0)).await? {
        let mut cells = Cells::of(row);
        let id = EntryId(cells.number()?);
        let verdict = insight::read_verdict(&mut cells)?;
        asides.insert(id, Aside { verdict, ..Aside::default() });
        for some in [&mut corrected, &mut shared, &mut translated] {
            some.extend(cells.yes()?.then_some(id));
        }
    }
    for (id, judgements) in insight::judgements(connection, &corrected).await? {
        let aside = asides.entry(id).or_default();
        let insight = Insight { verdict: aside.verdict, ..Insight::default() };
        aside.verdict = insight.corrected(judgements.iter().map(|(_, it)| it)).verdict;
    }
    for (id, also_at) in stories::also_at(connection, &shared).await? {
        asides.entry(id).or_default().elsewhere.also_at = also_at;
    }
    for (id, also_in) in stories::also_in(connection, &translated).await? {
        asides.entry(id).or_default().elsewhere.also_in = also_in;
    }
    Ok(asides)
}
