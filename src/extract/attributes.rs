//! The attributes of a start tag as they are read.

use std::borrow::Cow;

use memchr::memchr;

use super::{
    entities::{self, Reference},
    rewrite::{Source, Unusual},
    tags::{Kind, Tag},
};

/// Those attributes of one start tag that matter to anyone, in the order written.
#[derive(Default)]
pub(super) struct Attributes<'a>(Vec<(&'a str, Cow<'a, str>)>);

/// All attributes that are looked at; others are skipped unread.
pub(super) const READ: &[&str] = &[
    "alt",
    "alttext",
    "aria-hidden",
    "class",
    "colspan",
    "data-lang",
    "data-language",
    "data-lazy-src",
    "data-lazy-srcset",
    "data-original",
    "data-src",
    "data-srcset",
    "datetime",
    "dir",
    "encoding",
    "height",
    "hidden",
    "href",
    "id",
    "lang",
    "name",
    "open",
    "poster",
    "reversed",
    "rowspan",
    "scope",
    "span",
    "src",
    "srcset",
    "start",
    "style",
    "title",
    "type",
    "value",
    "width",
];

impl<'a> Attributes<'a> {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first one of that name, as browsers choose.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| *it == name).map(|(_, value)| &**value)
    }

    /// Takes the value out, so that it can be used while more is written.
    pub(super) fn take(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let at = self.0.iter().position(|(it, _)| *it == name)?;
        Some(std::mem::take(&mut self.0[at].1))
    }

    /// Reads up to and including the `>` of the tag that `tag` begins with. Returns where the tag
    /// ends, and whether it ends with `/>`.
    pub(super) fn read(
        &mut self,
        tag: &'a str,
        from: usize,
        source: Source,
    ) -> Result<(usize, bool), Unusual> {
        let bytes = tag.as_bytes();
        let mut at = from;
        loop {
            let blanks = bytes[at..].iter().take_while(|it| it.is_ascii_whitespace()).count();
            at += blanks;
            match bytes.get(at) {
                Some(b'>') => return Ok((at + 1, false)),
                Some(b'/') if bytes.get(at + 1) == Some(&b'>') => return Ok((at + 2, true)),
                Some(b'a'..=b'z') if blanks > 0 => at = self.read_one(tag, at, source)?,
                _ => return Err(Unusual),
            }
        }
    }

    fn read_one(&mut self, tag: &'a str, start: usize, source: Source) -> Result<usize, Unusual> {
        let bytes = tag.as_bytes();
        let is_usual = |it: &&u8| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b':');
        let end = start + bytes[start..].iter().take_while(is_usual).count();
        let name = &tag[start..end];
        let is_read = READ.binary_search(&name).is_ok();
        if bytes.get(end) != Some(&b'=') {
            if is_read {
                self.0.push((name, Cow::Borrowed("")));
            }
            return Ok(end);
        }
        let quote = bytes.get(end + 1).copied().filter(|it| matches!(it, b'"' | b'\''));
        let value_start = end + 2;
        let length = memchr(quote.ok_or(Unusual)?, &bytes[value_start..]).ok_or(Unusual)?;
        if is_read {
            let value = &tag[value_start..value_start + length];
            if source == Source::Publisher && !is_clear(value) {
                return Err(Unusual);
            }
            self.0.push((name, entities::decoded(value)));
        }
        Ok(value_start + length + 1)
    }

    /// Whether these attributes take the element out of sight.
    pub(super) fn hide(&self, tag: Tag) -> bool {
        if self.is_empty() {
            return false;
        }
        let is_decoration = matches!(tag.kind, Kind::Inline | Kind::Link)
            && self.get("aria-hidden").is_some_and(|it| it.eq_ignore_ascii_case("true"));
        is_decoration || self.get("hidden").is_some() || self.get("style").is_some_and(hides)
    }
}

/// Whether every reference in the value reads alike for everyone. `&name=` is plain text by HTML's
/// own rule for attributes.
fn is_clear(value: &str) -> bool {
    let mut rest = value;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        rest = &rest[at..];
        if entities::reference_at(rest) == Reference::Unclear {
            let after = rest[1..].trim_start_matches(|it: char| it.is_ascii_alphanumeric());
            if !after.starts_with('=') || rest.starts_with("&#") {
                return false;
            }
        }
        rest = &rest[1..];
    }
    true
}

fn hides(style: &str) -> bool {
    let style = style.bytes().filter(|it| !it.is_ascii_whitespace());
    let style: Vec<u8> = style.map(|it| it.to_ascii_lowercase()).collect();
    memchr::memmem::find(&style, b"display:none").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_so_that_they_can_be_found() {
        assert!(READ.is_sorted());
    }

    #[test]
    fn only_plainly_written_attributes_are_read() {
        let mut read = Attributes::default();
        let tag = "<a href=\"/x?a=1&b=2\" title='A &amp; B' onclick=\"x()\" hidden>";
        assert_eq!(read.read(tag, 2, Source::Publisher), Ok((tag.len(), false)));
        assert_eq!(read.get("href"), Some("/x?a=1&b=2"));
        assert_eq!(read.get("title"), Some("A & B"));
        assert_eq!(read.get("onclick"), None);
        assert_eq!(read.get("hidden"), Some(""));
        for odd in ["<a href=x>", "<a HREF=\"x\">", "<a href=\"&copy\">", "<a href=\"x\"id=\"y\">"]
        {
            let mut read = Attributes::default();
            assert_eq!(read.read(odd, 2, Source::Publisher), Err(Unusual), "{odd}");
        }
    }
}
