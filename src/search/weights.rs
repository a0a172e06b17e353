//! Every number that decides the order of hits, with its reason.

use std::sync::LazyLock;

use jiff::Timestamp;

use super::schema::kind_of;
use crate::domain::Kind;

/// What the score of a word grows by where it stands; the whole text counts 1.
pub(super) struct FieldWeights {
    /// A title says what a post is about: a word in it outweighs any number of mentions.
    pub(super) title: f32,
    /// A heading says so for a part of it.
    pub(super) headings: f32,
    /// A category says what a post is about, in few words; names of peers and authors are rather
    /// filters than content.
    pub(super) names: f32,
}

pub(super) const FIELD_WEIGHTS: FieldWeights =
    FieldWeights { title: 1.2, headings: 0.25, names: 0.6 };

/// Strict hits below which a query of several words is relaxed: three are what one sees at once.
pub(super) const FEWEST_STRICT_HITS: usize = 3;

/// Words from which a query is long: one of them is easily missing in the best answer, so that posts
/// without it are ranked among the others.
pub(super) const LONG_QUERY: usize = 3;
/// Strict hits from which also a long query is taken at its word.
pub(super) const FEWEST_HITS_OF_LONG: usize = 100;
/// What the words score once more, of a long query, where all of them are there …
pub(super) const ALL_WORDS_GAIN: f32 = 0.3;
/// … and where at least half of them are: a post about one word of five is seldom what was meant.
pub(super) const MOST_WORDS_GAIN: f32 = 0.5;

/// What two words that were typed side by side score once more where they stand so in the text: the
/// whole of what they score as a phrase would drown how well the rest fits.
pub(super) const TOGETHER_GAIN: f32 = 0.5;

/// A word that one post in so many has is an everyday one: where words may be missing it only adds to the
/// score.
pub(super) const EVERYDAY_SHARE: u64 = 2;
/// In a smaller library any word may be in many posts.
pub(super) const FEWEST_TO_TELL_EVERYDAY: u64 = 1_000;

/// What each further alternative of an `OR` adds to the best one: a post that says a thing in three ways
/// is hardly more about it than one that sticks to a word.
pub(super) const ALSO_SAID: f32 = 0.2;

/// Share of the score that a post of today has on top of one of long ago: enough to decide between
/// posts of similar fit, too little to lift a poor one above a good one.
const RECENCY_GAIN: f32 = 0.15;
/// Days in which that gain falls to 37 %, by kind.
const fn recency_days(kind: Option<Kind>) -> f32 {
    match kind {
        // The next version, the next event and the next opening are a few months away.
        Some(Kind::Release | Kind::News | Kind::People | Kind::Promotion) => 120.0,
        // What teams learned holds for years. Still slower (900) ranks what is called a deep dive before
        // what answers better, and lost on judged queries.
        Some(
            Kind::DeepDive | Kind::CaseStudy | Kind::Postmortem | Kind::Tutorial | Kind::Opinion,
        )
        | None => 400.0,
    }
}

const MILLISECONDS_PER_WEEK: i64 = 7 * 24 * 3600 * 1000;

/// `1 + a·e^(−age/τ)`, looked up by the number of the kind and the week, as it is asked for each
/// matching document.
static RECENCY: LazyLock<Vec<Vec<f32>>> = LazyLock::new(|| {
    let numbers = 0..=Kind::ALL.len();
    let kind = |number| kind_of(i64::try_from(number).unwrap_or_default());
    let by_week = |days: f32| {
        let boost = |week| 1.0 + RECENCY_GAIN * (-(f32::from(week) * 7.0) / days).exp();
        (0_u16..1_040).map(boost).collect()
    };
    numbers.map(|number| by_week(recency_days(kind(number)))).collect()
});

#[derive(Clone, Copy)]
pub(super) struct Recency {
    now: i64,
    by_kind: &'static [Vec<f32>],
}

impl Recency {
    /// No post gains more.
    pub(super) const MOST: f32 = 1.0 + RECENCY_GAIN;

    pub(super) fn at(now: Timestamp) -> Self {
        Self { now: now.as_millisecond(), by_kind: &RECENCY }
    }

    /// Of a kind by its number, and a time in milliseconds; the future counts as now.
    pub(super) fn boost(&self, kind: i64, ordered: i64) -> f32 {
        let by_week = usize::try_from(kind).ok().and_then(|it| self.by_kind.get(it));
        by_week.and_then(|it| by_age(it, self.now, ordered)).unwrap_or(1.0)
    }
}

/// Days in which a post's share in what a peer is worth on a subject halves: what was written three
/// years ago still tells who knows something, though less than what is done now.
const PEER_HALVING_DAYS: f32 = 540.0;

/// How much a post counts for the standing of its peer, by its age.
#[derive(Clone)]
pub(super) struct PeerRecency {
    now: i64,
    by_week: Vec<f32>,
}

impl PeerRecency {
    pub(super) fn at(now: Timestamp) -> Self {
        let weeks = 0_u16..1_040;
        let share = |week| (-(f32::from(week) * 7.0) / PEER_HALVING_DAYS).exp2();
        Self { now: now.as_millisecond(), by_week: weeks.map(share).collect() }
    }

    /// Between 0 and 1.
    pub(super) fn share(&self, ordered: i64) -> f32 {
        by_age(&self.by_week, self.now, ordered).unwrap_or(0.0)
    }
}

/// What a table says of a time's age in weeks; the future counts as now.
fn by_age(by_week: &[f32], now: i64, ordered: i64) -> Option<f32> {
    let weeks = now.saturating_sub(ordered).max(0) / MILLISECONDS_PER_WEEK;
    by_week.get(usize::try_from(weeks).unwrap_or(usize::MAX)).copied()
}

#[cfg(test)]
mod tests {
    use super::{super::schema::number_of, *};

    #[test]
    fn a_newer_post_gains_and_an_old_one_loses_nothing() {
        let recency = Recency::at(Timestamp::UNIX_EPOCH);
        for kind in 0..=9 {
            let years = |count: i64| recency.boost(kind, -count * 52 * MILLISECONDS_PER_WEEK);
            assert!(years(0) > years(1) && years(1) > years(3));
            assert!((years(30) - 1.0).abs() < f32::EPSILON && years(-5) <= years(0));
        }
    }

    #[test]
    fn news_age_within_months_and_what_was_learned_over_years() {
        let recency = Recency::at(Timestamp::UNIX_EPOCH);
        let year_old = -52 * MILLISECONDS_PER_WEEK;
        let boost = |kind: Option<Kind>| recency.boost(number_of(kind), year_old);
        let [news, unknown, deep_dive] = [Some(Kind::News), None, Some(Kind::DeepDive)].map(boost);
        assert!(news < 1.01 && deep_dive > 1.05, "{news} {deep_dive}");
        assert!((unknown - deep_dive).abs() < f32::EPSILON);
    }
}
