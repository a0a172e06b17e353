//! Who is followed and how each source is doing, kept in memory until it changes: most pages name peers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::AnyConnection;

use super::{
    PeerReport, SourceReport,
    sources::{peers, reports},
    sql::{Cells, Sql, take_numbers},
};

/// What was read last, for as long as a key stays the same.
#[derive(Debug)]
struct Remembered<K, V>(Mutex<Option<(K, Arc<V>)>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<K: PartialEq, V> Remembered<K, V> {
    fn of(&self, key: &K) -> Option<Arc<V>> {
        self.last().as_ref().filter(|it| it.0 == *key).map(|it| Arc::clone(&it.1))
    }

    fn keep(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        *self.last() = Some((key, Arc::clone(&value)));
        value
    }

    fn last(&self) -> MutexGuard<'_, Option<(K, Arc<V>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
pub(super) struct Roster {
    /// By the numbers of the last change of an entry, and of the roster.
    peers: Remembered<(i64, i64), Vec<PeerReport>>,
    sources: Remembered<i64, Vec<SourceReport>>,
}

impl Roster {
    pub(super) async fn peers(&self, connection: &mut AnyConnection) -> Sql<Vec<PeerReport>> {
        // Read first: what changes meanwhile has them read once more.
        let key = numbers(connection).await?;
        let known = match self.peers.of(&key) {
            Some(known) => known,
            None => self.peers.keep(key, peers(connection).await?),
        };
        Ok(known.to_vec())
    }

    pub(super) async fn sources(&self, connection: &mut AnyConnection) -> Sql<Vec<SourceReport>> {
        let (_, key) = numbers(connection).await?;
        let known = match self.sources.of(&key) {
            Some(known) => known,
            None => self.sources.keep(key, reports(connection).await?),
        };
        Ok(known.to_vec())
    }
}

async fn numbers(connection: &mut AnyConnection) -> Sql<(i64, i64)> {
    let sql = "SELECT (SELECT last FROM counters WHERE name = 'change'), \
               (SELECT last FROM counters WHERE name = 'roster')";
    let row = sqlx::query(sql).fetch_one(connection).await?;
    let mut cells = Cells::of(&row);
    Ok((cells.number()?, cells.number()?))
}

/// To be called by whatever writes a peer or a source.
pub(super) async fn changed(connection: &mut AnyConnection) -> Sql<()> {
    take_numbers(connection, "roster", 1).await.map(drop)
}
