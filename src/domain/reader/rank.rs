//! The order that a reader gives a list by hand: between any two places there is always another one, so
//! that nothing else has to move.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A decimal number without its point: twelve digits before it, any number behind it. As texts of digits
/// such numbers stand in their order whatever a database takes letters for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rank(String);

/// Digits before the point.
const WHOLE: usize = 12;
/// Of a list's first reading: as far from the one end as from the other.
const FIRST: u64 = 500_000_000_000;
const LARGEST: u64 = 999_999_999_999;
/// Digits behind the point, beyond which a text is none of ours.
const LONGEST_FRACTION: usize = 4_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no place in a list")]
pub struct RankError(String);

impl Rank {
    pub fn first() -> Self {
        Self::whole(FIRST)
    }

    /// Between two neighbours, before the first of a list (`None`, first), or behind its last (last,
    /// `None`). Neighbours that share a place or stand in the wrong order count as the lower one alone.
    pub fn between(lower: Option<&Self>, upper: Option<&Self>) -> Self {
        match (lower, upper) {
            (None, None) => Self::first(),
            (Some(lower), None) => lower.next(),
            (None, Some(upper)) => upper.previous(),
            (Some(lower), Some(upper)) if lower < upper => lower.middle(upper),
            (Some(lower), Some(_)) => lower.right_behind(),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn whole(number: u64) -> Self {
        Self(format!("{number:0WHOLE$}"))
    }

    fn parts(&self) -> (u64, &str) {
        let (whole, fraction) = self.0.split_at(WHOLE);
        (whole.parse().unwrap_or(FIRST), fraction)
    }

    fn next(&self) -> Self {
        let (whole, _) = self.parts();
        if whole < LARGEST { Self::whole(whole + 1) } else { self.right_behind() }
    }

    fn previous(&self) -> Self {
        let (whole, fraction) = self.parts();
        match whole.checked_sub(1) {
            Some(before) => Self::whole(before),
            None => Self(format!("{whole:0WHOLE$}{}", middle("", Some(fraction)))),
        }
    }

    fn right_behind(&self) -> Self {
        let (whole, fraction) = self.parts();
        Self(format!("{whole:0WHOLE$}{}", middle(fraction, None)))
    }

    fn middle(&self, upper: &Self) -> Self {
        let ((low, fraction), (high, of_upper)) = (self.parts(), upper.parts());
        if high - low > 1 {
            return Self::whole(low + (high - low) / 2);
        }
        let upper = (high == low).then_some(of_upper);
        Self(format!("{low:0WHOLE$}{}", middle(fraction, upper)))
    }
}

/// Digits behind the point between two others; `None` is the next whole number. Neither ends in 0, nor does
/// what comes back.
fn middle(lower: &str, upper: Option<&str>) -> String {
    let digit = |text: &str, at: usize| text.as_bytes().get(at).map_or(0, |it| it - b'0');
    let mut digits = String::new();
    let (mut at, mut upper) = (0, upper);
    loop {
        let low = digit(lower, at);
        let high = upper.map_or(10, |it| digit(it, at));
        at += 1;
        if high > low + 1 {
            digits.push(char::from(b'0' + u8::midpoint(low, high)));
            return digits;
        }
        // The digit of the lower one; behind it anything is below an upper one that differs here.
        digits.push(char::from(b'0' + low));
        if high > low {
            upper = None;
        } else if upper.is_some_and(|it| at >= it.len()) {
            // There is nothing between; no two that are in order come here.
            digits.push('5');
            return digits;
        }
    }
}

impl FromStr for Rank {
    type Err = RankError;

    fn from_str(text: &str) -> Result<Self, RankError> {
        let is_digits = text.bytes().all(|it| it.is_ascii_digit());
        let length = text.len();
        let fits = (WHOLE..=WHOLE + LONGEST_FRACTION).contains(&length);
        if is_digits && fits && (length == WHOLE || !text.ends_with('0')) {
            return Ok(Self(text.to_owned()));
        }
        Err(RankError(text.chars().take(80).collect()))
    }
}

impl TryFrom<String> for Rank {
    type Error = RankError;

    fn try_from(text: String) -> Result<Self, RankError> {
        text.parse()
    }
}

impl From<Rank> for String {
    fn from(rank: Rank) -> Self {
        rank.0
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rank(text: &str) -> Rank {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_grows_at_both_ends_by_whole_numbers() {
        let first = Rank::between(None, None);
        let last = Rank::between(Some(&first), None);
        let top = Rank::between(None, Some(&first));
        assert_eq!([&top.0, &first.0, &last.0], ["499999999999", "500000000000", "500000000001"]);
        let behind = Rank::between(Some(&rank("5000000000017")), None);
        assert_eq!(behind.as_str(), "500000000002");
    }

    #[test]
    fn between_neighbours_there_is_always_a_place() {
        for (lower, upper, between) in [
            ("500000000000", "500000000004", "500000000002"),
            ("500000000000", "500000000001", "5000000000005"),
            ("5000000000005", "500000000001", "5000000000007"),
            ("500000000000", "5000000000001", "50000000000005"),
            ("5000000000009", "500000000001", "50000000000095"),
        ] {
            let found = Rank::between(Some(&rank(lower)), Some(&rank(upper)));
            assert_eq!(found.as_str(), between, "{lower} {upper}");
        }
    }

    #[test]
    fn neighbours_that_share_a_place_count_as_one() {
        let one = rank("5000000000005");
        assert!(Rank::between(Some(&one), Some(&one)) > one);
        assert!(Rank::between(Some(&one), Some(&rank("500000000000"))) > one);
    }

    #[test]
    fn the_ends_of_all_numbers_are_no_end_of_a_list() {
        let (lowest, highest) = (rank("0000000000001"), rank("999999999999"));
        assert!(Rank::between(None, Some(&lowest)) < lowest);
        assert!(Rank::between(Some(&highest), None) > highest);
    }

    #[test]
    fn what_is_no_rank_is_refused() {
        for wrong in ["", "5", "50000000000a", "5000000000000", "-00000000001"] {
            assert!(wrong.parse::<Rank>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_moved_wherever_the_list_stays_in_order(moves in prop::collection::vec(0_usize..200, 1..200)) {
            let mut list = vec![Rank::first()];
            for place in moves {
                let at = place % (list.len() + 1);
                let lower = at.checked_sub(1).map(|it| &list[it]);
                let rank = Rank::between(lower, list.get(at));
                prop_assert_eq!(rank.as_str().parse::<Rank>(), Ok(rank.clone()));
                list.insert(at, rank);
            }
            prop_assert!(list.windows(2).all(|it| it[0] < it[1]), "{:?}", list);
        }

        #[test]
        fn moving_to_one_place_again_and_again_costs_a_digit_now_and_then(times in 1_usize..300) {
            let (lower, mut upper) = (Rank::first(), Rank::between(Some(&Rank::first()), None));
            for _ in 0..times {
                upper = Rank::between(Some(&lower), Some(&upper));
            }
            prop_assert!(upper > lower && upper.as_str().len() <= 14 + times / 2);
        }
    }
}
