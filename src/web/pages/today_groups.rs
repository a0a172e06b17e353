//! What is new, in groups: by day, peer, topic or kind.

use jiff::Timestamp;

use super::{
    card::{Card, cards},
    time::{date_of, heading_of},
    words::kind_name,
};
use crate::{
    domain::{Entry, EntryId, Kind},
    reading,
    web::{Web, problem::Problem, say, viewer::Grouping},
};

/// Stories under one heading.
pub(super) struct Group {
    pub(super) heading: String,
    /// Of the page about what is grouped by, where there is one.
    pub(super) link: Option<String>,
    pub(super) cards: Vec<Card>,
}

/// What puts an entry into a group: groups stand in the order of `place`, the entries of one as they came.
struct Label {
    place: usize,
    heading: String,
    link: Option<String>,
}

pub(super) async fn groups(
    web: &Web,
    by: Grouping,
    entries: &[Entry],
    now: Timestamp,
) -> Result<Vec<Group>, Problem> {
    let mut cards = cards(web, entries).await?;
    let labels = match by {
        Grouping::Day => by_day(entries, now),
        Grouping::Peer => by_peer(entries),
        Grouping::Topic => by_topic(web, entries).await?,
        Grouping::Kind => by_kind(web, entries).await?,
    };
    if by == Grouping::Day {
        hide_days_of_headings(entries, &mut cards);
    }
    let mut groups: Vec<(usize, Group)> = Vec::new();
    for (label, card) in labels.into_iter().zip(cards) {
        if let Some((_, group)) = groups.iter_mut().find(|it| it.0 == label.place) {
            group.cards.push(card);
        } else {
            let Label { place, heading, link } = label;
            groups.push((place, Group { heading, link, cards: vec![card] }));
        }
    }
    groups.sort_by_key(|it| it.0);
    Ok(groups.into_iter().map(|it| it.1).collect())
}

fn by_day(entries: &[Entry], now: Timestamp) -> Vec<Label> {
    let mut place = 0;
    let mut last = None;
    let label = |entry: &Entry| {
        let date = date_of(entry.ordered);
        if last.replace(date).is_some_and(|it| it != date) {
            place += 1;
        }
        Label { place, heading: heading_of(date, date_of(now)), link: None }
    };
    entries.iter().map(label).collect()
}

/// Its own date is told where it is not that of the day it stands under.
pub(super) fn hide_days_of_headings(entries: &[Entry], cards: &mut [Card]) {
    for (entry, card) in entries.iter().zip(cards) {
        let is_told = entry.published.is_some_and(|it| date_of(it) == date_of(entry.ordered));
        if is_told {
            card.day = None;
        }
    }
}

/// Peers in the order in which they come: whoever wrote last is first.
fn by_peer(entries: &[Entry]) -> Vec<Label> {
    let mut slugs: Vec<&str> = Vec::new();
    let mut labels = Vec::with_capacity(entries.len());
    for Entry { peer, peer_name, .. } in entries {
        let known = slugs.iter().position(|it| it == peer);
        let place = known.unwrap_or(slugs.len());
        if known.is_none() {
            slugs.push(peer);
        }
        let link = Some(format!("/peers/{peer}"));
        labels.push(Label { place, heading: peer_name.clone(), link });
    }
    labels
}

async fn by_topic(web: &Web, entries: &[Entry]) -> Result<Vec<Label>, Problem> {
    let ids: Vec<EntryId> = entries.iter().map(|it| it.id).collect();
    let (topics, first) = reading::first_topics(web.library(), &web.asker(), &ids).await?;
    let label =
        |entry: &Entry| match first.get(&entry.id).and_then(|it| Some((*it, topics.get(*it)?))) {
            Some((place, topic)) => Label {
                place,
                heading: topic.name.clone(),
                link: Some(format!("/topics/{}", topic.slug)),
            },
            None => Label {
                place: topics.len(),
                heading: say::text("web.today.no-topic").to_owned(),
                link: None,
            },
        };
    Ok(entries.iter().map(label).collect())
}

async fn by_kind(web: &Web, entries: &[Entry]) -> Result<Vec<Label>, Problem> {
    let ids: Vec<EntryId> = entries.iter().map(|it| it.id).collect();
    let asides = web.library().store.asides(&ids).await?;
    let label = |entry: &Entry| match asides.get(&entry.id).and_then(|it| it.verdict) {
        Some(verdict) => Label {
            place: Kind::ALL.iter().position(|it| *it == verdict.kind).unwrap_or_default(),
            heading: kind_name(verdict.kind),
            link: None,
        },
        None => Label {
            place: Kind::ALL.len(),
            heading: say::text("web.today.no-kind").to_owned(),
            link: None,
        },
    };
    Ok(entries.iter().map(label).collect())
}
