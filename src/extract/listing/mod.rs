//! Reads the posts that a page lists: by the reader's own selectors, or by finding the list.

mod blocks;
mod post;
mod ruled;

use dom_query::Document;

use super::{ArticleError, Page, article::decode::decode, bounds, page_links::base_of};
use crate::domain::{ListedPost, ListingRules};

/// Posts taken from one page.
const MOST_POSTS: usize = 500;

/// The posts of a page in their order, each once; none where no list is found.
pub fn read_listing(
    page: &Page<'_>,
    rules: &ListingRules,
) -> Result<Vec<ListedPost>, ArticleError> {
    let html = decode(page.body, page.charset);
    if !bounds::can_be_looked_through(&html) {
        return Ok(Vec::new());
    }
    let document = Document::from(html.as_ref());
    let base = base_of(&document, page.address);
    let mut posts = match &rules.entry {
        Some(entry) => ruled::posts(&document, entry, rules, &base)?,
        None => blocks::posts(&document, rules, &base, page.address)?,
    };
    let mut seen = std::collections::HashSet::new();
    posts.retain(|it| seen.insert(it.address.key()));
    posts.truncate(MOST_POSTS);
    Ok(posts)
}
