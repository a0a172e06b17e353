//! The JSON of stories: where else one is told, in which languages, and of what it is made.

use serde::Serialize;

use super::shapes::EntryShape;
use crate::{
    domain::Address,
    store::{AlsoAt, AlsoIn, StoryMember, StoryView},
};

/// Another place where a story is told.
#[derive(Debug, Serialize)]
pub struct AlsoAtShape {
    entry: i64,
    peer: String,
    peer_name: String,
    title: String,
    url: Option<Address>,
    /// Why it is the same story: `same-address`, `canonical`, `same-text`, `excerpt`,
    /// `same-summary` or `by-hand`.
    reason: &'static str,
}

/// The same post in another language.
#[derive(Debug, Serialize)]
pub struct AlsoInShape {
    entry: i64,
    language: String,
    title: String,
    url: Option<Address>,
}

impl From<AlsoAt> for AlsoAtShape {
    fn from(place: AlsoAt) -> Self {
        let AlsoAt { entry, peer, peer_name, title, link, reason, stands_before: _ } = place;
        Self { entry: entry.0, peer, peer_name, title, url: link, reason: reason.as_str() }
    }
}

impl From<AlsoIn> for AlsoInShape {
    fn from(other: AlsoIn) -> Self {
        let AlsoIn { entry, language, title, link } = other;
        Self { entry: entry.0, language: language.to_string(), title, url: link }
    }
}

/// A story with all its entries, the one that stands for it first.
#[derive(Debug, Serialize)]
pub struct StoryShape {
    story: i64,
    arrived: i64,
    entries: Vec<MemberShape>,
}

#[derive(Debug, Serialize)]
struct MemberShape {
    #[serde(flatten)]
    entry: EntryShape,
    links: Vec<LinkShape>,
}

#[derive(Debug, Serialize)]
struct LinkShape {
    /// Of the other entry.
    to: i64,
    reason: &'static str,
    /// Of the two texts, 0 to 1.
    similarity: f64,
}

impl From<StoryView> for StoryShape {
    fn from(view: StoryView) -> Self {
        let entries = view.members.into_iter().map(MemberShape::from).collect();
        Self { story: view.story.0, arrived: view.arrived, entries }
    }
}

impl From<StoryMember> for MemberShape {
    fn from(StoryMember { entry, links }: StoryMember) -> Self {
        let links = links.into_iter().map(|link| LinkShape {
            to: if link.a == entry.id { link.b.0 } else { link.a.0 },
            reason: link.reason.as_str(),
            similarity: f64::from(link.similarity) / 1000.0,
        });
        Self { links: links.collect(), entry: entry.into() }
    }
}
