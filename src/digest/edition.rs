//! An edition: what arrived, prepared once for all subscribers whose issues are due together.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::{
    asked::Answer,
    draft::Draft,
    fill::{completed, own_week},
    past::Past,
    profile::Profiles,
    window::Window,
};
use crate::{
    domain::{Care, EntryId, Following, Issue, StoryId, Subscriber, cares},
    home::{Library, LookUpError},
    search::SearchError,
    store::StoreError,
};

#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    #[error("could not ask the index what fits")]
    Index(#[from] SearchError),
    #[error("could not read what arrived")]
    Library(#[from] StoreError),
    #[error("the thread that composes failed")]
    Thread,
}

impl From<LookUpError> for DigestError {
    fn from(error: LookUpError) -> Self {
        match error {
            LookUpError::Index(error) => error.into(),
            LookUpError::Library(error) => error.into(),
        }
    }
}

/// What arrived since the earliest mark of some subscribers, with all that choosing needs. Clones
/// share it.
#[derive(Clone)]
pub struct Edition(Arc<Prepared>);

impl std::fmt::Debug for Edition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edition").field("stories", &self.0.window.stories.len()).finish()
    }
}

pub(super) struct Prepared {
    pub(super) window: Window,
    pub(super) profiles: Profiles,
    /// By asker, then by the numbers of subjects and of what is muted.
    pub(super) answers: Vec<Vec<Answer>>,
    pub(super) muted: Vec<Vec<BTreeSet<EntryId>>>,
    /// Of each peer, how many stories it told before.
    pub(super) stories_of_peers: Vec<usize>,
    cares: Vec<Care>,
}

/// An issue, and what did not come into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    pub issue: Issue,
    /// What the scores of its reads and papers are made of.
    pub chosen: Vec<(StoryId, Vec<(&'static str, f32)>)>,
    /// The best first, as far as anyone asks.
    pub left_out: Vec<LeftOut>,
}

/// A story that was told by title only, and why it was not chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    pub story: StoryId,
    pub entry: EntryId,
    pub title: String,
    pub peer_name: String,
    pub score: f32,
    /// What the score is the sum of, by name.
    pub parts: Vec<(&'static str, f32)>,
}

/// Threads that choose at the same time.
const THREADS: usize = 2;

impl Edition {
    /// Reads what arrived, and asks the index once for all that these subscribers care about or have
    /// muted. Issues can be composed for them only.
    pub async fn prepare(
        library: &Library,
        following: &Following,
        subscribers: &[Subscriber],
        now: Timestamp,
    ) -> Result<Self, DigestError> {
        let after = subscribers.iter().map(|it| it.mark).min();
        let after = after.unwrap_or(library.index.position());
        let (window, phrases) = Window::load(library, after).await?;
        let past = Past::load(library, &window, now).await?;
        let known = (&window, &phrases);
        let mut profiles = Profiles::of(library, following, subscribers, known, now).await?;
        drop(phrases);
        let mut answers = Vec::new();
        for of in &mut profiles.questioners {
            let questions = std::mem::take(&mut of.subjects);
            answers.push(questions.fits(library, &of.asker, (&window, &past), now).await?);
        }
        let asked_for = profiles.asked_for();
        profiles.reaches.look_back(&asked_for, &answers, (&window, &past), now);
        let stories_of_peers = past.stories_of_peers;
        let among = told_of(&window, &profiles, &answers);
        let mut muted = Vec::new();
        for of in &mut profiles.questioners {
            let questions = std::mem::take(&mut of.mutes);
            muted.push(questions.members(library, &of.asker, &among, now).await?);
        }
        let has_reader = subscribers.iter().any(|it| it.reader.is_some());
        let cares = if has_reader { sources_in_need(library, now).await? } else { Vec::new() };
        let prepared = Prepared { window, profiles, answers, muted, stories_of_peers, cares };
        Ok(Self(Arc::new(prepared)))
    }

    /// Up to where its issues tell of what arrived.
    pub fn upto(&self) -> i64 {
        self.0.window.upto
    }

    /// The issue that is due for a subscriber at a time.
    pub async fn compose(
        &self,
        library: &Library,
        subscriber: &Subscriber,
        slot: Timestamp,
        now: Timestamp,
    ) -> Result<Composed, DigestError> {
        let draft = self.0.draft(subscriber, slot, now);
        let mut composed = completed(library, vec![draft]).await?;
        self.add_own(library, subscriber, &mut composed[0].issue).await?;
        Ok(composed.swap_remove(0))
    }

    /// Issues for many subscribers, in their order. Each takes some ten kilobytes and, in a flooded week,
    /// a hundred: whoever has thousands comes with some fifty at a time.
    pub async fn compose_all(
        &self,
        library: &Library,
        due: &[(Subscriber, Timestamp)],
        now: Timestamp,
    ) -> Result<Vec<Composed>, DigestError> {
        let mut running = Vec::new();
        for part in due.chunks(due.len().div_ceil(THREADS).max(1)) {
            let (prepared, part) = (Arc::clone(&self.0), part.to_vec());
            running.push(tokio::task::spawn_blocking(move || -> Vec<Draft> {
                let draft = |(subscriber, slot)| prepared.draft(subscriber, slot, now);
                part.iter().map(|(subscriber, slot)| draft((subscriber, *slot))).collect()
            }));
        }
        let mut drafts = Vec::with_capacity(due.len());
        for part in running {
            drafts.extend(part.await.map_err(|_| DigestError::Thread)?);
        }
        let mut composed = completed(library, drafts).await?;
        for ((subscriber, _), composed) in due.iter().zip(&mut composed) {
            self.add_own(library, subscriber, &mut composed.issue).await?;
        }
        Ok(composed)
    }

    /// What only whoever keeps the installation is told.
    async fn add_own(
        &self,
        library: &Library,
        subscriber: &Subscriber,
        issue: &mut Issue,
    ) -> Result<(), DigestError> {
        if let Some(reader) = subscriber.reader {
            issue.own = Some(own_week(library, reader, subscriber.slot, issue).await?);
            issue.care.clone_from(&self.0.cares);
        }
        Ok(())
    }
}

/// Entries that an issue may tell of.
fn told_of(window: &Window, profiles: &Profiles, answers: &[Vec<Answer>]) -> BTreeSet<EntryId> {
    let arrived = window.stories.iter().flat_map(|it| &it.arrived.tellings).map(|it| it.entry);
    let old = profiles.reaches.0.iter().flat_map(|it| &it.old);
    let old = old.chain(answers.iter().flatten().flat_map(|it| &it.old));
    arrived.chain(old.map(|it| it.entry)).collect()
}

async fn sources_in_need(library: &Library, now: Timestamp) -> Result<Vec<Care>, DigestError> {
    let sources = library.store.sources().await?;
    Ok(cares(sources.iter().filter(|it| it.followed).map(|it| &it.source), now))
}
