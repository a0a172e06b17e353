//! Walks the back-catalogue of a source, further than the posts that it lists now: page by page of its feed,
//! or all of its sitemap. Slowly, through the same gates as visits, and to be gone on with at any time.

use std::collections::HashSet;

use jiff::Timestamp;
use tokio::sync::watch;

use super::{
    CrawlError, Reader, RobotsWatch, listed,
    walk::{self, Walk},
};
use crate::{
    domain::{
        Address, Digest, EntryDraft, Failure, PostPages, SitemapPage, SitemapPart, SourceToVisit,
        SourceType, Validators, usual_sitemaps,
    },
    fetch::{Accept, Answer, Document, Reply, Request},
    home::Doors,
    store::BackfillProgress,
    syndication::{self, Hints},
};

/// Pages of a feed that one walk takes at most.
const MOST_PAGES: u32 = 1_000;
/// Documents of one sitemap.
const MOST_PARTS: usize = 400;
/// Posts of a sitemap that are written together.
const PORTION: usize = 50;
/// Sitemaps that are tried.
const MOST_SITEMAPS: usize = 4;
/// Pages in a row that hold only older posts before the walk ends: pinned posts break the order.
const OLD_PAGES: u32 = 2;

/// How far to go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackfillAsk {
    /// Nothing that came out earlier. Posts without a date are taken.
    pub since: Option<Timestamp>,
    /// The walk ends after so many new entries; a page is taken whole.
    pub limit: Option<u64>,
}

/// What a walk came to.
#[derive(Clone, Debug, Default)]
pub struct Backfilled {
    /// Pages of the feed, or portions of the sitemap.
    pub pages: u64,
    pub new: u64,
    /// Already in the library.
    pub known: u64,
    /// The sitemap that was walked, where the feed has no further pages.
    pub sitemap: Option<Address>,
    /// An earlier walk reached the end, and nothing was asked for.
    pub was_done: bool,
    /// Stopped before the end; the next walk goes on from there.
    pub is_unfinished: bool,
    /// Why it could not go on.
    pub failure: Option<Failure>,
}

/// A step of a walk, for whoever watches.
#[derive(Clone, Debug)]
pub struct BackfillStep<'a> {
    pub address: &'a Address,
    pub new: u64,
    pub known: u64,
}

struct Backfill<'a> {
    doors: &'a Doors,
    source: &'a SourceToVisit,
    ask: &'a BackfillAsk,
    stop: &'a watch::Receiver<bool>,
    tell: &'a dyn Fn(BackfillStep<'_>),
    done: Backfilled,
    progress: BackfillProgress,
    old_pages: u32,
}

