//! Topics: how much of the library belongs to each, and what is newest of it.

use jiff::Timestamp;

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
    let topics = kept_topics(library, asker).await?;
    let mut stands = Vec::with_capacity(topics.len());
    for topic in topics {
        let wanted = Wanted::newest(1, now);
        let mut found = find(library, asker, Query::parse(&topic.query), &wanted).await?;
        let newest = found.hits.pop();
        stands.push(TopicStand { topic, total: found.total, newest });
    }
    Ok(stands)
}
