//! Walks over HTML once and writes it anew from the allow-list, tag by tag.
//!
//! Nothing is copied but plain text: every tag and attribute of the output is written here, so that
//! whatever was not foreseen cannot come through. The output contains no element that switches a
//! browser's tokenizer (no script, style, svg, math, textarea …), so a browser sees exactly the tags
//! that were written.

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem};

use crate::domain::Address;

use super::{
    attributes::Attributes,
    entities::{self, Reference},
    links,
    tags::{Kind, Tag},
};

/// The HTML is not written in the simple way that can be read without a whole parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unusual;

/// Where the HTML comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// As published. Anything that a browser might read differently is [`Unusual`].
    Publisher,
    /// Out of the parser: known to be well-formed; may contain frames, films and maths, which are
    /// rewritten, and tags in wrong places, which are dropped around their content.
    Parser,
}

/// Elements inside each other at most; no article needs more.
pub(super) const DEEPEST: usize = 256;

/// Rewrites the HTML in one linear pass.
pub(super) fn rewrite(html: &str, source: Source, base: &Address) -> Result<String, Unusual> {
    let mut writer = Writer {
        input: html,
        at: 0,
        source,
        base: Cow::Borrowed(base),
        html: String::with_capacity(html.len() + html.len() / 8),
        open: Vec::with_capacity(16),
        place: Place::default(),
        preformatted: Vec::new(),
        attributes: Attributes::default(),
        language: None,
        film: None,
    };
    writer.walk()?;
    Ok(writer.html)
}

pub(super) struct Writer<'a> {
    input: &'a str,
    at: usize,
    pub(super) source: Source,
    pub(super) base: Cow<'a, Address>,
    pub(super) html: String,
    open: Vec<Open>,
    pub(super) place: Place,
    /// Where the content of each open `pre` begins in the output.
    preformatted: Vec<usize>,
    pub(super) attributes: Attributes<'a>,
    /// Named by a block around code (`<div class="language-rust">`): how deep it is, and which.
    pub(super) language: Option<(usize, String)>,
    /// The open film or recording, if it has an address.
    pub(super) film: Option<Film>,
}

/// A `video` or `audio`, shown as a link.
#[derive(Default)]
pub(super) struct Film {
    pub(super) address: Option<String>,
    pub(super) poster: Option<String>,
    pub(super) title: String,
}

/// What the elements around a place forbid there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) in_paragraph: bool,
    pub(super) in_link: bool,
    pub(super) in_heading: bool,
}

/// An element that has begun.
struct Open {
    tag: Tag,
    fate: Fate,
    /// Where its start tag begins in the output, and where its content does.
    start: usize,
    inside: usize,
    outer: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    /// Kept even when empty: a link leads here.
    Anchored,
    /// The tag goes, its content stays.
    Unwrapped,
    /// The tag goes with its content.
    Dropped,
}

impl<'a> Writer<'a> {
    fn walk(&mut self) -> Result<(), Unusual> {
        loop {
            let rest = &self.input[self.at..];
            let end = memchr3(b'<', b'&', b'>', rest.as_bytes()).unwrap_or(rest.len());
            if end > 0 {
                self.text(&rest[..end])?;
                self.at += end;
            }
            match rest.as_bytes().get(end) {
                None if self.open.is_empty() => return Ok(()),
                None => return Err(Unusual),
                Some(b'<') => self.markup(&rest[end..])?,
                Some(b'&') => self.reference(&rest[end..])?,
                Some(_) => {
                    self.escaped(">")?;
                    self.at += 1;
                }
            }
        }
    }

    /// Copies text that needs no escaping.
    fn text(&mut self, mut text: &str) -> Result<(), Unusual> {
        // A browser drops a line break at the beginning of `pre`, the parser keeps a second one.
        if self.preformatted.last() == Some(&self.html.len()) {
            text = text.trim_start_matches('\n');
        }
        if self.parent().is_some_and(Kind::holds_no_text)
            && !text.bytes().all(|it| it.is_ascii_whitespace())
        {
            return Err(Unusual);
        }
        self.html.push_str(text);
        Ok(())
    }

