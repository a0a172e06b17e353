//! Makes an entry out of its outline: which field says what, and which one wins.

use jiff::Timestamp;

use crate::domain::{Address, FeedEntry, Language, Markup, dates::read_date};

use super::{
    authors,
    markup::{atom_markup, rss_markup},
    notes::Notes,
    outline::{Entry, Field},
    scope::Scope,
    sound::{Texts, stands_once},
    spaces::Space,
    tags::attribute,
    text::{child, unescape, words},
};

/// What all entries of a feed share.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) is_atom: bool,
    /// Where the document was found.
    pub(super) document: &'a Address,
    pub(super) site: Option<Address>,
    pub(super) scope: Scope,
    /// Who wrote an entry that does not say so (RFC 4287 §4.1.1).
    pub(super) authors: Vec<String>,
}

/// Longest id, in bytes. A longer one would be a text that went astray.
const LONGEST_GUID_BYTES: usize = 4_096;

pub(super) fn read_entry(
    entry: &Entry<'_>,
    texts: Option<Texts>,
    context: &Context<'_>,
    notes: &mut Notes,
) -> FeedEntry {
    let scope = context.scope.within(entry.attributes, context.document);
    let reader = Reader { entry, context, scope };
    let link = reader.link(notes);
    let texts = texts.unwrap_or_default();
    let title = reader.title(texts.title);
    let (long, short) = reader.bodies(texts.content, texts.summary);
    let language = reader.language();
    FeedEntry {
        guid: reader.guid(),
        base: Some(reader.base_of_bodies(link.as_ref())),
        link,
        title,
        authors: reader.authors(),
        categories: reader.categories(),
        language,
        published: reader.date(PUBLISHED, notes),
        updated: reader.date(UPDATED, notes).or_else(|| reader.last_modified()),
        summary: short,
        content: long,
    }
}

pub(super) struct Reader<'r, 'a> {
    pub(super) entry: &'r Entry<'a>,
    pub(super) context: &'r Context<'r>,
    pub(super) scope: Scope,
}

