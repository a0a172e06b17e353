//! Surveys: which posts belong to some queries, with what was read out of them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Asker, FindError, known::look_up};
use crate::{
    domain::{
        EntryId, JudgedPost, Slug, Topic,
        query::{Clause, Filter, Query},
    },
    home::Library,
    search::Ask,
    store::{PeerReport, StoreError},
};

/// Which posts are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// `None` for the domains of the reader, or all where there are none.
    pub domain: Option<Slug>,
    pub peer: Option<Slug>,
    pub year: Option<i16>,
    pub since: Option<Timestamp>,
}

/// What posts can be about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub name: String,
    pub sort: SubjectSort,
    pub query: Query,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectSort {
    Topic(Slug),
    Interest,
    /// What the posts of the domain themselves speak of most.
    Phrase,
    /// What was asked for.
    Query,
}

impl Subject {
    pub fn of_query(query: &str) -> Self {
        Self { name: query.to_owned(), sort: SubjectSort::Query, query: Query::parse(query) }
    }

    pub(super) fn of_interest(interest: &str) -> Self {
        let query = Query::parse(&near(interest));
        Self { name: interest.to_owned(), sort: SubjectSort::Interest, query }
    }

    pub(super) fn of_phrase(phrase: &str) -> Self {
        let query = Query::of(Clause::Phrase(phrase.to_owned()));
        Self { name: phrase.to_owned(), sort: SubjectSort::Phrase, query }
    }

    /// The query by which a search finds the same.
    pub fn search(&self) -> Query {
        match &self.sort {
            SubjectSort::Topic(slug) => Query::of(Clause::Filter(Filter::Topic(slug.to_string()))),
            _ => self.query.clone(),
        }
    }

    /// What leads back to it.
    pub fn called(&self) -> String {
        match self.sort {
            SubjectSort::Topic(_) | SubjectSort::Interest => self.name.clone(),
            _ => self.query.to_string(),
        }
    }

    /// Topics are read as they stand.
    fn asked(&self, library: &Library) -> Query {
        match self.sort {
            SubjectSort::Topic(_) => self.query.clone(),
            _ => library.index.widened(&self.query),
        }
    }
}

impl From<Topic> for Subject {
    fn from(Topic { name, slug, query }: Topic) -> Self {
        Self { name, sort: SubjectSort::Topic(slug), query: Query::parse(&query) }
    }
}

/// The words of an interest, at most three places off: whoever cares about search ranking also means
/// the ranking of search results.
fn near(interest: &str) -> String {
    let words = interest.replace(['"', '~'], " ");
    match words.split_whitespace().count() {
        0 | 1 => words.trim().to_owned(),
        _ => format!("\"{}\"~3", words.trim()),
    }
}

/// Posts in reach, and those of each subject.
pub(super) struct Survey {
    pub(super) peers: Vec<PeerReport>,
    pub(super) posts: HashMap<EntryId, JudgedPost>,
    /// Of each subject.
    pub(super) members: Vec<Vec<EntryId>>,
}

impl Survey {
    /// Looks for the posts in reach; `subjects` that are `None` have all.
    pub(super) async fn of(
        library: &Library,
        asker: &Asker,
        scope: &Scope,
        subjects: &[Subject],
        now: Timestamp,
    ) -> Result<Self, FindError> {
        let peers = library.store.peers().await?;
        let posts = library.store.judged_posts(scope.since).await?;
        let reach = Reach::of(scope, asker, &peers);
        let posts = posts.into_iter().filter(|it| reach.has(it) && it.ordered <= now);
        let posts = posts.map(|it| (it.entry, it)).collect();
        let mut queries: Vec<Query> = subjects.iter().map(|it| it.asked(library)).collect();
        queries.push(Query::parse(""));
        let mut members = members(library, asker, queries, now).await?;
        let shown: HashSet<EntryId> = members.pop().unwrap_or_default().into_iter().collect();
        let mut survey = Self { peers, posts, members };
        survey.posts.retain(|entry, _| shown.contains(entry));
        Ok(survey)
    }

