//! What a reader finds when they come: what is new by topic, and what else may be worth the time.

use std::{collections::HashMap, time::Duration};

use jiff::{Timestamp, tz::TimeZone};

use super::{Asker, FindError, Hit, Wanted, find};
use crate::{
    domain::{EntryId, Topic, query::Query},
    home::{Library, TopicsToKnow, index_document, kept_topics, look_up},
    search::Matcher,
};

/// What is younger is no older piece.
const OLDER_THAN: Duration = Duration::from_hours(24 * 60);
/// Among so many that fit best, each day has its own.
const CHOSEN_AMONG: usize = 21;

/// The first topic of each entry, in the order in which topics are kept; nothing of those that have none.
pub async fn first_topics(
    library: &Library,
    asker: &Asker,
    entries: &[EntryId],
) -> Result<(Vec<Topic>, HashMap<EntryId, usize>), FindError> {
    let topics = kept_topics(library, asker).await?;
    let queries: Vec<Query> = topics.iter().map(|it| Query::parse(&it.query)).collect();
    let (known, _) =
        look_up(library, asker, &queries.iter().collect::<Vec<_>>(), TopicsToKnow::Named).await?;
    let matcher = |query: &Query| library.index.matcher(query, known.clone());
    let matchers: Vec<Matcher> = queries.iter().map(matcher).collect::<Result<_, _>>()?;
    let rows = library.store.index_rows(entries).await?;
    let first = move || {
        let documents = rows.into_iter().map(index_document);
        let first = documents.filter_map(|document| {
            let topic = matchers.iter().position(|it| it.matches(&document))?;
            Some((document.entry, topic))
        });
        first.collect()
    };
    let first = tokio::task::spawn_blocking(first).await.map_err(|_| FindError::Thread)?;
    Ok((topics, first))
}

/// A post of some age that fits what the reader cares about, and that they have neither read nor put on
/// their list: another one each day.
pub async fn older_piece(
    library: &Library,
    asker: &Asker,
    now: Timestamp,
) -> Result<Option<Hit>, FindError> {
    let day = TimeZone::UTC.to_datetime(now - OLDER_THAN).date();
    let interests = asker.following.reader.interests.iter().map(|it| it.replace('"', " "));
    let interests = interests.filter(|it| it.contains(char::is_alphanumeric));
    let interests: Vec<String> = interests.map(|it| format!("\"{it}\"")).collect();
    let about = match interests.len() {
        0 => String::new(),
        _ => format!("({})", interests.join(" OR ")),
    };
    let query = format!("{about} worth:2 before:{day} is:unread -is:queued -is:reading");
    let query = Query::parse(query.trim());
    let days = usize::try_from(now.as_second() / (24 * 60 * 60)).unwrap_or_default();
    // The one of this day alone is loaded; where there are few, all days are dealt out among them.
    let at = |offset| Wanted { strict: true, offset, ..Wanted::best(1, now) };
    let mut found = find(library, asker, query.clone(), &at(days % CHOSEN_AMONG)).await?;
    if found.hits.is_empty() && found.total > 0 {
        found = find(library, asker, query, &at(days % found.total)).await?;
    }
    Ok(found.hits.pop())
}
