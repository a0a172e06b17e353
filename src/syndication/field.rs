//! Finds where a field of a feed or an entry ends, if need be without its closing tag.

use super::{
    outline::{Field, Walk, is_container, local, lower_case},
    tags::{Found, Tag},
};

/// Elements deeper than this inside a field are counted and no longer matched by name.
const DEEPEST: usize = 256;
/// How often reading goes back to the inside of a field that was never closed. More is noise, and
/// each time costs a second look at what is behind.
const MOST_SECOND_LOOKS: usize = 64;
/// How a field came to its end.
pub(super) enum End {
    /// By its own closing tag, or by being empty.
    Closed,
    /// By the end of what it stands in.
    Implied,
    /// It turned out to hold entries.
    Container,
    Cut,
}

/// What was found up to the end of a field; places in bytes.
struct Inside {
    end: End,
    first_child: Option<usize>,
    /// The first child that may really be the next field of the entry.
    first_sibling: Option<usize>,
    until: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn field(
        &mut self,
        opening: Found<'a>,
        entry_name: Option<&'a str>,
    ) -> (Field<'a>, End) {
        let (name, attributes) = match opening.tag {
            Tag::Open { name, attributes } | Tag::Empty { name, attributes } => (name, attributes),
            Tag::Close { name } => (name, ""),
            Tag::CData(_) => ("", ""),
        };
        let before = self.spaces.enter(attributes);
        let (space, local) = self.spaces.of(name, before);
        self.spaces.leave(before);
        let mut field =
            Field { space, name: lower_case(local), attributes, inside: "", nested: false };
        if !matches!(opening.tag, Tag::Open { .. }) {
            return (field, End::Closed);
        }
        let Inside { end, first_child, first_sibling, mut until } =
            self.inside(opening, name, entry_name);
        field.nested = first_child.is_some();
        if matches!(end, End::Implied | End::Container) {
            if let Some(sibling) = first_sibling.filter(|_| self.second_looks < MOST_SECOND_LOOKS) {
                self.second_looks += 1;
                field.nested = first_child.is_some_and(|child| child < sibling);
                until = sibling;
            }
            self.tags.go_to(until);
        }
        field.inside = &self.tags.text()[opening.end..until];
        (field, end)
    }

    /// Reads up to the end of a field.
    fn inside(
        &mut self,
        opening: Found<'a>,
        field_name: &'a str,
        entry_name: Option<&'a str>,
    ) -> Inside {
        let mut inner = Inner::default();
        let (mut first_child, mut first_sibling) = (None, None);
        let (end, until) = loop {
            let Some(found) = self.tags.next() else { break (End::Cut, self.tags.text().len()) };
            match found.tag {
                Tag::CData(_) => {}
                Tag::Open { name, .. } | Tag::Empty { name, .. } => {
                    if entry_name.is_none() && self.is_entry(name) {
                        break (End::Container, found.start);
                    }
                    if Some(name) == entry_name && !self.may_hold_entries(field_name) {
                        self.mismatch(opening.start);
                        break (End::Implied, found.start);
                    }
                    first_child.get_or_insert(found.start);
                    if !inner.is_open() && may_be_sibling(name) {
                        first_sibling.get_or_insert(found.start);
                    }
                    if matches!(found.tag, Tag::Open { .. }) {
                        inner.open(name);
                    }
                }
                Tag::Close { name } if inner.close(name) => {}
                Tag::Close { name } if name == field_name => {
                    if inner.is_open() {
                        self.mismatch(found.start);
                    }
                    break (End::Closed, found.start);
                }
                Tag::Close { name } if Some(name) == entry_name || is_container(name) => {
                    self.mismatch(opening.start);
                    break (End::Implied, found.start);
                }
                Tag::Close { .. } => self.mismatch(found.start),
            }
        };
        Inside { end, first_child, first_sibling, until }
    }

    /// An Atom entry may carry another Atom document as its content.
    fn may_hold_entries(&self, field_name: &str) -> bool {
        self.spaces.atom && local(field_name).eq_ignore_ascii_case("content")
    }
}

/// The elements that are open inside a field.
#[derive(Default)]
struct Inner<'a> {
    names: Vec<&'a str>,
    /// Open elements below [`DEEPEST`].
    deeper: usize,
}

impl<'a> Inner<'a> {
    fn open(&mut self, name: &'a str) {
        if self.names.len() < DEEPEST {
            self.names.push(name);
        } else {
            self.deeper += 1;
        }
    }

    fn is_open(&self) -> bool {
        !self.names.is_empty()
    }

    /// Closes the innermost element of that name with all that is open in it.
    fn close(&mut self, name: &str) -> bool {
        if self.deeper > 0 {
            self.deeper -= 1;
            return true;
        }
        let found = self.names.iter().rposition(|it| *it == name);
        if let Some(at) = found {
            self.names.truncate(at);
        }
        found.is_some()
    }
}

/// Whether an element inside a field that is never closed is more likely the next field.
fn may_be_sibling(name: &str) -> bool {
    const FIELDS: [&str; 14] = [
        "author",
        "category",
        "comments",
        "content",
        "description",
        "enclosure",
        "guid",
        "id",
        "link",
        "pubdate",
        "published",
        "summary",
        "title",
        "updated",
    ];
    name.contains(':') || FIELDS.iter().any(|it| it.eq_ignore_ascii_case(name))
}
