//! When to visit a source again, and what a visit leaves behind at it.
//!
//! Never earlier than its server asked, by its own rhythm of publishing within bounds, and never
//! never: a source that fails is asked ever more rarely, but it is asked.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Address, Digest, EntryDraft, Failure, FailureKind, Moving, PublisherRhythm, SourceState,
    Validators,
};

/// A conditional request an hour is what publishers tolerate (rachelbythebay.com/w/feed); a shorter
/// `every` must be asked for, and this is its floor.
pub const SHORTEST_WAIT: Duration = Duration::from_mins(1);
/// Longest time between two visits to a source that answers.
pub const LONGEST_WAIT: Duration = Duration::from_hours(24);
/// Longest time between two visits to a source that fails.
pub const LONGEST_BACK_OFF: Duration = Duration::from_hours(36);
/// Longest `Retry-After` that is believed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(31 * 24);
/// Visits between two posts, so that a post waits at most this part of the usual gap.
const VISITS_PER_POST: u32 = 8;
/// How far our own rhythm stretches for a source that rarely publishes.
const LONGEST_STRETCH: u32 = 12;
/// Visits in a row that must be redirected permanently before the new address is kept.
pub const MOVE_CONFIRMATIONS: u32 = 3;
/// After an outage of our own, all is tried again after this.
pub const AFTER_OUTAGE: Duration = Duration::from_mins(5);

/// What an answer that brought the feed, or "unchanged", says about the source.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    pub validators: Validators,
    /// How long the answer may serve by its cache headers.
    pub lifetime: Option<Duration>,
    /// Where the whole chain of redirects led, if each was permanent.
    pub permanent: Option<Address>,
}

/// What a document that was read says about the source.
#[derive(Clone, Debug)]
pub struct Learned {
    pub body: Digest,
    /// Decoded length.
    pub body_bytes: u64,
    pub title: Option<String>,
    pub site: Option<Address>,
    pub asked: PublisherRhythm,
    pub complaints: Vec<super::Complaint>,
    pub rhythm: Option<Duration>,
    pub newest: Option<Timestamp>,
}

impl SourceState {
    /// After a visit that brought a document which could be read.
    #[must_use]
    pub fn after_reading(
        &self,
        answered: &Answered,
        learned: Learned,
        every: Duration,
        now: Timestamp,
    ) -> Self {
        let mut after = self.clone();
        // Some servers leave `Last-Modified` out of every other answer; an old date asks too much at
        // worst, and a server that also sends an ETag does not look at it.
        after.validators = Validators {
            etag: answered.validators.etag.clone(),
            last_modified: answered
                .validators
                .last_modified
                .clone()
                .or(after.validators.last_modified),
        };
        after.body = Some(learned.body);
        after.body_bytes = learned.body_bytes;
        after.title = learned.title.or(after.title);
        after.site = learned.site.or(after.site);
        after.asked = learned.asked;
        after.complaints = learned.complaints;
        after.rhythm = learned.rhythm;
        after.newest = learned.newest.or(after.newest);
        after.answered(answered, every, now);
        after
    }

    /// After a 304, or the same bytes as last time.
    #[must_use]
    pub fn after_unchanged(&self, answered: &Answered, every: Duration, now: Timestamp) -> Self {
        let mut after = self.clone();
        after.validators = after.validators.refreshed_by(answered.validators.clone());
        after.answered(answered, every, now);
        after
    }

    /// After a visit that failed. What was known of the document stays.
    #[must_use]
    pub fn after_failing(&self, failure: Failure, every: Duration, now: Timestamp) -> Self {
        let mut after = self.clone();
        after.visited = Some(now);
        if failure.kind.is_fault() {
            after.failures = after.failures.saturating_add(1);
        }
        after.failing_since = after.failing_since.or(Some(now));
        after.muted = failure.kind == FailureKind::Gone;
        let wait = back_off(every, after.failures.max(1), self.in_use.as_str());
        let asked = failure.retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        after.next_visit = now + wait.max(asked);
        after.not_before = Some(after.next_visit);
        after.failure = Some(failure);
        after
    }

