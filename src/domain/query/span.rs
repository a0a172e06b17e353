//! Spans of whole numbers as queries write them.

/// At least and at most so many, at least one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) least: Option<u32>,
    pub(super) most: Option<u32>,
}

impl Span {
    /// `10`, `5..10`, `<10`, `<=10`, `>10` or `>=10`.
    pub(super) fn read(value: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u32>().ok();
        let (least, most) = if let Some(rest) = value.strip_prefix("<=") {
            (None, Some(number(rest)?))
        } else if let Some(rest) = value.strip_prefix(">=") {
            (Some(number(rest)?), None)
        } else if let Some(rest) = value.strip_prefix('<') {
            (None, Some(number(rest)?.checked_sub(1)?))
        } else if let Some(rest) = value.strip_prefix('>') {
            (Some(number(rest)?.checked_add(1)?), None)
        } else if let Some((least, most)) = value.split_once("..") {
            (Some(number(least)?), Some(number(most)?))
        } else {
            let exactly = number(value)?;
            (Some(exactly), Some(exactly))
        };
        Some(Self { least, most })
    }
}
