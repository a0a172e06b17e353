//! One peer: how often it publishes, and what of it is most worth reading.

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::{
    Store, StoreError,
    entries::{entry_columns, read_entry},
    sql::{Cells, Sql, ms},
};
use crate::domain::{Entry, Slug};

impl Store {
    /// When a peer published its posts since then, each story once, the earliest first.
    pub async fn published_by(
        &self,
        peer: &Slug,
        since: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError> {
        self.told(self.read(async |it| published(it, peer, since).await).await)
    }

    /// The posts of a peer of which most can be learned, the best first; none of which little can.
    pub async fn best_of(&self, peer: &Slug, most: u32) -> Result<Vec<Entry>, StoreError> {
        self.told(self.read(async |it| best(it, peer, most).await).await)
    }
}

async fn published(
    connection: &mut AnyConnection,
    peer: &Slug,
    since: Timestamp,
) -> Sql<Vec<Timestamp>> {
    let sql = "SELECT MIN(e.ordered) FROM entries AS e \
               WHERE e.peer_id = (SELECT id FROM peers WHERE slug = $1) AND e.ordered >= $2 \
               GROUP BY e.story_id ORDER BY 1";
    let query = sqlx::query(sql).bind(peer.as_str().to_owned()).bind(ms(since));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Cells::of(row).time()).collect()
}

const BEST: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM entries AS e JOIN peers AS p ON p.id = e.peer_id JOIN insights AS i ON i.entry_id = e.id \
     WHERE e.peer_id = (SELECT id FROM peers WHERE slug = $1) AND i.worth >= 2 AND e.standing = 0 \
     ORDER BY i.expected DESC, e.ordered DESC, e.id DESC LIMIT $2"
);

async fn best(connection: &mut AnyConnection, peer: &Slug, most: u32) -> Sql<Vec<Entry>> {
    let query = sqlx::query(BEST).bind(peer.as_str().to_owned()).bind(i64::from(most));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Ok(read_entry(row)?.0)).collect()
}
