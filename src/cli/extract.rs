//! `peerscope extract`: shows what would be kept of an article's page, and how it was found.

use std::io::Read;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::{
    Ending,
    output::{Output, harmless},
    start::Start,
};
use crate::{
    domain::{Address, Article, ArticleRule, Language, PageRules, PageStanding},
    extract::{self, Page},
    fetch::{Accept, Answer, Request},
};

#[derive(Debug, Args)]
pub(super) struct Extract {
    /// Address of a page, a file that holds one, or - for standard input
    #[arg(value_name = "URL|FILE|-")]
    page: String,
    /// Where a file or standard input came from, for relative links
    #[arg(long, value_name = "URL", default_value = "http://localhost/page")]
    address: Address,
    /// CSS selector of the article, as `article` in feeds.toml
    #[arg(long, value_name = "CSS")]
    article: Option<String>,
    /// CSS selector of what to leave out, as `remove` in feeds.toml; may be repeated
    #[arg(long, value_name = "CSS")]
    remove: Vec<String>,
    /// Everything, as JSON
    #[arg(long, group = "form")]
    json: bool,
    /// The text as Markdown, and nothing else
    #[arg(long, group = "form")]
    markdown: bool,
    /// The plain text, and nothing else
    #[arg(long, group = "form")]
    text: bool,
}

/// What would be kept of a page.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    address: &'a Address,
    standing: PageStanding,
    title: Option<&'a str>,
    authors: &'a [String],
    published: Option<String>,
    updated: Option<String>,
    language: Option<&'a str>,
    canonical: Option<&'a Address>,
    image: Option<&'a Address>,
    translations: Vec<Translation<'a>>,
    words: u32,
    has_code: bool,
    headings: &'a [String],
    /// Addresses of the pictures in the text.
    images: Vec<String>,
    /// How the text was found and which rule took what.
    notes: &'a [String],
    complaint: Option<&'a str>,
    html: &'a str,
    text: String,
}

#[derive(Debug, Serialize)]
struct Translation<'a> {
    language: &'a str,
    address: &'a Address,
}

/// A page and where it came from.
struct Fetched {
    address: Address,
    body: Vec<u8>,
    charset: Option<String>,
}

impl Extract {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let fetched = self.fetched(&start).await?;
        let rules = self.rules();
        let address = fetched.address.clone();
        let article = tokio::task::spawn_blocking(move || {
            let Fetched { address, body, charset } = fetched;
            let page = Page { body: &body, charset: charset.as_deref(), address: &address };
            extract::read_article(&page, &rules)
        })
        .await
        .with_context(|| format!("{} made its reader fail", self.page))??;
        let outcome = Outcome::of(&address, &article);
        if self.json {
            output.json(&outcome)?;
        } else if self.markdown {
            show_lines(&extract::markdown_of(&article.html), output);
        } else if self.text {
            show_lines(&outcome.text, output);
        } else {
            outcome.show(output);
        }
        Ok(if article.standing == PageStanding::Whole { Ending::Well } else { Ending::Failed })
    }

    fn rules(&self) -> PageRules {
        let article = self.article.clone().map_or(ArticleRule::Auto, ArticleRule::Select);
        PageRules { article, remove: self.remove.clone(), ..PageRules::default() }
    }

    async fn fetched(&self, start: &Start) -> anyhow::Result<Fetched> {
        if let Ok(address) = self.page.parse::<Address>() {
            let request = Request {
                accept: Accept::Page,
                ..Request::new(address.clone(), start.clock.now())
            };
            let reply = start.fetcher()?.fetch(&request).await?;
            let Answer::Fresh(document) = reply.answer else {
                anyhow::bail!("{address} answered \"unchanged\" although nothing was known of it");
            };
            let (body, charset) = (document.body, document.charset);
            return Ok(Fetched { address: reply.address, body, charset });
        }
        let body = if self.page == "-" {
            let mut body = Vec::new();
            std::io::stdin().read_to_end(&mut body).context("could not read standard input")?;
            body
        } else {
            std::fs::read(&self.page).with_context(|| {
                format!("`{}` is neither an address nor a file that can be read", self.page)
            })?
        };
        Ok(Fetched { address: self.address.clone(), body, charset: None })
    }
}

/// Text of strangers may hold signs that steer a terminal.
fn show_lines(text: &str, output: &Output) {
    for line in text.lines() {
        output.line(&harmless(line));
    }
}

impl<'a> Outcome<'a> {
    fn of(address: &'a Address, article: &'a Article) -> Self {
        let translations = article
            .translations
            .iter()
            .map(|(language, address)| Translation { language: language.as_str(), address });
        Self {
            address,
            standing: article.standing,
            title: article.title.as_deref(),
            authors: &article.authors,
            published: article.published.map(|it| it.to_string()),
            updated: article.updated.map(|it| it.to_string()),
            language: article.language.as_ref().map(Language::as_str),
            canonical: article.canonical.as_ref(),
            image: article.image.as_ref(),
            translations: translations.collect(),
            words: article.words,
            has_code: article.has_code,
            headings: &article.headings,
            images: extract::images_of(&article.html),
            notes: &article.notes,
            complaint: article.complaint.as_deref(),
            html: &article.html,
            text: extract::text_without_pictures(&article.html),
        }
    }

    fn show(&self, output: &Output) {
        output.line(&output.strong(&harmless(self.title.unwrap_or("(no title)"))));
        let none = || "none".to_owned();
        let or_none = |text: Option<&str>| text.map_or_else(none, harmless);
        let authors =
            if self.authors.is_empty() { none() } else { harmless(&self.authors.join(", ")) };
        output.line(&format!("  address     {}", self.address));
        output.line(&format!("  standing    {}", standing(self.standing)));
        output.line(&format!("  authors     {authors}"));
        output.line(&format!("  published   {}", or_none(self.published.as_deref())));
        output.line(&format!("  updated     {}", or_none(self.updated.as_deref())));
        output.line(&format!("  language    {}", or_none(self.language)));
        output.line(&format!("  canonical   {}", or_none(self.canonical.map(Address::as_str))));
        output.line(&format!("  lead image  {}", or_none(self.image.map(Address::as_str))));
        for Translation { language, address } in &self.translations {
            output.line(&format!("  in {language:<9}{address}"));
        }
        let code = if self.has_code { ", with code" } else { "" };
        output.line(&format!("  text        {} words{code}", self.words));
        for image in &self.images {
            output.line(&format!("  image       {}", harmless(image)));
        }
        for note in self.notes {
            output.line(&format!("  how         {}", harmless(note)));
        }
        if let Some(complaint) = self.complaint {
            output.line(&format!("complaint: {}", harmless(complaint)));
        }
        output.line("");
        show_lines(&self.text, output);
    }
}

fn standing(standing: PageStanding) -> &'static str {
    match standing {
        PageStanding::Whole => "the whole article",
        PageStanding::Paywall => "the beginning of an article, and a paywall",
        PageStanding::BotWall => "a wall against bots, or a page that only scripts can show",
        PageStanding::NoArticle => "no article",
    }
}
