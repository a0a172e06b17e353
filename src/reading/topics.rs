//! Topics: how much of the library belongs to each, and what is newest of it.

use jiff::Timestamp;

use super::{FindError, Hit, Wanted, find};
use crate::{
    domain::{Topic, query::Query},
    home::Library,
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
        let sort = Sort::Newest;
        Self { limit, offset: 0, peer: None, domain: None, since: None, sort, strict: true, now }
    }
}

/// In the order in which the topics are given.
pub async fn topics(
    library: &Library,
    topics: &[Topic],
    now: Timestamp,
) -> Result<Vec<TopicStand>, FindError> {
    let mut stands = Vec::with_capacity(topics.len());
    for topic in topics {
        let wanted = Wanted::newest(1, now);
        let mut found = find(library, Query::parse(&topic.query), &wanted).await?;
        let newest = found.hits.pop();
        stands.push(TopicStand { topic: topic.clone(), total: found.total, newest });
    }
    Ok(stands)
}
