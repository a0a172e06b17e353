//! The title of an article, without the name of the site that pages put behind or before it.

use dom_query::{Document, NodeRef};

use super::{Metas, linked::Linked};
use crate::{
    domain::Address,
    extract::article::{
        names,
        tree::{bare, folded, text_of},
    },
};

/// In characters.
const LONGEST_TITLE: usize = 400;
/// What stands between a title and the name of the site, the surest first.
const SEPARATORS: &[&str] =
    &[" | ", " :: ", " » ", " « ", " · ", " • ", " — ", " – ", " - ", " / ", "｜", " ∙ ", ": "];
/// What sites call the part of them where the posts are.
const SITE_WORDS: &[&str] =
    &["blog", "engineering", "home", "news", "tech", "posts", "medium", "docs", "documentation"];

/// What the site may be called.
pub(super) fn site_names(metas: &Metas, linked: &Linked, address: &Address) -> Vec<String> {
    let told = ["og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site"]
        .iter()
        .filter_map(|name| metas.first(&[name]))
        .map(str::to_owned);
    let host = address.host().trim_start_matches("www.").to_owned();
    let labels: Vec<String> =
        host.split('.').map(str::to_owned).filter(|it| it.len() > 3).collect();
    let mut names: Vec<String> = told.chain(linked.site_names.iter().cloned()).collect();
    names.push(host);
    names.extend(labels);
    names.iter().map(|it| bare(it)).filter(|it| it.len() > 1).collect()
}

pub(super) fn read(
    document: &Document,
    metas: &Metas,
    linked: &Linked,
    site: &[String],
) -> Option<String> {
    let of_page = folded(&document.select_single("head title, title").text());
    let declared = [
        linked.headline.as_deref(),
        metas.first(&["og:title"]),
        metas.first(&["twitter:title", "dc.title", "parsely-title", "citation_title"]),
        Some(of_page.as_str()),
    ];
    let declared: Vec<String> =
        declared.into_iter().flatten().map(decoded).filter(|it| is_title(it)).collect();
    let headings = headings(document, "h1, [itemprop~=headline], .post-title, .entry-title", site);
    let lower = headings_of_lower_rank(document, &headings, site);
    let fitting = headings.iter().chain(&lower);
    let shown = fitting
        .filter(|heading| declared.iter().any(|it| contains(it, heading)))
        .max_by_key(|it| bare(it).len());
    let title = shown.cloned().or_else(|| {
        let first = declared.first()?;
        let cut: Vec<String> = declared.iter().map(|it| without_site(it, site)).collect();
        // A title that two places agree on, else the surest place's.
        let agreed =
            cut.iter().find(|one| cut.iter().filter(|it| bare(it) == bare(one)).count() > 1);
        Some(agreed.cloned().unwrap_or_else(|| without_site(first, site)))
    });
    let title = match (&title, headings.first()) {
        // Some sites declare nothing but their own name.
        (Some(title), Some(heading)) if site.contains(&bare(title)) => Some(heading.clone()),
        (None, Some(heading)) => Some(heading.clone()),
        _ => title,
    };
    title.filter(|it| is_title(it))
}

fn is_title(text: &str) -> bool {
    !bare(text).is_empty() && text.chars().count() <= LONGEST_TITLE
}

fn decoded(text: &str) -> String {
    let text = super::super::super::entities::decoded(text);
    folded(&text)
}

/// Headings that may be the title: of the first rank, or named as a title.
fn headings(document: &Document, selector: &str, site: &[String]) -> Vec<String> {
    let found = document.select(selector);
    let nodes = found.nodes().iter().filter(|it| !is_in_furniture(it));
    let mut texts: Vec<String> = nodes.map(heading_text).filter(|it| is_title(it)).collect();
    texts.retain(|it| !site.contains(&bare(it)));
    texts.dedup();
    texts
}

/// Some sites use the first rank for their own name, or not at all.
fn headings_of_lower_rank(document: &Document, first: &[String], site: &[String]) -> Vec<String> {
    if first.is_empty() { headings(document, "h2, h3", site) } else { Vec::new() }
}

fn heading_text(heading: &NodeRef<'_>) -> String {
    let text = text_of(heading);
    text.trim_end_matches(['#', '¶', '§', '🔗', '\u{200b}']).trim().to_owned()
}

fn is_in_furniture(node: &NodeRef<'_>) -> bool {
    node.ancestors_it(Some(8)).any(|it| {
        it.has_name("nav")
            || it.has_name("aside")
            || it.has_name("footer")
            || (names::is_furniture(&it) && !it.has_name("body") && !it.has_name("html"))
    })
}

/// Whether the declared title is the heading, with something before or behind it that is parted.
fn contains(declared: &str, heading: &str) -> bool {
    let (one, other) = (bare(declared), bare(heading));
    if one == other {
        return true;
    }
    let is_edge = one.starts_with(&other) || one.ends_with(&other);
    is_edge && other.len() >= 4 && SEPARATORS.iter().any(|separator| declared.contains(separator))
}

/// Without parts at either end that name the site.
pub(super) fn without_site(title: &str, site: &[String]) -> String {
    let mut title = title.to_owned();
    for _ in 0..3 {
        let Some(shorter) = cut_once(&title, site) else { break };
        title = shorter;
    }
    title
}

fn cut_once(title: &str, site: &[String]) -> Option<String> {
    for separator in SEPARATORS {
        let Some((before, last)) = title.rsplit_once(separator) else { continue };
        let is_weak = *separator == ": ";
        let is_sure = matches!(*separator, " | " | " :: " | " » " | "｜")
            && last.split_whitespace().count() <= 4
            && before.len() > 8;
        if !is_weak && (names_site(last, site) || is_sure) {
            return Some(before.trim().to_owned());
        }
        let (first, after) = title.split_once(separator)?;
        let is_named = if is_weak { site.contains(&bare(first)) } else { names_site(first, site) };
        if is_named && !after.trim().is_empty() {
            return Some(after.trim().to_owned());
        }
    }
    None
}

fn names_site(part: &str, site: &[String]) -> bool {
    let name = bare(part);
    if name.is_empty() {
        return false;
    }
    let is_site = |name: &str| site.iter().any(|it| it == name);
    let without_words = SITE_WORDS.iter().fold(name.clone(), |name, word| name.replace(word, ""));
    is_site(&name)
        || SITE_WORDS.contains(&&*name)
        || without_words.is_empty()
        || without_words.len() > 2
            && without_words.len() < name.len()
            && site.iter().any(|it| it.contains(&without_words))
        || site.iter().any(|it| name.len() > 3 && it.starts_with(&name))
}