    /// After a round in which nobody was reached: the fault is ours, so nothing is counted against
    /// the source.
    #[must_use]
    pub fn after_outage(&self, now: Timestamp) -> Self {
        let mut after = self.clone();
        after.next_visit = now + AFTER_OUTAGE;
        after
    }

    fn answered(&mut self, answered: &Answered, every: Duration, now: Timestamp) {
        self.visited = Some(now);
        self.succeeded = Some(now);
        self.failures = 0;
        self.failing_since = None;
        self.failure = None;
        self.muted = false;
        self.not_before = None;
        self.confirm_move(answered.permanent.as_ref());
        let wait = usual_wait(self, every, now).max(asked_wait(self, answered.lifetime));
        let spread = spread(wait, self.in_use.as_str());
        self.next_visit = skip(now + spread.min(LONGEST_WAIT.max(every)), &self.asked);
    }

    fn confirm_move(&mut self, target: Option<&Address>) {
        let Some(to) = target.filter(|to| **to != self.in_use && !to.is_home_page()) else {
            self.moving = None;
            return;
        };
        let before = self.moving.take().filter(|it| it.to == *to).map_or(0, |it| it.confirmations);
        if before + 1 >= MOVE_CONFIRMATIONS {
            self.in_use = to.clone();
        } else {
            self.moving = Some(Moving { to: to.clone(), confirmations: before + 1 });
        }
    }
}

/// Usual time between posts, from the publication dates that a document lists, and the newest of
/// them. Dates after `now` say nothing.
pub fn rhythm_of(drafts: &[EntryDraft], now: Timestamp) -> (Option<Duration>, Option<Timestamp>) {
    let mut dates: Vec<Timestamp> =
        drafts.iter().filter_map(|it| it.published).filter(|it| *it <= now).collect();
    dates.sort_unstable();
    dates.dedup();
    let Some((&oldest, &newest)) = dates.first().zip(dates.last()) else { return (None, None) };
    let gaps = u32::try_from(dates.len() - 1).unwrap_or(u32::MAX);
    let rhythm = (gaps > 0).then(|| newest.duration_since(oldest).unsigned_abs() / gaps.max(1));
    (rhythm, Some(newest))
}

/// By the source's own rhythm: `every` for one that publishes often, up to twelve times that for
/// one that rarely does or has fallen silent.
fn usual_wait(state: &SourceState, every: Duration, now: Timestamp) -> Duration {
    let silence = state.newest.map(|newest| now.duration_since(newest).unsigned_abs() / 2);
    let gap = state.rhythm.unwrap_or_default().max(silence.unwrap_or_default());
    (gap / VISITS_PER_POST).clamp(every, (every * LONGEST_STRETCH).min(LONGEST_WAIT.max(every)))
}

/// What the publisher asks for: the longer of `<ttl>` and the cache lifetime.
fn asked_wait(state: &SourceState, lifetime: Option<Duration>) -> Duration {
    lifetime.unwrap_or_default().max(state.asked.ttl.unwrap_or_default()).min(LONGEST_WAIT)
}

/// Doubles with each failure, up to [`LONGEST_BACK_OFF`].
fn back_off(every: Duration, failures: u32, seed: &str) -> Duration {
    let doubled = every.saturating_mul(1 << (failures - 1).min(16));
    spread(doubled.min(LONGEST_BACK_OFF), &format!("{seed} {failures}"))
}

/// Within a tenth more, by the source's own hash: sources that were once visited together drift
/// apart, and a test can tell where to.
fn spread(wait: Duration, seed: &str) -> Duration {
    let hash = seed
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    wait + wait / 1000 * (hash % 101)
}

/// Past the hours and days in which the publisher asks not to come (RSS `skipHours`, `skipDays`).
/// Who skips everything is visited as usual.
fn skip(visit: Timestamp, asked: &PublisherRhythm) -> Timestamp {
    if asked.skip_hours.is_empty() && asked.skip_days.is_empty() {
        return visit;
    }
    let mut later = visit;
    for _ in 0..24 * 8 {
        let at = later.to_zoned(TimeZone::UTC);
        let day = at.weekday().to_monday_one_offset();
        if !asked.skip_hours.contains(&at.hour()) && !asked.skip_days.contains(&day) {
            return later;
        }
        later += Duration::from_hours(1);
    }
    visit
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
