//! What choosing for an issue asks of the library.

use jiff::Timestamp;

use super::{candidates, own, posts, told};
use crate::{
    domain::{EntryId, NoteId, ReaderId, StoryId, SubscriberId, Week},
    store::{ArrivedStory, OwnCounts, PostInShort, Store, StoreError, stories},
};

impl Store {
    /// The number of the change sequence up to which entries were put together into stories.
    pub async fn stories_position(&self) -> Result<i64, StoreError> {
        self.told(self.read(async |it| stories::position(it).await).await)
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
