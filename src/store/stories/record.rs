//! Records what comparing entries came to, and puts the stories that it touches together anew.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::AnyConnection;

use super::{Matched, bind_number, facts_of, last, move_position, position};
use crate::{
    domain::{
        EntryId,
        story::{Reason, StoryFacts, StoryLink, in_standing, stories_of},
    },
    store::{
        reader::{Moved, follow_entries},
        sql::{Cells, ManyRows, Sql, Statement, take_numbers},
    },
};

static DROP_LINKS: ManyRows = ManyRows::new(
    "DELETE FROM story_links WHERE by_hand = 0 AND (a, b) IN (SELECT l.a, l.b FROM (VALUES ",
    1,
    ") AS v JOIN story_links AS l ON l.a = v.column1 OR l.b = v.column1)",
);
static INSERT_LINKS: ManyRows = ManyRows::new(
    "INSERT INTO story_links (a, b, reason, similarity, by_hand) VALUES ",
    5,
    " ON CONFLICT (a, b, by_hand) DO UPDATE SET reason = excluded.reason, \
     similarity = excluded.similarity",
);
static DROP_TRANSLATIONS: ManyRows = ManyRows::new(
    "DELETE FROM translations WHERE (a, b) IN (SELECT l.a, l.b FROM (VALUES ",
    1,
    ") AS v JOIN translations AS l ON l.a = v.column1 OR l.b = v.column1)",
);
static INSERT_TRANSLATIONS: ManyRows =
    ManyRows::new("INSERT INTO translations (a, b) VALUES ", 2, " ON CONFLICT (a, b) DO NOTHING");
static LINKS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT l.a, l.b, l.reason, l.similarity FROM v JOIN story_links AS l \
     ON l.a = v.id OR l.b = v.id",
);
static SPLITS_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT s.a, s.b FROM v JOIN story_splits AS s ON s.a = v.id OR s.b = v.id",
);
static MATES_OF: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT o.id FROM v JOIN entries AS e ON e.id = v.id \
     JOIN entries AS o ON o.story_id = e.story_id",
);

/// Records what was found, unless someone else did meanwhile; says how many entries went over to
/// another story.
pub(in crate::store) async fn record(connection: &mut AnyConnection, matched: Matched) -> Sql<u64> {
    let end = last(connection).await?;
    if position(connection).await? != matched.from {
        return Ok(0);
    }
    let ids: Vec<i64> = matched.entries.iter().map(|it| it.0).collect();
    let touched = touched(connection, &ids, &matched.links).await?;
    DROP_LINKS.execute(connection, ids.clone(), bind_number).await?;
    insert_links(connection, &matched.links, false).await?;
    DROP_TRANSLATIONS.execute(connection, ids, bind_number).await?;
    let pair = |statement: Statement, (a, b): (EntryId, EntryId)| {
        statement.bind(a.0.min(b.0)).bind(a.0.max(b.0))
    };
    INSERT_TRANSLATIONS.execute(connection, matched.translations, pair).await?;
    let moved = regroup(connection, touched).await?;
    // What moved just now is known: nobody wrote in between, so it need not be compared again.
    let to = if matched.upto == end { last(connection).await? } else { matched.upto };
    move_position(connection, to).await?;
    Ok(moved)
}

/// Entries that links hold so far, or will hold: all others stay alone.
async fn touched(
    connection: &mut AnyConnection,
    ids: &[i64],
    links: &[StoryLink],
) -> Sql<BTreeSet<EntryId>> {
    let before = links_of(connection, ids.to_vec()).await?;
    let all = before.iter().chain(links);
    Ok(all.flat_map(|it| [it.a, it.b]).collect())
}

pub(super) async fn insert_links(
    connection: &mut AnyConnection,
    links: &[StoryLink],
    by_hand: bool,
) -> Sql<()> {
    INSERT_LINKS
        .execute(connection, links.to_vec(), |statement, link: StoryLink| {
            statement
                .bind(link.a.0)
                .bind(link.b.0)
                .bind(link.reason.as_str())
                .bind(i64::from(link.similarity))
                .bind(i64::from(by_hand))
        })
        .await
}

