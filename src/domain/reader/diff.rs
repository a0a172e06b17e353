//! What changed between two texts: line by line, and word by word where a line was changed.

use std::ops::Range;

/// A stretch of one text, of the other, or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    Same(String),
    Gone(String),
    New(String),
}

/// Comparisons of one line or word with another that are made at most; what takes more is told as
/// gone and new as a whole.
const MOST_COMPARED: usize = 4_000_000;

/// The way from the one text to the other, in reading order. What is the same or gone is the former
/// text, what is the same or new the latter.
pub fn difference(before: &str, after: &str) -> Vec<Stretch> {
    let mut told = Vec::new();
    let (before, after) = (lines(before), lines(after));
    for step in steps(&before, &after) {
        let (gone, new) = (before[step.gone].concat(), after[step.new].concat());
        if step.is_same {
            push(&mut told, Stretch::Same(gone));
        } else {
            by_words(&gone, &new, &mut told);
        }
    }
    legible(told)
}

/// Words that changed one after the other are told together, with the blanks between them.
fn legible(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut told = Vec::with_capacity(stretches.len());
    let (mut gone, mut new) = (String::new(), String::new());
    let mut stretches = stretches.into_iter().peekable();
    while let Some(stretch) = stretches.next() {
        match stretch {
            Stretch::Gone(text) => gone.push_str(&text),
            Stretch::New(text) => new.push_str(&text),
            Stretch::Same(text) => {
                let is_between = stretches.peek().is_some() && !(gone.is_empty() || new.is_empty());
                if is_between && text.chars().all(|it| it == ' ') {
                    gone.push_str(&text);
                    new.push_str(&text);
                    continue;
                }
                push(&mut told, Stretch::Gone(std::mem::take(&mut gone)));
                push(&mut told, Stretch::New(std::mem::take(&mut new)));
                push(&mut told, Stretch::Same(text));
            }
        }
    }
    push(&mut told, Stretch::Gone(gone));
    push(&mut told, Stretch::New(new));
    told
}

fn by_words(gone: &str, new: &str, told: &mut Vec<Stretch>) {
    let (before, after) = (words(gone), words(new));
    for step in steps(&before, &after) {
        let (gone, new) = (before[step.gone].concat(), after[step.new].concat());
        if step.is_same {
            push(told, Stretch::Same(gone));
        } else {
            push(told, Stretch::Gone(gone));
            push(told, Stretch::New(new));
        }
    }
}

