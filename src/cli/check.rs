//! `peerscope check`: shows what would be stored of a feed, and what is wrong with it.

use std::io::Read;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::{
    Ending,
    check_page::{ArticleOutcome, PageCheck},
    output::{Output, harmless},
    start::Start,
};
use crate::{
    crawl::{Reader, Reading},
    domain::{Address, Complaint, EntryDraft, FeedFormat, Language},
    extract,
    fetch::{Accept, Answer, Document, Request},
};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Address of a feed, a file that holds one, or - for standard input
    #[arg(value_name = "URL|FILE|-")]
    document: String,
    /// Where a file or standard input came from, for relative links
    #[arg(long, value_name = "URL", default_value = "http://localhost/")]
    address: Address,
    /// Content type that a file or standard input was served with: application/rss+xml;
    /// charset=utf-8
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Ask for the pages of so many entries too, and say which text would be taken
    #[arg(long, value_name = "N", default_value_t = 0)]
    articles: usize,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

/// What would be stored of a feed.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    address: &'a Address,
    /// `null` for a list of posts on a page, or a sitemap.
    format: Option<FeedFormat>,
    title: Option<&'a str>,
    site: Option<&'a Address>,
    language: Option<&'a str>,
    entries: Vec<EntryOutcome<'a>>,
    complaints: &'a [Complaint],
}

#[derive(Debug, Serialize)]
struct EntryOutcome<'a> {
    title: &'a str,
    link: Option<&'a Address>,
    id: Option<&'a str>,
    authors: &'a [String],
    published: Option<String>,
    updated: Option<String>,
    categories: &'a [String],
    language: Option<&'a str>,
    summary: &'a str,
    lengths: Lengths,
    /// What becomes of the page behind it.
    article: ArticleOutcome,
}

/// In characters, but for the words.
#[derive(Debug, Serialize)]
struct Lengths {
    summary: usize,
    html: usize,
    text: usize,
    words: u32,
}

impl Check {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let (address, document) = self.document(&start).await?;
        let reader = Reader::new(address.clone());
        let now = start.clock.now();
        let reading = tokio::task::spawn_blocking(move || reader.read_whatever(&document, now))
            .await
            .with_context(|| format!("{} made its reader fail", self.document))?
            .with_context(|| format!("nothing of {} can be stored", self.document))?;
        let articles = self.articles(&start, &reading).await?;
        let outcome = Outcome::of(&address, &reading, articles);
        if self.json {
            output.json(&outcome)?;
        } else {
            outcome.show(output);
        }
        Ok(Ending::Well)
    }

    /// For each entry; only so many of their pages are asked for.
    async fn articles(
        &self,
        start: &Start,
        reading: &Reading,
    ) -> anyhow::Result<Vec<ArticleOutcome>> {
        let mut pages = match self.articles {
            0 => None,
            _ => Some(PageCheck::new(start)?),
        };
        let mut outcomes = Vec::with_capacity(reading.entries.len());
        for (at, entry) in reading.entries.iter().enumerate() {
            let pages = pages.as_mut().filter(|_| at < self.articles);
            outcomes.push(match pages {
                Some(pages) => pages.outcome(entry).await,
                None => ArticleOutcome::of(entry),
            });
        }
        Ok(outcomes)
    }

    async fn document(&self, start: &Start) -> anyhow::Result<(Address, Document)> {
        if let Ok(address) = self.document.parse::<Address>() {
            let request = Request {
                accept: Accept::Feed,
                ..Request::new(address.clone(), start.clock.now())
            };
            let reply = start.fetcher()?.fetch(&request).await?;
            let Answer::Fresh(document) = reply.answer else {
                anyhow::bail!("{address} answered \"unchanged\" although nothing was known of it");
            };
            return Ok((reply.address, document));
        }
        let body = if self.document == "-" {
            let mut body = Vec::new();
            std::io::stdin().read_to_end(&mut body).context("could not read standard input")?;
            body
        } else {
            std::fs::read(&self.document).with_context(|| {
                format!("`{}` is neither an address nor a file that can be read", self.document)
            })?
        };
        let (content_type, charset) = self.content_type.as_deref().map_or((None, None), split_type);
        Ok((self.address.clone(), Document { body, content_type, charset }))
    }
}