    /// The posts in reach that belong to each subject.
    pub(super) fn on_subjects(&self) -> Vec<Vec<&JudgedPost>> {
        let posts = |it: &Vec<EntryId>| self.on(it);
        self.members.iter().map(posts).collect()
    }

    pub(super) fn on(&self, entries: &[EntryId]) -> Vec<&JudgedPost> {
        entries.iter().filter_map(|it| self.posts.get(it)).collect()
    }

    /// By slug.
    pub(super) fn peer_name(&self, slug: &str) -> String {
        let peer = self.peers.iter().find(|it| it.slug == slug);
        peer.map_or_else(|| slug.to_owned(), |it| it.name.clone())
    }
}

async fn members(
    library: &Library,
    asker: &Asker,
    queries: Vec<Query>,
    now: Timestamp,
) -> Result<Vec<Vec<EntryId>>, FindError> {
    let muted = asker.muted();
    let all: Vec<&Query> = queries.iter().chain(&muted).collect();
    let (known, _) = look_up(library, asker, &all).await?;
    let ask = Ask { muted, known, ..Ask::best(0, now) };
    let index = library.index.clone();
    let members = move || index.members(&queries, &ask);
    Ok(tokio::task::spawn_blocking(members).await.map_err(|_| FindError::Thread)??)
}

/// Peers and years that are looked at.
struct Reach<'a> {
    peers: HashSet<&'a str>,
    year: Option<i16>,
}

impl<'a> Reach<'a> {
    fn of(scope: &Scope, asker: &Asker, peers: &'a [PeerReport]) -> Self {
        let domains = match &scope.domain {
            Some(domain) => std::slice::from_ref(domain),
            None => asker.following.reader.domains.as_slice(),
        };
        let is_meant = |it: &&PeerReport| {
            let is_in_domain =
                domains.is_empty() || it.domains.iter().any(|it| domains.contains(it));
            is_in_domain && scope.peer.as_ref().is_none_or(|peer| peer.as_str() == it.slug)
        };
        let peers = peers.iter().filter(is_meant).map(|it| it.slug.as_str()).collect();
        Self { peers, year: scope.year }
    }

    fn has(&self, post: &JudgedPost) -> bool {
        let is_in_year = self.year.is_none_or(|it| post.year() == Some(it));
        is_in_year && self.peers.contains(post.peer.as_str())
    }
}

/// Topics of the reader, then interests that are no topic.
pub(super) async fn own_subjects(
    library: &Library,
    asker: &Asker,
) -> Result<Vec<Subject>, StoreError> {
    let topics = super::kept_topics(library, asker).await?;
    let mut subjects: Vec<Subject> = topics.into_iter().map(Subject::from).collect();
    for interest in &asker.following.reader.interests {
        let slug = Slug::of(interest);
        let is_known = |it: &Subject| Slug::of(&it.name) == slug;
        if slug.is_some() && !subjects.iter().any(is_known) {
            subjects.push(Subject::of_interest(interest));
        }
    }
    Ok(subjects)
}

/// The topic, interest or query that is meant by what someone wrote.
pub async fn subject_called(
    library: &Library,
    asker: &Asker,
    written: &str,
) -> Result<Subject, StoreError> {
    let slug = Slug::of(written);
    let own = own_subjects(library, asker).await?;
    let named = own.into_iter().find(|it| slug.is_some() && Slug::of(&it.name) == slug);
    Ok(named.unwrap_or_else(|| Subject::of_query(written)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_interest_stand_near_each_other() {
        assert_eq!(near("search ranking"), "\"search ranking\"~3");
        assert_eq!(near(" kafka "), "kafka");
        assert_eq!(near("a \"b\" c"), "\"a  b  c\"~3");
        let query = |it: &str| Subject::of_interest(it).query.to_string();
        assert_eq!(query("search ranking"), "\"search ranking\"~3");
        assert_eq!(Subject::of_phrase("cold start").search().to_string(), "\"cold start\"");
        let topic = Topic { name: "T".into(), slug: "t".parse().unwrap(), query: "a OR b".into() };
        assert_eq!(Subject::from(topic).search().to_string(), "topic:t");
    }
}
