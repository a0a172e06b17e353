//! From a fetched page to the text that is kept: reads the article, and chooses the better body.

use crate::{
    crawl::read::language_of,
    domain::{
        Address, Article, ArticleRule, Finding, Fingerprint, Language, PageFacts, PageRules,
        PageStanding, filters_keep, leads_elsewhere,
    },
    extract::{self, Choice, Taken},
    fetch::Document,
    insight,
    report::chain,
    store::PageText,
};

/// What decides about a page besides its bytes.
#[derive(Clone, Debug)]
pub struct PageReader {
    /// As the entry links to it.
    pub link: Address,
    /// Where the page came from, after redirects.
    pub found: Address,
    pub keep: Vec<String>,
    pub drop: Vec<String>,
    pub pages: PageRules,
    /// What the source carries, sanitised.
    pub source_html: String,
}

/// What a page came to.
#[derive(Clone, Debug)]
pub struct PageReading {
    pub finding: Finding,
    /// Where the page holds anything to keep.
    pub text: Option<Box<PageText>>,
}

impl From<Finding> for PageReading {
    fn from(finding: Finding) -> Self {
        Self { finding, text: None }
    }
}

impl PageReader {
    /// Reads a page. Takes processor time in proportion to its length, and nothing else.
    pub fn read(&self, document: &Document) -> PageReading {
        if let Some(reason) = leads_elsewhere(&self.link, &self.found) {
            return Finding::Elsewhere { reason }.into();
        }
        if !self.keeps(&self.found) {
            return Finding::LeftOut.into();
        }
        if !is_html(document) {
            let content_type = document.content_type.clone().unwrap_or_default();
            return Finding::OtherType { content_type }.into();
        }
        let page = extract::Page {
            body: &document.body,
            charset: document.charset.as_deref(),
            address: &self.found,
        };
        match extract::read_article(&page, &self.rules()) {
            Ok(article) => self.choose(article, document.body.len()),
            Err(error) => Finding::BadRules { reason: chain(&error) }.into(),
        }
    }

    fn keeps(&self, address: &Address) -> bool {
        filters_keep(&self.keep, &self.drop, Some(address))
    }

    /// Rules were written for the site that the entry links to; elsewhere they would find nothing.
    fn rules(&self) -> PageRules {
        if self.found.gate() == self.link.gate() {
            self.pages.clone()
        } else {
            PageRules::default()
        }
    }

    fn choose(&self, article: Article, page_bytes: usize) -> PageReading {
        let canonical = article.canonical.as_ref().unwrap_or(&self.found);
        if !self.keeps(canonical) {
            return Finding::LeftOut.into();
        }
        let (is_better, reason) = self.is_better(&article);
        let finding = match article.standing {
            PageStanding::Whole => Finding::Read { is_better, reason: Some(reason.to_owned()) },
            standing => Finding::Standing(standing),
        };
        let text = (article.standing != PageStanding::BotWall)
            .then(|| self.text(article, is_better, page_bytes));
        PageReading { finding, text: text.map(Box::new) }
    }

    /// Whether the text of the page is the better one, and why.
    fn is_better(&self, article: &Article) -> (bool, &'static str) {
        let is_forced = matches!(self.pages.article, ArticleRule::Always | ArticleRule::Select(_));
        if is_forced && article.standing == PageStanding::Whole && article.words > 0 {
            return (true, "feeds.toml asks for the page");
        }
        let Choice { taken, reason } = extract::better_body(&self.source_html, article);
        (taken == Taken::Article, reason)
    }

    fn text(&self, article: Article, is_better: bool, page_bytes: usize) -> PageText {
        let is_page_of_it = article.standing != PageStanding::NoArticle;
        let known = |it: &Article| PageFacts {
            title: it.title.clone(),
            authors: it.authors.clone(),
            published: it.published,
            language: language_of_article(it.language.as_ref(), &it.text),
            summary: extract::summary_of(None, &it.text),
        };
        PageText {
            facts: if is_page_of_it { known(&article) } else { PageFacts::default() },
            fingerprint: Fingerprint::of(&article.text),
            words: article.words,
            source_words: extract::text_of(&self.source_html).words,
            canonical: Some(article.canonical.unwrap_or_else(|| self.found.clone())),
            image: article.image,
            translations: article.translations,
            html: is_better.then_some(article.html),
            page_bytes: page_bytes as u64,
        }
    }
}

/// What the text is surely written in, at its beginning and in its middle; else what the page declares:
/// many declare the language that their software was installed in.
fn language_of_article(declared: Option<&Language>, text: &str) -> Option<Language> {
    let middle = &text[text.floor_char_boundary(text.len() / 2)..];
    let Some(beginning) = insight::language_of(text) else {
        return language_of(declared, text);
    };
    let is_sure =
        insight::language_of(middle).is_some_and(|it| it.primary() == beginning.primary());
    match declared {
        Some(declared) if declared.primary() == beginning.primary() => Some(declared.clone()),
        _ if is_sure => Some(beginning),
        declared => language_of(declared, text),
    }
}

/// By what the server says, else by its first letter.
fn is_html(document: &Document) -> bool {
    match document.content_type.as_deref() {
        Some(kind) => matches!(kind, "text/html" | "application/xhtml+xml"),
        None => document.body.trim_ascii_start().first() == Some(&b'<'),
    }
}