    fn escaped(&mut self, text: &str) -> Result<(), Unusual> {
        if self.parent().is_some_and(Kind::holds_no_text) {
            return Err(Unusual);
        }
        entities::push_text(text, &mut self.html);
        Ok(())
    }

    fn reference(&mut self, rest: &str) -> Result<(), Unusual> {
        let length = match entities::reference_at(rest) {
            Reference::Named(letters, length) => {
                self.escaped(letters)?;
                length
            }
            Reference::Numbered(letter, length) => {
                self.escaped(letter.encode_utf8(&mut [0; 4]))?;
                length
            }
            Reference::Ampersand => {
                self.escaped("&")?;
                1
            }
            Reference::Unclear => return Err(Unusual),
        };
        self.at += length;
        Ok(())
    }

    /// A tag or a comment; `rest` begins with its `<`.
    fn markup(&mut self, rest: &'a str) -> Result<(), Unusual> {
        match rest.as_bytes().get(1) {
            Some(b'a'..=b'z') => self.start_tag(rest),
            Some(b'/') => self.end_tag(&rest[2..]),
            Some(b'!') => self.comment(rest),
            Some(b' ' | b'\n' | b'\t' | b'=' | b'0'..=b'9') => {
                self.at += 1;
                self.escaped("<")
            }
            _ => Err(Unusual),
        }
    }

    /// Skips a comment that ends in the same place for everyone.
    fn comment(&mut self, rest: &str) -> Result<(), Unusual> {
        let inner = rest.strip_prefix("<!--").ok_or(Unusual)?;
        let end = memmem::find(inner.as_bytes(), b"-->").ok_or(Unusual)?;
        let words = &inner[..end];
        if words.contains("--") || words.ends_with('-') || words.starts_with(['>', '-']) {
            return Err(Unusual);
        }
        self.at += "<!--".len() + end + "-->".len();
        Ok(())
    }

    fn start_tag(&mut self, rest: &'a str) -> Result<(), Unusual> {
        let bytes = rest.as_bytes();
        let name_end = 1 + bytes[1..]
            .iter()
            .take_while(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
            .count();
        let name = &rest[1..name_end];
        self.attributes.clear();
        let (end, closed) = match bytes.get(name_end) {
            Some(b'>') => (name_end + 1, false),
            _ => self.attributes.read(rest, name_end, self.source)?,
        };
        self.at += end;
        let Some(tag) = Tag::named(name) else {
            return self.replaced(name);
        };
        if closed && !tag.is_void() {
            return Err(Unusual);
        }
        let fits = self.fits(tag);
        if !fits && self.source == Source::Publisher {
            return Err(Unusual);
        }
        if tag.is_void() {
            if fits && !self.attributes.hide(tag) {
                self.void_tag(tag);
            }
            return Ok(());
        }
        let start = self.html.len();
        let fate = match () {
            () if self.attributes.hide(tag) => Fate::Dropped,
            () if fits => self.open_tag(tag),
            () => Fate::Unwrapped,
        };
        self.enter(tag, fate, start)
    }

    fn end_tag(&mut self, rest: &str) -> Result<(), Unusual> {
        let end = memchr(b'>', rest.as_bytes()).ok_or(Unusual)?;
        if self.open.last().is_none_or(|it| it.tag.name != &rest[..end]) {
            return Err(Unusual);
        }
        self.at += "</".len() + end + 1;
        self.leave();
        Ok(())
    }

    /// Notes an element as open whose start tag has been written since `start`.
    pub(super) fn enter(&mut self, tag: Tag, fate: Fate, start: usize) -> Result<(), Unusual> {
        if self.open.len() == DEEPEST {
            return Err(Unusual);
        }
        let inside = self.html.len();
        self.open.push(Open { tag, fate, start, inside, outer: self.place });
        match tag.kind {
            Kind::Paragraph => self.place.in_paragraph = fate != Fate::Unwrapped,
            Kind::Table | Kind::Caption | Kind::Cell => self.place.in_paragraph = false,
            Kind::Link => self.place.in_link = true,
            Kind::Heading => self.place.in_heading = true,
            Kind::Preformatted => self.preformatted.push(inside),
            _ => {}
        }
        Ok(())
    }

    fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.place = open.outer;
        if open.tag.kind == Kind::Preformatted {
            self.preformatted.pop();
        }
        self.language.take_if(|(depth, _)| *depth == self.open.len());
        match open.fate {
            Fate::Dropped => {
                self.html.truncate(open.start);
                self.replace_film(open.tag);
            }
            Fate::Kept if self.is_needless(&open) => self.html.truncate(open.start),
            Fate::Kept | Fate::Anchored => {
                self.html.push_str("</");
                self.html.push_str(open.tag.name);
                self.html.push('>');
            }
            Fate::Unwrapped => {}
        }
    }

