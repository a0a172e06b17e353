//! Where a quote stands in a text that may have been written anew since it was taken.

use std::{iter, ops::Range};

/// A quote as it was taken, with what stood around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought<'a> {
    pub quote: &'a str,
    pub prefix: &'a str,
    pub suffix: &'a str,
    /// Characters of the text before it, then.
    pub start: u32,
}

/// A text in which quotes are looked for: blanks folded, signs that look alike made the same.
#[derive(Clone, Debug)]
pub struct Searched {
    folded: String,
    /// For each byte of it that begins a letter, and for its end: which letter of the text it is of.
    letters: Vec<(u32, u32)>,
}

impl Searched {
    pub fn new(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut letters = Vec::with_capacity(text.len() + 1);
        let mut count = 0_u32;
        for (number, letter) in (0_u32..).zip(text.chars()) {
            count = number + 1;
            if let Some(letter) = next_folded(&folded, letter) {
                letters.push((size(folded.len()), number));
                folded.push(letter);
            }
        }
        letters.push((size(folded.len()), count));
        Self { folded, letters }
    }

    /// Which characters of the text the quote is, if the text still says it. Where it says it more than
    /// once, the place is the one whose surroundings are most like those of then; of several such, the
    /// one that is nearest to where it stood.
    pub fn find(&self, sought: Sought<'_>) -> Option<Range<usize>> {
        let quote = folded(sought.quote);
        let quote = quote.trim();
        if quote.is_empty() {
            return None;
        }
        let (prefix, suffix) = (folded(sought.prefix), folded(sought.suffix));
        let mut best: Option<(Fit, Range<usize>)> = None;
        for at in self.places_of(quote).take(MOST_PLACES) {
            let end = at + quote.len();
            let fit = Fit {
                around: alike_before(&self.folded[..at], &prefix)
                    + alike_behind(&self.folded[end..], &suffix),
                off: self.letter_at(at).abs_diff(sought.start),
            };
            if best.as_ref().is_none_or(|(it, _)| fit.is_better_than(*it)) {
                best = Some((fit, at..end));
            }
        }
        best.map(|(_, found)| self.letters_of(&found))
    }

    /// All of them, also where one begins inside of another.
    fn places_of<'a>(&'a self, quote: &'a str) -> impl Iterator<Item = usize> + 'a {
        let first = quote.chars().next().map_or(1, char::len_utf8);
        let mut from = 0;
        iter::from_fn(move || {
            let at = from + self.folded.get(from..)?.find(quote)?;
            from = at + first;
            Some(at)
        })
    }

    fn letters_of(&self, found: &Range<usize>) -> Range<usize> {
        // The last letter, and not what follows it: blanks behind a quote are none of it.
        let last = self.folded[..found.end].char_indices().next_back().map_or(0, |it| it.0);
        self.letter_at(found.start) as usize..self.letter_at(last) as usize + 1
    }

    fn letter_at(&self, byte: usize) -> u32 {
        let at = self.letters.partition_point(|it| it.0 < size(byte));
        self.letters.get(at).or(self.letters.last()).map_or(0, |it| it.1)
    }
}

/// Places that are compared; a quote that a text says more often is no quote.
const MOST_PLACES: usize = 1_000;

#[derive(Clone, Copy)]
struct Fit {
    /// Letters around it that are as they were.
    around: usize,
    /// Letters by which it has moved.
    off: u32,
}

impl Fit {
    fn is_better_than(self, other: Self) -> bool {
        (self.around, other.off) > (other.around, self.off)
    }
}

fn alike_before(text: &str, prefix: &str) -> usize {
    let pairs = text.trim_end().chars().rev().zip(prefix.trim_end().chars().rev());
    pairs.take_while(|(one, other)| one == other).count()
}

fn alike_behind(text: &str, suffix: &str) -> usize {
    let pairs = text.trim_start().chars().zip(suffix.trim_start().chars());
    pairs.take_while(|(one, other)| one == other).count()
}

fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        folded.extend(next_folded(&folded, letter));
    }
    folded
}

/// As it goes on; `None` for blanks behind a blank and for letters that cannot be seen.
fn next_folded(before: &str, letter: char) -> Option<char> {
    match letter {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        _ if letter.is_whitespace() => {
            (!before.is_empty() && !before.ends_with(' ')).then_some(' ')
        }
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' => Some('\''),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' => Some('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        _ => Some(letter),
    }
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, quote: &str, prefix: &str, suffix: &str, start: u32) -> Option<String> {
        let sought = Sought { quote, prefix, suffix, start };
        let place = Searched::new(text).find(sought)?;
        Some(text.chars().skip(place.start).take(place.len()).collect())
    }

    #[test]
    fn a_quote_is_found_though_blanks_and_signs_changed() {
        let text = "We\u{a0}don\u{2019}t  cache\nit \u{2014} yet.";
        assert_eq!(
            found(text, "don't cache it - yet", "", "", 0).as_deref(),
            Some("don\u{2019}t  cache\nit \u{2014} yet")
        );
        assert_eq!(found("dyna\u{ad}mic pricing", "dynamic", "", "", 0).unwrap().len(), 9);
        assert_eq!(found("", "x", "", "", 0), None);
        assert_eq!(found("text", " ", "", "", 0), None);
        assert_eq!(found("text", "other", "te", "xt", 0), None);
    }

    #[test]
    fn of_several_places_the_surroundings_decide_then_the_distance() {
        let text = "It fails. Then it works. It fails again. It works.";
        let place = |quote, prefix, suffix, start| {
            Searched::new(text).find(Sought { quote, prefix, suffix, start }).unwrap().start
        };
        assert_eq!(place("It fails", "works. ", " again", 0), 25);
        assert_eq!(place("It fails", "", ".", 40), 0);
        assert_eq!(place("fails", "", "", 0), 3);
        assert_eq!(place("fails", "", "", 40), 28);
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_found_where_it_was(
            text in "[ab \n'\u{2019}é漢.]{1,60}", start in 0_usize..60, length in 1_usize..20,
        ) {
            let letters: Vec<char> = text.chars().collect();
            let start = start.min(letters.len() - 1);
            let end = (start + length).min(letters.len());
            let part = |range: &[char]| range.iter().collect::<String>();
            let (before, behind) = (part(&letters[..start]), part(&letters[end..]));
            let quote = part(&letters[start..end]);
            prop_assume!(!quote.trim().is_empty());
            let sought = Sought {
                quote: &quote,
                prefix: &before,
                suffix: &behind,
                start: u32::try_from(start).unwrap(),
            };
            let found = Searched::new(&text).find(sought).unwrap();
            let trimmed = letters[start..end].iter().take_while(|it| it.is_whitespace()).count();
            prop_assert_eq!(found.start, start + trimmed);
            prop_assert!(found.end <= end);
        }

        #[test]
        fn a_quote_survives_what_is_written_around_it(
            before in "[ab .\n]{0,30}", behind in "[ab .\n]{0,30}", quote in "[xyz][xyz ]{0,10}[xyz]",
        ) {
            let text = format!("{before}{quote}{behind}");
            let sought = Sought { quote: &quote, prefix: "zz", suffix: "", start: 7 };
            let found = Searched::new(&text).find(sought).unwrap();
            prop_assert_eq!(found.start, before.chars().count());
        }

        #[test]
        fn any_text_can_be_searched_for_any_quote(text in ".{0,40}", quote in ".{0,6}") {
            let sought = Sought { quote: &quote, prefix: "", suffix: "", start: 0 };
            if let Some(place) = Searched::new(&text).find(sought) {
                prop_assert!(place.start < place.end && place.end <= text.chars().count());
            }
        }
    }
}