pub(super) async fn links_of(connection: &mut AnyConnection, ids: Vec<i64>) -> Sql<Vec<StoryLink>> {
    let read = |row| {
        let mut cells = Cells::of(row);
        let (a, b) = (EntryId(cells.number()?), EntryId(cells.number()?));
        Ok(StoryLink::new(a, b, cells.word(Reason::from_word)?, cells.count()?))
    };
    let rows = LINKS_OF.fetch(connection, ids, bind_number).await?;
    let mut links: Vec<StoryLink> = rows.iter().map(read).collect::<Sql<_>>()?;
    links.sort_unstable();
    links.dedup();
    Ok(links)
}

/// Puts the stories of these entries together anew, with everything that links and present stories
/// bring along; says how many entries went over to another story.
pub(super) async fn regroup(
    connection: &mut AnyConnection,
    touched: BTreeSet<EntryId>,
) -> Sql<u64> {
    if touched.is_empty() {
        return Ok(0);
    }
    let (entries, links) = whole(connection, touched).await?;
    let ids: Vec<i64> = entries.iter().map(|it| it.0).collect();
    let pair = |row| {
        let mut cells = Cells::of(row);
        Ok((EntryId(cells.number()?), EntryId(cells.number()?)))
    };
    let splits = SPLITS_OF.fetch(connection, ids.clone(), bind_number).await?;
    let splits: BTreeSet<(EntryId, EntryId)> = splits.iter().map(pair).collect::<Sql<_>>()?;
    let facts = facts_of(connection, ids.clone()).await?;
    let present = present(connection, ids).await?;
    // Links may name entries that are gone.
    let entries: Vec<EntryId> = facts.iter().map(|it| it.entry).collect();
    let stories = stories_of(&entries, &links, &splits);
    write(connection, stories, &facts, &present).await
}

/// Adds links' other ends and stories' other members until nothing is missing.
async fn whole(
    connection: &mut AnyConnection,
    touched: BTreeSet<EntryId>,
) -> Sql<(BTreeSet<EntryId>, Vec<StoryLink>)> {
    let mut entries = BTreeSet::new();
    let mut links = BTreeSet::new();
    let mut fresh: Vec<i64> = touched.into_iter().map(|it| it.0).collect();
    while !fresh.is_empty() {
        entries.extend(fresh.iter().map(|it| EntryId(*it)));
        let found = links_of(connection, fresh.clone()).await?;
        let mates = MATES_OF.fetch(connection, fresh, bind_number).await?;
        let mut reached = BTreeSet::new();
        for row in &mates {
            reached.insert(EntryId(Cells::of(row).number()?));
        }
        reached.extend(found.iter().flat_map(|it| [it.a, it.b]));
        links.extend(found);
        fresh = reached.difference(&entries).map(|it| it.0).collect();
    }
    Ok((entries, links.into_iter().collect()))
}

/// What the library says of an entry's place.
#[derive(Clone, Copy)]
struct Present {
    story: i64,
    standing: i64,
    arrived: i64,
}

static PRESENT: ManyRows = ManyRows::new(
    "WITH v(id) AS (VALUES ",
    1,
    ") SELECT e.id, e.story_id, e.standing, e.arrived FROM v JOIN entries AS e ON e.id = v.id",
);

async fn present(connection: &mut AnyConnection, ids: Vec<i64>) -> Sql<HashMap<EntryId, Present>> {
    let read = |row| {
        let mut cells = Cells::of(row);
        let id = EntryId(cells.number()?);
        let (story, standing) = (cells.number()?, cells.number()?);
        Ok((id, Present { story, standing, arrived: cells.number()? }))
    };
    PRESENT.fetch(connection, ids, bind_number).await?.iter().map(read).collect()
}

/// An entry's new place.
struct Place {
    entry: i64,
    story: i64,
    standing: i64,
    /// Its story before.
    was: i64,
}

