//! What a page says about its article: title, authors, dates, language, addresses.
//!
//! Pages say one thing in many places, and not always the same. The order of trust, first to last:
//!
//! - **Title**: the heading of the page where one of the declared titles contains it, because readers
//!   see it and publishers keep it clean; then the declared titles (JSON-LD `headline`, `og:title`,
//!   `twitter:title`, `<title>`) without the name of the site; then the heading alone.
//! - **Authors**: JSON-LD, microdata, `<meta name=author>` and its like, elements with a byline's class.
//!   Names of persons only: not the site's, no addresses, no teams.
//! - **Dates**: JSON-LD, `<meta>` (`article:published_time` and its like), microdata, `<time>` with a
//!   class for it, the first `<time>` near the title, visible text with a date's class or in the lines
//!   around the title, and last the date in the address. Midnight in whatever zone means that day.
//! - **Language**: `<html lang>`, `og:locale`, JSON-LD, `<meta http-equiv=content-language>`.
//! - **Canonical address**: `<link rel=canonical>`, then `og:url`; see [`addresses`].
//! - **Lead image**: `og:image`, `twitter:image`, JSON-LD.

mod addresses;
mod linked;
mod people;
mod time;
mod title;

use dom_query::{Document, NodeRef};
use jiff::Timestamp;

use self::linked::Linked;
use super::{
    lighten::Light,
    tree::{bare, is_heading, text_of},
};
use crate::domain::{Address, Language};

/// What a page says about its article.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<Timestamp>,
    pub(super) updated: Option<Timestamp>,
    pub(super) language: Option<Language>,
    pub(super) canonical: Option<Address>,
    pub(super) image: Option<Address>,
    pub(super) translations: Vec<(Language, Address)>,
    /// Whether the page says that not everyone may read it.
    pub(super) is_for_payers: bool,
    /// Of a page that shows one article; others say that they are lists, or nothing.
    pub(super) is_declared_article: bool,
}

pub(super) fn read(document: &Document, light: &Light, address: &Address, base: &Address) -> About {
    let metas = Metas::of(document);
    let linked = linked::read(&light.linked);
    let site = title::site_names(&metas, &linked, address);
    let title = title::read(document, &metas, &linked, &site);
    let language = language(document, &metas, &linked);
    let lines = lines_near_title(document, title.as_deref());
    About {
        authors: people::read(document, &metas, &linked, &site, &lines),
        published: time::published(document, &metas, &linked, address, &lines),
        updated: time::updated(document, &metas, &linked),
        canonical: addresses::canonical(document, &metas, address, base, title.as_deref()),
        image: addresses::image(&metas, &linked, base),
        translations: addresses::translations(document, address, base),
        is_for_payers: linked.is_for_payers,
        is_declared_article: linked.is_article
            || metas.first(&["og:type"]).is_some_and(|it| it.eq_ignore_ascii_case("article"))
            || metas.first(&["article:published_time"]).is_some(),
        language,
        title,
    }
}

fn language(document: &Document, metas: &Metas, linked: &Linked) -> Option<Language> {
    let of_html = document.select_single("html").attr("lang").map(|it| it.to_string());
    let of_metas = ["og:locale", "inlanguage", "content-language", "language", "dc.language"];
    let of_metas = metas.first(&of_metas).map(str::to_owned);
    let mut written = of_html.into_iter().chain(of_metas).chain(linked.language.clone());
    written.find_map(|it| it.parse().ok())
}

/// Texts before and behind the title that are searched for a date and for authors.
const NEAR_TITLE: usize = 8;
/// In bytes.
const LONGEST_LINE: usize = 160;
/// In words.
const MOST_WORDS: usize = 14;

/// Short lines around the heading that shows the title, those behind it first.
fn lines_near_title(document: &Document, title: Option<&str>) -> Vec<String> {
    let nodes = document.root().descendants();
    let title = title.map(bare).unwrap_or_default();
    let is_first = |it: &NodeRef<'_>| it.has_name("h1") && !it.text().trim().is_empty();
    let is_title = |it: &NodeRef<'_>| is_heading(it) && bare(&it.text()) == title;
    let at = nodes.iter().position(is_title).or_else(|| nodes.iter().position(is_first));
    let Some(at) = at else { return Vec::new() };
    let heading = &nodes[at];
    let texts = |it: &&NodeRef<'_>| it.is_text() && !it.text().trim().is_empty();
    let is_outside = |it: &&NodeRef<'_>| it.ancestors_it(Some(6)).all(|it| it.id != heading.id);
    let behind = nodes[at..].iter().filter(texts).filter(is_outside).take(NEAR_TITLE * 2);
    let before = nodes[..at].iter().rev().filter(texts).take(NEAR_TITLE);
    let mut lines: Vec<String> = Vec::new();
    for line in behind.chain(before).filter_map(NodeRef::parent).map(|it| text_of(&it)) {
        let is_short = line.len() <= LONGEST_LINE && line.split(' ').count() <= MOST_WORDS;
        if is_short && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The `<meta>` elements of a page that have something to say.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn of(document: &Document) -> Self {
        let mut metas = Vec::new();
        for meta in document.select("meta[content]").nodes() {
            let content = meta.attr_or("content", "").trim().to_owned();
            if content.is_empty() {
                continue;
            }
            for name in ["property", "name", "itemprop", "http-equiv"] {
                for name in meta.attr_or(name, "").split_ascii_whitespace() {
                    metas.push((name.to_ascii_lowercase(), content.clone()));
                }
            }
        }
        Self(metas)
    }

    /// The content of the first of the names, in their order, that the page has.
    fn first(&self, names: &[&str]) -> Option<&str> {
        let of_name = |name: &&str| self.0.iter().find(|(it, _)| it == name);
        names.iter().find_map(of_name).map(|(_, content)| &**content)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(it, _)| it == name).map(|(_, content)| &**content)
    }
}

#[cfg(test)]
mod tests;
