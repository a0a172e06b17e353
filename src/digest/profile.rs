//! Subscribers as choosing needs them: what each cares about, and what each knows already.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    DigestError,
    asked::Questions,
    reach::Reaches,
    window::{PhraseNumbers, Window},
};
use crate::{
    domain::{
        Acquaintance, Following, Kept, ReaderId, Slug, StoryId, Subject, Subscriber, SubscriberId,
        Topic, Week, query::Query,
    },
    home::{Asker, Library, kept_topics},
};

/// What was read in this time is not to be told again in other words.
const LATELY: SignedDuration = SignedDuration::from_hours(8 * 7 * 24);

/// Queries are asked for someone: a number of an asker, and the query's among those of the asker.
pub(super) type Asked = (usize, u32);

pub(super) struct Profile {
    /// In the order in which the subscriber has them.
    pub(super) subjects: Vec<(Subject, Asked)>,
    pub(super) mutes: Vec<Asked>,
    pub(super) reach: usize,
    /// Key phrases of what was read lately, by number; in order.
    pub(super) lately: Vec<u32>,
    /// Stories of the window that an issue told of already.
    pub(super) told: BTreeSet<StoryId>,
}

/// Someone for whom queries are asked, with the questions.
pub(super) struct Questioner {
    pub(super) asker: Asker,
    topics: Vec<Topic>,
    pub(super) subjects: Questions,
    pub(super) mutes: Questions,
}

/// What a reader keeps, as far as it counts.
#[derive(Default)]
pub(super) struct ReaderState {
    /// Opened, or on the list.
    pub(super) known: BTreeSet<StoryId>,
    shown: BTreeSet<StoryId>,
    lately: Vec<String>,
}

impl ReaderState {
    pub(super) fn standing(&self, story: StoryId) -> Acquaintance {
        if self.known.contains(&story) {
            Acquaintance::Known
        } else if self.shown.contains(&story) {
            Acquaintance::Shown
        } else {
            Acquaintance::None
        }
    }
}

/// All profiles, and what is to be asked for them.
#[derive(Default)]
pub(super) struct Profiles {
    pub(super) of_subscribers: HashMap<SubscriberId, Profile>,
    pub(super) questioners: Vec<Questioner>,
    pub(super) readers: HashMap<ReaderId, ReaderState>,
    pub(super) reaches: Reaches,
}

impl Profiles {
    pub(super) async fn of(
        library: &Library,
        following: &Following,
        subscribers: &[Subscriber],
        (window, phrases): (&Window, &PhraseNumbers),
        now: Timestamp,
    ) -> Result<Self, DigestError> {
        let mut all = Self::default();
        let following = Arc::new(following.clone());
        let mut askers: BTreeMap<Option<ReaderId>, usize> = BTreeMap::new();
        for subscriber in subscribers {
            let reader = subscriber.reader;
            let known = askers.get(&reader).copied();
            let asker = known.unwrap_or(all.questioners.len());
            if known.is_none() {
                askers.insert(reader, asker);
                all.questioners.push(Questioner::of(library, reader, &following).await?);
                if let Some(reader) = reader {
                    all.readers.insert(reader, reader_state(library, reader, now).await?);
                }
            }
            all.add(library, subscriber, asker, window);
        }
        all.add_told(library, window).await?;
        all.add_lately(library, subscribers, phrases, now).await?;
        Ok(all)
    }

    fn add(&mut self, library: &Library, of: &Subscriber, asker: usize, window: &Window) {
        let preferences = &of.preferences;
        let questioner = &mut self.questioners[asker];
        let topic = |slug: &Slug| questioner.topics.iter().find(|it| it.slug == *slug).cloned();
        let topics = preferences.topics.iter().filter_map(topic).collect();
        let subjects = Subject::of_profile(topics, &preferences.interests);
        let subjects = subjects.into_iter().map(|it| {
            let number = questioner.subjects.number(library.asked(&it));
            (it, (asker, number))
        });
        let subjects = subjects.collect();
        let mutes = preferences.mute.iter().map(|it| Query::parse(it));
        let mutes = mutes.filter(|it| !it.is_empty());
        let mutes = mutes.map(|it| (asker, questioner.mutes.number(it))).collect();
        let reach = self.reaches.place(&preferences.domains, window);
        let (lately, told) = (Vec::new(), BTreeSet::new());
        self.of_subscribers.insert(of.id, Profile { subjects, mutes, reach, lately, told });
    }

    async fn add_told(&mut self, library: &Library, window: &Window) -> Result<(), DigestError> {
        let told = library.store.arrived_and_told(window.after, window.upto).await?;
        for (subscriber, story) in told {
            if let Some(profile) = self.of_subscribers.get_mut(&subscriber) {
                profile.told.insert(story);
            }
        }
        Ok(())
    }

    async fn add_lately(
        &mut self,
        library: &Library,
        subscribers: &[Subscriber],
        phrases: &PhraseNumbers,
        now: Timestamp,
    ) -> Result<(), DigestError> {
        let begin = now.checked_sub(LATELY).unwrap_or(now);
        let from = Week::of(TimeZone::UTC.to_datetime(begin).date());
        for (subscriber, phrase) in library.store.phrases_of_reads(from).await? {
            if let Some(profile) = self.of_subscribers.get_mut(&subscriber) {
                profile.lately.extend(phrases.known(&phrase));
            }
        }
        for subscriber in subscribers {
            let Some(profile) = self.of_subscribers.get_mut(&subscriber.id) else { continue };
            let state = subscriber.reader.and_then(|it| self.readers.get(&it));
            let read = state.into_iter().flat_map(|it| &it.lately);
            profile.lately.extend(read.filter_map(|it| phrases.known(it)));
            profile.lately.sort_unstable();
            profile.lately.dedup();
        }
        Ok(())
    }

    /// Of what is in each reach, which subjects are asked for there.
    pub(super) fn asked_for(&self) -> Vec<BTreeSet<Asked>> {
        let mut asked = vec![BTreeSet::new(); self.reaches.0.len()];
        for profile in self.of_subscribers.values() {
            asked[profile.reach].extend(profile.subjects.iter().map(|(_, asked)| *asked));
        }
        asked
    }
}

impl Questioner {
    async fn of(
        library: &Library,
        reader: Option<ReaderId>,
        following: &Arc<Following>,
    ) -> Result<Self, DigestError> {
        let reader = reader.unwrap_or(ReaderId::NOBODY);
        let asker = Asker::new(reader, Arc::clone(following));
        let topics = kept_topics(library, &asker).await?;
        let (subjects, mutes) = (Questions::default(), Questions::default());
        Ok(Self { asker, topics, subjects, mutes })
    }
}

async fn reader_state(
    library: &Library,
    reader: ReaderId,
    now: Timestamp,
) -> Result<ReaderState, DigestError> {
    let mut state = ReaderState::default();
    for kept in [Kept::Opened, Kept::AnyReading] {
        state.known.extend(library.store.stories_kept(reader, &kept).await?);
    }
    state.shown.extend(library.store.stories_kept(reader, &Kept::Shown).await?);
    let begin = now.checked_sub(LATELY).unwrap_or(now);
    state.lately = library.store.phrases_read(reader, begin).await?;
    Ok(state)
}