    /// Whether the element that ends here says nothing.
    fn is_needless(&self, open: &Open) -> bool {
        if !open.tag.is_needless_when_empty() {
            return false;
        }
        let content = &self.html[open.inside..];
        // Blanks inside a line matter, blank paragraphs do not. Longer blanks are not worth the look.
        content.is_empty()
            || content.len() <= 16 && open.tag.kind.is_block() && content.trim().is_empty()
    }

    /// Whether a browser would leave the tag where it is. After WHATWG HTML §13.2.6.4.7 ("in body")
    /// and the table modes; a little stricter, never laxer.
    pub(super) fn fits(&self, tag: Tag) -> bool {
        let parent = self.parent();
        match tag.kind {
            Kind::Caption | Kind::ColumnGroup | Kind::RowGroup => parent == Some(Kind::Table),
            Kind::Column => parent == Some(Kind::ColumnGroup),
            Kind::Row => parent == Some(Kind::RowGroup),
            Kind::Cell => parent == Some(Kind::Row),
            _ if parent.is_some_and(Kind::holds_no_text) => false,
            Kind::RubyText => parent == Some(Kind::Ruby),
            Kind::Link => !self.place.in_link,
            kind if !kind.is_block() => true,
            _ if self.place.in_paragraph => false,
            Kind::Heading => !self.place.in_heading,
            Kind::ListItem | Kind::Term => self.closes_no_item(tag.kind),
            _ => true,
        }
    }

    /// The element that the place is directly in, as a browser will see it.
    fn parent(&self) -> Option<Kind> {
        let is_seen =
            |open: &&Open| self.source == Source::Publisher || open.fate != Fate::Unwrapped;
        self.open.iter().rfind(is_seen).map(|it| it.tag.kind)
    }

    /// A list item closes the one before it, unless a list or another block stands between.
    fn closes_no_item(&self, kind: Kind) -> bool {
        for open in self.open.iter().rev() {
            if open.tag.kind == kind && open.fate != Fate::Unwrapped {
                return false;
            }
            if open.tag.kind.shields_items() && open.fate != Fate::Unwrapped {
                return true;
            }
        }
        true
    }

    /// Takes what is left up to and including an end tag, and returns what stood before it.
    pub(super) fn skip_to(&mut self, end_tag: &str) -> Result<&'a str, Unusual> {
        let rest = &self.input[self.at..];
        let end = memmem::find(rest.as_bytes(), end_tag.as_bytes()).ok_or(Unusual)?;
        self.at += end + end_tag.len();
        Ok(&rest[..end])
    }

    /// Writes a link with its text, where a link may stand; only the text elsewhere.
    pub(super) fn link(&mut self, url: &str, content: &str) {
        if self.parent().is_some_and(Kind::holds_no_text) || links::only_shares(url) {
            return;
        }
        if self.place.in_link {
            return self.html.push_str(content);
        }
        self.html.push_str("<a");
        self.push_web_link(url);
        self.html.push('>');
        self.html.push_str(content);
        self.html.push_str("</a>");
    }

    pub(super) fn may_hold_text(&self) -> bool {
        !self.parent().is_some_and(Kind::holds_no_text)
    }

    /// How many elements are open here.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }
}
