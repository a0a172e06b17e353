//! What a story scores for a subscriber, part by part.

use jiff::Timestamp;

use super::{Acquaintance, Budget, Offer, weights as w};
use crate::domain::Kind;

/// What a score is made of. The word is that of `--explain` and of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Fit with the subscriber's topics and interests.
    Match,
    Worth,
    Kind,
    Fresh,
    ToldBy,
    Measured,
    /// Of a peer that publishes much at once.
    Flood,
    Length,
    /// Speaks of what was read lately.
    Lately,
    /// Was shown, and passed over.
    Shown,
    /// Likeness with what is chosen already.
    Variety,
}

impl Part {
    pub const ALL: [Self; 11] = [
        Self::Match,
        Self::Worth,
        Self::Kind,
        Self::Fresh,
        Self::ToldBy,
        Self::Measured,
        Self::Flood,
        Self::Length,
        Self::Lately,
        Self::Shown,
        Self::Variety,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Worth => "worth",
            Self::Kind => "kind",
            Self::Fresh => "fresh",
            Self::ToldBy => "told-by",
            Self::Measured => "measured",
            Self::Flood => "flood",
            Self::Length => "length",
            Self::Lately => "lately",
            Self::Shown => "shown",
            Self::Variety => "variety",
        }
    }
}

/// A score by its parts, which add up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parts {
    values: [f32; Part::ALL.len()],
    /// Of all: it is asked for far more often than it changes.
    total: f32,
}

impl Parts {
    pub(super) fn of<const PARTS: usize>(parts: [(Part, f32); PARTS]) -> Self {
        let mut values = [0.0; Part::ALL.len()];
        for (part, value) in parts {
            values[part as usize] = value;
        }
        Self { values, total: values.iter().sum() }
    }

    pub fn total(&self) -> f32 {
        self.total
    }

    pub fn get(&self, part: Part) -> f32 {
        self.values[part as usize]
    }

    #[must_use]
    pub(super) fn with(mut self, part: Part, value: f32) -> Self {
        self.values[part as usize] = value;
        Self { total: self.values.iter().sum(), ..self }
    }

    /// Those that are not nothing, in their order.
    pub fn told(&self) -> impl Iterator<Item = (&'static str, f32)> {
        let parts = Part::ALL.into_iter().map(|it| (it.as_str(), self.get(it)));
        parts.filter(|(_, value)| *value != 0.0)
    }
}

/// What a story scores before anything is chosen; `of_peer` stories of its peer are offered.
pub(super) fn scored(offer: &Offer<'_>, of_peer: usize, budget: Budget, slot: Timestamp) -> Parts {
    let worth = offer.expected.unwrap_or(w::UNJUDGED_WORTH);
    let tellers = count(offer.tellers as usize).max(1.0).log2();
    let share = count(budget.minutes as usize) / count(budget.reads as usize).max(1.0);
    let shares = count(offer.minutes as usize) / share.max(1.0);
    let flood = (count(of_peer) / w::USUAL_STORIES).max(1.0).log2();
    Parts::of([
        (Part::Match, w::MATCH * offer.fit.clamp(0.0, 1.0)),
        (Part::Worth, w::WORTH * (worth / 3.0).clamp(0.0, 1.0)),
        (Part::Kind, w::of_kind(offer.kind)),
        (Part::Fresh, w::FRESH * freshness(offer.ordered, slot)),
        (Part::ToldBy, (w::TOLD_BY * tellers).min(w::MOST_TOLD_BY)),
        (Part::Measured, if offer.is_measured { w::MEASURED } else { 0.0 }),
        (Part::Flood, minus(w::FLOOD * flood)),
        (Part::Length, minus(w::LENGTH * (shares - 1.0).clamp(0.0, w::MOST_LENGTHS - 1.0))),
        (Part::Lately, minus(w::LATELY * offer.lately.clamp(0.0, 1.0))),
        (Part::Shown, if offer.standing == Acquaintance::Shown { -w::SHOWN } else { 0.0 }),
    ])
}

