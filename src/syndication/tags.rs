//! Finds tags in a text, well-formed or not, in one pass whose cost grows with the text only.

use memchr::{memchr, memchr_iter, memchr2, memmem};

/// Cuts a text at its tags. Comments, processing instructions and document types are skipped; a
/// `<` that begins no tag belongs to the text.
pub(super) struct Tags<'a> {
    text: &'a str,
    at: usize,
    /// Ends that do not come any more, so that nobody searches the whole text for them again.
    no_more: [bool; 3],
    no_more_subsets: bool,
    /// The text ends inside a tag, a comment or a CDATA section.
    pub(super) cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found<'a> {
    pub(super) tag: Tag<'a>,
    /// Of its `<`, in bytes.
    pub(super) start: usize,
    /// Behind its `>`.
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tag<'a> {
    Open {
        name: &'a str,
        attributes: &'a str,
    },
    /// `<br/>`
    Empty {
        name: &'a str,
        attributes: &'a str,
    },
    Close {
        name: &'a str,
    },
    CData(&'a str),
}

const CDATA: &str = "<![CDATA[";
/// Openings whose contents are skipped, with what ends them.
const SKIPPED: [(&str, &str); 3] = [(CDATA, "]]>"), ("<!--", "-->"), ("<?", "?>")];
/// How far a quoted value may go on behind a `<`, in bytes.
const LONGEST_VALUE_WITH_TAG: usize = 512;

impl<'a> Tags<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, no_more: [false; 3], no_more_subsets: false, cut: false }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Goes on from another place: one where a tag begins or ends.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
        self.cut = false;
    }

    fn special(&mut self, start: usize) -> Option<Found<'a>> {
        let rest = &self.text[start..];
        for (which, (opening, ending)) in SKIPPED.into_iter().enumerate() {
            if !rest.starts_with(opening) {
                continue;
            }
            let inside = start + opening.len();
            let length = (!self.no_more[which])
                .then(|| memmem::find(&self.text.as_bytes()[inside..], ending.as_bytes()))
                .flatten();
            let (until, end) = if let Some(length) = length {
                (inside + length, inside + length + ending.len())
            } else {
                self.no_more[which] = true;
                self.cut = true;
                self.unended(inside, opening)
            };
            self.at = end;
            let tag = Tag::CData(&self.text[inside..until]);
            return (opening == CDATA).then_some(Found { tag, start, end });
        }
        self.at = self.document_type_end(start);
        None
    }

    /// `<!DOCTYPE rss [ … ]>`: the internal subset is skipped, nothing in it is expanded.
    fn document_type_end(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let Some(first) = memchr2(b'>', b'[', &bytes[start..]).map(|length| start + length) else {
            return self.text.len();
        };
        if bytes[first] == b'>' || self.no_more_subsets {
            return first + 1;
        }
        let end = memchr_iter(b']', &bytes[first..]).find_map(|length| {
            let behind = self.text[first + length + 1..].trim_ascii_start();
            behind.starts_with('>').then(|| self.text.len() - behind.len() + 1)
        });
        self.no_more_subsets = end.is_none();
        end.unwrap_or(first + 1)
    }

    /// An unended CDATA section ends at the next closing tag, anything else at the next `>`.
    fn unended(&self, inside: usize, opening: &str) -> (usize, usize) {
        let rest = &self.text.as_bytes()[inside..];
        let length = if opening == CDATA { memmem::find(rest, b"</") } else { memchr(b'>', rest) };
        let end = length.map_or(self.text.len(), |length| inside + length);
        (end, end)
    }

    /// Where the tag that begins at `start` has its `>`.
    fn closing_bracket(&self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        let mut before = b' ';
        loop {
            match *bytes.get(at)? {
                b'>' => return Some(at),
                b'<' => return None,
                quote @ (b'"' | b'\'') if before == b'=' => {
                    before = quote;
                    if let Some(end) = end_of_value(bytes, at + 1, quote) {
                        at = end;
                    }
                }
                byte if byte.is_ascii_whitespace() => {}
                byte => before = byte,
            }
            at += 1;
        }
    }

    fn ordinary(&mut self, start: usize) -> Option<Found<'a>> {
        let Some(bracket) = self.closing_bracket(start) else {
            self.at = start + 1;
            self.cut = memchr(b'<', &self.text.as_bytes()[start + 1..]).is_none();
            return None;
        };
        let end = bracket + 1;
        self.at = end;
        let inside = &self.text[start + 1..bracket];
        let tag = if let Some(name) = inside.strip_prefix('/') {
            Tag::Close { name: name_of(name.trim_start()) }
        } else {
            let name = name_of(inside);
            let attributes = &inside[name.len()..];
            match attributes.strip_suffix('/') {
                Some(attributes) => Tag::Empty { name, attributes },
                None => Tag::Open { name, attributes },
            }
        };
        Some(Found { tag, start, end })
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at + memchr(b'<', bytes.get(self.at..)?)?;
            let found = match bytes.get(start + 1) {
                Some(b'!' | b'?') => self.special(start),
                Some(byte) if begins_name(*byte) => self.ordinary(start),
                Some(b'/') if bytes.get(start + 2).is_some_and(|it| begins_name(*it)) => {
                    self.ordinary(start)
                }
                following => {
                    self.cut = following.is_none();
                    self.at = start + 1;
                    None
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn name_of(inside: &str) -> &str {
    let end = inside.find(|letter: char| letter.is_ascii_whitespace() || letter == '/');
    &inside[..end.unwrap_or(inside.len())]
}

fn end_of_value(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let first = from + memchr2(quote, b'<', &bytes[from..])?;
    if bytes[first] == quote {
        return Some(first);
    }
    let nearby = &bytes[first..bytes.len().min(first + LONGEST_VALUE_WITH_TAG)];
    memchr(quote, nearby).map(|length| first + length)
}

/// The attributes of a tag in order, with values as written.
pub(super) fn attributes(inside: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = inside;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches(|it: char| it.is_ascii_whitespace() || it == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|it: char| it == '=' || it.is_ascii_whitespace());
            let name = &rest[..end.unwrap_or(rest.len())];
            rest = rest[name.len()..].trim_ascii_start();
            let Some(behind) = rest.strip_prefix('=') else {
                if name.is_empty() {
                    return None;
                }
                continue;
            };
            let behind = behind.trim_ascii_start();
            let (value, left) = value_of(behind);
            rest = left;
            return Some((name, value));
        }
    })
}

