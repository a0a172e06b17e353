//! What arrived since the earliest mark of some subscribers.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::DigestError;
use crate::{
    domain::{EntryId, Lane, PeerId, Slug, UNDATED, reading_minutes},
    home::Library,
    store::{ArrivedStory, PeerReport, Telling},
};

/// Key phrases of a story that are compared: those behind are hardly about it.
const MOST_PHRASES: usize = 8;

pub(super) struct Window {
    pub(super) after: i64,
    pub(super) upto: i64,
    /// Those that are followed; a peer's number is its place.
    pub(super) peers: Vec<Peer>,
    pub(super) stories: Vec<Story>,
    numbers: HashMap<PeerId, u32>,
    /// The places of stories, by the entries that tell them.
    places: HashMap<EntryId, u32>,
}

pub(super) struct Peer {
    pub(super) slug: Slug,
    pub(super) name: String,
    pub(super) domains: Vec<Slug>,
}

pub(super) struct Story {
    pub(super) arrived: ArrivedStory,
    /// By numbers, the most telling first.
    pub(super) phrases: Vec<u32>,
    /// Whether all that tell it were there before their sources were followed.
    pub(super) is_backlog: bool,
    /// First, as far as anyone knows.
    pub(super) published: Timestamp,
}

/// Numbers for key phrases.
#[derive(Default)]
pub(super) struct PhraseNumbers(HashMap<String, u32>);

impl PhraseNumbers {
    fn number(&mut self, phrase: String) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(phrase).or_insert(next)
    }

    /// `None` for what nothing in the window speaks of.
    pub(super) fn known(&self, phrase: &str) -> Option<u32> {
        self.0.get(phrase).copied()
    }
}

impl Window {
    pub(super) async fn load(
        library: &Library,
        after: i64,
    ) -> Result<(Self, PhraseNumbers), DigestError> {
        let store = &library.store;
        let end = store.last_change().await?.min(library.index.position());
        let upto = end.min(store.stories_position().await?);
        let (mut peers, mut numbers) = (Vec::new(), HashMap::new());
        for (number, (id, peer)) in (0..).zip(store.peers().await?.into_iter().filter_map(followed))
        {
            numbers.insert(id, number);
            peers.push(peer);
        }
        let (phrases, of_entries) = phrases(library, after, upto).await?;
        let stories = store.arrived_stories(after, upto).await?.into_iter();
        let stories: Vec<Story> = stories.map(|it| Story::of(it, &of_entries)).collect();
        let place = |(place, it): (u32, &Story)| {
            let entries: Vec<EntryId> = it.arrived.tellings.iter().map(|it| it.entry).collect();
            entries.into_iter().map(move |it| (it, place))
        };
        let places = (0..).zip(&stories).flat_map(place).collect();
        Ok((Self { after, upto, peers, stories, numbers, places }, phrases))
    }

    pub(super) fn number_of(&self, peer: PeerId) -> Option<u32> {
        self.numbers.get(&peer).copied()
    }

    pub(super) fn place_of(&self, entry: EntryId) -> Option<u32> {
        self.places.get(&entry).copied()
    }
}

fn followed(report: PeerReport) -> Option<(PeerId, Peer)> {
    let PeerReport { id, slug, name, domains, .. } = report;
    let slug = slug.parse().ok().filter(|_| report.followed)?;
    Some((id, Peer { slug, name, domains }))
}

async fn phrases(
    library: &Library,
    after: i64,
    upto: i64,
) -> Result<(PhraseNumbers, HashMap<EntryId, Vec<u32>>), DigestError> {
    let mut numbers = PhraseNumbers::default();
    let mut of_entries: HashMap<EntryId, Vec<u32>> = HashMap::new();
    for (entry, phrase) in library.store.arrived_phrases(after, upto).await? {
        let phrases = of_entries.entry(entry).or_default();
        if phrases.len() < MOST_PHRASES {
            phrases.push(numbers.number(phrase));
        }
    }
    Ok((numbers, of_entries))
}

impl Story {
    fn of(arrived: ArrivedStory, phrases: &HashMap<EntryId, Vec<u32>>) -> Self {
        let tellings = &arrived.tellings;
        let phrases = tellings.iter().find_map(|it| phrases.get(&it.entry).cloned());
        let is_backlog = tellings.iter().all(|it| it.backlog);
        let published = tellings.iter().map(|it| it.published.unwrap_or(it.ordered)).min();
        let (phrases, published) = (phrases.unwrap_or_default(), published.unwrap_or(UNDATED));
        Self { arrived, phrases, is_backlog, published }
    }

    /// How many of some peers tell it.
    pub(super) fn tellers<'a>(&'a self, of: impl Fn(&'a Telling) -> bool) -> u32 {
        if self.arrived.tellings.len() == 1 {
            return 1;
        }
        let peers = self.arrived.tellings.iter().filter(|it| of(it)).map(|it| it.peer);
        u32::try_from(peers.collect::<BTreeSet<_>>().len()).unwrap_or(u32::MAX)
    }
}

/// Whether a post is told of among the papers.
pub(super) fn is_paper(lane: Lane) -> bool {
    lane == Lane::Research
}

/// To read a post that tells a story; what is all in its title takes a minute too.
pub(super) fn minutes(words: u32) -> u32 {
    reading_minutes(words).max(1)
}
