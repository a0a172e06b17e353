//! An edition: what arrived, prepared once for all subscribers whose issues are due together.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    domain::{EntryId, Following, Issue, Numbers, Pace, StoryId, Subscriber, Week},
    home::Library,
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

/// What arrived since the earliest mark of some subscribers, with all that choosing needs.
#[derive(Debug)]
pub struct Edition {
    upto: i64,
}

/// An issue, and what did not come into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    pub issue: Issue,
    /// The best first.
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

impl Edition {
    pub async fn prepare(
        library: &Library,
        _following: &Following,
        _subscribers: &[Subscriber],
        _now: Timestamp,
    ) -> Result<Self, DigestError> {
        let end = library.store.last_change().await?;
        Ok(Self { upto: end.min(library.index.position()) })
    }

    /// The issue that is due for a subscriber at a time.
    pub async fn compose(
        &self,
        _library: &Library,
        subscriber: &Subscriber,
        slot: Timestamp,
        now: Timestamp,
    ) -> Result<Composed, DigestError> {
        let plan = &subscriber.preferences.plan;
        let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
        let issue = Issue {
            week: Week::of(zone.to_datetime(slot).date()),
            slot,
            made: now,
            after: subscriber.mark,
            upto: self.upto.max(subscriber.mark),
            language: subscriber.preferences.language.clone(),
            zone: plan.zone.clone(),
            pace: Pace::Quiet,
            numbers: Numbers::default(),
            rising: Vec::new(),
            reads: Vec::new(),
            papers: Vec::new(),
            rest: Vec::new(),
            archive: None,
            own: None,
            care: Vec::new(),
        };
        Ok(Composed { issue, left_out: Vec::new() })
    }
}