/// Walks the back-catalogue of one source. What is new in it counts as backlog.
pub async fn backfill(
    doors: &Doors,
    source: &SourceToVisit,
    ask: &BackfillAsk,
    stop: &watch::Receiver<bool>,
    tell: &dyn Fn(BackfillStep<'_>),
) -> Result<Backfilled, CrawlError> {
    let progress = doors.store.backfill_progress(source.id).await?.unwrap_or_default();
    let done = Backfilled { was_done: progress.ended.is_some(), ..Backfilled::default() };
    if done.was_done {
        return Ok(done);
    }
    let mut walk = Backfill { doors, source, ask, stop, tell, done, progress, old_pages: 0 };
    let was_paging = walk.progress.next.is_some();
    let pages_of_feed = match source.reads_as(doors.clock.now()) {
        SourceType::Feed => walk.feed().await?,
        SourceType::Papers => return Ok(walk.done),
        SourceType::Sitemap | SourceType::Listing | SourceType::Site => 0,
    };
    if !was_paging && pages_of_feed < 2 && walk.may_go_on() {
        walk.sitemap().await?;
    }
    walk.finish().await
}

impl Backfill<'_> {
    fn may_go_on(&self) -> bool {
        let is_full = self.ask.limit.is_some_and(|limit| self.done.new >= limit);
        !is_full && !*self.stop.borrow() && self.done.failure.is_none()
    }

    /// Page after page, as each names the next. Says how many came.
    async fn feed(&mut self) -> Result<usize, CrawlError> {
        let mut next =
            self.progress.next.clone().or_else(|| Some(self.source.state.in_use.clone()));
        let mut seen: HashSet<Digest> = HashSet::new();
        while let Some(address) = next.take() {
            if !self.may_go_on() || self.progress.pages >= MOST_PAGES {
                self.progress.next = Some(address);
                break;
            }
            let fetched = self.fetch(&address).await;
            let Some((document, reply)) = self.page_of(fetched) else { break };
            let Some((drafts, following)) = self.read(document, reply.address).await else { break };
            // Some engines give the first page again, whatever page is asked for.
            if !seen.insert(listed_in(&drafts)) {
                self.progress.next = None;
                break;
            }
            self.progress.pages += 1;
            self.progress.next.clone_from(&following);
            self.record(&address, drafts).await?;
            if self.old_pages >= OLD_PAGES {
                self.progress.next = None;
                break;
            }
            next = following;
        }
        Ok(seen.len())
    }

    /// A page beyond the last is answered with 404; anything else that fails may pass.
    fn page_of(
        &mut self,
        fetched: Result<(Document, Reply), Failure>,
    ) -> Option<(Document, Reply)> {
        match fetched {
            Ok(page) => Some(page),
            Err(failure) => {
                if failure.status == Some(404) && self.progress.pages > 0 {
                    self.progress.next = None;
                } else {
                    self.done.failure = Some(failure);
                }
                None
            }
        }
    }

    /// What a page lists, and which one follows.
    async fn read(
        &mut self,
        document: Document,
        address: Address,
    ) -> Option<(Vec<EntryDraft>, Option<Address>)> {
        let now = self.doors.clock.now();
        let reader = Reader::of(self.source, address.clone(), now);
        let read = tokio::task::spawn_blocking(move || {
            let hints = Hints {
                address: &address,
                charset: document.charset.as_deref(),
                content_type: document.content_type.as_deref(),
            };
            let named = syndication::next_page(&document.body, &hints);
            let next = named.or_else(|| syndication::guessed_page(&address));
            reader.read(&document, now).map(|it| (it.entries, next))
        });
        match read.await {
            Ok(Ok((entries, next))) => {
                let next = next.filter(|_| !entries.is_empty());
                Some((entries, next))
            }
            // A guessed page that is none ends the walk; so does one that cannot be read.
            Ok(Err(_)) | Err(_) if self.progress.pages > 0 => {
                self.progress.next = None;
                None
            }
            Ok(Err(error)) => {
                self.done.failure = Some(walk::no_posts(crate::report::chain(&error)));
                None
            }
            Err(_) => {
                self.done.failure =
                    Some(walk::no_posts("the feed made its reader fail".to_owned()));
                None
            }
        }
    }

    async fn sitemap(&mut self) -> Result<(), CrawlError> {
        let Some((address, posts)) = self.find_sitemap().await else { return Ok(()) };
        self.done.sitemap = Some(address.clone());
        self.done.failure = None;
        let drafts: Vec<EntryDraft> = posts.iter().map(listed::of_page).collect();
        for portion in drafts.chunks(PORTION) {
            if !self.may_go_on() {
                self.done.is_unfinished = true;
                return Ok(());
            }
            self.progress.pages += 1;
            self.record(&address, portion.to_vec()).await?;
        }
        self.progress.next = None;
        Ok(())
    }

    /// The first sitemap that lists posts of this source, with all of them.
    async fn find_sitemap(&self) -> Option<(Address, Vec<SitemapPage>)> {
        let blog = self.blog();
        let candidates = if self.source.reads_as(self.doors.clock.now()) == SourceType::Sitemap {
            vec![self.source.state.in_use.clone()]
        } else {
            let named = RobotsWatch::new(self.doors).sitemaps(&blog).await;
            named.into_iter().chain(usual_sitemaps(&blog)).take(MOST_SITEMAPS).collect()
        };
        let walk = Walk {
            fetcher: &self.doors.fetcher,
            clock: &self.doors.clock,
            user_agent: self.source.user_agent.as_deref(),
            known: &[],
            most: MOST_PARTS,
        };
        for address in candidates {
            let part = SitemapPart { address: address.clone(), changed: None };
            let walked = walk.parts(vec![part]).await;
            let SourceToVisit { keep, drop, .. } = self.source;
            let posts = PostPages { blog: &blog, keep, drop }.choose(walked.pages);
            let posts: Vec<SitemapPage> =
                posts.into_iter().filter(|it| self.is_asked_for(it)).collect();
            if !posts.is_empty() {
                return Some((address, posts));
            }
        }
        None
    }

    fn is_asked_for(&self, page: &SitemapPage) -> bool {
        let date = page.published.or(page.changed);
        self.ask.since.zip(date).is_none_or(|(since, date)| date >= since)
    }

    /// Where the posts of the source stand: its site, as its feed says, else the home page of its host.
    fn blog(&self) -> Address {
        if self.source.kind == SourceType::Site {
            return self.source.address.clone();
        }
        let in_use = &self.source.state.in_use;
        let site = self.source.state.site.clone().filter(|it| it.gate() == in_use.gate());
        site.or_else(|| in_use.join("/").ok()).unwrap_or_else(|| in_use.clone())
    }

    async fn fetch(&self, address: &Address) -> Result<(Document, Reply), Failure> {
        let request = Request {
            address: address.clone(),
            validators: Validators::default(),
            accept: Accept::Feed,
            user_agent: self.source.user_agent.clone(),
            now: self.doors.clock.now(),
        };
        let mut reply = self.doors.fetcher.fetch(&request).await.map_err(|it| it.failure())?;
        match std::mem::replace(&mut reply.answer, Answer::Unchanged) {
            Answer::Fresh(document) => Ok((document, reply)),
            Answer::Unchanged => {
                Err(walk::no_posts(format!("{address} said that nothing changed")))
            }
        }
    }

    /// Writes what a page brought together with how far the walk has come.
    async fn record(
        &mut self,
        address: &Address,
        mut drafts: Vec<EntryDraft>,
    ) -> Result<(), CrawlError> {
        if let Some(since) = self.ask.since {
            let count = drafts.len();
            drafts.retain(|it| it.published.is_none_or(|at| at >= since));
            self.old_pages = if drafts.is_empty() && count > 0 { self.old_pages + 1 } else { 0 };
        }
        let now = self.doors.clock.now();
        let recorded =
            self.doors.store.record_backlog(self.source, drafts, &self.progress, now).await?;
        self.done.pages += 1;
        self.done.new += u64::from(recorded.new);
        let known = u64::from(recorded.unchanged + recorded.edited);
        self.done.known += known;
        (self.tell)(BackfillStep { address, new: u64::from(recorded.new), known });
        Ok(())
    }

    async fn finish(mut self) -> Result<Backfilled, CrawlError> {
        let now = self.doors.clock.now();
        self.done.is_unfinished |= !self.may_go_on() || self.progress.next.is_some();
        // With limits of its own a walk says nothing about what lies behind them.
        let is_whole = self.ask.since.is_none() && self.ask.limit.is_none();
        self.progress.ended = (is_whole && !self.done.is_unfinished).then_some(now);
        self.doors.store.record_backlog(self.source, Vec::new(), &self.progress, now).await?;
        Ok(self.done)
    }
}

/// Which posts a page lists, whatever else of it differs each time.
fn listed_in(drafts: &[EntryDraft]) -> Digest {
    let names = drafts.iter().flat_map(|it| {
        let link = it.link.as_ref().map(Address::as_str);
        [it.guid.as_deref(), link, Some(it.title.as_str())].map(Option::unwrap_or_default)
    });
    Digest::of(names.map(str::as_bytes))
}
