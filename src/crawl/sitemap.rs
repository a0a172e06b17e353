//! Visits a sitemap, whose parts may be many documents.

use super::{
    listed::{self, MOST_POSTS},
    read::bare,
    visit::{Visitor, failed, is_known},
    walk::{self, MOST_PARTS, Walk, Walked},
};
use crate::{
    domain::{
        Address, Answered, Digest, EntryDraft, Failure, KnownPart, Learned, Outcome, PostPages,
        Sitemap, SitemapPart, SourceState, SourceToVisit, SourceType, Visit, rhythm_of,
    },
    fetch::{Answer, Reply},
};

/// The root of a sitemap as it was answered.
struct Root {
    reply: Reply,
    /// `None` where it is what it was the last time.
    fresh: Option<(Sitemap, Learned)>,
}

impl Visitor {
    pub(super) async fn visit_sitemap(&self, source: &SourceToVisit) -> Visit {
        let walk = Walk {
            fetcher: &self.fetcher,
            clock: &self.clock,
            user_agent: source.user_agent.as_deref(),
            known: &source.state.discovery.parts,
            most: MOST_PARTS,
        };
        let conditional = !source.state.validators.is_empty();
        let asked = walk.ask(&source.state.in_use, source.state.validators.clone()).await;
        let root = match asked.map_err(|error| error.failure()).and_then(|it| root_of(source, it)) {
            Ok(root) => root,
            Err(failure) => {
                return Visit { conditional, ..self.failed_unasked(source, failure) };
            }
        };
        let (listed, parts) = match &root.fresh {
            Some((Sitemap::Pages(pages), _)) => (pages.clone(), Vec::new()),
            Some((Sitemap::Index(parts), _)) => (Vec::new(), parts.clone()),
            None => (Vec::new(), undated(&source.state.discovery.parts)),
        };
        let mut walked = walk.parts(parts).await;
        walked.any_fresh |= !listed.is_empty();
        walked.pages.extend(listed);
        if root.fresh.is_none() {
            keep_dated(&mut walked, &source.state.discovery.parts);
        }
        self.settle(source, root, walked, conditional)
    }

    fn settle(
        &self,
        source: &SourceToVisit,
        root: Root,
        walked: Walked,
        conditional: bool,
    ) -> Visit {
        let now = self.clock.now();
        let Root { reply, fresh } = root;
        let mut state = source.state.clone();
        state.discovery.parts = walked.parts;
        let count = walked.pages.len();
        let posts = posts_of(source, walked.pages);
        let has_new_pages = walked.any_fresh;
        if has_new_pages && posts.is_empty() && count > 0 && state.succeeded.is_none() {
            let detail =
                format!("{} lists {count} pages, and none looks like a post", state.in_use);
            return failed(source, walk::no_posts(detail), conditional, reply.took, now);
        }
        if let Some(failure) = walked.failed.into_iter().next_back().filter(|_| !has_new_pages) {
            return failed(source, failure, conditional, reply.took, now);
        }
        let answered = Answered {
            validators: reply.validators,
            lifetime: reply.lifetime,
            permanent: reply.permanent.filter(|it| !self.taken.contains(&it.key())),
        };
        let (outcome, after) = if fresh.is_none() && !has_new_pages {
            (Outcome::Unchanged, state.after_unchanged(&answered, source.every, now))
        } else {
            let learned = learned(&state, fresh.map(|(_, learned)| learned), &posts, now);
            let after = state.after_reading(&answered, learned, source.every, now);
            (Outcome::Read { entries: posts }, after)
        };
        Visit {
            source: source.id,
            at: now,
            took: reply.took + walked.took,
            outcome,
            conditional,
            wire_bytes: reply.wire_bytes + walked.wire_bytes,
            status: Some(reply.status),
            after,
        }
    }
}

fn root_of(source: &SourceToVisit, mut reply: Reply) -> Result<Root, Failure> {
    let Answer::Fresh(document) = std::mem::replace(&mut reply.answer, Answer::Unchanged) else {
        return Ok(Root { reply, fresh: None });
    };
    if is_known(&source.state, &document) {
        return Ok(Root { reply, fresh: None });
    }
    let sitemap = walk::read(&document, &reply.address)?;
    let learned = bare(&document, reply.address.join("/").ok());
    Ok(Root { reply, fresh: Some((sitemap, learned)) })
}

/// Parts that an unchanged index says nothing about.
fn undated(parts: &[KnownPart]) -> Vec<SitemapPart> {
    let undated = parts.iter().filter(|it| it.changed.is_none());
    undated.map(|it| SitemapPart { address: it.address.clone(), changed: None }).collect()
}

fn keep_dated(walked: &mut Walked, known: &[KnownPart]) {
    walked.parts.extend(known.iter().filter(|it| it.changed.is_some()).cloned());
}

fn posts_of(source: &SourceToVisit, pages: Vec<crate::domain::SitemapPage>) -> Vec<EntryDraft> {
    let home = source.address.join("/").unwrap_or_else(|_| source.address.clone());
    let blog: &Address = if source.kind == SourceType::Site { &source.address } else { &home };
    let posts = PostPages { blog, keep: &source.keep, drop: &source.drop }.choose(pages);
    posts.iter().take(MOST_POSTS).map(listed::of_page).collect()
}

fn learned(
    state: &SourceState,
    of_root: Option<Learned>,
    posts: &[EntryDraft],
    now: jiff::Timestamp,
) -> Learned {
    let (rhythm, newest) = rhythm_of(posts, now);
    let unchanged = || Learned {
        body: state.body.clone().unwrap_or_else(|| Digest::of([])),
        body_bytes: state.body_bytes,
        title: None,
        site: None,
        asked: state.asked.clone(),
        complaints: Vec::new(),
        rhythm: None,
        newest: None,
    };
    Learned { rhythm, newest, ..of_root.unwrap_or_else(unchanged) }
}
