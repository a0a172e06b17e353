//! Topics: how much of the library belongs to each, and what is newest of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{Asker, FindError, Hit, Wanted, find};
use crate::{
    domain::{Topic, query::Query},
    home::{Library, kept_topics},
    search::Sort,
};

/// What a topic holds.
#[derive(Clone, Debug)]
pub struct TopicStand {
    pub topic: Topic,
    /// Stories that match.
    pub total: usize,
    pub newest: Option<Hit>,
}

impl Wanted {
    /// The newest of what matches strictly, as topics and feeds hold it.
    pub fn newest(limit: usize, now: Timestamp) -> Self {
        Self { sort: Sort::Newest, strict: true, ..Self::best(limit, now) }
    }
}

/// How each topic stands.
pub async fn topics(
    library: &Library,
    asker: &Asker,
    now: Timestamp,
) -> Result<Vec<TopicStand>, FindError> {
    let mut under_way: JoinSet<Result<(usize, TopicStand), FindError>> = JoinSet::new();
    for (at, topic) in kept_topics(library, asker).await?.into_iter().enumerate() {
        let (library, asker) = (library.clone(), asker.clone());
        under_way.spawn(async move {
            let (query, wanted) = (Query::parse(&topic.query), Wanted::newest(1, now));
            let mut found = find(&library, &asker, query, &wanted).await?;
            let newest = found.hits.pop();
            Ok((at, TopicStand { topic, total: found.total, newest }))
        });
    }
    let mut stands = BTreeMap::new();
    while let Some(ended) = under_way.join_next().await {
        let (at, stand) = ended.map_err(|_| FindError::Thread)??;
        stands.insert(at, stand);
    }
    Ok(stands.into_values().collect())
}
