//! From a fetched document to entries that can be compared: read the feed, clean every entry.

use std::time::Duration;

use jiff::Timestamp;

use super::{listed, walk};
use crate::{
    domain::{
        Address, Batch, Complaint, ComplaintKind, Digest, EntryDraft, FailureKind, Feed, FeedEntry,
        FeedFormat, Fingerprint, Language, Learned, ListingRules, Markup, PostPages,
        PublisherRhythm, Sitemap, SitemapPage, SitemapPart, SourceToVisit, SourceType,
        filters_keep, is_arxiv, rhythm_of, title_or_else,
    },
    extract::{self, ArticleError, Page},
    fetch::Document,
    insight,
    syndication::{self, Hints, Papers, SyndicationError},
};

/// What a document brought.
#[derive(Debug)]
pub struct Reading {
    /// Of a feed.
    pub format: Option<FeedFormat>,
    /// As the feed declares it.
    pub language: Option<Language>,
    pub learned: Learned,
    /// In document order; entries that the source's filters leave out are not among them.
    pub entries: Vec<EntryDraft>,
    /// A list of papers that its publisher should have made anew by now.
    pub late: bool,
}

/// What decides about a document besides its bytes.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Where the document came from, after redirects.
    pub address: Address,
    /// A listing is read as one, everything else as a feed.
    pub kind: SourceType,
    pub listing: ListingRules,
    pub keep: Vec<String>,
    pub drop: Vec<String>,
    /// Whether it listed entries before.
    pub had_entries: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Feed(#[from] SyndicationError),
    #[error("the list {0} could not be read")]
    Listing(Address, #[source] ArticleError),
    #[error("{address} is an index of {count} {}; check {newest}", sitemaps(*count))]
    Index { address: Address, count: usize, newest: Box<Address> },
    #[error("no list of posts was found on {0}")]
    NoPosts(Address),
    #[error("something is wrong with the papers of {0}: {1}")]
    NoPapers(Address, String),
}

impl ReadError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Feed(error) => error.kind(),
            Self::Listing(..) | Self::Index { .. } | Self::NoPosts(_) => FailureKind::NoPosts,
            Self::NoPapers(..) => FailureKind::Empty,
        }
    }
}

fn sitemaps(count: usize) -> &'static str {
    if count == 1 { "sitemap" } else { "sitemaps" }
}

impl Reader {
    pub fn of(source: &SourceToVisit, address: Address, now: Timestamp) -> Self {
        Self {
            address,
            kind: source.reads_as(now),
            listing: source.pages.listing.clone(),
            keep: source.keep.clone(),
            drop: source.drop.clone(),
            had_entries: source.state.newest.is_some(),
        }
    }

