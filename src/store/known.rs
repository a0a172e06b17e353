//! Finds the entries that the listed ones may be.

use std::collections::{HashMap, HashSet};

use sqlx::{AnyConnection, any::AnyRow};

use crate::domain::{Digest, EntryId, Fingerprint, Keys, KnownEntry, SourceId};

use super::{
    record::Listing,
    sql::{Cells, ManyRows, Sql},
};

/// One of our rows that shares a key with a listed entry. Tombstones have no id.
macro_rules! known_by {
    ($key:literal) => {
        ManyRows::new(
            "WITH v(source, wanted) AS (VALUES ",
            2,
            concat!(
                ") SELECT e.source_id, e.id, e.identity_key, e.link_key, e.title_key, e.content, \
                 e.published, e.updated, e.fingerprint, e.quiet_edits \
                 FROM v JOIN entries AS e ON e.source_id = v.source AND e.",
                $key,
                " = v.wanted UNION ALL \
                 SELECT t.source_id, NULL, t.identity_key, t.link_key, t.title_key, t.content, \
                 t.published, t.updated, t.fingerprint, 0 \
                 FROM v JOIN tombstones AS t ON t.source_id = v.source AND t.",
                $key,
                " = v.wanted"
            ),
        )
    };
}

static BY_IDENTITY: ManyRows = known_by!("identity_key");
static BY_LINK: ManyRows = known_by!("link_key");
static BY_TITLE: ManyRows = known_by!("title_key");

/// The rows of each source that can stand for what it lists now. Rows are looked up by link and
/// title only for entries that are not known by their key, since only those can match by them.
pub(super) async fn load_known<'a>(
    connection: &mut AnyConnection,
    asked: Vec<(SourceId, &'a Listing)>,
) -> Sql<HashMap<SourceId, Vec<KnownEntry>>> {
    let mut known = Found::default();
    let of = |(source, listing): (SourceId, &'a Listing)| {
        listing.keys.iter().map(move |keys| (source, keys))
    };
    let mut keys: Vec<(SourceId, &Keys)> = asked.into_iter().flat_map(of).collect();
    known.look(connection, &BY_IDENTITY, &keys, |keys| Some(&keys.identity)).await?;
    keys.retain(|(source, keys)| !known.has(*source, &keys.identity));
    known.look(connection, &BY_LINK, &keys, |keys| keys.link.as_ref()).await?;
    known.look(connection, &BY_TITLE, &keys, |keys| Some(&keys.title)).await?;
    Ok(known.entries)
}

#[derive(Default)]
struct Found {
    entries: HashMap<SourceId, Vec<KnownEntry>>,
    seen: HashSet<(SourceId, Digest)>,
}

impl Found {
    fn has(&self, source: SourceId, identity: &Digest) -> bool {
        self.seen.contains(&(source, identity.clone()))
    }

    async fn look(
        &mut self,
        connection: &mut AnyConnection,
        statement: &'static ManyRows,
        keys: &[(SourceId, &Keys)],
        key: impl Fn(&Keys) -> Option<&Digest>,
    ) -> Sql<()> {
        let wanted = keys.iter().filter_map(|(source, keys)| Some((source.0, &key(keys)?.0)));
        let wanted = wanted.map(|(source, key)| (source, key.clone())).collect();
        let bind = |statement: super::sql::Statement, (source, key): (i64, String)| {
            statement.bind(source).bind(key)
        };
        for row in statement.fetch(connection, wanted, bind).await? {
            let (source, entry) = read_known(&row)?;
            if self.seen.insert((source, entry.keys.identity.clone())) {
                self.entries.entry(source).or_default().push(entry);
            }
        }
        Ok(())
    }
}

fn read_known(row: &AnyRow) -> Sql<(SourceId, KnownEntry)> {
    let mut cells = Cells::of(row);
    let source = SourceId(cells.number()?);
    let id = cells.maybe_number()?.map(EntryId);
    let keys = Keys {
        identity: Digest(cells.text()?),
        link: cells.maybe_text()?.map(Digest),
        title: Digest(cells.text()?),
        content: Digest(cells.text()?),
    };
    let entry = KnownEntry {
        id,
        keys,
        published: cells.maybe_time()?,
        updated: cells.maybe_time()?,
        fingerprint: cells.maybe_number()?.map(Fingerprint),
        quiet_edits: cells.count()?,
    };
    Ok((source, entry))
}
