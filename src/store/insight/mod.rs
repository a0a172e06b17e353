//! What was read of entries, and what readers say against it.

mod corrections;
mod load;
mod record;
mod reread;

use std::collections::HashMap;

use jiff::Timestamp;

use super::{KeptCursor, KeptPage, Store, StoreError};
use crate::domain::{
    Correction, CorrectionId, Digest, EntryId, Insight, Kind, Place, ReaderId, Role,
};

pub(super) use corrections::remove_all as take_back_all;
pub(super) use load::{Details, judgements, kept, narrow, read_verdict};
pub use reread::{InsightCounts, RereadPart, Rereading};

/// What the model read, and out of what.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadInsight {
    pub entry: EntryId,
    /// Of all that the model looks at.
    pub from: Digest,
    pub insight: Insight,
    /// Where the article holds the sentences that readers corrected.
    pub places: Vec<(CorrectionId, Option<Place>)>,
}

/// Which corrections to list, latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionsAsk {
    pub entry: Option<EntryId>,
    /// Continue after the last correction of an earlier page.
    pub before: Option<KeptCursor>,
    pub limit: u32,
}

impl Default for CorrectionsAsk {
    fn default() -> Self {
        Self { entry: None, before: None, limit: 50 }
    }
}

impl Store {
    /// What these entries are about, as far as it was read, with readers' corrections.
    pub async fn insights(
        &self,
        entries: &[EntryId],
    ) -> Result<HashMap<EntryId, Insight>, StoreError> {
        self.insights_with(entries, Details::All).await
    }

    /// The same without their measures and key phrases, which lists do not show.
    pub async fn insights_in_short(
        &self,
        entries: &[EntryId],
    ) -> Result<HashMap<EntryId, Insight>, StoreError> {
        self.insights_with(entries, Details::Passages).await
    }

    async fn insights_with(
        &self,
        entries: &[EntryId],
        what: Details,
    ) -> Result<HashMap<EntryId, Insight>, StoreError> {
        let kept = self.told(self.read(async |it| kept(it, entries, what).await).await)?;
        Ok(kept.into_iter().filter_map(|(id, it)| Some((id, it.insight?))).collect())
    }

    /// Keeps what was read of entries, each once, in place of what was read before; in one
    /// transaction. Entries that are gone meanwhile are left out.
    pub async fn record_insights(&self, read: Vec<ReadInsight>) -> Result<(), StoreError> {
        if read.is_empty() {
            return Ok(());
        }
        self.told(self.write(async |it| record::record(it, read).await).await)
    }

    /// Brings entries of followed peers back to the end of the change sequence, so that they are read
    /// again: at most `rows`, those that arrived last first, from before `before` on.
    pub async fn reread(
        &self,
        which: Rereading,
        before: Option<EntryId>,
        rows: u32,
    ) -> Result<RereadPart, StoreError> {
        self.told(self.write(async |it| reread::reread(it, which, before, rows).await).await)
    }

    /// How many entries this model has read, and how many it has yet to read.
    pub async fn insight_counts(&self, model: u32) -> Result<InsightCounts, StoreError> {
        self.told(self.read(async |it| reread::counts(it, model).await).await)
    }

    /// Has an entry be of a kind, whatever any model says; `None` where there is no such entry.
    pub async fn correct_kind(
        &self,
        reader: ReaderId,
        entry: EntryId,
        kind: Kind,
        now: Timestamp,
    ) -> Result<Option<Correction>, StoreError> {
        let correct = async |it: &mut _| corrections::kind(it, (reader, entry), kind, now).await;
        self.told(self.write(correct).await)
    }

    /// Has a sentence be a passage of this role, or (`None`) none; `None` where there is no such
    /// entry.
    pub async fn correct_role(
        &self,
        reader: ReaderId,
        entry: EntryId,
        (quote, place): (&str, Place),
        role: Option<Role>,
        now: Timestamp,
    ) -> Result<Option<Correction>, StoreError> {
        let correct = async |it: &mut _| {
            corrections::role(it, (reader, entry), (quote, place), role, now).await
        };
        self.told(self.write(correct).await)
    }

    /// A reader's corrections, latest first.
    pub async fn corrections(
        &self,
        reader: ReaderId,
        ask: &CorrectionsAsk,
    ) -> Result<KeptPage<Correction>, StoreError> {
        self.told(self.read(async |it| corrections::list(it, reader, ask).await).await)
    }

    /// Takes a correction back: what was said before counts again. Says whether there was one.
    pub async fn remove_correction(
        &self,
        reader: ReaderId,
        id: CorrectionId,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| corrections::remove(it, reader, id).await).await)
    }
}
