//! Stories as they are shown: where else an entry is told, in which languages, and why.

use std::collections::HashMap;

use sqlx::AnyConnection;

use super::record::links_of;
use crate::{
    domain::{
        Address, Entry, EntryId, Language, StoryId,
        story::{Reason, StoryLink},
    },
    store::{
        entries::{entry_columns, read_entry},
        sql::{Cells, ManyRows, Sql},
    },
};

/// Another place where a story is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlsoAt {
    pub entry: EntryId,
    pub peer: String,
    pub peer_name: String,
    pub title: String,
    pub link: Option<Address>,
    pub reason: Reason,
    /// Whether it stands for the story rather than the entry that is asked about.
    pub stands_before: bool,
}

/// The same post in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlsoIn {
    pub entry: EntryId,
    pub language: Language,
    pub title: String,
    pub link: Option<Address>,
}

/// Where else the story of an entry is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    pub also_at: Vec<AlsoAt>,
    /// Each language once.
    pub also_in: Vec<AlsoIn>,
}

/// A member of a story, and what links it to others of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryMember {
    pub entry: Entry,
    pub links: Vec<StoryLink>,
}

/// A story with all its members, the one that stands for it first.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryView {
    pub story: StoryId,
    /// Number at which its oldest entry arrived.
    pub arrived: i64,
    pub members: Vec<StoryMember>,
}

static OTHERS: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT v.id, o.id, p.slug, p.name, o.title, o.link, \
     CASE WHEN o.standing < e.standing THEN 1 ELSE 0 END FROM v JOIN entries AS e ON e.id = v.id \
     JOIN entries AS o ON o.story_id = e.story_id AND o.id <> e.id \
     JOIN peers AS p ON p.id = o.peer_id WHERE p.followed = 1 ORDER BY o.standing, o.id",
);

/// Where else the stories of these entries are told, by peers that are followed.
pub(in crate::store) async fn also_at(
    connection: &mut AnyConnection,
    entries: &[EntryId],
) -> Sql<HashMap<EntryId, Vec<AlsoAt>>> {
    let rows = OTHERS.fetch_by_id(connection, entries.iter().map(|it| it.0)).await?;
    let mut found: HashMap<EntryId, Vec<AlsoAt>> = HashMap::new();
    for row in &rows {
        let mut cells = Cells::of(row);
        let of = EntryId(cells.number()?);
        let entry = EntryId(cells.number()?);
        let (peer, peer_name, title) = (cells.text()?, cells.text()?, cells.text()?);
        let (link, stands_before) = (cells.maybe_parsed()?, cells.yes()?);
        found.entry(of).or_default().push(AlsoAt {
            entry,
            peer,
            peer_name,
            title,
            link,
            reason: Reason::SameText,
            stands_before,
        });
    }
    let others = found.values().flatten().map(|it| it.entry.0).collect();
    let links = links_of(connection, others).await?;
    for (of, others) in &mut found {
        for other in others {
            other.reason = reason_of(&links, other.entry, *of);
        }
    }
    Ok(found)
}

/// What links an entry to the one that is shown, else to any other.
fn reason_of(links: &[StoryLink], entry: EntryId, shown: EntryId) -> Reason {
    let own = links.iter().filter(|it| it.a == entry || it.b == entry);
    let strongest = own.max_by_key(|it| (it.a == shown || it.b == shown, it.reason));
    strongest.map_or(Reason::ByHand, |it| it.reason)
}

static TRANSLATED: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT v.id, o.id, o.language, o.title, o.link FROM v JOIN entries AS s ON s.id = v.id \
     JOIN entries AS e ON e.story_id = s.story_id \
     JOIN translations AS t ON t.a = e.id OR t.b = e.id \
     JOIN entries AS o ON o.id = CASE WHEN t.a = e.id THEN t.b ELSE t.a END \
     JOIN peers AS p ON p.id = o.peer_id \
     WHERE p.followed = 1 AND o.language IS NOT NULL AND o.story_id <> s.story_id \
     ORDER BY o.language, o.standing, o.id",
);

/// In which other languages peers that are followed tell the stories of these entries.
pub(in crate::store) async fn also_in(
    connection: &mut AnyConnection,
    entries: &[EntryId],
) -> Sql<HashMap<EntryId, Vec<AlsoIn>>> {
    let mut found: HashMap<EntryId, Vec<AlsoIn>> = HashMap::new();
    for row in &TRANSLATED.fetch_by_id(connection, entries.iter().map(|it| it.0)).await? {
        let mut cells = Cells::of(row);
        let of = EntryId(cells.number()?);
        let entry = EntryId(cells.number()?);
        let (language, title): (Language, String) = (cells.parsed()?, cells.text()?);
        let link = cells.maybe_parsed()?;
        let others = found.entry(of).or_default();
        if others.iter().all(|it| it.language != language) {
            others.push(AlsoIn { entry, language, title, link });
        }
    }
    Ok(found)
}

/// The story of an entry with all its members, also those of peers that are followed no more.
pub(in crate::store) async fn story(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Sql<Option<StoryView>> {
    let sql = concat!(
        "SELECT ",
        entry_columns!(),
        ", s.arrived FROM entries AS e JOIN peers AS p ON p.id = e.peer_id \
         JOIN stories AS s ON s.id = e.story_id \
         WHERE e.story_id = (SELECT story_id FROM entries WHERE id = $1) \
         ORDER BY e.standing, e.id"
    );
    let rows = sqlx::query(sql).bind(entry.0).fetch_all(&mut *connection).await?;
    let mut arrived = 0;
    let mut members = Vec::with_capacity(rows.len());
    for row in &rows {
        let (entry, mut cells) = read_entry(row)?;
        arrived = cells.number()?;
        members.push(StoryMember { entry, links: Vec::new() });
    }
    let ids: Vec<i64> = members.iter().map(|it| it.entry.id.0).collect();
    let links = links_of(connection, ids.clone()).await?;
    for it in &mut members {
        let id = it.entry.id;
        let within = |link: &&StoryLink| ids.contains(&link.a.0) && ids.contains(&link.b.0);
        let own = links.iter().filter(|link| link.a == id || link.b == id).filter(within);
        it.links = own.copied().collect();
    }
    Ok(members.first().map(|it| it.entry.story).map(|story| StoryView { story, arrived, members }))
}

/// The entry at an address, as its source or its page gives it.
pub(in crate::store) async fn entry_at(
    connection: &mut AnyConnection,
    address: &Address,
) -> Sql<Option<EntryId>> {
    let sql = "SELECT id FROM entries WHERE link = $1 ORDER BY standing, id LIMIT 1";
    let row = sqlx::query(sql).bind(address.as_str().to_owned()).fetch_optional(connection).await?;
    row.map(|row| Cells::of(&row).number().map(EntryId)).transpose()
}
