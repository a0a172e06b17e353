//! Surveys: which posts belong to some queries, with what was read out of them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Asker, FindError, kept_topics};
use crate::{
    domain::{EntryId, JudgedPost, Slug, Subject, query::Query},
    home::{Library, look_up},
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
        let mut queries: Vec<Query> = subjects.iter().map(|it| library.asked(it)).collect();
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
            None => asker.profile().domains.as_slice(),
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
    let topics = kept_topics(library, asker).await?;
    Ok(Subject::of_profile(topics, &asker.profile().interests))
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
