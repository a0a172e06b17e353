//! Quotes marked in a clean body, wherever it still says them.

use super::{
    entities::decoded,
    tags::{Kind, Tag},
};
use crate::domain::{Searched, Sought};

/// A quote to be marked, and the name of its place: links lead to `#NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    pub name: String,
    pub quote: Sought<'a>,
}

/// The same HTML with `<mark>` around each quote, from tag to tag, and which of the quotes it still
/// says. Where quotes overlap, the first has what both have.
pub fn with_marks(clean_html: &str, wanted: &[Wanted<'_>]) -> (String, Vec<bool>) {
    if wanted.is_empty() {
        return (clean_html.to_owned(), Vec::new());
    }
    let letters = letters_of(clean_html);
    let text: String = letters.iter().map(|it| it.character).collect();
    let searched = Searched::new(&text);
    let places: Vec<_> = wanted.iter().map(|it| searched.find(it.quote)).collect();
    let mut owners: Vec<Option<usize>> = vec![None; letters.len()];
    for (number, place) in places.iter().enumerate() {
        let place = place.clone().unwrap_or_default();
        for owner in owners.get_mut(place).into_iter().flatten() {
            owner.get_or_insert(number);
        }
    }
    let found = places.iter().map(Option::is_some).collect();
    (marked(clean_html, &letters, &owners, wanted), found)
}

/// A letter of the text, and where it stands in the HTML; nowhere if it stands for a tag.
struct Letter {
    character: char,
    from: usize,
    to: usize,
}

fn letters_of(clean_html: &str) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(clean_html.len());
    let mut at = 0;
    while at < clean_html.len() {
        let rest = &clean_html[at..];
        if rest.starts_with('<') {
            let end = rest.find('>').map_or(rest.len(), |it| it + 1);
            if parts_words(&rest[..end]) {
                letters.push(Letter { character: '\n', from: at, to: at });
            }
            at += end;
            continue;
        }
        let length = length_of_letter(rest);
        let to = at + length;
        letters.extend(decoded(&rest[..length]).chars().map(|it| Letter {
            character: it,
            from: at,
            to,
        }));
        at = to;
    }
    letters
}

/// A character, or the whole of a reference to one.
fn length_of_letter(rest: &str) -> usize {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let is_name = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'#');
    let reference = rest.strip_prefix('&').and_then(|it| it.get(..it.find(';')?));
    let reference = reference.filter(|it| it.len() <= LONGEST_REFERENCE && is_name(it));
    reference.map_or(first, |it| it.len() + 2)
}

const LONGEST_REFERENCE: usize = 32;

fn parts_words(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find([' ', '>']).unwrap_or(name.len())];
    let Some(tag) = Tag::named(name) else { return false };
    tag.kind.is_block() || matches!(tag.kind, Kind::Cell | Kind::Break | Kind::Image)
}

fn marked(
    clean_html: &str,
    letters: &[Letter],
    owners: &[Option<usize>],
    wanted: &[Wanted<'_>],
) -> String {
    let mut html = String::with_capacity(clean_html.len() + wanted.len() * 64);
    let mut copied = 0;
    let mut is_named = vec![false; wanted.len()];
    let mut at = 0;
    while at < letters.len() {
        let end = end_of_run(letters, owners, at);
        let run = &letters[at..end];
        let is_seen = run.iter().any(|it| it.from < it.to && !it.character.is_whitespace());
        if let (Some(owner), true) = (owners[at], is_seen) {
            let (from, to) = (run[0].from, run[run.len() - 1].to);
            html.push_str(&clean_html[copied..from]);
            html.push_str("<mark class=\"kept\"");
            if !std::mem::replace(&mut is_named[owner], true) {
                html.push_str(" id=\"");
                html.push_str(&wanted[owner].name);
                html.push('"');
            }
            html.push('>');
            html.push_str(&clean_html[from..to]);
            html.push_str("</mark>");
            copied = to;
        }
        at = end;
    }
    html.push_str(&clean_html[copied..]);
    html
}

/// Where the letters end that are of one quote and have no tag between them.
fn end_of_run(letters: &[Letter], owners: &[Option<usize>], start: usize) -> usize {
    let goes_on = |at: usize| {
        // Two letters of one reference stand at one place.
        let is_next = letters[at].from == letters[at - 1].to
            || (letters[at].from, letters[at].to) == (letters[at - 1].from, letters[at - 1].to);
        let is_written = letters[at].from < letters[at].to;
        let before_is_written = letters[at - 1].from < letters[at - 1].to;
        owners[at] == owners[start] && is_next && is_written && before_is_written
    };
    (start + 1..letters.len()).find(|at| !goes_on(*at)).unwrap_or(letters.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::{Address, Markup},
        extract::{clean_body, text_of},
    };

    fn wanted<'a>(name: &str, quote: &'a str) -> Wanted<'a> {
        let quote = Sought { quote, prefix: "", suffix: "", start: 0 };
        Wanted { name: name.to_owned(), quote }
    }

    #[test]
    fn a_quote_is_marked_from_tag_to_tag() {
        let html =
            "<p>We cache <em>every</em> read &amp; write.</p>\n<p>Then <a href=\"x\">not</a>.</p>";
        let (marked, found) = with_marks(html, &[wanted("h1", "every read & write. Then not")]);
        assert_eq!(found, [true]);
        assert_eq!(
            marked,
            "<p>We cache <em><mark class=\"kept\" id=\"h1\">every</mark></em>\
             <mark class=\"kept\"> read &amp; write.</mark></p>\n\
             <p><mark class=\"kept\">Then </mark><a href=\"x\"><mark class=\"kept\">not</mark></a>.</p>"
        );
    }

    #[test]
    fn of_quotes_that_overlap_the_first_has_what_both_have() {
        let (marked, found) = with_marks(
            "<p>one two three</p>",
            &[wanted("h1", "one two"), wanted("h2", "two three"), wanted("h3", "four")],
        );
        assert_eq!(found, [true, true, false]);
        assert_eq!(
            marked,
            "<p><mark class=\"kept\" id=\"h1\">one two</mark>\
             <mark class=\"kept\" id=\"h2\"> three</mark></p>"
        );
    }

    proptest! {
        #[test]
        fn marks_change_nothing_of_what_is_said(
            body in "(<p>|</p>|<b>|</b>|<li>|<br>|<pre>|&amp;|&nbsp;|[ab é<>&\n]){0,30}",
            quote in "[ab é\n]{1,6}", other in "[ab&]{1,4}",
        ) {
            let base: Address = "https://example.com/".parse().unwrap();
            let html = clean_body(&Markup::Html(body), &base).html;
            let (marked, found) = with_marks(&html, &[wanted("h1", &quote), wanted("h2", &other)]);
            prop_assert_eq!(text_of(&html).text, text_of(&marked).text);
            let without = marked.replace("</mark>", "").replace("<mark class=\"kept\">", "");
            let without = ["h1", "h2"].iter().fold(without, |it, name| {
                it.replace(&format!("<mark class=\"kept\" id=\"{name}\">"), "")
            });
            prop_assert_eq!(without, html);
            prop_assert!(found[0] || !marked.contains("h1"));
        }
    }
}
