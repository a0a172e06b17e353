//! A list by the selectors of `feeds.toml`.

use dom_query::{Document, Matcher, Selection};

use super::post::{date_in, first_link, text_of, title_of};
use crate::{
    domain::{Address, ListedPost, ListingRules},
    extract::ArticleError,
};

/// Selectors that were checked.
pub(super) struct Selectors {
    link: Option<Matcher>,
    title: Option<Matcher>,
    date: Option<Matcher>,
}

impl Selectors {
    pub(super) fn of(rules: &ListingRules) -> Result<Self, ArticleError> {
        let optional = |it: &Option<String>| it.as_deref().map(matcher).transpose();
        Ok(Self {
            link: optional(&rules.link)?,
            title: optional(&rules.title)?,
            date: optional(&rules.date)?,
        })
    }

    /// The post that stands in a block, if it links to one.
    pub(super) fn post(&self, block: &Selection<'_>, base: &Address) -> Option<ListedPost> {
        let link = match &self.link {
            Some(matcher) => block.select_single_matcher(matcher),
            None => first_link(block)?,
        };
        let address = base.join(&link.attr("href")?).ok()?;
        let title = match &self.title {
            Some(matcher) => text_of(&block.select_single_matcher(matcher)),
            None => String::new(),
        };
        let title = if title.is_empty() { title_of(&link) } else { title };
        let date = match &self.date {
            Some(matcher) => date_in(&block.select_single_matcher(matcher)),
            None => date_in(block),
        };
        Some(ListedPost { address, title, published: date })
    }
}

pub(super) fn posts(
    document: &Document,
    entry: &str,
    rules: &ListingRules,
    base: &Address,
) -> Result<Vec<ListedPost>, ArticleError> {
    let selectors = Selectors::of(rules)?;
    let blocks = document.select_matcher(&matcher(entry)?);
    Ok(blocks.iter().filter_map(|block| selectors.post(&block, base)).collect())
}

fn matcher(selector: &str) -> Result<Matcher, ArticleError> {
    Matcher::new(selector).map_err(|_| ArticleError::Selector(selector.to_owned()))
}
