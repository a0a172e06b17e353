//! In which order a list is shown, and what of it can be read in some minutes.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::minutes_left;
use crate::domain::{EntryId, StoryId, reading_minutes};

/// A reading as far as putting it in order needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct OnList {
    pub story: StoryId,
    /// That stands for the story; `None` where it was forgotten.
    pub entry: Option<EntryId>,
    pub words: u32,
    /// What is read of it, in thousandths.
    pub share: u16,
    /// Where it stands in lists of the newest.
    pub ordered: Option<Timestamp>,
}

impl OnList {
    /// That are left of it; `None` where nobody knows how long it is.
    pub fn minutes(&self) -> Option<u32> {
        let minutes = reading_minutes(self.words);
        (minutes > 0).then(|| minutes_left(minutes, self.share))
    }
}

/// By what a list is ordered. The word is that of links, the API and the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListOrder {
    #[default]
    Hand,
    /// How well it fits what the reader cares about, and what can be learned from it.
    Fit,
    Newest,
    /// The shortest first; those of unknown length last.
    Minutes,
}

impl ListOrder {
    pub const ALL: [Self; 4] = [Self::Hand, Self::Fit, Self::Newest, Self::Minutes];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Fit => "fit",
            Self::Newest => "newest",
            Self::Minutes => "minutes",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// Puts a list in order, which is given as the reader ordered it by hand: so stays what is equal. Each reading
/// comes with its score; only [`ListOrder::Fit`] looks at it.
pub fn in_order(mut list: Vec<(OnList, f32)>, order: ListOrder) -> Vec<(OnList, f32)> {
    match order {
        ListOrder::Hand => {}
        ListOrder::Fit => list.sort_by(|a, b| b.1.total_cmp(&a.1)),
        ListOrder::Newest => list.sort_by_key(|it| Reverse(it.0.ordered)),
        ListOrder::Minutes => list.sort_by_key(|it| it.0.minutes().unwrap_or(u32::MAX)),
    }
    list
}

/// Minutes that anyone sits down for at most: ten hours.
pub const LONGEST_SITTING: u32 = 600;

/// What of a list, given in the order that is asked for, can be read in so many minutes; by places.
///
/// - By fit it is the best set there is: a minute counts as much as the story that it is spent on scores,
///   and the sum over all minutes is the highest possible. Of sets that are equally good, what stands
///   earlier is taken.
/// - By any other order the list is gone through from its beginning, and each reading is taken that still
///   fits: the reader said what comes first.
///
/// What has no known length is never taken.
pub fn within(list: &[(OnList, f32)], order: ListOrder, minutes: u32) -> Vec<usize> {
    let minutes = minutes.min(LONGEST_SITTING);
    let offers = list.iter().enumerate();
    let offers = offers.filter_map(|(at, (it, score))| Some((at, it.minutes()?, *score)));
    let offers: Vec<Offered> = offers
        .filter(|(_, length, _)| *length <= minutes)
        .map(|(place, length, score)| Offered { place, length, value: value(length, score) })
        .collect();
    match order {
        ListOrder::Fit => best_set(&offers, minutes as usize),
        _ => first_that_fit(&offers, minutes),
    }
}

struct Offered {
    place: usize,
    length: u32,
    value: u64,
}

/// Scores are small numbers, and below 0 for what is hardly worth it: a minute with it is still better than
/// none.
fn value(length: u32, score: f32) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds")]
    let of_minute = (score.clamp(0.01, 100.0) * 1000.0).round() as u64;
    u64::from(length) * of_minute
}

fn first_that_fit(offers: &[Offered], minutes: u32) -> Vec<usize> {
    let mut left = minutes;
    let mut taken = Vec::new();
    for it in offers {
        if it.length <= left {
            left -= it.length;
            taken.push(it.place);
        }
    }
    taken
}

