//! XML namespaces as feeds declare them, mistype them, or leave them out.

use super::tags::attributes;

/// What vocabulary a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// The feed format's own.
    Main,
    /// Atom inside another format.
    Atom,
    Content,
    DublinCore,
    DublinCoreTerms,
    FeedBurner,
    Itunes,
    Media,
    Rdf,
    Syndication,
    Xhtml,
    Other,
}

/// Known addresses, without scheme and closing `/` or `#`, and the prefix that all the world uses.
const KNOWN: &[(&str, &str, Space)] = &[
    ("www.w3.org/2005/atom", "atom", Space::Atom),
    ("purl.org/atom/ns", "atom03", Space::Atom),
    ("purl.org/rss/1.0/modules/content", "content", Space::Content),
    ("purl.org/dc/elements/1.1", "dc", Space::DublinCore),
    ("purl.org/dc/elements/1.0", "dc", Space::DublinCore),
    ("purl.org/rss/1.0/modules/dc", "dc", Space::DublinCore),
    ("purl.org/dc/terms", "dcterms", Space::DublinCoreTerms),
    ("rssnamespace.org/feedburner/ext/1.0", "feedburner", Space::FeedBurner),
    ("www.itunes.com/dtds/podcast-1.0.dtd", "itunes", Space::Itunes),
    ("www.itunes.com/dtds/podcast-1.0", "itunes", Space::Itunes),
    ("example.com/dtds/podcast-1.0.dtd", "itunes", Space::Itunes),
    ("search.yahoo.com/mrss", "media", Space::Media),
    ("tools.search.yahoo.com/mrss", "media", Space::Media),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", "rdf", Space::Rdf),
    ("purl.org/rss/1.0/modules/syndication", "sy", Space::Syndication),
    ("www.w3.org/1999/xhtml", "xhtml", Space::Xhtml),
];

/// The declarations in force at one place of a document, innermost last.
#[derive(Debug, Default)]
pub(super) struct Spaces<'a> {
    declared: Vec<Declaration<'a>>,
    /// Whether the format's own vocabulary is Atom.
    pub(super) atom: bool,
}

#[derive(Debug)]
struct Declaration<'a> {
    prefix: &'a str,
    space: Space,
}

impl<'a> Spaces<'a> {
    /// `atom`: whether the document is Atom itself.
    pub(super) fn of_format(atom: bool) -> Self {
        Self { declared: Vec::new(), atom }
    }

    /// Adds what a tag declares, and says how many declarations were in force before.
    pub(super) fn enter(&mut self, inside: &'a str) -> usize {
        let before = self.declared.len();
        if inside.contains("xmlns") {
            for (name, value) in attributes(inside) {
                let prefix = match name.strip_prefix("xmlns") {
                    Some("") => "",
                    Some(rest) if rest.starts_with(':') => &rest[1..],
                    _ => continue,
                };
                self.declared.push(Declaration { prefix, space: space_at(value) });
            }
        }
        before
    }

    pub(super) fn leave(&mut self, before: usize) {
        self.declared.truncate(before);
    }

    /// The vocabulary of a name, and the name without its prefix. `own` counts the declarations
    /// that come from the tag itself or its entry: an RSS document whose root declares Atom as its
    /// default is RSS all the same, a single element that does so is not.
    pub(super) fn of<'n>(&self, name: &'n str, own: usize) -> (Space, &'n str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let found = self.declared.iter().rposition(|it| it.prefix == prefix);
        let space = match found.map(|at| (at, self.declared[at].space)) {
            Some((_, Space::Atom)) if self.atom => Space::Main,
            Some((at, space)) if prefix.is_empty() && at < own => match space {
                Space::Atom | Space::Other | Space::Xhtml => Space::Main,
                space => space,
            },
            Some((_, Space::Other)) => Self::unknown(prefix),
            Some((_, space)) => space,
            None if prefix.is_empty() => Space::Main,
            None => Self::unknown(prefix),
        };
        (space, local)
    }

    /// By the prefix, where nothing is declared or nobody knows the address.
    fn unknown(prefix: &str) -> Space {
        let known = KNOWN.iter().find(|(_, usual, _)| usual.eq_ignore_ascii_case(prefix));
        match known {
            Some((_, _, space)) => *space,
            None if prefix.eq_ignore_ascii_case("rss") || prefix.is_empty() => Space::Main,
            None => Space::Other,
        }
    }
}

fn space_at(address: &str) -> Space {
    let tidy = address.trim().to_ascii_lowercase();
    let tidy = tidy.split_once("://").map_or(tidy.as_str(), |(_, rest)| rest);
    let tidy = tidy.trim_end_matches(['/', '#']);
    if tidy == "purl.org/rss/1.0" || tidy.starts_with("backend.userland.com") {
        return Space::Main;
    }
    let known = KNOWN.iter().find(|(known, _, _)| *known == tidy);
    known.map_or(Space::Other, |(_, _, space)| *space)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(declarations: &str, name: &str) -> Space {
        let mut spaces = Spaces::default();
        spaces.enter(declarations);
        spaces.of(name, 99).0
    }

    #[test]
    fn prefixes_are_known_by_their_address_even_if_mistyped() {
        for address in ["http://purl.org/dc/elements/1.1/", "https://PURL.org/dc/elements/1.1"] {
            let declaration = format!(" xmlns:x='{address}'");
            assert_eq!(space(&declaration, "x:creator"), Space::DublinCore);
        }
    }

    #[test]
    fn undeclared_prefixes_mean_what_they_usually_mean() {
        assert_eq!(space("", "dc:date"), Space::DublinCore);
        assert_eq!(space("", "title"), Space::Main);
        assert_eq!(space(" xmlns='http://backend.userland.com/rss2'", "title"), Space::Main);
        assert_eq!(space("", "foo:title"), Space::Other);
    }
}
