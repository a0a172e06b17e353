//! Outlines a feed in XML: where its entries and their fields begin and end, however damaged.
//!
//! Every field is a slice of the document, so that an outline costs little beside reading it. A tag
//! that is never closed ends where its entry ends; an entry that is never closed ends where the
//! next one begins; one that the end of the document cuts is left out.

use std::borrow::Cow;

use super::{
    MOST_ENTRIES,
    field::End,
    spaces::{Space, Spaces},
    tags::{Found, Tag, Tags, attribute},
};

#[derive(Debug)]
pub(super) struct Outline<'a> {
    pub(super) root: Root<'a>,
    /// Attributes of the root, then of `channel`.
    pub(super) containers: Vec<&'a str>,
    /// What the feed says of itself.
    pub(super) fields: Vec<Field<'a>>,
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) damage: Damage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root<'a> {
    Rss { version: Option<&'a str> },
    Rdf,
    Atom,
    Atom03,
}

#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) attributes: &'a str,
    pub(super) fields: Vec<Field<'a>>,
}

#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) space: Space,
    /// Without prefix, in lower case.
    pub(super) name: Cow<'a, str>,
    pub(super) attributes: &'a str,
    /// As written, between the tags.
    pub(super) inside: &'a str,
    /// Whether other elements are inside.
    pub(super) nested: bool,
}

impl<'a> Field<'a> {
    /// The same field, to be seen with another inside.
    pub(super) fn with(&self, attributes: &'a str, inside: &'a str) -> Self {
        Self { space: self.space, name: self.name.clone(), attributes, inside, nested: false }
    }
}

/// What was wrong with the tags.
#[derive(Debug, Default)]
pub(super) struct Damage {
    /// The document ends before its root does.
    pub(super) cut_off: bool,
    /// It ends before the place where its entries are over.
    pub(super) is_cut_early: bool,
    /// The entry in which the document ends.
    pub(super) cut_entries: usize,
    /// Where, in bytes, the first tag is that has no partner.
    pub(super) first_mismatch: Option<usize>,
    /// Entries above [`MOST_ENTRIES`].
    pub(super) surplus: usize,
}

/// Most fields kept of one entry or of the feed.
const MOST_FIELDS: usize = 1_000;

/// `text` begins with the root's tag.
pub(super) fn outline(text: &str) -> Option<Outline<'_>> {
    let mut tags = Tags::new(text);
    let first = tags.next()?;
    let (Tag::Open { name, attributes } | Tag::Empty { name, attributes }) = first.tag else {
        return None;
    };
    let root = match local(name).to_ascii_lowercase().as_str() {
        "feed" if attribute(attributes, "version").is_some_and(|it| it.trim() == "0.3") => {
            Root::Atom03
        }
        "feed" | "entry" => Root::Atom,
        "rdf" => Root::Rdf,
        _ => Root::Rss { version: attribute(attributes, "version") },
    };
    let mut walk = Walk {
        tags: Tags::new(text),
        spaces: Spaces::of_format(matches!(root, Root::Atom | Root::Atom03)),
        second_looks: 0,
        outline: Outline {
            root,
            containers: Vec::new(),
            fields: Vec::new(),
            entries: Vec::new(),
            damage: Damage::default(),
        },
    };
    walk.feed();
    Some(walk.outline)
}

pub(super) struct Walk<'a> {
    pub(super) tags: Tags<'a>,
    pub(super) spaces: Spaces<'a>,
    pub(super) second_looks: usize,
    outline: Outline<'a>,
}

impl<'a> Walk<'a> {
    fn feed(&mut self) {
        // The root and `channel`, as far as they are open.
        let mut open = 0_usize;
        while let Some(found) = self.tags.next() {
            match found.tag {
                Tag::Open { name, attributes } if is_container(name) => {
                    open += 1;
                    self.spaces.enter(attributes);
                    self.outline.containers.push(attributes);
                }
                Tag::Open { name, .. } | Tag::Empty { name, .. } if self.is_entry(name) => {
                    self.entry(found);
                }
                Tag::Open { .. } | Tag::Empty { .. } => {
                    let (field, end) = self.field(found, None);
                    if !matches!(end, End::Container) {
                        keep(&mut self.outline.fields, field);
                    }
                }
                Tag::Close { name } if is_container(name) => {
                    open = open.saturating_sub(1);
                }
                Tag::Close { .. } => self.mismatch(found.start),
                Tag::CData(_) => {}
            }
        }
        let damage = &mut self.outline.damage;
        damage.cut_off |= self.tags.cut || open > 0;
        let is_closing = self.tags.text().rsplit('<').next().is_some_and(|it| it.starts_with('/'));
        damage.is_cut_early = damage.cut_off && !(open <= 1 && is_closing);
    }

    pub(super) fn mismatch(&mut self, at: usize) {
        self.outline.damage.first_mismatch.get_or_insert(at);
    }

