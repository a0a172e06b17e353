//! Visits a site that was given by its own address: looks for what lists its posts, and reads that.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;

use super::{
    visit::{Visitor, failed},
    walk,
};
use crate::{
    domain::{
        Address, Candidate, Discovery, Failure, FoundBy, Outcome, PageLinks, SourceState,
        SourceToVisit, SourceType, Validators, Visit, feed_candidates, is_led_away, usual_sitemaps,
    },
    extract::{self, Page},
    fetch::{Accept, Answer, Document, Place, Reply, Request},
    report::chain,
    syndication::{self, Hints},
};

/// Addresses at which a feed is looked for.
const MOST_CANDIDATES: usize = 16;
/// A sitemap or list of fewer posts may be anything.
const FEWEST_POSTS: usize = 3;

/// The looking over of one site.
struct Look<'a> {
    visitor: &'a Visitor,
    source: &'a SourceToVisit,
    /// Keys of addresses that are left alone: what they list is known.
    known: &'a HashSet<String>,
    candidates: Vec<Candidate>,
}

type Visited = (Visit, Option<Place>);

impl Visitor {
    /// Is it a feed itself → declared feeds → linked ones → well-known paths → sitemap → list of posts
    /// on the page.
    pub(super) async fn visit_site(&self, source: &SourceToVisit) -> Visited {
        self.look_over(source, &HashSet::new()).await
    }

    /// [`Visitor::visit_site`], without what stands at addresses with these keys.
    pub(super) async fn look_over(
        &self,
        source: &SourceToVisit,
        known: &HashSet<String>,
    ) -> Visited {
        if let Err(failure) = self.may_fetch(source, &source.address).await {
            return (self.failed_unasked(source, failure), None);
        }
        let mut look = Look { visitor: self, source, known, candidates: Vec::new() };
        let page = match look.fetch(&source.address, Accept::Page).await {
            Ok(page) => page,
            Err(failure) => return (self.failed_unasked(source, failure), None),
        };
        if source.pages.listing.entry.is_some() {
            return look.read_as_listing(page).await;
        }
        let (document, reply) = page;
        if look.is_feed(&document, &reply.address, FoundBy::Given).await {
            return look.read_as_feed(document, reply).await;
        }
        let links = links_of(&document, &reply.address).await;
        if let Some(visited) = look.feeds(&reply.address, &links).await {
            return visited;
        }
        if let Some(visited) = look.sitemaps().await {
            return visited;
        }
        look.read_as_listing((document, reply)).await
    }
}

