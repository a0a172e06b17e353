//! Walks a sitemap: its root, then the parts that an index names, each asked conditionally.

use std::{collections::HashSet, time::Duration};

use crate::{
    domain::{
        Address, Failure, FailureKind, KnownPart, Sitemap, SitemapPage, SitemapPart, Validators,
    },
    fetch::{Accept, Answer, Document, FetchError, Fetcher, Reply, Request},
    home::Clock,
    report::chain,
    syndication::{self, Hints},
};

/// Documents that one visit asks for; what an index names beyond them is asked the next time.
const MOST_PARTS: usize = 40;
/// Documents that are remembered.
const MOST_KNOWN: usize = 400;
/// An index may name another index, which may name a third.
const DEEPEST: usize = 3;

/// A walk through the parts of one sitemap.
pub(super) struct Walk<'a> {
    pub(super) fetcher: &'a Fetcher,
    pub(super) clock: &'a Clock,
    pub(super) user_agent: Option<&'a str>,
    /// As of the last visit.
    pub(super) known: &'a [KnownPart],
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) pages: Vec<SitemapPage>,
    /// To be known the next time.
    pub(super) parts: Vec<KnownPart>,
    pub(super) wire_bytes: u64,
    pub(super) took: Duration,
    /// Parts that could not be read, and why the last of them.
    pub(super) failed: Vec<Failure>,
    /// Whether any part was read.
    pub(super) any_fresh: bool,
}

impl Walk<'_> {
    /// Reads the parts that may have changed: those that the index dates later than before, and those
    /// that it does not date. The newest first.
    pub(super) async fn parts(&self, parts: Vec<SitemapPart>) -> Walked {
        let mut walked = Walked::default();
        let mut seen = HashSet::new();
        let mut level = parts;
        for _ in 0..DEEPEST {
            level.sort_by_key(|it| std::cmp::Reverse(it.changed));
            let mut deeper = Vec::new();
            for part in std::mem::take(&mut level) {
                if !seen.insert(part.address.key()) {
                    continue;
                }
                let known = self.known.iter().find(|it| it.address == part.address);
                let is_old =
                    known.is_some_and(|it| part.changed.is_some() && it.changed == part.changed);
                if is_old || seen.len() > MOST_PARTS {
                    walked.parts.extend(known.cloned());
                    continue;
                }
                deeper.extend(self.part(part, known, &mut walked).await);
            }
            level = deeper;
        }
        walked.parts.truncate(MOST_KNOWN);
        walked
    }

    /// Reads one part, and says which further ones it names.
    async fn part(
        &self,
        part: SitemapPart,
        known: Option<&KnownPart>,
        walked: &mut Walked,
    ) -> Vec<SitemapPart> {
        let validators = known.map(|it| it.validators.clone()).unwrap_or_default();
        let reply = match self.ask(&part.address, validators.clone()).await {
            Ok(reply) => reply,
            Err(error) => {
                walked.failed.push(error.failure());
                walked.parts.extend(known.cloned());
                return Vec::new();
            }
        };
        walked.wire_bytes += reply.wire_bytes;
        walked.took += reply.took;
        let validators = validators.refreshed_by(reply.validators);
        walked.parts.push(KnownPart { address: part.address, changed: part.changed, validators });
        let Answer::Fresh(document) = reply.answer else { return Vec::new() };
        match read(&document, &reply.address) {
            Ok(Sitemap::Pages(pages)) => {
                walked.any_fresh = true;
                walked.pages.extend(pages);
                Vec::new()
            }
            Ok(Sitemap::Index(parts)) => parts,
            Err(failure) => {
                walked.failed.push(failure);
                walked.parts.pop();
                Vec::new()
            }
        }
    }

    pub(super) async fn ask(
        &self,
        address: &Address,
        validators: Validators,
    ) -> Result<Reply, FetchError> {
        let request = Request {
            address: address.clone(),
            validators,
            accept: Accept::Feed,
            user_agent: self.user_agent.map(str::to_owned),
            now: self.clock.now(),
        };
        self.fetcher.fetch(&request).await
    }
}

pub(super) fn read(document: &Document, address: &Address) -> Result<Sitemap, Failure> {
    let hints = Hints {
        address,
        charset: document.charset.as_deref(),
        content_type: document.content_type.as_deref(),
    };
    syndication::read_sitemap(&document.body, &hints).map_err(|error| Failure {
        kind: error.kind(),
        detail: chain(&error),
        status: None,
        retry_after: None,
    })
}

pub(super) fn no_posts(detail: String) -> Failure {
    Failure { kind: FailureKind::NoPosts, detail, status: None, retry_after: None }
}