    fn entry(&mut self, opening: Found<'a>) {
        let (Tag::Open { name, attributes } | Tag::Empty { name, attributes }) = opening.tag else {
            return;
        };
        let before = self.spaces.enter(attributes);
        let mut entry = Entry { attributes, fields: Vec::with_capacity(12) };
        let whole = matches!(opening.tag, Tag::Empty { .. }) || self.fields_of(name, &mut entry);
        self.spaces.leave(before);
        if !whole {
            self.outline.damage.cut_off = true;
            self.outline.damage.cut_entries += 1;
        } else if self.outline.entries.len() < MOST_ENTRIES {
            self.outline.entries.push(entry);
        } else {
            self.outline.damage.surplus += 1;
        }
    }

    /// Reads up to the end of the entry; whether there was one.
    fn fields_of(&mut self, entry_name: &'a str, entry: &mut Entry<'a>) -> bool {
        while let Some(found) = self.tags.next() {
            match found.tag {
                Tag::Open { name, .. } | Tag::Empty { name, .. } if name == entry_name => {
                    self.mismatch(found.start);
                    self.tags.go_to(found.start);
                    return true;
                }
                Tag::Open { .. } | Tag::Empty { .. } => {
                    let (field, end) = self.field(found, Some(entry_name));
                    if matches!(end, End::Cut) {
                        return false;
                    }
                    keep(&mut entry.fields, field);
                }
                Tag::Close { name } if name == entry_name => return true,
                Tag::Close { name } if is_container(name) => {
                    self.mismatch(found.start);
                    self.tags.go_to(found.start);
                    return true;
                }
                Tag::Close { .. } => self.mismatch(found.start),
                Tag::CData(_) => {}
            }
        }
        false
    }

    pub(super) fn is_entry(&self, name: &str) -> bool {
        let is_named_so = ["item", "entry"].iter().any(|it| it.eq_ignore_ascii_case(local(name)));
        is_named_so
            && matches!(self.spaces.of(name, usize::MAX).0, Space::Main | Space::Atom | Space::Rdf)
    }
}

fn keep<'a>(fields: &mut Vec<Field<'a>>, field: Field<'a>) {
    if fields.len() < MOST_FIELDS {
        fields.push(field);
    }
}

pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

pub(super) fn is_container(name: &str) -> bool {
    let local = local(name);
    ["rss", "channel", "feed", "rdf"].iter().any(|it| it.eq_ignore_ascii_case(local))
}

pub(super) fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<Vec<(String, String)>> {
        let outline = outline(text).unwrap();
        let tell = |entry: &Entry<'_>| {
            let fields = entry.fields.iter();
            fields.map(|it| (it.name.to_string(), it.inside.to_owned())).collect()
        };
        outline.entries.iter().map(tell).collect()
    }

    fn pair(name: &str, inside: &str) -> (String, String) {
        (name.to_owned(), inside.to_owned())
    }

    #[test]
    fn a_sound_feed_is_outlined_without_damage() {
        let text = "<rss><channel><title>T</title><image><title>I</title></image><item><title>A\
                    </title><description><b>x</b></description></item></channel></rss>";
        let outline = outline(text).unwrap();
        assert_eq!(outline.fields.len(), 2);
        assert!(!outline.damage.cut_off && outline.damage.first_mismatch.is_none());
        assert_eq!(told(text), [[pair("title", "A"), pair("description", "<b>x</b>")]]);
    }

    #[test]
    fn a_cut_document_yields_its_whole_entries() {
        let text = "<rss><channel><item><title>A</title></item><item><title>B</tit";
        assert_eq!(told(text), [[pair("title", "A")]]);
        let damage = outline(text).unwrap().damage;
        assert!(damage.cut_off);
        assert_eq!(damage.cut_entries, 1);
    }

    #[test]
    fn unclosed_elements_end_where_their_entry_ends() {
        let text = "<rss><channel><item><title>A<link>l</link></item><item><title>B</title>\
                    <item><title>C</title></item></channel></rss>";
        let told = told(text);
        assert_eq!(told[0], [pair("title", "A"), pair("link", "l")]);
        assert_eq!(told[1], [pair("title", "B")]);
        assert_eq!(told[2], [pair("title", "C")]);
    }

    #[test]
    fn html_that_is_no_xml_stays_inside_its_field() {
        let text = "<rss><item><description><p>a<br>b<p>c</description><link>l</link></item></rss>";
        assert_eq!(told(text), [[pair("description", "<p>a<br>b<p>c"), pair("link", "l")]]);
    }

    #[test]
    fn hostile_nesting_is_read_in_time() {
        let started = std::time::Instant::now();
        for tag in ["<a>", "<item>", "<item><title>", "<channel>", "<a></b>", "<item><a><b></item>"]
        {
            let _ = outline(&format!("<rss>{}", tag.repeat(20_000)));
        }
        assert!(started.elapsed().as_secs() < 10);
    }
}
