//! Looks up what a query asks for that the index does not hold: topics, sources, what a reader keeps,
//! and what an entry is about.

use super::{Asker, Library, index_document};
use crate::{
    domain::{
        Kept, ReadingState, Slug, SourceId, StoryId, Subject, SubjectSort, Topic,
        query::{Feature, Filter, Notice, Query, Standing},
    },
    search::{Known, SearchError, Stories},
    store::{SourceReport, StoreError},
};

#[derive(Debug, thiserror::Error)]
pub enum LookUpError {
    #[error("could not search the index")]
    Index(#[from] SearchError),
    #[error("could not read what the query names")]
    Library(#[from] StoreError),
}

/// The topics of `feeds.toml`, then the reader's own searches that are called otherwise.
pub async fn kept_topics(library: &Library, asker: &Asker) -> Result<Vec<Topic>, StoreError> {
    let mut topics = asker.following.topics.clone();
    for saved in library.store.saved_searches(asker.reader).await? {
        if topics.iter().all(|it| it.slug != saved.slug) {
            topics.push(Topic { name: saved.name, slug: saved.slug, query: saved.query });
        }
    }
    Ok(topics)
}

impl Library {
    /// What the index is asked for to find the posts on a subject. Topics are read as they stand.
    pub fn asked(&self, subject: &Subject) -> Query {
        match subject.sort {
            SubjectSort::Topic(_) => subject.query.clone(),
            _ => self.index.widened(&subject.query),
        }
    }
}

/// Which topics a search has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicsToKnow {
    /// Those that its queries name.
    Named,
    /// All, as they are counted.
    All,
}

/// What is known for some queries, and of what they name and nothing is called.
pub async fn look_up(
    library: &Library,
    asker: &Asker,
    queries: &[&Query],
    topics: TopicsToKnow,
) -> Result<(Known, Vec<Notice>), LookUpError> {
    let mut known = Known::default();
    let names_topic = |it: &&Query| it.filters().iter().any(|it| matches!(it, Filter::Topic(_)));
    if topics == TopicsToKnow::All || queries.iter().any(names_topic) {
        let topics = kept_topics(library, asker).await?.into_iter();
        known.topics = topics.map(|it| (it.slug, Query::parse(&it.query))).collect();
    }
    let mut notices = Vec::new();
    let of_topics = known.topics.clone();
    let queries = queries.iter().copied().chain(of_topics.iter().map(|(_, query)| query));
    let mut met: Vec<&Filter> = Vec::new();
    for filter in queries.flat_map(Query::filters) {
        if met.contains(&filter) {
            continue;
        }
        met.push(filter);
        let is_known = match filter {
            Filter::Topic(name) => has_topic(&known, name),
            Filter::Source(written) => {
                let found = sources_called(&library.store.sources().await?, written);
                let is_known = !found.is_empty();
                known.sources.push((written.clone(), found));
                is_known
            }
            Filter::Similar(entry) => {
                let row = library.store.index_rows(&[*entry]).await?.pop();
                let is_known = row.is_some();
                if let Some(row) = row {
                    known.gists.push((*entry, library.index.gist(&index_document(row))?));
                }
                is_known
            }
            _ => {
                let stories = stories(library, asker, filter).await?;
                known.stories.extend(stories.map(|it| (filter.clone(), it)));
                true
            }
        };
        if !is_known {
            let (filter, value) = (filter.name().to_owned(), filter.value());
            notices.push(Notice::Unknown { filter, value });
        }
    }
    Ok((known, notices))
}

fn has_topic(known: &Known, name: &str) -> bool {
    Slug::of(name).is_some_and(|slug| known.topics.iter().any(|(it, _)| *it == slug))
}

/// The source of that number, or those in whose address or title all the words occur.
fn sources_called(sources: &[SourceReport], written: &str) -> Vec<SourceId> {
    let words: Vec<String> = written.split_whitespace().map(str::to_lowercase).collect();
    let is_called_so = |it: &&SourceReport| {
        let source = &it.source;
        let addresses =
            [source.address.as_str(), source.state.in_use.as_str()].map(str::to_lowercase);
        let title = source.state.title.as_deref().unwrap_or_default().to_lowercase();
        let has = |text: &String| words.iter().all(|word| text.contains(word.as_str()));
        source.id.to_string() == written || addresses.iter().any(has) || has(&title)
    };
    sources.iter().filter(is_called_so).map(|it| it.source.id).collect()
}

/// The stories of which a filter on what the reader keeps is true; `None` for other filters.
async fn stories(
    library: &Library,
    asker: &Asker,
    filter: &Filter,
) -> Result<Option<Stories>, StoreError> {
    use ReadingState::{Applied, Dropped, Reading, Studied};
    let kept = |kept: Vec<Kept>| union(library, asker, kept);
    Ok(Some(match filter {
        Filter::Is(Standing::New) => {
            Stories::all_but(&kept(vec![Kept::Shown, Kept::AnyReading]).await?)
        }
        Filter::Is(Standing::Unread) => {
            let begun = [Reading, Studied, Applied, Dropped].map(Kept::Reading);
            let read = std::iter::once(Kept::Opened).chain(begun).collect();
            Stories::all_but(&kept(read).await?)
        }
        Filter::Is(Standing::On(state)) => {
            Stories::these(&kept(vec![Kept::Reading(*state)]).await?)
        }
        Filter::Has(Feature::Note) => Stories::these(&kept(vec![Kept::Noted(None)]).await?),
        Filter::Note(kind) => Stories::these(&kept(vec![Kept::Noted(Some(*kind))]).await?),
        Filter::Tag(tag) => Stories::these(&kept(vec![Kept::Tagged(tag.clone())]).await?),
        _ => return Ok(None),
    }))
}

async fn union(
    library: &Library,
    asker: &Asker,
    kept: Vec<Kept>,
) -> Result<Vec<StoryId>, StoreError> {
    let mut all = Vec::new();
    for kept in kept {
        all.extend(library.store.stories_kept(asker.reader, &kept).await?);
    }
    Ok(all)
}
