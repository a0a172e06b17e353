//! Surveys: which posts belong to some queries, with what was read out of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::{Asker, FindError, kept_topics};
use crate::{
    domain::{EntryId, JudgedPost, Slug, Subject, query::Query},
    home::{Library, TopicsToKnow, look_up},
    search::{Ask, Census, Reach},
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
    pub(super) census: Census,
}

impl Survey {
    /// The posts in reach that belong to any of the subjects.
    pub(super) async fn of(
        library: &Library,
        asker: &Asker,
        scope: &Scope,
        subjects: &[Subject],
        now: Timestamp,
    ) -> Result<Self, FindError> {
        Self::made(library, asker, (scope, false), subjects, now).await
    }

    /// All posts in reach, and which of them belong to the subjects.
    pub(super) async fn of_everything(
        library: &Library,
        asker: &Asker,
        scope: &Scope,
        subjects: &[Subject],
        now: Timestamp,
    ) -> Result<Self, FindError> {
        Self::made(library, asker, (scope, true), subjects, now).await
    }

    async fn made(
        library: &Library,
        asker: &Asker,
        (scope, everything): (&Scope, bool),
        subjects: &[Subject],
        now: Timestamp,
    ) -> Result<Self, FindError> {
        let peers = library.store.peers().await?;
        let reach = Reach {
            peers: peers_in_reach(scope, asker, &peers),
            times: scope.since.unwrap_or(Timestamp::MIN)..=now,
            everything,
        };
        let (queries, ask) = asked(library, asker, subjects, now).await?;
        let index = library.index.clone();
        let census = move || index.census(&queries, &ask, &reach);
        let mut census =
            tokio::task::spawn_blocking(census).await.map_err(|_| FindError::Thread)??;
        if let Some(year) = scope.year {
            census.retain(|it| it.year() == Some(year));
        }
        Ok(Self { peers, census })
    }

    /// The posts in reach that belong to each subject.
    pub(super) fn on_subjects(&self) -> Vec<Vec<&JudgedPost>> {
        (0..self.census.members.len()).map(|it| self.census.of_query(it)).collect()
    }

    pub(super) fn by_entry(&self) -> HashMap<EntryId, &JudgedPost> {
        self.census.posts.iter().map(|it| (it.entry, it)).collect()
    }

    /// By slug.
    pub(super) fn peer_name(&self, slug: &str) -> String {
        let peer = self.peers.iter().find(|it| it.slug == slug);
        peer.map_or_else(|| slug.to_owned(), |it| it.name.clone())
    }
}

/// Those of some entries that are in reach.
pub(super) fn those_of<'a>(
    posts: &HashMap<EntryId, &'a JudgedPost>,
    entries: &[EntryId],
) -> Vec<&'a JudgedPost> {
    entries.iter().filter_map(|it| posts.get(it).copied()).collect()
}

/// All entries of each subject, in reach or not.
pub(super) async fn members(
    library: &Library,
    asker: &Asker,
    subjects: &[Subject],
    now: Timestamp,
) -> Result<Vec<HashSet<EntryId>>, FindError> {
    let (queries, ask) = asked(library, asker, subjects, now).await?;
    let index = library.index.clone();
    let members = move || index.members(&queries, &ask);
    let members = tokio::task::spawn_blocking(members).await.map_err(|_| FindError::Thread)??;
    Ok(members.into_iter().map(|it| it.into_iter().collect()).collect())
}

async fn asked(
    library: &Library,
    asker: &Asker,
    subjects: &[Subject],
    now: Timestamp,
) -> Result<(Vec<Query>, Ask), FindError> {
    let queries: Vec<Query> = subjects.iter().map(|it| library.asked(it)).collect();
    let muted = asker.muted();
    let all: Vec<&Query> = queries.iter().chain(&muted).collect();
    let (known, _) = look_up(library, asker, &all, TopicsToKnow::Named).await?;
    Ok((queries, Ask { muted, known, ..Ask::best(0, now) }))
}

/// Slugs of the peers that are looked at.
fn peers_in_reach(scope: &Scope, asker: &Asker, peers: &[PeerReport]) -> BTreeSet<String> {
    let domains = match &scope.domain {
        Some(domain) => std::slice::from_ref(domain),
        None => asker.profile().domains.as_slice(),
    };
    let is_meant = |it: &&PeerReport| {
        let is_in_domain = domains.is_empty() || it.domains.iter().any(|it| domains.contains(it));
        let is_named = scope.peer.as_ref().is_none_or(|peer| peer.as_str() == it.slug);
        it.followed && is_in_domain && is_named
    };
    peers.iter().filter(is_meant).map(|it| it.slug.clone()).collect()
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
