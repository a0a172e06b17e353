//! Finds the article on a page, and what the page says about it.

use dom_smoothie::{Config, Readability};

use super::{clean_body, parser};
use crate::domain::{Address, Article, ArticleRule, Markup, PageRules, PageStanding};

/// A page as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Page<'p> {
    pub body: &'p [u8],
    /// As the `Content-Type` header names it.
    pub charset: Option<&'p str>,
    /// Where it came from, after redirects.
    pub address: &'p Address,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ArticleError {
    #[error("\"{0}\" is not a CSS selector")]
    Selector(String),
}

/// What is wrong with a selector of `feeds.toml`; `None` for one that can be used.
pub fn selector_mistake(selector: &str) -> Option<String> {
    if selector.trim().is_empty() {
        return Some("is empty".to_owned());
    }
    dom_query::Matcher::new(selector).is_err().then(|| "is not a CSS selector".to_owned())
}

/// Reads the article on a page.
pub fn read_article(page: &Page<'_>, rules: &PageRules) -> Result<Article, ArticleError> {
    if let ArticleRule::Select(selector) = &rules.article
        && selector_mistake(selector).is_some()
    {
        return Err(ArticleError::Selector(selector.clone()));
    }
    let html = String::from_utf8_lossy(page.body);
    if parser::parsed(&html).is_none() {
        return Ok(Article { standing: PageStanding::NoArticle, ..Article::default() });
    }
    let config = Config { keep_classes: true, ..Config::default() };
    let found = Readability::new(html.as_ref(), Some(page.address.as_str()), Some(config))
        .and_then(|mut it| it.parse());
    let Ok(found) = found else {
        return Ok(Article { standing: PageStanding::NoArticle, ..Article::default() });
    };
    let body = clean_body(&Markup::Html(found.content.to_string()), page.address);
    Ok(Article {
        title: Some(found.title).filter(|it| !it.is_empty()),
        authors: found.byline.into_iter().collect(),
        html: body.html,
        text: body.text,
        headings: body.headings,
        words: body.words,
        has_code: body.has_code,
        complaint: body.complaint,
        ..Article::default()
    })
}
