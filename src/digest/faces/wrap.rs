//! Breaks text into lines of so many columns, in any script.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What may not begin a line, nor be parted from what it closes.
const CLOSING: &str = "。，、．：；？！）」』】》〉〕”’…—·％‰ー々";
/// What may not end one.
const OPENING: &str = "（「『【《〈〔“‘";

/// Lines of at most `width` columns each, unless a word alone is longer.
pub(in crate::digest) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for (gap, piece) in pieces(text) {
        let gap = if line.is_empty() || !gap { "" } else { " " };
        if !line.is_empty() && columns(&line) + gap.len() + columns(piece) > width {
            lines.push(std::mem::take(&mut line));
        } else {
            line.push_str(gap);
        }
        line.push_str(piece);
    }
    lines.push(line);
    lines
}

/// Columns that a text takes up where all letters have the same width, or twice that.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// The parts between which a line may end, each with whether a blank stands before it.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    for word in text.split(' ').filter(|it| !it.is_empty()) {
        let mut start = 0;
        let mut before: Option<char> = None;
        for (at, letter) in word.char_indices() {
            if before.is_some_and(|it| may_end_between(it, letter)) {
                pieces.push((start == 0, &word[start..at]));
                start = at;
            }
            before = Some(letter);
        }
        pieces.push((start == 0, &word[start..]));
    }
    pieces
}

/// In scripts without blanks a line may end nearly everywhere.
fn may_end_between(before: char, letter: char) -> bool {
    let is_wide = |it: char| it.width() == Some(2);
    (is_wide(before) || is_wide(letter))
        && letter.width() != Some(0)
        && before != '\u{200d}'
        && !CLOSING.contains(letter)
        && !OPENING.contains(before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_end_between_words_and_between_chinese_letters() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), [""]);
        assert_eq!(wrapped("a verylongword b", 6), ["a", "verylongword", "b"]);
        assert_eq!(wrapped("推荐系统与排序。", 8), ["推荐系统", "与排序。"]);
        assert_eq!(
            wrapped("推荐系统，排序", 8),
            ["推荐系", "统，排序"],
            "no line begins with a comma"
        );
        assert_eq!(wrapped("用 Kafka 排队", 8), ["用 Kafka", "排队"]);
    }

    proptest! {
        #[test]
        fn no_letter_is_lost_and_no_line_too_long(
            text in "[a-z推荐，（）“”é 😀]{0,80}", width in 4_usize..30,
        ) {
            let lines = wrapped(&text, width);
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            for line in lines {
                let is_one = pieces(&line).len() <= 1;
                prop_assert!(columns(&line) <= width || is_one, "{line}");
            }
        }
    }
}
