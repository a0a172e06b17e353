//! Trends: what peers write about more than they did.
//!
//! The last quarter (91 days) is set against the four quarters before. What would be usual is the share
//! that a subject had in all that was published in that year, applied to all that was published in the
//! last quarter, so that a library that grew does not make everything rise. The rise is
//! `(stories + 1) / (usual stories + 1)`, and the same of distinct peers; the lesser of the two counts, so
//! that a series of one peer is no trend.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{JudgedPost, StoryId};

/// The last quarter, and those before that it is set against.
const QUARTERS: usize = 5;
const QUARTER: SignedDuration = SignedDuration::from_hours(91 * 24);
/// Thirds of quarters that are drawn.
pub const TREND_MONTHS: usize = QUARTERS * 3;

/// Fewer are chance.
pub const FEWEST_STORIES: usize = 3;
pub const FEWEST_PEERS: usize = 2;
/// From here on something rises.
pub const LEAST_RISE: f64 = 1.25;

/// How much was written in each quarter, the last one first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Quarters {
    stories: [usize; QUARTERS],
    peers: [usize; QUARTERS],
}

/// All that was published, which subjects are measured by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    all: Quarters,
    now: Timestamp,
}

/// How a subject came along.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// In the last quarter.
    pub stories: usize,
    pub peers: usize,
    /// What the year before lets expect.
    pub usual_stories: f64,
    pub usual_peers: f64,
    /// How many times as much as usual.
    pub rise: f64,
    /// Stories in each third of a quarter, the earliest first.
    pub months: [usize; TREND_MONTHS],
}

/// When what is looked at for trends begins.
pub fn trends_since(now: Timestamp) -> Timestamp {
    let span = QUARTER * i32::try_from(QUARTERS).unwrap_or(i32::MAX);
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// When the last quarter began.
pub fn last_quarter(now: Timestamp) -> Timestamp {
    now.checked_sub(QUARTER).unwrap_or(Timestamp::MIN)
}

/// When a month of [`Trend::months`] began.
pub fn month_start(month: usize, now: Timestamp) -> Timestamp {
    let months = i32::try_from(TREND_MONTHS - month.min(TREND_MONTHS)).unwrap_or(i32::MAX);
    now.checked_sub(QUARTER / 3 * months).unwrap_or(Timestamp::MIN)
}

impl Published {
    pub fn of<'a>(posts: impl IntoIterator<Item = &'a JudgedPost>, now: Timestamp) -> Self {
        let posts: Vec<&JudgedPost> = posts.into_iter().collect();
        Self { all: Quarters::of(&posts, now), now }
    }

    /// Whether there is anything in the year before that the last quarter could be set against.
    pub fn has_year_before(&self) -> bool {
        self.all.stories[1..].iter().any(|it| *it > 0)
    }

    /// How a subject came along, by the posts on it.
    pub fn trend(&self, posts: &[&JudgedPost]) -> Trend {
        let quarters = Quarters::of(posts, self.now);
        let (stories, peers) = (quarters.stories[0], quarters.peers[0]);
        let usual_stories = usual(&quarters.stories, &self.all.stories);
        let usual_peers = usual(&quarters.peers, &self.all.peers);
        let rise = times(stories, usual_stories).min(times(peers, usual_peers));
        let months = months(posts, self.now);
        Trend { stories, peers, usual_stories, usual_peers, rise, months }
    }
}

impl Trend {
    pub fn is_rising(&self) -> bool {
        self.stories >= FEWEST_STORIES && self.peers >= FEWEST_PEERS && self.rise >= LEAST_RISE
    }
}

/// The share in the quarters before, applied to the last one.
fn usual(subject: &[usize; QUARTERS], all: &[usize; QUARTERS]) -> f64 {
    let (before, all_before): (usize, usize) = (subject[1..].iter().sum(), all[1..].iter().sum());
    if all_before == 0 { 0.0 } else { exact(before) / exact(all_before) * exact(all[0]) }
}

/// Smoothed by one, so that what never was does not rise beyond all bounds.
fn times(count: usize, usual: f64) -> f64 {
    (exact(count) + 1.0) / (usual + 1.0)
}