pub(super) type Name = (Space, &'static str);

/// Best first.
const PUBLISHED: &[Name] = &[
    (Space::Main, "published"),
    (Space::Main, "pubdate"),
    (Space::Main, "issued"),
    (Space::Atom, "published"),
    (Space::DublinCore, "date"),
    (Space::DublinCoreTerms, "issued"),
    (Space::DublinCoreTerms, "created"),
    (Space::DublinCoreTerms, "date"),
    (Space::Main, "created"),
    (Space::Main, "date"),
    (Space::Main, "published_at"),
];
const UPDATED: &[Name] = &[
    (Space::Main, "updated"),
    (Space::Main, "modified"),
    (Space::Atom, "updated"),
    (Space::Atom, "modified"),
    (Space::DublinCoreTerms, "modified"),
    (Space::Main, "lastbuilddate"),
];
const TITLES: &[Name] = &[
    (Space::Main, "title"),
    (Space::DublinCore, "title"),
    (Space::Atom, "title"),
    (Space::Media, "title"),
    (Space::Itunes, "title"),
];
/// Whole texts, then short ones.
const LONG: &[Name] = &[
    (Space::Content, "encoded"),
    (Space::Xhtml, "body"),
    (Space::Xhtml, "div"),
    (Space::Main, "content"),
    (Space::Atom, "content"),
    (Space::Main, "body"),
    (Space::Main, "fullitem"),
];
const SHORT: &[Name] = &[
    (Space::Main, "description"),
    (Space::Main, "summary"),
    (Space::Atom, "summary"),
    (Space::Main, "abstract"),
    (Space::DublinCore, "description"),
    (Space::DublinCoreTerms, "abstract"),
    (Space::Itunes, "summary"),
    (Space::Media, "description"),
    (Space::Media, "group"),
    (Space::Itunes, "subtitle"),
];

impl<'a> Reader<'_, 'a> {
    pub(super) fn all(&self, name: Name) -> impl DoubleEndedIterator<Item = &Field<'a>> {
        self.entry.fields.iter().filter(move |field| (field.space, &*field.name) == name)
    }

    /// The fields of these names, best first.
    pub(super) fn ranked(&self, names: &'static [Name]) -> impl Iterator<Item = &Field<'a>> {
        names.iter().flat_map(|name| self.all(*name))
    }

    fn guid(&self) -> Option<String> {
        let by_element = self
            .ranked(&[(Space::Main, "guid"), (Space::Main, "id"), (Space::Atom, "id")])
            .map(|field| words(field.inside));
        let about = attribute(self.entry.attributes, "rdf:about");
        by_element
            .chain(about.map(|about| unescape(about).trim().to_owned()))
            .find(|guid| !guid.is_empty() && guid.len() <= LONGEST_GUID_BYTES)
    }

    /// The field that says most: its base and its language stand for those of the entry.
    fn main_field(&self) -> Option<&Field<'a>> {
        let mut fields = self.ranked(LONG).chain(self.ranked(SHORT)).chain(self.ranked(TITLES));
        fields.next()
    }

    fn base_of_bodies(&self, link: Option<&Address>) -> Address {
        let attributes = self.main_field().map_or("", |field| field.attributes);
        let declared = self.scope.within(attributes, self.context.document).base;
        declared
            .or_else(|| link.cloned())
            .or_else(|| self.context.site.clone())
            .unwrap_or_else(|| self.context.document.clone())
    }

    fn language(&self) -> Option<Language> {
        let attributes = self.main_field().map_or("", |field| field.attributes);
        if attribute(attributes, "xml:lang").is_some() {
            return self.scope.within(attributes, self.context.document).language;
        }
        let named = self.all((Space::DublinCore, "language"));
        let mut named = named.filter_map(|field| words(field.inside).parse().ok());
        named.next().or_else(|| self.scope.language.clone())
    }

    fn title(&self, read: Option<String>) -> Option<Markup> {
        let read = read.filter(|_| stands_once(self.entry, "title"));
        let mut fields = self.ranked(TITLES);
        let first = fields.next()?;
        self.markup(first, read).or_else(|| fields.find_map(|field| self.markup(field, None)))
    }

    fn markup(&self, field: &Field<'_>, read: Option<String>) -> Option<Markup> {
        match field.space {
            // Plain text, as the vocabularies say (`type` may tell otherwise).
            Space::Media | Space::Itunes if field.name != "group" => atom_markup(field, None),
            Space::Media => {
                let inside = child(field.inside, "description")?;
                atom_markup(&field.with("", inside), None)
            }
            Space::Main if self.context.is_atom => atom_markup(field, read),
            Space::Atom => atom_markup(field, None),
            Space::Xhtml => super::markup::kept(super::text::xhtml(field.inside), Markup::Html),
            _ => rss_markup(field, read),
        }
    }

    /// The longest form and the separate short one.
    fn bodies(
        &self,
        content: Option<String>,
        summary: Option<String>,
    ) -> (Option<Markup>, Option<Markup>) {
        let long_read = content.filter(|_| {
            stands_once(self.entry, if self.context.is_atom { "content" } else { "encoded" })
        });
        let short_read = summary.filter(|_| {
            stands_once(self.entry, if self.context.is_atom { "summary" } else { "description" })
        });
        let (long, _) = self.first_markup(LONG, long_read);
        let (short, is_description) = self.first_markup(SHORT, short_read);
        match (long, short) {
            (Some(long), Some(short)) if long.raw().trim() == short.raw().trim() => {
                (Some(long), None)
            }
            (Some(long), Some(short))
                if !self.context.is_atom && short.raw().len() > long.raw().len() =>
            {
                (Some(short), Some(long))
            }
            (Some(long), short) => (Some(long), short),
            // A description may be the whole text; what is called a summary is one.
            (None, Some(short)) if is_description => (Some(short), None),
            (None, short) => (short.clone(), short),
        }
    }

    /// Of the best name that says anything; and whether that is RSS' `description`.
    fn first_markup(&self, names: &'static [Name], read: Option<String>) -> (Option<Markup>, bool) {
        let mut read = read;
        for field in self.ranked(names) {
            let is_read = match field.space {
                Space::Content => !self.context.is_atom,
                Space::Main => matches!(&*field.name, "description" | "summary" | "content"),
                _ => false,
            };
            let read = if is_read { read.take() } else { None };
            if let Some(markup) = self.markup(field, read) {
                return (Some(markup), field.name == "description" && field.space == Space::Main);
            }
        }
        (None, false)
    }

    fn authors(&self) -> Vec<String> {
        let mut found = Vec::new();
        for name in [
            (Space::Main, "author"),
            (Space::DublinCore, "creator"),
            (Space::DublinCore, "author"),
            (Space::Atom, "author"),
            (Space::Main, "creator"),
        ] {
            for field in self.all(name) {
                authors::add(&mut found, &person(field));
            }
        }
        if found.is_empty() {
            for field in self.all((Space::Itunes, "author")) {
                authors::add(&mut found, &person(field));
            }
        }
        if found.is_empty() {
            for source in self.all((Space::Main, "source")).filter(|_| self.context.is_atom) {
                if let Some(author) = child(source.inside, "author") {
                    let name = child(author, "name").unwrap_or(author);
                    authors::add(&mut found, &words(name));
                }
            }
        }
        if found.is_empty() { self.context.authors.clone() } else { found }
    }

    fn date(&self, names: &'static [Name], notes: &mut Notes) -> Option<Timestamp> {
        let mut unreadable = None;
        // Of several with one name the last one counts, as most readers have it.
        for field in names.iter().flat_map(|name| self.all(*name).rev()) {
            let written = words(field.inside);
            match read_date(&written) {
                Some(time) => return Some(time),
                None if written.is_empty() => {}
                None => unreadable = unreadable.or(Some(written)),
            }
        }
        if let Some(written) = unreadable {
            notes.date(&written);
        }
        None
    }

    /// The way of the Channel Definition Format.
    fn last_modified(&self) -> Option<Timestamp> {
        attribute(self.entry.attributes, "lastmod").and_then(read_date)
    }
}

/// A person as an element names it: by `name` and `email` inside, or in one text.
pub(super) fn person(field: &Field<'_>) -> String {
    if !field.nested {
        return words(field.inside);
    }
    let part = |name| child(field.inside, name).map(words).filter(|it| !it.is_empty());
    part("name").or_else(|| part("email")).unwrap_or_else(|| words(field.inside))
}
