//! Finds the list of posts on a page that nobody described: blocks that look alike, each with a link of
//! its own to a page of the same site.

use std::collections::{HashMap, HashSet};

use dom_query::{Document, NodeRef, Selection};

use super::{
    post::{date_in, first_link, text_of},
    ruled::Selectors,
};
use crate::{
    domain::{Address, ListedPost, ListingRules},
    extract::ArticleError,
};

/// A list has so many posts at least; two alike stand on every page.
const FEWEST: usize = 3;
/// Links that are looked at.
const MOST_LINKS: usize = 3_000;
/// How far above a link its block may begin.
const HIGHEST: usize = 6;
/// Words of a title, from which on a link is taken for one whatever stands around it.
const TITLE_WORDS: usize = 3;

pub(super) fn posts(
    document: &Document,
    rules: &ListingRules,
    base: &Address,
    page: &Address,
) -> Result<Vec<ListedPost>, ArticleError> {
    let selectors = Selectors::of(rules)?;
    let groups = groups_of(document, base, page);
    let best = groups.into_iter().max_by_key(|it| (it.score, it.blocks.len()));
    let Some(best) = best.filter(|it| it.score > 0) else { return Ok(Vec::new()) };
    let blocks = best.blocks.into_iter().map(Selection::from);
    let posts = blocks.filter_map(|block| selectors.post(&block, base));
    Ok(posts.filter(|it| is_own_page(&it.address, page)).collect())
}

/// Blocks that look alike.
struct Group<'a> {
    blocks: Vec<NodeRef<'a>>,
    score: i64,
}

/// Every element around a link may be a block; those with the same path of names and classes are one
/// group, as far as each holds a link of its own.
fn groups_of<'a>(document: &'a Document, base: &Address, page: &Address) -> Vec<Group<'a>> {
    let mut groups: HashMap<String, Vec<NodeRef<'a>>> = HashMap::new();
    let mut seen = HashSet::new();
    for link in document.select("a[href]").nodes().iter().take(MOST_LINKS) {
        let Some(address) = target_of(link, base).filter(|it| is_own_page(it, page)) else {
            continue;
        };
        if address.is_home_page() {
            continue;
        }
        let mut block = *link;
        for _ in 0..HIGHEST {
            if seen.insert(block.id) {
                groups.entry(path_of(&block)).or_default().push(block);
            }
            match block.parent().filter(|it| it.is_element() && !it.has_name("body")) {
                Some(parent) => block = parent,
                None => break,
            }
        }
    }
    let groups = groups.into_values().filter(|it| it.len() >= FEWEST);
    groups.map(|blocks| Group { score: score(&blocks, base), blocks }).collect()
}

fn target_of(link: &NodeRef<'_>, base: &Address) -> Option<Address> {
    base.join(&link.attr("href")?).ok()
}

/// A page of the same site, and not the list itself.
fn is_own_page(address: &Address, page: &Address) -> bool {
    address.gate() == page.gate() && address.key() != page.key()
}

/// Names and classes from the body down; numbers in classes (`post-123`) tell single posts apart.
fn path_of(block: &NodeRef<'_>) -> String {
    let mut names: Vec<String> = block
        .ancestors_it(Some(8))
        .take_while(NodeRef::is_element)
        .map(|it| it.node_name().unwrap_or_default().to_string())
        .collect();
    let classes = block.class().unwrap_or_default();
    let mut classes: Vec<&str> = classes
        .split_whitespace()
        .filter(|it| !it.bytes().any(|letter| letter.is_ascii_digit()))
        .filter(|it| !is_single(it))
        .collect();
    classes.sort_unstable();
    names.push(format!("{}.{}", block.node_name().unwrap_or_default(), classes.join(".")));
    names.join(">")
}

/// Classes that tell one post of a list from the others.
fn is_single(class: &str) -> bool {
    ["first", "last", "odd", "even", "active", "sticky", "featured"].contains(&class)
        || ["tag-", "category-", "author-", "status-", "format-"]
            .iter()
            .any(|it| class.starts_with(it))
}

/// What speaks for blocks being posts: a title each, dates, headings, an article's element; against: a
/// place in the furniture of the page, several posts in one block, links as short as a menu's.
fn score(blocks: &[NodeRef<'_>], base: &Address) -> i64 {
    let mut addresses = HashSet::new();
    let mut score = 0;
    let (mut titled, mut dated, mut crowded) = (0, 0, 0);
    for node in blocks {
        let block = Selection::from(*node);
        let Some(link) = first_link(&block) else { continue };
        let Some(address) = link.attr("href").and_then(|it| base.join(&it).ok()) else { continue };
        let is_new = addresses.insert(address.key());
        let words = text_of(&link).split_whitespace().count();
        let has_heading = block.select("h1, h2, h3, h4, h5, h6").exists()
            || node.ancestors_it(Some(2)).any(|it| {
                matches!(&*it.node_name().unwrap_or_default(), "h1" | "h2" | "h3" | "h4")
            });
        titled += i64::from(
            is_new && (has_heading || words >= TITLE_WORDS || is_wordless(&text_of(&link))),
        );
        dated += i64::from(is_new && date_in(&block).is_some());
        crowded += i64::from(!is_new || posts_in(&block, base) > 1);
        score += i64::from(is_new && has_heading) * 2 + i64::from(node.has_name("article")) * 2;
    }
    let count = i64::try_from(blocks.len()).unwrap_or(i64::MAX);
    let is_furniture =
        blocks.iter().filter(|it| stands_in_furniture(it)).count() * 2 > blocks.len();
    if is_furniture || titled * 3 < count * 2 || crowded * 3 > count {
        return 0;
    }
    score + titled * 3 + dated * 4
}

/// Chinese and Japanese titles have no blanks between words.
fn is_wordless(title: &str) -> bool {
    title.chars().filter(|it| !it.is_ascii()).count() >= 6
}

/// How many headings with links of their own stand in a block.
fn posts_in(block: &Selection<'_>, base: &Address) -> usize {
    let links = block.select("h1 a[href], h2 a[href], h3 a[href], h4 a[href]");
    let keys: HashSet<String> = links
        .iter()
        .filter_map(|it| base.join(&it.attr("href")?).ok())
        .map(|it| it.key())
        .collect();
    keys.len()
}

const FURNITURE: [&str; 10] = [
    "nav",
    "sidebar",
    "footer",
    "menu",
    "related",
    "breadcrumb",
    "pagination",
    "tags",
    "widget",
    "social",
];

fn stands_in_furniture(block: &NodeRef<'_>) -> bool {
    std::iter::once(*block).chain(block.ancestors_it(None)).any(|it| {
        let name = it.node_name().unwrap_or_default();
        if matches!(&*name, "nav" | "footer" | "aside") {
            return true;
        }
        if matches!(&*name, "body" | "html" | "main") {
            return false;
        }
        let names =
            format!("{} {}", it.class().unwrap_or_default(), it.id_attr().unwrap_or_default());
        let names = names.to_ascii_lowercase();
        names.split([' ', '-', '_']).any(|word| FURNITURE.contains(&word))
    })
}