fn split_type(header: &str) -> (Option<String>, Option<String>) {
    let mut parts = header.split(';').map(str::trim);
    let kind = parts.next().filter(|it| !it.is_empty()).map(str::to_ascii_lowercase);
    let charset = parts.find_map(|it| {
        let (name, value) = it.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim_matches(['"', '\'', ' ']))
    });
    (kind, charset.map(str::to_ascii_lowercase))
}

impl<'a> Outcome<'a> {
    fn of(address: &'a Address, reading: &'a Reading, articles: Vec<ArticleOutcome>) -> Self {
        let learned = &reading.learned;
        Self {
            address,
            format: reading.format,
            title: learned.title.as_deref(),
            site: learned.site.as_ref(),
            language: reading.language.as_ref().map(Language::as_str),
            entries: reading.entries.iter().zip(articles).map(EntryOutcome::of).collect(),
            complaints: &learned.complaints,
        }
    }

    fn show(&self, output: &Output) {
        let title = harmless(self.title.unwrap_or("(no title)"));
        output.line(&output.strong(&title));
        let site = self.site.map_or("no site", Address::as_str);
        let language = self.language.unwrap_or("no language declared");
        let format = match self.format {
            Some(FeedFormat::Rss) => "RSS",
            Some(FeedFormat::Rdf) => "RDF",
            Some(FeedFormat::Atom) => "Atom",
            Some(FeedFormat::Json) => "JSON Feed",
            None => "list of posts",
        };
        output.line(&format!("{format} · {site} · {language} · {} entries", self.entries.len()));
        for entry in &self.entries {
            entry.show(output);
        }
        output.line("");
        if self.complaints.is_empty() {
            output.line("no complaints");
        }
        for complaint in self.complaints {
            output.line(&format!("complaint: {}", harmless(&complaint.detail)));
        }
    }
}

impl<'a> EntryOutcome<'a> {
    fn of((draft, article): (&'a EntryDraft, ArticleOutcome)) -> Self {
        let text = extract::text_of(&draft.html).text;
        Self {
            title: &draft.title,
            link: draft.link.as_ref(),
            id: draft.guid.as_deref(),
            authors: &draft.authors,
            published: draft.published.map(|it| it.to_string()),
            updated: draft.updated.map(|it| it.to_string()),
            categories: &draft.categories,
            language: draft.language.as_ref().map(Language::as_str),
            summary: &draft.summary,
            lengths: Lengths {
                summary: draft.summary.chars().count(),
                html: draft.html.chars().count(),
                text: text.chars().count(),
                words: draft.words,
            },
            article,
        }
    }

    fn show(&self, output: &Output) {
        output.line("");
        output.line(&output.strong(&harmless(self.title)));
        let or_none = |text: Option<&str>| harmless(text.unwrap_or("none"));
        let list = |texts: &[String]| {
            if texts.is_empty() { "none".to_owned() } else { harmless(&texts.join(", ")) }
        };
        output.line(&format!("  link        {}", or_none(self.link.map(Address::as_str))));
        output.line(&format!("  id          {}", or_none(self.id)));
        output.line(&format!("  authors     {}", list(self.authors)));
        output.line(&format!("  published   {}", or_none(self.published.as_deref())));
        output.line(&format!("  updated     {}", or_none(self.updated.as_deref())));
        output.line(&format!("  categories  {}", list(self.categories)));
        output.line(&format!("  language    {}", or_none(self.language)));
        let Lengths { summary, html, text, words } = &self.lengths;
        output.line(&format!(
            "  lengths     {words} words; characters: {text} of text, {html} of HTML, {summary} of summary"
        ));
        output.line(&format!("  article     {}", harmless(&self.article.told())));
    }
}