/// To the last of its sort where that is the last there is.
fn push(told: &mut Vec<Stretch>, next: Stretch) {
    match (told.last_mut(), next) {
        (_, Stretch::Same(text) | Stretch::Gone(text) | Stretch::New(text)) if text.is_empty() => {}
        (Some(Stretch::Same(last)), Stretch::Same(text))
        | (Some(Stretch::Gone(last)), Stretch::Gone(text))
        | (Some(Stretch::New(last)), Stretch::New(text)) => last.push_str(&text),
        (_, next) => told.push(next),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Words, and what stands between them. Each letter of a script without blanks is a word.
fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((_, letter)) = letters.next() {
        let end = letters.peek().map_or(text.len(), |it| it.0);
        let goes_on = letters.peek().is_some_and(|(_, next)| {
            letter.is_ascii_alphanumeric() && next.is_ascii_alphanumeric()
                || letter == ' ' && *next == ' '
                || is_spelled(letter) && is_spelled(*next)
        });
        if !goes_on {
            found.push(&text[start..end]);
            start = end;
        }
    }
    found
}

/// Part of a word of several letters.
fn is_spelled(letter: char) -> bool {
    letter.is_alphanumeric()
        && !matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Parts of two lists that are the same, or stand for each other.
struct Step {
    gone: Range<usize>,
    new: Range<usize>,
    is_same: bool,
}

fn steps(before: &[&str], after: &[&str]) -> Vec<Step> {
    let head = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let (left, right) = (&before[head..], &after[head..]);
    let tail = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[..left.len() - tail], &right[..right.len() - tail]);
    let mut steps = vec![Step { gone: 0..head, new: 0..head, is_same: true }];
    steps.extend(inner(left, right).into_iter().map(|it| Step {
        gone: it.gone.start + head..it.gone.end + head,
        new: it.new.start + head..it.new.end + head,
        ..it
    }));
    let (gone, new) = (before.len() - tail..before.len(), after.len() - tail..after.len());
    steps.push(Step { gone, new, is_same: true });
    steps
}

/// By the longest list that is part of both.
fn inner(left: &[&str], right: &[&str]) -> Vec<Step> {
    let whole = || vec![Step { gone: 0..left.len(), new: 0..right.len(), is_same: false }];
    if left.is_empty() || right.is_empty() || left.len() * right.len() > MOST_COMPARED {
        return whole();
    }
    let width = right.len() + 1;
    // How much of what follows two places is in both.
    let mut common = vec![0_u32; (left.len() + 1) * width];
    for (row, one) in left.iter().enumerate().rev() {
        for (column, other) in right.iter().enumerate().rev() {
            let at = row * width + column;
            common[at] = if one == other {
                common[at + width + 1] + 1
            } else {
                common[at + width].max(common[at + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut steps: Vec<Step> = Vec::new();
    while row < left.len() || column < right.len() {
        let is_same = row < left.len() && column < right.len() && left[row] == right[column];
        let at = row * width + column;
        let takes_left = row < left.len()
            && (is_same || column == right.len() || common[at + width] >= common[at + 1]);
        let next = (row + usize::from(takes_left), column + usize::from(is_same || !takes_left));
        match steps.last_mut().filter(|it| it.is_same == is_same) {
            Some(last) => (last.gone.end, last.new.end) = next,
            None => steps.push(Step { gone: row..next.0, new: column..next.1, is_same }),
        }
        (row, column) = next;
    }
    steps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(before: &str, after: &str) -> String {
        let piece = |it: &Stretch| match it {
            Stretch::Same(text) => text.clone(),
            Stretch::Gone(text) => format!("[-{text}-]"),
            Stretch::New(text) => format!("{{+{text}+}}"),
        };
        difference(before, after).iter().map(piece).collect()
    }

    #[test]
    fn words_of_a_changed_line_are_told_apart() {
        assert_eq!(
            told("One\nIt takes two seconds.\nEnd", "One\nIt takes four seconds.\nEnd"),
            "One\nIt takes [-two-]{+four+} seconds.\nEnd"
        );
        assert_eq!(told("a\nb\nc\n", "a\nc\n"), "a\n[-b\n-]c\n");
        assert_eq!(told("", "new"), "{+new+}");
        assert_eq!(told("same", "same"), "same");
        assert_eq!(told("as it began", "half a thought"), "[-as it began-]{+half a thought+}");
        assert_eq!(told("检索很慢", "检索很快"), "检索很[-慢-]{+快+}");
    }

    #[test]
    fn long_texts_are_told_in_bounded_time() {
        let text = |word: &str| {
            let words: Vec<String> = (0..50_000).map(|it| format!("{word}{it} ")).collect();
            words.concat()
        };
        assert_eq!(difference(&text("a"), &text("b")).len(), 3, "but for the blank at the end");
    }

    fn joined(stretches: &[Stretch], takes: impl Fn(&Stretch) -> Option<&String>) -> String {
        stretches.iter().filter_map(takes).map(String::as_str).collect()
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off(before in "[ab é\n漢]{0,40}", after in "[ab é\n漢]{0,40}") {
            let stretches = difference(&before, &after);
            let former = joined(&stretches, |it| match it {
                Stretch::Same(text) | Stretch::Gone(text) => Some(text),
                Stretch::New(_) => None,
            });
            let latter = joined(&stretches, |it| match it {
                Stretch::Same(text) | Stretch::New(text) => Some(text),
                Stretch::Gone(_) => None,
            });
            prop_assert_eq!((former, latter), (before, after));
        }
    }
}
