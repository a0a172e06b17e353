//! Text for pages: numbers with their nouns, marked passages, and sentences with code in them.

use std::fmt;

use crate::web::escape::push_escaped;
use crate::web::say;
use crate::{domain::Kind, search::Snippet, web::api::marked_html};

/// HTML of our own making: what came from elsewhere is escaped in it, or sanitised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

impl Markup {
    /// Of HTML that the library holds: it was sanitised before it was stored.
    pub(super) fn sanitised(html: String) -> Self {
        Self(html)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of HTML in which all text was escaped when it was made.
    pub(super) fn of_ours(html: String) -> Self {
        Self(html)
    }

    /// Followed by a link.
    pub(super) fn with_link(mut self, text: &str, address: &str) -> Self {
        self.0.push_str(" <a href=\"");
        push_escaped(address, &mut self.0);
        self.0.push_str("\">");
        push_escaped(text, &mut self.0);
        self.0.push_str("</a>");
        self
    }
}

/// What sort of post it is, in a word or two.
pub(super) fn kind_name(kind: Kind) -> String {
    say::text(&format!("kind.{}", kind.as_str())).to_owned()
}

/// A sentence of the catalogue, with what stands between backticks as code.
pub(super) fn rich(text: &str) -> Markup {
    let mut html = String::with_capacity(text.len() + 32);
    let pieces: Vec<&str> = text.split('`').collect();
    let paired = pieces.len() % 2 == 1;
    for (at, piece) in pieces.iter().enumerate() {
        match at % 2 {
            1 if paired => {
                html.push_str("<code>");
                push_escaped(piece, &mut html);
                html.push_str("</code>");
            }
            1 => {
                html.push('`');
                push_escaped(piece, &mut html);
            }
            _ => push_escaped(piece, &mut html),
        }
    }
    Markup(html)
}

/// A text as it is.
pub(super) fn plain(text: &str) -> Markup {
    let mut html = String::with_capacity(text.len());
    push_escaped(text, &mut html);
    Markup(html)
}

/// A passage with the words that match in `<mark>`.
pub(super) fn marked(snippet: &Snippet) -> Markup {
    Markup(marked_html(snippet))
}

/// A number with its noun: `KEY.one` or `KEY.other`.
pub(super) fn counted(key: &str, count: u64) -> String {
    say::counted(key, count)
}

/// `12,345`, with the separator of the language.
pub(super) fn grouped(number: u64) -> String {
    say::grouped(number)
}

/// `1.2 MB`, with the catalogue's units.
pub(super) fn sized(bytes: u64) -> String {
    let mut units = say::text("web.units").split(' ');
    let mut unit = units.next().unwrap_or_default();
    let (mut whole, mut tenth) = (bytes, 0);
    for next in units {
        if whole < 1000 {
            break;
        }
        (whole, tenth, unit) = (whole / 1000, whole % 1000 / 100, next);
    }
    if whole < 10 && bytes >= 1000 {
        format!("{whole}.{tenth} {unit}")
    } else {
        format!("{whole} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_code_are_the_only_tags() {
        let snippet = Snippet { text: "a <b> & café".to_owned(), marks: vec![2..5, 8..13] };
        assert_eq!(marked(&snippet).0, "a <mark>&lt;b&gt;</mark> &amp; <mark>café</mark>");
        assert_eq!(rich("run `a <b>` now").0, "run <code>a &lt;b&gt;</code> now");
        assert_eq!(rich("an odd ` tick").0, "an odd ` tick");
    }

    #[test]
    fn bytes_have_a_unit_and_two_or_three_digits() {
        for (bytes, told) in [(0, "0 B"), (999, "999 B"), (1_234, "1.2 kB"), (96_800_000, "96 MB")]
        {
            assert_eq!(sized(bytes), told);
        }
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
