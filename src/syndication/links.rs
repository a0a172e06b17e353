//! Chooses the page of an entry among all that it links to.

use crate::domain::Address;

use super::{
    entry::Reader,
    notes::Notes,
    outline::Field,
    spaces::Space,
    tags::attribute,
    text::{unescape, words},
};

impl<'a> Reader<'_, 'a> {
    /// What relative links are resolved against.
    fn base_of_links(&self, field: &Field<'_>) -> Address {
        let scope = self.scope.within(field.attributes, self.context.document);
        let site = || self.context.site.clone();
        scope.base.or_else(site).unwrap_or_else(|| self.context.document.clone())
    }

    pub(super) fn link(&self, notes: &mut Notes) -> Option<Address> {
        let pages = self.all((Space::FeedBurner, "origlink")).chain(self.pages());
        for field in pages {
            let href =
                attribute(field.attributes, "href").filter(|_| field.inside.trim().is_empty());
            let written =
                href.map_or_else(|| words(field.inside), |href| unescape(href).into_owned());
            if written.trim().is_empty() {
                continue;
            }
            match resolve(&self.base_of_links(field), &written) {
                Some(link) => return Some(link),
                None => notes.link(&written),
            }
        }
        self.permalink().or_else(|| self.attachment())
    }

    /// The `link` elements that lead to the page of the entry: first those that say they are HTML.
    fn pages(&self) -> impl Iterator<Item = &Field<'a>> {
        let links = || self.ranked(&[(Space::Main, "link"), (Space::Atom, "link")]);
        let is_page = |field: &&Field<'_>| {
            let rel = attribute(field.attributes, "rel").unwrap_or("alternate").trim();
            rel.is_empty() || rel.eq_ignore_ascii_case("alternate")
        };
        let is_html = |field: &&Field<'_>| {
            attribute(field.attributes, "type").is_none_or(|it| it.contains("html"))
        };
        links()
            .filter(is_page)
            .filter(is_html)
            .chain(links().filter(is_page).filter(move |field| !is_html(field)))
    }

    /// An id that is an address, unless it says that it is not one (RSS `isPermaLink="false"`).
    fn permalink(&self) -> Option<Address> {
        let is_address = |field: &&Field<'_>| {
            !attribute(field.attributes, "isPermaLink")
                .is_some_and(|it| it.trim().eq_ignore_ascii_case("false"))
        };
        let ids = [(Space::Main, "guid"), (Space::Main, "id"), (Space::Atom, "id")];
        let fields = ids.into_iter().flat_map(|name| self.all(name)).filter(is_address);
        let by_element = fields.map(|field| words(field.inside));
        let attributes = ["rdf:about", "href"].into_iter();
        let by_attribute = attributes
            .filter_map(|name| attribute(self.entry.attributes, name))
            .map(|it| unescape(it).into_owned());
        by_element.chain(by_attribute).find_map(|id| id.parse().ok())
    }

    fn attachment(&self) -> Option<Address> {
        let enclosures = self
            .all((Space::Main, "enclosure"))
            .filter_map(|field| Some((field, attribute(field.attributes, "url")?)));
        let contents = self
            .all((Space::Main, "content"))
            .filter_map(|field| Some((field, attribute(field.attributes, "src")?)));
        let links = self.all((Space::Main, "link")).filter_map(|field| {
            let rel = attribute(field.attributes, "rel")?;
            let href = attribute(field.attributes, "href")?;
            matches!(rel, "enclosure" | "related" | "via").then_some((field, href))
        });
        let mut all = contents.chain(enclosures).chain(links);
        all.find_map(|(field, written)| resolve(&self.base_of_links(field), &unescape(written)))
    }
}

/// Resolves what a publisher wrote where an address belongs.
pub(super) fn resolve(base: &Address, written: &str) -> Option<Address> {
    let written = written.trim();
    if written.is_empty() {
        return None;
    }
    if written.starts_with("www.") {
        return format!("https://{written}").parse().ok();
    }
    base.join(written).ok()
}