/// What an older story scores: there is nothing else that it could be like, and it is as old as it is.
pub fn archive_score(fit: f32, expected: Option<f32>, kind: Option<Kind>) -> Option<f32> {
    let expected = expected.filter(|it| *it >= w::LEAST_WORTH_OF_ARCHIVE)?;
    let is_fit = kind.is_some_and(|it| it.is_of_substance() || it == Kind::Tutorial);
    let worth = w::WORTH * (expected / 3.0).clamp(0.0, 1.0);
    is_fit.then(|| w::MATCH * fit.clamp(0.0, 1.0) + worth + w::of_kind(kind))
}

/// What a story on a reading list scores: whoever put it there has judged its news.
pub fn list_score(fit: f32, expected: Option<f32>, kind: Option<Kind>) -> f32 {
    let worth = expected.unwrap_or(w::UNJUDGED_WORTH);
    let worth = w::WORTH * (worth / 3.0).clamp(0.0, 1.0);
    w::MATCH * fit.clamp(0.0, 1.0) + worth + w::of_kind(kind)
}

/// Whether something was published so long before that it can be offered from the archive.
pub fn is_archived(ordered: Timestamp, slot: Timestamp) -> bool {
    slot.duration_since(ordered).as_hours() >= w::LEAST_AGE_OF_ARCHIVE * 24
}

/// How well a story fits what a subscriber cares about, subject by subject.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fit {
    best: f32,
    sum: f32,
    subject: Option<u32>,
}

impl Fit {
    /// It also fits this subject, from 0 to 1.
    pub fn add(&mut self, subject: u32, fit: f32) {
        if self.subject.is_none() || fit > self.best {
            (self.best, self.subject) = (fit, Some(subject));
        }
        self.sum += fit;
    }

    /// From 0 to 1.
    pub fn total(&self) -> f32 {
        (self.best + w::ALSO_MATCHES * (self.sum - self.best)).min(1.0)
    }

    /// That it fits best.
    pub fn subject(&self) -> Option<u32> {
        self.subject
    }
}

/// 1 for what is new, and less the older it is.
fn freshness(ordered: Timestamp, slot: Timestamp) -> f32 {
    let hours = u16::try_from(slot.duration_since(ordered).as_hours().max(0)).unwrap_or(u16::MAX);
    (-f32::from(hours) / 24.0 / w::FRESH_DAYS).exp()
}

/// What it is like that is chosen already; never above 0.
pub(super) fn variety<'a>(
    offer: &Offer<'_>,
    chosen: impl IntoIterator<Item = &'a Offer<'a>>,
) -> f32 {
    let (mut same, mut phrases) = (0.0_f32, 0.0_f32);
    for other in chosen {
        same += if other.peer == offer.peer { w::SAME_PEER } else { 0.0 };
        let is_same_subject = offer.subject.is_some() && other.subject == offer.subject;
        same += if is_same_subject { w::SAME_SUBJECT } else { 0.0 };
        same += if other.kind == offer.kind { w::SAME_KIND } else { 0.0 };
        phrases = phrases.max(shared(offer.phrases, other.phrases));
    }
    minus(same + w::SAME_PHRASES * phrases)
}

/// Share of the phrases of the shorter list that both have.
pub(super) fn shared(some: &[u32], others: &[u32]) -> f32 {
    let (shorter, longer) =
        if some.len() <= others.len() { (some, others) } else { (others, some) };
    let both = shorter.iter().filter(|it| longer.contains(it)).count();
    // Of few phrases one may be the same by chance.
    count(both) / count(shorter.len().max(FEWEST_PHRASES))
}

const FEWEST_PHRASES: usize = 4;

/// 0 stays as it is, and does not become the other one.
fn minus(value: f32) -> f32 {
    0.0 - value
}

/// More than fits is as good as that.
pub(super) fn count(number: usize) -> f32 {
    f32::from(u16::try_from(number).unwrap_or(u16::MAX))
}