fn exact(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

impl Quarters {
    fn of(posts: &[&JudgedPost], now: Timestamp) -> Self {
        let mut stories: [BTreeSet<StoryId>; QUARTERS] = Default::default();
        let mut peers: [BTreeSet<&str>; QUARTERS] = Default::default();
        for post in posts {
            if let Some(quarter) = month_of(post.ordered, now).map(|it| QUARTERS - 1 - it / 3) {
                stories[quarter].insert(post.story);
                peers[quarter].insert(&post.peer);
            }
        }
        Self { stories: stories.map(|it| it.len()), peers: peers.map(|it| it.len()) }
    }
}

fn months(posts: &[&JudgedPost], now: Timestamp) -> [usize; TREND_MONTHS] {
    let mut stories: [BTreeSet<StoryId>; TREND_MONTHS] = Default::default();
    for post in posts {
        if let Some(month) = month_of(post.ordered, now) {
            stories[month].insert(post.story);
        }
    }
    stories.map(|it| it.len())
}

/// `None` for what is older, or still to come.
fn month_of(time: Timestamp, now: Timestamp) -> Option<usize> {
    let age = now.duration_since(time).as_secs();
    let back = usize::try_from(age / (QUARTER / 3).as_secs()).ok().filter(|_| age >= 0)?;
    (back < TREND_MONTHS).then(|| TREND_MONTHS - 1 - back)
}

/// Phrases that rise, the steepest first, without those that are only parts of others: `context protocol`
/// says nothing beside `model context protocol` where the same stories have both.
pub fn rising<'a>(
    phrases: impl IntoIterator<Item = (&'a str, Vec<&'a JudgedPost>)>,
    published: &Published,
) -> Vec<(String, Trend)> {
    let mut rising: Vec<(&str, BTreeSet<StoryId>, Trend)> = Vec::new();
    for (phrase, posts) in phrases {
        let trend = published.trend(&posts);
        if trend.is_rising() {
            rising.push((phrase, posts.iter().map(|it| it.story).collect(), trend));
        }
    }
    let steepest = |a: &Trend, b: &Trend| {
        b.rise.total_cmp(&a.rise).then_with(|| (b.peers, b.stories).cmp(&(a.peers, a.stories)))
    };
    rising.sort_by(|a, b| steepest(&a.2, &b.2).then_with(|| a.0.cmp(b.0)));
    let is_part = |it: &(&str, BTreeSet<StoryId>, Trend)| {
        rising.iter().any(|other| holds(other.0, it.0) && are_nearly_all_in(&it.1, &other.1))
    };
    let whole = rising.iter().filter(|it| !is_part(it));
    whole.map(|(phrase, _, trend)| ((*phrase).to_owned(), trend.clone())).collect()
}

/// Whether a longer phrase has all words of the other one, side by side.
fn holds(longer: &str, phrase: &str) -> bool {
    longer.len() > phrase.len() && format!(" {longer} ").contains(&format!(" {phrase} "))
}

/// Three of four.
fn are_nearly_all_in(stories: &BTreeSet<StoryId>, others: &BTreeSet<StoryId>) -> bool {
    stories.intersection(others).count() * 4 >= stories.len() * 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::landscape::tests::post;

    fn now() -> Timestamp {
        "2026-03-02T10:00:00Z".parse().unwrap()
    }

    /// A post so many days ago.
    fn ago(entry: i64, peer: &str, days: i64) -> JudgedPost {
        let ordered = now() - SignedDuration::from_hours(24 * days);
        JudgedPost { ordered, ..post(entry, peer, "2026-01-01") }
    }

    #[test]
    fn months_end_now_and_three_of_them_are_a_quarter() {
        let month = |days: i64| month_of(now() - SignedDuration::from_hours(24 * days), now());
        assert_eq!([month(0), month(30), month(31), month(90)], [14, 14, 13, 12].map(Some));
        assert_eq!([month(91), month(454), month(455), month(-1)], [Some(11), Some(0), None, None]);
        assert_eq!(month_start(TREND_MONTHS, now()), now());
        assert_eq!(month_start(TREND_MONTHS - 3, now()), last_quarter(now()));
        assert_eq!(month_start(0, now()), trends_since(now()));
    }

    #[test]
    fn a_library_that_grew_makes_nothing_rise_that_kept_its_share() {
        let before = (0..20).map(|it| ago(it, "a", 100 + it * 10));
        let last = (100..140).map(|it| ago(it, if it % 2 == 0 { "a" } else { "b" }, it - 100));
        let posts: Vec<JudgedPost> = before.chain(last).collect();
        let published = Published::of(&posts, now());
        // A quarter of the year before, and of the last quarter.
        let subject: Vec<&JudgedPost> = posts.iter().filter(|it| it.entry.0 % 4 == 0).collect();
        let trend = published.trend(&subject);
        assert_eq!((trend.stories, trend.usual_stories), (10, 10.0));
        assert!(!trend.is_rising(), "{trend:?}");
        assert_eq!(trend.months.iter().sum::<usize>(), 15);
    }

    #[test]
    fn what_was_seldom_written_about_and_is_now_rises() {
        let before: Vec<_> = (0..40).map(|it| ago(it, "a", 100 + it * 8)).collect();
        let peers = ["a", "b", "c", "a"];
        let last: Vec<_> =
            (0..4).zip(peers).map(|(it, peer)| ago(100 + it, peer, 5 * it)).collect();
        let published = Published::of(before.iter().chain(&last), now());
        let trend = published.trend(&last.iter().chain(&before[..1]).collect::<Vec<_>>());
        assert!(trend.is_rising() && trend.rise > 1.5, "{trend:?}");
        let rising = |posts: &[&JudgedPost]| published.trend(posts).is_rising();
        assert!(!rising(&[&last[0], &last[1]]), "two stories are chance");
        assert!(!rising(&[&last[0], &last[3], &before[0]]), "one peer is none");
        assert!(published.has_year_before() && !Published::of(&last, now()).has_year_before());
    }

    #[test]
    fn a_phrase_that_is_only_part_of_another_is_left_out() {
        let posts: Vec<_> =
            (0..6).map(|it| ago(it, if it % 2 == 0 { "a" } else { "b" }, it)).collect();
        let published = Published::of(&posts, now());
        let all: Vec<&JudgedPost> = posts.iter().collect();
        let phrases = [
            ("context protocol", all[..4].to_vec()),
            ("model context protocol", all[..4].to_vec()),
            ("context", all.clone()),
            ("text", all.clone()),
        ];
        let told = rising(phrases, &published);
        let told: Vec<&str> = told.iter().map(|(phrase, _)| phrase.as_str()).collect();
        assert_eq!(told, ["context", "text", "model context protocol"]);
    }
}
