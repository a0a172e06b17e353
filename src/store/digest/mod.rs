//! The digest: subscribers, and the issues that were composed for them.

mod asking;
mod issues;
mod letters;
mod record;
mod secret;
mod subscribers;

use jiff::Timestamp;

use super::{Store, StoreError};
use crate::domain::{
    Asked, Issue, IssuePart, MailAddress, Preferences, ReaderId, StoryId, Subscriber, SubscriberId,
    SubscriberLine, SubscriberState, Week,
};

pub use self::{
    issues::IssueReport,
    letters::NewLetter,
    record::{DeliveryRecord, LastIssue, LetterReport, SubscriberRecord, SubscriberReport},
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

    /// What a stranger asks for in the name of an address. Whoever is new becomes pending; what is asked in
    /// the name of someone who once confirmed is put aside until it is confirmed. Gives whoever has the
    /// address then. Those who did not confirm in time are forgotten.
    pub async fn ask_to_subscribe(
        &self,
        new: &NewSubscriber,
        now: Timestamp,
    ) -> Result<Option<Subscriber>, StoreError> {
        self.told(self.write(async |it| asking::subscribe(it, new, now).await).await)
    }

    /// Puts aside what counts once it is confirmed, in place of what was put aside before.
    pub async fn put_aside(&self, id: SubscriberId, asked: &Asked) -> Result<bool, StoreError> {
        self.told(self.write(async |it| asking::ask(it, id, asked).await).await)
    }

    /// What waits for being confirmed.
    pub async fn asked(&self, id: SubscriberId) -> Result<Asked, StoreError> {
        self.told(self.read(async |it| asking::asked(it, id).await).await)
    }

    /// Has a subscriber receive issues, with the preferences that were asked for.
    pub async fn confirm_subscriber(
        &self,
        id: SubscriberId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| asking::confirm(it, id, now).await).await)
    }

    /// Moves a subscriber to another address and voids all earlier links; says whether it was free.
    pub async fn move_subscriber(
        &self,
        id: SubscriberId,
        address: &MailAddress,
        stamp: &str,
    ) -> Result<bool, StoreError> {
        let moved = async |it: &mut _| asking::readdress(it, id, address, stamp).await;
        self.told(self.write(moved).await)
    }

    /// Puts a mail that is no issue into the queue; it is sent as soon as someone sends.
    pub async fn queue_letter(&self, new: &NewLetter, now: Timestamp) -> Result<i64, StoreError> {
        self.told(self.write(async |it| letters::queue(it, new, now).await).await)
    }

    /// Mails to one subscriber that are no issues, oldest first.
    pub async fn letters(&self, id: SubscriberId) -> Result<Vec<LetterReport>, StoreError> {
        self.told(self.read(async |it| record::letters(it, id).await).await)
    }

    /// Everyone with what was last sent, in the order in which they came.
    pub async fn subscriber_reports(&self) -> Result<Vec<SubscriberReport>, StoreError> {
        self.told(self.read(async |it| record::reports(it).await).await)
    }

    /// Everything that is kept of a subscriber.
    pub async fn subscriber_record(
        &self,
        id: SubscriberId,
    ) -> Result<Option<SubscriberRecord>, StoreError> {
        self.told(self.read(async |it| record::record(it, id).await).await)
    }

    /// Adds subscribers as they were exported, all of them or none, and gives how many were new. Whoever
    /// is known stays as they are, so that nobody who left comes back by a file.
    pub async fn import_subscribers(
        &self,
        lines: Vec<(SubscriberLine, String)>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.told(self.write(async |it| subscribers::import(it, lines, now).await).await)
    }

    /// The key that signs links, if one was ever needed.
    pub async fn signing_key(&self) -> Result<Option<String>, StoreError> {
        self.told(self.read(async |it| secret::signing_key(it).await).await)
    }

    /// Keeps a key that signs links, unless there is one, and gives the one that is kept.
    pub async fn keep_signing_key(&self, fresh: &str) -> Result<String, StoreError> {
        self.told(self.write(async |it| secret::keep_signing_key(it, fresh).await).await)
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
}