    /// A feed of which everything is kept.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            kind: SourceType::Feed,
            listing: ListingRules::default(),
            keep: Vec::new(),
            drop: Vec::new(),
            had_entries: false,
        }
    }

    /// Reads a feed, a sitemap, or a page that lists posts, whatever it is.
    pub fn read_whatever(&self, document: &Document, now: Timestamp) -> Result<Reading, ReadError> {
        let as_feed = self.read_feed(document, now);
        let Err(refusal @ SyndicationError::NotAFeed { .. }) = as_feed else { return Ok(as_feed?) };
        match walk::read(document, &self.address) {
            Ok(Sitemap::Pages(pages)) => return Ok(self.read_pages(pages, document)),
            Ok(Sitemap::Index(parts)) => return Err(self.index_of(parts)),
            Err(_) => {}
        }
        self.read_listing(document, now).map_err(|_| refusal.into())
    }

    /// An index alone brings nothing; the part that changed last shows what a visit would find.
    fn index_of(&self, parts: Vec<SitemapPart>) -> ReadError {
        let count = parts.len();
        match parts.into_iter().max_by_key(|it| it.changed) {
            Some(newest) => ReadError::Index {
                address: self.address.clone(),
                count,
                newest: Box::new(newest.address),
            },
            None => ReadError::NoPosts(self.address.clone()),
        }
    }

    /// Reads a document. Takes processor time in proportion to its length, and nothing else.
    pub fn read(&self, document: &Document, now: Timestamp) -> Result<Reading, ReadError> {
        match self.kind {
            SourceType::Listing => self.read_listing(document, now),
            SourceType::Papers => self.read_papers(document, now),
            _ => Ok(self.read_feed(document, now)?),
        }
    }

    fn read_listing(&self, document: &Document, now: Timestamp) -> Result<Reading, ReadError> {
        let page = Page {
            body: &document.body,
            charset: document.charset.as_deref(),
            address: &self.address,
        };
        let posts = extract::read_listing(&page, &self.listing)
            .map_err(|error| ReadError::Listing(self.address.clone(), error))?;
        // Posts that were listed before stay; that none is listed now is a fault of the page, or ours.
        if posts.is_empty() {
            return Err(ReadError::NoPosts(self.address.clone()));
        }
        let kept =
            posts.into_iter().filter(|it| filters_keep(&self.keep, &self.drop, Some(&it.address)));
        let entries: Vec<EntryDraft> = kept.map(listed::of_post).collect();
        let (rhythm, newest) = rhythm_of(&entries, now);
        let complaints = dates_to_come(&entries, now).into_iter().collect();
        let site = Some(self.address.clone());
        let learned = Learned { complaints, rhythm, newest, ..bare(document, site) };
        Ok(Reading { format: None, language: None, learned, entries, late: false })
    }

    fn read_pages(&self, pages: Vec<SitemapPage>, document: &Document) -> Reading {
        let home = self.address.join("/").unwrap_or_else(|_| self.address.clone());
        let posts = PostPages { blog: &home, keep: &self.keep, drop: &self.drop }.choose(pages);
        let entries = posts.iter().map(listed::of_page).collect();
        Reading {
            format: None,
            language: None,
            learned: bare(document, Some(home)),
            entries,
            late: false,
        }
    }

    fn read_feed(&self, document: &Document, now: Timestamp) -> Result<Reading, SyndicationError> {
        let feed = syndication::read_feed(&document.body, &self.hints(document))?;
        Ok(self.understand(&feed, document, now))
    }

    fn read_papers(&self, document: &Document, now: Timestamp) -> Result<Reading, ReadError> {
        let Papers { feed, made, total } =
            syndication::read_papers(&document.body, &self.hints(document))?;
        let papers = feed.entries.len();
        let batch = Batch { papers, total, made, had_papers: self.had_entries };
        if let Some(fault) = batch.fault(now) {
            return Err(ReadError::NoPapers(self.address.clone(), fault));
        }
        let mut reading = self.understand(&feed, document, now);
        // Researchers of a company publish when they have something; arXiv does so every day.
        if let Some(since) = batch.stale_since(now).filter(|_| is_arxiv(&self.address)) {
            let detail = format!("no papers were announced since {}", day_of(since));
            reading.learned.complaints.push(Complaint { kind: ComplaintKind::Date, detail });
            reading.late = true;
        }
        Ok(reading)
    }

    fn hints<'h>(&'h self, document: &'h Document) -> Hints<'h> {
        Hints {
            address: &self.address,
            charset: document.charset.as_deref(),
            content_type: document.content_type.as_deref(),
        }
    }

    fn understand(&self, feed: &Feed, document: &Document, now: Timestamp) -> Reading {
        let mut complaints = feed.complaints.clone();
        let entries: Vec<EntryDraft> = feed
            .entries
            .iter()
            .filter(|entry| filters_keep(&self.keep, &self.drop, entry.link.as_ref()))
            .map(|entry| self.draft(entry, feed))
            .collect();
        complaints.extend(dates_to_come(&entries, now));
        let (rhythm, newest) = rhythm_of(&entries, now);
        let title = feed.title.as_ref().map(extract::plain_line).filter(|it| !it.is_empty());
        let asked = asked(feed);
        let site = feed.site.clone();
        let learned = Learned { title, asked, complaints, rhythm, newest, ..bare(document, site) };
        let (format, language) = (Some(feed.format), feed.language.clone());
        Reading { format, language, learned, entries, late: false }
    }

    fn draft(&self, entry: &FeedEntry, feed: &Feed) -> EntryDraft {
        let base = entry.base.as_ref().or(entry.link.as_ref()).or(feed.site.as_ref());
        let base = base.unwrap_or(&self.address);
        let longest = entry.content.as_ref().or(entry.summary.as_ref());
        let body = longest.map(|it| extract::clean_body(it, base)).unwrap_or_default();
        let title = entry.title.as_ref().map(extract::plain_line).unwrap_or_default();
        let link = entry.link.as_ref().map(Address::without_tracking);
        let short = entry.summary.as_ref().filter(|it| entry.content.is_some() && !it.is_blank());
        EntryDraft {
            guid: entry.guid.clone(),
            title: title_or_else(&title, &body.text, link.as_ref()),
            link,
            authors: entry.authors.iter().map(|it| line(it)).filter(|it| !it.is_empty()).collect(),
            categories: lines(&entry.categories),
            language: language_of(entry.language.as_ref(), &body.text),
            published: entry.published,
            updated: entry.updated,
            summary: extract::summary_of(short, &body.text),
            words: body.words,
            fingerprint: Fingerprint::of(&body.text),
            is_whole: extract::text_carries_less(&body.text, body.words, &body.html).is_none(),
            html: body.html,
        }
    }
}

fn day_of(time: Timestamp) -> jiff::civil::Date {
    time.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// What any document says about its source.
pub(super) fn bare(document: &Document, site: Option<Address>) -> Learned {
    Learned {
        body: Digest::of([document.body.as_slice()]),
        body_bytes: document.body.len() as u64,
        title: None,
        site,
        asked: PublisherRhythm::default(),
        complaints: Vec::new(),
        rhythm: None,
        newest: None,
    }
}

fn line(text: &str) -> String {
    extract::plain_line(&Markup::Html(text.to_owned()))
}

fn lines(texts: &[String]) -> Vec<String> {
    texts.iter().map(|it| line(it)).filter(|it| !it.is_empty()).collect()
}

/// What the feed declares, unless the text is plainly in another script: many blogs declare the
/// language that their software was installed in.
pub(super) fn language_of(declared: Option<&Language>, text: &str) -> Option<Language> {
    match declared {
        Some(declared) if !insight::is_in_another_script(text, declared) => Some(declared.clone()),
        _ => insight::language_of(text).or_else(|| declared.cloned()),
    }
}

fn asked(feed: &Feed) -> PublisherRhythm {
    PublisherRhythm {
        ttl: feed.ttl,
        skip_hours: feed.skip_hours.clone(),
        skip_days: feed.skip_days.iter().map(|it| it.to_monday_one_offset()).collect(),
    }
}

/// Publication dates that have not come yet count as unknown once stored; here they are named.
fn dates_to_come(entries: &[EntryDraft], now: Timestamp) -> Option<Complaint> {
    let count =
        entries.iter().filter(|it| it.published.is_some_and(|at| at > tomorrow(now))).count();
    (count > 0).then(|| Complaint {
        kind: ComplaintKind::Date,
        detail: format!("{count} of {} entries are dated in the future", entries.len()),
    })
}

/// A day of grace for zones and for clocks that go wrong.
fn tomorrow(now: Timestamp) -> Timestamp {
    now + Duration::from_hours(24)
}
