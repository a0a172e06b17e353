//! Turns HTML of any quality into safe HTML and clean text.
//!
//! Two roads lead to one output. A body that is written simply is rewritten in a single pass. Any
//! other goes through a whole HTML parser first, and then through the same pass, which alone decides
//! what is written. What even the parser cannot take in bounded time is kept as text.

mod article;
mod attributes;
mod blocks;
mod bounds;
mod choice;
mod elements;
mod entities;
mod links;
mod listing;
mod markdown;
mod marks;
mod note;
mod page_links;
mod parser;
mod plain;
mod rewrite;
mod tags;
mod text;

use std::borrow::Cow;

use memchr::memmem;

use crate::domain::{Address, Markup};

use self::rewrite::{Source, rewrite};
pub use self::{
    article::{ArticleError, Page, read_article, selector_mistake},
    blocks::{blocks_of, with_places},
    choice::{Choice, Taken, better_body, carries_less, text_carries_less},
    listing::read_listing,
    markdown::markdown_of,
    marks::{Wanted, with_marks},
    note::{NoteCalled, note_html},
    page_links::page_links,
    plain::{plain_line, summary_of},
    text::{TextOf, images_of, text_of, text_without_pictures},
};

/// A body, safe to show and ready to be indexed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Sanitised: allow-listed tags only, links absolute and without tracking.
    pub html: String,
    /// The text of `html`, see [`text_of`].
    pub text: String,
    pub headings: Vec<String>,
    /// CJK letters count as half a word each.
    pub words: u32,
    pub has_code: bool,
    /// What could not be kept, as one sentence without a stop.
    pub complaint: Option<String>,
}

/// In bytes, as published. What comes behind is cut off.
const LONGEST_BODY: usize = 2 * 1024 * 1024;

/// Sanitises a body, resolves its links against `base`, and reads its text. Takes time linear in its
/// length, whatever it contains.
pub fn clean_body(markup: &Markup, base: &Address) -> Body {
    let published = plain::cut_at_char(markup.raw(), LONGEST_BODY);
    let is_cut = published.len() < markup.raw().len();
    let published = tidy(published);
    let (html, is_text) = match markup {
        Markup::Text(_) => (plain::html_of(&published), false),
        Markup::Html(_) => clean_html(&published, base),
    };
    let TextOf { text, headings, words, has_code } = text_of(&html);
    let complaint = match (is_text, is_cut) {
        (true, _) => {
            Some("the body is nested too deeply or oddly, and was kept as plain text".to_owned())
        }
        (false, true) => Some("the body is longer than 2 MiB, and was cut".to_owned()),
        (false, false) => None,
    };
    Body { html, text, headings, words, has_code, complaint }
}

/// The clean HTML, and whether only the text could be kept.
fn clean_html(tidy_html: &str, base: &Address) -> (String, bool) {
    let html = swift(tidy_html, base).or_else(|| thorough(tidy_html, base));
    match html {
        Some(html) => (html, false),
        None => (plain::html_of(&entities::decoded(&plain::without_tags(tidy_html))), true),
    }
}

/// The short road: `None` for a body that is not written simply.
fn swift(tidy_html: &str, base: &Address) -> Option<String> {
    rewrite(tidy_html, Source::Publisher, base).ok()
}

/// The long road, which gives the same as the short one wherever both lead through.
fn thorough(tidy_html: &str, base: &Address) -> Option<String> {
    let parsed = parser::parsed(tidy_html)?;
    rewrite(&tidy(&parsed), Source::Parser, base).ok()
}

/// Line breaks in one form, and no control characters or byte order marks, which parsers treat each
/// in their own way.
fn tidy(html: &str) -> Cow<'_, str> {
    let is_odd = |byte: u8| byte < b' ' && byte != b'\n' && byte != b'\t' || byte == 0x7f;
    // Without leaving early, so that the compiler can look at many bytes at once.
    let has_odd = html
        .as_bytes()
        .chunks(4096)
        .any(|chunk| chunk.iter().fold(false, |found, byte| found | is_odd(*byte)));
    if !has_odd && memmem::find(html.as_bytes(), "\u{feff}".as_bytes()).is_none() {
        return Cow::Borrowed(html);
    }
    let mut letters = html.chars().peekable();
    let mut clean = String::with_capacity(html.len());
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => clean.push('\n'),
            '\u{c}' | '\u{b}' => clean.push(' '),
            '\n' | '\t' => clean.push(letter),
            '\u{0}'..'\u{20}' | '\u{7f}' | '\u{feff}' => {}
            _ => clean.push(letter),
        }
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests;
