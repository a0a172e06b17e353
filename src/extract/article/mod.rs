//! Finds the article on a page, and what the page says about it.

mod about;
mod code;
mod container;
pub(super) mod decode;
mod furniture;
mod lighten;
mod names;
mod standing;
mod tree;
mod trim;

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::{Document, Matcher, NodeRef};

use self::{
    container::Found,
    lighten::{Light, lighten},
    standing::Looks,
    trim::Known,
};
use super::{bounds, clean_body, plain};
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

/// In bytes. What comes behind is not read.
const LONGEST_PAGE: usize = 8 * 1024 * 1024;

/// What is wrong with a selector of `feeds.toml`; `None` for one that can be used.
pub fn selector_mistake(selector: &str) -> Option<String> {
    if selector.trim().is_empty() {
        return Some("is empty".to_owned());
    }
    Matcher::new(selector).is_err().then(|| "is not a CSS selector".to_owned())
}

/// Reads the article on a page.
pub fn read_article(page: &Page<'_>, rules: &PageRules) -> Result<Article, ArticleError> {
    let rules = Rules::of(rules)?;
    let html = decode::decode(page.body, page.charset);
    let whole = html.len();
    let html = plain::cut_at_char(&html, LONGEST_PAGE);
    let mut light = lighten(html);
    if !bounds::can_be_looked_through(&light.html) {
        return Ok(unreadable("the page is nested too deeply or oddly to be read"));
    }
    light.html = super::tidy(&light.html).into_owned();
    // The parser and the scoring are libraries of a thousand rules: a mistake in them may cost a page,
    // not the crawl.
    let article = catch_unwind(AssertUnwindSafe(|| read(html, &light, page.address, &rules)));
    let mut article = article.unwrap_or_else(|_| unreadable("the page made its reader fail"));
    if html.len() < whole && article.complaint.is_none() {
        article.complaint = Some("the page is longer than 8 MiB, and was cut".to_owned());
    }
    Ok(article)
}

fn unreadable(complaint: &str) -> Article {
    Article {
        standing: PageStanding::NoArticle,
        complaint: Some(complaint.to_owned()),
        ..Article::default()
    }
}

/// The selectors of `feeds.toml`, ready to be used.
struct Rules {
    article: Option<(String, Matcher)>,
    remove: Vec<(String, Matcher)>,
}

impl Rules {
    fn of(rules: &PageRules) -> Result<Self, ArticleError> {
        let ready = |selector: &String| match Matcher::new(selector) {
            Ok(matcher) => Ok((selector.clone(), matcher)),
            Err(_) => Err(ArticleError::Selector(selector.clone())),
        };
        let article = match &rules.article {
            ArticleRule::Select(selector) => Some(ready(selector)?),
            ArticleRule::Auto | ArticleRule::Always | ArticleRule::Never => None,
        };
        let remove = rules.remove.iter().map(ready).collect::<Result<_, _>>()?;
        Ok(Self { article, remove })
    }
}

fn read(page: &str, light: &Light, address: &Address, rules: &Rules) -> Article {
    let document = Document::from(light.html.as_str());
    let base = base_of(&document, address);
    let about = about::read(&document, light, address, &base);
    let looks = Looks::of(&document, light, page);
    let mut article = Article {
        title: about.title.clone(),
        authors: about.authors.clone(),
        published: about.published,
        updated: about.updated,
        language: about.language.clone(),
        canonical: about.canonical.clone(),
        image: about.image.clone(),
        translations: about.translations.clone(),
        ..Article::default()
    };
    for (selector, matcher) in &rules.remove {
        let found = document.select_matcher(matcher);
        article.notes.push(format!("remove: \"{selector}\" took {}", elements(found.length())));
        found.remove();
    }
    code::tidy(&document);
    let html = found_text(&document, rules, &mut article);
    let body = clean_body(&Markup::Html(html), &base);
    article.html = body.html;
    article.text = body.text;
    article.headings = body.headings;
    article.words = body.words;
    article.has_code = body.has_code;
    article.complaint = body.complaint;
    article.standing = looks.standing(&about, address, article.words);
    article
}

/// What relative links are relative to: only another address of the web can change it.
fn base_of(document: &Document, address: &Address) -> Address {
    let href = document.select_single("base[href]").attr("href");
    href.and_then(|it| address.join(it.trim()).ok()).unwrap_or_else(|| address.clone())
}

fn found_text(document: &Document, rules: &Rules, article: &mut Article) -> String {
    let title = article.title.clone();
    let authors = article.authors.clone();
    let known = Known { title: title.as_deref(), authors: &authors };
    if let Some((selector, matcher)) = &rules.article {
        let found = document.select_matcher(matcher);
        if !found.is_empty() {
            article
                .notes
                .push(format!("article: \"{selector}\" found {}", elements(found.length())));
            return found.nodes().iter().map(|it| it.html().to_string()).collect();
        }
        article.notes.push(format!("article: \"{selector}\" found nothing"));
    }
    furniture::clear(document);
    let (note, html) = match container::find(document) {
        Found::Body(body) => {
            let name = shown(&body);
            trim::trim_body(&body, &known);
            (format!("the text stands in {name}"), body.inner_html().to_string())
        }
        Found::Wide(wide) => {
            let name = shown(&wide);
            trim::trim_wide(&wide, &known);
            (format!("the article stands in {name}"), wide.inner_html().to_string())
        }
        Found::Scored(html) => {
            let fragment = Document::fragment(html.as_str());
            trim::trim_wide(&fragment.root(), &known);
            ("the text was found by its paragraphs".to_owned(), fragment.html().to_string())
        }
        Found::Nothing => ("the page has no text".to_owned(), String::new()),
    };
    article.notes.push(note);
    html
}

fn elements(count: usize) -> String {
    match count {
        0 => "nothing".to_owned(),
        1 => "1 element".to_owned(),
        count => format!("{count} elements"),
    }
}

/// `<div class="post">`, as a reader of the page's source would look for it.
fn shown(node: &NodeRef<'_>) -> String {
    let name = tree::name_of(node);
    let attribute = |name: &str| {
        let value = node.attr(name).filter(|it| !it.is_empty());
        value.map(|it| format!(" {name}=\"{}\"", it.chars().take(60).collect::<String>()))
    };
    let named = attribute("id").or_else(|| attribute("class")).or_else(|| attribute("itemprop"));
    format!("<{name}{}>", named.unwrap_or_default())
}
