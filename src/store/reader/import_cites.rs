//! Numbers for what is cited in files: of the entry that is meant, if it is here, else one of its own.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::{cited::citations, highlights, notes};
use crate::{
    domain::{Address, Citation, CiteRecord, EntryId, ReaderId, StoryId},
    store::sql::{Cells, Sql, take_numbers},
};

/// What is known to be cited.
pub(super) struct Cites {
    known: BTreeMap<CiteRecord, Citation>,
}

impl Cites {
    /// With all that the reader cites.
    pub(super) async fn load(connection: &mut AnyConnection, reader: ReaderId) -> Sql<Self> {
        let former = notes::all_revisions(connection, reader).await?;
        let mut cited: Vec<Citation> = former.into_iter().flat_map(|(_, it)| it.cites).collect();
        bring_up_to_date(connection, &mut cited).await?;
        cited.extend(highlights::all(connection, reader).await?.into_iter().map(|it| it.cites));
        let present = notes::all(connection, reader).await?;
        cited.extend(present.into_iter().flat_map(|it| it.cites));
        let known = cited.into_iter().map(|it| (CiteRecord::of(&it), it)).collect();
        Ok(Self { known })
    }

    /// Of the cites of one note, each under a number of its own.
    pub(super) async fn find_all(
        &mut self,
        connection: &mut AnyConnection,
        records: &[CiteRecord],
    ) -> Sql<Vec<Citation>> {
        let mut met = BTreeSet::new();
        let mut found = Vec::with_capacity(records.len());
        for record in records {
            let mut citation = self.find(connection, record).await?;
            if !met.insert(citation.entry) {
                // It was cited twice under different names.
                citation = gone(connection, record).await?;
                met.insert(citation.entry);
            }
            found.push(citation);
        }
        Ok(found)
    }

    pub(super) async fn find(
        &mut self,
        connection: &mut AnyConnection,
        record: &CiteRecord,
    ) -> Sql<Citation> {
        if let Some(known) = self.known.get(record) {
            return Ok(known.clone());
        }
        let citation = match at(connection, record).await? {
            Some((entry, story)) => named(record, entry, story, false),
            None => gone(connection, record).await?,
        };
        self.known.insert(record.clone(), citation.clone());
        Ok(citation)
    }
}

/// What was said before names the stories of then.
async fn bring_up_to_date(connection: &mut AnyConnection, cited: &mut [Citation]) -> Sql<()> {
    let entries: BTreeSet<EntryId> = cited.iter().map(|it| it.entry).collect();
    let entries: Vec<EntryId> = entries.into_iter().collect();
    let present = citations(connection, &entries).await?;
    let stories: BTreeMap<EntryId, StoryId> =
        present.into_iter().map(|it| (it.entry, it.story)).collect();
    for it in cited {
        it.is_gone = !stories.contains_key(&it.entry);
        it.story = stories.get(&it.entry).copied().unwrap_or(it.story);
    }
    Ok(())
}

/// The entry at its address, one of the peer if there are several.
async fn at(
    connection: &mut AnyConnection,
    record: &CiteRecord,
) -> Sql<Option<(EntryId, StoryId)>> {
    let Some(address) = &record.address else { return Ok(None) };
    let sql = "SELECT e.id, e.story_id FROM entries AS e JOIN peers AS p ON p.id = e.peer_id \
               WHERE e.link = $1 ORDER BY CASE WHEN p.name = $2 THEN 0 ELSE 1 END, e.id LIMIT 1";
    let query = sqlx::query(sql).bind(address.to_string()).bind(record.peer.clone());
    let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
    let mut cells = Cells::of(&row);
    Ok(Some((EntryId(cells.number()?), StoryId(cells.number()?))))
}

/// Under a number that no entry has or will have.
async fn gone(connection: &mut AnyConnection, record: &CiteRecord) -> Sql<Citation> {
    let number = take_numbers(connection, "change", 1).await?;
    Ok(named(record, EntryId(number), StoryId(number), true))
}

fn named(record: &CiteRecord, entry: EntryId, story: StoryId, is_gone: bool) -> Citation {
    let CiteRecord { address, peer, published, title } = record.clone();
    let address: Option<Address> = address;
    Citation { entry, story, title, address, peer_name: peer, published, is_gone }
}