impl Look<'_> {
    /// The document is kept while others are asked for, and its place is given free for them.
    async fn fetch(&self, address: &Address, accept: Accept) -> Result<(Document, Reply), Failure> {
        let request = Request {
            address: address.clone(),
            validators: Validators::default(),
            accept,
            user_agent: self.source.user_agent.clone(),
            now: self.visitor.clock.now(),
        };
        let mut reply = self.visitor.fetcher.fetch(&request).await.map_err(|it| it.failure())?;
        reply.place = Place::none();
        match std::mem::replace(&mut reply.answer, Answer::Unchanged) {
            Answer::Fresh(document) => Ok((document, reply)),
            Answer::Unchanged => {
                Err(walk::no_posts(format!("{address} said that nothing changed")))
            }
        }
    }

    async fn feeds(&mut self, site: &Address, links: &PageLinks) -> Option<Visited> {
        let candidates = feed_candidates(site, links).into_iter();
        let new = candidates.filter(|(address, _)| !self.is_known(address));
        for (address, found) in new.take(MOST_CANDIDATES).collect::<Vec<_>>() {
            match self.fetch(&address, Accept::Feed).await {
                Ok((_, reply)) if is_led_away(&address, &reply.address) => {
                    self.note(&address, found, format!("leads to {}", reply.address));
                }
                Ok((document, reply)) => {
                    if self.is_feed(&document, &reply.address, found).await {
                        return Some(self.read_as_feed(document, reply).await);
                    }
                }
                Err(failure) => self.note(&address, found, failure.detail),
            }
        }
        None
    }

    async fn is_feed(&mut self, document: &Document, address: &Address, found: FoundBy) -> bool {
        let (copy, base) = (document.clone(), address.clone());
        let read = move || {
            let hints = Hints {
                address: &base,
                charset: copy.charset.as_deref(),
                content_type: copy.content_type.as_deref(),
            };
            syndication::read_feed(&copy.body, &hints).map(|it| it.entries.len())
        };
        let verdict = match tokio::task::spawn_blocking(read).await {
            Ok(Ok(0)) => "a feed without entries".to_owned(),
            Ok(Ok(count)) => {
                self.note(address, found, format!("a feed with {count} entries"));
                return true;
            }
            Ok(Err(error)) => chain(&error),
            Err(_) => "made its reader fail".to_owned(),
        };
        self.note(address, found, verdict);
        false
    }

    /// Those that `robots.txt` names, else where they usually are.
    async fn sitemaps(&mut self) -> Option<Visited> {
        let named = self.visitor.robots.sitemaps(&self.source.address).await;
        let named = named.into_iter().map(|it| (it, FoundBy::Robots));
        let usual = usual_sitemaps(&self.source.address).into_iter();
        let usual = usual.map(|it| (it, FoundBy::UsualSitemap));
        for (address, found) in named.chain(usual).take(MOST_CANDIDATES) {
            let has_seen = self.candidates.iter().any(|it| it.address == address);
            if has_seen || self.is_known(&address) {
                continue;
            }
            let source = self.found(SourceType::Sitemap, address.clone());
            let mut visit = self.visitor.visit_sitemap(&source).await;
            let count = match &visit.outcome {
                Outcome::Read { entries } => entries.len(),
                Outcome::Unchanged => 0,
                Outcome::Failed(failure) => {
                    self.note(&address, found, failure.detail.clone());
                    continue;
                }
            };
            self.note(&address, found, format!("a sitemap with {count} posts of this site"));
            if count >= FEWEST_POSTS {
                visit.after.discovery.candidates = std::mem::take(&mut self.candidates);
                return Some((visit, None));
            }
        }
        None
    }

    async fn read_as_feed(&self, document: Document, reply: Reply) -> Visited {
        self.read_as(SourceType::Feed, document, reply).await
    }

    async fn read_as_listing(mut self, (document, reply): (Document, Reply)) -> Visited {
        let now = self.visitor.clock.now();
        let address = reply.address.clone();
        self.note(&address, FoundBy::Given, "read as a list of posts".to_owned());
        let candidates = self.candidates.clone();
        let (source, visitor) = (self.source, self.visitor);
        let (visit, place) = self.read_as(SourceType::Listing, document, reply).await;
        let count = match &visit.outcome {
            Outcome::Read { entries } => entries.len(),
            Outcome::Unchanged | Outcome::Failed(_) => 0,
        };
        if count >= FEWEST_POSTS || (count > 0 && source.pages.listing.entry.is_some()) {
            return (visit, place);
        }
        let detail = format!("{address} has no feed, no sitemap of posts and no list of posts");
        let discovery = Discovery { at: Some(now), candidates, ..source.state.discovery.clone() };
        let state = SourceState { discovery, ..source.state.clone() };
        let source = SourceToVisit { state, ..source.clone() };
        (failed(&source, walk::no_posts(detail), false, Duration::ZERO, visitor.clock.now()), None)
    }

    async fn read_as(&self, kind: SourceType, document: Document, mut reply: Reply) -> Visited {
        let now = self.visitor.clock.now();
        let target = reply.address.clone();
        let source = self.found(kind, target.clone());
        reply.answer = Answer::Fresh(document);
        let (visit, place) = self.visitor.judge(&source, target, reply, false, now).await;
        (visit, Some(place))
    }

    fn is_known(&self, address: &Address) -> bool {
        self.known.contains(&address.key())
    }

    fn note(&mut self, address: &Address, found: FoundBy, verdict: String) {
        self.candidates.push(Candidate { address: address.clone(), found, verdict });
    }

    /// The source as it is from now on, without what was known of another address.
    fn found(&self, kind: SourceType, address: Address) -> SourceToVisit {
        let now: Timestamp = self.visitor.clock.now();
        let discovery = Discovery {
            reads_as: Some(kind),
            at: Some(now),
            candidates: self.candidates.clone(),
            parts: Vec::new(),
            search: None,
        };
        let state = SourceState {
            in_use: address,
            validators: Validators::default(),
            body: None,
            discovery,
            // Failures of what was found before say nothing of this one.
            failures: 0,
            ..self.source.state.clone()
        };
        SourceToVisit { state, ..self.source.clone() }
    }
}

async fn links_of(document: &Document, address: &Address) -> PageLinks {
    let (copy, base) = (document.clone(), address.clone());
    let read = move || {
        let page = Page { body: &copy.body, charset: copy.charset.as_deref(), address: &base };
        extract::page_links(&page)
    };
    // A parser's panic ends there: such a page has no links.
    tokio::task::spawn_blocking(read).await.unwrap_or_default()
}