impl Place {
    fn is_moved(&self) -> bool {
        self.was != self.story
    }

    fn moved(&self) -> Moved {
        Moved { entry: self.entry, from: self.was, to: self.story }
    }
}

async fn write(
    connection: &mut AnyConnection,
    stories: Vec<Vec<EntryId>>,
    facts: &[StoryFacts],
    present: &HashMap<EntryId, Present>,
) -> Sql<u64> {
    let facts: HashMap<EntryId, &StoryFacts> = facts.iter().map(|it| (it.entry, it)).collect();
    let (mut places, mut headers) = (Vec::new(), Vec::new());
    let mut taken = HashSet::new();
    for members in oldest_first(stories, present) {
        let oldest = present[&members[0]];
        // The story of the oldest stays; whoever has to leave it founds another.
        let story = if taken.insert(oldest.story) {
            oldest.story
        } else {
            take_numbers(connection, "change", 1).await?
        };
        headers.push((story, oldest.arrived));
        let told: Vec<&StoryFacts> = members.iter().map(|it| facts[it]).collect();
        for (standing, it) in (0..).zip(in_standing(&told)) {
            let was = present[&it.entry];
            let place = Place { entry: it.entry.0, story, standing, was: was.story };
            if place.is_moved() || was.standing != standing {
                places.push(place);
            }
        }
    }
    let left: Vec<i64> = present.values().map(|it| it.story).collect();
    write_places(connection, headers, places, left).await
}

/// Stories by their oldest members, each with that one first.
fn oldest_first(
    mut stories: Vec<Vec<EntryId>>,
    present: &HashMap<EntryId, Present>,
) -> Vec<Vec<EntryId>> {
    let age = |it: &EntryId| (present[it].arrived, *it);
    for story in &mut stories {
        story.sort_by_key(age);
    }
    stories.sort_by_key(|it| age(&it[0]));
    stories
}

static KEEP_STORIES: ManyRows = ManyRows::new(
    "INSERT INTO stories (id, arrived) VALUES ",
    2,
    " ON CONFLICT (id) DO UPDATE SET arrived = excluded.arrived",
);
static PLACE: ManyRows = ManyRows::new(
    "WITH v(id, story, standing, changed) AS (VALUES ",
    4,
    ") UPDATE entries SET story_id = v.story, standing = v.standing, \
     changed = CASE WHEN v.changed = 0 THEN entries.changed ELSE v.changed END \
     FROM v WHERE entries.id = v.id",
);
static DROP_EMPTY: ManyRows = ManyRows::new(
    "DELETE FROM stories WHERE NOT EXISTS (SELECT 1 FROM entries AS e \
     WHERE e.story_id = stories.id) AND id IN (VALUES ",
    1,
    ")",
);

/// The index follows entries that have another story, and so does what readers keep of it.
async fn write_places(
    connection: &mut AnyConnection,
    stories: Vec<(i64, i64)>,
    places: Vec<Place>,
    left: Vec<i64>,
) -> Sql<u64> {
    let pair = |statement: Statement, (one, other): (i64, i64)| statement.bind(one).bind(other);
    KEEP_STORIES.execute(connection, stories, pair).await?;
    let moved: Vec<Moved> = places.iter().filter(|it| it.is_moved()).map(Place::moved).collect();
    let mut number = 0;
    if !moved.is_empty() {
        let end = take_numbers(connection, "change", moved.len()).await?;
        number = end - i64::try_from(moved.len()).unwrap_or(i64::MAX);
    }
    let numbered = places.into_iter().map(|place| {
        number += i64::from(place.is_moved());
        (if place.is_moved() { number } else { 0 }, place)
    });
    let rows = numbered.collect();
    PLACE
        .execute(connection, rows, |statement, (changed, it): (i64, Place)| {
            statement.bind(it.entry).bind(it.story).bind(it.standing).bind(changed)
        })
        .await?;
    follow_entries(connection, &moved).await?;
    DROP_EMPTY.execute(connection, left, bind_number).await?;
    Ok(moved.len() as u64)
}