fn value_of(text: &str) -> (&str, &str) {
    if let Some(quote) = text.chars().next().filter(|it| matches!(it, '"' | '\'')) {
        let inside = &text[1..];
        return inside.split_once(quote).unwrap_or((inside, ""));
    }
    let end = text.find(|it: char| it.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at(end)
}

/// The value of an attribute as written; its name is compared without regard to letter case.
pub(super) fn attribute<'a>(inside: &'a str, name: &str) -> Option<&'a str> {
    attributes(inside).find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        Tags::new(text)
            .map(|found| match found.tag {
                Tag::Open { name, .. } => name.to_owned(),
                Tag::Empty { name, .. } => format!("{name}/"),
                Tag::Close { name } => format!("/{name}"),
                Tag::CData(text) => format!("[{text}]"),
            })
            .collect()
    }

    #[test]
    fn tags_are_found_among_comments_sections_and_stray_brackets() {
        let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b '<c>'>]><a><!-- <b> -->1 < 2 \
                    <d e='>' f=\"<\"/><![CDATA[<g>]]></a >";
        assert_eq!(names(text), ["a", "d/", "[<g>]", "/a"]);
    }

    #[test]
    fn what_never_ends_does_not_swallow_the_rest() {
        assert_eq!(names("<a><![CDATA[text</a><b>"), ["a", "[text]", "/a", "b"]);
        assert_eq!(names("<a title=\"x><b>"), ["a", "b"]);
        assert_eq!(names("<a><!-- b><c>"), ["a", "c"]);
    }

    #[test]
    fn attributes_are_read_in_any_quotes_or_none() {
        let read: Vec<_> = attributes(" a=\"1 2\" b = 'x' c=y checked d=\"\"").collect();
        assert_eq!(read, [("a", "1 2"), ("b", "x"), ("c", "y"), ("d", "")]);
        assert_eq!(attribute(" HREF='/x'", "href"), Some("/x"));
    }

    #[test]
    fn hostile_texts_are_read_in_time() {
        for pattern in ["<", "<a ", "<!--", "<![CDATA[", "<?", "<a b=\"", "</", "<a b='<", "<!x ["]
        {
            let text = pattern.repeat(200_000);
            let started = std::time::Instant::now();
            let _ = Tags::new(&text).count();
            assert!(started.elapsed().as_secs() < 5, "{pattern}");
        }
    }
}
