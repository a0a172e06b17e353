//! How far a reader has come in an article, found again when the article is extracted anew.

use serde::{Deserialize, Serialize};

use super::DraftError;

/// Characters of a block by which it is known.
const LONGEST_BEGINNING: usize = 80;
/// Blocks of an article; more are nothing that anyone reads.
const MOST_BLOCKS: u32 = 100_000;

/// A place in the text: a block, by its number and its beginning, and how much of it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    block: u32,
    /// Blocks that the article had then; never none.
    of: u32,
    /// Of the block, in thousandths.
    within: u16,
    /// How the block begins.
    says: String,
}

impl Position {
    pub fn new(block: u32, of: u32, within: u16, says: &str) -> Result<Self, DraftError> {
        if of == 0 || of > MOST_BLOCKS || block >= of || within > 1000 {
            return Err(DraftError::NoPlace);
        }
        Ok(Self { block, of, within, says: beginning(says) })
    }

    pub fn block(&self) -> u32 {
        self.block
    }

    pub fn of(&self) -> u32 {
        self.of
    }

    pub fn within(&self) -> u16 {
        self.within
    }

    pub fn says(&self) -> &str {
        &self.says
    }

    /// Of the whole article, in thousandths.
    pub fn share(&self) -> u16 {
        let read = u64::from(self.block) * 1000 + u64::from(self.within);
        u16::try_from(read / u64::from(self.of.max(1))).unwrap_or(1000).min(1000)
    }

    /// The block of an article where reading goes on, as the article is now: the nearest one that begins in
    /// the same way, else the one that stands as far down. `None` for an article without text.
    pub fn block_in<T: AsRef<str>>(&self, blocks: &[T]) -> Option<usize> {
        if blocks.is_empty() {
            return None;
        }
        let (block, of) = (self.block as usize, (self.of as usize).max(1));
        let expected = (block * blocks.len() / of).min(blocks.len() - 1);
        let is_same = |at: &usize| beginning(blocks[*at].as_ref()) == self.says;
        let same = (0..blocks.len()).filter(is_same).min_by_key(|at| at.abs_diff(expected));
        same.filter(|_| !self.says.is_empty()).or(Some(expected))
    }
}

fn beginning(text: &str) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control());
    let words: Vec<&str> = words.filter(|it| !it.is_empty()).take(LONGEST_BEGINNING).collect();
    let text: String = words.join(" ").chars().take(LONGEST_BEGINNING).collect();
    text.trim_end().to_owned()
}

/// Minutes of an article that are left, of which so many thousandths are read. What is begun takes one at
/// least.
pub fn minutes_left(minutes: u32, share: u16) -> u32 {
    let left = u64::from(minutes) * u64::from(1000 - share.min(1000));
    let left = u32::try_from(left.div_ceil(1000)).unwrap_or(u32::MAX);
    left.max(minutes.min(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(block: u32, of: u32, says: &str) -> Position {
        Position::new(block, of, 500, says).unwrap()
    }

    #[test]
    fn a_place_is_found_by_how_its_block_begins_wherever_that_went() {
        let blocks = ["Intro", "New part", "Queues   at\nscale are hard", "The end"];
        assert_eq!(at(1, 3, "Queues at scale are hard").block_in(&blocks), Some(2));
        let twice = ["Note", "a", "b", "Note", "c"];
        assert_eq!(at(3, 5, "Note").block_in(&twice), Some(3), "the nearest one");
        assert_eq!(at(0, 5, "Note").block_in(&twice), Some(0));
    }

    #[test]
    fn where_the_block_is_gone_the_place_stands_as_far_down() {
        let blocks: Vec<String> = (0..10).map(|it| format!("Paragraph {it}")).collect();
        assert_eq!(at(10, 20, "Rewritten").block_in(&blocks), Some(5));
        assert_eq!(at(19, 20, "").block_in(&blocks), Some(9));
        assert_eq!(at(1, 2, "x").block_in::<&str>(&[]), None);
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for (block, of, within) in [(0, 0, 0), (3, 3, 0), (0, 1, 1001), (0, MOST_BLOCKS + 1, 0)] {
            assert_eq!(Position::new(block, of, within, ""), Err(DraftError::NoPlace));
        }
    }

    #[test]
    fn minutes_shrink_with_what_is_read() {
        assert_eq!(minutes_left(10, 0), 10);
        assert_eq!(minutes_left(10, 450), 6);
        assert_eq!(minutes_left(10, 1000), 1);
        assert_eq!(minutes_left(0, 0), 0);
    }

    proptest! {
        #[test]
        fn any_place_is_found_in_any_article(
            block in 0_u32..500, more in 1_u32..500, within in 0_u16..=1000,
            says in ".{0,100}", blocks in prop::collection::vec(".{0,20}", 1..50),
        ) {
            let position = Position::new(block, block + more, within, &says).unwrap();
            prop_assert!(position.share() <= 1000);
            prop_assert!(position.block_in(&blocks).is_some_and(|it| it < blocks.len()));
            let again = Position::new(block, block + more, within, position.says());
            prop_assert_eq!(again, Ok(position.clone()));
            let text = serde_json::to_string(&position).unwrap();
            prop_assert_eq!(serde_json::from_str::<Position>(&text).unwrap(), position);
        }
    }
}
