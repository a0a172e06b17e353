//! Posts in short: whose, when, and what was read out of them.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};

use super::{Kind, Role, Roles};
use crate::domain::{EntryId, StoryId, UNDATED};

/// A post with what was read out of it, as far as posts are counted and chosen by it.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedPost {
    pub entry: EntryId,
    pub story: StoryId,
    /// Slug.
    pub peer: Arc<str>,
    pub ordered: Timestamp,
    /// `None` for what was not read, or cannot be.
    pub kind: Option<Kind>,
    /// The worth that was expected, from 0 to 3.
    pub expected: f32,
    /// Those of its passages.
    pub roles: Roles,
}

impl JudgedPost {
    /// Whether it tells of real challenges and how they were met.
    pub fn is_of_substance(&self) -> bool {
        self.kind.is_some_and(Kind::is_of_substance) || self.roles.contains(Role::Challenge)
    }

    /// In UTC; `None` for what nobody has dated.
    pub fn year(&self) -> Option<i16> {
        (self.ordered != UNDATED).then(|| TimeZone::UTC.to_datetime(self.ordered).year())
    }

    /// Whether to show it rather than another one on the same subject.
    pub fn is_better_than(&self, other: &Self) -> bool {
        let order = self.expected.total_cmp(&other.expected);
        order.then_with(|| self.age_order(other)).is_gt()
    }

    /// The older one is less.
    fn age_order(&self, other: &Self) -> Ordering {
        (self.ordered, self.entry).cmp(&(other.ordered, other.entry))
    }
}

/// Of each story one post, the best of those that are there; the newest first.
pub fn one_of_each_story<'a>(
    posts: impl IntoIterator<Item = &'a JudgedPost>,
) -> Vec<&'a JudgedPost> {
    let mut best: BTreeMap<StoryId, &JudgedPost> = BTreeMap::new();
    for post in posts {
        let place = best.entry(post.story).or_insert(post);
        if post.is_better_than(place) {
            *place = post;
        }
    }
    let mut posts: Vec<&JudgedPost> = best.into_values().collect();
    posts.sort_by(|a, b| b.age_order(a));
    posts
}
