//! The digest: subscribers, and the issues that were composed for them.

mod asking;
mod candidates;
mod choosing;
mod deliveries;
mod issues;
mod letters;
mod own;
mod posts;
mod queue;
mod record;
mod secret;
mod standing;
mod subscribers;
mod told;

use jiff::Timestamp;

use super::{Store, StoreError};
use crate::domain::{
    Asked, Delivery, DeliveryState, HandOver, Issue, IssuePart, MailAddress, Preferences, ReaderId,
    Slot, StoryId, Subscriber, SubscriberId, SubscriberLine, SubscriberState, Week,
};

pub use self::{
    candidates::{ArrivedStory, Telling},
    deliveries::{Claim, ClaimedIssue},
    issues::IssueReport,
    letters::NewLetter,
    own::OwnCounts,
    posts::PostInShort,
    queue::ClaimedLetter,
    record::{DeliveryRecord, LastIssue, LetterReport, SubscriberRecord, SubscriberReport},
    subscribers::NewSubscriber,
};

/// How often a claim is tried where other senders are faster.
const CLAIM_TRIES: u32 = 8;

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

    /// Forgets addresses that nobody confirmed in time, and letters that are old.
    pub async fn forget_unanswered(&self, now: Timestamp) -> Result<(), StoreError> {
        self.told(self.write(async |it| asking::forget_unanswered(it, now).await).await)
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

    /// Leaves out an issue that was due too long ago, and says so in the ledger. The mark stays, so that
    /// the next issue tells of all. Says whether that is new.
    pub async fn skip_slot(
        &self,
        id: SubscriberId,
        slot: Slot,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| deliveries::skip(it, id, slot, now).await).await)
    }

    /// Nothing more is due for this slot, since there is an issue of its week. Says whether that is new.
    pub async fn pass_slot(&self, id: SubscriberId, slot: Slot) -> Result<bool, StoreError> {
        self.told(self.write(async |it| deliveries::pass(it, id, slot).await).await)
    }

    /// Claims the issue that waits longest. Any number of senders may claim at once; none gets what
    /// another has, until that one's claim runs out.
    pub async fn claim_issue(
        &self,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<Option<ClaimedIssue>, StoreError> {
        for _ in 0..CLAIM_TRIES {
            let claimed = self.write(async |it| deliveries::claim(it, claim, now).await).await;
            if let Some(claimed) = self.told(claimed)? {
                return Ok(Some(claimed));
            }
            if self.next_attempt().await?.is_none_or(|due| due > now) {
                break;
            }
        }
        Ok(None)
    }

    /// Records what came of sending an issue, and what that says about the address; `None` where the
    /// claim had run out and another sender has it.
    pub async fn record_issue(
        &self,
        claimed: &ClaimedIssue,
        by: &str,
        hand_over: &HandOver,
        now: Timestamp,
    ) -> Result<Option<DeliveryState>, StoreError> {
        let record = async |it: &mut sqlx::AnyConnection| {
            deliveries::record(it, claimed, by, hand_over, now).await
        };
        self.told(self.write(record).await)
    }

    /// Puts a claimed issue back as if it had not been tried.
    pub async fn release_issue(
        &self,
        claimed: &ClaimedIssue,
        by: &str,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| deliveries::release(it, claimed, by).await).await)
    }

    /// When an issue or a letter is to be sent, at the earliest; `None` where nothing waits.
    pub async fn next_attempt(&self) -> Result<Option<Timestamp>, StoreError> {
        self.told(self.read(async |it| deliveries::next_attempt(it).await).await)
    }

    /// What became of a subscriber's issues, the latest week first.
    pub async fn deliveries(&self, id: SubscriberId) -> Result<Vec<Delivery>, StoreError> {
        self.told(self.read(async |it| deliveries::of(it, id).await).await)
    }

    /// How many issues are in each state of the ledger.
    pub async fn delivery_counts(&self) -> Result<Vec<(DeliveryState, u64)>, StoreError> {
        self.told(self.read(async |it| deliveries::counts(it).await).await)
    }

    /// Claims the letter that waits longest.
    pub async fn claim_letter(
        &self,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<Option<ClaimedLetter>, StoreError> {
        self.told(self.write(async |it| queue::claim(it, claim, now).await).await)
    }

    /// The same as [`record_issue`](Self::record_issue) for a letter, whose text goes once nothing more
    /// comes of it.
    pub async fn record_letter(
        &self,
        claimed: &ClaimedLetter,
        by: &str,
        hand_over: &HandOver,
        now: Timestamp,
    ) -> Result<Option<DeliveryState>, StoreError> {
        let record = async |it: &mut sqlx::AnyConnection| {
            queue::record(it, claimed, by, hand_over, now).await
        };
        self.told(self.write(record).await)
    }

    /// Puts a claimed letter back as if it had not been tried.
    pub async fn release_letter(
        &self,
        claimed: &ClaimedLetter,
        by: &str,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| queue::release(it, claimed, by).await).await)
    }
}