/// The knapsack of whole minutes, solved from the end of the list, so that going through it from its
/// beginning what stands earlier is preferred.
fn best_set(offers: &[Offered], minutes: usize) -> Vec<usize> {
    let mut best = vec![0_u64; minutes + 1];
    let mut takes = vec![false; offers.len() * (minutes + 1)];
    for (row, it) in offers.iter().enumerate().rev() {
        let length = it.length as usize;
        for left in (length..=minutes).rev() {
            let with = best[left - length] + it.value;
            if with >= best[left] {
                best[left] = with;
                takes[row * (minutes + 1) + left] = true;
            }
        }
    }
    let (mut left, mut chosen) = (minutes, Vec::new());
    for (row, it) in offers.iter().enumerate() {
        if takes[row * (minutes + 1) + left] {
            left -= it.length as usize;
            chosen.push(it.place);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::WORDS_PER_MINUTE;

    fn on_list(story: i64, minutes: u32) -> OnList {
        let words = minutes * WORDS_PER_MINUTE;
        OnList { story: StoryId(story), entry: None, words, share: 0, ordered: None }
    }

    fn list(lengths_and_scores: &[(u32, f32)]) -> Vec<(OnList, f32)> {
        let rows = (0..).zip(lengths_and_scores);
        rows.map(|(at, (length, score))| (on_list(at, *length), *score)).collect()
    }

    fn spent(list: &[(OnList, f32)], taken: &[usize]) -> (u32, u64) {
        let rows = taken.iter().map(|at| &list[*at]);
        let each = rows.map(|(it, score)| (it.minutes().unwrap(), *score));
        each.fold((0, 0), |(sum, worth), (length, score)| {
            (sum + length, worth + value(length, score))
        })
    }

    #[test]
    fn by_hand_what_comes_first_is_taken_as_far_as_it_fits() {
        let list = list(&[(10, 0.0), (20, 0.0), (9, 0.0), (6, 0.0), (0, 0.0)]);
        assert_eq!(within(&list, ListOrder::Hand, 25), [0, 2, 3]);
        assert_eq!(within(&list, ListOrder::Hand, 5), [0; 0]);
    }

    #[test]
    fn by_fit_the_best_use_of_the_time_is_found() {
        // The best single one leaves five minutes empty; the two others together are worth more.
        let list = list(&[(20, 1.0), (12, 0.9), (13, 0.95)]);
        assert_eq!(within(&list, ListOrder::Fit, 25), [1, 2]);
        assert_eq!(within(&list, ListOrder::Fit, 20), [0]);
    }

    #[test]
    fn of_what_is_read_in_part_the_rest_counts() {
        let mut list = list(&[(30, 1.0)]);
        assert_eq!(within(&list, ListOrder::Hand, 15), [0; 0]);
        list[0].0.share = 500;
        assert_eq!(within(&list, ListOrder::Hand, 15), [0]);
    }

    #[test]
    fn equals_stay_in_the_order_of_the_hand() {
        let rows = list(&[(5, 0.5), (3, 0.9), (5, 0.5), (0, 0.1)]);
        let order = |order| -> Vec<i64> {
            in_order(rows.clone(), order).iter().map(|it| it.0.story.0).collect()
        };
        assert_eq!(order(ListOrder::Hand), [0, 1, 2, 3]);
        assert_eq!(order(ListOrder::Fit), [1, 0, 2, 3]);
        assert_eq!(order(ListOrder::Minutes), [1, 0, 2, 3]);
        assert_eq!(order(ListOrder::Newest), [0, 1, 2, 3]);
    }

    proptest! {
        #[test]
        fn no_set_takes_longer_than_there_is_time(
            rows in prop::collection::vec((0_u32..40, -1.0_f32..3.0), 0..30), minutes in 0_u32..120,
        ) {
            let list = list(&rows);
            for order in ListOrder::ALL {
                let taken = within(&list, order, minutes);
                prop_assert!(spent(&list, &taken).0 <= minutes);
                prop_assert!(taken.is_sorted_by(|a, b| a < b), "each once, in their order");
                prop_assert_eq!(&taken, &within(&list, order, minutes));
                let left = minutes - spent(&list, &taken).0;
                for at in (0..list.len()).filter(|it| !taken.contains(it)) {
                    let length = list[at].0.minutes();
                    prop_assert!(length.is_none_or(|it| it > left), "{at} would fit as well");
                }
            }
        }

        #[test]
        fn no_other_set_is_worth_more(
            rows in prop::collection::vec((1_u32..15, 0.0_f32..2.0), 0..10), minutes in 0_u32..40,
        ) {
            let list = list(&rows);
            let found = spent(&list, &within(&list, ListOrder::Fit, minutes)).1;
            for set in 0_u32..1 << list.len() {
                let taken: Vec<usize> = (0..list.len()).filter(|it| set >> it & 1 == 1).collect();
                let (length, worth) = spent(&list, &taken);
                prop_assert!(length > minutes || worth <= found, "{taken:?}");
            }
        }
    }
}
