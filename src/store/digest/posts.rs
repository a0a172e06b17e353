//! Every post in short: what the past of peers and the archive are read from.

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::candidates::corrected_kinds;
use crate::{
    domain::{EntryId, Kind, Lane, PeerId, StoryId},
    store::{
        insight::narrow,
        sql::{Cells, Sql},
    },
};

/// A post: whose, when, how long, and what it is expected to be worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PostInShort {
    pub entry: EntryId,
    pub story: StoryId,
    pub peer: PeerId,
    pub lane: Lane,
    pub ordered: Timestamp,
    pub words: u32,
    pub kind: Option<Kind>,
    pub expected: Option<f32>,
}

pub(super) async fn in_short(connection: &mut AnyConnection) -> Sql<Vec<PostInShort>> {
    let kinds = corrected_kinds(connection).await?;
    let sql = "SELECT e.id, e.story_id, e.peer_id, s.lane, e.ordered, e.words, i.kind, i.expected \
               FROM entries AS e JOIN peers AS p ON p.id = e.peer_id \
               JOIN sources AS s ON s.id = e.source_id \
               LEFT JOIN insights AS i ON i.entry_id = e.id \
               WHERE p.followed = 1 ORDER BY e.id";
    let read = |row| {
        let mut cells = Cells::of(row);
        let entry = EntryId(cells.number()?);
        let (story, peer) = (StoryId(cells.number()?), PeerId(cells.number()?));
        let (lane, ordered) = (cells.word(Lane::from_word)?, cells.time()?);
        let (words, kind) = (cells.count()?, cells.maybe_word(Kind::from_word)?);
        let expected = cells.maybe_real()?.map(narrow);
        let kind = kinds.get(&entry).copied().or(kind);
        Ok(PostInShort { entry, story, peer, lane, ordered, words, kind, expected })
    };
    sqlx::query(sql).fetch_all(connection).await?.iter().map(read).collect()
}
