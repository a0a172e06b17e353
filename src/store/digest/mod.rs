//! The digest: subscribers, and the issues that were composed for them.

mod candidates;
mod issues;
mod own;
mod posts;
mod subscribers;
mod told;

use jiff::Timestamp;

use super::{Store, StoreError};
use crate::domain::{
    EntryId, Issue, IssuePart, MailAddress, NoteId, Preferences, ReaderId, StoryId, Subscriber,
    SubscriberId, SubscriberState, Week,
};

pub use self::{
    candidates::{ArrivedStory, Telling},
    issues::IssueReport,
    own::OwnCounts,
    posts::PostInShort,
    subscribers::NewSubscriber,
};

impl Store {
    /// Everyone who ever subscribed and was not erased, in the order in which they came.
    pub async fn subscribers(&self) -> Result<Vec<Subscriber>, StoreError> {
        self.told(self.read(async |it| subscribers::all(it).await).await)
    }

    pub async fn subscriber(&self, id: SubscriberId) -> Result<Option<Subscriber>, StoreError> {
        self.told(self.read(async |it| subscribers::by_id(it, id).await).await)
    }

    /// Whoever has this address, however it is written.
    pub async fn subscriber_at(
        &self,
        address: &MailAddress,
    ) -> Result<Option<Subscriber>, StoreError> {
        self.told(self.read(async |it| subscribers::by_address(it, address).await).await)
    }

    /// The subscriber whose list and journal are a reader's.
    pub async fn subscriber_of(&self, reader: ReaderId) -> Result<Option<Subscriber>, StoreError> {
        self.told(self.read(async |it| subscribers::by_reader(it, reader).await).await)
    }

    /// Adds a subscriber, who is told of what arrives from now on; `None` where there is one with this
    /// address or for this reader.
    pub async fn add_subscriber(
        &self,
        new: &NewSubscriber,
        now: Timestamp,
    ) -> Result<Option<Subscriber>, StoreError> {
        self.told(self.write(async |it| subscribers::add(it, new, now).await).await)
    }

    /// Says whether there is such a subscriber.
    pub async fn set_preferences(
        &self,
        id: SubscriberId,
        preferences: &Preferences,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| subscribers::prefer(it, id, preferences).await).await)
    }

    /// Says whether there is such a subscriber. Whoever becomes active is confirmed, counts no refusals,
    /// and is told of what arrives from now on.
    pub async fn set_subscriber_state(
        &self,
        id: SubscriberId,
        state: SubscriberState,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| subscribers::enter(it, id, state, now).await).await)
    }

    /// Gives a subscriber another address, or none; says whether that was possible.
    pub async fn set_subscriber_address(
        &self,
        id: SubscriberId,
        address: Option<&MailAddress>,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| subscribers::readdress(it, id, address).await).await)
    }

    /// Voids all signed links of a subscriber.
    pub async fn set_stamp(&self, id: SubscriberId, stamp: &str) -> Result<bool, StoreError> {
        self.told(self.write(async |it| subscribers::stamp(it, id, stamp).await).await)
    }

    /// Erases a subscriber with all issues and what came of sending them.
    pub async fn erase_subscriber(&self, id: SubscriberId) -> Result<bool, StoreError> {
        self.told(self.write(async |it| subscribers::erase(it, id).await).await)
    }

    /// Keeps an issue, what it told of, and that the subscriber was told, in one transaction; `None` where
    /// the subscriber has an issue of this week already, which stays. With a `message_id` it is to be sent.
    pub async fn keep_issue(
        &self,
        id: SubscriberId,
        issue: &Issue,
        message_id: Option<&str>,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| issues::keep(it, id, issue, message_id).await).await)
    }

    /// Of one subscriber, the latest first.
    pub async fn issues(
        &self,
        id: SubscriberId,
        limit: u32,
    ) -> Result<Vec<IssueReport>, StoreError> {
        self.told(self.read(async |it| issues::list(it, id, limit).await).await)
    }

    pub async fn issue(&self, id: SubscriberId, week: Week) -> Result<Option<Issue>, StoreError> {
        self.told(self.read(async |it| issues::load(it, id, week).await).await)
    }

    /// What earlier issues told a subscriber of.
    pub async fn told_stories(
        &self,
        id: SubscriberId,
    ) -> Result<Vec<(StoryId, IssuePart, Week)>, StoreError> {
        self.told(self.read(async |it| issues::told(it, id).await).await)
    }

    /// The number of the change sequence up to which entries were put together into stories.
    pub async fn stories_position(&self) -> Result<i64, StoreError> {
        self.told(self.read(async |it| super::stories::position(it).await).await)
    }

    /// Stories whose oldest entry arrived after one number of the change sequence and up to another, as
    /// followed peers tell them; in the order of their numbers.
    pub async fn arrived_stories(
        &self,
        after: i64,
        upto: i64,
    ) -> Result<Vec<ArrivedStory>, StoreError> {
        self.told(self.read(async |it| candidates::arrived(it, (after, upto)).await).await)
    }

    /// The key phrases of the same entries, those of one entry together and the most telling first.
    pub async fn arrived_phrases(
        &self,
        after: i64,
        upto: i64,
    ) -> Result<Vec<(EntryId, String)>, StoreError> {
        self.told(self.read(async |it| candidates::phrases(it, (after, upto)).await).await)
    }

    /// Every post of followed peers in short, in the order of their numbers.
    pub async fn posts_in_short(&self) -> Result<Vec<PostInShort>, StoreError> {
        self.told(self.read(async |it| posts::in_short(it).await).await)
    }

    /// Stories that arrived so, and that issues told of already, whoever received them.
    pub async fn arrived_and_told(
        &self,
        after: i64,
        upto: i64,
    ) -> Result<Vec<(SubscriberId, StoryId)>, StoreError> {
        self.told(self.read(async |it| told::arrived(it, (after, upto)).await).await)
    }

    /// The key phrases of what was chosen to be read in issues from a week on, by who received them.
    pub async fn phrases_of_reads(
        &self,
        from: Week,
    ) -> Result<Vec<(SubscriberId, String)>, StoreError> {
        self.told(self.read(async |it| told::phrases_of_reads(it, from).await).await)
    }

    /// Which of these stories were chosen for someone before, to be read or from the archive.
    pub async fn chosen_before(
        &self,
        stories: &[(SubscriberId, StoryId)],
    ) -> Result<Vec<(SubscriberId, StoryId)>, StoreError> {
        self.told(self.read(async |it| told::chosen_before(it, stories).await).await)
    }

    /// The key phrases of what a reader opened or took up from a time on.
    pub async fn phrases_read(
        &self,
        reader: ReaderId,
        from: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        self.told(self.read(async |it| own::phrases_read(it, reader, from).await).await)
    }

    /// What a reader did after one time and up to another.
    pub async fn own_counts(
        &self,
        reader: ReaderId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<OwnCounts, StoreError> {
        self.told(self.read(async |it| own::counts(it, reader, (from, until)).await).await)
    }

    /// When each of a reader's notes was made.
    pub async fn note_times(
        &self,
        reader: ReaderId,
    ) -> Result<Vec<(NoteId, Timestamp)>, StoreError> {
        self.told(self.read(async |it| own::note_times(it, reader).await).await)
    }
}
